// Stands between a part and its user: every method call passes through one function, which may note it, or end the
// process before or after it. The part behind is the real one.

/** `call` does what was asked for; its result, or its promise, is what the caller gets unless `around` decides otherwise. */
export type Around = (method: string, call: () => unknown, args: readonly unknown[]) => unknown;

/** The same object, with each method call going through `around`. */
export function interpose<T extends object>(target: T, around: Around): T {
  return new Proxy(target, {
    get(_, name) {
      // With the object itself as `this`: its private members are not the proxy's.
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return (...args: unknown[]) => around(name, () => value.apply(target, args) as unknown, args);
    },
  });
}

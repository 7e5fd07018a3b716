/** The methods of a part as functions, to be combined with those of other parts into one store. */
export function methodsOf<Part extends object>(part: Part): Part {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(part)).filter((name) => name !== "constructor");
  const methods = names.map((name) => [name, (part[name as keyof Part] as () => unknown).bind(part)]);
  return Object.fromEntries(methods) as Part;
}

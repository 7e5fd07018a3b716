/** Small things that the app remembers on this phone: the language, the city, who was signed in last. Never what was written. */

const PREFIX = "warifu-app-";

/** What was noted under a name. */
export function noted<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(`${PREFIX}${name}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    // The browser keeps nothing, or something else wrote there.
    return undefined;
  }
}

/** Notes something. */
export function noteDown(name: string, value: unknown): void {
  try {
    localStorage.setItem(`${PREFIX}${name}`, JSON.stringify(value));
  } catch {
    // It is asked for again next time.
  }
}

/** Forgets it. */
export function forgetNote(name: string): void {
  try {
    localStorage.removeItem(`${PREFIX}${name}`);
  } catch {
    // There was nothing.
  }
}

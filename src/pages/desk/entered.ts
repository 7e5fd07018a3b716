/** What was entered in fields, as the API takes it. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SUBJECT = /^(sub|own)_[A-Za-z0-9_-]{22}$/;

/** The ids in a text, each once; `undefined` if something in it is no id. */
export function idsIn(text: string): readonly string[] | undefined {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  return words.every((word) => UUID.test(word)) ? [...new Set(words)] : undefined;
}

/** The pseudonym in a text, `null` for an empty one; `undefined` if it is no pseudonym. */
export function subjectIn(text: string): string | null | undefined {
  const word = text.trim();
  if (word === "") return null;
  return SUBJECT.test(word) ? word : undefined;
}

/** A time that was entered in the reader's zone, in UTC; `undefined` for none. */
export function timeIn(text: string): string | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A member for the API, if there is something to say. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined | "",
): { readonly [name in Name]?: Value } {
  const isGiven = value !== undefined && value !== null && value !== "";
  return (isGiven ? { [name]: value } : {}) as { readonly [name in Name]?: Value };
}

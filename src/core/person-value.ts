/**
 * Values that identify a person, in the normal form in which they are compared: capitals, or spaces in a telephone number,
 * do not make another person.
 */

/** A value that identifies a person, as a record or an officer states it. */
export interface PersonValue {
  /** Name of the claim. */
  readonly claim: string;
  readonly value: string;
}

/** The normal form in which values are compared. */
export interface ComparableValue {
  /** Values are compared within a kind: `mail`, `phone`, or the claim's own name. */
  readonly kind: string;
  readonly text: string;
}

/** @returns `undefined` for a value that identifies nobody, such as only spaces */
export function comparable({ claim, value }: PersonValue): ComparableValue | undefined {
  const kind = kindOf(claim);
  const text = textOf(kind, value.normalize("NFC").trim());
  return text === "" ? undefined : { kind, text };
}

/** By the end of the claim's name, so that mail addresses in records of different types are compared with each other. */
function kindOf(claim: string): string {
  if (/mail$/i.test(claim)) return "mail";
  return /phone$/i.test(claim) ? "phone" : claim;
}

function textOf(kind: string, value: string): string {
  if (kind === "mail") return value.toLowerCase();
  return kind === "phone" ? phoneDigits(value) : value;
}

/** An international prefix is written as + or as 00. */
function phoneDigits(value: string): string {
  // NFKC: a Japanese form may hold full-width digits.
  const digits = value.normalize("NFKC").replaceAll(/[^0-9]/g, "");
  return digits.startsWith("00") ? digits.slice(2) : digits;
}

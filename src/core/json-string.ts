/**
 * Strings of JSON, the usual ones in the quickest way. Long ones are read by the engine: it is as strict about them as the
 * parser of json.ts, faster than a program that looks at each character, and says less about what is wrong. So what reads
 * strings here gives what is right, and nothing else.
 */

/** A string below this length is not worth a search in it. */
const SHORT = 24;
const NOT_PLAIN = /[\\\u0000-\u001f]/;
const TO_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** The text of a string, as `JSON.stringify` writes it. */
export function quoted(value: string): string {
  return TO_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`;
}

/** The string whose first quotation mark is at that place, if it is short and every character in it stands for itself. */
export function shortStringAt(text: string, at: number): string | undefined {
  for (let end = at + 1; end - at < SHORT; end++) {
    const unit = text.charCodeAt(end);
    if (unit === 0x22) return text.slice(at + 1, end);
    if (unit === 0x5c || unit < 0x20 || unit >= 0xd800) return undefined;
  }
  return undefined;
}

/** A string that was read. */
export interface LongString {
  readonly value: string;
  /** Behind its last quotation mark. */
  readonly end: number;
  /** Whether nothing in it is escaped. */
  readonly isPlain: boolean;
}

/** The string whose first quotation mark is at that place; `undefined` where it is short, or anything is wrong with it. */
export function longStringAt(text: string, at: number): LongString | undefined {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end - at < SHORT) return undefined;
  const literal = text.slice(at + 1, end);
  const isPlain = !NOT_PLAIN.test(literal);
  const value = isPlain ? literal : unescaped(literal);
  return value?.isWellFormed() ? { value, end: end + 1, isPlain } : undefined;
}

/** Whether an odd number of backslashes is before that place. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === 0x5c) before--;
  return (at - before) % 2 === 1;
}

function unescaped(literal: string): string | undefined {
  try {
    return JSON.parse(`"${literal}"`) as string;
  } catch {
    return undefined;
  }
}

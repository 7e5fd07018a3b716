/**
 * Numbers of JSON: the usual ones, of few digits, are read without a pattern; of the others it is told whether a double keeps
 * what they say.
 */

/** This many characters without an exponent hold at most 15 digits, which a double always keeps. */
export const MAX_SAFE_LENGTH = 15;
/** Each of them is exactly a double. */
const POWERS_OF_TEN = Array.from({ length: MAX_SAFE_LENGTH }, (_, zeros) => Number(`1e${zeros}`));
const NONE = -1;

/** A place in a text; whatever is taken from there moves it on. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** A whole number of a few digits, as most are; it has one spelling, and needs no pattern. */
export function takeShortWhole(cursor: Cursor): number | undefined {
  const { text, at } = cursor;
  let [value, end] = [0, at];
  for (let digit = text.charCodeAt(end) - 0x30; digit >= 0 && digit <= 9; digit = text.charCodeAt(++end) - 0x30)
    value = value * 10 + digit;
  const length = end - at;
  if (length === 0 || length > MAX_SAFE_LENGTH || (length > 1 && text.charCodeAt(at) === 0x30)) return undefined;
  if (goesOn(text, end)) return undefined;
  cursor.at = end;
  return value;
}

/**
 * A decimal number of a few digits, however it is spelled. Both its digits as a whole number and the power of ten are exact
 * doubles, so their quotient is the double next to the number: IEEE 754 rounds a division correctly.
 */
export function takeShortDecimal(cursor: Cursor): number | undefined {
  const { text, at } = cursor;
  const begin = text.charCodeAt(at) === 0x2d ? at + 1 : at;
  let [value, end, point] = [0, begin, NONE];
  for (; end - begin <= MAX_SAFE_LENGTH; end++) {
    const unit = text.charCodeAt(end);
    if (unit >= 0x30 && unit <= 0x39) value = value * 10 + unit - 0x30;
    else if (unit === 0x2e && point === NONE) point = end;
    else break;
  }
  const whole = (point === NONE ? end : point) - begin;
  const fraction = point === NONE ? 0 : end - point - 1;
  if (whole === 0 || (whole > 1 && text.charCodeAt(begin) === 0x30) || end === point + 1) return undefined;
  if (end - begin > MAX_SAFE_LENGTH || goesOn(text, end)) return undefined;
  cursor.at = end;
  const size = value / (POWERS_OF_TEN[fraction] as number);
  return begin > at && size > 0 ? -size : size;
}

/** Whether what follows the digits belongs to the number, or spoils it. */
function goesOn(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x2e || unit === 0x65 || unit === 0x45;
}

/** Whether a literal is equal to a print of its double: the shortest spelling, or one of 16 or 17 digits. */
export function isKept(literal: string, value: number): boolean {
  // Most literals are one of these as they stand; the rest, and ties, take the slow path.
  if (literal === String(value) || literal === value.toPrecision(17) || literal === value.toPrecision(16)) return true;
  const wanted = decimal(literal);
  return wanted === decimal(String(value)) || [16, 17].some((digits) => prints(value, digits).includes(wanted));
}

/** A double half-way between two prints has both: C and Python take the even one, JavaScript the larger. */
function prints(value: number, digits: number): string[] {
  const rounded = decimal(value.toExponential(digits - 1));
  const [mantissa = "", exponent] = Math.abs(value).toExponential(60).split("e");
  const isTie = /^50*$/.test(mantissa.slice(digits + 1));
  return isTie ? [rounded, decimal(`${mantissa.slice(0, digits + 1)}e${exponent}`)] : [rounded];
}

/** The same text for all spellings of a number, apart from its sign. */
function decimal(literal: string): string {
  const [mantissa = "", exponent = "0"] = literal.replace(/^-/, "").toLowerCase().split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  return `${kept}e${kept === "" ? 0 : Number(exponent) - fraction.length + digits.length - kept.length}`;
}

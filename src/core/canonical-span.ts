/**
 * Recognises canonical JSON (RFC 8785) without building values from it, for reading millions of texts of which little else
 * matters. Anything that takes more than a look is left to {@link parseCanonicalJson}: escapes, exponents, long numbers.
 *
 * Invariant: the strict parser accepts every text that is recognised here, and finds it canonical.
 */
import { FORBIDDEN_NAMES, MAX_JSON_DEPTH } from "./json.ts";

/** A double always keeps this many digits, and prints them unchanged. */
const MOST_DIGITS = 15;
/** From 0.000001 on, a number is printed without an exponent. */
const MOST_LEADING_ZEROS = 5;
const NONE = -1;
const [SPACE, QUOTE, COMMA, MINUS, POINT, ZERO, NINE, COLON] = [0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [BACKSLASH, OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE] = [0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
const WORDS = ["true", "false", "null"] as const;

/**
 * Index after the object that begins at `at`, or -1 if it cannot be recognised as canonical. Precondition: the text has no
 * lone surrogates.
 * @param depth of that object: 1 if it is the whole text
 */
export function canonicalObjectEnd(text: string, begin: number, depth: number): number {
  if (depth > MAX_JSON_DEPTH || text.charCodeAt(begin) !== OPENING_BRACE) return NONE;
  if (text.charCodeAt(begin + 1) === CLOSING_BRACE) return begin + 2;
  let last: string | undefined;
  let at = begin + 1;
  for (;;) {
    const nameEnd = stringEnd(text, at);
    if (nameEnd === NONE || text.charCodeAt(nameEnd) !== COLON) return NONE;
    const name = text.slice(at + 1, nameEnd - 1);
    if ((last !== undefined && name <= last) || FORBIDDEN_NAMES.has(name)) return NONE;
    last = name;
    at = valueEnd(text, nameEnd + 1, depth);
    if (at === NONE) return NONE;
    const unit = text.charCodeAt(at);
    if (unit === CLOSING_BRACE) return at + 1;
    if (unit !== COMMA) return NONE;
    at++;
  }
}

function valueEnd(text: string, at: number, depth: number): number {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return stringEnd(text, at);
    case OPENING_BRACE:
      return canonicalObjectEnd(text, at, depth + 1);
    case OPENING_BRACKET:
      return arrayEnd(text, at, depth + 1);
    default:
      return numberEnd(text, at) ?? wordEnd(text, at);
  }
}

function arrayEnd(text: string, begin: number, depth: number): number {
  if (depth > MAX_JSON_DEPTH) return NONE;
  if (text.charCodeAt(begin + 1) === CLOSING_BRACKET) return begin + 2;
  let at = begin + 1;
  for (;;) {
    at = valueEnd(text, at, depth);
    if (at === NONE) return NONE;
    const unit = text.charCodeAt(at);
    if (unit === CLOSING_BRACKET) return at + 1;
    if (unit !== COMMA) return NONE;
    at++;
  }
}

function stringEnd(text: string, begin: number): number {
  if (text.charCodeAt(begin) !== QUOTE) return NONE;
  let at = begin + 1;
  let unit = text.charCodeAt(at);
  // Behind the text's end there is no number.
  while (unit >= SPACE && unit !== QUOTE && unit !== BACKSLASH) unit = text.charCodeAt(++at);
  return unit === QUOTE ? at + 1 : NONE;
}

function wordEnd(text: string, at: number): number {
  const word = WORDS.find((one) => text.startsWith(one, at));
  return word === undefined ? NONE : at + word.length;
}

/** Index after the number; -1 if it may have another spelling; `undefined` if there is no number. */
function numberEnd(text: string, begin: number): number | undefined {
  const at = text.charCodeAt(begin) === MINUS ? begin + 1 : begin;
  const wholeEnd = digitsEnd(text, at);
  if (wholeEnd === at) return at === begin ? undefined : NONE;
  const startsWithZero = text.charCodeAt(at) === ZERO;
  if (startsWithZero && wholeEnd > at + 1) return NONE;
  const end = text.charCodeAt(wholeEnd) === POINT ? fractionEnd(text, wholeEnd + 1, startsWithZero) : wholeEnd;
  if (end === NONE || end - at > MOST_DIGITS) return NONE;
  const isMinusZero = startsWithZero && end === wholeEnd && at > begin;
  // An exponent fails in the caller: its first character is none that may follow.
  return isMinusZero ? NONE : end;
}

function fractionEnd(text: string, begin: number, isBelowOne: boolean): number {
  const end = digitsEnd(text, begin);
  if (end === begin || text.charCodeAt(end - 1) === ZERO) return NONE;
  let first = begin;
  while (text.charCodeAt(first) === ZERO) first++;
  return isBelowOne && first - begin > MOST_LEADING_ZEROS ? NONE : end;
}

function digitsEnd(text: string, begin: number): number {
  let at = begin;
  for (let unit = text.charCodeAt(at); unit >= ZERO && unit <= NINE;) unit = text.charCodeAt(++at);
  return at;
}

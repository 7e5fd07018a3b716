/**
 * Strict JSON in, canonical JSON out. The parser takes RFC 8259 text that has exactly one meaning: no duplicate names
 * (not even through escapes), no lone surrogates, no number that would lose something as a double, bounded depth. The
 * printer writes RFC 8785 (JCS): what it prints parses to the same value.
 *
 * `JSON.parse` keeps the last of two equal names and silently rounds 2^53+1, which would let two submissions share one
 * commitment; hence a parser of our own.
 */
import { fromUtf8 } from "./bytes.ts";
import { WarifuError, type ErrorCode } from "./errors.ts";
import { isKept, MAX_SAFE_LENGTH, takeShortDecimal, takeShortWhole } from "./json-number.ts";
import { longStringAt, quoted, shortStringAt } from "./json-string.ts";
import type { KnownObjects } from "./known-objects.ts";

/** A JSON value. Objects are plain; the order of their names means nothing. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/** Nesting deeper than this is refused before anything recurses. */
export const MAX_JSON_DEPTH = 32;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// No real value needs more; it bounds the work that one number can cost.
const MAX_NUMBER_LENGTH = 64;
const EXPONENT = /[eE]/;
/** Objects with more names have them sorted by the engine. */
const FEW_NAMES = 16;
const NO_NUMBER = /-?(?:NaN|Infinity)/y;
const COMMENT = /\/[/*]/y;
const NONZERO_MANTISSA = /^[-.0]*[1-9]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const HEX4 = /^[0-9A-Fa-f]{4}$/;

/** Names that have a meaning for JavaScript objects. Refused, so that no layer has to watch for them. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The value of UTF-8 JSON `bytes`.
 * @throws ENCODING_INVALID not UTF-8; JSON_INVALID, JSON_TOO_DEEP, JSON_DUPLICATE_KEY, JSON_NUMBER_INEXACT
 */
export function parseJsonBytes(bytes: Uint8Array, what: string): JsonValue {
  return parseJson(fromUtf8(bytes, what), what);
}

/**
 * The value of JSON `text`; `what` names it in errors. `onRespelled` is called for each number that is kept but will be
 * written differently, such as 1.10 as 1.1.
 * @throws JSON_INVALID, JSON_TOO_DEEP, JSON_DUPLICATE_KEY, JSON_NUMBER_INEXACT
 */
export function parseJson(text: string, what: string, onRespelled?: () => void): JsonValue {
  return read({ text, at: 0, what, onRespelled, isCanonical: false, known: undefined });
}

/**
 * The same for an object some of whose members are objects that earlier texts had too: these are not read again.
 * @throws as {@link parseJson}
 */
export function parseSharingJson(text: string, what: string, known: KnownObjects): JsonValue {
  return read({ text, at: 0, what, onRespelled: undefined, isCanonical: false, known });
}

/**
 * The value of JSON `text` in canonical form; `undefined` when it is JSON in another form. Reading shows most of it: only
 * where there are escapes does it have to be written again and compared.
 * @throws as {@link parseJson}
 */
export function parseCanonicalJson(text: string, what: string): JsonValue | undefined {
  const reader: Reader = { text, at: 0, what, onRespelled: undefined, isCanonical: true, known: undefined };
  const value = read(reader);
  return reader.isCanonical || canonicalJson(value) === text ? value : undefined;
}

function read(reader: Reader): JsonValue {
  skipSpace(reader);
  const value = readValue(reader, 0);
  skipSpace(reader);
  if (reader.at < reader.text.length) failBehindValue(reader);
  return value;
}

/** Whether `value` is a JSON object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * RFC 8785 canonical text of `value`. Precondition: `value` came from {@link parseJson} or obeys the same rules
 * (finite numbers, well-formed strings).
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "string") return quoted(value);
  // RFC 8785 section 3.2.2.3 writes numbers as JavaScript does.
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
}

function canonicalArray(values: readonly JsonValue[]): string {
  let text = "[";
  for (const value of values) text += `${text.length > 1 ? "," : ""}${canonicalJson(value)}`;
  return `${text}]`;
}

function canonicalObject(value: JsonObject): string {
  let text = "{";
  for (const name of namesInOrder(value))
    text += `${text.length > 1 ? "," : ""}${quoted(name)}:${canonicalJson(value[name] as JsonValue)}`;
  return `${text}}`;
}

/** Names of the members in the order of RFC 8785 section 3.2.3: by UTF-16 code units, which is how `sort` and `>` compare. */
export function namesInOrder(value: JsonObject): string[] {
  const names = Object.keys(value);
  if (names.length > FEW_NAMES) return names.sort();
  // By insertion: `sort` takes three times as long for the few names that most objects have.
  for (let sorted = 1; sorted < names.length; sorted++) {
    const name = names[sorted] as string;
    let at = sorted;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
  return names;
}

interface Reader {
  readonly text: string;
  readonly what: string;
  readonly onRespelled: (() => void) | undefined;
  at: number;
  /** Whether all that was read is known to be spelled as {@link canonicalJson} writes it; false also where nobody asks. */
  isCanonical: boolean;
  /** Members of the outermost object that need not be read again. */
  readonly known: KnownObjects | undefined;
}

function readValue(reader: Reader, depth: number): JsonValue {
  switch (reader.text.charCodeAt(reader.at)) {
    case 0x22:
      return readString(reader);
    case 0x7b:
      return depth === 1 && reader.known ? readMember(reader, reader.known) : readObject(reader, depth + 1);
    case 0x5b:
      return readArray(reader, depth + 1);
    case 0x74:
      return readWord(reader, "true", true);
    case 0x66:
      return readWord(reader, "false", false);
    case 0x6e:
      return readWord(reader, "null", null);
    default:
      return readNumber(reader);
  }
}

/** An object within the outermost value. */
function readMember(reader: Reader, known: KnownObjects): JsonObject {
  const { text, at } = reader;
  const found = known.find(text, at);
  const value = found?.value ?? readObject(reader, 2);
  if (found) reader.at += found.text.length;
  else known.keep(text.slice(at, reader.at), value);
  return value;
}

function readObject(reader: Reader, depth: number): JsonObject {
  assertDepth(reader, depth);
  const object: JsonObject = {};
  reader.at++;
  skipSpace(reader);
  if (take(reader, 0x7d)) return object;
  let last = "";
  for (;;) {
    if (reader.text.charCodeAt(reader.at) !== 0x22) fail(reader, "JSON_INVALID", "a name in double quotes is expected");
    const nameAt = reader.at;
    const name = readString(reader);
    if (FORBIDDEN_NAMES.has(name)) fail({ ...reader, at: nameAt }, "JSON_INVALID", "this name is not allowed");
    if (Object.hasOwn(object, name)) fail({ ...reader, at: nameAt }, "JSON_DUPLICATE_KEY", "a name occurs twice");
    // The first name comes after the empty one, or is it.
    if (name < last) reader.isCanonical = false;
    last = name;
    skipSpace(reader);
    if (!take(reader, 0x3a)) fail(reader, "JSON_INVALID", "a colon is expected");
    skipSpace(reader);
    object[name] = readValue(reader, depth);
    skipSpace(reader);
    if (take(reader, 0x7d)) return object;
    if (!take(reader, 0x2c)) fail(reader, "JSON_INVALID", "a comma or closing brace is expected");
    skipSpace(reader);
  }
}

function readArray(reader: Reader, depth: number): JsonValue[] {
  assertDepth(reader, depth);
  const array: JsonValue[] = [];
  reader.at++;
  skipSpace(reader);
  if (take(reader, 0x5d)) return array;
  for (;;) {
    array.push(readValue(reader, depth));
    skipSpace(reader);
    if (take(reader, 0x5d)) return array;
    if (!take(reader, 0x2c)) fail(reader, "JSON_INVALID", "a comma or closing bracket is expected");
    skipSpace(reader);
  }
}

function readString(reader: Reader): string {
  const short = shortStringAt(reader.text, reader.at);
  if (short !== undefined) {
    reader.at += short.length + 2;
    return short;
  }
  const long = longStringAt(reader.text, reader.at);
  if (long === undefined) return readAnyString(reader);
  reader.isCanonical &&= long.isPlain;
  reader.at = long.end;
  return long.value;
}

function readAnyString(reader: Reader): string {
  const { text } = reader;
  const openedAt = reader.at;
  let value = "";
  let start = reader.at + 1;
  let at = start;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) break;
    if (unit === 0x5c) {
      reader.at = at;
      value += text.slice(start, at) + readEscape(reader);
      start = at = reader.at;
    } else if (unit >= 0x20) at++;
    else failInString({ ...reader, at });
  }
  value += text.slice(start, at);
  reader.at = at + 1;
  if (!value.isWellFormed()) fail({ ...reader, at: openedAt }, "JSON_INVALID", "the string has a lone surrogate");
  return value;
}

function failInString(reader: Reader): never {
  const isCut = reader.at >= reader.text.length;
  return fail(reader, "JSON_INVALID", isCut ? "the string does not end" : "a control character must be escaped");
}

/** Reads the escape at `reader.at` and stops after it. */
function readEscape(reader: Reader): string {
  reader.isCanonical = false;
  const letter = reader.text.charAt(reader.at + 1);
  if (letter === "u") {
    const digits = reader.text.slice(reader.at + 2, reader.at + 6);
    if (!HEX4.test(digits)) fail(reader, "JSON_INVALID", "an escape needs four hexadecimal digits");
    reader.at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  const unit = ESCAPES[letter];
  if (unit === undefined) fail(reader, "JSON_INVALID", "this escape is unknown");
  reader.at += 2;
  return unit;
}

/** A number that a double can represent: whole numbers up to 2^53-1, fractions that lose nothing, -0 as 0. */
function readNumber(reader: Reader): number {
  const isAnySpelling = !reader.isCanonical && !reader.onRespelled;
  return takeShortWhole(reader) ?? (isAnySpelling ? takeShortDecimal(reader) : undefined) ?? readAnyNumber(reader);
}

function readAnyNumber(reader: Reader): number {
  NUMBER.lastIndex = reader.at;
  const literal = NUMBER.exec(reader.text)?.[0];
  if (literal === undefined) failWithoutNumber(reader);
  if (literal.length > MAX_NUMBER_LENGTH) fail(reader, "JSON_NUMBER_INEXACT", "the number has too many digits");
  const value = Number(literal);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    fail(reader, "JSON_NUMBER_INEXACT", "the number is beyond 2^53-1 and would be rounded: send it as a string");
  if (value === 0 && NONZERO_MANTISSA.test(literal))
    fail(reader, "JSON_NUMBER_INEXACT", "the number is too small and would become 0: send it as a string");
  if ((literal.length > MAX_SAFE_LENGTH || EXPONENT.test(literal)) && !isKept(literal, value))
    fail(reader, "JSON_NUMBER_INEXACT", "the number would be rounded: send it as a string, or with at most 17 digits");
  if ((reader.isCanonical || reader.onRespelled) && literal !== String(value)) {
    reader.isCanonical = false;
    reader.onRespelled?.();
  }
  reader.at += literal.length;
  return value === 0 ? 0 : value;
}

function failWithoutNumber(reader: Reader): never {
  NO_NUMBER.lastIndex = reader.at;
  const word = NO_NUMBER.exec(reader.text)?.[0];
  return fail(
    reader,
    "JSON_INVALID",
    word === undefined ? "a value is expected" : `${word} is not JSON: send null or leave it out`,
  );
}

function readWord<T>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) fail(reader, "JSON_INVALID", "a value is expected");
  reader.at += word.length;
  return value;
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const unit = reader.text.charCodeAt(reader.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    reader.isCanonical = false;
    reader.at++;
  }
}

function take(reader: Reader, unit: number): boolean {
  if (reader.text.charCodeAt(reader.at) !== unit) return false;
  reader.at++;
  return true;
}

function assertDepth(reader: Reader, depth: number): void {
  if (depth > MAX_JSON_DEPTH) fail(reader, "JSON_TOO_DEEP", `values nest deeper than ${MAX_JSON_DEPTH}`);
}

// Says where, never what: the text may hold personal data.
function failBehindValue(reader: Reader): never {
  const isAnother = /[[{]/.test(reader.text.charAt(reader.at));
  return fail(
    reader,
    "JSON_INVALID",
    isAnother
      ? "another value follows: send a list, or one value on each line (NDJSON)"
      : "something follows the value",
  );
}

function fail(reader: Reader, code: ErrorCode, reason: string): never {
  COMMENT.lastIndex = reader.at;
  const what = COMMENT.test(reader.text) ? "JSON has no comments: take them out" : reason;
  throw new WarifuError(code, `${reader.what}: ${what} (at character ${reader.at})`, {
    details: { character: reader.at },
  });
}

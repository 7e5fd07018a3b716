/**
 * SenML in CBOR (RFC 8428 section 6) as the JSON values that it stands for. What JSON would have refused is refused here too:
 * names that occur twice, text that is not UTF-8, numbers that a double does not hold.
 */
import { decode, Tokenizer } from "cborg";
import { toBase64Url } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { assertFewParts } from "./adapter.ts";
import type { Part } from "./document.ts";

/** Integers that stand for names (RFC 8428 table 6). */
const LABELS: ReadonlyMap<unknown, string> = new Map([
  ...([
    [-1, "bver"],
    [-2, "bn"],
    [-3, "bt"],
    [-4, "bu"],
    [-5, "bv"],
    [-6, "bs"],
  ] as const),
  ...([
    [0, "n"],
    [1, "u"],
    [2, "v"],
    [3, "vs"],
    [4, "vb"],
    [5, "s"],
    [6, "t"],
    [7, "ut"],
    [8, "vd"],
  ] as const),
]);
// A number that is too large is one record's fault, so it passes here.
const OPTIONS = {
  allowBigInt: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowUndefined: false,
  retainStringBytes: true,
};
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A decimal fraction, tag 4: mantissa × 10^exponent. */
class DecimalFraction {
  readonly parts: unknown;

  constructor(parts: unknown) {
    this.parts = parts;
  }
}

/**
 * The records of a pack.
 * @throws ENCODING_INVALID it is not CBOR; RECORD_INVALID it is no array; TOO_LARGE
 */
export function senmlInCbor(bytes: Uint8Array): Part[] {
  const value = decoded(bytes);
  if (!Array.isArray(value)) throw refused("a SenML pack is an array of records");
  assertFewParts(value.length);
  return value.map(recordOf);
}

function decoded(bytes: Uint8Array): unknown {
  try {
    const tags = { 4: (inner: () => unknown) => new DecimalFraction(inner()) };
    const options = { ...OPTIONS, tags };
    return decode(bytes, { ...options, tokenizer: new StrictTokenizer(bytes, options) }) as unknown;
  } catch (cause) {
    // Also of what nests deeper than the stack is.
    throw new WarifuError("ENCODING_INVALID", "the SenML pack is not CBOR as RFC 8428 has it", { cause });
  }
}

/** The library replaces what is not UTF-8, and drops a byte order mark. */
class StrictTokenizer extends Tokenizer {
  override next(): ReturnType<Tokenizer["next"]> {
    const token = super.next();
    if (token.byteValue && STRICT_UTF8.decode(token.byteValue) !== token.value) throw refused("its text is not UTF-8");
    return token;
  }
}

function recordOf(value: unknown): Part {
  try {
    if (!(value instanceof Map)) throw refused("it is not a map");
    const record: JsonObject = {};
    for (const [label, member] of value as Map<unknown, unknown>) {
      const name = nameOf(label);
      if (Object.hasOwn(record, name)) throw refused("a field occurs twice, by its name and by its label");
      record[name] = jsonOf(member);
    }
    return record;
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function nameOf(label: unknown): string {
  const name = typeof label === "string" ? label : LABELS.get(label);
  if (name === undefined) throw refused("a field has a label that RFC 8428 does not have");
  if (FORBIDDEN_NAMES.has(name)) throw refused("a field has a name that is not allowed");
  return name;
}

function jsonOf(value: unknown): JsonValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (value instanceof DecimalFraction) return numberOf(value);
  if (typeof value === "number" && Number.isFinite(value) && !(Number.isInteger(value) && !Number.isSafeInteger(value)))
    return value === 0 ? 0 : value;
  throw refused("a field holds what no field of SenML holds, or a number that cannot be kept exactly");
}

function numberOf({ parts }: DecimalFraction): JsonValue {
  const [exponent, mantissa] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (!Number.isSafeInteger(exponent) || !Number.isSafeInteger(mantissa))
    throw refused("a decimal fraction is not made of two whole numbers");
  return parseJson(`${String(mantissa)}e${String(exponent)}`, "the decimal fraction");
}

function refused(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the SenML record is refused: ${reason}`);
}

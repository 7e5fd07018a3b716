/**
 * Payloads that hold records as they are submitted: one as JSON, a list of them, or NDJSON; each may be signed as a whole,
 * `{"jws": …}`. A record keeps its own key and number. One without either is known again by the bytes that it came in.
 */
import { createHash } from "node:crypto";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { receivedClaim } from "../core/received.ts";
import { assertFew, envelopeOf, keyOf, MAX_PAYLOAD_RECORDS, type Payload, type TakenRecords } from "./adapter.ts";
import { parseSubmittedJson, type SubmittedValue } from "./submitted-values.ts";

const ADAPTER = "records/1";

/**
 * The records of a payload.
 * @param completed a record that names no type, source or the like, with them
 * @throws ENCODING_INVALID, JSON_INVALID, JSON_TOO_DEEP the payload as a whole cannot be read; TOO_LARGE
 */
export function takeRecords(payload: Payload, completed: (record: JsonObject) => JsonObject): TakenRecords {
  const bytes = Buffer.from(payload.bytes);
  const { isList, values } = valuesIn(bytes);
  assertFew(values.length, bytes.length);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const records = values.map((value, at) => {
    const key = keyOf(ADAPTER, [payload.message?.topic ?? null, digest, at]);
    return { place: isList ? `[${at}]` : "", record: recordIn(value, key, completed) };
  });
  return { records, received: receivedClaim(bytes, envelopeOf(payload, ADAPTER)), isKeyedByBytes: false };
}

/** Several lines are NDJSON if the first is a JSON text by itself, and one text that was printed in lines otherwise. */
function valuesIn(bytes: Buffer): { readonly isList: boolean; readonly values: readonly SubmittedValue[] } {
  const lines = linesOf(bytes);
  const [first, second] = lines;
  if (second !== undefined && !(valueIn(first as Buffer) instanceof WarifuError))
    return { isList: true, values: lines.map(valueIn) };
  const { isArray, values } = parseSubmittedJson(bytes, MAX_PAYLOAD_RECORDS);
  return { isList: isArray, values };
}

/** Those that are not blank. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(at, end);
    if (line.toString("latin1").trim() !== "") lines.push(line);
    at = end + 1;
  }
  return lines;
}

function valueIn(line: Buffer): SubmittedValue {
  try {
    const { isArray, values } = parseSubmittedJson(line, MAX_PAYLOAD_RECORDS);
    return isArray ? new WarifuError("RECORD_INVALID", "a line is one record, not a list") : (values[0] ?? null);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function recordIn(
  value: SubmittedValue,
  key: string,
  completed: (record: JsonObject) => JsonObject,
): JsonObject | WarifuError {
  if (value instanceof WarifuError) return value;
  if (!isJsonObject(value)) return new WarifuError("RECORD_INVALID", "the record is not an object");
  if (Object.hasOwn(value, "jws")) return value;
  const isNamed = Object.hasOwn(value, "key") || Object.hasOwn(value, "seq");
  return completed(isNamed ? value : { ...value, key });
}

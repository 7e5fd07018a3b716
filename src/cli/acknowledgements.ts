/**
 * Acknowledgements as people keep them: answers of the API, or what `warifu submit --acks` and `--json` write. NDJSON, a
 * JSON list, or a single object. A damaged line is reported and does not affect the others.
 */
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import { readNamedFile } from "./named-files.ts";

/** An acknowledgement, or what is wrong with it. */
export type KeptValue = JsonValue | WarifuError;

/**
 * The values in a file, in order.
 * @throws USAGE when it cannot be read, or holds no acknowledgement at all
 */
export async function readAcknowledgements(path: string): Promise<KeptValue[]> {
  const text = fromText(readNamedFile(path, "list of acknowledgements"), path);
  const whole = parsed(text);
  const values = whole instanceof WarifuError ? lines(text) : valuesIn(whole);
  if (values.some(isAcknowledgement)) return values;
  throw new WarifuError(
    "USAGE",
    `${path} holds no acknowledgement: name the file that \`warifu submit --acks FILE\` wrote`,
  );
}

function fromText(bytes: Uint8Array, path: string): string {
  try {
    return fromUtf8(bytes, path);
  } catch (cause) {
    throw new WarifuError("USAGE", `${path} holds no acknowledgement: it is not UTF-8 text`, { cause });
  }
}

function lines(text: string): KeptValue[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parsed);
}

/** A list, or the list within a program's output. */
function valuesIn(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [value];
  const list = Object.values(value).find((one) => Array.isArray(one) && one.some(isAcknowledgement));
  return Array.isArray(list) ? list : [value];
}

function parsed(text: string): KeptValue {
  try {
    return parseJson(text, "acknowledgement");
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function isAcknowledgement(value: KeptValue): boolean {
  return !(value instanceof WarifuError) && isJsonObject(value) && "leafIndex" in value && "checkpoint" in value;
}

/**
 * Acknowledgements as people keep them: answers of the API, or what `warifu submit --acks` and `--json` write. NDJSON, a
 * JSON list, or a single object. A damaged line is reported and does not affect the others.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import { openLineFile, readNamedFile, unusable, type LineFile } from "./named-files.ts";

/** An acknowledgement, or what is wrong with it. */
export type KeptValue = JsonValue | WarifuError;

/** What each line of `warifu submit --acks` begins with. */
const LINE_START = '{"item":';
const LIST = "list of acknowledgements";

/**
 * Opens a file to write acknowledgements to. Those of an earlier run are evidence: they stay until this one has others.
 * @throws USAGE when it cannot be written, or holds something else, such as the records themselves
 */
export function openAcknowledgements(path: string): LineFile {
  const start = startOf(path);
  if (start !== "" && start !== LINE_START)
    throw new WarifuError(
      "USAGE",
      `${path} holds something else than what \`warifu submit --acks\` writes: name another file`,
    );
  return openLineFile(path, LIST, { isKeptUntilFirst: true });
}

/** How the content of a file begins; empty if there is none. */
function startOf(path: string): string {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return "";
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(LINE_START.length);
      return bytes.toString("latin1", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unusable(`the ${LIST} cannot be written to ${path}`, error);
  }
}

/**
 * The values in a file, in order.
 * @throws USAGE when it cannot be read, or holds no acknowledgement at all
 */
export async function readAcknowledgements(path: string): Promise<KeptValue[]> {
  const text = fromText(readNamedFile(path, LIST), path);
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

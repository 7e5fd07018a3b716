/**
 * Items out of JSON, NDJSON or CSV, and the keys by which a repeated submission of the same file is recognised. NDJSON and
 * CSV are read piece by piece, so a file of any length takes the same memory; JSON is read whole.
 */
import { createHash, randomBytes } from "node:crypto";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes, type JsonValue } from "../core/json.ts";
import { parseSubmittedJson, readLines } from "../http/submitted-values.ts";
import { readCsv } from "./csv.ts";
import type { Input, InputFormat } from "./input.ts";

/** An item, or what is wrong with it: one that is wrong does not keep the others back. */
export type Item = JsonValue | WarifuError;

/** All items of an input. */
export interface Items {
  /** Same for the same bytes of a file, new at each reading of stdin. 16 hexadecimal digits. */
  readonly keyPrefix: string;
  /** How many there are, where that is known beforehand. */
  readonly total: number | undefined;
  /** Where arrays of objects are, when the whole input is one JSON object: one of them may have been meant. */
  readonly arraysAt: readonly string[];
  items(): AsyncIterable<Item>;
}

/** JSON is read whole, up to this. */
const MAX_JSON_BYTES = 67_108_864;
const PREFIX_BYTES = 8;
const LF = 0x0a;

/**
 * Opens the items of an input.
 * @param pointer RFC 6901, to the array of items within JSON
 * @throws USAGE, and what the parsers of core/json.ts throw when the input as a whole is not readable
 */
export async function openItems(input: Input, format: InputFormat, pointer: string | undefined): Promise<Items> {
  if (pointer !== undefined && format !== "json")
    throw new WarifuError("USAGE", `--items points into JSON; ${input.name} is read as ${format.toUpperCase()}`);
  if (format === "json") return jsonItems(await collect(input), input, pointer);
  if (!input.isRepeatable)
    return { keyPrefix: freshPrefix(), total: undefined, arraysAt: [], items: () => streamItems(input, format) };
  const { keyPrefix, lines } = await survey(input);
  // CSV is gone through once before anything is sent: a quote that is not closed would otherwise end it half-way.
  const total = format === "csv" ? await count(streamItems(input, format)) : lines;
  return { keyPrefix, total, arraysAt: [], items: () => streamItems(input, format) };
}

async function* streamItems(input: Input, format: "ndjson" | "csv"): AsyncGenerator<Item, void, undefined> {
  if (format === "csv") yield* readCsv(input.bytes(), input.head);
  else for await (const slice of readLines(input.bytes(), Number.MAX_SAFE_INTEGER)) yield* slice;
}

function jsonItems(bytes: Buffer, input: Input, pointer: string | undefined): Items {
  const values =
    pointer === undefined ? parseSubmittedJson(bytes, Number.MAX_SAFE_INTEGER).values : itemsAt(bytes, pointer);
  const keyPrefix = input.isRepeatable
    ? toHex(createHash("sha256").update(bytes).digest().subarray(0, PREFIX_BYTES))
    : freshPrefix();
  return {
    keyPrefix,
    total: values.length,
    arraysAt: values.length === 1 ? arraysIn(values[0]) : [],
    async *items() {
      yield* values;
    },
  };
}

/** Pointers to the members that are arrays of objects. */
function arraysIn(value: Item | undefined): string[] {
  if (value instanceof WarifuError || !isJsonObject(value)) return [];
  const names = Object.keys(value).filter((name) => {
    const member = value[name];
    return Array.isArray(member) && isJsonObject(member[0]);
  });
  return names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/** @throws USAGE when there is no array at the pointer */
function itemsAt(bytes: Buffer, pointer: string): JsonValue[] {
  const value = valueAt(parseJsonBytes(bytes, "the JSON"), pointer);
  if (Array.isArray(value)) return value;
  throw new WarifuError(
    "USAGE",
    `there is ${value === undefined ? "nothing" : "no array"} at ${pointer || "the root"}`,
  );
}

/** The value at a JSON pointer (RFC 6901 section 4). */
function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer !== "" && !pointer.startsWith("/"))
    throw new WarifuError("USAGE", "a JSON pointer begins with a slash, such as /resources");
  let value: JsonValue | undefined = root;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^(?:0|[1-9][0-9]*)$/.test(name) ? value[Number(name)] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

async function collect(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input.bytes()) {
    pieces.push(piece);
    length += piece.length;
    if (length > MAX_JSON_BYTES)
      throw new WarifuError(
        "USAGE",
        `${input.name} has more than ${MAX_JSON_BYTES} bytes, and JSON is read whole: write it as NDJSON, one item a line`,
      );
  }
  return Buffer.concat(pieces, length);
}

/** Digest and number of lines of a file. */
async function survey(input: Input): Promise<{ keyPrefix: string; lines: number }> {
  const hash = createHash("sha256");
  let lines = 0;
  let last = LF;
  for await (const piece of input.bytes()) {
    hash.update(piece);
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) lines++;
    last = piece.at(-1) as number;
  }
  return { keyPrefix: toHex(hash.digest().subarray(0, PREFIX_BYTES)), lines: lines + (last === LF ? 0 : 1) };
}

async function count(items: AsyncIterable<Item>): Promise<number> {
  let total = 0;
  for await (const _item of items) total++;
  return total;
}

function freshPrefix(): string {
  return toHex(randomBytes(PREFIX_BYTES));
}

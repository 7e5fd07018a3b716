/**
 * Submitted bytes as JSON values: the lines of NDJSON as they arrive, or the items of one JSON text. Each value is
 * decoded and parsed by itself, so one that is wrong is its own error and the others fare on. Every bound (bytes of a
 * record, number of records, depth) holds before the parser sees the value.
 */
import { isUtf8 } from "node:buffer";
import { WarifuError } from "../core/errors.ts";
import { MAX_JSON_DEPTH, parseJson, type JsonValue } from "../core/json.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";
import { GrowingBuffer } from "../serve/growing-buffer.ts";
import { Turns } from "../serve/turns.ts";

/** A submitted value, or what is wrong with it. */
export type SubmittedValue = JsonValue | WarifuError;

/** Is told what the values do not show. */
export interface ValueWatch {
  /** As of {@link parseJson}. */
  readonly onRespelled: () => void;
  /** The text of a value that cannot be read; of one that is too long, nothing is kept. */
  readonly onUnreadable: (error: WarifuError, text: Buffer) => void;
}

/** Memory that lines may take. */
interface LineBudget {
  /** @throws BUSY others hold too much */
  take(bytes: number): void;
  give(bytes: number): void;
}

/** Lines that are handed on together: large enough to share one fsync, small enough to bound memory. */
const SLICE_LINES = 4_096;
const SLICE_BYTES = 1_048_576;
/** A sender who is slow has his records taken as they come. */
const SLICE_MS = 1_000;

const LF = 0x0a;

/** Makes a value of each line that is not empty. */
export type LineReader<Value> = (lines: Buffer) => readonly Value[] | Promise<readonly Value[]>;

/**
 * The values of an NDJSON body, in slices, while it arrives. Empty lines do not count; the last line needs no end.
 * @param read is given a slice of whole lines; those that are too long are shortened, but still too long
 * @param budget for the lines of all bodies, until what was made of them is taken and the next is asked for
 * @throws TOO_LARGE when there are more than `maxValues`, before the slice that has too many; BUSY when the bodies together hold
 *   more; what `pieces` and `read` throw
 */
export async function* readLines<Value>(
  pieces: AsyncIterable<Buffer>,
  maxValues: number,
  read: LineReader<Value>,
  budget?: LineBudget,
): AsyncGenerator<readonly Value[], void, undefined> {
  const lines = new GatheredLines(budget);
  let count = 0;
  const readSlice = async (slice: Buffer): Promise<readonly Value[]> => {
    const values = await read(slice);
    count += values.length;
    if (count > maxValues) throw tooMany(maxValues);
    return values;
  };
  let begun = performance.now();
  const turns = new Turns();
  try {
    for await (const piece of pieces) {
      if (turns.isOver) await turns.end();
      lines.push(piece);
      const isLate = lines.count > 0 && performance.now() - begun >= SLICE_MS;
      if (lines.count < SLICE_LINES && lines.bytes < SLICE_BYTES && !isLate) continue;
      yield await readSlice(lines.take());
      lines.forgetTaken();
      begun = performance.now();
    }
    yield await readSlice(lines.takeAll());
  } finally {
    lines.drop();
  }
}

/** Whole lines so far, and the beginning of the next one. Of a line that is too long, the rest is left out. */
class GatheredLines {
  readonly #bytes = new GrowingBuffer();
  #count = 0;
  /** Where the unfinished line begins. */
  #unfinishedAt = 0;
  #isSkipping = false;
  readonly #budget: LineBudget | undefined;
  /** What of the budget is taken. */
  #held = 0;

  constructor(budget: LineBudget | undefined) {
    this.#budget = budget;
  }

  /** How many lines are whole. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  /** @throws BUSY */
  push(piece: Buffer): void {
    const from = this.#isSkipping ? piece.indexOf(LF) : 0;
    if (from < 0) return;
    this.#isSkipping = false;
    const added = piece.subarray(from);
    const end = added.lastIndexOf(LF) + 1;
    if (end > 0) {
      this.#count += countLines(added);
      this.#unfinishedAt = this.#bytes.length + end;
    }
    const room = this.#unfinishedAt + MAX_RECORD_BYTES + 1 - this.#bytes.length;
    this.#isSkipping = added.length > room;
    this.#bytes.append(added.subarray(0, room));
    this.#hold(this.#bytes.capacity);
  }

  /** Hands over the whole lines. */
  take(): Buffer {
    const unfinishedAt = this.#unfinishedAt;
    const all = this.takeAll();
    this.#bytes.append(all.subarray(unfinishedAt));
    return all.subarray(0, unfinishedAt);
  }

  /** Hands over everything. */
  takeAll(): Buffer {
    this.#count = 0;
    this.#unfinishedAt = 0;
    return this.#bytes.take();
  }

  /** Gives back the memory of what was handed over. */
  forgetTaken(): void {
    this.#hold(this.#bytes.capacity);
  }

  /** Gives back all of the memory. */
  drop(): void {
    this.#hold(0);
  }

  #hold(bytes: number): void {
    if (bytes > this.#held) this.#budget?.take(bytes - this.#held);
    else this.#budget?.give(this.#held - bytes);
    this.#held = bytes;
  }
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** The values of some lines. Empty ones do not count. */
export function parseLines(lines: Buffer, watch?: ValueWatch): SubmittedValue[] {
  const isText = isUtf8(lines);
  return lineSpans(lines).map(([begin, end]) => parseValue(lines, begin, end, { isText, watch }));
}

/** The same for many lines, which take long to read: others have their turn in between. */
export async function parseLinesInTurns(lines: Buffer): Promise<SubmittedValue[]> {
  const isText = isUtf8(lines);
  const turns = new Turns();
  const values: SubmittedValue[] = [];
  for (const [begin, end] of lineSpans(lines)) {
    if (turns.isOver) await turns.end();
    values.push(parseValue(lines, begin, end, { isText }));
  }
  return values;
}

/** Where the lines begin and end that are not empty. */
export function lineSpans(lines: Buffer): [begin: number, end: number][] {
  const spans: [begin: number, end: number][] = [];
  for (let at = 0; at < lines.length;) {
    const found = lines.indexOf(LF, at);
    const end = found < 0 ? lines.length : found;
    if (!isBlank(lines, at, end)) spans.push([at, end]);
    at = end + 1;
  }
  return spans;
}

/** One JSON text as submitted. */
export interface SubmittedJson {
  /** Whether it is an array of records; otherwise the text is the one item. */
  readonly isArray: boolean;
  readonly values: SubmittedValue[];
}

/**
 * The values of a JSON text.
 * @throws ENCODING_INVALID, JSON_INVALID, JSON_TOO_DEEP when the text as a whole is wrong; TOO_LARGE more than `maxValues`
 */
export function parseSubmittedJson(bytes: Buffer, maxValues: number, watch?: ValueWatch): SubmittedJson {
  const { isArray, spans } = spansIn(bytes, maxValues);
  return { isArray, values: spans.map(([begin, end]) => parseValue(bytes, begin, end, { isText: true, watch })) };
}

/** The same for bytes of a stranger, which may take long to read: others have their turn in between. */
export async function parseSubmittedJsonInTurns(bytes: Buffer, maxValues: number): Promise<SubmittedJson> {
  const turns = new Turns();
  const { isArray, spans } = spansIn(bytes, maxValues);
  const values: SubmittedValue[] = [];
  for (const [begin, end] of spans) {
    if (turns.isOver) await turns.end();
    values.push(parseValue(bytes, begin, end, { isText: true }));
  }
  return { isArray, values };
}

/** Where the values of a JSON text begin and end. Nothing is built, so this takes little. */
function spansIn(bytes: Buffer, maxValues: number): { isArray: boolean; spans: [begin: number, end: number][] } {
  if (!isUtf8(bytes)) throw new WarifuError("ENCODING_INVALID", "the body is not valid UTF-8");
  const start = afterSpace(bytes, 0);
  const isArray = bytes[start] === 0x5b;
  if (!isArray) {
    scan(bytes, start, () => undefined);
    return { isArray, spans: [[start, bytes.length]] };
  }
  const bounds = itemBounds(bytes, start, maxValues);
  return { isArray, spans: bounds.slice(1).map((end, at) => [(bounds[at] as number) + 1, end]) };
}

/**
 * The text of each item of a JSON array, as it stands there. The items themselves are not parsed.
 * @throws ENCODING_INVALID, JSON_TOO_DEEP; JSON_INVALID it is no array; TOO_LARGE more than `maxItems`
 */
export function textsOfItems(bytes: Buffer, maxItems: number): Buffer[] {
  if (!isUtf8(bytes)) throw new WarifuError("ENCODING_INVALID", "the JSON is not valid UTF-8");
  const start = afterSpace(bytes, 0);
  if (bytes[start] !== 0x5b) throw new WarifuError("JSON_INVALID", "the JSON is no array");
  const bounds = itemBounds(bytes, start, maxItems);
  return bounds.slice(1).map((end, at) => {
    const begin = afterSpace(bytes, (bounds[at] as number) + 1);
    return Buffer.from(bytes.toString("utf8", begin, end).trimEnd());
  });
}

/** Where the opening bracket, the commas between items and the closing bracket of an array stand. */
function itemBounds(bytes: Buffer, start: number, maxValues: number): number[] {
  const bounds = [start];
  const end = scan(bytes, start, (at) => {
    bounds.push(at);
    if (bounds.length > maxValues) throw tooMany(maxValues);
  });
  if (bytes[end] !== 0x5d || afterSpace(bytes, end + 1) < bytes.length)
    throw new WarifuError("JSON_INVALID", "the array does not end, or something follows it");
  if (bounds.length === 1 && afterSpace(bytes, start + 1) === end) return bounds;
  bounds.push(end);
  for (let at = 1; at < bounds.length; at++)
    if (afterSpace(bytes, (bounds[at - 1] as number) + 1) === bounds[at])
      throw new WarifuError(
        "JSON_INVALID",
        "there is no value before or after a comma: take away a comma too many, such as one that ends the list",
      );
  return bounds;
}

/**
 * Walks over a JSON value without building anything, and tells of the commas at its top level.
 * @returns where its last bracket stands, or the length when there is none
 * @throws JSON_TOO_DEEP
 */
function scan(bytes: Buffer, start: number, onComma: (at: number) => void): number {
  let depth = 0;
  let isString = false;
  // The array around the records is one level more than a record may have.
  const deepest = MAX_JSON_DEPTH + 1;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) isString = false;
    } else if (byte === 0x22) isString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepest) throw new WarifuError("JSON_TOO_DEEP", `values nest deeper than ${MAX_JSON_DEPTH}`);
    } else if (byte === 0x5d || byte === 0x7d) {
      if (--depth <= 0) return at;
    } else if (byte === 0x2c && depth === 1) onComma(at);
  }
  return bytes.length;
}

/**
 * The value between two places. It is decoded by itself, so that what is kept of one record never keeps the memory of a whole
 * batch.
 * @param isText whether all bytes are known to be UTF-8
 */
export function parseValue(
  bytes: Buffer,
  begin: number,
  end: number,
  { isText, watch }: { readonly isText: boolean; readonly watch?: ValueWatch | undefined },
): SubmittedValue {
  if (end - begin > MAX_RECORD_BYTES) return recordTooLarge();
  try {
    if (!isText && !isUtf8(bytes.subarray(begin, end)))
      throw new WarifuError("ENCODING_INVALID", "the record is not valid UTF-8");
    return parseJson(bytes.toString("utf8", begin, end), "record", watch?.onRespelled);
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    watch?.onUnreadable(error, bytes.subarray(begin, end));
    return error;
  }
}

function isBlank(bytes: Buffer, begin: number, end: number): boolean {
  return afterSpace(bytes, begin, end) === end;
}

/** Where the first byte stands that is no white space; `end` when there is none before it. */
function afterSpace(bytes: Buffer, begin: number, end = bytes.length): number {
  let at = begin;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break;
  }
  return at;
}

function recordTooLarge(): WarifuError {
  return new WarifuError("TOO_LARGE", `a record may have ${MAX_RECORD_BYTES} bytes`);
}

function tooMany(maxValues: number): WarifuError {
  return new WarifuError("TOO_LARGE", `a request may have ${maxValues} records: send the rest in another one`);
}

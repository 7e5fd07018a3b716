/**
 * Items from JSON, NDJSON or CSV, and the keys by which a repeated submission of the same file is recognised. NDJSON and CSV
 * are read piece by piece, so memory use does not depend on the file's length; JSON is read whole.
 */
import { createHash, randomBytes, type Hash } from "node:crypto";
import { toHex } from "../core/bytes.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import type { Profile } from "../profiles/profile.ts";
import { parseLines, readLines, type ValueWatch } from "../sources/submitted-values.ts";
import { readCsv } from "../sources/csv.ts";
import type { CsvMap } from "../sources/csv-map.ts";
import { doubtIn } from "../sources/doubtful-text.ts";
import { notUtf8 } from "../sources/encoding.ts";
import { Notes } from "../sources/notes.ts";
import type { Originals } from "../sources/originals.ts";
import { readWhole, type WholeFormat } from "./whole-input.ts";
import type { Input } from "./input.ts";

/** An item, or what is wrong with it: a bad item does not hold up the others. */
export type Item = JsonValue | WarifuError;

/** All items of an input. */
export interface Items {
  /** The same for the same bytes of a file read the same way; new for each reading of stdin. 16 hexadecimal digits. */
  readonly keyPrefix: string;
  /** The format they were read as. */
  readonly format: ReadFormat;
  /** Whether the input can be read again: a file can, a stream cannot. */
  readonly isRepeatable: boolean;
  /** How many there are, if known beforehand. */
  readonly total: number | undefined;
  /** Where arrays of objects are, when the whole input is one JSON object: one of them may have been meant. */
  readonly arraysAt: readonly string[];
  /** Whether they are the parts of a document of the field. */
  readonly isDocument?: boolean | undefined;
  /** The records' type, implied by the kind of document, if none was named. */
  readonly type?: string | undefined;
  items(): AsyncIterable<Item>;
  /** Of a table, the row that an item was made of; of what is wrong with a row, nothing: it says so itself. */
  readonly rowOf?: ((item: Item) => number | undefined) | undefined;
}

/** What an input can be read as. */
export type ReadFormat = "ndjson" | "csv" | WholeFormat;

/** How an input is read. */
export interface ReadingOptions {
  /** JSON pointer (RFC 6901) to the array of items. */
  readonly pointer?: string | undefined;
  /** Delimiter between the cells of CSV; determined from the rows by default. */
  readonly delimiter?: string | undefined;
  /** Whether the format was named, so that plain JSON is not taken for anything else. */
  readonly isFormatNamed?: boolean | undefined;
  /** The items are claims of records of this type. */
  readonly type?: string | undefined;
  /** How columns of CSV become records. */
  readonly map?: CsvMap | undefined;
  /** Who sends the records. */
  readonly source?: string | undefined;
  /** The profile of a type; asked for only if it decides how something is read. */
  readonly profileOf?: ((type: string) => Promise<Profile>) | undefined;
  /** Collects notes about the items; complete once all have been read. */
  readonly notes?: Notes | undefined;
  /** Collects the original text of items; complete for an item when it is yielded. */
  readonly originals?: Originals | undefined;
}

/** JSON is read whole, up to this size. */
const MAX_JSON_BYTES = 67_108_864;
const PREFIX_BYTES = 8;
const LF = 0x0a;

/**
 * Opens the items of an input.
 * @throws USAGE, and what the parsers of core/json.ts and the readers of sources/ throw when the input as a whole is not
 *   readable
 */
export async function openItems(input: Input, format: ReadFormat, options: ReadingOptions = {}): Promise<Items> {
  const { pointer, notes = new Notes() } = options;
  if (pointer !== undefined && (format === "ndjson" || format === "csv" || format === "xml"))
    throw new WarifuError("USAGE", `--items points into JSON; ${input.name} is read as ${format.toUpperCase()}`);
  for (const note of input.notes) notes.add(note);
  if (input.isWhole && input.head.toString("latin1").trim() === "") throw nothingIn("it is empty");
  const items = await openAs(input, format, { ...options, notes });
  if (items.total === 0)
    throw nothingIn(format === "csv" ? "there is no row below the header" : "there is no item in it");
  return items;
}

/** The error for an input without items, raised before the service is contacted. */
function nothingIn(reason: string): WarifuError {
  return new WarifuError("USAGE", `nothing was recorded: ${reason}`);
}

type Options = ReadingOptions & { readonly notes: Notes };

async function openAs(input: Input, format: ReadFormat, options: Options): Promise<Items> {
  if (format === "ndjson" || format === "csv") return openRows(input, format, options);
  const hash = createHash("sha256");
  const bytes = await collect(input, hash);
  const { values, isTimed, ...whole } = await readWhole(bytes, format, { ...options, watch: watchOf(options) });
  hash.update(meaning(input, format, { ...options, type: options.type ?? whole.type }));
  // Records that depend on the time of reading differ each time.
  const keyPrefix = input.isRepeatable && !isTimed ? prefixOf(hash) : freshPrefix();
  return {
    ...whole,
    keyPrefix,
    format,
    isRepeatable: input.isRepeatable,
    total: values.length,
    items: () => watched(values, options.notes),
  };
}

async function openRows(input: Input, format: "ndjson" | "csv", options: Options): Promise<Items> {
  const rows = new WeakMap<object, number>();
  const items = (): AsyncIterable<Item> =>
    format === "csv" ? csvItems(input, options, rows) : watched(ndjsonItems(input, options), options.notes);
  const { isRepeatable } = input;
  const rowOf = (item: Item): number | undefined => rows.get(Object(item) as object);
  const read = { format, isRepeatable, arraysAt: [], items, rowOf };
  if (!isRepeatable) return { ...read, keyPrefix: freshPrefix(), total: undefined };
  const { keyPrefix, lines } = await survey(input, meaning(input, format, options));
  // CSV is read through once before anything is sent: otherwise an unclosed quote would stop the submission half-way.
  const total =
    format === "csv"
      ? await count(csvRows(input, { ...options, notes: new Notes(), originals: undefined }, undefined))
      : lines;
  return { ...read, keyPrefix, total };
}

async function* csvItems(
  input: Input,
  options: Options,
  rows: WeakMap<object, number>,
): AsyncGenerator<Item, void, undefined> {
  const { map, profileOf } = options;
  const type = map?.type ?? options.type;
  const profile = type === undefined ? undefined : await profileOf?.(type);
  yield* csvRows(input, options, profile, rows);
}

function csvRows(
  input: Input,
  { delimiter, map, notes, originals }: Options,
  profile: Profile | undefined,
  rows?: WeakMap<object, number>,
): AsyncIterable<Item> {
  const likelyDelimiter = /\.(?:tsv|tab)(?:\.gz)?$/i.test(input.name) ? "\t" : undefined;
  const { head, isWhole } = input;
  const ways = { delimiter, likelyDelimiter, map, profile: profile?.document };
  return readCsv(input.bytes(), { head, isWhole, ...ways, notes, originals, rows });
}

async function* ndjsonItems(input: Input, options: Options): AsyncGenerator<Item, void, undefined> {
  if (/^\s*[[{][ \t\r]*\n/.test(input.head.toString("latin1")))
    options.notes.add(
      "its first line is only the beginning of a value: NDJSON has a whole one on each line; write each on one line, as jq -c does",
    );
  const watch = watchOf(options);
  for await (const slice of readLines(input.bytes(), Number.MAX_SAFE_INTEGER, (lines) => parseLines(lines, watch)))
    for (const item of slice) yield codeOf(item) === "ENCODING_INVALID" ? notUtf8(input.head, "the line") : item;
}

function watchOf({ notes, originals }: Options): ValueWatch {
  const onUnreadable = (error: WarifuError, text: Buffer): void => {
    // Bytes that are not UTF-8 could only be written down as something else.
    if (error.code !== "ENCODING_INVALID") originals?.keep(error, text.toString("utf8").trim());
  };
  return { onRespelled: notes.countRespelled, onUnreadable };
}

/** Text that looks damaged is recorded unchanged, with a note. */
async function* watched(
  items: AsyncIterable<Item> | Iterable<Item>,
  notes: Notes,
): AsyncGenerator<Item, void, undefined> {
  let number = 0;
  for await (const item of items) {
    number++;
    const doubt = item instanceof WarifuError ? undefined : doubtWithin(item);
    if (doubt !== undefined) notes.add(`item ${number}${doubt}`);
    yield item;
  }
}

/** Where the first text that looks damaged is within a value, and what is wrong with it. */
function doubtWithin(value: JsonValue): string | undefined {
  if (typeof value === "string") {
    const doubt = doubtIn(value);
    return doubt && `: ${doubt}`;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const doubt = doubtWithin(member);
    if (doubt !== undefined) return `, ${Array.isArray(value) ? Number(name) + 1 : name.slice(0, 64)}${doubt}`;
  }
  return undefined;
}

async function collect(input: Input, hash: Hash): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input.bytes((raw) => hash.update(raw))) {
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
async function survey(input: Input, meant: string): Promise<{ keyPrefix: string; lines: number }> {
  const hash = createHash("sha256");
  let lines = 0;
  let last = LF;
  for await (const piece of input.bytes((raw) => hash.update(raw))) {
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) lines++;
    last = piece.at(-1) as number;
  }
  hash.update(meant);
  return { keyPrefix: prefixOf(hash), lines: lines + (last === LF ? 0 : 1) };
}

async function count(items: AsyncIterable<Item>): Promise<number> {
  let total = 0;
  for await (const _item of items) total++;
  return total;
}

/** How the bytes of a file are meant: another part of it, or another type, makes it another submission. One last line. */
function meaning({ encoding }: Input, format: ReadFormat, options: ReadingOptions): string {
  const { pointer, delimiter, type, source } = options;
  return `\n${JSON.stringify([encoding, format, pointer, delimiter, type, source].map((one) => one ?? null))}`;
}

function prefixOf(hash: Hash): string {
  return toHex(hash.digest().subarray(0, PREFIX_BYTES));
}

function freshPrefix(): string {
  return toHex(randomBytes(PREFIX_BYTES));
}

/**
 * Rows of CSV (RFC 4180) as objects. The header row gives the names. Every value is text, exactly as it stands there,
 * unless the profile says that the claim is a number or a boolean, or has no room for an empty text.
 *
 * Invariant: a message says where, by row and column, and never what stands there.
 */
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import { dialectOf } from "./csv-dialect.ts";
import { columnsOf, type Column } from "./csv-header.ts";
import type { CsvMap } from "./csv-map.ts";
import { CsvRows, type CsvRow } from "./csv-rows.ts";
import { doubtIn } from "./doubtful-text.ts";
import { asText, isRespelled } from "./typed-cells.ts";
import { MappedRows } from "./mapped-rows.ts";
import { notUtf8 } from "./encoding.ts";
import type { Notes } from "./notes.ts";
import type { Originals } from "./originals.ts";

/** How a CSV is read. */
export interface CsvOptions {
  /** The first bytes, from which the delimiter is told; all of them when {@link CsvOptions.isWhole}. */
  readonly head: Uint8Array;
  readonly isWhole: boolean;
  /** Somebody named it. */
  readonly delimiter?: string | undefined;
  /** The name of the file says so. */
  readonly likelyDelimiter?: string | undefined;
  /** How columns become records; without it, each row is the claims of one. */
  readonly map?: CsvMap | undefined;
  /** What the claims are; without it, every cell is text. */
  readonly profile?: ProfileDocument | undefined;
  readonly notes: Notes;
  /** Takes each row as text. */
  readonly originals?: Originals | undefined;
  /** Takes the row that each object was made of. */
  readonly rows?: WeakMap<object, number> | undefined;
}

/** Text that a spreadsheet writes to keep a number as text. */
const SPREADSHEET_TEXT = /^="[^]*"$/;

/**
 * The rows after the header, each an object or what is wrong with it. Empty lines do not count.
 * @throws ENCODING_INVALID not UTF-8, or with characters that show another encoding; USAGE when quotes do not match, the
 *   delimiter cannot be told, or the header cannot give names
 */
export async function* readCsv(
  bytes: AsyncIterable<Buffer>,
  options: CsvOptions,
): AsyncGenerator<JsonObject | WarifuError, void, undefined> {
  const { profile, notes, originals } = options;
  const head = new TextDecoder().decode(options.head, { stream: !options.isWhole });
  const dialect = dialectOf(head, options);
  for (const note of dialect.notes) notes.add(note);
  const { delimiter } = dialect;
  let columns: readonly Column[] | undefined;
  let mapped: MappedRows | undefined;
  let isFirst = true;
  for await (const row of rowsOf(bytes, delimiter)) {
    if (row.number < dialect.headerRow) continue;
    assertReadable(row);
    if (columns === undefined) {
      if (options.map) mapped = new MappedRows(row, options.map, profile, notes);
      columns = mapped ? row.cells.map(unread) : headed(row, profile, notes);
      if (originals) originals.table = { header: lineOf(row, delimiter), delimiter };
    } else if (!isLeftOut(row, columns, notes)) {
      const item = mapped ? mapped.read(row, notes) : toObject(columns, row, notes);
      if (isFirst && item instanceof WarifuError && !mapped && fillsNameless(row, columns)) throw titleAbove(item);
      isFirst = false;
      originals?.keep(item, lineOf(row, delimiter));
      if (!(item instanceof WarifuError)) options.rows?.set(item, row.number);
      yield item;
    }
  }
}

/** A column that the mapping reads, if anybody. */
function unread(_cell: string, at: number): Column {
  return { name: undefined, label: `column ${at + 1}`, read: asText };
}

function headed(row: CsvRow, profile: ProfileDocument | undefined, notes: Notes): readonly Column[] {
  const columns = columnsOf(row, profile);
  for (const { name, label } of columns) {
    if (name === undefined)
      notes.add(`row ${row.number}, ${label}: it has no name and is left out; a row that fills it is refused`);
    const doubt = doubtIn(name ?? "");
    if (doubt !== undefined) notes.add(`row ${row.number}, ${label}: ${doubt}`);
  }
  return columns;
}

/** The row as RFC 4180 writes it, with quotes where they are needed. */
function lineOf({ cells }: CsvRow, delimiter: string): string {
  const isPlain = (cell: string): boolean => !/["\r\n]|^\s|\s$/.test(cell) && !cell.includes(delimiter);
  return cells.map((cell) => (isPlain(cell) ? cell : `"${cell.replaceAll('"', '""')}"`)).join(delimiter);
}

/** In a table of several columns, a line of spaces is no row, and neither is one of delimiters as spreadsheets leave them. */
function isLeftOut({ cells }: CsvRow, columns: readonly Column[], notes: Notes): boolean {
  if (columns.length === 1 || cells.some((cell) => cell.trim() !== "")) return false;
  if (cells.length > 1) notes.add("rows that have nothing but empty cells are left out");
  return true;
}

async function* rowsOf(bytes: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvRow, void, undefined> {
  const rows = new CsvRows(delimiter);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const piece of bytes) yield* rows.push(decoded(piece, decoder));
  yield* rows.push(decoded(undefined, decoder));
  yield* rows.end();
}

function decoded(piece: Buffer | undefined, decoder: TextDecoder): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw notUtf8(piece ?? Buffer.alloc(0), "the CSV");
  }
}

/** @throws ENCODING_INVALID naming the cell with a character that no text in UTF-8 has */
function assertReadable({ number, cells }: CsvRow): void {
  for (const [at, cell] of cells.entries()) {
    const isNul = cell.includes("\0");
    if (!isNul && !cell.includes("\u001b")) continue;
    const what = isNul
      ? "a NUL character: the text may be UTF-16; name its encoding with --encoding utf-16le, or export it again"
      : "an escape character: the text may be ISO-2022; name its encoding with --encoding iso-2022-jp";
    throw new WarifuError("ENCODING_INVALID", `row ${number}, column ${at + 1}: it holds ${what}`);
  }
}

function toObject(columns: readonly Column[], row: CsvRow, notes: Notes): JsonObject | WarifuError {
  const { number, cells } = row;
  const refused = (reason: string): WarifuError =>
    new WarifuError("RECORD_INVALID", `row ${number}${reason}`, { details: { row: number } });
  const named = columns.findLastIndex(({ name }) => name !== undefined) + 1;
  const filled = cells.findLastIndex((cell) => cell !== "") + 1;
  if (cells.length < named || filled > columns.length)
    return refused(` has ${Math.max(filled, cells.length)} fields, the header ${columns.length}`);
  if (cells.length > columns.length)
    notes.add("there are rows with empty cells after the last column, which are left out");
  const object: JsonObject = {};
  for (const [at, { name, label, read }] of columns.entries()) {
    const cell = cells[at] ?? "";
    if (name === undefined) {
      if (cell.trim() === "") continue;
      return refused(`, ${label}: the header gives this column no name: name it, or take a title above it away`);
    }
    if (SPREADSHEET_TEXT.test(cell))
      return refused(`, ${label}: it holds a spreadsheet's formula (="…"): export the column as text`);
    const meaning = read(cell);
    if ("wrong" in meaning) return refused(`, ${label}: ${meaning.wrong}`);
    if ("value" in meaning) object[name] = meaning.value;
    if ("value" in meaning && isRespelled(meaning.value, cell)) notes.countRespelled();
    const doubt = doubtIn(cell);
    if (doubt !== undefined) notes.add(`row ${number}, ${label}: ${doubt}`);
  }
  return object;
}

/** Whether a row has something in a column that the header gives no name. */
function fillsNameless({ cells }: CsvRow, columns: readonly Column[]): boolean {
  return columns.some(({ name }, at) => name === undefined && (cells[at] ?? "").trim() !== "");
}

/** When already the first row fills a column without a name, the header was none. */
function titleAbove({ message, details }: WarifuError): WarifuError {
  return new WarifuError("USAGE", message, { details });
}

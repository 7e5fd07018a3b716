/**
 * How the rows of a CSV are to be read, told from its first bytes: which delimiter, and which rows stand before the
 * header. Each delimiter is tried, quotes respected; the one under which header and rows agree is taken. Where none or
 * several do, as a decimal comma can make it look, nothing is guessed.
 */
import { WarifuError } from "../core/errors.ts";
import { CsvRows, type CsvRow } from "./csv-rows.ts";

/** What is told from the first bytes. */
export interface Dialect {
  readonly delimiter: string;
  /** Number of the header's row. */
  readonly headerRow: number;
  /** What may surprise somebody. */
  readonly notes: readonly string[];
}

export interface DialectHints {
  /** Somebody named it. */
  readonly delimiter?: string | undefined;
  /** The file's name says so, as ".tsv" does. */
  readonly likelyDelimiter?: string | undefined;
  /** Whether the head is the whole text. */
  readonly isWhole: boolean;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
const NAMES: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };
const SAMPLED_ROWS = 200;
const REMEDY = 'name the delimiter with --delimiter, such as --delimiter ";"';
const DECIMAL = /^\s*[+-]?(?:0|[1-9]\d*),\d+\s*$/;
// Excel's own first line; it may stand in quotes.
const SEPARATOR_LINE = /^"?sep=([^\r\n])"?[ \t]*(?=[\r\n]|$)/i;

/** What one delimiter makes of the text. */
interface Trial {
  readonly delimiter: string;
  readonly headerRow: number;
  /** Fields of the header. */
  readonly width: number;
  /** Fields of each row after it, empty ones at the end not counted where the header has none for them. */
  readonly widths: readonly number[];
  /** Whether all of it can be one column of numbers with decimal commas. */
  readonly isDecimal: boolean;
}

/**
 * The dialect of a text.
 * @throws USAGE naming --delimiter when it cannot be told
 */
export function dialectOf(head: string, hints: DialectHints): Dialect {
  const separator = SEPARATOR_LINE.exec(head)?.[1];
  const delimiter = hints.delimiter ?? separator;
  const first = separator === undefined ? 1 : 2;
  const trialOf = (one: string): Trial => attempt(head, one, first, hints.isWhole);
  const trial = delimiter === undefined ? chosen(DELIMITERS.map(trialOf), hints.likelyDelimiter) : trialOf(delimiter);
  const skipped = trial.headerRow - first;
  const notes =
    skipped > 0 ? [`${skipped} comment ${skipped === 1 ? "line" : "lines"} before the header not recorded`] : [];
  return { delimiter: trial.delimiter, headerRow: trial.headerRow, notes };
}

function attempt(head: string, delimiter: string, first: number, isWhole: boolean): Trial {
  const rows = sampled(head, delimiter, isWhole).filter(({ number }) => number >= first);
  const headerAt = afterComments(rows);
  const [header, ...others] = rows.slice(headerAt);
  const width = header?.cells.length ?? 0;
  return {
    delimiter,
    headerRow: header?.number ?? first,
    width,
    widths: others.map(({ cells }) => significant(cells, width)),
    isDecimal: delimiter === "," && header !== undefined && isDecimalColumn(header, others),
  };
}

/** A name with a comma as names have it, "PM2,5" or "Height, m", above rows that have at most one, between digits. */
function isDecimalColumn({ cells }: CsvRow, rows: readonly CsvRow[]): boolean {
  const name = cells.join(",");
  const isName = /^[^,]*(?:\d,\d|,\s)[^,]*$/.test(name) && !DECIMAL.test(name);
  return isName && rows.length > 0 && rows.every((row) => row.cells.length === 1 || DECIMAL.test(row.cells.join(",")));
}

function sampled(head: string, delimiter: string, isWhole: boolean): CsvRow[] {
  const rows = new CsvRows(delimiter);
  const found: CsvRow[] = [];
  try {
    // In pieces, so that the rows before a wrong quote count.
    for (const line of head.split(/(?<=\n)/)) found.push(...rows.push(line));
    if (isWhole) found.push(...rows.end());
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
  }
  return found.slice(0, SAMPLED_ROWS);
}

/** How many fields a row has for a header of that width. */
function significant(cells: readonly string[], width: number): number {
  let count = cells.length;
  while (count > width && cells[count - 1] === "") count--;
  return count;
}

/** Lines of one cell that begin with # stand before the header when what follows has several. */
function afterComments(rows: readonly CsvRow[]): number {
  const isComment = ({ cells }: CsvRow): boolean => cells.length === 1 && cells[0]?.startsWith("#") === true;
  const at = rows.findIndex((row) => !isComment(row));
  return at > 0 && (rows[at] as CsvRow).cells.length > 1 ? at : 0;
}

function chosen(trials: readonly Trial[], likely: string | undefined): Trial {
  const plausible = trials.filter(isPlausible);
  const named = trials.find(({ delimiter }) => delimiter === likely);
  if (named && (named.width > 1 || plausible.length === 0)) return named;
  const [only] = plausible;
  if (plausible.length > 1) return widest(plausible);
  if (only?.isDecimal) throw decimals();
  return only && agrees(only) ? only : notAgreeing(trials, only);
}

function agrees({ width, widths }: Trial): boolean {
  return widths.every((one) => one === width);
}

/**
 * Of several, the one that makes more cells than any other and fits all rows: the comma of "PM2,5" and "16,40" makes two
 * of each row as well. A comma never wins so, because it may be a decimal one.
 */
function widest(plausible: readonly Trial[]): Trial {
  const [most, next] = plausible.toSorted((a, b) => b.width - a.width) as [Trial, Trial];
  if (most.width > next.width && most.delimiter !== "," && agrees(most)) return most;
  throw undecided(plausible);
}

/** Whether header and most rows have several fields, and the same number of them. */
function isPlausible({ width, widths }: Trial): boolean {
  return width > 1 && 2 * widths.filter((one) => one === width).length >= widths.length;
}

/** No delimiter makes header and rows agree: there is one column, or rows of many lengths under one header. */
function notAgreeing(trials: readonly Trial[], plausible: Trial | undefined): Trial {
  const splitting = trials.find(({ width, widths }) => width === 1 && isMostly(widths));
  if (splitting) throw disagreeing(splitting);
  const wide = plausible ? [plausible] : trials.filter(({ width }) => width > 1);
  if (wide.length > 1) throw undecided(wide);
  return (wide[0] ?? trials[0]) as Trial;
}

/** Whether most rows have several fields, the same number of them. */
function isMostly(widths: readonly number[]): boolean {
  return widths.some((width) => width > 1 && 2 * widths.filter((one) => one === width).length >= widths.length);
}

function undecided(trials: readonly Trial[]): WarifuError {
  const names = trials.map(({ delimiter }) => NAMES[delimiter]).join(" or ");
  return new WarifuError("USAGE", `the delimiter may be ${names}, header and rows do not tell: ${REMEDY}`);
}

function decimals(): WarifuError {
  return new WarifuError(
    "USAGE",
    "the commas may stand before the decimals of one column, or between two columns: " +
      'say --delimiter ";" for one column, or --delimiter "," for two',
  );
}

function disagreeing({ delimiter, headerRow, widths }: Trial): WarifuError {
  const most = widths.find((width) => width > 1) as number;
  return new WarifuError(
    "USAGE",
    `row ${headerRow} has 1 field and the rows below it ${most}, if the delimiter is a ${NAMES[delimiter]}: ` +
      `take a title above the header away, or ${REMEDY}`,
  );
}

/**
 * Text into rows of cells, as RFC 4180 has it: a cell in quotes may hold delimiters and line breaks, and doubled quotes.
 * Lines end with CR LF, LF or CR. A quote within a cell that does not begin with one is a character like any other.
 *
 * Invariant: a quote that leaves open where a cell ends is refused, never guessed, and no message holds text of a cell.
 */
import { WarifuError } from "../core/errors.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";

/** A row as it stands in the file. */
export interface CsvRow {
  /** From 1, as a spreadsheet counts: header and empty rows have numbers too. */
  readonly number: number;
  readonly cells: readonly string[];
}

const LONGEST_ROW = 2 * MAX_RECORD_BYTES;

type State = "start" | "plain" | "quoted" | "closing";

/** Splits text that arrives in pieces. Rows without a character are counted and not handed out. */
export class CsvRows {
  readonly #delimiter: string;
  readonly #plainEnd: RegExp;
  #rows: CsvRow[] = [];
  #cells: string[] = [];
  #cell = "";
  #state: State = "start";
  #number = 1;
  #length = 0;
  // A line feed after a carriage return belongs to it, also when it comes with the next piece.
  #isAfterReturn = false;

  /** @param delimiter one character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#plainEnd = new RegExp(`[${delimiter.replace(/[\\\]^-]/, "\\$&")}\\r\\n]`, "g");
  }

  /**
   * The rows that end within this piece.
   * @throws USAGE naming row and column of a quote that is wrong
   */
  push(text: string): CsvRow[] {
    for (let at = 0; at < text.length;)
      at = this.#state === "quoted" ? this.#inQuotes(text, at) : this.#outside(text, at);
    if (this.#length + this.#cell.length > LONGEST_ROW)
      throw this.#wrong(`the row has more than ${LONGEST_ROW} characters: is a quote not closed?`);
    return this.#take();
  }

  /**
   * The last row, when the text does not end with a line end.
   * @throws USAGE when a quote is still open
   */
  end(): CsvRow[] {
    if (this.#state === "quoted") throw this.#wrong("a quote is opened and never closed: close it, or double it");
    if (this.#state !== "start" || this.#cells.length > 0) this.#endRow();
    return this.#take();
  }

  #take(): CsvRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #inQuotes(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    this.#cell += text.slice(at, end);
    if (quote < 0) return end;
    this.#state = "closing";
    return end + 1;
  }

  #outside(text: string, at: number): number {
    const character = text[at] as string;
    const isSecondHalf = character === "\n" && this.#isAfterReturn;
    this.#isAfterReturn = false;
    if (isSecondHalf) return at + 1;
    if (character === '"' && this.#state !== "plain") return this.#quote(at);
    if (character === this.#delimiter) this.#endCell();
    else if (character === "\n" || character === "\r") {
      this.#endRow();
      this.#isAfterReturn = character === "\r";
    } else return this.#plain(text, at);
    return at + 1;
  }

  /** A quote opens a cell, or is the second of two within one. */
  #quote(at: number): number {
    if (this.#state === "closing") this.#cell += '"';
    this.#state = "quoted";
    return at + 1;
  }

  #plain(text: string, at: number): number {
    if (this.#state === "closing")
      throw this.#wrong("text follows the quote that closes the cell: double the quotes within it");
    this.#plainEnd.lastIndex = at;
    const end = this.#plainEnd.exec(text)?.index ?? text.length;
    this.#cell += text.slice(at, end);
    this.#state = "plain";
    if (/^[ \t]+"/.test(this.#cell)) throw this.#wrong("a space stands before the quote: take it away");
    return end;
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#length += this.#cell.length;
    this.#cell = "";
    this.#state = "start";
  }

  #endRow(): void {
    const isEmpty = this.#state === "start" && this.#cells.length === 0;
    this.#endCell();
    if (!isEmpty) this.#rows.push({ number: this.#number, cells: this.#cells });
    this.#cells = [];
    this.#number++;
    this.#length = 0;
  }

  #wrong(reason: string): WarifuError {
    const place = { row: this.#number, column: this.#cells.length + 1 };
    return new WarifuError("USAGE", `row ${place.row}, column ${place.column}: ${reason}`, { details: place });
  }
}

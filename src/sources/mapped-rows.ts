/**
 * Rows of CSV as records, by a mapping (csv-map.ts). A row's key is a digest of its key cells, never the cells themselves, since
 * they may be personal.
 *
 * Invariant: a message names row, column and claim, and never what stands there.
 */
import { toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { SOURCE_NAME } from "../core/record.ts";
import { sha256 } from "../core/sha256.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { ClaimSource, CsvMap } from "./csv-map.ts";
import type { CsvRow } from "./csv-rows.ts";
import { doubtIn } from "./doubtful-text.ts";
import type { Notes } from "./notes.ts";
import {
  asText,
  cellReader,
  claimNames,
  isRespelled,
  numberReader,
  type CellMeaning,
  type CellReader,
} from "./typed-cells.ts";

/** A claim, and where and how it is read. */
interface MappedClaim {
  readonly name: string;
  readonly at: number;
  readonly read: CellReader;
}

type ColumnSource = Extract<ClaimSource, { readonly column: string }>;

/** The rows below one header. */
export class MappedRows {
  readonly #map: CsvMap;
  readonly #width: number;
  readonly #claims: readonly MappedClaim[];
  readonly #constants: JsonObject = {};
  readonly #keyAt: readonly number[];
  readonly #sourceAt: number | undefined;
  #hasNumber = false;

  /** @throws USAGE a column of the mapping is not in the header, or twice; a claim is none of the profile's */
  constructor(header: CsvRow, map: CsvMap, profile: ProfileDocument | undefined, notes: Notes) {
    const names = header.cells.map((cell) => cell.trim());
    const find = (name: string): number => placeOf(name, names, header.number);
    this.#map = map;
    this.#width = names.findLastIndex((name) => name !== "") + 1;
    const claims: MappedClaim[] = [];
    for (const [name, source] of map.claims) {
      assertClaim(name, profile);
      if ("text" in source) this.#constants[name] = source.text;
      else claims.push({ name, at: find(source.column), read: this.#readerOf(name, source, profile) });
    }
    this.#claims = claims;
    if (map.decimal === "," && profile !== undefined && !this.#hasNumber)
      throw new WarifuError(
        "USAGE",
        'the mapping says that a comma stands before decimals, and no claim is a number: give those that are "number": true',
      );
    this.#keyAt = map.key.map(find);
    this.#sourceAt = typeof map.source === "string" ? undefined : find(map.source.column);
    const used = new Set([
      ...claims.map(({ at }) => at),
      ...this.#keyAt,
      ...(this.#sourceAt === undefined ? [] : [this.#sourceAt]),
    ]);
    const left = names.length - used.size;
    if (left > 0) notes.add(`the mapping leaves out ${left} of the ${names.length} columns`);
  }

  /** The record of a row, or what is wrong with it. */
  read({ number, cells }: CsvRow, notes: Notes): JsonObject | WarifuError {
    if (cells.length < this.#width || cells.slice(this.#width).some((cell) => cell !== ""))
      return refused(number, ` has ${cells.length} fields, the header ${this.#width}`);
    const claims: JsonObject = { ...this.#constants };
    for (const { name, at, read } of this.#claims) {
      const cell = cells[at] as string;
      const meaning: CellMeaning = this.#isAbsent(cell) ? { isAbsent: true } : read(cell);
      if ("wrong" in meaning) return refused(number, `, column ${at + 1}, for the claim ${name}: ${meaning.wrong}`);
      if ("value" in meaning) claims[name] = meaning.value;
      if ("value" in meaning && isRespelled(meaning.value, this.#asNumber(cell))) notes.countRespelled();
      const doubt = doubtIn(cell);
      if (doubt !== undefined) notes.add(`row ${number}, column ${at + 1}: ${doubt}`);
    }
    const source = this.#sourceOf(cells);
    if (!SOURCE_NAME.test(source))
      return refused(
        number,
        `, column ${(this.#sourceAt ?? 0) + 1}: with the prefix it is no name of a source: letters, digits and . _ : / @ -`,
      );
    return { key: this.#keyOf(source, cells), type: this.#map.type, source, claims };
  }

  /** @throws USAGE the profile takes no number for a claim that is one */
  #readerOf(name: string, { time, isNumber }: ColumnSource, profile: ProfileDocument | undefined): CellReader {
    if (time !== undefined) return (cell) => time.read(cell);
    const typed = profile === undefined ? asText : cellReader(profile, name);
    const read = isNumber ? numberReader(profile, name) : typed;
    if (read === undefined)
      throw new WarifuError("USAGE", `the profile ${profile?.type} takes no number for the claim ${name}`);
    // Where any text is a value, a comma is a comma.
    if ("value" in read("any text")) return read;
    this.#hasNumber = true;
    if (this.#map.decimal === ".") return read;
    return (cell) =>
      cell.includes(".")
        ? {
            wrong:
              "it has a point, and by the mapping a comma stands before the decimals: leave out separators of thousands",
          }
        : read(this.#asNumber(cell));
  }

  /** The cell of a number with a point before its decimals. */
  #asNumber(cell: string): string {
    return this.#map.decimal === "," ? cell.replace(",", ".") : cell;
  }

  #isAbsent(cell: string): boolean {
    return cell.trim() === "" || this.#map.absent.has(cell.trim());
  }

  #sourceOf(cells: readonly string[]): string {
    const { source } = this.#map;
    return typeof source === "string"
      ? source
      : `${source.prefix}${(cells[this.#sourceAt as number] as string).trim()}`;
  }

  #keyOf(source: string, cells: readonly string[]): string {
    const parts: JsonValue = this.#keyAt.length === 0 ? [...cells] : this.#keyAt.map((at) => cells[at] as string);
    return `row-${toBase64Url(sha256(utf8(JSON.stringify([this.#map.type, source, ...parts]))))}`;
  }
}

function placeOf(name: string, names: readonly string[], row: number): number {
  const at = names.indexOf(name.trim());
  if (at < 0) throw new WarifuError("USAGE", `row ${row}: the header has no column "${name}", which the mapping names`);
  if (names.includes(name.trim(), at + 1))
    throw new WarifuError("USAGE", `row ${row}: the header has two columns "${name}": rename one`);
  return at;
}

function assertClaim(name: string, profile: ProfileDocument | undefined): void {
  const known = profile && claimNames(profile);
  if (known !== undefined && !known.includes(name))
    throw new WarifuError("USAGE", `the profile ${profile?.type} has no claim ${name}: it has ${known.join(", ")}`);
}

function refused(row: number, reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `row ${row}${reason}`, { details: { row } });
}

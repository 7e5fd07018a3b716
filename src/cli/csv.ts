/**
 * Rows of CSV (RFC 4180) as objects. The header row gives the names; every value is text, exactly as it stands there: a
 * number in CSV has no type, and guessing one would change it.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse, CsvError } from "csv-parse";
import { WarifuError, messageOf } from "../core/errors.ts";
import { FORBIDDEN_NAMES, type JsonObject } from "../core/json.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";

const DELIMITERS = [",", ";", "\t"] as const;

/**
 * The rows behind the header, each an object or what is wrong with it. Empty lines do not count.
 * @param head the first bytes, from whose header row the delimiter is told: comma, semicolon or tab
 * @throws ENCODING_INVALID not UTF-8; USAGE when quotes do not match, or the header cannot give names
 */
export async function* readCsv(
  bytes: AsyncIterable<Buffer>,
  head: Buffer,
): AsyncGenerator<JsonObject | WarifuError, void, undefined> {
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 2 * MAX_RECORD_BYTES,
  });
  const feeding = pipeline(Readable.from(decoded(bytes)), parser).catch((error: unknown) => error);
  let names: string[] | undefined;
  try {
    for await (const row of parser as AsyncIterable<string[]>) {
      if (names) yield toObject(names, row);
      else names = assertHeader(row);
    }
  } catch (cause) {
    throw readableError(cause);
  } finally {
    parser.destroy();
    await feeding;
  }
}

/** The one that occurs most in the header row; a comma when none does. */
function delimiterOf(head: Buffer): string {
  const [header = ""] = head.toString("utf8").split("\n", 1);
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce<string>((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",");
}

async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new WarifuError("ENCODING_INVALID", "the CSV is not valid UTF-8: convert it first", { cause });
  }
}

function assertHeader(names: string[]): string[] {
  const isUsable = names.every((name) => name !== "" && !FORBIDDEN_NAMES.has(name));
  if (isUsable && new Set(names).size === names.length) return names;
  throw new WarifuError("USAGE", "the header row of the CSV must give every column a name, and no name twice");
}

function toObject(names: readonly string[], row: readonly string[]): JsonObject | WarifuError {
  if (row.length !== names.length)
    return new WarifuError("RECORD_INVALID", `the row has ${row.length} fields, the header ${names.length}`);
  return Object.fromEntries(names.map((name, at) => [name, row[at] as string]));
}

function readableError(cause: unknown): unknown {
  if (!(cause instanceof CsvError)) return cause;
  const { lines } = cause as CsvError & { readonly lines?: number };
  return new WarifuError("USAGE", `the CSV is malformed near line ${lines ?? "?"}: ${messageOf(cause)}`, { cause });
}

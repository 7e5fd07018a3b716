/**
 * A mapping `warifu-map/1`: how the columns of a city's export become records. With it, a row has a key of its own, so a file
 * that grows adds only its new rows.
 *
 *     { "format": "warifu-map/1", "type": "sensor-reading", "source": { "column": "station", "prefix": "santander/" },
 *       "key": ["station", "date"], "decimal": ",", "absent": ["-"],
 *       "claims": { "temperature": { "column": "TEMP", "number": true }, "unit": { "text": "C" },
 *                   "observedAt": { "column": "date", "time": "DD/MM/YYYY HH:mm", "zone": "Europe/Madrid" } } }
 */
import { fromUtf8, withoutByteOrderMark } from "../core/bytes.ts";
import { codeOf, messageOf, WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, parseJson, type JsonObject } from "../core/json.ts";
import { SOURCE_NAME } from "../core/record.ts";
import { ObjectReader } from "../core/object-reader.ts";
import { LocalTimeReader } from "./local-time.ts";

/** Value of the member `format`. */
const CSV_MAP_FORMAT = "warifu-map/1";

/** What a claim is made of. */
export type ClaimSource =
  | {
      readonly column: string;
      readonly time?: LocalTimeReader | undefined;
      /** Its cells are numbers, also where the profile takes text. */
      readonly isNumber?: boolean | undefined;
    }
  /** The same in every record. */
  | { readonly text: string };

/** A mapping. */
export interface CsvMap {
  readonly type: string;
  /** One for all rows, or the cell of a column after a prefix. */
  readonly source: string | { readonly column: string; readonly prefix: string };
  /** The columns that tell rows apart; the whole row when there are none. */
  readonly key: readonly string[];
  readonly claims: ReadonlyMap<string, ClaimSource>;
  readonly decimal: "." | ",";
  /** Cells that say that there is no value, besides empty ones. */
  readonly absent: ReadonlySet<string>;
}

/**
 * The mapping in a file.
 * @throws USAGE naming what is wrong
 */
export function parseCsvMap(bytes: Uint8Array): CsvMap {
  try {
    const value = parseJson(fromUtf8(withoutByteOrderMark(bytes), "mapping"), "mapping");
    return readMap(new ObjectReader(value, "mapping", "USAGE"), (value as JsonObject)["claims"]);
  } catch (cause) {
    if (codeOf(cause) === undefined || codeOf(cause) === "USAGE") throw cause;
    throw new WarifuError("USAGE", `the mapping is not readable: ${messageOf(cause)}`, { cause });
  }
}

function readMap(reader: ObjectReader, claims: unknown): CsvMap {
  if (reader.string("format") !== CSV_MAP_FORMAT) reader.fail("format", `must be "${CSV_MAP_FORMAT}"`);
  const map: CsvMap = {
    type: reader.string("type"),
    source: reader.isString("source") ? reader.string("source", SOURCE_NAME) : readSource(reader.object("source")),
    key: reader.has("key") ? reader.strings("key") : [],
    claims: readClaims(reader.object("claims"), Object.keys((claims ?? {}) as object)),
    decimal: reader.has("decimal") ? readDecimal(reader) : ".",
    absent: new Set(reader.has("absent") ? reader.strings("absent") : []),
  };
  if (new Set(map.key).size !== map.key.length) reader.fail("key", "names a column twice");
  reader.end();
  return map;
}

function readSource(reader: ObjectReader): { readonly column: string; readonly prefix: string } {
  const source = { column: reader.string("column"), prefix: reader.has("prefix") ? reader.string("prefix") : "" };
  reader.end();
  return source;
}

function readClaims(reader: ObjectReader, names: readonly string[]): ReadonlyMap<string, ClaimSource> {
  const claims = new Map<string, ClaimSource>();
  for (const name of names) {
    if (FORBIDDEN_NAMES.has(name)) reader.fail(name, "is no name for a claim");
    claims.set(name, reader.isString(name) ? { column: reader.string(name) } : readClaim(reader.object(name)));
  }
  if (claims.size === 0) throw new WarifuError("USAGE", "mapping.claims names no claim");
  return claims;
}

function readClaim(reader: ObjectReader): ClaimSource {
  if (reader.has("text")) {
    const text = reader.string("text");
    reader.end();
    return { text };
  }
  const column = reader.string("column");
  const time = reader.has("time") ? new LocalTimeReader(reader.string("time"), reader.string("zone")) : undefined;
  const isNumber = reader.has("number");
  if (isNumber && (time !== undefined || reader.value("number") !== true))
    reader.fail("number", "is true, for a claim that is no time, or left out");
  reader.end();
  return { column, time, isNumber };
}

function readDecimal(reader: ObjectReader): "." | "," {
  const decimal = reader.string("decimal");
  return decimal === "." || decimal === "," ? decimal : reader.fail("decimal", 'is "." or ","');
}

/**
 * What a cell of CSV means under a profile. CSV knows text only; the schema of a claim says whether it is a number or a
 * boolean, and whether an empty cell can be a value or means that the claim is absent.
 */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { codeOf, messageOf } from "../core/errors.ts";
import type { ProfileDocument } from "../profiles/profile.ts";

/** What a cell becomes: a value, nothing at all, or what is wrong with it (never the cell itself). */
export type CellMeaning = { readonly value: JsonValue } | { readonly isAbsent: true } | { readonly wrong: string };

/** How the cells of one column are read. */
export type CellReader = (cell: string) => CellMeaning;

const NUMBER = /^[ \t]*-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[ \t]*$/;
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Text as it stands there: how cells are read where no profile says otherwise. */
export const asText: CellReader = (value) => ({ value });

/** The names that a profile has room for, or `undefined` when it takes names that it does not list. */
export function claimNames({ claims }: ProfileDocument): string[] | undefined {
  return claims["additionalProperties"] === false && claims["patternProperties"] === undefined
    ? Object.keys(membersOf(claims, "properties"))
    : undefined;
}

/** Whether a profile takes claims of this name, as far as its rule for names says. */
export function isNameAllowed({ claims }: ProfileDocument, name: string): boolean {
  const rule = resolved(claims["propertyNames"], claims);
  const { pattern, maxLength } = rule;
  if (typeof maxLength === "number" && [...name].length > maxLength) return false;
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(name);
}

/** How the cells of the column with this name are read under a profile. */
export function cellReader({ claims }: ProfileDocument, name: string): CellReader {
  const rules = rulesOf(claims, name);
  const types = typesOf(rules);
  if (types === undefined || types.has("string"))
    return takesEmptyText(rules) ? asText : (cell) => (cell === "" ? { isAbsent: true } : { value: cell });
  return (cell) => (cell.trim() === "" ? { isAbsent: true } : typed(cell, types));
}

/** How the cells of a column are read that are numbers; `undefined` when the profile takes none for the claim. */
export function numberReader(profile: ProfileDocument | undefined, name: string): CellReader | undefined {
  const types = profile && typesOf(rulesOf(profile.claims, name));
  if (types?.has("number") !== false) return (cell) => numberIn(cell, false);
  return types.has("integer") ? (cell) => numberIn(cell, true) : undefined;
}

/** Whether a cell was read as a number that will be written otherwise. */
export function isRespelled(value: JsonValue, cell: string): boolean {
  return typeof value === "number" && String(value) !== cell.trim();
}

function rulesOf(claims: JsonObject, name: string): JsonObject {
  const properties = membersOf(claims, "properties");
  return resolved(Object.hasOwn(properties, name) ? properties[name] : claims["additionalProperties"], claims);
}

function typed(cell: string, types: ReadonlySet<string>): CellMeaning {
  const isInteger = types.has("integer") && !types.has("number");
  if (types.has("number") || isInteger) {
    const number = numberIn(cell, isInteger);
    if (!("wrong" in number) || !types.has("boolean")) return number;
  }
  const word = BOOLEANS[cell.trim().toLowerCase()];
  if (types.has("boolean")) return word === undefined ? { wrong: "it is not true or false" } : { value: word };
  return { wrong: "the profile wants a list or an object, which a cell cannot hold: send JSON" };
}

function numberIn(cell: string, isInteger: boolean): CellMeaning {
  const wanted = isInteger ? "a whole number" : "a number";
  if (!NUMBER.test(cell)) return { wrong: `it is not ${wanted} as JSON writes them, such as 16.4` };
  try {
    const value = parseJson(cell, "the cell") as number;
    return isInteger && !Number.isInteger(value) ? { wrong: `it is not ${wanted}` } : { value };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return {
      wrong: `it is a number that would be changed (${messageOf(error).replace(/ \(at character \d+\)$/, "")})`,
    };
  }
}

/** The types that a schema allows, or `undefined` when it does not say. */
function typesOf({ type, enum: listed, const: constant }: JsonObject): ReadonlySet<string> | undefined {
  if (typeof type === "string") return new Set([type]);
  if (Array.isArray(type)) return new Set(type as string[]);
  const values = Array.isArray(listed) ? listed : constant === undefined ? undefined : [constant];
  return values === undefined ? undefined : new Set(values.map((value) => (value === null ? "null" : typeof value)));
}

function takesEmptyText({ minLength, pattern, format, enum: listed, const: constant }: JsonObject): boolean {
  if (Array.isArray(listed)) return listed.includes("");
  if (constant !== undefined) return constant === "";
  if (format !== undefined || (typeof minLength === "number" && minLength > 0)) return false;
  return typeof pattern !== "string" || new RegExp(pattern, "u").test("");
}

/** A schema with a reference within the same document followed. */
function resolved(schema: JsonValue | undefined, root: JsonObject): JsonObject {
  let found = schema;
  for (let hops = 0; isJsonObject(found) && typeof found["$ref"] === "string" && hops < 8; hops++)
    found = found["$ref"]
      .split("/")
      .slice(1)
      .reduce<JsonValue | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), root);
  return isJsonObject(found) ? found : {};
}

function membersOf(object: JsonObject, name: string): JsonObject {
  const members = object[name];
  return isJsonObject(members) ? members : {};
}

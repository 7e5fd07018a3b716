/**
 * Pages of an OGC SensorThings service (18-088): each member of `value` is a record. Rows of the compact form
 * `dataArray` get the names of their `components`, and the Datastream that they belong to.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Content, DocumentReader, Part } from "./document.ts";

const NEXT_LINKS = ["@iot.nextLink", "@nextLink", "@odata.nextLink"];

export const sensorThings: DocumentReader = {
  title: "a page of a SensorThings service",
  listName: "value",
  recognises: ({ members, listName, parts }) =>
    listName === "value" && (Object.keys(members).some(isAnnotation) || parts.some(hasAnnotation)),
  read: ({ members, listName = "", parts }: Content) => ({
    records: parts.flatMap(recordsOf),
    places: parts.flatMap((part, at) => placesOf(part, `${listName}[${at}]`)),
    notes: NEXT_LINKS.some((name) => Object.hasOwn(members, name))
      ? ["it is one page of several and names the next one (nextLink): fetch and submit the others too"]
      : [],
  }),
};

function isAnnotation(name: string): boolean {
  return name.startsWith("@iot.") || NEXT_LINKS.includes(name);
}

function hasAnnotation(part: Part): boolean {
  return isObject(part) && Object.keys(part).some((name) => name.includes("@iot."));
}

function placesOf(part: Part, place: string): string[] {
  const rows = recordsOf(part).length;
  return isRows(part) ? Array.from({ length: rows }, (_, row) => `${place}.dataArray[${row}]`) : [place];
}

/** Whether it is the compact form of several. */
export function isRows(part: Part): part is JsonObject {
  return isObject(part) && Array.isArray(part["components"]) && Array.isArray(part["dataArray"]);
}

function isObject(part: Part): part is JsonObject {
  return !(part instanceof WarifuError) && isJsonObject(part);
}

function recordsOf(part: Part): (JsonObject | WarifuError)[] {
  if (part instanceof WarifuError) return [part];
  if (!isJsonObject(part)) return [new WarifuError("RECORD_INVALID", "the member of value is not an object")];
  if (!isRows(part)) return [part];
  const { components, dataArray, ...shared } = part;
  return (dataArray as JsonValue[]).map((row) => rowRecord(components as JsonValue[], row, shared));
}

function rowRecord(components: readonly JsonValue[], row: JsonValue, shared: JsonObject): JsonObject | WarifuError {
  const isNamed =
    components.every((name) => typeof name === "string") && new Set(components).size === components.length;
  if (!isNamed || !Array.isArray(row) || row.length !== components.length)
    return new WarifuError("RECORD_INVALID", "the row of the dataArray does not fit its components");
  const { "dataArray@iot.count": _count, ...context } = shared;
  return { ...context, ...Object.fromEntries(components.map((name, at) => [name as string, row[at] as JsonValue])) };
}

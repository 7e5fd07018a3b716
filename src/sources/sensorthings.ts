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
  read: ({ members, parts }: Content) => ({
    records: parts.flatMap(recordsOf),
    notes: NEXT_LINKS.some((name) => Object.hasOwn(members, name))
      ? ["it is one page of several and names the next one (nextLink): fetch and submit the others too"]
      : [],
  }),
};

function isAnnotation(name: string): boolean {
  return name.startsWith("@iot.") || NEXT_LINKS.includes(name);
}

function hasAnnotation(part: Part): boolean {
  return (
    !(part instanceof WarifuError) && isJsonObject(part) && Object.keys(part).some((name) => name.includes("@iot."))
  );
}

function recordsOf(part: Part): (JsonObject | WarifuError)[] {
  if (part instanceof WarifuError) return [part];
  if (!isJsonObject(part)) return [new WarifuError("RECORD_INVALID", "the member of value is not an object")];
  const { components, dataArray, ...shared } = part;
  if (!Array.isArray(components) || !Array.isArray(dataArray)) return [part];
  return dataArray.map((row) => rowRecord(components, row, shared));
}

function rowRecord(components: readonly JsonValue[], row: JsonValue, shared: JsonObject): JsonObject | WarifuError {
  const isNamed =
    components.every((name) => typeof name === "string") && new Set(components).size === components.length;
  if (!isNamed || !Array.isArray(row) || row.length !== components.length)
    return new WarifuError("RECORD_INVALID", "the row of the dataArray does not fit its components");
  const { "dataArray@iot.count": _count, ...context } = shared;
  return { ...context, ...Object.fromEntries(components.map((name, at) => [name as string, row[at] as JsonValue])) };
}

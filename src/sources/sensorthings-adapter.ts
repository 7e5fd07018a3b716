/**
 * Observations as clients create them on an OGC SensorThings service (18-088): one, one of the Datastream that the address
 * names, or many in the compact form of `CreateObservations`.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes, type JsonObject, type JsonValue } from "../core/json.ts";
import { assertFewParts, type Adapter, type Payload, type Taken } from "./adapter.ts";
import type { Part } from "./document.ts";
import { isRows } from "./sensorthings.ts";

const IN_PATH = /\/Datastreams\((?:([0-9]{1,15})|'([^']{1,200})')\)\/Observations$/;
const TIME = "phenomenonTime";

export const sensorThingsAdapter: Adapter = {
  mediaTypes: ["application/json"],
  headers: [":path"],
  read({ bytes, headers, at }: Payload): Taken {
    const value = parseJsonBytes(bytes, "the observation");
    const path = decoded(headers[":path"] ?? "");
    const now = new Date(at).toISOString();
    const parts = path.endsWith("/CreateObservations")
      ? groupsIn(value).map((group) => timedRows(group, now))
      : [timed(observationIn(value, path), now)];
    return { adapter: "sensorthings/1", format: "sensorthings", content: { members: {}, listName: undefined, parts } };
  },
};

function groupsIn(value: JsonValue): readonly JsonObject[] {
  if (!Array.isArray(value) || !value.every(isRows))
    throw invalid("it is no list of objects with `components` and `dataArray`");
  assertFewParts(value.reduce((rows, { dataArray }) => rows + (dataArray as JsonValue[]).length, value.length));
  return value;
}

function observationIn(value: JsonValue, path: string): JsonObject {
  if (!isJsonObject(value) || !Object.hasOwn(value, "result")) throw invalid("it is no object with a `result`");
  const [, number, text] = IN_PATH.exec(path) ?? [];
  if (number === undefined && text === undefined) return value;
  const id = number === undefined ? (text as string) : Number(number);
  if (Object.hasOwn(value, "Datastream")) throw invalid("it names a Datastream, and so does the address");
  return { ...value, Datastream: { "@iot.id": id } };
}

/** Some clients write quotes as %27. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new WarifuError("ENCODING_INVALID", "the address is not percent-encoded UTF-8", { cause });
  }
}

function timedRows(group: JsonObject, now: string): Part {
  const components = group["components"] as JsonValue[];
  if (!components.includes("result")) return invalid("its components have no `result`");
  const twice = components.find((name) => typeof name === "string" && Object.hasOwn(group, name));
  if (twice !== undefined) return invalid("a component is a member of its group as well");
  return components.includes(TIME) ? ofDatastream(group) : timed(group, now);
}

/** A device without a clock leaves the time out, and the service has to give it that of its coming. */
function timed(observation: JsonObject, now: string): Part {
  return ofDatastream(Object.hasOwn(observation, TIME) ? observation : { ...observation, [TIME]: now });
}

function ofDatastream(observation: JsonObject): Part {
  const isNamed = isJsonObject(observation["Datastream"]) || isJsonObject(observation["MultiDatastream"]);
  return isNamed ? observation : invalid("it names no Datastream");
}

function invalid(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the observation is refused: ${reason}`);
}

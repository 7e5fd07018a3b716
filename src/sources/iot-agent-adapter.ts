/**
 * Measures as devices send them to a FIWARE IoT Agent over MQTT: JSON or Ultralight 2.0, on `…/<apiKey>/<device>/attrs` or,
 * for one attribute, `…/<apiKey>/<device>/attrs/<name>`. Each group becomes a record with the device as its `id`. The API key
 * is a secret of the devices and is kept nowhere.
 */
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, isJsonObject, parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Adapter, Payload, Taken } from "./adapter.ts";
import type { Part } from "./document.ts";

/** What a topic of measures says. */
export interface MeasureTopic {
  readonly device: string;
  /** Of a topic for one attribute alone. */
  readonly attribute: string | undefined;
  /** The topic with `+` in the place of the API key. */
  readonly shown: string;
}

/**
 * Reads a topic.
 * @throws RECORD_INVALID it is not one of measures, or could be read in two ways, of which one would show the API key
 */
export function measureTopic(topic: string): MeasureTopic {
  const levels = topic.split("/");
  const [reading, another] = [levels.length - 1, levels.length - 2].filter((at) => isMeasuresAt(at, levels));
  if (reading === undefined)
    throw invalid("the topic is none of measures: …/<apiKey>/<device>/attrs, or …/attrs/<name>");
  if (another !== undefined)
    throw invalid("the topic ends in attrs/attrs, which says two things: rename the attribute");
  const device = levels[reading - 1] as string;
  return { device, attribute: levels[reading + 1], shown: levels.with(reading - 2, "+").join("/") };
}

function isMeasuresAt(at: number, levels: readonly string[]): boolean {
  return levels[at] === "attrs" && Boolean(levels[at - 2]) && Boolean(levels[at - 1]) && levels[at + 1] !== "";
}

/** Groups of measures in JSON. */
export const iotAgentAdapter: Adapter = {
  mediaTypes: ["application/json"],
  headers: [],
  read: (payload) =>
    taken("iot-agent-json/1", payload, (text, attribute) => {
      const value = parseJson(text, "the measures");
      return attribute === undefined ? listed(value) : listed(value).map((one) => valueOf(one, attribute));
    }),
};

/** The same in Ultralight 2.0: `t|15|k|abc`, groups apart by `#`, perhaps with a time in front. Values have no types. */
export const ultralightAdapter: Adapter = {
  mediaTypes: ["text/plain"],
  headers: [],
  read: (payload) =>
    taken("iot-agent-ul/1", payload, (text, attribute) =>
      attribute === undefined ? text.trim().split("#").map(groupIn) : [{ [attribute]: text.trim() }],
    ),
};

function taken(
  adapter: string,
  { bytes, message }: Payload,
  read: (text: string, attribute: string | undefined) => readonly Part[],
): Taken {
  const { device, attribute } = measureTopic(message?.topic ?? "");
  const parts = read(fromUtf8(bytes, "the measures"), attribute).map((part) => ofDevice(part, device));
  return { adapter, format: "ngsi", content: { members: {}, listName: "", parts } };
}

function listed(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

/** One attribute: its value, or the value with the time at which it was measured. */
function valueOf(one: JsonValue, attribute: string): JsonObject {
  const isTimed = isJsonObject(one) && Object.hasOwn(one, "value") && typeof one["timestamp"] === "string";
  return isTimed
    ? { [attribute]: one["value"] as JsonValue, TimeInstant: one["timestamp"] as string }
    : { [attribute]: one };
}

function groupIn(text: string): Part {
  const fields = text.split("|");
  const [first = "", ...rest] = fields;
  const isTimed = fields.length % 2 === 1;
  if (isTimed && Number.isNaN(Date.parse(first))) return invalid("a group has a name without a value");
  const pairs = isTimed ? rest : fields;
  const group: JsonObject = isTimed ? { TimeInstant: first } : {};
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at] as string;
    if (Object.hasOwn(group, name)) return invalid("a group has a name twice");
    if (FORBIDDEN_NAMES.has(name)) return invalid("a measure has a name that is not allowed");
    group[name] = pairs[at + 1] as string;
  }
  return group;
}

function ofDevice(part: Part, device: string): Part {
  if (part instanceof WarifuError) return part;
  if (!isJsonObject(part)) return invalid("a group is no object of names and values");
  if (Object.hasOwn(part, "id")) return invalid("a group has a measure called `id`, which is the device");
  return { id: device, ...part };
}

function invalid(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the measures are refused: ${reason}`);
}

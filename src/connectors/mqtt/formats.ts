/** Formats of messages: for each, how it is read, and what is said of the topic that it came on. */
import type { JsonObject } from "../../core/json.ts";
import type { Profile } from "../../profiles/profile.ts";
import { takeIn, type Adapter, type Payload, type TakenRecords } from "../../sources/adapter.ts";
import { iotAgentAdapter, measureTopic, ultralightAdapter } from "../../sources/iot-agent-adapter.ts";
import { ngsiMessageAdapter } from "../../sources/ngsi-adapter.ts";
import { takeRecords } from "../../sources/record-payload.ts";
import { senmlAdapter } from "../../sources/senml-adapter.ts";
import { sensorThingsAdapter } from "../../sources/sensorthings-adapter.ts";

/** The formats of adapters. */
const ADAPTERS = {
  ngsi: ngsiMessageAdapter,
  senml: senmlAdapter,
  sensorthings: sensorThingsAdapter,
  "iot-agent": iotAgentAdapter,
  "iot-agent-ul": ultralightAdapter,
} as const satisfies Record<string, Adapter>;

/** All formats: those of adapters, and records as they are submitted. */
export const MESSAGE_FORMATS = [...(Object.keys(ADAPTERS) as (keyof typeof ADAPTERS)[]), "records"] as const;
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** The media type of a message that names none. */
export function mediaTypeOf(format: MessageFormat): string {
  return format === "records" ? "application/json" : (ADAPTERS[format].mediaTypes[0] as string);
}

/** Headers that an adapter would have over HTTP. */
export function headersOf(format: MessageFormat, topic: string): Readonly<Record<string, string>> {
  return format === "sensorthings" ? { ":path": `/${topic}` } : {};
}

/** The topic as a record may tell it. @throws RECORD_INVALID it is not of that form */
export function shownTopic(format: MessageFormat, topic: string): string {
  return format === "iot-agent" || format === "iot-agent-ul" ? measureTopic(topic).shown : topic;
}

/** Where the records of a message belong; records as they are submitted may say so themselves. */
export interface Belonging {
  readonly source: string;
  readonly type: string | undefined;
}

/**
 * Reads a message.
 * @throws as {@link takeIn}; PROFILE_UNKNOWN
 */
export function readMessage(
  format: MessageFormat,
  payload: Payload,
  { source, type }: Belonging,
  profileOf: (type: string) => Profile,
): TakenRecords {
  if (format === "records") return takeRecords(payload, (record) => completed(record, { source, type }));
  const named = type ?? "";
  return takeIn(ADAPTERS[format], payload, { source, type: named, profile: profileOf(named) });
}

/** With the type and the source of the route, where the record names none. */
function completed(record: JsonObject, { source, type }: Belonging): JsonObject {
  return { ...(type !== undefined && { type }), ...(!source.endsWith("*") && { source }), ...record };
}

/** What is made of a message, by the topic that it came on. */
import type { IPublishPacket } from "mqtt";
import { WarifuError } from "../../core/errors.ts";
import type { MessageEnvelope } from "../../core/received.ts";
import type { Profile } from "../../profiles/profile.ts";
import { MAX_PAYLOAD_BYTES, type Payload } from "../../sources/adapter.ts";
import type { Message } from "../intake.ts";
import { headersOf, mediaTypeOf, readMessage, shownTopic, type Belonging } from "./formats.ts";
import type { TopicSettings } from "./settings.ts";
import { matches, withLevels } from "./topic.ts";

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:;[ -~]{0,127})?$/;
/** Most characters of a topic: each record keeps it. */
const MOST_TOPIC = 1_024;
/** Most characters of all user properties of a message. */
const MOST_PROPERTIES = 4_096;

/** What routes work with. */
export interface RouteParts {
  readonly topics: readonly TopicSettings[];
  readonly profileOf: (type: string) => Profile;
  readonly now: () => number;
}

/** The message in a packet: the first filter that its topic matches says what to make of it. */
export function messageOf(packet: IPublishPacket, { topics, profileOf, now }: RouteParts): Message {
  const { topic } = packet;
  const at = now();
  const bytes = Buffer.from(packet.payload);
  const route = topics.find(({ filter }) => matches(filter, topic));
  if (!route) return refused({ bytes, type: "", headers: {}, at });
  const { format, type, filter } = route;
  const belonging = () => ({ source: withLevels(route.source, topic), type });
  const payload = { bytes, type: "", headers: headersOf(format, topic), at };
  return {
    payload,
    route: filter,
    read: () => readMessage(format, completed(payload, packet, route), belonging(), profileOf),
    assertMaySend: (record) => assertOnRoute(record, belonging()),
  };
}

/** A subscription of an earlier start, which the broker still knows. */
function refused(payload: Payload): Message {
  const read = (): never => {
    throw new WarifuError("REQUEST_INVALID", "no topic filter of the settings matches the topic");
  };
  return { payload, route: "", read };
}

/** @throws TOO_LARGE, RECORD_INVALID */
function completed(payload: Payload, packet: IPublishPacket, { format, contentType }: TopicSettings): Payload {
  if (payload.bytes.length > MAX_PAYLOAD_BYTES)
    throw new WarifuError("TOO_LARGE", `a message may have ${MAX_PAYLOAD_BYTES} bytes`);
  if (packet.topic.length > MOST_TOPIC)
    throw new WarifuError("TOO_LARGE", `the topic of a message may have ${MOST_TOPIC} characters`);
  const type = packet.properties?.contentType ?? contentType ?? mediaTypeOf(format);
  if (!MEDIA_TYPE.test(type))
    throw new WarifuError("RECORD_INVALID", "the content type of the message is no media type");
  return { ...payload, type, message: envelopeOf(packet, shownTopic(format, packet.topic)) };
}

function envelopeOf({ qos, retain, properties }: IPublishPacket, topic: string): MessageEnvelope {
  const pairs = Object.entries(properties?.userProperties ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  if (pairs.join().length > MOST_PROPERTIES)
    throw new WarifuError("TOO_LARGE", `the user properties of a message may have ${MOST_PROPERTIES} characters`);
  return { topic, qos, ...(pairs.length > 0 && { properties: pairs }), ...(retain && { retained: true as const }) };
}

/** Records that name their own source and type: a device must not speak for another one. @throws FORBIDDEN */
function assertOnRoute(record: { readonly source: string; readonly type: string }, { source, type }: Belonging): void {
  const isSource = source.endsWith("*") ? record.source.startsWith(source.slice(0, -1)) : record.source === source;
  if (!isSource) throw new WarifuError("FORBIDDEN", "this topic is not for the source that the record names");
  if (type !== undefined && record.type !== type)
    throw new WarifuError("FORBIDDEN", "this topic is not for the type that the record names");
}

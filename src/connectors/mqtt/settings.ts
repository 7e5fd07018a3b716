/** The settings of a connection to an MQTT broker. */
import { z } from "zod";
import { commonMembers, passwordMembers } from "../kind.ts";
import { MESSAGE_FORMATS } from "./formats.ts";
import { isTopicFilter, keepsApart, levelsIn } from "./topic.ts";

/** More would only wait for the one writer. */
const MOST_CONNECTIONS = 64;
const A_WEEK = 604_800;

const topicSchema = z
  .strictObject({
    filter: z
      .string()
      .refine(isTopicFilter, "must be a topic filter of MQTT")
      .refine(isPlain, "name the group in `group`"),
    format: z.enum(MESSAGE_FORMATS),
    /** Left out, records say it themselves. */
    type: z.string().min(1).optional(),
    /** `{2}` is the second level of the topic; at the end, `*` stands for anything, where records say it themselves. */
    source: z.string().min(1),
    /** Media type of messages that name none. */
    contentType: z.string().min(1).max(256).optional(),
  })
  .refine(({ format, type }) => format === "records" || type !== undefined, {
    path: ["type"],
    message: "is missing: only `records` say it themselves",
  })
  .refine(({ format, source }) => format === "records" || !source.endsWith("*"), {
    path: ["source"],
    message: "must name one source: only `records` say it themselves",
  })
  .refine(({ source }) => keepsApart(source), {
    path: ["source"],
    message:
      "needs a / between two levels, and between a level and the *: otherwise two topics could speak for one source",
  })
  .refine(hasItsLevels, { path: ["source"], message: "takes a level that the filter does not have" });

export const mqttSchema = z
  .strictObject({
    ...commonMembers,
    type: z.literal("mqtt"),
    url: z
      .url({ protocol: /^mqtts?$/, message: "must be an mqtt or mqtts address" })
      .refine((url) => URL.parse(url)?.username === "" && URL.parse(url)?.password === "", {
        message: "must not hold credentials: use `username` with `passwordFile` or `passwordEnv`",
      }),
    version: z.enum(["5", "3.1.1"]).default("5"),
    clientId: z
      .string()
      .regex(/^[0-9A-Za-z._-]{1,64}$/, "must be 1 to 64 of the characters A-Z a-z 0-9 . _ -")
      .optional(),
    username: z.string().min(1).optional(),
    ...passwordMembers,
    tls: z
      .strictObject({
        caFile: z.string().min(1).optional(),
        certFile: z.string().min(1).optional(),
        keyFile: z.string().min(1).optional(),
      })
      .optional(),
    connections: z.int().min(1).max(MOST_CONNECTIONS).default(1),
    group: z
      .string()
      .regex(/^[^/+#\0]{1,128}$/, "must not hold / + or #")
      .optional(),
    sessionExpirySeconds: z.int().min(60).max(4_294_967_294).default(A_WEEK),
    keepAliveSeconds: z.int().min(5).max(3_600).default(30),
    topics: z.array(topicSchema).min(1).max(256),
  })
  .refine(({ tls, url }) => tls === undefined || url.startsWith("mqtts:"), {
    path: ["tls"],
    message: "is for an mqtts address",
  })
  .refine(({ tls }) => (tls?.certFile === undefined) === (tls?.keyFile === undefined), {
    path: ["tls"],
    message: "certFile and keyFile belong together",
  })
  .refine(({ topics }) => new Set(topics.map(({ filter }) => filter)).size === topics.length, {
    path: ["topics"],
    message: "two have the same filter",
  });

export type MqttSettings = z.infer<typeof mqttSchema>;
export type TopicSettings = z.infer<typeof topicSchema>;

function isPlain(filter: string): boolean {
  return !filter.startsWith("$share/");
}

function hasItsLevels({ filter, source }: { readonly filter: string; readonly source: string }): boolean {
  return filter.endsWith("#") || levelsIn(source).every((level) => level <= filter.split("/").length);
}

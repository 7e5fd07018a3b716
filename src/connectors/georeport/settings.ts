/** The settings of a connector that reads an Open311 GeoReport v2 endpoint. */
import { z } from "zod";
import { SOURCE_NAME } from "../../core/record.ts";
import { ANSWER_FORMATS, MOST_IN_ANSWER } from "../../sources/georeport-reader.ts";
import { commonMembers } from "../kind.ts";

const A_DAY = 86_400;

export const georeportSchema = z.strictObject({
  ...commonMembers,
  type: z.literal("georeport"),
  /** What `requests.xml` follows. */
  url: z
    .url({ protocol: /^https?$/, message: "must be an http or https address" })
    .refine((url) => isPlain(URL.parse(url)), { message: "must have no user, query or fragment" }),
  format: z.enum(ANSWER_FORMATS).default("xml"),
  jurisdictionId: z.string().min(1).max(200).optional(),
  source: z.string().regex(SOURCE_NAME, "must be the name of a source"),
  /** How often new requests are asked for. */
  everySeconds: z.int().min(10).max(A_DAY).default(300),
  /** How often those of the last `days` are asked for again, to find what has changed. */
  againSeconds: z
    .int()
    .min(60)
    .max(30 * A_DAY)
    .default(21_600),
  days: z.int().min(1).max(90).default(30),
  /** How many requests the endpoint gives at once, however many there are. */
  mostPerAnswer: z.int().min(1).max(MOST_IN_ANSWER).default(1_000),
  allowPrivate: z.boolean().default(false),
});

export type GeoReportSettings = z.infer<typeof georeportSchema>;

function isPlain(url: URL | null): boolean {
  return url !== null && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

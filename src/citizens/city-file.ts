/**
 * The city whose citizens use the app: a JSON file of the operator's, read strictly. It says who is responsible, in which
 * languages, what may be reported and where, and what new accounts may do. What the law says of ages is law data.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { SOURCE_NAME } from "../core/record.ts";
import { PURPOSE } from "../core/restriction-event.ts";

/** Format of the file. */
const CITY_FORMAT = "warifu-city/1";

/** Languages that the app speaks. */
export const APP_LANGUAGES = ["en", "es", "ja"] as const;

/** Records of the app are of this source, if the file names no other. */
const DEFAULT_SOURCE = "app";

const label = z.string().trim().min(1).max(200);
const labels = z.strictObject({ en: label, es: label, ja: label });
const code = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "is 1 to 32 of the characters a-z 0-9 -, the first a letter");
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

const area = z.strictObject({
  code,
  labels,
  /** South, west, north, east. */
  box: z
    .tuple([latitude, longitude, latitude, longitude])
    .refine(([south, west, north, east]) => south < north && west < east, "goes from south and west to north and east"),
});

const citySchema = z.strictObject({
  format: z.literal(CITY_FORMAT),
  city: code,
  names: labels,
  /** Whom people turn to; notices say the rest. */
  controller: z.strictObject({ name: label, contact: label }),
  languages: z.array(z.enum(APP_LANGUAGES)).min(1).refine(areDifferent, "names one twice"),
  /** Further names, such as of a department, under which the city itself sets down themes. */
  ownNames: z.array(label).max(64).default([]),
  categories: z.array(z.strictObject({ code, labels })).min(1).max(64).refine(haveOwnCodes, "has a code twice"),
  /** Coarse: what a post says in public of its place. */
  areas: z.array(area).max(256).refine(haveOwnCodes, "has a code twice"),
  /** Left as they are by translations. */
  placeNames: z.array(label).max(1_000).default([]),
  moderation: z.strictObject({
    /** What an account may do that is younger than this. */
    newAccountHours: z.int().min(0).max(8_760),
    postsPerDay: z.int().min(1).max(10_000),
    commentsPerDay: z.int().min(1).max(10_000).default(50),
  }),
  /** Purposes to which whoever joins consents; notices explain them. */
  joinConsents: z.array(z.string().regex(PURPOSE, "is no code of a purpose")).max(16).default([]),
  source: z
    .string()
    .regex(SOURCE_NAME, "is no name of a source")
    .refine((name) => !name.startsWith("received/"), "begins with received/, as records from other cities do")
    .default(DEFAULT_SOURCE),
});

/** A city. */
export type City = z.output<typeof citySchema>;

/** By what the city, and whoever is responsible for it, is called: what it says under such a name, it says itself. */
export function ownNamesOf({ names, controller, ownNames }: City): ReadonlySet<string> {
  return new Set([...Object.values(names), controller.name, ...ownNames]);
}

/**
 * The city in a parsed file.
 * @throws CONFIG_INVALID naming the places that are wrong
 */
export function parseCity(value: JsonValue): City {
  const { success, data, error } = citySchema.safeParse(value);
  if (success) return data;
  const reasons = error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  throw new WarifuError("CONFIG_INVALID", `not a city: ${reasons.join("; ")}`);
}

/**
 * The city in a file; `undefined` without one: then there is no citizens' part.
 * @throws CONFIG_INVALID
 */
export function readCity(path: string | undefined): City | undefined {
  if (path === undefined) return undefined;
  try {
    return parseCity(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"));
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_CITY: ${path} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

function areDifferent(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function haveOwnCodes(items: readonly { readonly code: string }[]): boolean {
  return areDifferent(items.map((one) => one.code));
}

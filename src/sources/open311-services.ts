/**
 * What a city offers over Open311: its services, each of which is a category of citizen reports, and where the reports go.
 * It is a JSON file, read strictly.
 */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { SOURCE_NAME } from "../core/record.ts";

/** Format of the file. */
const OPEN311_FORMAT = "warifu-open311/1";

const CATEGORY = /^[a-z][a-z0-9-]{0,63}$/;
const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const text = (most: number) => z.string().trim().min(1).max(most);
const code = z.string().regex(CODE, "must be 1 to 64 of the characters A-Z a-z 0-9 _ -, the first a letter or digit");
const LISTS = ["singlevaluelist", "multivaluelist"];

const attributeSchema = z
  .strictObject({
    // As long as the name `attribute[…]` of a detail may be.
    code: code.max(53),
    description: text(500),
    datatype: z.enum(["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]).default("string"),
    datatypeDescription: text(500).optional(),
    required: z.boolean().default(false),
    values: z
      .array(z.strictObject({ key: text(100), name: text(200) }))
      .max(500)
      .optional(),
  })
  .refine(({ datatype, values }) => LISTS.includes(datatype) === (values !== undefined), {
    path: ["values"],
    message: "are there for a singlevaluelist or multivaluelist, and for nothing else",
  });

const serviceSchema = z
  .strictObject({
    code,
    name: text(200),
    description: text(2_000).default(""),
    category: z.string().regex(CATEGORY, "must be 1 to 64 of the characters a-z 0-9 -, the first a letter").optional(),
    group: text(200).optional(),
    keywords: z.array(text(100)).max(50).default([]),
    attributes: z.array(attributeSchema).max(40).default([]),
  })
  .refine(({ code: own, category }) => CATEGORY.test(category ?? own), {
    path: ["category"],
    message: "is needed where the code is no category: 1 to 64 of the characters a-z 0-9 -, the first a letter",
  })
  .transform((service) => ({ ...service, category: service.category ?? service.code }));

const settingsSchema = z.strictObject({
  format: z.literal(OPEN311_FORMAT),
  /** Source of the records; an API key that sends requests must be for it. */
  source: z.string().regex(SOURCE_NAME, "must be the name of a source").default("open311"),
  jurisdictionId: text(200).optional(),
  /** For people, such as an address. */
  contact: text(500).optional(),
  /** How to get an API key. */
  keyService: text(500).optional(),
  services: z.array(serviceSchema).min(1).max(1_000),
});

/** What a city offers. */
export type Open311Settings = z.infer<typeof settingsSchema>;
export type Open311Service = Open311Settings["services"][number];
export type Open311Attribute = Open311Service["attributes"][number];

/**
 * The settings in a parsed JSON value.
 * @throws CONFIG_INVALID naming each member that is wrong
 */
export function parseOpen311Settings(value: JsonValue): Open311Settings {
  const result = settingsSchema.safeParse(value);
  if (!result.success) {
    const reasons = result.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    throw new WarifuError("CONFIG_INVALID", reasons.join("; "));
  }
  const { services } = result.data;
  assertDistinct(
    services.map((service) => service.code),
    "services have the same code",
  );
  assertDistinct(
    services.map(({ category }) => category),
    "services have the same category",
  );
  for (const service of services)
    assertDistinct(
      service.attributes.map((one) => one.code),
      "attributes of a service have the same code",
    );
  return result.data;
}

function assertDistinct(names: readonly string[], complaint: string): void {
  if (new Set(names).size < names.length) throw new WarifuError("CONFIG_INVALID", `two ${complaint}`);
}

// The types of record that cities exchange.

import { readFileSync } from "node:fs";

import type { JsonObject, JsonValue } from "../../../src/core/json.ts";
import { parseProfile, type Profiles } from "../../../src/profiles/profile.ts";

const words = (name: string): JsonObject => ({ en: name, es: name, ja: name });
const text = { type: "string", maxLength: 8_000 };

const COMMENT: JsonObject = {
  ...{ type: "citizen-comment", version: 1, title: "Comment", concernsPeople: true, retentionDays: 1_825 },
  ...{ public: ["about"], person: ["reporterId"] },
  labels: { about: words("about"), text: words("text"), language: words("language"), reporterId: words("account") },
  texts: { text: { languageIn: "language" } },
  claims: {
    ...{ type: "object", required: ["about"], additionalProperties: false },
    properties: { about: text, text, language: text, reporterId: text },
  },
};

const shipped = (name: string): JsonValue =>
  JSON.parse(readFileSync(new URL(`../../../profiles/${name}.json`, import.meta.url), "utf8")) as JsonValue;

export const CITY_PROFILES: Profiles = new Map(
  [shipped("citizens/city-theme"), shipped("citizen-report"), COMMENT].map((one) => {
    const profile = parseProfile(one);
    return [profile.document.type, profile];
  }),
);

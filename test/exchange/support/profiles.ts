// The types of record that cities exchange.

import { readFileSync } from "node:fs";

import type { JsonObject, JsonValue } from "../../../src/core/json.ts";
import { parseProfile, type Profiles } from "../../../src/profiles/profile.ts";

const words = (name: string): JsonObject => ({ en: name, es: name, ja: name });
const text = { type: "string", maxLength: 8_000 };

const THEME: JsonObject = {
  ...{ type: "city-theme", version: 1, title: "Theme", concernsPeople: false, retentionDays: null },
  public: ["theme", "scope", "visibility", "title"],
  labels: { theme: words("theme"), scope: words("scope"), visibility: words("visibility"), title: words("title") },
  claims: {
    ...{ type: "object", required: ["theme", "scope"], additionalProperties: false },
    properties: { theme: text, scope: text, visibility: text, title: text },
  },
};

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

const report = new URL("../../../profiles/citizen-report.json", import.meta.url);
const REPORT = JSON.parse(readFileSync(report, "utf8")) as JsonValue;

export const CITY_PROFILES: Profiles = new Map(
  [THEME, REPORT, COMMENT].map((one) => {
    const profile = parseProfile(one);
    return [profile.document.type, profile];
  }),
);

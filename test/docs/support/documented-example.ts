// Where the worked example stands, and how it is computed from the profile that the document itself shows.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../../src/core/json.ts";
import { blocksOf, readDocument, ROOT } from "./documents.ts";
import { workedExample, type WorkedExample } from "./worked-example.ts";

/** The document. */
export const FORMATS = "docs/formats.md";

/** The example's files, which the document links to. */
export const EXAMPLE_FILES = {
  bundle: "test/docs/vectors/worked-example.bundle.json",
  policy: "test/docs/vectors/worked-example.policy.json",
} as const;

/** The profile of the example's first entry, from the document. */
export function documentedProfile(): JsonObject {
  const block = blocksOf(readDocument(FORMATS)).find(({ example }) => example === "profile");
  return JSON.parse(block?.content ?? "") as JsonObject;
}

/** The example as the sources compute it. */
export function documentedExample(): Promise<WorkedExample> {
  return workedExample({
    added: documentedProfile(),
    shipped: ["sensor-reading", "citizen-report"].map(shippedProfile),
  });
}

function shippedProfile(name: string): JsonObject {
  return JSON.parse(readFileSync(join(ROOT, "profiles", `${name}.json`), "utf8")) as JsonObject;
}

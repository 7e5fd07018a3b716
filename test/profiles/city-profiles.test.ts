// The profiles of profiles/city, for a city to start with: each takes what such a station sends, and refuses what is none.

import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../src/core/json.ts";
import { readProfileFolders } from "../../src/profiles/profile-files.ts";
import { expectCode } from "../support/expect-code.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "profiles", "city");
const AT = { observedAt: "2016-04-11T13:24:19Z", station: "419", latitude: 43.46469, longitude: -3.79716 };

/** What real stations send, by type, and one claim that cannot be. */
const SAMPLES: Readonly<Record<string, readonly [JsonObject, JsonObject]>> = {
  "air-quality": [{ ...AT, pm25: 16.4, no2: 69, o3: 21, temperature: 16.45, isValidated: false }, { pm25: -1 }],
  "noise-level": [{ ...AT, laeq: 71.2, intervalSeconds: 300 }, { laeq: 712 }],
  "traffic-flow": [{ ...AT, lane: "1", intensity: 420, occupancy: 7, load: 22, averageSpeed: 48.5 }, { count: 1.5 }],
  "parking-occupancy": [
    { ...AT, site: "Alfonso XIII", totalSpots: 400, freeSpots: 12, status: "open" },
    { status: "abierto" },
  ],
  "source-review": [
    { observedAt: AT.observedAt, about: "santander/env-419", verdict: "doubtful", reason: "its clock stands still" },
    { verdict: "good" },
  ],
  "audit-report": [
    { sha256: "0".repeat(64), observedAt: "2026-11-29T03:00:00.000Z", signedBy: "A".repeat(43) },
    { sha256: "0".repeat(63) },
  ],
  "waste-container": [
    { ...AT, container: "C-17", waste: "glass", fillingLevel: 80, battery: 67 },
    { fillingLevel: 101 },
  ],
  "park-environment": [
    { ...AT, temperature: 16.45, soilMoisture: 31, light: 0, battery: 67, noise: 53.8 },
    { windDirection: 361 },
  ],
};

const profiles = await readProfileFolders([FOLDER]);

describe("profiles of a city", () => {
  it("are one file a type, named by it, with a sample here for each", () => {
    const names = readdirSync(FOLDER).map((name) => name.replace(/\.json$/, ""));
    expect([...profiles.keys()].sort()).to.deep.equal(names.sort());
    expect(Object.keys(SAMPLES).sort()).to.deep.equal(names);
  });

  for (const [type, [sample, wrong]] of Object.entries(SAMPLES))
    it(`${type} takes a sample, and refuses what cannot be, what is not known, and one without its time`, () => {
      const profile = profiles.get(type);
      expect(profile?.document.public).to.equal("*");
      profile?.assertClaims(sample);
      const { observedAt: _, ...timeless } = sample;
      for (const claims of [{ ...sample, ...wrong }, { ...sample, colour: "red" }, timeless])
        expectCode("CLAIMS_INVALID", () => profile?.assertClaims(claims));
    });
});

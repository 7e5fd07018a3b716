// What the bench sends: the same seed, the same bytes.

import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import {
  batchOf,
  REPORT_CLAIMS,
  signedBatchOf,
  signingDevices,
  writeReportProfile,
} from "../../scripts/bench/workload.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { PROFILES } from "../support/ledger.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

describe("what the bench sends", () => {
  it("has the same bytes on every machine for the same seed, and others for another", async () => {
    expect(digest(batchOf({ seed: 1, shape: "reading" }, 0, 100))).to.equal("7e2260dc5c3e4c3f");
    expect(digest(batchOf({ seed: 1, shape: "report" }, 0, 100))).to.equal("9f2236865464165d");
    expect(digest(batchOf({ seed: 2, shape: "reading" }, 0, 100))).to.equal("516f4b28f3e3b5c5");
    expect(digest(await signedBatchOf(await signingDevices(1), 1, 0, 3))).to.equal("18a6af2a7767d1df");
    expect(await signedBatchOf(await signingDevices(2), 1, 0, 1)).to.not.equal(
      await signedBatchOf(await signingDevices(1), 1, 0, 1),
    );
  });

  it("does not depend on how it is cut into batches", () => {
    const workload = { seed: 3, shape: "reading", isKeyed: true } as const;
    expect(batchOf(workload, 10, 2) + batchOf(workload, 12, 3)).to.equal(batchOf(workload, 10, 5));
  });

  it("are records that differ, within the limits of their profiles", () => {
    const lines = batchOf({ seed: 4, shape: "reading" }, 0, 1_000).trim().split("\n");
    const claims = lines.map((line) => (JSON.parse(line) as { claims: JsonObject }).claims);
    for (const each of claims) PROFILES.get("sensor-reading")?.assertClaims(each);
    expect(new Set(claims.map(({ temperature }) => temperature)).size).to.be.above(200);
    expect(Object.keys(claims[0] ?? {})).to.have.lengthOf(6);
  });

  for (let concealed = 0; concealed <= REPORT_CLAIMS.length; concealed++)
    it(`conceals ${concealed} claims of a report`, () => {
      const parent = mkdtempSync(join(tmpdir(), "warifu-bench-test-"));
      try {
        const folder = writeReportProfile(parent, concealed);
        const [file = ""] = readdirSync(folder);
        const profile = parseProfile(JSON.parse(readFileSync(join(folder, file), "utf8")) as JsonValue);
        const { claims } = JSON.parse(batchOf({ seed: 1, shape: "report" }, 0, 1)) as { claims: JsonObject };
        profile.assertClaims(claims);
        expect(Object.keys(claims).filter((name) => !profile.isPublic(name))).to.have.lengthOf(concealed);
      } finally {
        rmSync(parent, { recursive: true, force: true });
      }
    });
});

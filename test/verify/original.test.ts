// The step for whoever holds the bytes that a record is said to be made of. Invariant: the other steps are as without it.

import { expect } from "chai";

import { receivedClaim } from "../../src/core/received.ts";
import { VERIFY_STEPS, type Verdict } from "../../src/verify/verdict.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import {
  bundleFixture,
  fixturePolicy,
  SOURCE,
  SOURCE_PAIR,
  type BundleFixtureOptions,
} from "../support/bundle-fixture.ts";

const BYTES = Buffer.from('{"subscriptionId":"1","data":[{"id":"a","category":"pothole"}]}');
const received = receivedClaim(BYTES, { adapter: "ngsi-v2/1", at: 1_795_334_399_999, type: "application/json" });

async function verdictOf(options: BundleFixtureOptions, original?: Uint8Array): Promise<Verdict> {
  const { bytes } = await bundleFixture(options);
  return verifyBundle(bytes, fixturePolicy(), undefined, original);
}

describe("the verifier, given the bytes that a record was made of", () => {
  for (const [how, options] of [
    ["in public", { concealed: {} }],
    ["concealed and opened", {}],
    ["opened alone", { disclosed: ["received"] }],
  ] as [string, BundleFixtureOptions][])
    it(`holds them against what the record commits to: ${how}`, async () => {
      const verdict = await verdictOf({ ...options, received }, BYTES);
      expect(verdict.outcome, JSON.stringify(verdict.steps)).to.equal("holds");
      expect(verdict.steps.map(({ step }) => step)).to.deep.equal([...VERIFY_STEPS, "original"]);
      expect(verdict.steps.at(-1)).to.deep.equal({
        ...{ step: "original", outcome: "holds" },
        fact: { id: "original", adapter: "ngsi-v2/1", at: 1_795_334_399_999, size: BYTES.length },
        detail: `the ${BYTES.length} bytes are what ngsi-v2/1 received (2026-11-22T07:59:59Z), as the service says`,
      });
      const changed = await verdictOf({ ...options, received }, Buffer.concat([BYTES, Buffer.from("\n")]));
      expect([changed.outcome, changed.steps.at(-1)?.code]).to.deep.equal(["refuted", "ORIGINAL_MISMATCH"]);
    });

  it("refutes them for a record that shows all and says nothing of them", async () => {
    for (const options of [{}, { received: "at noon" }]) {
      const verdict = await verdictOf({ ...options, concealed: {}, signer: null }, BYTES);
      expect([verdict.outcome, verdict.steps.at(-1)?.code]).to.deep.equal(["refuted", "ORIGINAL_MISMATCH"]);
    }
  });

  it("refutes what a log says of them that cannot be: a size that is not theirs, a time without a date", async () => {
    for (const wrong of [{ size: BYTES.length + 1 }, { size: -5 }, { at: Number.MAX_SAFE_INTEGER }, { at: -1 }]) {
      const verdict = await verdictOf({ received: { ...received, ...wrong }, signer: null, concealed: {} }, BYTES);
      expect([verdict.outcome, verdict.steps.at(-1)?.code]).to.deep.equal(["refuted", "ORIGINAL_MISMATCH"]);
    }
  });

  it("decides nothing while that claim is not shown, or the body is withheld", async () => {
    for (const options of [
      { received, disclosed: ["text"] },
      { received, bundle: (bundle) => ({ ...bundle, body: null, openings: [] }) },
    ] as BundleFixtureOptions[]) {
      const verdict = await verdictOf(options, BYTES);
      expect([verdict.outcome, verdict.steps.at(-1)?.code]).to.deep.equal(["undecided", "ORIGINAL_NOT_SHOWN"]);
    }
  });

  it("takes the claim for the log's own word: what a source signed is verified beside it", async () => {
    const key = Buffer.from(SOURCE_PAIR.publicKey).toString("base64");
    for (const signs of ["form", "jws", "request"] as const)
      for (const concealed of [{}, { text: "a deep hole" }]) {
        const { bytes } = await bundleFixture({ received, signs, concealed });
        const verdict = await verifyBundle(bytes, fixturePolicy({ sources: [{ name: SOURCE, key }] }));
        expect([verdict.outcome, verdict.record?.signature], signs).to.deep.equal(["holds", "verified"]);
        expect(verdict.record?.claims?.["received"]).to.deep.equal(received);
      }
  });
});

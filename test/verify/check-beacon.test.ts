// The verifier's step `beacon`, and what the chain says of its block: a record is newer than a block only where the log
// itself named it below, in the same anchored tree; and the verdict tells a claim from what was checked.

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import { ENTRY_KINDS } from "../../src/core/entry.ts";
import type { Policy } from "../../src/core/policy.ts";
import { sourceIdOf } from "../../src/core/record.ts";
import { VERIFY_STEPS, type ChainView, type Verdict } from "../../src/verify/verdict.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import {
  bundleFixture,
  fixturePolicy,
  ORIGIN,
  SOURCE,
  type BeaconFixtureOptions,
  type BundleFixtureOptions,
} from "../support/bundle-fixture.ts";
import { blockFixture, CHAIN_ID } from "../support/chain-fixture.ts";

const OTHER_HASH = `0x${"12".repeat(32)}`;
const BLOCK = blockFixture({ blockNumber: 1_200, blockTime: 1_795_334_004 });

async function verdictOf(
  beacon: BeaconFixtureOptions | undefined,
  options: Omit<BundleFixtureOptions, "beacon"> = {},
  change: Partial<Policy> = {},
  view?: ChainView,
): Promise<Verdict> {
  const { bytes } = await bundleFixture(beacon ? { ...options, beacon } : options);
  return verifyBundle(bytes, fixturePolicy(change), view);
}

function expectRefuted(verdict: Verdict, step: "beacon" | "chain", code: ErrorCode): string {
  const last = verdict.steps.at(-1)!;
  expect([verdict.outcome, last.step, last.code], last.detail).to.deep.equal(["refuted", step, code]);
  expect(verdict.steps).to.have.length(VERIFY_STEPS.indexOf(step) + 1);
  expect(verdict).to.not.have.property("record");
  return last.detail;
}

describe("the beacon of a bundle", () => {
  it("says after which block the record came, and the anchor before which, as far as anybody checked", async () => {
    const verdict = await verdictOf({});
    expect(verdict.outcome).to.equal("holds");
    const { after, before, anchor } = verdict.record!;
    expect(after).to.deep.equal({
      blockNumber: 1_200,
      blockHash: BLOCK.hash,
      time: 1_795_334_004,
      checked: false,
    });
    expect(before).to.deep.equal({
      blockNumber: 1_234,
      blockHash: anchor.blockHash,
      time: 1_795_334_412,
      checked: false,
    });
    const [beacon, chain] = verdict.steps.slice(-2);
    expect(beacon).to.deep.include({ step: "beacon", outcome: "holds" });
    expect(beacon?.detail).to.equal("a lower leaf names block 1200 (2026-11-22T07:53:24Z)");
    expect(chain?.detail).to.match(/the beacon's block 1200 is claimed by the log, not checked against the chain$/);
  });

  it("may be missing: then nothing is said of what the record is newer than", async () => {
    const { outcome, record, steps } = await verdictOf(undefined);
    expect(outcome).to.equal("holds");
    expect(record).to.have.property("before");
    expect(record).to.not.have.property("after");
    expect(steps.at(-2)?.detail).to.match(/^there is none/);
  });

  it("may stand right below the record, at the first leaf, in the anchor's second", async () => {
    for (const leafIndex of [0, 170])
      expect((await verdictOf({ leafIndex })).record?.after?.blockNumber, `leaf ${leafIndex}`).to.equal(1_200);
    const block = { blockNumber: 1_233, blockTime: 1_795_334_412 };
    expect((await verdictOf({ block })).record?.after?.time).to.equal(1_795_334_412);
  });

  describe("is refuted:", () => {
    const CASES: [string, ErrorCode, BeaconFixtureOptions][] = [
      ["an entry of another kind", "BODY_MISMATCH", { entry: (entry) => ({ ...entry, kind: "profile" }) }],
      [
        "a record of a source that looks like one",
        "BODY_MISMATCH",
        {
          body: (body) => ({ ...body, src: toHex(sourceIdOf(ORIGIN, SOURCE)) }),
          entry: (entry) => ({ ...entry, sourceId: sourceIdOf(ORIGIN, SOURCE) }),
        },
      ],
      [
        "an entry of another version",
        "ENTRY_INVALID",
        { member: (member) => ({ ...member, entry: member.entry.with(0, 2) }) },
      ],
      [
        "another body than committed to",
        "BODY_MISMATCH",
        { member: (member) => ({ ...member, body: member.body.replace("1200", "1201") }) },
      ],
      ["a body of another log", "ORIGIN_MISMATCH", { body: (body) => ({ ...body, iss: "other.example" }) }],
      ["a body of another seq", "BODY_MISMATCH", { body: (body) => ({ ...body, seq: 5 }) }],
      ["a body of another type", "BODY_INVALID", { body: (body) => ({ ...body, vct: "warifu:beacon:2" }) }],
      ["another number than the header's", "BODY_INVALID", { content: (one) => ({ ...one, blockNumber: 1_100 }) }],
      ["another time than the header's", "BODY_INVALID", { content: (one) => ({ ...one, blockTime: 5 }) }],
      [
        "another hash than the header's",
        "CHAIN_EVIDENCE_INVALID",
        { content: (one) => ({ ...one, blockHash: OTHER_HASH }) },
      ],
      ["a block of another chain", "CHAIN_MISMATCH", { content: (one) => ({ ...one, chainId: 1 }) }],
      ["a block as high as the anchor's", "ANCHOR_MISMATCH", { block: { blockNumber: 1_234 } }],
      ["a block above the anchor's", "ANCHOR_MISMATCH", { block: { blockNumber: 1_300 } }],
      ["a block later than the anchor's", "ANCHOR_MISMATCH", { block: { blockTime: 1_795_334_413 } }],
      ["a leaf above the record", "INCLUSION_MISMATCH", { leafIndex: 172 }],
      [
        "another leaf index than its own",
        "INCLUSION_MISMATCH",
        { member: (member) => ({ ...member, proof: member.proof.replace("index 5", "index 4") }) },
      ],
      [
        "a leaf index above the tree",
        "INCLUSION_MISMATCH",
        { member: (member) => ({ ...member, proof: member.proof.replace("index 5", "index 300") }) },
      ],
      [
        "a proof that is none",
        "PROOF_INVALID",
        { member: (member) => ({ ...member, proof: member.proof.replace("@v1", "@v2") }) },
      ],
      [
        "a proof against another checkpoint",
        "INCLUSION_MISMATCH",
        { member: (member) => ({ ...member, proof: `${member.proof}\u2014 stranger.example AAAAAAAA\n` }) },
      ],
    ];
    for (const [title, code, beacon] of CASES)
      it(title, async () => {
        expectRefuted(await verdictOf(beacon), "beacon", code);
      });

    it("the record itself for its beacon", async () => {
      const { bundle } = await bundleFixture({ beacon: {} });
      const { entry, proof } = bundle;
      const member = { entry, proof, body: bundle.body as string };
      const verdict = await verdictOf({ member: () => member });
      expectRefuted(verdict, "beacon", "BODY_MISMATCH");
    });

    it("a beacon of a bundle from another tree of the same log", async () => {
      const other = await bundleFixture({ treeSize: 301, beacon: {} });
      expectRefuted(await verdictOf({ member: () => other.bundle.beacon! }), "beacon", "INCLUSION_MISMATCH");
    });

    it("any byte of its entry changed, of whatever field", async () => {
      const { bundle } = await bundleFixture({ beacon: {} });
      for (const at of bundle.beacon!.entry.keys()) {
        const entry = bundle.beacon!.entry.with(at, bundle.beacon!.entry[at]! ^ 1);
        const verdict = await verdictOf({ member: (member) => ({ ...member, entry }) });
        expect([verdict.outcome, verdict.steps.at(-1)?.step], `byte ${at}`).to.deep.equal(["refuted", "beacon"]);
      }
      expect(Object.values(ENTRY_KINDS)).to.include(4);
    });
  });

  describe("and the chain:", () => {
    const asked = { chain: { ...fixturePolicy().chain, accept: "trusted-block" } } as const;
    let anchorHash = "";
    before(async () => {
      anchorHash = (await bundleFixture({ beacon: {} })).bundle.chain.block.hash;
    });
    const viewOf = (beaconHash: string | undefined, change: Partial<ChainView> = {}): ChainView => ({
      chainId: async () => CHAIN_ID,
      blockHashAt: async (number) => ({ 1_234: anchorHash, 1_200: beaconHash })[number],
      newestTime: () => Promise.resolve(0),
      finalizedHeight: async () => 2_000,
      codeHashOf: async () => OTHER_HASH,
      ...change,
    });

    it("an endpoint that has the block makes it more than a claim", async () => {
      const verdict = await verdictOf({}, {}, asked, viewOf(BLOCK.hash));
      expect(verdict.record?.after?.checked).to.equal(true);
      expect(verdict.steps.at(-1)?.detail).to.match(/is final; the beacon's block 1200 is on the chain too$/);
    });

    it("an endpoint that has another block refutes it, also where the anchor's block is trusted", async () => {
      for (const trustedBlocks of [[], [anchorHash]])
        expectRefuted(
          await verdictOf({}, {}, { ...asked, trustedBlocks }, viewOf(OTHER_HASH)),
          "chain",
          "CHAIN_MISMATCH",
        );
    });

    it("an endpoint that does not know the height (any more) leaves it a claim", async () => {
      const verdict = await verdictOf({}, {}, asked, viewOf(undefined));
      expect([verdict.outcome, verdict.record?.after?.checked]).to.deep.equal(["holds", false]);
    });

    it("an endpoint of another chain leaves it undecided, where the anchor's block is trusted", async () => {
      const view = viewOf(BLOCK.hash, { chainId: async () => 1 });
      const verdict = await verdictOf({}, {}, { ...asked, trustedBlocks: [anchorHash] }, view);
      expect([verdict.outcome, verdict.steps.at(-1)?.code]).to.deep.equal(["undecided", "CHAIN_WRONG"]);
    });

    it("an endpoint that does not answer leaves all undecided, with what is known until then", async () => {
      const view = viewOf(undefined, {
        blockHashAt: async (number) => {
          if (number === 1_234) return anchorHash;
          throw new WarifuError("CHAIN_UNREACHABLE", "timeout");
        },
      });
      const { outcome, record, steps } = await verdictOf({}, {}, asked, view);
      expect([outcome, steps.at(-1)?.step, steps.at(-1)?.code]).to.deep.equal([
        "undecided",
        "chain",
        "CHAIN_UNREACHABLE",
      ]);
      expect(record?.after?.checked).to.equal(false);
    });

    it("trusted blocks alone: it counts if it is one of them, and else stays a claim", async () => {
      const both = await verdictOf({}, {}, { ...asked, trustedBlocks: [anchorHash, BLOCK.hash] });
      expect([both.outcome, both.record?.after?.checked]).to.deep.equal(["holds", true]);
      const one = await verdictOf({}, {}, { ...asked, trustedBlocks: [anchorHash] });
      expect([one.outcome, one.record?.after?.checked]).to.deep.equal(["holds", false]);
      const only = await verdictOf({}, {}, { ...asked, trustedBlocks: [BLOCK.hash] });
      expectRefuted(only, "chain", "CHAIN_MISMATCH");
    });

    it("nobody to ask: undecided, and the beacon is a claim", async () => {
      const { outcome, record } = await verdictOf({}, {}, asked);
      expect([outcome, record?.after?.checked]).to.deep.equal(["undecided", false]);
    });
  });
});

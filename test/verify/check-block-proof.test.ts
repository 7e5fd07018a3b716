// Proofs of OpenTimestamps in bundles: what holds under Bitcoin blocks that a policy names, what is refuted, what is open.

import { expect } from "chai";

import type { BitcoinBlock } from "../../src/core/bitcoin-header.ts";
import type { Timestamp } from "../../src/core/bundle.ts";
import { toBase64 } from "../../src/core/bytes.ts";
import { formatProof } from "../../src/core/open-timestamps.ts";
import type { Policy } from "../../src/core/policy.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { timeChecker } from "../../src/verify/time-step.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { inBlock, mined, pendingAt, sha256, toRoot } from "../support/bitcoin-calendar.ts";
import { bundleFixture, fixturePolicy, LOG_KEY } from "../support/bundle-fixture.ts";

const FORK = Buffer.of(0xff);
const SHA1 = Buffer.of(0x02);
const CALENDAR = pendingAt("https://calendar.example");

describe("proofs of OpenTimestamps in a bundle", () => {
  let digest: Buffer;
  const blocks: BitcoinBlock[] = [];
  /** What leads to a block of its own, made at that time. */
  const mine = (time: number): Buffer => {
    const { steps, root } = toRoot(digest);
    const height = 900_000 + blocks.length;
    blocks.push({ height, header: mined(root, time) });
    return Buffer.concat([steps, inBlock(height)]);
  };
  const proofOf = (...branches: readonly Buffer[]): Timestamp => {
    const [last = CALENDAR, ...others] = branches.toReversed();
    const timestamp = Buffer.concat([...others.flatMap((branch) => [FORK, branch]), last]);
    return { opentimestamps: toBase64(formatProof(digest, timestamp)) };
  };
  const rule = (bitcoin: readonly BitcoinBlock[], required = true): Policy =>
    fixturePolicy({ timestamps: { certificates: [], required, bitcoin } });
  const verified = async (timestamps: readonly Timestamp[], policy: Policy, checks = true) => {
    const { bytes } = await bundleFixture({ bundle: (bundle) => ({ ...bundle, timestamps }) });
    const verdict = await verifyBundle(bytes, policy, undefined, undefined, checks ? timeChecker() : undefined);
    const step = verdict.steps.find((one) => one.step === "time");
    return { verdict, step, said: [verdict.outcome, step?.outcome, step?.code, step?.detail] };
  };

  before(async () => {
    digest = sha256(stampedBytes((await bundleFixture()).note, [LOG_KEY]));
  });
  beforeEach(() => blocks.splice(0));

  it("hold under the header of the block that they lead to, the earliest first", async () => {
    const [late, early] = [proofOf(mine(1_700_000_600)), proofOf(CALENDAR, mine(1_700_000_000), mine(1_700_000_900))];
    const { said, verdict } = await verified([late, early], rule(blocks));
    expect(said).to.deep.equal([
      ...["holds", "holds", undefined],
      "Bitcoin block 900001 commits to it (2023-11-14T22:13:20Z)",
    ]);
    expect(verdict.record?.stamped).to.deep.equal([
      { bitcoinBlock: 900_001, time: 1_700_000_000 },
      { bitcoinBlock: 900_000, time: 1_700_000_600 },
    ]);
  });

  it("are open without that header, and say which one is needed", async () => {
    const proof = proofOf(CALENDAR, mine(1_700_000_000));
    const [block] = blocks;
    const needed = "not checked: needs the header of Bitcoin block 900000";
    expect((await verified([proofOf(), proof], rule([]))).said).to.deep.equal([
      ...["undecided", "unchecked", "TIMESTAMP_MISSING", needed],
    ]);
    const elsewhere = rule([{ ...block!, height: 1 }], false);
    expect((await verified([proof], elsewhere)).said).to.deep.equal(["holds", "unchecked", undefined, needed]);
    // A policy that says nothing of timestamps still learns of it.
    const { said, verdict } = await verified([proof], fixturePolicy());
    expect(said).to.deep.equal(["holds", "unchecked", undefined, needed]);
    expect(verdict.record).not.to.have.property("stamped");
    expect((await verified([proof], fixturePolicy(), false)).step).to.equal(undefined);
    expect((await verified([{ tokens: ["AAAA"] }], fixturePolicy())).step).to.equal(undefined);
    expect((await verified([{ tokens: ["AAAA"] }, proof], fixturePolicy())).said[3]).to.equal(needed);
  });

  it("are open while a calendar has only promised a block, and behind hashes that are not computed", async () => {
    const waits = "not checked: the proof still waits for a Bitcoin block";
    for (const proof of [proofOf(), proofOf(Buffer.concat([SHA1, inBlock(900_000)]))])
      expect((await verified([proof], rule(blocks, false))).said).to.deep.equal([
        "holds",
        "unchecked",
        undefined,
        waits,
      ]);
  });

  it("refute it when they are about other bytes, or do not lead to the block that they name", async () => {
    const proof = proofOf(mine(1_700_000_000));
    const other = { ...blocks[0]!, header: mined(sha256(Buffer.from("other")), 1_700_000_000) };
    const { said } = await verified([proof], rule([other]));
    expect(said.slice(0, 3)).to.deep.equal(["refuted", "refuted", "TIMESTAMP_INVALID"]);
    expect(said[3]).to.match(/does not lead to Bitcoin block 900000/);
    digest = sha256(Buffer.from("other checkpoint"));
    const stranger = await verified([proof, proofOf(mine(1_700_000_000))], rule(blocks));
    digest = sha256(stampedBytes((await bundleFixture()).note, [LOG_KEY]));
    expect(stranger.said[3]).to.match(/about other bytes/);
  });
});

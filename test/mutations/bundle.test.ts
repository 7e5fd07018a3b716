// Every byte of a valid bundle's file is changed in several ways. A verdict may stay "holds" only where the changed file
// still parses to the very same bundle, such as a space for a line feed between two members.

import { expect } from "chai";
import fc from "fast-check";

import { formatBundle, parseBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { ChainView } from "../../src/verify/verdict.ts";
import { bundleVerifier, verifyBundle, type BundleVerifier } from "../../src/verify/verify-bundle.ts";
import { WITNESS_KEYS, bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";

// Small, so that the file is: the steps are the same for every size.
const OPTIONS = {
  treeSize: 13,
  leafIndex: 9,
  cosigners: 1,
  chain: { receipts: 2, proofHashes: 1 },
  beacon: {},
} as const;
const POLICY = fixturePolicy({ witnesses: { keys: WITNESS_KEYS, quorum: 1 } });

/**
 * Values for a byte: a bit of it flipped, and characters that mean something to one of the formats inside. Each byte takes
 * one of them in turn, and all of them in the gate (WARIFU_EVERY_CHANGE). The chain evidence and the beacon, most of the
 * file, are looked at last: their bytes take one value each in the gate too, and several in tests of their own.
 */
const CHANGES: ((byte: number) => number)[] = [(byte) => byte ^ 0x01, (byte) => byte ^ 0x20, () => 0x22, () => 0x30];

const IS_GATE = process.env["WARIFU_EVERY_CHANGE"] === "on";
const CHANGES_A_BYTE = IS_GATE ? CHANGES.length : 1;
/** Of the places at which a byte is dropped, doubled or swapped, every so many. */
const STRIDE = IS_GATE ? 11 : 59;
/** And of those at which the file is cut. */
const CUT_STRIDE = IS_GATE ? 7 : 23;
const RANDOM_EDITS = IS_GATE ? 1_000 : 300;

describe("verifyBundle: every byte counts", () => {
  const { stackTraceLimit } = Error;
  let bytes: Uint8Array;
  let original: ProofBundle;
  /** Has checked all that the original has, and must not let a changed file pass for it. */
  let remembering: BundleVerifier;
  before(async () => {
    // Tens of thousands of refusals are looked at by their outcome alone.
    Error.stackTraceLimit = 0;
    ({ bytes } = await bundleFixture(OPTIONS));
    original = parseBundle(bytes);
    expect((await verifyBundle(bytes, POLICY)).outcome).to.equal("holds");
    remembering = bundleVerifier(POLICY);
    expect((await remembering(bytes)).outcome).to.equal("holds");
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  /** Asserts that a changed file is refuted, or is the same bundle in another layout. */
  async function expectRefuted(changed: Uint8Array, what: string, isAskedTwice = true): Promise<"refuted" | "same"> {
    const { outcome } = await verifyBundle(changed, POLICY);
    if (isAskedTwice)
      expect((await remembering(changed)).outcome, `${what}, by a verifier that knows the original`).to.equal(outcome);
    if (outcome === "refuted") return "refuted";
    expect(outcome, what).to.equal("holds");
    expect(parseBundle(changed), what).to.deep.equal(original);
    return "same";
  }

  it("a single byte changed is refuted", async () => {
    const text = Buffer.from(bytes);
    const chain = { from: text.indexOf('"chain"') + 10, to: text.indexOf('"beacon"') - 10 };
    const beacon = { from: text.indexOf('"beacon"') + 12, to: text.indexOf('"openings"') - 10 };
    const counts = { refuted: 0, same: 0 };
    for (const [at, byte] of bytes.entries()) {
      const isBulk = [chain, beacon].some(({ from, to }) => from < at && at < to);
      const changes = Array.from(
        { length: isBulk ? 1 : CHANGES_A_BYTE },
        (_, i) => CHANGES[(at + i) % CHANGES.length]!,
      );
      const values = new Set(changes.map((change) => change(byte)));
      const [first] = values;
      for (const value of values)
        if (value !== byte)
          counts[await expectRefuted(bytes.with(at, value), `byte ${at} as ${value}`, value === first)]++;
    }
    // A byte that is the value that it would take is left as it is.
    expect(counts.refuted).to.be.greaterThan(0.9 * bytes.length);
    // Spaces and line feeds of the layout that became one another do not change the bundle; nothing else may.
    expect(counts.same).to.be.lessThan(50);
  });

  it("a byte dropped, doubled or swapped with the next is refuted", async () => {
    for (let at = 0; at < bytes.length - 1; at += STRIDE) {
      const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at + 2)];
      const [byte, next] = [bytes.subarray(at, at + 1), bytes.subarray(at + 1, at + 2)];
      await expectRefuted(Buffer.concat([head, next, tail]), `byte ${at} dropped`);
      await expectRefuted(Buffer.concat([head, byte, byte, next, tail]), `byte ${at} doubled`);
      await expectRefuted(Buffer.concat([head, next, byte, tail]), `byte ${at} swapped`);
    }
  });

  it("a file cut anywhere is refuted", async () => {
    for (let length = 0; length < bytes.length - 2; length += CUT_STRIDE)
      expect((await verifyBundle(bytes.subarray(0, length), POLICY)).outcome).to.equal("refuted");
  });

  it("C21 members of two valid bundles in one file are refuted", async () => {
    const other = (
      await bundleFixture({ ...OPTIONS, leafIndex: 3, claims: { category: "light" }, beacon: { leafIndex: 2 } })
    ).bundle;
    const otherText = JSON.parse(formatBundle(other)) as Record<string, unknown>;
    const names = ["source", "body", "entry", "proof", "chain", "beacon", "openings"] as const;
    for (let mix = 1; mix < 2 ** names.length - 1; mix++) {
      const taken = names.filter((_, at) => (mix >> at) & 1);
      const text = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
      for (const name of taken) text[name] = otherText[name];
      const mixed = utf8(JSON.stringify(text));
      const verdict = await verifyBundle(mixed, POLICY);
      expect(await remembering(mixed), taken.join()).to.deep.equal(verdict);
      // The source is the same in both; everything else belongs to one bundle only.
      const isWhole = mix === 1 || mix === 2 ** names.length - 2;
      expect(verdict.outcome, taken.join()).to.equal(isWhole ? "holds" : "refuted");
    }
  });

  it("C21 random edits never make it throw, whatever the endpoint says", async () => {
    const view: ChainView = {
      chainId: () => Promise.resolve(31_337),
      blockHashAt: () => Promise.resolve(original.chain.block.hash),
      newestTime: () => Promise.resolve(0),
      finalizedHeight: () => Promise.resolve(5_000),
      codeHashOf: () => Promise.resolve("0x"),
    };
    const edit = fc.record({ at: fc.nat(20_000), drop: fc.nat(4), put: fc.uint8Array({ maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), fc.boolean(), async (edits, asked) => {
        let changed: Uint8Array = bytes;
        for (const { at, drop, put } of edits) {
          const from = at % bytes.length;
          changed = Buffer.concat([changed.subarray(0, from), put, changed.subarray(from + drop)]);
        }
        const { outcome } = await verifyBundle(changed, POLICY, asked ? view : undefined);
        if (outcome === "holds") expect(parseBundle(changed)).to.deep.equal(original);
      }),
      { numRuns: RANDOM_EDITS },
    );
  });
});

// Fork evidence, under attack: what proves two histories is confirmed, to anybody and offline, and nothing else is.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { formatForkEvidence, type ForkEvidence, type ForkHead } from "../../src/core/fork-evidence.ts";
import { verifierKey } from "../../src/core/note.ts";
import type { Policy } from "../../src/core/policy.ts";
import { forkInEnglish } from "../../src/verify/fork-fact.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { proveFork, type StatedHead } from "../../src/verify/prove-fork.ts";
import type { ChainView } from "../../src/verify/verdict.ts";
import { verifyForkEvidence, type ForkVerdict } from "../../src/verify/verify-fork.ts";
import { naiveConsistencyProof } from "../reference/naive-merkle.ts";
import { CHAIN_ID, chainEvidence, CONTRACT, type ChainFixtureOptions } from "../support/chain-fixture.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";
import { entryOf, logFiles, ORIGIN, serveLog, type LogFiles } from "./support/served-log.ts";

const SMALL = 300;
const LARGE = 600;

describe("fork evidence of a log", () => {
  // One history, and another in which leaf 100 was altered.
  const [one, other] = [logFiles(LARGE), logFiles(LARGE, { entry: (at) => entryOf(at === 100 ? 1_000 : at) })];
  const policy: Policy = { ...one.policy, chain: { id: CHAIN_ID, contract: CONTRACT, accept: "evidence" } };
  const headOf = (log: LogFiles, treeSize: number, origin = ORIGIN, seed = 7): { checkpoint: string } => {
    const signer = signingKey(seed);
    const head = { origin, treeSize, rootHash: new Uint8Array(log.hash(0, treeSize)) };
    return { checkpoint: signCheckpoint(head, { key: verifierKey(origin, signer.publicKey), sign: signer.sign }).note };
  };
  const prefixOf = (log: LogFiles, size: number, larger = LARGE): NonNullable<ForkEvidence["prefix"]> => ({
    rootHash: new Uint8Array(log.hash(0, size)),
    proof: naiveConsistencyProof(log.hash, size, larger).map((hash) => new Uint8Array(hash)),
  });
  const anchored = async (
    log: LogFiles,
    treeSize: number,
    more: Partial<ChainFixtureOptions> = {},
  ): Promise<ForkHead> => ({
    anchor: await chainEvidence({ treeSize, rootHash: log.hash(0, treeSize), ...more }),
  });
  const check = (evidence: ForkEvidence, under = policy, view?: ChainView): Promise<ForkVerdict> =>
    verifyForkEvidence(utf8(formatForkEvidence(evidence)), under, view);
  const ends = ({ outcome, steps }: ForkVerdict): string =>
    [outcome, steps.at(-1)?.step, steps.at(-1)?.code].filter((part) => part !== undefined).join(" ");

  describe("proves two histories by", () => {
    it("two roots that the log's key signed for one size", async () => {
      const verdict = await check({ smaller: headOf(one, SMALL), larger: headOf(other, SMALL) });
      expect(ends(verdict)).to.equal("holds contradiction");
      expect(verdict.steps.map(({ step, outcome }) => `${step} ${outcome}`)).to.deep.equal([
        ...["evidence holds", "smaller holds", "larger holds", "contradiction holds"],
      ]);
      expect(verdict.steps[1]?.detail).to.include(`signed by ${ORIGIN}: ${SMALL} entries, root `);
      expect(verdict.steps.at(-1)?.detail).to.equal(`two roots for the same ${SMALL} entries`);
    });

    for (const size of [1, 101, 255, 256, 257, SMALL, 512, LARGE - 1])
      it(`a larger tree that did not begin with the ${size} entries of the smaller one`, async () => {
        // Up to leaf 100 both are one history.
        const verdict = await check({
          ...{ smaller: headOf(one, size), larger: headOf(other, LARGE), prefix: prefixOf(other, size) },
        });
        expect(ends(verdict)).to.equal(size > 100 ? "holds contradiction" : "refuted contradiction PROOF_INVALID");
      });

    it("a checkpoint and an anchor, of one size or of two, whichever is larger", async () => {
      const prefix = prefixOf(other, SMALL);
      for (const evidence of [
        { smaller: headOf(one, SMALL), larger: await anchored(other, SMALL) },
        { smaller: await anchored(one, SMALL), larger: headOf(other, LARGE), prefix },
        { smaller: headOf(one, SMALL), larger: await anchored(other, LARGE), prefix },
      ]) {
        const verdict = await check(evidence);
        expect(verdict.outcome).to.equal("holds");
        expect(verdict.steps.at(-1)).to.include({ step: "chain", outcome: "unchecked" });
        expect(verdict.steps.map(({ detail }) => detail).join()).to.match(
          /recorded by 0x5fbd\w+ on chain 31337 in block/,
        );
      }
    });

    it("an anchor whose block is trusted; otherwise the chain decides, or nobody", async () => {
      const evidence = { smaller: headOf(one, SMALL), larger: await anchored(other, SMALL) };
      const { hash } = ("anchor" in evidence.larger ? evidence.larger.anchor.block : undefined) ?? { hash: "" };
      const strict: Policy = { ...policy, chain: { ...policy.chain, accept: "trusted-block" } };
      expect(ends(await check(evidence, strict))).to.equal("undecided chain CHAIN_UNREACHABLE");
      expect(ends(await check(evidence, { ...strict, trustedBlocks: [hash] }))).to.equal("holds chain");
      const other1 = { ...strict, trustedBlocks: [`0x${"1".repeat(64)}`] };
      expect(ends(await check(evidence, other1))).to.equal("refuted chain CHAIN_MISMATCH");
      const view = (blockHash: string): ChainView => ({
        chainId: async () => CHAIN_ID,
        blockHashAt: async () => blockHash,
        finalizedHeight: async () => 10_000_000,
        codeHashOf: async () => "0x",
      });
      expect(ends(await check(evidence, strict, view(hash)))).to.equal("holds chain");
      expect(ends(await check(evidence, strict, view(`0x${"2".repeat(64)}`)))).to.equal("refuted chain CHAIN_MISMATCH");
    });
  });

  describe("proves nothing by", () => {
    const refuted = async (evidence: ForkEvidence, end: string, under?: Policy): Promise<void> =>
      void expect(ends(await check(evidence, under))).to.equal(`refuted ${end}`);

    it("two checkpoints of the same size and root, even when signed twice", async () => {
      const head = headOf(one, SMALL);
      await refuted({ smaller: head, larger: head }, "contradiction PROOF_INVALID");
      await refuted({ smaller: head, larger: headOf(one, SMALL) }, "contradiction PROOF_INVALID");
      await refuted({ smaller: head, larger: await anchored(one, SMALL) }, "contradiction PROOF_INVALID");
    });

    it("checkpoints of another log, by another key, changed after the signature, or without one", async () => {
      const good = headOf(one, SMALL);
      const foreign = headOf(other, SMALL, "other.example/log");
      await refuted({ smaller: good, larger: foreign }, "larger SIGNATURE_MISMATCH");
      await refuted({ smaller: foreign, larger: good }, "smaller SIGNATURE_MISMATCH");
      await refuted({ smaller: good, larger: headOf(other, SMALL, ORIGIN, 8) }, "larger SIGNATURE_MISMATCH");
      const { checkpoint } = headOf(other, SMALL);
      const altered = { checkpoint: checkpoint.replace(`\n${SMALL}\n`, `\n${SMALL + 1}\n`) };
      await refuted({ smaller: good, larger: altered }, "larger SIGNATURE_MISMATCH");
      const unsigned = { checkpoint: checkpoint.slice(0, checkpoint.indexOf("\n\n") + 2) };
      await refuted({ smaller: good, larger: unsigned }, "larger NOTE_INVALID");
      // The log's own key, for a log of another name.
      const named = verifierKey("other.example/log", signingKey(7).publicKey);
      await refuted({ smaller: good, larger: foreign }, "smaller SIGNATURE_MISMATCH", { ...policy, log: named });
    });

    it("two sizes alone, or with a proof that leads nowhere, is of other sizes, or shows that one continues the other", async () => {
      const [smaller, larger] = [headOf(one, SMALL), headOf(other, LARGE)];
      await refuted({ smaller, larger }, "contradiction PROOF_INVALID");
      const right = prefixOf(other, SMALL);
      await refuted({ smaller, larger, prefix: prefixOf(one, SMALL) }, "contradiction CONSISTENCY_MISMATCH");
      const invented = { ...right, rootHash: new Uint8Array(32) };
      await refuted({ smaller, larger, prefix: invented }, "contradiction CONSISTENCY_MISMATCH");
      await refuted({ smaller, larger, prefix: prefixOf(other, 256) }, "contradiction PROOF_INVALID");
      await refuted({ smaller, larger, prefix: { ...right, proof: [] } }, "contradiction PROOF_INVALID");
      const same = { smaller: headOf(other, SMALL), larger, prefix: right };
      await refuted(same, "contradiction PROOF_INVALID");
      await refuted({ smaller: larger, larger: smaller, prefix: right }, "contradiction PROOF_INVALID");
      await refuted({ smaller, larger: headOf(other, SMALL), prefix: right }, "contradiction PROOF_INVALID");
    });

    it("the empty tree, which every log continues", async () => {
      const empty = { rootHash: new Uint8Array(one.hash(0, 0)), proof: [] };
      const evidence = { smaller: headOf(one, 0), larger: headOf(other, LARGE), prefix: empty };
      await refuted(evidence, "contradiction PROOF_INVALID");
    });

    it("an anchor of another chain or contract, or one whose evidence does not hold together", async () => {
      const smaller = headOf(one, SMALL);
      await refuted({ smaller, larger: await anchored(other, SMALL, { chainId: 1 }) }, "larger CHAIN_MISMATCH");
      const contract = `0x${"a".repeat(40)}`;
      await refuted({ smaller, larger: await anchored(other, SMALL, { contract }) }, "larger CHAIN_MISMATCH");
      const broken = await anchored(other, SMALL, { status: new Uint8Array() });
      await refuted({ smaller, larger: broken }, "larger CHAIN_EVIDENCE_INVALID");
    });

    it("what is no evidence at all", async () => {
      for (const text of ["", "{}", "[1]"]) {
        const verdict = await verifyForkEvidence(utf8(text), policy);
        expect(ends(verdict)).to.equal("refuted evidence PROOF_INVALID");
      }
    });
  });

  it("says what it found in English", () => {
    const error = { id: "error", code: "BUSY", details: {}, message: "as it is" } as const;
    expect(forkInEnglish(error)).to.equal("as it is");
  });

  it("throws only what a view throws that is no error of ours", async () => {
    const evidence = { smaller: headOf(one, SMALL), larger: await anchored(other, SMALL) };
    const failing = (error: unknown): ChainView => ({
      chainId: () => Promise.reject(error as Error),
      blockHashAt: async () => undefined,
      finalizedHeight: async () => 0,
      codeHashOf: async () => "0x",
    });
    const ours = new WarifuError("CHAIN_UNREACHABLE", "gone");
    expect(ends(await check(evidence, policy, failing(ours)))).to.equal("undecided chain CHAIN_UNREACHABLE");
    const foreign = await check(evidence, policy, failing(new RangeError("defect"))).catch((error: unknown) => error);
    expect(foreign).to.be.instanceOf(RangeError);
  });

  describe("is made from", () => {
    const stated = (log: LogFiles, treeSize: number): StatedHead => ({ treeSize, stated: headOf(log, treeSize) });
    const made = async (log: LogFiles, ...heads: [StatedHead, StatedHead]): Promise<string | undefined> => {
      const served = await serveLog(log);
      const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
      return proveFork(reader, heads, policy).finally(() => served.stop());
    };

    it("two heads and the tiles of the larger tree, in either order, and the check confirms it", async () => {
      for (const heads of [
        [stated(one, SMALL), stated(other, LARGE)],
        [stated(other, LARGE), stated(one, SMALL)],
        [stated(one, LARGE), stated(other, LARGE)],
      ] as const) {
        const text = await made(other, ...heads);
        expect((await verifyForkEvidence(utf8(text ?? ""), policy)).outcome).to.equal("holds");
      }
      const strict: Policy = { ...policy, chain: { ...policy.chain, accept: "trusted-block" } };
      const anchor = { treeSize: SMALL, stated: await anchored(one, SMALL) };
      const served = await serveLog(other);
      const text = await proveFork(httpLogReader(served.url), [anchor, stated(other, LARGE)], strict);
      await served.stop();
      expect(text, "that nobody vouches for the block yet is for the reader").to.be.a("string");
    });

    it("nothing where both are of one history, or the tiles lead to another root, or are not served", async () => {
      expect(await made(other, stated(other, SMALL), stated(other, LARGE))).to.equal(undefined);
      expect(await made(one, stated(one, SMALL), stated(other, LARGE))).to.equal(undefined);
      for (const broken of [new Map(), new Map([...other.files.keys()].map((path) => [path, Buffer.alloc(1)]))])
        expect(await made({ ...other, files: broken }, stated(one, SMALL), stated(other, LARGE))).to.equal(undefined);
      const gone = { tile: () => Promise.reject(new WarifuError("SERVICE_UNREACHABLE", "gone")) };
      await expectRejection("SERVICE_UNREACHABLE", proveFork(gone, [stated(one, SMALL), stated(other, LARGE)], policy));
    });
  });
});

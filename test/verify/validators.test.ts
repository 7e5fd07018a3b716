// Bundles from chains whose validators seal each block, under policies that name the validators: final without a node.

import { expect } from "chai";

import type { ProofBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { Policy } from "../../src/core/policy.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { verifyForkEvidence } from "../../src/verify/verify-fork.ts";
import type { ChainView, StepResult, Verdict } from "../../src/verify/verdict.ts";
import { validatorAddresses, type Consensus } from "../support/bft-header.ts";
import { bundleFixture, fixturePolicy, type BundleFixture } from "../support/bundle-fixture.ts";
import { CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";

const FORMS = ["besu-qbft", "besu-ibft2", "quorum-ibft", "quorum-qbft"] as const;

const policyOf = (chain: Partial<Policy["chain"]>, change: Partial<Policy> = {}): Policy =>
  fixturePolicy({ ...change, chain: { id: CHAIN_ID, contract: CONTRACT, accept: "trusted-block", ...chain } });
const sealed = (consensus: Consensus, beacon: Consensus = consensus): Promise<BundleFixture> =>
  bundleFixture({
    treeSize: 13,
    leafIndex: 7,
    chain: { consensus },
    beacon: { leafIndex: 2, block: { consensus: beacon } },
  });
const chainOf = ({ steps }: Verdict): StepResult | undefined => steps.find(({ step }) => step === "chain");

/** A node of the verifier's own that has those blocks, and calls them final, or not. */
function nodeWith(bundle: ProofBundle, final: number, hash = bundle.chain.block.hash): ChainView {
  return {
    chainId: async () => CHAIN_ID,
    blockHashAt: async (number) => (number === 1_234 ? hash : undefined),
    finalizedHeight: async () => final,
    codeHashOf: async () => "",
  };
}

describe("a bundle from a chain whose validators seal its blocks", () => {
  for (const form of FORMS) {
    const consensus: Consensus = { form, round: 1 };
    const policy = policyOf({ headerForm: form, finality: "bft", validators: validatorAddresses(4) });

    it(`truth F6: ${form}: holds with no node, and says that a quorum of validators sealed both blocks`, async () => {
      const { bytes } = await sealed(consensus);
      const verdict = await verifyBundle(bytes, policy);
      expect(verdict.outcome).to.equal("holds");
      expect(chainOf(verdict)).to.deep.include({
        outcome: "holds",
        fact: { id: "block", blockNumber: 1_234, by: "validators", beacon: { blockNumber: 1_200, isChecked: true } },
      });
      expect(chainOf(verdict)?.detail).to.match(
        /block 1234 is sealed by a quorum of the chain's validators.*on the chain too/,
      );
      expect(verdict.record?.before.checked).to.equal(true);
      expect(verdict.record?.after?.checked).to.equal(true);
    });

    it(`truth F6: ${form}: a list of validators that lacks the quorum leaves it undecided`, async () => {
      const { bytes } = await sealed({ ...consensus, signers: [0, 1, 2] });
      const stranger = validatorAddresses(9).at(-1)!;
      for (const [validators, outcome] of [
        [validatorAddresses(4), "holds"],
        [validatorAddresses(5), "undecided"],
        [[...validatorAddresses(2), stranger], "holds"],
        [[validatorAddresses(1)[0]!, stranger], "undecided"],
        [[stranger], "undecided"],
      ] as const) {
        const verdict = await verifyBundle(bytes, { ...policy, chain: { ...policy.chain, validators } });
        expect(verdict.outcome, validators.join()).to.equal(outcome);
        if (outcome === "undecided") expect(chainOf(verdict)?.code).to.equal("NOT_ANCHORED_YET");
      }
    });

    it(`truth F6: ${form}: seals that are left out, and one validator who seals twice, leave it undecided`, async () => {
      for (const signers of [[], [0, 1], [0, 1, 1, 1]]) {
        const { bytes } = await sealed({ ...consensus, signers });
        const verdict = await verifyBundle(bytes, policy);
        expect(verdict.outcome, signers.join()).to.equal("undecided");
        expect(chainOf(verdict)?.detail).to.match(/not shown to be final: of the 4 validators.*, and 3 must/);
      }
    });

    it(`truth F6: ${form}: without validators the policy checks the hash alone, and asks for a block or a node`, async () => {
      const { bytes, bundle } = await sealed(consensus);
      const plain = policyOf({ headerForm: form, finality: "bft" });
      expect((await verifyBundle(bytes, plain)).outcome).to.equal("undecided");
      expect((await verifyBundle(bytes, { ...plain, trustedBlocks: [bundle.chain.block.hash] })).outcome).to.equal(
        "holds",
      );
      expect((await verifyBundle(bytes, plain, nodeWith(bundle, 1_234))).outcome).to.equal("holds");
    });

    it(`truth F6: ${form}: is refuted under a policy that names another form`, async () => {
      const { bytes } = await sealed(consensus);
      const other = form === "quorum-ibft" ? "besu-qbft" : "quorum-ibft";
      for (const headerForm of ["ethereum", other] as const) {
        const chain = headerForm === "ethereum" ? {} : { headerForm, validators: validatorAddresses(4) };
        const verdict = await verifyBundle(bytes, policyOf(chain));
        expect(verdict.outcome).to.equal("refuted");
        expect(verdict.steps.at(-1)?.detail).to.match(/block header does not have the block's hash/);
      }
    });
  }

  const qbft = policyOf({ headerForm: "besu-qbft", finality: "bft", validators: validatorAddresses(4) });

  it("truth F6: a beacon whose block too few have sealed is a claim, and one with a wrong seal refutes", async () => {
    const consensus: Consensus = { form: "besu-qbft" };
    const few = await verifyBundle((await sealed(consensus, { ...consensus, signers: [0] })).bytes, qbft);
    expect(few.outcome).to.equal("holds");
    expect(few.record?.after?.checked).to.equal(false);
    const flip = (seals: Uint8Array[]): Uint8Array[] => {
      seals[2]![5]! ^= 1;
      return seals;
    };
    const wrong = await verifyBundle((await sealed(consensus, { ...consensus, seals: flip })).bytes, qbft);
    expect(wrong.outcome).to.equal("refuted");
    expect(wrong.steps.at(-1)?.step).to.equal("beacon");
  });

  it("truth F6: the verifier's own node, and the blocks that it trusts, come before the seals", async () => {
    const { bytes, bundle } = await sealed({ form: "besu-qbft", signers: [0] });
    const outcome = async (view?: ChainView, trustedBlocks: readonly string[] = []): Promise<string> =>
      (await verifyBundle(bytes, { ...qbft, trustedBlocks }, view)).outcome;
    expect(await outcome(nodeWith(bundle, 1_234))).to.equal("holds");
    expect(await outcome(nodeWith(bundle, 1_233))).to.equal("undecided");
    expect(await outcome(nodeWith(bundle, 1_234, `0x${"99".repeat(32)}`))).to.equal("refuted");
    expect(await outcome(undefined, [bundle.chain.block.hash])).to.equal("holds");
    expect(await outcome(undefined, [`0x${"99".repeat(32)}`])).to.equal("refuted");
  });

  it("truth F6: a block without seals, of a number at which nobody seals, is not shown to be final", async () => {
    const { bytes } = await bundleFixture({ chain: { consensus: { form: "besu-qbft" }, blockNumber: 0 } });
    expect((await verifyBundle(bytes, qbft)).outcome).to.equal("refuted");
    const first = await bundleFixture({ chain: { blockNumber: 0 } });
    const verdict = await verifyBundle(first.bytes, qbft);
    expect(verdict.outcome).to.equal("undecided");
    expect(chainOf(verdict)?.detail).to.match(/of the 4 validators/);
  });

  it("truth F6: two histories are proven by an anchor that a quorum has sealed, and not by one that it has not", async () => {
    for (const [signers, outcome] of [
      [[0, 1, 2, 3], "holds"],
      [[0, 1], "undecided"],
    ] as const) {
      const consensus: Consensus = { form: "besu-qbft", signers };
      const one = await sealed(consensus);
      const two = await bundleFixture({ treeSize: 13, leafIndex: 7, claims: { category: "other" } });
      const evidence = {
        format: "warifu-fork-evidence/1",
        smaller: { anchor: one.bundle.chain },
        larger: { checkpoint: two.note },
      };
      const verdict = await verifyForkEvidence(utf8(JSON.stringify(evidence)), qbft);
      expect(verdict.outcome, JSON.stringify(verdict.steps.at(-1))).to.equal(outcome);
    }
  });
});

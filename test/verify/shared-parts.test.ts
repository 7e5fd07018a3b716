// A verifier for many bundles remembers what it checked, and nobody can make it remember anything else.

import { expect } from "chai";

import { formatBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { toHex, utf8 } from "../../src/core/bytes.ts";
import type { AnchorFact } from "../../src/core/chain-evidence.ts";
import { verifyEd25519 } from "../../src/core/ed25519.ts";
import { keccak256 } from "../../src/core/keccak256.ts";
import { bundleVerifier, verifyBundle } from "../../src/verify/verify-bundle.ts";
import { WITNESS_KEYS, bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";

const OPTIONS = {
  treeSize: 13,
  chain: { receipts: 2, proofHashes: 1 },
  beacon: { leafIndex: 0 },
  cosigners: 1,
} as const;
const POLICY = fixturePolicy({ witnesses: { keys: WITNESS_KEYS, quorum: 1 } });

describe("a verifier for many bundles", () => {
  let bundles: { readonly bytes: Uint8Array; readonly bundle: ProofBundle }[];
  before(async () => {
    bundles = [];
    for (const leafIndex of [3, 7, 9]) bundles.push(await bundleFixture({ ...OPTIONS, leafIndex }));
  });

  it("comes to the verdicts of one that has seen no other, in any order and again", async () => {
    const verify = bundleVerifier(POLICY);
    for (const at of [0, 1, 2, 1, 0, 2]) {
      const { bytes } = bundles[at]!;
      expect(await verify(bytes)).to.deep.equal(await verifyBundle(bytes, POLICY));
    }
  });

  it("keeps apart what an earlier bundle of the same anchor has, and this one has wrong", async () => {
    const { bundle } = bundles[0]!;
    const { chain, beacon, proof } = bundle;
    const wrong: readonly ProofBundle[] = [
      { ...bundle, proof: proof.replace(/\n— /g, "\n— x") },
      { ...bundle, chain: { ...chain, chainId: chain.chainId + 1 } },
      { ...bundle, chain: { ...chain, contract: `0x${"11".repeat(20)}` } },
      { ...bundle, chain: { ...chain, block: { ...chain.block, hash: `0x${"22".repeat(32)}` } } },
      { ...bundle, chain: { ...chain, transaction: { ...chain.transaction, index: chain.transaction.index + 1 } } },
      { ...bundle, chain: { ...chain, receipt: { ...chain.receipt, proof: chain.receipt.proof.slice(1) } } },
      { ...bundle, beacon: { ...beacon!, body: beacon!.body.replace(/"seq":\d+/, '"seq":77') } },
      { ...bundle, beacon: { ...beacon!, entry: bundle.entry } },
    ];
    const verify = bundleVerifier(POLICY);
    expect((await verify(bundles[0]!.bytes)).outcome).to.equal("holds");
    for (const [at, one] of wrong.entries()) {
      const bytes = utf8(formatBundle(one));
      expect((await verify(bytes)).outcome, `change ${at}`).to.equal("refuted");
      expect(await verify(bytes)).to.deep.equal(await verifyBundle(bytes, POLICY));
    }
    expect((await verify(bundles[1]!.bytes)).outcome).to.equal("holds");
  });

  it("takes a beacon for the checkpoint alone that it is proven against, however often it was seen", async () => {
    const [first, second] = bundles;
    const verify = bundleVerifier(POLICY);
    expect((await verify(first!.bytes)).outcome).to.equal("holds");
    const bytes = utf8(formatBundle({ ...second!.bundle, beacon: first!.bundle.beacon }));
    const { steps } = await verify(bytes);
    expect(steps.at(-1)).to.deep.include({ step: "beacon", outcome: "refuted", code: "INCLUSION_MISMATCH" });
  });

  it("has the signatures of log and witnesses checked by what it was given for that", async () => {
    const checked: boolean[] = [];
    const verify = bundleVerifier(POLICY, undefined, {
      verifyEd25519: (...claim) => {
        checked.push(verifyEd25519(...claim));
        return checked.every(Boolean);
      },
    });
    for (const { bytes } of bundles) expect(await verify(bytes)).to.deep.equal(await verifyBundle(bytes, POLICY));
    // Each of the bundles has a checkpoint of its own.
    expect(checked).to.deep.equal(bundles.flatMap(() => [true, true]));
    const { steps } = await bundleVerifier(POLICY, undefined, { verifyEd25519: () => false })(bundles[0]!.bytes);
    expect(steps.at(-1)).to.deep.include({ step: "checkpoint", outcome: "refuted", code: "SIGNATURE_MISMATCH" });
  });

  it("has all that the chain hashed hashed by what it was given for that", async () => {
    const { bytes, bundle } = bundles[0]!;
    const { block, transaction, receipt } = bundle.chain;
    const { beacon } = JSON.parse(bundle.beacon!.body) as { readonly beacon: { readonly header: string } };
    const hashed: string[] = [];
    const verify = bundleVerifier(POLICY, undefined, {
      keccak256: (message) => {
        hashed.push(`0x${toHex(message)}`);
        return keccak256(message);
      },
    });
    expect(await verify(bytes)).to.deep.equal(await verifyBundle(bytes, POLICY));
    expect(hashed).to.deep.equal([block.header, transaction.raw, ...receipt.proof, beacon.header]);
    const { steps } = await bundleVerifier(POLICY, undefined, { keccak256: () => new Uint8Array(32) })(bytes);
    expect(steps.at(-1)).to.deep.include({ step: "anchor", outcome: "refuted", code: "CHAIN_EVIDENCE_INVALID" });
  });

  it("does not remember a refusal: evidence that was refused in one bundle holds in another", async () => {
    const { bundle, bytes } = bundles[0]!;
    const verify = bundleVerifier(POLICY);
    const broken = { ...bundle, chain: { ...bundle.chain, block: { ...bundle.chain.block, header: "0x00" } } };
    expect((await verify(utf8(formatBundle(broken)))).outcome).to.equal("refuted");
    expect((await verify(bytes)).outcome).to.equal("holds");
  });

  it("judges by the policy that it was made with, whatever becomes of the object", async () => {
    const { bytes } = bundles[0]!;
    const policy = structuredClone(POLICY);
    const verify = bundleVerifier(policy);
    policy.log.publicKey.fill(0);
    expect((await verify(bytes)).outcome).to.equal("holds");
    expect(
      (await bundleVerifier(fixturePolicy({ witnesses: { keys: WITNESS_KEYS, quorum: 2 } }))(bytes)).outcome,
    ).to.equal("refuted");
  });

  it("hands out verdicts that belong to whoever asked: what is done to one reaches no other", async () => {
    const [first, second] = bundles;
    const verify = bundleVerifier(POLICY);
    const anchor = (await verify(first!.bytes)).record!.anchor as AnchorFact;
    anchor.rootHash.fill(0);
    expect((await verify(second!.bytes)).outcome).to.equal("holds");
  });

  it("forgets after a while: a thousand anchors take no more memory than a few", async () => {
    const verify = bundleVerifier(POLICY);
    for (let size = 20; size < 60; size++) {
      const { bytes } = await bundleFixture({ ...OPTIONS, treeSize: size, leafIndex: 5 });
      expect((await verify(bytes)).outcome).to.equal("holds");
    }
    expect((await verify(bundles[0]!.bytes)).outcome).to.equal("holds");
  });
});

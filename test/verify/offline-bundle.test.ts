// A bundle made on a real chain verifies for whoever trusts one block hash, with no node left to ask; and with anything
// else in the place of that hash, of a header field, of the receipt or of its log, it is refuted.

import { createMPT, createMerkleProof } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import { getBytes, hexlify, keccak256 } from "ethers";

import type { Chain } from "../../src/chain/chain.ts";
import { beaconInBody } from "../../src/core/beacon.ts";
import { formatBundle, parseBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { ChainEvidence } from "../../src/core/chain-evidence.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { logIdOf } from "../../src/core/record.ts";
import { recordBeacon } from "../../src/anchor/beacon.ts";
import { anchorFor, prove } from "../../src/read/prove.ts";
import type { Verdict, VerifyStep } from "../../src/verify/verdict.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { anchorFinally, strictPolicy } from "../support/final-anchor.ts";
import { startAnvil, startHardhat, type TestChain } from "../support/chains.ts";
import { openLedger, ORIGIN, reading, report } from "../support/ledger.ts";
import { connect } from "../support/anchored-log.ts";

type Fields = (Uint8Array | Fields)[];

const CLIENTS: { client: string; start: () => Promise<TestChain> }[] = [
  { client: "Hardhat", start: startHardhat },
  { client: "anvil", start: () => startAnvil({ args: ["--slots-in-an-epoch", "1"] }) },
];

for (const { client, start } of CLIENTS)
  describe(`a bundle made on ${client}, with no network`, () => {
    let bundle: ProofBundle;
    let policy: Policy;
    before(async () => {
      const node = await start();
      const chain = await connect(node);
      const ledger = await openLedger();
      try {
        ({ bundle, policy } = await bundleOn(node, chain, ledger));
      } finally {
        await ledger.close();
        await chain.close();
        // Whatever is verified from here on, nobody can be asked.
        await node.stop();
      }
    });

    const verdictOf = (changed: ProofBundle, change: Partial<Policy> = {}): Promise<Verdict> =>
      verifyBundle(utf8(formatBundle(changed)), { ...policy, ...change });
    const withChain = (change: (chain: ChainEvidence) => ChainEvidence): ProofBundle => ({
      ...bundle,
      chain: change(bundle.chain),
    });
    const expectRefuted = async (
      changed: ProofBundle,
      step: VerifyStep,
      code: ErrorCode,
      what: string,
      change?: Partial<Policy>,
    ): Promise<void> => {
      const { outcome, steps } = await verdictOf(changed, change);
      const last = steps.at(-1);
      expect([outcome, last?.step, last?.code], what).to.deep.equal(["refuted", step, code]);
    };

    it("holds for whoever trusts the anchor's block", async () => {
      const { outcome, record, steps } = await verdictOf(bundle);
      expect(outcome, steps.at(-1)?.detail).to.equal("holds");
      expect(record?.before.blockHash).to.equal(bundle.chain.block.hash);
      expect(record?.after).to.include({ checked: false });
      expect(record?.after?.blockNumber).to.be.lessThan(record?.before.blockNumber ?? 0);
      expect(record?.claims).to.include({ category: "pothole" });
    });

    it("says more for whoever trusts the beacon's block too", async () => {
      const { blockHash } = beaconInBody(utf8(bundle.beacon?.body ?? ""));
      const { record } = await verdictOf(bundle, { trustedBlocks: [...policy.trustedBlocks, blockHash] });
      expect(record?.after).to.include({ blockHash, checked: true });
    });

    it("is undecided for whoever trusts none, and refuted under another hash", async () => {
      expect((await verdictOf(bundle, { trustedBlocks: [] })).outcome).to.equal("undecided");
      const [hash] = policy.trustedBlocks as readonly [string];
      const others = [`0x${"ab".repeat(32)}`, `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`];
      for (const other of others)
        await expectRefuted(bundle, "chain", "CHAIN_MISMATCH", other, { trustedBlocks: [other] });
      const renamed = withChain((chain) => ({ ...chain, block: { ...chain.block, hash: others[1] as string } }));
      await expectRefuted(renamed, "anchor", "CHAIN_EVIDENCE_INVALID", "renamed");
    });

    it("is refuted with any field of the header changed, under the old hash and under its own", async () => {
      const fields = RLP.decode(getBytes(bundle.chain.block.header)) as Uint8Array[];
      expect(fields.length).to.be.at.least(16);
      for (const at of fields.keys()) {
        const header = RLP.encode(fields.map((field, i) => (i === at ? changedField(field) : field)));
        const block = { hash: bundle.chain.block.hash, header: hexlify(header) };
        const kept = withChain((chain) => ({ ...chain, block }));
        await expectRefuted(kept, "anchor", "CHAIN_EVIDENCE_INVALID", `field ${at}`);
        const renamed = withChain((chain) => ({ ...chain, block: { ...block, hash: keccak256(header) } }));
        const { outcome, steps } = await verdictOf(renamed);
        // The receipts root binds the receipt, number and time must stay above the beacon's: those fail earlier.
        expect(
          [outcome, ["anchor", "beacon", "chain"].includes(steps.at(-1)?.step ?? "")],
          `field ${at}`,
        ).to.deep.equal(["refuted", true]);
      }
    });

    const RECEIPTS: { readonly [what: string]: (receipt: Fields) => void } = {
      "a log of another address": (receipt) => (logOf(receipt)[0] = new Uint8Array(20).fill(7)),
      "a log of another root": (receipt) => ((logOf(receipt)[1] as Fields)[2] = new Uint8Array(32).fill(7)),
      "a log of another previous size": (receipt) => (logOf(receipt)[2] = new Uint8Array(32).with(31, 1)),
      "no log": (receipt) => (receipt[3] = []),
      "the status of a failure": (receipt) => (receipt[0] = new Uint8Array(0)),
      "other gas": (receipt) => (receipt[1] = Uint8Array.of(9, 9)),
    };
    for (const [what, change] of Object.entries(RECEIPTS))
      it(`is refuted with ${what} in the receipt, also where trie and header are made to fit`, async () => {
        const receipt = RLP.decode(getBytes(bundle.chain.receipt.raw).subarray(1)) as Fields;
        change(receipt);
        const raw = Uint8Array.from([2, ...RLP.encode(receipt)]);
        const alone = withChain((chain) => ({ ...chain, receipt: { ...chain.receipt, raw: hexlify(raw) } }));
        await expectRefuted(alone, "anchor", "CHAIN_EVIDENCE_INVALID", "receipt alone");
        const refitted = await withReceipt(bundle.chain, raw);
        const kept = { ...refitted, block: bundle.chain.block };
        await expectRefuted(
          withChain(() => kept),
          "anchor",
          "CHAIN_EVIDENCE_INVALID",
          "receipt and trie",
        );
        const { outcome, steps } = await verdictOf(withChain(() => refitted));
        const isOfAnchor = !["other gas", "a log of another previous size"].includes(what);
        expect([outcome, steps.at(-1)?.step], "everything").to.deep.equal(["refuted", isOfAnchor ? "anchor" : "chain"]);
      });
  });

/** A report between a beacon and its anchor, alone in its block. */
async function bundleOn(
  node: TestChain,
  chain: Chain,
  ledger: Awaited<ReturnType<typeof openLedger>>,
): Promise<{ bundle: ProofBundle; policy: Policy }> {
  await chain.deploy(logIdOf(ORIGIN));
  for (let block = 0; block < 4; block++) await node.ask("evm_mine");
  const onMissed = (reason: Error): never => {
    throw reason;
  };
  const { store, events, writer } = ledger.log;
  expect(await recordBeacon({ store, events, chain, writer, onMissed })).to.not.equal(undefined);
  const [, about] = await ledger.submit([reading(1), report(2), reading(3)]);
  await anchorFinally(ledger, chain);
  const leafIndex = about?.leafIndex ?? 0;
  const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
  const anchor = await anchorFor(entry!, ledger.store);
  const bundle = parseBundle(utf8(await prove(entry!, anchor, ledger.store, ledger.log.tree, { chain })));
  return { bundle, policy: strictPolicy(chain, { trustedBlocks: [bundle.chain.block.hash] }) };
}

/** The evidence with another receipt, and the trie and the header that it takes. */
async function withReceipt(chain: ChainEvidence, raw: Uint8Array): Promise<ChainEvidence> {
  const trie = await createMPT();
  const key = RLP.encode(chain.transaction.index);
  await trie.put(key, raw);
  const fields = RLP.decode(getBytes(chain.block.header)) as Uint8Array[];
  const header = RLP.encode(fields.map((field, at) => (at === 5 ? trie.root() : field)));
  const proof = (await createMerkleProof(trie, key)).map((node) => hexlify(node));
  return {
    ...chain,
    block: { hash: keccak256(header), header: hexlify(header) },
    receipt: { raw: hexlify(raw), proof },
  };
}

function logOf(receipt: Fields): Fields {
  return (receipt[3] as Fields[])[0] as Fields;
}

/** Another value of the same length, or one where there was none. */
function changedField(field: Uint8Array): Uint8Array {
  return field.length === 0
    ? Uint8Array.of(1)
    : Uint8Array.from(field, (byte, at) => (at === field.length - 1 ? byte ^ 1 : byte));
}

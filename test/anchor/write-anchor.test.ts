// Stages anchor, confirm and prove over real chains: Hardhat for the plain way, anvil for reorgs and finality.
// Invariants: at most once (one row, one anchor), reorg safe (final only on the final chain), no early proof.

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { Policy } from "../../src/core/policy.ts";
import { logIdOf } from "../../src/core/record.ts";
import { anchor } from "../../src/anchor/rounds.ts";
import { checkedHead, type AnchoringParts } from "../../src/anchor/write-anchor.ts";
import { DOUBT_LOOKS, DOUBT_MS } from "../../src/core/finality-doubt.ts";
import { confirm, type FinalityDoubts } from "../../src/anchor/follow-anchors.ts";
import { anchorFor, anchorStateOf, prove } from "../../src/read/prove.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { startAnvil, startHardhat, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  copyFolder,
  expectClean,
  keyed,
  openLedger,
  ORIGIN,
  reading,
  report,
  SIGNER,
  type TestLedger,
} from "../support/ledger.ts";
import { anchoringParts, storedContract } from "../support/anchoring-parts.ts";
import { closeContract } from "../support/close-contract.ts";
import { nextAnchorSize } from "../../src/cosign/next-size.ts";

describe("stages anchor, confirm and prove", () => {
  let node: TestChain;
  let chain: Chain;
  let ledger: TestLedger;
  let parts: AnchoringParts;
  let later = 0;
  const doubts: FinalityDoubts = new Map();

  const start = async (started: Promise<TestChain>): Promise<void> => {
    node = await started;
    chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    await chain.deploy(logIdOf(ORIGIN));
    ledger = await openLedger();
    await ledger.store.setContract(await storedContract(chain));
    parts = anchoringParts(ledger, chain, () => Date.now() + later);
  };
  afterEach(async () => {
    await ledger.close();
    await chain.close();
    await node.stop();
  });

  const anvil = (...args: string[]): Promise<TestChain> => startAnvil({ args });
  const states = async (): Promise<string[]> =>
    (await ledger.store.anchors(1_000, 100)).reverse().map(({ treeSize, state }) => `${treeSize} ${state}`);
  /** The next look at the chain. */
  const look = async (): Promise<string[]> =>
    (await confirm(parts, doubts)).map(({ anchor: { treeSize }, change }) => `${treeSize} ${change}`);
  /** One look, or as many over as long a time as it takes to believe that what was final is gone. */
  const changes = async (): Promise<string[]> => {
    let seen = await look();
    for (let more = 1; more < DOUBT_LOOKS && seen.some((one) => one.endsWith("doubted")); more++) {
      later += DOUBT_MS / (DOUBT_LOOKS - 1);
      seen = await look();
    }
    return seen;
  };
  const written = async (): Promise<string> => {
    const step = await anchor(parts);
    return "anchor" in step ? `${step.step} ${step.anchor.treeSize}` : step.step;
  };
  const anchoredSizes = async (): Promise<number[]> => (await chain.anchorEvents()).map(({ treeSize }) => treeSize);
  const testimony = async () => ({
    chainId: chain.chainId,
    contract: chain.contract,
    events: await chain.anchorEvents(),
  });
  const policy = (): Policy => ({
    log: SIGNER.key,
    chain: { id: chain.chainId, contract: chain.contract, accept: "evidence" },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses: { keys: [], quorum: 0 },
  });
  const reopen = async (): Promise<void> => {
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder });
    parts = anchoringParts(ledger, chain);
  };

  it("anchors at a tile boundary first, then the rest, and proves every entry to a verifier", async () => {
    await start(startHardhat());
    await ledger.submit([...keyed(reading, 250), ...keyed(report, 60)]);
    const size = ledger.log.tree.publishedSize;
    await expectRejection("NOT_ANCHORED_YET", proveLeaf(0), /leaf 0 is pending/);
    expect(await written()).to.equal("anchored 256");
    expect(await states()).to.deep.equal(["256 submitted"]);
    await expectRejection("NOT_ANCHORED_YET", proveLeaf(0), /is submitted/);
    expect(await changes()).to.deep.equal(["256 included", "256 finalized"]);
    await expectRejection("NOT_ANCHORED_YET", proveLeaf(256), /is pending/);
    expect(await written()).to.equal(`anchored ${size}`);
    await confirm(parts);
    expect(await written()).to.equal("idle");
    expect(await states()).to.deep.equal(["256 finalized", `${size} finalized`]);
    expect(await anchoredSizes()).to.deep.equal([256, size]);
    for (const leafIndex of [0, 1, 2, 100, 255, 256, 300, size - 1]) {
      const verdict = await verifyBundle(utf8(await proveLeaf(leafIndex)), policy());
      expect(verdict.outcome, JSON.stringify(verdict.steps)).to.equal("holds");
      expect(verdict.record?.leafIndex).to.equal(leafIndex);
      // The smallest anchor above the leaf, so that its proof never changes.
      expect(verdict.record?.anchor.treeSize).to.equal(leafIndex < 256 ? 256 : size);
      expect(await anchorStateOf(leafIndex, ledger.store)).to.equal("finalized");
    }
    const openings = (await ledger.vault.open(size - 1))!;
    const opened = await verifyBundle(utf8(await proveLeaf(size - 1, openings)), policy());
    expect(opened.record?.claims).to.deep.equal(report(59)["claims"]);
    const shut = await verifyBundle(utf8(await proveLeaf(size - 1)), policy());
    expect(shut.record?.claims).to.deep.equal({ category: "pothole" });
    await expectClean(ledger.folder, { chain: await testimony() });
  });

  async function proveLeaf(leafIndex: number, openings?: readonly string[]): Promise<string> {
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    return prove(entry!, await anchorFor(entry!, ledger.store), ledger.store, ledger.log.tree, { openings });
  }

  it("calls nothing final that the chain does not", async () => {
    await start(anvil("--slots-in-an-epoch", "4"));
    await ledger.submit(keyed(reading, 10));
    await anchor(parts);
    for (let height = 0; height < 20; height++) {
      await confirm(parts);
      const [row] = await ledger.store.anchors(10, 1);
      const isFinal = row!.blockNumber !== null && (await chain.finalizedHeight()) >= row!.blockNumber;
      expect(row!.state === "finalized").to.equal(isFinal);
      if (!isFinal) await expectRejection("NOT_ANCHORED_YET", proveLeaf(0));
      await node.ask("anvil_mine", "0x1");
    }
    expect(await states()).to.deep.equal(["12 finalized"]);
  });

  it("B8 takes an anchor back that a reorg dropped, and anchors it again", async () => {
    await start(anvil("--slots-in-an-epoch", "8"));
    await ledger.submit(keyed(reading, 10));
    await anchor(parts);
    await node.ask("anvil_mine", "0x2");
    expect(await changes()).to.deep.equal(["12 included"]);
    const [before] = await ledger.store.anchors(10, 1);
    await node.ask("anvil_reorg", 3, []);
    expect(await anchoredSizes()).to.deep.equal([]);
    expect(await changes()).to.deep.equal(["12 reorged"]);
    expect(await states()).to.deep.equal(["12 pending"]);
    expect(await anchorStateOf(0, ledger.store)).to.equal("pending");
    const [lost] = await ledger.store.anchors(10, 1);
    expect(lost).to.include({ blockNumber: null, blockHash: null, evidence: null });
    expect(await written()).to.equal("sentAgain 12");
    expect(await states()).to.deep.equal(["12 submitted"]);
    await node.ask("anvil_mine", "0x20");
    expect(await changes()).to.deep.equal(["12 included", "12 finalized"]);
    const [after] = await ledger.store.anchors(10, 1);
    expect(after!.transactionHash).to.equal(before!.transactionHash);
    expect(after!.blockHash).not.to.equal(before!.blockHash);
    expect(await anchoredSizes()).to.deep.equal([12]);
    expect((await verifyBundle(utf8(await proveLeaf(5)), policy())).outcome).to.equal("holds");
    await expectClean(ledger.folder, { chain: await testimony() });
  });

  it("B10 takes back what was final when the chain itself took it back", async () => {
    await start(anvil("--slots-in-an-epoch", "1"));
    await ledger.submit(keyed(reading, 10));
    await anchor(parts);
    await node.ask("anvil_mine", "0x4");
    await confirm(parts);
    await ledger.submit(keyed(reading, 300, "more"));
    await anchor(parts);
    await node.ask("anvil_mine", "0x4");
    await confirm(parts);
    await anchor(parts);
    await node.ask("anvil_mine", "0x4");
    await confirm(parts);
    expect(await states()).to.deep.equal(["12 finalized", "256 finalized", "312 finalized"]);
    // Deep enough to take the last two, which anvil had called final.
    await node.ask("anvil_reorg", 10, []);
    const seen = await changes();
    expect(seen.slice(0, 2)).to.deep.equal(["256 reorged", "312 reorged"]);
    expect(await anchorStateOf(0, ledger.store)).to.equal("finalized");
    await expectRejection("NOT_ANCHORED_YET", proveLeaf(200));
    for (let round = 0; round < 6; round++) {
      await anchor(parts);
      await node.ask("anvil_mine", "0x2");
      await confirm(parts);
    }
    expect(await states()).to.deep.equal(["12 finalized", "256 finalized", "312 finalized"]);
    expect(await anchoredSizes()).to.deep.equal([12, 256, 312]);
    await expectClean(ledger.folder, { chain: await testimony() });
  });

  it("B10 finds what a deep reorg took by its block, also behind a larger tree that was mined before it", async () => {
    await start(anvil("--slots-in-an-epoch", "1"));
    for (const count of [10, 244, 56]) {
      await ledger.submit(keyed(reading, count, `round-${count}`));
      await anchor(parts);
      await node.ask("anvil_mine", "0x4");
      await confirm(parts);
    }
    expect(await states()).to.deep.equal(["12 finalized", "256 finalized", "312 finalized"]);
    // What filled a gap in the nonces was signed last and mined first.
    const [, , first] = await ledger.store.anchors(10, 3);
    const { blockNumber, blockHash } = first!;
    await ledger.store.updateAnchor(3, { blockNumber, blockHash });
    await node.ask("anvil_reorg", 10, []);
    expect((await changes())[0]).to.equal("256 reorged");
  });

  it("B4 sends a transaction again that fell out of the pool: one anchor", async () => {
    await start(anvil("--slots-in-an-epoch", "1"));
    await ledger.submit(keyed(reading, 10));
    await node.ask("evm_setAutomine", false);
    expect(await written()).to.equal("anchored 12");
    expect(await written()).to.equal("idle");
    const [sent] = await ledger.store.anchors(10, 1);
    await node.ask("anvil_dropTransaction", sent!.transactionHash);
    expect(await changes()).to.deep.equal([]);
    expect(await written()).to.equal("sentAgain 12");
    expect(await written()).to.equal("idle");
    await node.ask("anvil_mine", "0x4");
    expect(await changes()).to.deep.equal(["12 included", "12 finalized"]);
    expect(await anchoredSizes()).to.deep.equal([12]);
  });

  it("gives an anchor up whose nonce went to another transaction, and makes a new one", async () => {
    await start(anvil("--slots-in-an-epoch", "1"));
    await ledger.submit(keyed(reading, 10));
    // Persisted, and then the process ended before it was sent.
    const { treeSize, rootHash, note } = await ledger.log.publisher.publishAt(parts.tree, 12);
    const signed = await chain.sign({ treeSize, rootHash, consistencyProof: [] });
    await ledger.store.addAnchor({ ...signed, treeSize, rootHash, note, ...rowOf(chain) });
    const other = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    await other.deploy(logIdOf("other.test/ledger"));
    await other.close();
    // Not given up before the other one is final: until then a reorg could still let ours in.
    expect(await changes()).to.deep.equal([]);
    expect(await written()).to.equal("anchored 12");
    expect(await states()).to.deep.equal(["12 pending", "12 submitted"]);
    await node.ask("anvil_mine", "0x4");
    expect(await changes()).to.deep.equal(["12 orphaned", "12 included", "12 finalized"]);
    expect(await states()).to.deep.equal(["12 orphaned", "12 finalized"]);
    await expectClean(ledger.folder, { chain: await testimony() });
  });

  it("B9 gives an anchor up that failed, and stops before building on another log's head", async () => {
    await start(anvil("--slots-in-an-epoch", "1"));
    await ledger.submit(keyed(reading, 10));
    const stranger = await openLedger();
    await stranger.submit(keyed(report, 5));
    await node.ask("evm_setAutomine", false);
    // Both build on the empty log. The other one signs at the nonce before ours, so it is mined first.
    const first = await chain.sign({ ...(await headOf(stranger, 7)), consistencyProof: [] });
    await chain.send(first);
    await node.ask("anvil_mine", "0x1");
    const { treeSize, rootHash, note } = await ledger.log.publisher.publishAt(parts.tree, 12);
    const signed = await chain.sign({ treeSize, rootHash, consistencyProof: [] });
    await ledger.store.addAnchor({ ...signed, treeSize, rootHash, note, ...rowOf(chain) });
    await chain.send(signed);
    await node.ask("anvil_mine", "0x4");
    expect(await changes()).to.deep.equal(["12 orphaned"]);
    await expectRejection("STORE_CORRUPT", anchor(parts), /a root at size 7 that this log does not have/);
    expect(await states()).to.deep.equal(["12 orphaned"]);
    await stranger.close();
  });

  it("B9 counts what a failed transaction cost, and no longer when a reorg takes it out", async () => {
    await start(anvil("--slots-in-an-epoch", "8"));
    await ledger.submit(keyed(reading, 10));
    await anchor(parts);
    await confirm(parts);
    const spent = await ledger.store.spentSince(0);
    // Another root for the size that is anchored: the contract refuses it.
    const rootHash = new Uint8Array(32).fill(7);
    const signed = await chain.sign({ treeSize: 12, rootHash, consistencyProof: [] });
    const { note } = await ledger.log.publisher.publishAt(parts.tree, 12);
    await ledger.store.addAnchor({ ...signed, treeSize: 12, rootHash, note, ...rowOf(chain) });
    await chain.send(signed);
    await node.ask("anvil_mine", "0x1");
    expect(await changes()).to.deep.equal(["12 orphaned"]);
    expect((await ledger.store.spentSince(0)) > spent).to.equal(true);
    await node.ask("anvil_reorg", 2, []);
    await confirm(parts);
    expect(await ledger.store.spentSince(0)).to.equal(spent);
  });

  async function headOf({ log }: TestLedger, treeSize: number) {
    return { treeSize, rootHash: await log.tree.rootAt(treeSize) };
  }

  it("A16 refuses to anchor from an older copy, from another log, and in a closed contract", async () => {
    await start(startHardhat());
    await ledger.submit(keyed(reading, 10));
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    parts = anchoringParts(ledger, chain);
    await ledger.submit(keyed(reading, 10, "more"));
    await anchor(parts);
    await confirm(parts);
    const behind = await openLedger({ folder: older });
    const error = await expectRejection(
      "STORE_BEHIND",
      anchor(anchoringParts(behind, chain)),
      /an older copy was put back, or somebody else has the anchoring key/,
    );
    expect(error.details).to.deep.equal({ stored: 12, anchored: 22 });
    await behind.close();
    const foreign = await openLedger();
    await foreign.submit(keyed(report, 40));
    await expectRejection("STORE_CORRUPT", checkedHead(anchoringParts(foreign, chain)), /does not have/);
    expect(await foreign.store.anchors(10, 10)).to.deep.equal([]);
    await foreign.close();
    expect((await checkedHead(parts)).treeSize).to.equal(22);
    await closeContract(node.rpcUrl, chain.contract);
    await expectRejection("CONTRACT_CLOSED", checkedHead(parts), /needs a successor contract/);
    expect(await anchoredSizes()).to.deep.equal([22]);
  });

  for (const [crash, when] of [
    ["before it is sent", "send"],
    ["after it is sent, before that is noted", "updateAnchor"],
  ] as const)
    it(`makes one anchor of one that was cut off ${crash}`, async () => {
      await start(anvil("--slots-in-an-epoch", "1"));
      await ledger.submit(keyed(reading, 10));
      const cut = (): never => {
        throw new RangeError("cut off");
      };
      const store = new Proxy(ledger.store, {
        get: (target, name) => {
          if (name === when) return cut;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      const broken = {
        ...parts,
        store,
        chain: when === "send" ? { ...chain, contract: chain.contract, send: cut } : chain,
      };
      const thrown: unknown = await anchor(broken).catch((error: unknown) => error);
      expect(thrown).to.be.instanceOf(RangeError);
      await reopen();
      expect(await states()).to.deep.equal(["12 pending"]);
      expect(await anchoredSizes()).to.deep.equal(when === "send" ? [] : [12]);
      for (let round = 0; round < 3; round++) {
        await confirm(parts);
        await anchor(parts);
        await node.ask("anvil_mine", "0x2");
      }
      expect(await states()).to.deep.equal(["12 finalized"]);
      expect(await anchoredSizes()).to.deep.equal([12]);
      expect(await written()).to.equal("idle");
      await expectClean(ledger.folder, { chain: await testimony() });
    });
});

/** What a row has besides what was signed. */
function rowOf({ chainId, contract, account }: Chain) {
  return {
    baseSize: 0,
    chainId,
    contract,
    account,
    maxFeePerGas: 1n,
    maxPriorityFeePerGas: 1n,
    ...{ headSignedAt: 1, createdAt: 1 },
  };
}

describe("the size to anchor next", () => {
  it("is the last tile boundary where there is a new one, else everything, never too much at once", () => {
    const cases: [anchored: number, published: number, next: number][] = [
      [0, 0, 0],
      [0, 1, 1],
      [0, 255, 255],
      [0, 256, 256],
      [0, 257, 256],
      [256, 257, 257],
      [257, 511, 511],
      [257, 512, 512],
      [257, 700, 512],
      [512, 700, 700],
      [700, 700, 700],
      [0, 2 ** 26, 2 ** 26],
      [0, 2 ** 26 + 1_000, 2 ** 26],
      [100, 2 ** 27, 2 ** 26 + 100],
    ];
    for (const [anchored, published, next] of cases)
      expect(nextAnchorSize(anchored, published, 2 ** 26), `${anchored} of ${published}`).to.equal(next);
  });
});

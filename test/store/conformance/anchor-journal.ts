// What any journal of anchors does, whatever engine is behind it.
// Invariant: what was added is there in the next process; anchors are never deleted, only moved from state to state.

import { expect } from "chai";

import type { AnchorState } from "../../../src/store/anchor-journal.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

const ACCOUNT = `0x${"ac".repeat(20)}`;

const wanted = (treeSize: number) => ({
  treeSize,
  rootHash: new Uint8Array(32).fill(treeSize & 0xff),
  note: `note of ${treeSize}`,
  baseSize: treeSize - 1,
  chainId: 31_337,
  contract: `0x${"ab".repeat(20)}`,
  account: ACCOUNT,
  maxFeePerGas: 10n ** 20n + BigInt(treeSize),
  maxPriorityFeePerGas: 1n,
  transactionHash: `0x${"cd".repeat(32)}`,
  nonce: treeSize,
  raw: "0x02",
  headSignedAt: 1_795_334_399_900,
  createdAt: 1_795_334_400_000,
});

export function describeAnchorJournal(name: string, engine: StoreEngine): void {
  describe(`the journal of anchors of ${name}`, () => {
    let folder: string;
    let store: LedgerStore;
    beforeEach(async () => {
      folder = temporaryFolder();
      store = await engine.openLedger({ dataDir: folder }, ORIGIN);
    });
    afterEach(() => store.close());

    const reopen = async (): Promise<void> => {
      await store.close();
      store = await engine.openLedger({ dataDir: folder }, ORIGIN);
    };
    const add = async (...anchors: [number, AnchorState][]): Promise<void> => {
      for (const [treeSize, state] of anchors)
        await store.updateAnchor((await store.addAnchor(wanted(treeSize))).anchorId, { state });
    };

    it("numbers anchors from 1, starts each as pending, and keeps it through its states", async () => {
      const first = await store.addAnchor(wanted(256));
      expect(first).to.deep.equal({
        ...wanted(256),
        anchorId: 1,
        state: "pending",
        sentAt: null,
        paid: null,
        blockNumber: null,
        blockHash: null,
        evidence: null,
        ...{ firstSentAt: null, includedAt: null, finalAt: null, gasUsed: null, dataFee: null },
      });
      expect((await store.addAnchor(wanted(512))).anchorId).to.equal(2);
      const included = {
        state: "included",
        sentAt: 5,
        paid: 10n ** 19n,
        blockNumber: 7,
        blockHash: "0x77",
        evidence: "{}",
        ...{ firstSentAt: 4, includedAt: 6, finalAt: 8, gasUsed: 52_500, dataFee: 10n ** 20n },
      } as const;
      await store.updateAnchor(1, included);
      await reopen();
      expect(await store.anchors(2, 10)).to.deep.equal([{ ...first, ...included }]);
      const lost = {
        state: "pending",
        sentAt: null,
        paid: null,
        blockNumber: null,
        blockHash: null,
        evidence: null,
        ...{ firstSentAt: null, includedAt: null, finalAt: null, gasUsed: null, dataFee: null },
      } as const;
      await store.updateAnchor(1, lost);
      expect((await store.anchors(2, 10))[0]).to.deep.equal(first);
      await expectRejection("STORE_CORRUPT", store.updateAnchor(9, lost), /anchor 9/);
    });

    it("remembers the blocks that an anchor left, in their order, each once, with the change that took it out", async () => {
      await add([256, "included"], [512, "included"]);
      const block = (at: number, hash: string) => ({ blockNumber: 7, blockHash: hash, leftAt: at });
      await store.updateAnchor(1, { state: "pending" }, block(5, "0xaa"));
      await store.updateAnchor(1, { state: "pending" }, block(9, "0xbb"));
      await store.updateAnchor(1, { state: "pending" }, block(11, "0xbb"));
      await reopen();
      expect(await store.leftBlocks(1)).to.deep.equal([block(5, "0xaa"), block(11, "0xbb")]);
      expect(await store.leftBlocks(2)).to.deep.equal([]);
      await expectRejection("STORE_CORRUPT", store.updateAnchor(9, {}, block(1, "0xcc")), /anchor 9/);
      expect(await store.leftBlocks(9)).to.deep.equal([]);
    });

    it("lists anchors newest first in pages, and by state oldest first", async () => {
      await add([10, "finalized"], [20, "orphaned"], [30, "included"], [40, "submitted"], [50, "pending"]);
      const ids = (anchors: readonly { anchorId: number }[]): number[] => anchors.map(({ anchorId }) => anchorId);
      expect(ids(await store.anchors(Number.MAX_SAFE_INTEGER, 2))).to.deep.equal([5, 4]);
      expect(ids(await store.anchors(4, 2))).to.deep.equal([3, 2]);
      expect(ids(await store.anchorsIn(["pending", "submitted", "included"]))).to.deep.equal([3, 4, 5]);
      expect(ids(await store.anchorsIn(["orphaned"]))).to.deep.equal([2]);
      expect(await store.anchorsIn([])).to.deep.equal([]);
    });

    it("finds the smallest anchor above a leaf, final ones before all others, orphaned ones never", async () => {
      const above = async (leafIndex: number): Promise<string | undefined> => {
        const anchor = await store.anchorAbove(leafIndex);
        return anchor && `${anchor.treeSize} ${anchor.state}`;
      };
      expect(await above(0)).to.equal(undefined);
      await add([5, "orphaned"], [50, "pending"], [40, "submitted"]);
      expect(await above(0)).to.equal("40 submitted");
      await add([60, "included"], [70, "included"]);
      expect(await above(0)).to.equal("60 included");
      await add([90, "finalized"], [80, "finalized"]);
      expect(await above(0)).to.equal("80 finalized");
      expect(await above(79)).to.equal("80 finalized");
      expect(await above(80)).to.equal("90 finalized");
      expect(await above(90)).to.equal(undefined);
      expect((await store.newestFinalAnchor())?.treeSize).to.equal(90);
    });

    it("knows one contract, the last that was set", async () => {
      expect(await store.contract()).to.equal(undefined);
      await store.setContract({ chainId: 1, contract: "0x01", genesis: "0xa1", codeHash: "0xb1", startSize: 0 });
      const last = { chainId: 31_337, contract: "0x02", genesis: "0xa2", codeHash: "0xb2", startSize: 7 };
      await store.setContract(last);
      await reopen();
      expect(await store.contract()).to.deep.equal(last);
    });

    it("counts the anchors of the present contract only, and lists them all", async () => {
      const contract = { chainId: 31_337, contract: "0x02", genesis: "0xa2", codeHash: "0xb2", startSize: 7 };
      await store.setContract(contract);
      await add([10, "finalized"], [20, "submitted"]);
      expect((await store.anchorAbove(0))?.treeSize).to.equal(10);
      await store.setContract({ ...contract, contract: "0x03" });
      expect(await store.anchorsIn(["finalized", "submitted"])).to.deep.equal([]);
      expect(await store.anchorsFrom(ACCOUNT, 0)).to.deep.equal([]);
      expect(await store.newestFinalAnchor()).to.equal(undefined);
      expect(await store.anchorAbove(0)).to.equal(undefined);
      await add([30, "finalized"]);
      expect((await store.anchorAbove(0))?.treeSize).to.equal(30);
      expect((await store.newestFinalAnchor())?.treeSize).to.equal(30);
      expect((await store.anchors(10, 10)).length).to.equal(3);
      const former = async (nonce: number): Promise<number[]> =>
        (await store.formerAnchorsAt(ACCOUNT, nonce)).map(({ treeSize }) => treeSize);
      const nonces = (await store.anchors(10, 10)).reverse().map(({ nonce }) => nonce);
      expect(await former(nonces[0]!)).to.deep.equal([10]);
      expect(await former(nonces[1]!)).to.deep.equal([20]);
      expect(await former(nonces[2]!)).to.deep.equal([]);
    });

    it("finds the anchors of an account from a nonce on, whatever became of them", async () => {
      await add([1, "finalized"], [2, "orphaned"], [3, "included"], [4, "pending"]);
      expect((await store.anchorsFrom(ACCOUNT, 2)).map(({ treeSize }) => treeSize)).to.deep.equal([2, 3, 4]);
      expect(await store.anchorsFrom(`0x${"00".repeat(20)}`, 0)).to.deep.equal([]);
    });

    it("adds up what anchors have cost since a time, to the wei", async () => {
      await add([1, "finalized"], [2, "finalized"], [3, "submitted"]);
      const noticed = wanted(1).createdAt + 90_000_000;
      await store.updateAnchor(1, { paid: 10n ** 20n + 1n, sentAt: noticed });
      await store.updateAnchor(2, { paid: 2n, sentAt: noticed });
      await store.updateAnchor(3, { sentAt: noticed });
      expect(await store.spentSince(noticed), "whenever they were made").to.equal(10n ** 20n + 3n);
      expect(await store.spentSince(noticed + 1)).to.equal(0n);
    });
  });
}

// A tree that is behind its store: what another service of the log has written is there a moment before this one has read it.
// Why: what lies above the tree is not damaged, and nothing below may be taken for lost because somebody asked too early.

import { expect } from "chai";

import { SourceIds } from "../../src/write/append.ts";
import { withholdRecords } from "../../src/privacy/erasure.ts";
import { followHead, isWithheldFrom } from "../../src/write/follow-head.ts";
import type { DamagedTile } from "../../src/write/full-tiles.ts";
import { LogTree } from "../../src/write/log-tree.ts";
import { publishedCheckpoint, Publisher } from "../../src/write/publish.ts";
import { StoredCheck, type Damage } from "../../src/write/stored-check.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { verifyInclusion } from "../../src/core/merkle.ts";
import { openLedger, openVault } from "../../src/store/open.ts";
import type { StoredEntry } from "../../src/store/log-store.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  MASTER_KEY,
  openLedger as openTestLedger,
  ORIGIN,
  reading,
  SIGNER,
  temporaryFolder,
} from "../support/ledger.ts";
import { openSecondService } from "../support/second-service.ts";
import { openLogWriter, series } from "../store/support/log-writer.ts";

const [BEFORE, AFTER] = [200, 300];

describe("a tree that is behind its store", () => {
  for (const leaf of [BEFORE + 12, AFTER - 1])
    it(`asks for patience about leaf ${leaf}, and has it once it has followed`, async () => {
      const place = { dataDir: temporaryFolder() };
      const store = await openLedger(place, ORIGIN);
      const vault = await openVault(place, { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() });
      const log = await openLogWriter(store);
      await log.commit(series(0, BEFORE));
      const damage: (Damage | DamagedTile)[] = [];
      const tree = await LogTree.load(store, { onDamaged: (one) => void damage.push(one) });
      const onDamage = (one: Damage): void => void damage.push(one);
      const parts = { tree, vault, sourceIds: new SourceIds(ORIGIN), isWithheld: () => false };
      const check = new StoredCheck({ ...parts, onDamage });
      const publisher = new Publisher(SIGNER, await store.newestCheckpoint());

      await log.commit(series(BEFORE, leaf < AFTER - 1 ? leaf + 1 : AFTER));
      const [entry] = (await store.entries(leaf, leaf + 1)) as [StoredEntry];
      await expectRejection("BUSY", check.bodyOf(entry));
      await expectRejection("BUSY", tree.inclusionProof(leaf, leaf + 1));
      expect(damage).to.deep.equal([]);

      if (leaf < AFTER - 1) await log.commit(series(leaf + 1, AFTER));
      const head = await store.newestCheckpoint();
      const followers = { clock: { note: () => undefined }, events: { follow: () => undefined } };
      await followHead(head, { store, tree, publisher, ...followers });
      expect((await check.bodyOf(entry))?.seq).to.equal(leaf);
      const proof = await tree.inclusionProof(leaf, AFTER);
      const leafHash = await tree.rangeHash({ begin: leaf, end: leaf + 1 });
      verifyInclusion({ leafHash, leafIndex: leaf, treeSize: AFTER, rootHash: tree.rootHash(), proof });
      expect(damage).to.deep.equal([]);
      await vault.close();
      await store.close();
    });

  it("takes no body for lost that another service has withheld since", async () => {
    const ledger = await openTestLedger();
    const { store, log, vault } = ledger;
    const [kept, gone] = (await ledger.submit([reading(1), reading(2)])).map(({ leafIndex }) => leafIndex);
    const tree = await LogTree.load(store);
    const isWithheldAbove = (leafIndex: number): Promise<boolean> => isWithheldFrom(tree.size, leafIndex, store);
    const parts = { tree, vault, sourceIds: new SourceIds(ORIGIN), isWithheld: () => false };
    const check = new StoredCheck({ ...parts, isWithheldAbove });
    await withholdRecords([gone as number], { reason: "personal-data" }, log);
    const entryAt = async (at = 0): Promise<StoredEntry> => (await store.entries(at, at + 1))[0] as StoredEntry;
    expect(await check.bodyOf(await entryAt(gone))).to.equal(undefined);
    await expectRejection(
      "STORE_DAMAGED",
      check.bodyOf({ ...(await entryAt(kept)), body: null }),
      /no event withholds/,
    );
    await ledger.close();
  });

  it("takes no body for lost in a service that has not followed yet", async () => {
    const ledger = await openTestLedger();
    const [gone = 0] = (await ledger.submit([reading(1)])).map(({ leafIndex }) => leafIndex);
    const behind = await openSecondService(ledger);
    const [entry] = await ledger.store.entries(gone, gone + 1);
    await withholdRecords([gone], { reason: "personal-data" }, ledger.log);
    expect(behind.events.erasures.withheldBy(gone)).to.equal(undefined);
    const [without = entry!] = await ledger.store.entries(gone, gone + 1);
    expect(without.body).to.equal(null);
    expect(await behind.check.bodyOf(without)).to.equal(undefined);
    await behind.pipeline.close();
    await ledger.close();
  });

  it("shows the checkpoint whose files it has, and the newer one once it has followed", async () => {
    const store = await openLedger({ dataDir: temporaryFolder() }, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit(series(0, BEFORE));
    const tree = await LogTree.load(store);
    const shown = async (): Promise<number | undefined> => (await publishedCheckpoint(store, tree))?.treeSize;
    const publisher = new Publisher(SIGNER, await store.newestCheckpoint());
    await log.commit(series(BEFORE, AFTER));
    expect(await shown()).to.equal(BEFORE);
    const followers = { clock: { note: () => undefined }, events: { follow: () => undefined } };
    await followHead(await store.newestCheckpoint(), { store, tree, publisher, ...followers });
    expect(await shown()).to.equal(AFTER);
    await store.close();
  });
});

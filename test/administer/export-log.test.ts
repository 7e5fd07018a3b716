// A log is exported as files. Invariant: what is in them is what the log signed for, and nothing that it withholds.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { exportLog } from "../../src/administer/export-log.ts";
import { exportedLogFiles } from "../../src/audit/exported-log.ts";
import { parseConfig } from "../../src/config.ts";
import { fromUtf8 } from "../../src/core/bytes.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { TimestampFiles } from "../../src/cosign/timestamp-files.ts";
import { withholdRecords } from "../../src/privacy/erasure.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { logReaderOf } from "../../src/verify/log-reader.ts";
import { openLogWriter } from "../store/support/log-writer.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, ORIGIN, policyOf, reading, SIGNER, temporaryFolder } from "../support/ledger.ts";

const POLICY = policyOf(SIGNER.key, true);
const NUMBER = 270;

describe("the export of a log", () => {
  const configOf = (dataDir: string) => parseConfig({ WARIFU_DATA_DIR: dataDir, WARIFU_ORIGIN: ORIGIN });
  const textOf = (folder: string): string =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"))
      .join("\n");

  it("is audited as the log itself, grows with it, and has no body that is withheld by now", async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger();
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: true };
    await ledger.submit(Array.from({ length: NUMBER - 1 }, (_, at) => reading(at)));
    const [last] = await ledger.submit([
      reading(NUMBER, { claims: { ...(reading(NUMBER)["claims"] as object), station: "canary-station" } }),
    ]);
    const first = await exportLog(to);
    expect(first).to.include({ treeSize: ledger.log.tree.publishedSize, finalizedSize: 0, bundles: 0, withheld: 0 });
    expect(textOf(folder)).to.include("canary-station");

    await withholdRecords([last!.leafIndex], { reason: "personal-data" }, ledger.log);
    await ledger.submit(Array.from({ length: 300 }, (_, at) => reading(1_000 + at)));
    const second = await exportLog(to);
    expect(second).to.include({ treeSize: ledger.log.tree.publishedSize, withheld: 1 });
    expect(textOf(folder)).not.to.include("canary-station");
    const report = await auditLog({ log: logReaderOf(exportedLogFiles(folder)), policy: POLICY });
    expect([report.outcome, report.head?.treeSize]).to.deep.equal(["holds", second.treeSize]);
    await ledger.close();
    withDatabase(ledger.folder, "ledger.sqlite", (db) =>
      db.exec("UPDATE entry SET body_digest = zeroblob(32) WHERE leaf_index = 7"),
    );
    await expectRejection("STORE_DAMAGED", exportLog(to), /are not those that the log signed for/);
  });

  it("goes into an empty folder, or on where an export was cut off, and never among other files", async () => {
    const ledger = await openLedger();
    await ledger.submit([reading(1)]);
    const folder = temporaryFolder();
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: false };
    await expectRejection("CONFIG_INVALID", exportLog({ ...to, folder: ledger.folder }), /has other files in it/);
    writeFileSync(join(folder, "policy.json"), "another's");
    await expectRejection(
      "CONFIG_INVALID",
      exportLog(to),
      /has other files in it, such as policy\.json: name an empty/,
    );
    expect(readFileSync(join(folder, "policy.json"), "utf8")).to.equal("another's");
    rmSync(join(folder, "policy.json"));
    writeFileSync(join(folder, ".hidden"), "");

    const cutOff = (): never => {
      throw new Error("cut off");
    };
    await exportLog({ ...to, onProgress: cutOff }).catch(() => undefined);
    expect(readdirSync(folder)).to.include("anchors.ndjson").and.not.include("checkpoint");
    expect((await exportLog(to)).treeSize).to.equal(ledger.log.tree.publishedSize);
    expect(readdirSync(folder)).to.include("checkpoint");
    await ledger.close();
  });

  it("is of the size at which it began, whatever is committed meanwhile", async () => {
    const ledger = await openLedger();
    await ledger.submit(Array.from({ length: 20 }, (_, at) => reading(at)));
    const size = ledger.log.tree.publishedSize;
    const { prepare } = await openLogWriter(ledger.store);
    // It is in the store before the call returns.
    let committed: Promise<void> | undefined;
    const onProgress = (): void => void (committed ??= ledger.store.commit(prepare([{ seq: 0, source: "meanwhile" }])));
    const folder = temporaryFolder();
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: false, onProgress };
    expect((await exportLog(to)).treeSize).to.equal(size);
    await committed;
    expect(ledger.store.treeSize()).to.equal(size + 1);
    const report = await auditLog({ log: logReaderOf(exportedLogFiles(folder)), policy: POLICY });
    expect([report.outcome, report.head?.treeSize]).to.deep.equal(["holds", size]);
    await ledger.close();
  });

  it("goes on to the event that withholds a body while it is written", async () => {
    const ledger = await openLedger();
    const leaves = (await ledger.submit(Array.from({ length: 600 }, (_, at) => reading(at)))).map(
      (one) => one.leafIndex,
    );
    let withheld: Promise<unknown> | undefined;
    const onProgress = (): void =>
      void (withheld ??= withholdRecords([leaves[3]!, leaves[590]!], { reason: "personal-data" }, ledger.log));
    const folder = temporaryFolder();
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: false, onProgress };
    const exported = await exportLog(to);
    await withheld;
    expect(exported).to.include({ treeSize: ledger.log.tree.publishedSize, withheld: 2 });
    expect((await auditLog({ log: logReaderOf(exportedLogFiles(folder)), policy: POLICY })).findings).to.deep.equal([]);
    await ledger.close();
  });

  it("rests on no anchor that became final while it was written, and is of more entries", async () => {
    const ledger = await openLedger();
    await ledger.submit(Array.from({ length: 600 }, (_, at) => reading(at)));
    const { store, log } = ledger;
    const size = log.tree.publishedSize;
    const { prepare } = await openLogWriter(store);
    let anchored: Promise<void> | undefined;
    const anchor = async (): Promise<void> => {
      const batch = prepare([{ seq: 0, source: "meanwhile" }]);
      await store.commit(batch);
      const { treeSize, rootHash, note } = batch.checkpoint;
      const of = { chainId: 1, contract: `0x${"1".repeat(40)}`, account: `0x${"2".repeat(40)}`, baseSize: 0 };
      const sent = { transactionHash: `0x${"3".repeat(64)}`, nonce: 0, raw: "0x", headSignedAt: 0, createdAt: 0 };
      const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
      const { anchorId } = await store.addAnchor({ treeSize, rootHash, note, ...of, ...sent, ...fees });
      await store.updateAnchor(anchorId, { state: "finalized", evidence: "{}" });
    };
    const folder = temporaryFolder();
    const onProgress = (): void => void (anchored ??= anchor());
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: true, onProgress };
    expect(await exportLog(to)).to.include({ treeSize: size, finalizedSize: 0, bundles: 0 });
    await anchored;
    expect(readFileSync(join(folder, "anchors.ndjson"), "utf8")).to.equal("");
    expect((await store.newestFinalAnchor())?.treeSize).to.equal(size + 1);
    await ledger.close();
  });

  it("has the timestamps of final anchors: those of the checkpoint that was anchored", async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger();
    const { store, log } = ledger;
    const sizes: number[] = [];
    for (const [at, count] of [3, 4, 5].entries()) {
      await ledger.submit(Array.from({ length: count }, (_, n) => reading(10 * at + n)));
      const { treeSize, rootHash, note } = await log.publisher.publishAt(log.tree, log.tree.publishedSize);
      const of = { chainId: 1, contract: `0x${"1".repeat(40)}`, account: `0x${"2".repeat(40)}`, baseSize: 0 };
      const sent = {
        transactionHash: `0x${String(at).repeat(64)}`,
        nonce: at,
        raw: "0x",
        headSignedAt: 0,
        createdAt: 0,
      };
      const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
      const { anchorId } = await store.addAnchor({ treeSize, rootHash, note, ...of, ...sent, ...fees });
      await store.updateAnchor(anchorId, { state: at === 2 ? "included" : "finalized", evidence: "{}" });
      const stamps = [{ authority: "one", tokens: ["AAAA"], until: 1 }];
      const checkpoint = at === 1 ? `${note} of another` : fromUtf8(stampedBytes(note, [SIGNER.key]), "note");
      new TimestampFiles(ledger.folder).write({ treeSize, checkpoint, stamps });
      sizes.push(treeSize);
    }
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: false };
    expect((await exportLog(to)).stamped).to.equal(1);
    expect(new TimestampFiles(folder).sizes()).to.deep.equal([sizes[0]]);
    expect(new TimestampFiles(folder).read(sizes[0] as number)).to.deep.equal(
      new TimestampFiles(ledger.folder).read(sizes[0] as number),
    );
    await ledger.close();
  });

  it("is refused for what is damaged, under another log's policy, and beside another log's files", async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger();
    await ledger.submit([reading(1), reading(2)]);
    await ledger.close();
    const to = { config: configOf(ledger.folder), policy: POLICY, folder, hasBundles: false };
    const other = { ...POLICY, log: { ...POLICY.log, name: "other.test/log" } };
    await expectRejection("ORIGIN_MISMATCH", exportLog({ ...to, policy: other }));
    await exportLog(to);

    const foreign = await openLedger();
    await foreign.submit([reading(7), reading(8), reading(9)]);
    await foreign.close();
    await expectRejection("CONSISTENCY_MISMATCH", exportLog({ ...to, config: configOf(foreign.folder) }));
    withDatabase(ledger.folder, "ledger.sqlite", (db) =>
      db.exec("UPDATE entry SET body = zeroblob(9) WHERE leaf_index = (SELECT max(leaf_index) FROM entry)"),
    );
    await expectRejection("STORE_DAMAGED", exportLog(to), /the body of leaf/);
  });
});

// A log is exported as files. Invariant: what is in them is what the log signed for, and nothing that it withholds.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { exportLog } from "../../src/administer/export-log.ts";
import { exportedLogReader } from "../../src/audit/exported-log.ts";
import { parseConfig } from "../../src/config.ts";
import { withholdRecords } from "../../src/privacy/erasure.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
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
    const report = await auditLog({ log: exportedLogReader(folder), policy: POLICY });
    expect([report.outcome, report.head?.treeSize]).to.deep.equal(["holds", second.treeSize]);
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
    await expectRejection("STORE_DAMAGED", exportLog(to));
  });
});

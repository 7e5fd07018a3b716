// The journal of anchors in SQLite: the indexes that its questions go by.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { ANCHORS } from "../../../src/store/rows/anchor-rows.ts";
import { LEDGER_FILES, openSqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";

describe("the journal of anchors in SQLite", () => {
  it("finds an account's anchors and their cost without a look at all there are", async () => {
    const folder = temporaryFolder();
    await openSqliteLedger(folder, ORIGIN).close();
    const db = new DatabaseSync(join(folder, LEDGER_FILES.database), { readOnly: true });
    const planOf = (sql: string): string => String(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).get()?.["detail"]);
    expect(planOf(`${ANCHORS} WHERE account = 'a' AND nonce >= 1`)).to.match(/anchor_by_nonce/);
    const course = String(db.prepare(`EXPLAIN QUERY PLAN ${ANCHORS} WHERE state = 'a'`).all()[1]?.["detail"]);
    expect(course).to.match(/SEARCH anchor_course USING INTEGER PRIMARY KEY/);
    expect(planOf("SELECT paid FROM anchor WHERE paid IS NOT NULL AND sent_at >= 1")).to.match(/anchor_by_cost/);
    db.close();
  });
});

// The accounts of officers and citizens in a damaged database: a changed byte is noticed, and what belongs to no account.

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/core/random.ts";
import { openDesk } from "../../../src/sign-in/desk.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { alterationsOf, tablesOf, withDatabase } from "../../support/altered-rows.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { letIn } from "../../support/let-in.ts";
import { letInCitizens } from "../../support/let-in-citizens.ts";
import { faultsOf } from "../support/faults-of.ts";

const CITIZENS = ["citizen", "former_citizen", "citizen_passkey", "citizen_session"];
const TABLES = ["officer", "passkey", "invitation", "session", ...CITIZENS];

describe("the accounts in SQLite", () => {
  const folder = temporaryFolder();
  before(async () => {
    const store = openSqliteLedger(folder, ORIGIN);
    await letIn(await openDesk({ store, randomBytes: pagedRandomBytes(), now: Date.now }));
    await letInCitizens(store);
    await store.close();
  });

  const faults = async (): Promise<string[]> => {
    const reader = readSqliteLedger(folder);
    try {
      return (await faultsOf(reader)).map(({ where }) => where);
    } finally {
      await reader.close();
    }
  };
  const inFolder = <T>(act: Parameters<typeof withDatabase<T>>[2]): T =>
    withDatabase(folder, LEDGER_FILES.database, act);

  it("are found whole, and every change of any column by its row", async () => {
    expect(await faults()).to.deep.equal([]);
    const columns = inFolder(tablesOf);
    for (const table of TABLES)
      for (const column of columns.get(table) ?? []) {
        const before = inFolder((db) => db.prepare(`SELECT rowid, ${column} AS value FROM ${table} LIMIT 1`).get())!;
        for (const altered of alterationsOf(before["value"]!)) {
          const set = (value: typeof altered): boolean =>
            inFolder((db) => {
              try {
                return (
                  db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(value, before["rowid"]!).changes >
                  0
                );
              } catch {
                // The table itself does not take it.
                return false;
              }
            });
          if (!set(altered)) continue;
          expect((await faults()).join(), `${table}.${column}`).to.match(
            /^(officer|passkey|invitation|session|citizen|former_citizen)/,
          );
          set(before["value"]!);
        }
      }
    expect(await faults()).to.deep.equal([]);
  });

  it("must be there for what signs somebody in", async () => {
    inFolder((db) => db.exec("DELETE FROM officer WHERE name = 'scoped'"));
    const found = await faults();
    expect(found).to.have.length(3);
    for (const where of found) expect(where).to.match(/^officer of_/);
    inFolder((db) => db.exec("DELETE FROM citizen"));
    expect((await faults()).filter((where) => where.startsWith("citizen ct_"))).to.have.length(2);
  });
});

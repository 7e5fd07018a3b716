// The audit of a data folder in use: what the service withholds or erases between two looks of the audit is no fault.

import { expect } from "chai";

import { audit } from "../../src/audit/audit-ledger.ts";
import { eraseRecords, withholdRecords } from "../../src/privacy/erasure.ts";
import { LEDGER_FILES, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import type { Vault } from "../../src/store/vault.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { interpose } from "../support/interpose.ts";
import { expectClean, openLedger, policyOf, report, SIGNER, type TestLedger } from "../support/ledger.ts";

const GROUNDS = { reason: "personal-data" } as const;

describe("the audit of a ledger that withholds bodies meanwhile", () => {
  let ledger: TestLedger;
  let leaves: readonly number[];

  beforeEach(async () => {
    ledger = await openLedger();
    leaves = (await ledger.submit(Array.from({ length: 600 }, (_, i) => report(i)))).map(({ leafIndex }) => leafIndex);
  });
  afterEach(async () => {
    await ledger.close();
  });

  /** Audits it; `meanwhile` is done when the vault is asked that for the first time, from a leaf on where it is of one. */
  const auditWith = async (method: keyof Vault, meanwhile: () => Promise<unknown>, from = 0) => {
    const store = readSqliteLedger(ledger.folder);
    let isDone = false;
    const vault = interpose(ledger.vault, (asked, call, [about]) => {
      if (asked !== method || isDone || (typeof about === "number" && about < from)) return call();
      isDone = true;
      return meanwhile().then(call);
    });
    const found = await audit({ store, vault, policy: policyOf(SIGNER.key, true) }).finally(() => store.close());
    expect(isDone).to.equal(true);
    return found;
  };
  const withhold = (...records: number[]) => withholdRecords(records, GROUNDS, ledger.log);

  it("leaves open what an event above its head withholds, and the next one counts it", async () => {
    await withhold(leaves[100]!);
    // The audit has read the events by then, and the bundles up to this leaf.
    const found = await auditWith("open", async () => withhold(leaves[300]!, leaves[500]!), leaves[200]!);
    expect(found.findings).to.deep.equal([]);
    expect(found.outcome).to.equal("undecided");
    expect(found.noteFacts).to.deep.include({ id: "bodies-withheld", count: 1 });
    expect(found.noteFacts).to.deep.include({ id: "bodies-withheld-since", count: 2 });
    const { noteFacts } = await expectClean(ledger.folder);
    expect(noteFacts).to.deep.include({ id: "bodies-withheld", count: 3 });
  });

  it("names a body that goes meanwhile and that no event withholds, whatever else is withheld", async () => {
    const gone = leaves[310]!;
    const found = await auditWith("open", async () => {
      await withhold(leaves[300]!);
      withDatabase(ledger.folder, LEDGER_FILES.database, (db) =>
        db.prepare("UPDATE entry SET body = NULL WHERE leaf_index = ?").run(gone),
      );
    });
    expect(found.outcome).to.equal("refuted");
    expect(found.findings.map(({ where }) => where)).to.include(`leaf ${gone}`);
    expect(found.findings.map(({ where }) => where)).not.to.include(`leaf ${leaves[300]!}`);
  });

  it("takes no record for damaged that is erased between two looks at it", async () => {
    const erase = () => eraseRecords([leaves[0]!], { basis: "gdpr-17-1-a" }, ledger.log);
    const found = await auditWith("findPerson", erase);
    expect(found.findings).to.deep.equal([]);
    expect(found.outcome).to.equal("holds");
  });
});

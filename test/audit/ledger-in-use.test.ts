// The audit of a data folder in use: what the service withholds or erases between two looks of the audit is no fault.

import { expect } from "chai";

import { audit } from "../../src/audit/audit-ledger.ts";
import { eraseRecords, withholdRecords } from "../../src/privacy/erasure.ts";
import { LEDGER_FILES, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import type { Vault } from "../../src/store/vault.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { interpose } from "../support/interpose.ts";
import { expectClean, openLedger, policyOf, report, SIGNER, type TestLedger } from "../support/ledger.ts";

const POLICY = policyOf(SIGNER.key, true);
const GROUNDS = { reason: "personal-data" } as const;

describe("the audit of a ledger in use", () => {
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
    const found = await audit({ store, vault, policy: POLICY }).finally(() => store.close());
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

  /** Of all that is in the log. */
  const addAnchor = async (): Promise<number> => {
    const { treeSize, rootHash, note } = (await ledger.store.newestCheckpoint())!;
    const { id: chainId, contract } = POLICY.chain;
    const of = { chainId, contract, account: `0x${"2".repeat(40)}`, baseSize: 0 };
    const sent = { transactionHash: `0x${"3".repeat(64)}`, nonce: 0, raw: "0x", headSignedAt: 0, createdAt: 0 };
    const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    const { anchorId } = await ledger.store.addAnchor({ treeSize, rootHash, note, ...of, ...sent, ...fees });
    return anchorId;
  };

  it("asks for no anchor on the chain that became final after it had asked", async () => {
    const anchorId = await addAnchor();
    const finalised = () => ledger.store.updateAnchor(anchorId, { state: "finalized", evidence: "{}" });
    const audited = async (meanwhile: () => Promise<void>): Promise<string[]> => {
      const store = readSqliteLedger(ledger.folder);
      const anchorEvents = () => meanwhile().then(() => ({ anchors: [] }));
      const anchors = { codeHash: async () => "", anchorEvents };
      const found = await audit({ store, policy: POLICY, anchors }).finally(() => store.close());
      return found.findings.map(({ fact }) => fact.id);
    };
    expect(await audited(finalised)).not.to.include("final-anchor-not-on-chain");
    expect(await audited(async () => undefined)).to.include("final-anchor-not-on-chain");
  });

  it("takes no entries for missing that were anchored after its first look at a database", async () => {
    const reader = readSqliteLedger(ledger.folder);
    // As where the reader is told the size with each checkpoint, and does not see what others write.
    let seen = reader.treeSize();
    const store = interpose(reader, (method, call) => {
      if (method === "treeSize") return seen;
      if (method === "anchors") return anchored().then(call);
      if (!/^(?:newestCheckpoint|checkpoints)$/.test(method)) return call();
      seen = reader.treeSize();
      return call();
    });
    let isAnchored = false;
    const anchored = async (): Promise<void> => {
      if (isAnchored) return;
      isAnchored = true;
      await ledger.submit([report(1)]);
      await addAnchor();
    };
    const found = await audit({ store, policy: POLICY }).finally(() => reader.close());
    expect(isAnchored).to.equal(true);
    // The anchor has no contract here, which is another fault.
    expect(found.findings.map(({ fact }) => fact.id)).not.to.include("entries-missing");
    expect(found.checked.entries).to.equal(ledger.log.tree.publishedSize);
  });

  it("takes no record for damaged that is erased between two looks at it", async () => {
    const erase = () => eraseRecords([leaves[0]!], { basis: "gdpr-17-1-a" }, ledger.log);
    const found = await auditWith("findPerson", erase);
    expect(found.findings).to.deep.equal([]);
    expect(found.outcome).to.equal("holds");
  });
});

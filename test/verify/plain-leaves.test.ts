// Entries that were found sound elsewhere, on their way through an audit: what depends on the entries before them is checked
// all the same. Why: two threads that each see a number once do not see that it was used twice.

import { expect } from "chai";

import { audit } from "../../src/audit/audit-ledger.ts";
import { plainBundle } from "../../src/audit/plain-leaves.ts";
import { StoredLog } from "../../src/audit/stored-log.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { leafHash } from "../../src/core/merkle.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import { UNKNOWN_SOURCE } from "../../src/core/source-state.ts";
import type { LedgerReader } from "../../src/store/ledger-store.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { AuditFindings } from "../../src/verify/audit-findings.ts";
import type { PlainLeaves } from "../../src/verify/audited-log.ts";
import { CompletenessAudit } from "../../src/verify/completeness.ts";
import { EntryAudit } from "../../src/verify/entry-audit.ts";
import { openLogWriter, series } from "../store/support/log-writer.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { copyFolder, ORIGIN, policyOf, SIGNER, temporaryFolder } from "../support/ledger.ts";

const POLICY = policyOf(SIGNER.key, true);

describe("plain leaves", () => {
  let folder: string;
  let store: LedgerReader;
  let plain: PlainLeaves;
  before(async () => {
    folder = temporaryFolder();
    const writing = openSqliteLedger(folder, ORIGIN);
    await (await openLogWriter(writing)).commit(series(0, 300));
    await writing.close();
    store = readSqliteLedger(folder);
    plain = (await plainBundle(store, 0, { hasVault: false })) as PlainLeaves;
  });
  after(() => store.close());

  const entriesFor = (findings: AuditFindings, completeness?: CompletenessAudit): EntryAudit =>
    new EntryAudit(new StoredLog({ store, policy: POLICY }, findings).source(), POLICY.chain, findings, completeness);

  it("are counted, and lead to the root of the log", async () => {
    const threads = {
      take: (index: number) => plainBundle(store, index, { hasVault: false }),
      headAbove: async () => undefined,
      faults: () => store.check() as AsyncGenerator<never>,
    };
    const report = await audit({ store, policy: POLICY, threads });
    expect(report).to.deep.equal(await audit({ store, policy: POLICY }));
    expect([report.outcome, report.checked.bodies, report.checked.tiles]).to.deep.equal(["holds", 300, 1]);
  });

  it("lead to each checkpoint among them, and to none after one that is wrong", async () => {
    const longer = temporaryFolder();
    const writing = openSqliteLedger(longer, ORIGIN);
    const log = await openLogWriter(writing);
    for (const [from, to] of [
      [0, 300],
      [300, 1_100],
    ] as const)
      await log.commit(series(from, to));
    await writing.close();
    const bothOf = async (place: string) => {
      const reading = readSqliteLedger(place);
      const take = (index: number) => plainBundle(reading, index, { hasVault: false });
      const threads = {
        take,
        headAbove: async () => undefined,
        faults: () => reading.check() as AsyncGenerator<never>,
      };
      const report = await audit({ store: reading, policy: POLICY, threads });
      expect(report).to.deep.equal(await audit({ store: reading, policy: POLICY }));
      await reading.close();
      return report;
    };
    const sound = await bothOf(longer);
    expect([sound.outcome, sound.checked.bodies, sound.checked.tiles]).to.deep.equal(["holds", 1_100, 4]);
    const rootHash = new Uint8Array(32).fill(1);
    const { note } = signCheckpoint({ origin: ORIGIN, treeSize: 300, rootHash }, SIGNER);
    withDatabase(longer, LEDGER_FILES.database, (db) =>
      db.prepare("UPDATE checkpoint SET root_hash = ?, note = ? WHERE tree_size = 300").run(rootHash, note),
    );
    expect((await bothOf(longer)).findings.map(({ where }) => where)).to.include("checkpoint 300");
  });

  it("have the hashes that a walk finds, which waits for what is checked where the log is read", async () => {
    const findings = new AuditFindings();
    const source = new StoredLog({ store, policy: POLICY }, findings).source();
    const entries = new EntryAudit({ ...source, alsoCheck: async () => [] }, POLICY.chain, findings);
    await entries.begin();
    const hashes = await entries.checkNext(0, (await source.reader.entries(0, 20)) ?? []);
    expect(hashes).to.deep.equal(Array.from({ length: 20 }, (_, at) => plain.hashes.slice(at * 32, (at + 1) * 32)));
    expect(findings.checked.bodies).to.equal(20);
  });

  it("do without a body that is gone, and the walk names it", async () => {
    const copy = copyFolder(folder);
    withDatabase(copy, LEDGER_FILES.database, (db) => db.exec("UPDATE entry SET body = NULL WHERE leaf_index = 5"));
    const lacking = readSqliteLedger(copy);
    expect(await plainBundle(lacking, 0, { hasVault: false })).to.equal(undefined);
    const { findings } = await audit({ store: lacking, policy: POLICY });
    const found = findings.map(({ code, where }) => `${code} ${where}`);
    expect(found).to.deep.equal(["NOT_FOUND leaf 5"]);
    await lacking.close();
  });

  it("have the hashes of their entries, and a number that was used before is named", async () => {
    const findings = new AuditFindings();
    const entries = entriesFor(findings);
    const [entry] = await store.entries(7, 8);
    expect(entries.passPlain(0, plain)).to.equal(true);
    expect(plain.hashes.slice(7 * 32, 8 * 32)).to.deep.equal(leafHash(encodeEntry(entry!)));
    expect(findings.report().findings).to.deep.equal([]);
    entries.passPlain(256, plain);
    const named = findings.report().findings.map(({ code, where }) => `${code} ${where}`);
    expect(named.slice(0, 2)).to.deep.equal(["SEQUENCE_CONFLICT leaf 256", "SEQUENCE_CONFLICT leaf 257"]);
  });

  it("are looked at once more where the log says something of their source, or all numbers of one are asked for", () => {
    const known = entriesFor(new AuditFindings());
    const id = plain.sourceIds[0]!;
    const kept = known.kept();
    known.restore({ ...kept, sources: { ...kept.sources, sources: [[id, { name: "a", state: UNKNOWN_SOURCE }]] } });
    expect(known.passPlain(0, plain)).to.equal(false);
    const completeness = new CompletenessAudit({ source: "a", from: 0, to: 5 }, ORIGIN);
    expect(entriesFor(new AuditFindings(), completeness).passPlain(0, plain)).to.equal(false);
  });
});

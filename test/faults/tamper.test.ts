/**
 * Somebody with write access to the stopped store changes it: values of accounts, rows that are deleted or exchanged, older
 * copies that are put back. The audit refutes each, and names a record, tile or row. A change in any column of the other
 * tables is in test/audit.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { expect } from "chai";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { Access } from "../../src/keys/api-keys.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { openDesk } from "../../src/sign-in/desk.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { letIn } from "../support/let-in.ts";
import { letInCitizens } from "../support/let-in-citizens.ts";
import {
  auditFolder,
  copyFolder,
  expectClean,
  keyed,
  openLedger,
  reading,
  report,
  temporaryFolder,
} from "../support/ledger.ts";

type Row = Record<string, SQLInputValue>;

/** Tables of those who sign in. */
const ACCOUNTS = [
  ...["officer", "passkey", "invitation", "session"],
  ...["citizen", "former_citizen", "citizen_passkey", "citizen_session"],
];

describe("a stopped store that was tampered with", () => {
  let chain: TestChain;
  let folder: string;
  let earlier: string;

  before(async () => {
    chain = await startSwiftChain();
    folder = temporaryFolder();
    earlier = await fillLedger(folder, chain.rpcUrl);
  });
  after(() => chain.stop());

  it("is clean before", async () => {
    const { checked } = await expectClean(folder);
    expect(checked.entries).to.be.greaterThan(600);
    expect(checked.tiles).to.be.greaterThan(1);
    expect(checked.anchors).to.be.greaterThan(1);
    expect(checked.openings).to.be.greaterThan(100);
  });

  for (const table of ACCOUNTS)
    it(`is refuted for a change in any column of the accounts: ${table}`, () => changeEveryColumn(folder, table));

  const deletions = [
    ["an entry in a full tile", "DELETE FROM entry WHERE leaf_index = 100", /leaf 100\b/],
    ["an entry behind the last full tile", "DELETE FROM entry WHERE leaf_index = 600", /leaf 600\b/],
    ["the last entry", "DELETE FROM entry WHERE leaf_index = (SELECT max(leaf_index) FROM entry)", /leaves 6\d\d to/],
    ["a body", "UPDATE entry SET body = NULL WHERE leaf_index = 300", /leaf 300\b/],
    ["a tile", "DELETE FROM tile WHERE tile_index = 1", /tile 0\/1/],
    ["a checkpoint", "DELETE FROM checkpoint WHERE tree_size = (SELECT min(tree_size) FROM checkpoint)", /leaves/],
    [
      "the newest checkpoint",
      "DELETE FROM checkpoint WHERE tree_size = (SELECT max(tree_size) FROM checkpoint)",
      /leaves/,
    ],
    ["a submission's key", "DELETE FROM submission WHERE leaf_index = 50", /leaves/],
    ["a source", "DELETE FROM source WHERE source_ref = 2", /leaf|source/],
  ] as const;
  for (const [what, sql, where] of deletions)
    it(`is refuted when ${what} is deleted`, async () => {
      const copy = copyFolder(folder);
      execute(copy, LEDGER_FILES.database, sql);
      expectNamed(await auditFolder(copy), where, what);
    });

  it("is refuted when a record's openings are deleted", async () => {
    const copy = copyFolder(folder);
    execute(copy, VAULT_FILE, "DELETE FROM opening WHERE leaf_index = (SELECT max(leaf_index) FROM opening)");
    expectNamed(await auditFolder(copy), /leaf \d+/, "openings");
  });

  for (const [a, b] of [
    [10, 20],
    [600, 610],
    [100, 605],
  ] as const)
    it(`is refuted when entries ${a} and ${b} are exchanged with all their columns`, async () => {
      const copy = copyFolder(folder);
      execute(copy, LEDGER_FILES.database, exchange("entry", a, b));
      expectNamed(await auditFolder(copy), new RegExp(`leaf (${a}|${b})\\b|leaves|checkpoint`), "exchange");
    });

  it("is refused by the audit and by the start when an older copy of the database is put back", async () => {
    const copy = copyFolder(folder);
    for (const file of [LEDGER_FILES.database, VAULT_FILE]) cpSync(join(earlier, file), join(copy, file));
    expect((await auditFolder(copy)).findings.map(({ code }) => code)).to.include("STORE_BEHIND");
    await expectRejection("STORE_BEHIND", openLedger({ folder: copy }));
  });

  it("is refused by the audit against the chain when the whole older folder is put back", async () => {
    const reader = await connectChain({ rpcUrl: chain.rpcUrl, anchorKey: LOCAL_DEV_KEY, contract: contractOf(folder) });
    const testimony = { chainId: 31_337, contract: contractOf(folder), events: await reader.anchorEvents() };
    await reader.close();
    await expectClean(folder, { chain: testimony });
    const { findings } = await auditFolder(copyFolder(earlier), { chain: testimony });
    expect(findings.map(({ code }) => code)).to.include("STORE_BEHIND");
  });
});

/** Over 600 entries of both kinds, keys, several checkpoints, two final anchors, API keys. @returns an older copy */
async function fillLedger(folder: string, rpcUrl: string): Promise<string> {
  const ledger = await openLedger({ folder });
  await ledger.submit(keyed(reading, 300, "reading"));
  await ledger.submit(keyed(report, 40, "report"));
  const access = await Access.open(ledger.store, pagedRandomBytes(), Date.now);
  await access.issue("a gateway", "submitter");
  const limits = { sources: ["santander/*"], types: ["sensor-reading"], expiresAt: 4e12, ratePerMinute: 9 };
  const { keyId, key } = await access.issue("another", "auditor", limits);
  access.recognise(key);
  await access.noteUses();
  await access.revoke(keyId);
  await letIn(await openDesk({ store: ledger.store, randomBytes: pagedRandomBytes(), now: Date.now }));
  await letInCitizens(ledger.store);
  // A key that came with a seq which was there already.
  await ledger.submit([reading(1, { source: "numbered", seq: 1 })]);
  await ledger.submit([reading(1, { source: "numbered", seq: 1, key: "late" })]);
  const chain = await connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY });
  const anchoring = new Anchoring({
    ...optionsOf(chain),
    store: ledger.store,
    tree: ledger.log.tree,
    publisher: ledger.log.publisher,
  });
  for (let round = 0; round < 2; round++) await anchoring.round();
  await ledger.store.updateAnchor(1, {}, { blockNumber: 7, blockHash: `0x${"07".repeat(32)}`, leftAt: 1_795_334_412 });
  await ledger.close();
  const earlier = copyFolder(folder);

  const again = await openLedger({ folder });
  await again.submit(keyed(reading, 250, "later"));
  await again.submit(Array.from({ length: 30 }, (_, i) => report(1_000 + i)));
  const later = new Anchoring({
    ...optionsOf(chain),
    store: again.store,
    tree: again.log.tree,
    publisher: again.log.publisher,
  });
  for (let round = 0; round < 2; round++) await later.round();
  await again.close();
  await chain.close();
  return earlier;
}

function optionsOf(chain: Awaited<ReturnType<typeof connectChain>>) {
  return {
    ...anchoringDefaults(),
    chain,
    onStop: (reason: Error) => expect.fail(reason.message),
  };
}

/** For each column of a table: one row's value is changed in a copy, and the audit must refute and name something. */
async function changeEveryColumn(folder: string, table: string): Promise<void> {
  const file = LEDGER_FILES.database;
  const columns = query(folder, file, `SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => String(name));
  expect(columns.length).to.be.greaterThan(2);
  for (const column of columns) {
    const rows = query(folder, file, `SELECT rowid, "${column}" AS value FROM "${table}"`);
    const row = rows.find(({ value }) => value !== null) ?? rows[0];
    expect(row, `${table} has rows to change`).to.not.equal(undefined);
    const { rowid, value } = row as Row;
    const copy = copyFolder(folder);
    const sql = `UPDATE "${table}" SET "${column}" = ? WHERE rowid = ?`;
    execute(copy, file, sql, [changed(value ?? null), rowid as SQLInputValue]);
    expectNamed(await auditFolder(copy), /\S/, `${table}.${column}`);
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Another value of the same type, one byte away. */
function changed(value: SQLInputValue): SQLInputValue {
  if (typeof value === "number") return value + 1_000_003;
  if (typeof value === "string") return value.slice(0, -1) + (value.endsWith("a") ? "b" : "a");
  if (value instanceof Uint8Array) {
    const bytes = value.slice();
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] as number) ^ 1;
    return bytes;
  }
  // What is empty in all rows is filled in one.
  return "1";
}

function exchange(table: string, a: number, b: number): string {
  return `UPDATE ${table} SET leaf_index = -1 WHERE leaf_index = ${a};
    UPDATE ${table} SET leaf_index = ${a} WHERE leaf_index = ${b};
    UPDATE ${table} SET leaf_index = ${b} WHERE leaf_index = -1`;
}

function execute(folder: string, file: string, sql: string, values?: SQLInputValue[]): void {
  const path = join(folder, file);
  expect(existsSync(path)).to.equal(true);
  const db = new DatabaseSync(path);
  if (values) expect(Number(db.prepare(sql).run(...values).changes), sql).to.equal(1);
  else db.exec(sql);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

function query(folder: string, file: string, sql: string): Row[] {
  const db = new DatabaseSync(join(folder, file), { readOnly: true, timeout: 60_000 });
  const rows = db.prepare(sql).all() as Row[];
  db.close();
  return rows;
}

function contractOf(folder: string): string {
  return String(query(folder, LEDGER_FILES.database, "SELECT contract FROM contract")[0]?.["contract"]);
}

function expectNamed(report: AuditReport, where: RegExp, what: string): void {
  expect(report.outcome, `${what}: the audit must not hold`).to.equal("refuted");
  const named = report.findings.some((finding) => where.test(finding.where));
  expect(named, `${what}: ${JSON.stringify(report.findings.slice(0, 5))}`).to.equal(true);
}

// Erasing records: what goes goes from every file, what stays still verifies, and nobody else waits for it.

import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { audit } from "../../src/audit/audit-ledger.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatRecordId } from "../../src/core/record-id.ts";
import { erasureEvent } from "../../src/events/erasure.ts";
import { eraseRecords, withholdRecords } from "../../src/privacy/erasure.ts";
import { recordsOf } from "../support/records.ts";
import { lawOf } from "./support/rights.ts";
import { Restrictions } from "../../src/privacy/restrictions.ts";
import { Erasing } from "../../src/read/erasing.ts";
import type { OpenLog } from "../../src/write/open-log.ts";
import { LEDGER_FILES, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import { canariesIn } from "../support/canary-scan.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import {
  auditFolder,
  copyFolder,
  expectClean,
  keyed,
  openLedger,
  policyOf,
  reading,
  report,
  SIGNER,
  type TestLedger,
} from "../support/ledger.ts";
import { withDatabase } from "../support/altered-rows.ts";

const GROUNDS = { basis: "gdpr-17-1-a" };

function erasingOf(log: OpenLog): Erasing {
  const law = lawOf("eu");
  return new Erasing({ log, records: recordsOf(log), law, restrictions: new Restrictions(log, law), now: Date.now });
}

describe("erasing records", () => {
  let ledger: TestLedger;
  beforeEach(async () => (ledger = await openLedger()));
  afterEach(() => ledger.close());

  const erase = (...acks: readonly Acknowledgement[]) =>
    eraseRecords(
      acks.map(({ leafIndex }) => leafIndex),
      GROUNDS,
      ledger.log,
    );

  it("E3 leaves nothing of a record in any file, nor in what somebody with every key could open", async () => {
    const acks = await ledger.submit(keyed(report, 30, "maria-canary@example.org"));
    const gone = acks.filter((_, at) => at % 3 === 0);
    const rows = gone.flatMap(({ leafIndex }) => rowsOf(ledger.folder, leafIndex));
    const canaries = [
      ...gone.map((_, at) => `maria-canary@example.org-${at * 3}`).filter((key) => key.length > 25),
      ...gone.map((_, at) => `Maria Canary-${at * 3}`).filter((name) => name.length > 13),
    ];
    expect(canariesIn([canaries[0]!], { folders: [ledger.folder] }), "the scan has teeth").not.to.deep.equal([]);
    expect(rows.every((row) => isIn(ledger.folder, row))).to.equal(true);
    const { isGone } = await erase(...gone);
    expect(isGone).to.equal(true);
    // Once with the write-ahead logs beside the databases, once as a clean stop leaves the folder.
    for (let round = 0; round < 2; round++) {
      expect(canariesIn(canaries, { folders: [ledger.folder] })).to.deep.equal([]);
      expect(rows.filter((row) => isIn(ledger.folder, row))).to.deep.equal([]);
      await ledger.close();
    }
    await expectClean(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    expect(await ledger.vault.open(acks[1]!.leafIndex), "another one").to.have.length(4);
  });

  it("E3 leaves nothing of a withheld body in any file, and the leaf as it was", async () => {
    const records = keyed(report, 12).map((one, at) => ({
      ...one,
      claims: { category: `canary-category-${at}-x`, text: "a text" },
    }));
    const acks = await ledger.submit(records);
    const some = acks.filter((_, at) => at % 2 === 0);
    const leaves = some.map(({ leafIndex }) => leafIndex);
    const { isGone, erased } = await withholdRecords(leaves, { reason: "personal-data" }, ledger.log);
    expect(isGone).to.equal(true);
    expect(erased.every(({ isNew }) => isNew)).to.equal(true);
    const canaries = some.map((_, at) => `canary-category-${2 * at}-x`);
    expect(canariesIn(["canary-category-1-x"], { folders: [ledger.folder] }), "the scan has teeth").not.to.be.empty;
    expect(canariesIn(canaries, { folders: [ledger.folder] })).to.deep.equal([]);
    const view = await recordsOf(ledger.log).get(some[0]!.id);
    expect(view).to.include({ leafHash: some[0]!.leafHash, leafIndex: leaves[0] });
    expect(view).not.to.have.property("claims");
    expect(await ledger.vault.isErased(leaves[0]!)).to.equal(true);
    await ledger.close();
    const audited = await expectClean(ledger.folder);
    expect(audited.notes.join()).to.include("6 bodies are withheld, as events of the log say");
    const db = new DatabaseSync(join(ledger.folder, LEDGER_FILES.database), { timeout: 60_000 });
    db.prepare("UPDATE entry SET body = NULL WHERE leaf_index = ?").run(acks[1]!.leafIndex);
    db.close();
    ledger = await openLedger({ folder: ledger.folder });
    await expectRejection("STORE_DAMAGED", recordsOf(ledger.log).get(acks[1]!.id), /no event withholds it/);
  });

  it("E12 changes nothing when repeated, and knows what it erased", async () => {
    const [one, two] = (await ledger.submit([report(1), report(2)])) as [Acknowledgement, Acknowledgement];
    const first = await erase(one, two, one);
    expect(first.erased.map(({ isNew }) => isNew)).to.deep.equal([true, true, false]);
    const size = ledger.log.tree.publishedSize;
    const again = await erase(two, one);
    expect(again.erased.map(({ isNew }) => isNew)).to.deep.equal([false, false]);
    expect(again.erased.map(({ event }) => event)).to.deep.equal([first.erased[1]!.event, first.erased[0]!.event]);
    expect(ledger.log.tree.publishedSize).to.equal(size);
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder });
    expect(ledger.log.events.erasures.erasedBy(one.leafIndex)).to.equal(first.erased[0]!.event);
  });

  it("E12 erases what was acknowledged a moment ago, while its source sends on", async () => {
    const sent: Promise<Acknowledgement[]>[] = [];
    const erased: Promise<unknown>[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const submitted = ledger.submit([report(batch), reading(batch)]);
      sent.push(submitted);
      erased.push(submitted.then(([first]) => erase(first!)));
    }
    const acks = (await Promise.all(sent)).map(([first]) => first!);
    await Promise.all(erased);
    for (const { leafIndex } of acks) expect(await ledger.vault.open(leafIndex)).to.equal(undefined);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("E12 lets nobody read half a record while it is erased", async () => {
    const acks = await ledger.submit(keyed(report, 40));
    const { check, store } = ledger.log;
    const look = async ({ leafIndex }: Acknowledgement): Promise<number | undefined> => {
      const [entry] = await store.entries(leafIndex, leafIndex + 1);
      return (await check.openingsOf(leafIndex, await check.bodyOf(entry!)))?.length;
    };
    const looks = acks.map(look);
    const erasing = erase(...acks);
    looks.push(...acks.map(look));
    for (const seen of await Promise.all(looks)) expect([4, undefined]).to.include(seen);
    await erasing;
    for (const ack of acks) expect(await look(ack)).to.equal(undefined);
    expect(ledger.damage).to.deep.equal([]);
  });

  it("E12 says that a file still holds it while somebody reads, as a backup does, and ends erased", async () => {
    const [one] = await ledger.submit(keyed(report, 1, "canary-key-of-maria"));
    const reader = new DatabaseSync(join(ledger.folder, LEDGER_FILES.database), { readOnly: true, timeout: 60_000 });
    reader.exec("BEGIN; SELECT count(*) FROM entry");
    const { isGone } = await erase(one!);
    expect(isGone).to.equal(false);
    reader.close();
    await ledger.log.writer.eraseSetAside();
    expect(canariesIn(["canary-key-of-maria-0"], { folders: [ledger.folder] })).to.deep.equal([]);
  });

  it("E12 takes away what an older copy of the vault brings back", async () => {
    const [one, two] = (await ledger.submit([report(1), report(2)])) as [Acknowledgement, Acknowledgement];
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await erase(one);
    await ledger.close();
    cpSync(join(older, VAULT_FILE), join(ledger.folder, VAULT_FILE));
    ledger = await openLedger({ folder: ledger.folder });
    expect(await ledger.vault.open(one.leafIndex)).to.equal(undefined);
    expect(await ledger.vault.isErased(one.leafIndex)).to.equal(true);
    expect(await ledger.vault.open(two.leafIndex)).to.have.length(4);
  });

  for (const isNoteKept of [true, false])
    it(`E12 finds and takes away rows that are put back into the vault, ${isNoteKept ? "beside" : "without"} the note`, async () => {
      const claims = { ...(report(1)["claims"] as JsonObject), text: "put-back-canary" };
      const [one, two] = (await ledger.submit([report(1, { claims }), report(2)])) as [
        Acknowledgement,
        Acknowledgement,
      ];
      await ledger.close();
      const older = copyFolder(ledger.folder);
      ledger = await openLedger({ folder: ledger.folder });
      await erase(one);
      await ledger.submit([reading(1)]);
      await ledger.close();
      putBack(older, ledger.folder, { leafIndex: one.leafIndex, isNoteKept });

      const { outcome, findings } = await auditFolder(ledger.folder);
      expect(outcome).to.equal("refuted");
      expect(findings.map(({ code, where, message }) => [code, where, message])).to.deep.equal([
        ["VAULT_DAMAGED", `vault row ${one.leafIndex}`, "the log says it was erased, and the vault still has it"],
      ]);
      ledger = await openLedger({ folder: ledger.folder });
      expect(await ledger.vault.keeps(one.leafIndex)).to.equal(false);
      expect(await ledger.vault.open(two.leafIndex), "another one").to.have.length(4);
      await ledger.close();
      await expectClean(ledger.folder);
    });

  it("E12 finds and takes away what only a note says is erased, as of an event that went with its record", async () => {
    const [{ leafIndex }] = (await ledger.submit([report(1)])) as [Acknowledgement];
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await ledger.log.writer.erase(leafIndex);
    await ledger.close();
    putBack(older, ledger.folder, { leafIndex, isNoteKept: true });
    const { findings } = await auditFolder(ledger.folder);
    expect(findings.map(({ where, message }) => [where, message])).to.deep.equal([
      [`vault row ${leafIndex}`, "the vault notes that it was erased, and still has it"],
    ]);
    ledger = await openLedger({ folder: ledger.folder });
    expect(await ledger.vault.keeps(leafIndex)).to.equal(false);
  });

  it("E3 gives nothing of a record that is noted as erased, though rows are put back while the service runs", async () => {
    const [one, two] = (await ledger.submit([report(1), report(2)])) as [Acknowledgement, Acknowledgement];
    const email = { claim: "reporterEmail", value: "canary-1@example.org" };
    const [subject] = (await ledger.vault.findPerson([email])).subjects;
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await erase(one);
    const { vault, log } = ledger;
    putBack(older, ledger.folder, { leafIndex: one.leafIndex, isNoteKept: true });

    expect(await vault.keeps(one.leafIndex), "they are there").to.equal(true);
    expect(await vault.open(one.leafIndex)).to.equal(undefined);
    expect(await vault.attachments(one.leafIndex)).to.equal(undefined);
    expect(await vault.findPerson([email])).to.deep.equal({ subjects: [], leafIndexes: [] });
    expect(await vault.recordsOf(subject!)).to.deep.equal([]);
    expect(await vault.subjectsOf(one.leafIndex)).to.deep.equal([]);
    expect(await vault.open(two.leafIndex), "another one").to.have.length(4);
    const view = await erasingOf(log).of(one.id, () => true);
    expect(view.kept).to.equal(true);
    await erase(one);
    expect(await vault.keeps(one.leafIndex), "erased again").to.equal(false);
    expect((await erasingOf(log).of(one.id, () => true)).kept).to.equal(false);
  });

  it("E12 takes nothing of a record away for a note that was made without the vault's key", async () => {
    const [one] = (await ledger.submit([report(1)])) as [Acknowledgement];
    await erase((await ledger.submit([report(2)]))[0]!);
    await ledger.close();
    withDatabase(ledger.folder, VAULT_FILE, (db) =>
      db.prepare("INSERT INTO erased VALUES (?, ?)").run(one.leafIndex, new Uint8Array(40)),
    );
    expect((await auditFolder(ledger.folder)).findings.map(({ code }) => code)).to.include("VAULT_DAMAGED");
    ledger = await openLedger({ folder: ledger.folder });
    expect(await ledger.vault.keeps(one.leafIndex)).to.equal(true);
  });

  it("E12 takes an erasure that is under way for none that failed", async () => {
    const [one] = (await ledger.submit([report(1)])) as [Acknowledgement];
    const { folder, log } = ledger;
    const reader = readSqliteLedger(folder);
    let looks = 0;
    const vault = interpose(ledger.vault, (method, call) => {
      // The second look comes after the service went on.
      if (method === "keeps" && ++looks === 2) return log.writer.erase(one.leafIndex).then(call);
      return call();
    });
    await log.writer.exclusively((turn) => turn.enterEvents([erasureEvent({ ...GROUNDS, record: one.leafIndex })]));
    const { findings } = await audit({ store: reader, vault, policy: policyOf(SIGNER.key, true) });
    await reader.close();
    expect(findings).to.deep.equal([]);
    expect(looks).to.be.greaterThan(1);
  });

  it("E12 states nothing of a person: an id of law, and one record each", async () => {
    const acks = await ledger.submit([report(1), report(2)]);
    const leaves = acks.map(({ leafIndex }) => leafIndex);
    const { erased } = await eraseRecords(leaves, { ...GROUNDS, request: 1 }, ledger.log);
    const single = await ledger.submit([report(3)]);
    const alone = await eraseRecords([single[0]!.leafIndex], { ...GROUNDS, request: 1 }, ledger.log);
    const claimsOf = async (event: number) => {
      const [entry] = await ledger.log.store.entries(event, event + 1);
      return (await recordsOf(ledger.log).get(formatRecordId(entry!.id))).claims;
    };
    expect(await Promise.all(erased.map(({ event }) => claimsOf(event))), "no link between two").to.deep.equal(
      leaves.map((record) => ({ ...GROUNDS, record, what: "record" })),
    );
    expect(await claimsOf(alone.erased[0]!.event)).to.deep.include({ request: 1 });
  });

  it("gives submissions their turns, between pieces of a large erasure", async () => {
    const acks = await ledger.submit(keyed(report, 1_000));
    let isDone = false;
    const erasing = erase(...acks).then(() => (isDone = true));
    const [between] = await ledger.submit([reading(1)]);
    expect(isDone, "the submission did not wait for all of it").to.equal(false);
    await erasing;
    expect(between!.leafIndex).to.be.lessThan(ledger.log.tree.publishedSize - 1);
  });
});

/** Puts back what an older copy of the vault has of a record. */
function putBack(older: string, folder: string, { leafIndex, isNoteKept }: { leafIndex: number; isNoteKept: boolean }) {
  withDatabase(folder, VAULT_FILE, (db) => {
    db.prepare("ATTACH ? AS older").run(join(older, VAULT_FILE));
    for (const table of ["opening", "person"])
      db.prepare(`INSERT INTO ${table} SELECT * FROM older.${table} WHERE leaf_index = ?`).run(leafIndex);
    if (!isNoteKept) db.prepare("DELETE FROM erased WHERE leaf_index = ?").run(leafIndex);
  });
}

/** The bytes in the vault of a record: wrapped key and openings. */
function rowsOf(folder: string, leafIndex: number): Buffer[] {
  const db = new DatabaseSync(join(folder, VAULT_FILE), { readOnly: true, timeout: 60_000 });
  const row = db.prepare("SELECT wrapped_key, sealed FROM opening WHERE leaf_index = ?").get(leafIndex)!;
  db.close();
  return [row["wrapped_key"], row["sealed"]].map((bytes) => Buffer.from(bytes as Uint8Array));
}

/** Whether any file of a folder holds these bytes. */
function isIn(folder: string, bytes: Buffer): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(bytes));
}

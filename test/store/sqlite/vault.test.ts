// The vault in its files: what it keeps is read back by its own key and row alone, what a crash left too much is set aside,
// and what is erased is in no file any more.
// Invariant: no concealed value stands in any file of the data folder in a form that can be read without the keys.

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { Scrubbing } from "../../../src/audit/scrubbing.ts";
import { pagedRandomBytes } from "../../../src/core/random.ts";
import { openSqliteVault, VAULT_FILE } from "../../../src/store/sqlite/vault.ts";
import type { Vault } from "../../../src/store/vault.ts";
import { earlierRows } from "../../support/earlier-vault.ts";
import { canariesIn, encodingsOf, formsOf } from "../../support/canary-scan.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import {
  auditFolder,
  copyFolder,
  expectClean,
  keyed,
  MASTER_KEY,
  openLedger,
  reading,
  report,
  temporaryFolder,
} from "../../support/ledger.ts";

const CANARY = "Canario-Confidencial-4711";
const UNDER_KEY = { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() };
const rows = Array.from({ length: 20 }, (_, i) => ({
  leafIndex: i * 3,
  openings: [`${CANARY}-${i}`, "second", "ünï"],
}));

describe("the vault in SQLite", () => {
  let folder: string;
  let vault: Vault;
  const path = (): string => join(folder, VAULT_FILE);
  const open = (key = MASTER_KEY, readOnly = false): Vault =>
    openSqliteVault(path(), { masterKey: key, randomBytes: pagedRandomBytes(), readOnly });
  const change = (sql: string, ...values: (number | Uint8Array)[]): void => {
    const db = new DatabaseSync(path());
    db.prepare(sql).run(...values);
    db.close();
  };

  beforeEach(() => {
    folder = temporaryFolder();
    vault = open();
  });
  afterEach(() => vault.close());

  it("opens nothing from rows that were changed or exchanged", async () => {
    await vault.keep(rows);
    const read = (leafIndex: number): { wrapped_key: Uint8Array; sealed: Uint8Array } => {
      const db = new DatabaseSync(path());
      const row = db.prepare("SELECT wrapped_key, sealed FROM opening WHERE leaf_index = ?").get(leafIndex);
      db.close();
      return row as ReturnType<typeof read>;
    };
    const [first, second] = [read(0), read(3)];
    const changes: [string, ...Uint8Array[]][] = [
      ["wrapped_key = ?, sealed = ?", second.wrapped_key, second.sealed],
      ["wrapped_key = ?, sealed = ?", second.wrapped_key, first.sealed],
      ["wrapped_key = ?, sealed = ?", first.wrapped_key, second.sealed],
    ];
    for (const column of ["wrapped_key", "sealed"] as const) {
      const value = first[column];
      for (const at of [0, 11, 12, 20, value.length - 17, value.length - 16, value.length - 1])
        changes.push([`${column} = ?`, Uint8Array.from(value, (byte, i) => (i === at ? byte ^ 0x10 : byte))]);
      for (const length of [0, 1, 8, 12, 20, 28, value.length - 1])
        changes.push([`${column} = ?`, value.subarray(0, length)]);
    }
    for (const [sql, ...values] of changes) {
      change(`UPDATE opening SET ${sql} WHERE leaf_index = 0`, ...values);
      const error = await expectRejection("VAULT_DAMAGED", vault.open(0), /leaf 0 do not decrypt/);
      expect(error.details).to.deep.equal({ leafIndex: 0 });
      change("UPDATE opening SET wrapped_key = ?, sealed = ? WHERE leaf_index = 0", first.wrapped_key, first.sealed);
    }
    expect(await vault.open(0)).to.deep.equal(rows[0]!.openings);
  });

  it("reads no attachment from rows that were changed, exchanged, left out or added", async () => {
    const attachments = ["one", "two", "three"].map((text) => ({ mediaType: "text/plain", bytes: Buffer.from(text) }));
    await vault.keep([0, 3].map((leafIndex) => ({ leafIndex, openings: [], attachments })));
    for (const sql of [
      "DELETE FROM attachment WHERE leaf_index = 0 AND place = 2",
      "UPDATE attachment SET place = 5 - place WHERE leaf_index = 0",
      "INSERT INTO attachment SELECT leaf_index, 9, sealed FROM attachment WHERE leaf_index = 0 AND place = 2",
      `UPDATE attachment SET sealed = (SELECT sealed FROM attachment WHERE leaf_index = 3 AND place = 0)
        WHERE leaf_index = 0 AND place = 0`,
      "UPDATE attachment SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE leaf_index = 0",
    ]) {
      await vault.close();
      const copy = copyFolder(folder);
      vault = open();
      const db = new DatabaseSync(join(copy, VAULT_FILE));
      expect(Number(db.prepare(sql).run().changes), sql).to.be.greaterThan(0);
      db.close();
      const changed = openSqliteVault(join(copy, VAULT_FILE), UNDER_KEY);
      await expectRejection("VAULT_DAMAGED", changed.attachments(0), /leaf 0 do not decrypt/);
      expect((await changed.attachments(3))?.length, sql).to.equal(3);
      await changed.close();
    }
  });

  it("leaves no byte of what it erases in any file", async () => {
    const large = { mediaType: "image/png", bytes: randomBytes(50_000) };
    await vault.keep(rows.map((row) => ({ ...row, attachments: [large] })));
    const [gone, kept] = [piecesOf(path(), 3), piecesOf(path(), 6)];
    expect([...gone, ...kept].map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal(Array(6).fill(true));
    expect(await vault.erase(3)).to.equal(true);
    expect(gone.map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([false, false, false]);
    expect(kept.map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([true, true, true]);
  });

  it("erases several records in one commit, or none of them", async () => {
    await vault.keep(rows.map((row) => ({ ...row, attachments: [{ mediaType: "a/b", bytes: randomBytes(9_000) }] })));
    await expectRejection("VAULT_FAILED", vault.eraseAll([3, 0.5]));
    expect(await vault.isErased(3)).to.equal(false);
    const gone = [3, 9].flatMap((leafIndex) => piecesOf(path(), leafIndex));
    expect(await vault.eraseAll([3, 9])).to.equal(true);
    expect(gone.some((bytes) => filesOf(folder).includes(bytes))).to.equal(false);
    expect([await vault.isErased(3), await vault.isErased(9), await vault.isErased(6)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(await vault.open(6)).to.deep.equal(rows[2]!.openings);
  });

  it("E3 leaves nothing in any file of what identified the person of an erased record", async () => {
    const persons = (at: number) => [{ claim: "reporterEmail", value: `${CANARY}-${at}@example.org` }];
    await vault.keep(rows.map((row) => ({ ...row, persons: persons(row.leafIndex) })));
    const digestOf = (leafIndex: number): Buffer => {
      const db = new DatabaseSync(path(), { readOnly: true });
      const row = db.prepare("SELECT digest FROM person WHERE leaf_index = ?").get(leafIndex);
      db.close();
      return Buffer.from(row!["digest"] as Uint8Array);
    };
    const [gone, kept] = [digestOf(3), digestOf(6)];
    expect([gone, kept].map((digest) => filesOf(folder).includes(digest))).to.deep.equal([true, true]);
    expect(filesOf(folder).includes(CANARY)).to.equal(false);
    expect(await vault.erase(3)).to.equal(true);
    expect([gone, kept].map((digest) => filesOf(folder).includes(digest))).to.deep.equal([false, true]);
  });

  it("leaves a record whole or erased wherever the process ends, and finishes when it is opened again", async () => {
    await vault.keep(rows.map((row) => ({ ...row, attachments: [{ mediaType: "a/b", bytes: randomBytes(9_000) }] })));
    const gone = piecesOf(path(), 3);
    const before = copyFolder(folder);
    // Somebody who reads keeps the log from being emptied: that is where a kill leaves things too.
    const reader = new DatabaseSync(path(), { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM opening");
    const isGone = await vault.erase(3);
    const between = copyFolder(folder);
    reader.close();
    expect(isGone).to.equal(false);
    expect(gone.some((bytes) => filesOf(between).includes(bytes))).to.equal(true);
    expect(await vault.erase(3), "repeated").to.equal(true);
    const opened = (from: string): Vault => openSqliteVault(join(from, VAULT_FILE), UNDER_KEY);
    const [whole, erased] = [opened(before), opened(between)];
    expect([await whole.open(3), await whole.isErased(3)]).to.deep.equal([rows[1]!.openings, false]);
    expect((await whole.attachments(3))?.length).to.equal(1);
    expect([await erased.open(3), await erased.attachments(3), await erased.isErased(3)]).to.deep.equal([
      undefined,
      undefined,
      true,
    ]);
    expect(gone.map((bytes) => filesOf(between).includes(bytes))).to.deep.equal([false, false, false]);
    for (const one of [whole, erased]) await one.close();
  });

  it("erases attachments that were set aside with their record", async () => {
    await vault.keep([
      { leafIndex: 3, openings: ["a"], attachments: [{ mediaType: "a/b", bytes: randomBytes(9_000) }] },
    ]);
    const gone = piecesOf(path(), 3);
    await vault.setAsideFrom(3);
    expect(await vault.eraseSetAside(0, 10)).to.deep.equal({ records: 0, isGone: true });
    expect(gone.map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([true, true, true]);
    expect(await vault.eraseSetAside(10, 10)).to.deep.equal({ records: 1, isGone: true });
    expect(gone.map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([false, false, false]);
  });

  it("says that what was set aside still stands in a file while somebody reads, and takes it out later", async () => {
    await vault.keep([{ leafIndex: 3, openings: ["a"] }]);
    await vault.setAsideFrom(3);
    await vault.eraseSetAside(0, 10);
    const reader = new DatabaseSync(path(), { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM opening");
    expect(await vault.eraseSetAside(10, 10)).to.deep.equal({ records: 1, isGone: false });
    expect(await vault.eraseSetAside(11, 10)).to.deep.equal({ records: 0, isGone: false });
    reader.close();
    expect(await vault.eraseSetAside(12, 10)).to.deep.equal({ records: 0, isGone: true });
  });

  it("opens and erases what an earlier program kept with another cipher, and believes none of it when it was changed", async () => {
    const attachments = [{ mediaType: "a/b", bytes: Uint8Array.from(randomBytes(99)) }];
    const { wrappedKey, sealed, attachments: rowsOfThem } = earlierRows(0, ["an", "opening"], attachments);
    await vault.keep([{ leafIndex: 0, openings: [], attachments }, rows[1]!]);
    change("UPDATE opening SET wrapped_key = ?, sealed = ? WHERE leaf_index = 0", wrappedKey, sealed);
    change("UPDATE attachment SET sealed = ?", rowsOfThem[0]!);
    for (let round = 0; round < 2; round++) {
      expect(await vault.open(0)).to.deep.equal(["an", "opening"]);
      expect(await vault.attachments(0)).to.deep.equal(attachments);
      expect(await vault.open(3)).to.deep.equal(rows[1]!.openings);
      await vault.close();
      vault = open();
    }
    for (const at of [0, 12, 59]) {
      const changed = wrappedKey.map((byte, i) => (i === at ? byte ^ 1 : byte));
      for (const one of [changed, Uint8Array.of(2, ...wrappedKey)]) {
        change("UPDATE opening SET wrapped_key = ? WHERE leaf_index = 0", one);
        await expectRejection("VAULT_DAMAGED", vault.open(0));
      }
    }
    expect([await vault.erase(0), await vault.keeps(0)]).to.deep.equal([true, false]);
  });

  it("opens the vault of a program that knew of no attachments and no erasures", async () => {
    await vault.keep(rows);
    await vault.close();
    expect(tablesOf(path()), "and leaves it as it was while it needs nothing more").to.deep.equal(["opening"]);
    vault = open(MASTER_KEY, true);
    expect([await vault.open(3), await vault.attachments(3), await vault.isErased(3)]).to.deep.equal([
      rows[1]!.openings,
      [],
      false,
    ]);
    await vault.close();
    vault = open();
    expect(await vault.erase(3)).to.equal(true);
    await vault.keep([{ leafIndex: 60, openings: [], attachments: [{ mediaType: "a/b", bytes: randomBytes(9) }] }]);
    expect((await vault.attachments(60))?.length).to.equal(1);
    expect(tablesOf(path())).to.deep.equal(["attachment", "erased", "opening"]);
  });

  it("tells an erased record from a lost one, also to the audit, and believes no note without the key", async () => {
    await vault.close();
    const ledger = await openLedger({ folder });
    const [erased, lost, forged] = await ledger.submit([report(1), report(2), report(3)]);
    const { check, tree } = ledger.log;
    const look = async (leafIndex: number): Promise<unknown> => {
      const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
      return check.openingsOf(leafIndex, await check.bodyOf(entry!));
    };
    expect(await ledger.vault.erase(erased!.leafIndex)).to.equal(true);
    expect(await look(erased!.leafIndex)).to.equal(undefined);
    const scrub = new Scrubbing({ store: ledger.store, check, tree }, { warn: () => undefined });
    await scrub.compareNewest();
    expect(ledger.damage).to.deep.equal([]);
    const { findings, checked } = await auditFolder(folder);
    expect([findings, checked.openings]).to.deep.equal([[], 8]);
    change("DELETE FROM opening WHERE leaf_index IN (?, ?)", lost!.leafIndex, forged!.leafIndex);
    change("INSERT INTO erased SELECT ?, note FROM erased", forged!.leafIndex);
    await scrub.compareNewest();
    expect(ledger.damage.map(({ leafIndex, reason }) => [leafIndex, reason]).sort()).to.deep.equal([
      [lost!.leafIndex, "its openings are not in the vault"],
      [forged!.leafIndex, "its openings in the vault do not decrypt"],
    ]);
    expect((await auditFolder(folder)).findings.map(({ where }) => where)).to.deep.equal([
      `leaf ${lost!.leafIndex}`,
      `leaf ${forged!.leafIndex}`,
    ]);
    await ledger.close();
    vault = open();
  });

  it("compares no repetition with an erased record, and enters none twice", async () => {
    await vault.close();
    const ledger = await openLedger({ folder });
    const records = keyed(report, 1);
    const [first] = await ledger.submit(records);
    const size = ledger.log.tree.size;
    await ledger.vault.erase(first!.leafIndex);
    const [outcome] = await ledger.pipeline.submit(records);
    expect(outcome!.ok ? "ok" : outcome!.error.message).to.match(/what it said cannot be read now/);
    expect([ledger.log.tree.size, ledger.damage]).to.deep.equal([size, []]);
    await ledger.close();
    vault = open();
  });

  it("truth D2: sets aside what was kept from a leaf index on, as it is, and frees its place", async () => {
    await vault.keep(rows);
    const db = new DatabaseSync(path());
    const kept = db.prepare("SELECT leaf_index, wrapped_key, sealed FROM opening WHERE leaf_index >= 30").all();
    expect(await vault.beyond(30)).to.deep.equal({ records: 10, highest: 57 });
    expect(await vault.setAsideFrom(30)).to.equal(10);
    expect(await vault.setAsideFrom(30)).to.equal(0);
    expect(await vault.beyond(30)).to.deep.equal({ records: 0, highest: -1 });
    expect(await vault.open(27)).to.deep.equal(rows[9]!.openings);
    expect(await vault.open(30)).to.equal(undefined);
    expect(db.prepare("SELECT * FROM set_aside ORDER BY leaf_index").all()).to.deep.equal(kept);
    await vault.keep([{ leafIndex: 30, openings: ["again"] }]);
    expect(await vault.open(30)).to.deep.equal(["again"]);
    expect(await vault.setAsideFrom(30)).to.equal(1);
    expect(db.prepare("SELECT count(*) AS n FROM set_aside WHERE leaf_index = 30").get()).to.deep.include({ n: 2 });
    db.close();
  });

  it("truth D2: erases what was set aside once it is old enough, from every file, and nothing else", async () => {
    const DAY = 86_400_000;
    const bytesOf = (leafIndex: number): Buffer => {
      const db = new DatabaseSync(path());
      const row = db.prepare("SELECT sealed FROM opening WHERE leaf_index = ?").get(leafIndex);
      db.close();
      return Buffer.from(row!["sealed"] as Uint8Array);
    };
    expect(await vault.eraseSetAside(0, 30 * DAY), "there is none").to.deep.equal({ records: 0, isGone: true });
    await vault.keep(rows);
    const [old, later, kept] = [bytesOf(45), bytesOf(30), bytesOf(27)];
    await vault.setAsideFrom(45);
    // Also what a former program left there counts from the first look at it on.
    expect(await vault.eraseSetAside(1_000 * DAY, 30 * DAY)).to.deep.equal({ records: 0, isGone: true });
    await vault.setAsideFrom(30);
    expect(await vault.eraseSetAside(1_010 * DAY, 30 * DAY)).to.deep.equal({ records: 0, isGone: true });
    expect(await vault.eraseSetAside(1_030 * DAY, 30 * DAY)).to.deep.equal({ records: 5, isGone: true });
    expect([old, later, kept].map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([false, true, true]);
    await vault.close();
    vault = open();
    expect(await vault.eraseSetAside(1_039 * DAY, 30 * DAY)).to.deep.equal({ records: 0, isGone: true });
    expect(await vault.eraseSetAside(1_041 * DAY, 30 * DAY)).to.deep.equal({ records: 5, isGone: true });
    expect(filesOf(folder).includes(later)).to.equal(false);
    expect(await vault.open(27)).to.deep.equal(rows[9]!.openings);
    await vault.setAsideFrom(27);
    expect(await vault.eraseSetAside(1_042 * DAY, 30 * DAY), "rows that came since are new").to.deep.equal({
      records: 0,
      isGone: true,
    });
  });

  it("truth D2: keeps what a start set aside for thirty days, by the clock that it runs under", async () => {
    await vault.close();
    const DAY = 86_400_000;
    let now = 1_795_334_400_000;
    const start = () => openLedger({ folder, maxBatch: 2, now: () => now });
    const first = await start();
    await first.vault.keep([{ leafIndex: first.log.tree.size, openings: [CANARY] }]);
    await first.close();
    const second = await start();
    expect(second.setAside).to.deep.equal([1]);
    now += 29 * DAY;
    expect(await second.log.writer.eraseSetAside()).to.deep.equal({ records: 0, isGone: true });
    now += 2 * DAY;
    expect(await second.log.writer.eraseSetAside()).to.deep.equal({ records: 1, isGone: true });
    await second.vault.keep([{ leafIndex: second.log.tree.size, openings: [CANARY] }]);
    await second.close();
    const rowsAside = (): unknown => {
      const db = new DatabaseSync(path(), { readOnly: true });
      const row = db.prepare("SELECT count(*) AS n FROM set_aside").get();
      db.close();
      return row!["n"];
    };
    await (await start()).close();
    expect(rowsAside()).to.equal(1);
    now += 31 * DAY;
    await (await start()).close();
    expect(rowsAside(), "a start erases too").to.equal(0);
    vault = open();
  });

  it("E1 keeps every concealed value out of every file, in any of the usual forms", async () => {
    await vault.close();
    const ledger = await openLedger({ folder });
    await ledger.submit([...keyed(reading, 3, "r"), ...keyed(report, 40, "c")]);
    const found = await ledger.vault.open(ledger.log.tree.size - 1);
    expect(found?.length).to.equal(4);
    // Once with the write-ahead logs beside the databases, once as a clean stop leaves the folder.
    for (let round = 0; round < 2; round++) {
      const bytes = filesOf(folder);
      expect(bytes.includes("santander/env-1"), "the search finds public values").to.equal(true);
      for (const [form, canary] of formsOf("Maria Canary-17")) expect(bytes.includes(canary), form).to.equal(false);
      for (const [form, canary] of formsOf("canary-17@example.org"))
        expect(bytes.includes(canary), form).to.equal(false);
      // Its hash is in the body: it has a salt.
      for (const [form, canary] of encodingsOf(found![0]!)) expect(bytes.includes(canary), form).to.equal(false);
      expect(canariesIn(["anary-17"], { folders: [folder] })).to.deep.equal([]);
      if (round === 0) await ledger.close();
    }
    await expectClean(folder);
    vault = open();
  });

  it("truth D2: a start sets aside what a crash left of records that were never acknowledged", async () => {
    await vault.close();
    const first = await openLedger({ folder, maxBatch: 2 });
    await first.submit([report(1)]);
    const size = first.log.tree.size;
    await first.vault.keep([
      { leafIndex: size, openings: [CANARY] },
      { leafIndex: size + 1, openings: [CANARY] },
    ]);
    await first.close();
    const { notes } = await expectClean(folder);
    expect(notes.join()).to.match(/openings of 2 records that the log does not have/);
    const second = await openLedger({ folder, maxBatch: 2 });
    expect(second.setAside).to.deep.equal([2]);
    expect(await second.vault.open(size)).to.equal(undefined);
    expect((await second.vault.open(size - 1))?.length).to.equal(4);
    await second.submit([report(2)]);
    expect((await second.vault.open(size))?.length).to.equal(4);
    await second.close();
    expect((await expectClean(folder)).notes.join()).not.to.match(/does not have/);
    vault = open();
  });

  it("truth D2: a start whose ledger is lost is refused, each time, and erases nothing", async () => {
    await vault.close();
    const first = await openLedger({ folder });
    await first.submit(keyed(report, 23));
    await first.close();
    for (const file of ["ledger.sqlite", "head"]) rmSync(join(folder, file));
    const before = rowsOf(path());
    for (let round = 0; round < 2; round++) {
      const error = await expectRejection("STORE_BEHIND", openLedger({ folder }), /ledger\.sqlite.*vault\.sqlite/);
      expect(error.details).to.deep.equal({ entries: 0, records: 23, highest: 24 });
    }
    expect(rowsOf(path())).to.deep.equal(before);
    vault = open();
  });

  it("truth D2: a start whose vault is ahead by more than a batch is refused, by as much as one is not", async () => {
    await vault.close();
    const first = await openLedger({ folder });
    await first.submit([report(1)]);
    const size = first.log.tree.size;
    await first.vault.keep([3, 4].map((at) => ({ leafIndex: size + at, openings: [CANARY] })));
    await first.close();
    const before = rowsOf(path());
    await expectRejection("STORE_BEHIND", openLedger({ folder, maxBatch: 4 }), /WARIFU_MAX_BATCH/);
    expect(rowsOf(path())).to.deep.equal(before);
    const second = await openLedger({ folder, maxBatch: 5 });
    expect(second.setAside).to.deep.equal([2]);
    await second.close();
    vault = open();
  });
});

function rowsOf(path: string): unknown[] {
  const db = new DatabaseSync(path);
  const rows = db.prepare("SELECT * FROM opening ORDER BY leaf_index").all();
  db.close();
  return rows;
}

/** The bytes that lie in the vault for a record with one attachment: wrapped key, openings, attachment. */
function piecesOf(path: string, leafIndex: number): Buffer[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT wrapped_key, sealed FROM opening WHERE leaf_index = ?").get(leafIndex);
  const attached = db.prepare("SELECT sealed FROM attachment WHERE leaf_index = ?").get(leafIndex);
  db.close();
  // Of an attachment, which is spread over pages, a part that lies in one.
  const part = (attached!["sealed"] as Uint8Array).subarray(6_000, 6_500);
  return [row!["wrapped_key"] as Uint8Array, row!["sealed"] as Uint8Array, part].map((bytes) => Buffer.from(bytes));
}

function tablesOf(path: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  db.close();
  return names.map(({ name }) => name);
}

/** All bytes of all files of a folder. */
function filesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

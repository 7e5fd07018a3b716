// The vault: what it keeps is read back by its own key and row alone, and what a crash left too much is set aside.
// Invariant: no concealed value stands in any file of the data folder in a form that can be read without the keys.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inflateSync } from "node:zlib";

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/keys/random.ts";
import { openSqliteVault, VAULT_FILE } from "../../../src/store/sqlite/vault.ts";
import type { Vault } from "../../../src/store/vault.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { expectClean, keyed, MASTER_KEY, openLedger, reading, report, temporaryFolder } from "../../support/ledger.ts";

const CANARY = "Canario-Confidencial-4711";
const rows = Array.from({ length: 20 }, (_, i) => ({
  leafIndex: i * 3,
  openings: [`${CANARY}-${i}`, "second", "ünï"],
}));

describe("the vault", () => {
  let folder: string;
  let vault: Vault;
  const path = (): string => join(folder, VAULT_FILE);
  const open = (key = MASTER_KEY, readOnly = false): Vault =>
    openSqliteVault(path(), key, pagedRandomBytes(), { readOnly });
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

  it("gives back what it was given, also after it was closed", async () => {
    await vault.keep(rows);
    await vault.keep([]);
    for (let round = 0; round < 2; round++) {
      for (const { leafIndex, openings } of rows) expect(await vault.open(leafIndex)).to.deep.equal(openings);
      expect(await vault.open(1)).to.equal(undefined);
      await vault.close();
      vault = open(MASTER_KEY, round === 0);
    }
  });

  it("keeps a record that has nothing to open apart from one that has no row", async () => {
    await vault.keep([{ leafIndex: 5, openings: [] }]);
    expect(await vault.open(5)).to.deep.equal([]);
    expect(await vault.open(6)).to.equal(undefined);
  });

  it("lists its leaf indexes, rising, over many pages", async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => ({ leafIndex: 7 * i, openings: ["x"] }));
    await vault.keep(many);
    const listed: number[] = [];
    for await (const leafIndex of vault.leafIndexes()) listed.push(leafIndex);
    expect(listed).to.deep.equal(many.map(({ leafIndex }) => leafIndex));
  });

  it("keeps all records of a call or none", async () => {
    await vault.keep([rows[0]!]);
    await expectRejection("VAULT_FAILED", vault.keep([rows[1]!, rows[0]!]), /UNIQUE/);
    expect(await vault.open(3)).to.equal(undefined);
  });

  it("is refused under another master key, before anything is kept under it", async () => {
    await vault.keep(rows);
    await vault.close();
    const wrong = Uint8Array.from(MASTER_KEY);
    wrong[31]! ^= 1;
    expectCode("VAULT_FAILED", () => open(wrong), /master key is not the one/);
    expectCode("CONFIG_INVALID", () => open(MASTER_KEY.subarray(1)), /32 bytes/);
    vault = open(wrong, true);
    await expectRejection("VAULT_FAILED", vault.open(0), /do not decrypt/);
  });

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
      const error = await expectRejection("VAULT_FAILED", vault.open(0), /leaf 0 do not decrypt/);
      expect(error.details).to.deep.equal({ leafIndex: 0 });
      change("UPDATE opening SET wrapped_key = ?, sealed = ? WHERE leaf_index = 0", first.wrapped_key, first.sealed);
    }
    expect(await vault.open(0)).to.deep.equal(rows[0]!.openings);
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
    expect(await vault.eraseSetAside(0, 30 * DAY), "there is none").to.equal(0);
    await vault.keep(rows);
    const [old, later, kept] = [bytesOf(45), bytesOf(30), bytesOf(27)];
    await vault.setAsideFrom(45);
    // Also what a former program left there counts from the first look at it on.
    expect(await vault.eraseSetAside(1_000 * DAY, 30 * DAY)).to.equal(0);
    await vault.setAsideFrom(30);
    expect(await vault.eraseSetAside(1_010 * DAY, 30 * DAY)).to.equal(0);
    expect(await vault.eraseSetAside(1_030 * DAY, 30 * DAY)).to.equal(5);
    expect([old, later, kept].map((bytes) => filesOf(folder).includes(bytes))).to.deep.equal([false, true, true]);
    await vault.close();
    vault = open();
    expect(await vault.eraseSetAside(1_039 * DAY, 30 * DAY)).to.equal(0);
    expect(await vault.eraseSetAside(1_041 * DAY, 30 * DAY)).to.equal(5);
    expect(filesOf(folder).includes(later)).to.equal(false);
    expect(await vault.open(27)).to.deep.equal(rows[9]!.openings);
    await vault.setAsideFrom(27);
    expect(await vault.eraseSetAside(1_042 * DAY, 30 * DAY), "rows that came since are new").to.equal(0);
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
    expect(await second.log.writer.eraseSetAside()).to.equal(0);
    now += 2 * DAY;
    expect(await second.log.writer.eraseSetAside()).to.equal(1);
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
      for (const [form, canary] of formsOf(found![0]!)) expect(bytes.includes(canary), form).to.equal(false);
      expect(inflatedOf(bytes).includes("anary-17")).to.equal(false);
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

/** All bytes of all files of a folder. */
function filesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** The forms in which a text could lie in a file: base64 at each of its three offsets. */
function formsOf(text: string): [string, Buffer][] {
  const raw = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset): [string, Buffer] => {
    const encoded = Buffer.concat([Buffer.alloc(offset), raw]).toString("base64");
    // Only the groups of four that hold nothing but the text.
    return [
      `base64 at offset ${offset}`,
      Buffer.from(encoded.slice(offset === 0 ? 0 : 4, Math.floor((offset + raw.length) / 3) * 4)),
    ];
  });
  return [
    ["raw", raw],
    ["hex", Buffer.from(raw.toString("hex"))],
    ["HEX", Buffer.from(raw.toString("hex").toUpperCase())],
    ["base64url", Buffer.from(raw.toString("base64url").slice(0, -2))],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["lower case", Buffer.from(text.toLowerCase())],
    ["percent-encoded", Buffer.from(encodeURIComponent(text))],
    ...base64,
  ];
}

/** What inflates out of any place that could be the start of a zlib stream. */
function inflatedOf(bytes: Buffer): Buffer {
  const texts: Buffer[] = [];
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1)) {
    if (((bytes[at]! << 8) | (bytes[at + 1] ?? 0)) % 31 !== 0) continue;
    try {
      texts.push(inflateSync(bytes.subarray(at, at + 4_096), { finishFlush: 2, maxOutputLength: 65_536 }));
    } catch {
      // Not a stream.
    }
  }
  return Buffer.concat(texts);
}

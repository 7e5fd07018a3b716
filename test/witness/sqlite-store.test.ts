// The memory of a witness on the disk: it is compared and set in one step, refuses to go back whoever asks, and keeps
// what it is shown within bounds.

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import { expect } from "chai";

import { MAX_CONFLICTS, openSqliteWitness, type SqliteWitnessStore } from "../../src/witness/sqlite-store.ts";
import type { Conflict, WitnessedHead } from "../../src/witness/witness-store.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";

const head = (treeSize: number, more: Partial<WitnessedHead> = {}): WitnessedHead => ({
  origin: "log.example/one",
  treeSize,
  rootHash: new Uint8Array(32).fill(treeSize),
  note: `note of ${treeSize}`,
  cosignedAt: 1_000 + treeSize,
  ...more,
});

describe("the store of a witness", () => {
  let path: string;
  let store: SqliteWitnessStore;

  beforeEach(() => {
    path = join(temporaryFolder(), "witness.sqlite");
    store = openSqliteWitness(path);
  });
  afterEach(() => store.close());

  it("remembers heads, each for its log, when it is opened again", async () => {
    expect(await store.advance(undefined, head(3))).to.equal(true);
    expect(await store.advance(undefined, head(9, { origin: "log.example/two" }))).to.equal(true);
    expect(await store.advance(head(3), head(5))).to.equal(true);
    await store.close();
    store = openSqliteWitness(path);
    expect(await store.heads()).to.deep.equal([head(5), head(9, { origin: "log.example/two" })]);
    expect(await store.head("log.example/one")).to.deep.equal(head(5));
    expect(await store.head("log.example/three")).to.equal(undefined);
  });

  it("moves from the head that was compared only", async () => {
    await store.advance(undefined, head(3));
    expect(await store.advance(undefined, head(4))).to.equal(false);
    expect(await store.advance(head(2), head(4))).to.equal(false);
    expect(await store.advance(head(3, { rootHash: new Uint8Array(32) }), head(4))).to.equal(false);
    expect(
      await store.advance(head(3, { origin: "log.example/two" }), head(4, { origin: "log.example/two" })),
    ).to.equal(false);
    expect(await store.advance(head(3), head(4, { cosignedAt: 1 }))).to.equal(false);
    expect(await store.heads()).to.deep.equal([head(3)]);
  });

  it("lets one of two connections win", async () => {
    const other = openSqliteWitness(path);
    await store.advance(undefined, head(3));
    const won = await Promise.all([store.advance(head(3), head(5)), other.advance(head(3), head(7))]);
    expect(won).to.deep.equal([true, false]);
    expect(await other.heads()).to.deep.equal([head(5)]);
    await other.close();
  });

  it("itself refuses a head that goes back or away", async () => {
    await store.advance(undefined, head(5));
    await expectRejection("STORE_FAILED", store.advance(head(5), head(4, { cosignedAt: 2_000 })), /never goes back/);
    const otherRoot = head(5, { rootHash: new Uint8Array(32), cosignedAt: 2_000 });
    await expectRejection("STORE_FAILED", store.advance(head(5), otherRoot), /never goes back/);
    const db = new DatabaseSync(path);
    for (const change of ["DELETE FROM head", "UPDATE head SET origin = 'x'", "UPDATE head SET cosigned_at = 1"])
      expect(() => db.exec(change), change).to.throw(/never goes/);
    db.close();
    expect(await store.heads()).to.deep.equal([head(5)]);
  });

  it("keeps the first split views and the last unproven checkpoints, each once", async () => {
    const conflict = (number: number, kind: Conflict["kind"]): Conflict => ({
      origin: "log.example/one",
      kind,
      note: `note ${number}`,
      heldNote: "held",
      seenAt: number,
    });
    expect(await store.keepConflict(conflict(0, "split-view"))).to.equal(true);
    expect(await store.keepConflict({ ...conflict(0, "split-view"), seenAt: 7 })).to.equal(false);
    for (let number = 1; number < MAX_CONFLICTS + 5; number++) await store.keepConflict(conflict(number, "split-view"));
    for (let number = 0; number < MAX_CONFLICTS + 5; number++) await store.keepConflict(conflict(number, "unproven"));
    const kept = await store.conflicts();
    const notesOf = (wanted: Conflict["kind"]) => kept.filter(({ kind }) => kind === wanted).map(({ note }) => note);
    expect(kept[0]).to.deep.equal(conflict(0, "split-view"));
    expect(notesOf("split-view")).to.deep.equal(Array.from({ length: MAX_CONFLICTS }, (_, at) => `note ${at}`));
    expect(notesOf("unproven")).to.deep.equal(Array.from({ length: MAX_CONFLICTS }, (_, at) => `note ${at + 5}`));
  });

  it("belongs to one witness for good", async () => {
    expect(store.vkey).to.equal(undefined);
    store.bindTo("a+key");
    expectCode("STORE_CORRUPT", () => store.bindTo("another+key"));
    await store.close();
    store = openSqliteWitness(path);
    expect(store.vkey).to.equal("a+key");
  });

  it("is not made of somebody else's file", () => {
    const folder = temporaryFolder();
    const foreign = new DatabaseSync(join(folder, "foreign.sqlite"));
    foreign.exec("CREATE TABLE entry (x)");
    foreign.close();
    expectCode("STORE_CORRUPT", () => openSqliteWitness(join(folder, "foreign.sqlite")), /not the memory of a witness/);
    const newer = new DatabaseSync(join(folder, "newer.sqlite"));
    newer.exec("CREATE TABLE head (x); PRAGMA user_version = 2");
    newer.close();
    expectCode("STORE_CORRUPT", () => openSqliteWitness(join(folder, "newer.sqlite")), /newer version/);
    expectCode("STORE_FAILED", () => openSqliteWitness(join(folder, "missing", "witness.sqlite")));
  });

  it("says so when its file is damaged", async () => {
    await store.close();
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE head");
    db.close();
    store = openSqliteWitness(path);
    await expectRejection("STORE_CORRUPT", store.heads());
  });
});

// A bundle is plain only if every entry in it is a record that is right in every respect, and the tile is of these entries.
// Why: nobody else looks at a bundle that is called plain. So each entry here is right but for one thing, its id and the
// tile included, as they would be in a log that was signed that way.

import { isUtf8 } from "node:buffer";

import { expect } from "chai";

import { plainBundle, type PlainBundle } from "../../src/audit/plain-leaves.ts";
import { concatBytes, fromUtf8, toHex } from "../../src/core/bytes.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { HASH_BYTES, leafHash } from "../../src/core/merkle.ts";
import { recordIdOf } from "../../src/core/record-id.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { TILE_WIDTH } from "../../src/core/tile.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import type { StoredEntry } from "../../src/store/log-store.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { copyFolder, ORIGIN, temporaryFolder } from "../support/ledger.ts";
import { openLogWriter, RECEIVED_AT, series } from "../store/support/log-writer.ts";
import { recordBodyOf } from "../support/record-body.ts";

/** The entry that is changed: neither the first of its kind and source, nor the last. */
const CHANGED = 100;

describe("a bundle of plain records", () => {
  let entries: readonly StoredEntry[];
  before(async () => {
    const folder = temporaryFolder();
    const store = openSqliteLedger(folder, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit([...series(0, TILE_WIDTH / 2, "a"), ...series(0, TILE_WIDTH / 2, "b")]);
    await store.close();
    const reader = readSqliteLedger(folder);
    entries = await reader.entries(0, TILE_WIDTH);
    expect((await plainBundle(reader, 0, { hasVault: true }))?.sourceNames).to.deep.equal(["a", "b"]);
    await reader.close();
  });

  /** What is said of the bundle with another entry in it, by an engine that has texts and by one that has not. */
  const bundleWith = async (change: Partial<StoredEntry>, hasVault = true): Promise<PlainBundle | undefined> => {
    const all = entries.map((entry, at) => (at === CHANGED ? { ...entry, ...change } : entry));
    const tile = concatBytes(...all.map((entry) => leafHash(encodeEntry(entry))));
    const parts = { origin: ORIGIN, tile: async () => tile, entries: async () => all };
    const areTexts = all.every(({ body }) => isUtf8(body ?? Buffer.alloc(0)));
    const texts = all.map(({ body, ...entry }) => ({
      ...{ ...entry, id: toHex(entry.id), bodyDigest: toHex(entry.bodyDigest) },
      body: Buffer.from(body ?? []).toString(),
    }));
    const [withTexts, without] = [
      await plainBundle({ ...parts, entryTexts: async () => (areTexts ? texts : undefined) }, 0, { hasVault }),
      await plainBundle(parts, 0, { hasVault }),
    ];
    expect(withTexts).to.deep.equal(without);
    return withTexts;
  };

  /** The entry with another body, and whatever else; its digest and id are those that follow. */
  const withBody = (body: Uint8Array, change: Partial<StoredEntry> = {}): StoredEntry => {
    const entry = { ...(entries[CHANGED] as StoredEntry), ...change, body, bodyDigest: sha256(body) };
    return { ...entry, id: recordIdOf(leafHash(encodeEntry(entry)), RECEIVED_AT) };
  };
  const withText = (from: string | RegExp, to: string, change: Partial<StoredEntry> = {}): StoredEntry =>
    withBody(Buffer.from(text().replace(from, to)), change);
  const text = (): string => fromUtf8(entries[CHANGED]?.body as Uint8Array, "body");
  const withRecord = (record: JsonObject): StoredEntry => {
    const { sourceId, seq } = entries[CHANGED] as StoredEntry;
    const head = { iat: RECEIVED_AT, iss: ORIGIN, seq, src: toHex(sourceId), vct: "warifu:sensor-reading:1" };
    return withBody(recordBodyOf(head, record));
  };

  it("has the leaves, sources, numbers and times of its entries", async () => {
    const bundle = (await bundleWith({})) as PlainBundle;
    expect(Buffer.from(bundle.hashes)).to.deep.equal(
      Buffer.from(concatBytes(...entries.map((entry) => leafHash(encodeEntry(entry))))),
    );
    const ids = [...new Set(entries.map(({ sourceId }) => toHex(sourceId)))];
    expect(bundle.sourceIds).to.deep.equal(ids);
    expect([...bundle.sources]).to.deep.equal(entries.map(({ sourceId }) => ids.indexOf(toHex(sourceId))));
    expect([...bundle.seqs]).to.deep.equal(entries.map(({ seq }) => seq));
    expect([...bundle.times]).to.deep.equal(entries.map(() => RECEIVED_AT));
    expect(bundle.vcts).to.deep.equal(["warifu:sensor-reading:1"]);
  });

  it("may have records that have to be read", async () => {
    expect(await bundleWith(withRecord({ text: "two\nlines", tiny: 1e-9 }))).to.not.equal(undefined);
    expect((await bundleWith(withText("sensor-reading", "other")))?.vcts).to.include("warifu:other:1");
  });

  const WRONG: Readonly<Record<string, () => Partial<StoredEntry>>> = {
    "another id": () => ({ id: new Uint8Array(16) }),
    "the id of another time": () => withText(String(RECEIVED_AT), String(RECEIVED_AT + 1)),
    "another body than its digest says": () => ({ body: Buffer.from(text().replace(/"number":\d+/, '"number":7')) }),
    "no body": () => ({ body: null }),
    "a body that is not UTF-8": () => withBody(Buffer.from([...Buffer.from(text()), 0xff])),
    "a body that is not canonical": () => withText('"number":', '"number": '),
    "a body of another log": () => withText(ORIGIN, `${ORIGIN}x`),
    "a body of another source": () => withText(/"src":"../, '"src":"00'),
    "a body of another number": () => withText(/"seq":\d+/, '"seq":99'),
    "a number that no entry can have": () => withText(/"seq":\d+/, '"seq":-1', { seq: -1 }),
    "a body of a kind that there is not": () => withText("warifu:sensor-reading:1", "sensor-reading"),
    "a body of another kind": () => withText('"record"', '"profile"'),
    "another kind": () => withText("", "", { kind: "consent" }),
    // Its last byte has no place in the entry, and changes no hash.
    "a source id that is too long": () =>
      withText(/("src":"[0-9a-f]{64})/, "$1ff", {
        sourceId: concatBytes(entries[CHANGED]?.sourceId as Uint8Array, Uint8Array.of(0xff)),
      }),
  };
  for (const [what, change] of Object.entries(WRONG))
    it(`has no entry with ${what}`, async () => expect(await bundleWith(change())).to.equal(undefined));

  it("has no entry that the engine cannot read", async () => {
    const all = entries.map((entry, at) => (at === CHANGED ? { ...entry, unreadable: "it names no kind" } : entry));
    const tile = concatBytes(...all.map((entry) => leafHash(encodeEntry(entry))));
    const store = { origin: ORIGIN, tile: async () => tile, entries: async () => all };
    expect(await plainBundle(store, 0, { hasVault: true })).to.equal(undefined);
  });

  it("has no entry whose bytes are another spelling of the text that it commits to", async () => {
    const folder = temporaryFolder();
    const store = openSqliteLedger(folder, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit(series(0, TILE_WIDTH).map((one) => (one.seq === CHANGED ? { ...one, text: "\ufffd" } : one)));
    await store.close();
    // Neither is UTF-8, and whoever decodes leniently reads the replacement character in both.
    for (const bytes of ["ff", "f09f"]) {
      const damaged = copyFolder(folder);
      withDatabase(damaged, LEDGER_FILES.database, (db) => {
        const replaced = `replace(hex(body), 'EFBFBD', '${bytes}')`;
        db.exec(`UPDATE entry SET body = unhex(${replaced}) WHERE leaf_index = ${CHANGED}`);
      });
      const reader = readSqliteLedger(damaged);
      expect(await plainBundle(reader, 0, { hasVault: true }), bytes).to.equal(undefined);
      await reader.close();
    }
  });

  it("has nothing that the vault keeps something of, where there is a vault", async () => {
    const digest = (at: number): string => `${at}${"A".repeat(42)}`;
    const digests = Array.from({ length: 8 }, (_, at) => digest(at));
    for (const record of [{ _sd: digests }, { received: {} }, { pictures: [] }]) {
      expect(await bundleWith(withRecord(record)), JSON.stringify(record)).to.equal(undefined);
      expect(await bundleWith(withRecord(record), false)).to.not.equal(undefined);
    }
  });

  it("is full, and has a tile that is of its entries", async () => {
    const tile = concatBytes(...entries.map((entry) => leafHash(encodeEntry(entry))));
    const store = { origin: ORIGIN, tile: async () => tile, entries: async () => [...entries] };
    expect(await plainBundle(store, 0, { hasVault: true })).to.not.equal(undefined);
    for (const changed of [
      { tile: async () => undefined },
      { tile: async () => Uint8Array.from(tile, (byte, at) => (at === 8_000 ? byte ^ 1 : byte)) },
      { entries: async () => entries.slice(0, -1) },
      { entries: async () => entries.slice(0, -1), tile: async () => Uint8Array.from(tile).fill(0, -HASH_BYTES) },
    ])
      expect(await plainBundle({ ...store, ...changed }, 0, { hasVault: true })).to.equal(undefined);
  });
});

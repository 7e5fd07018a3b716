// What a PostgreSQL ledger finds records and leaves by: that it is there in a log of some size, checked, and made for a ledger
// of the version before.

import { expect } from "chai";

import { encodeEntry } from "../../../src/core/entry.ts";
import { leafHash } from "../../../src/core/merkle.ts";
import { openLedger, readLedger, type StorePlace } from "../../../src/store/open.ts";
import type { LedgerReader, LedgerStore } from "../../../src/store/ledger-store.ts";
import type { StoredEntry } from "../../../src/store/log-store.ts";
import { findInLists } from "../../../src/store/postgres/record-lists.ts";
import { openSessions } from "../../../src/store/postgres/sessions.ts";
import type { ListedPlaces, ListSearch } from "../../../src/store/rows/record-search.ts";
import { SEGMENT_ENTRIES } from "../../../src/store/rows/hash-buckets.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { schemaOf, thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { faultsOf } from "../support/faults-of.ts";
import { openLogWriter, series } from "../support/log-writer.ts";

/** A full segment, and some tiles behind it. */
const SIZE = SEGMENT_ENTRIES + 1_000;
const RARE = [7, 40_000, SEGMENT_ENTRIES + 5];

describe("lists of records and the index of leaves in PostgreSQL", () => {
  const dataDir = temporaryFolder();
  let server: PostgresServer;
  let place: StorePlace;
  let leaves: readonly Uint8Array[];

  before(async () => {
    server = await thePostgres();
    place = { dataDir, database: server.addressFor(dataDir) };
    const store = await openLedger(place, ORIGIN);
    const log = await openLogWriter(store);
    const wanted = series(0, SIZE).map((one) => ({ ...one, ...(RARE.includes(one.seq) && { type: "report" }) }));
    // The tile and the segment in which a batch ends are filled by the next one.
    for (const [begin, end] of [
      [0, 300],
      [300, 65_000],
      [65_000, SIZE],
    ])
      await log.commit(wanted.slice(begin, end));
    leaves = await Promise.all([0, 65_535, 65_600].map((at) => leafOf(store, at)));
    await store.close();
  });

  const change = (sql: string): Promise<unknown> =>
    server.query(`SET search_path = ${schemaOf(dataDir)}; ${sql}; RESET search_path`);

  async function withReader<T>(use: (store: LedgerReader) => Promise<T>): Promise<T> {
    const reader = await readLedger(place);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  }

  const faults = (): Promise<string[]> =>
    withReader(async (reader) => (await faultsOf(reader)).map(({ where }) => where));

  async function expectFound(): Promise<void> {
    await withReader(async (store) => {
      const { entries, next } = await store.findRecords({ from: 0, before: SIZE, limit: 10, type: "report" });
      expect(entries.map(({ leafIndex }) => leafIndex)).to.deep.equal(RARE);
      expect(next, "in one look, wherever they are").to.equal(undefined);
      for (const [at, leaf] of [0, 65_535].entries()) {
        const { places, indexed } = await store.leafPlaces(leaves[at] as Uint8Array);
        expect(places).to.include(leaf);
        expect(places.length, "few others begin with the same bytes").to.be.below(10);
        expect(indexed).to.equal(SEGMENT_ENTRIES);
      }
      expect((await store.leafPlaces(leaves[2] as Uint8Array)).places).not.to.include(65_600);
    });
  }

  it("lead to a few records of a type, and to a leaf by its hash, in one look", expectFound);

  it("are gone through a part at a time where two of them may have little in common", async () => {
    await change(
      "INSERT INTO record_list SELECT list, tile, '\\x05' FROM (VALUES ('a'), ('b')) l (list), (VALUES (0), (4500)) t (tile)",
    );
    const sessions = await openSessions(place.database as string, { code: "STORE_FAILED", most: 1 });
    const look = (search: Partial<ListSearch>): Promise<ListedPlaces> =>
      findInLists(sessions, {
        ...{ lists: ["a", "b"], from: 0, before: 5_000 * 256, isNewestFirst: false, limit: 10 },
        ...search,
      });
    try {
      expect(await look({})).to.deep.equal({ leafIndexes: [5], next: 4_096 * 256 });
      expect(await look({ from: 4_096 * 256 })).to.deep.equal({ leafIndexes: [4_500 * 256 + 5] });
      expect(await look({ isNewestFirst: true })).to.deep.equal({ leafIndexes: [4_500 * 256 + 5], next: 904 * 256 });
      expect(await look({ isNewestFirst: true, before: 904 * 256 })).to.deep.equal({ leafIndexes: [5] });
      expect(await look({ lists: ["a"] })).to.deep.equal({ leafIndexes: [5, 4_500 * 256 + 5] });
      expect(await look({ lists: ["a", "c"], from: 1_000 * 256 })).to.deep.equal({ leafIndexes: [] });
    } finally {
      await sessions.close();
      await change("DELETE FROM record_list WHERE list IN ('a', 'b')");
    }
  });

  it("are checked against the entries and the tiles", async () => {
    expect(await faults()).to.deep.equal([]);
    await change("UPDATE record_list SET places = '\\x08' WHERE list = 'type report' AND tile_index = 0");
    await change("DELETE FROM record_list WHERE list = 'source 1' AND tile_index = 5");
    await change("INSERT INTO record_list VALUES ('type gone', 3, '\\x00'), ('type gone', 999, '\\x00')");
    await change("UPDATE leaf_bucket SET items = items || '\\x00000000' WHERE bucket = 9");
    await change("INSERT INTO leaf_bucket VALUES (256, '')");
    const found = [
      'list "type report"',
      'list "type gone"',
      'list "source 1"',
      "record list",
      "leaf bucket 9",
      "leaf index",
    ];
    expect(await faults()).to.deep.equal(found);
  });

  it("are made for a ledger of the version before, once no service has it open", async () => {
    const current = await openLedger(place, ORIGIN);
    await change("DROP TABLE record_list; DROP TABLE leaf_bucket; UPDATE schema_version SET version = 1");
    await expectRejection("STORE_FAILED", readLedger(place), /start the service once/);
    await expectRejection("STORE_LOCKED", openLedger(place, ORIGIN), /stop all services/);
    await current.close();
    await (await openLedger(place, ORIGIN)).close();
    await expectFound();
    expect(await faults()).to.deep.equal([]);
  });
});

async function leafOf(store: LedgerStore, leafIndex: number): Promise<Uint8Array> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  return leafHash(encodeEntry(entry as StoredEntry));
}

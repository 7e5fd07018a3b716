/**
 * What the SQLite ledger can find out about itself: pages and indexes (`PRAGMA integrity_check`), the seals of rows that
 * nothing in the log vouches for, names of sources, and the digest index. Reads in order and in bounded memory.
 */
import type { DatabaseSync } from "node:sqlite";
import { equalBytes } from "../core/bytes.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import type { Finding } from "../stages/audit.ts";
import { SEGMENT_BUCKETS, SEGMENT_ENTRIES, segmentBuckets } from "./digest-index.ts";
import { checkpointSeal, expectedSourceId } from "./sqlite-ledger.ts";
import { SEALED_TABLES, sealOf } from "./sqlite-schema.ts";
import { all, type Row } from "./sqlite.ts";

/** Yields what is wrong with the tables of a ledger. */
export function* checkSqliteLedger(db: DatabaseSync, origin: string): Generator<Finding> {
  yield* checkPages(db);
  yield* checkSeals(db);
  yield* checkSources(db, origin);
  yield* checkSubmissions(db);
  yield* checkTileCount(db);
  yield* checkDigestIndex(db);
}

function* checkPages(db: DatabaseSync): Generator<Finding> {
  for (const row of all(db.prepare("PRAGMA integrity_check(20)")))
    if (row["integrity_check"] !== "ok") yield corrupt("database", String(row["integrity_check"]));
}

function* checkSeals(db: DatabaseSync): Generator<Finding> {
  for (const table of SEALED_TABLES)
    for (const row of iterate(db, `SELECT * FROM ${table} ORDER BY rowid`))
      if (!equalBytes(sealOf(row), row["seal"] as Uint8Array))
        yield corrupt(`${table} ${String(Object.values(row)[0])}`, "the row was changed: it does not have its seal");
}

function* checkSources(db: DatabaseSync, origin: string): Generator<Finding> {
  for (const row of iterate(db, "SELECT source_ref, name, source_id FROM source")) {
    const name = row["name"] as string;
    if (!equalBytes(expectedSourceId(origin, name), row["source_id"] as Uint8Array))
      yield corrupt(`source ${String(row["source_ref"])}`, `the id does not belong to the name "${name}"`);
  }
}

/** Each checkpoint's seal, over ids and keys of its entries; and that keys lie with their entry's source. */
function* checkSubmissions(db: DatabaseSync): Generator<Finding> {
  const checkpoints = iterate(db, "SELECT tree_size, seal FROM checkpoint ORDER BY tree_size");
  const entries = iterate(
    db,
    `SELECT e.leaf_index, e.id, e.source_ref, s.key, s.source_ref AS key_source
       FROM entry e LEFT JOIN (SELECT * FROM submission ORDER BY leaf_index) s ON s.leaf_index = e.leaf_index
       ORDER BY e.leaf_index`,
  );
  let first = 0;
  for (const { tree_size: treeSize, seal } of checkpoints) {
    const sealed: { id: Uint8Array; key: string | undefined }[] = [];
    while (first + sealed.length < (treeSize as number)) {
      const { value: row, done } = entries.next();
      if (done) break;
      const key = (row["key"] ?? undefined) as string | undefined;
      if (key !== undefined && row["key_source"] !== row["source_ref"])
        yield corrupt(`leaf ${String(row["leaf_index"])}`, "its idempotency key lies with another source");
      sealed.push({ id: row["id"] as Uint8Array, key });
    }
    if (!equalBytes(checkpointSeal(sealed), seal as Uint8Array))
      yield corrupt(
        `leaves ${first} to ${(treeSize as number) - 1}`,
        "an id or idempotency key among them was changed, added or removed",
      );
    first = treeSize as number;
  }
}

function* checkTileCount(db: DatabaseSync): Generator<Finding> {
  const size = Number(all(db.prepare("SELECT coalesce(max(leaf_index) + 1, 0) AS size FROM entry"))[0]?.["size"]);
  for (const { level, last } of iterate(db, "SELECT level, max(tile_index) AS last FROM tile GROUP BY level"))
    if (((last as number) + 1) * TILE_WIDTH ** ((level as number) + 1) > size)
      yield corrupt(`tile ${String(level)}/${String(last)}`, "the tile is beyond the end of the log");
}

function* checkDigestIndex(db: DatabaseSync): Generator<Finding> {
  const segments = Number(all(db.prepare("SELECT count(*) AS n FROM entry"))[0]?.["n"]) / SEGMENT_ENTRIES;
  const readDigests = db.prepare(
    "SELECT body_digest FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index",
  );
  const readBuckets = db.prepare(
    "SELECT bucket, items FROM digest_bucket WHERE bucket >= ? AND bucket < ? ORDER BY bucket",
  );
  for (let segment = 0; segment < Math.floor(segments); segment++) {
    const begin = segment * SEGMENT_ENTRIES;
    const digests = all(readDigests, begin, begin + SEGMENT_ENTRIES).map((row) => row["body_digest"] as Uint8Array);
    const stored = all(readBuckets, segment * SEGMENT_BUCKETS, (segment + 1) * SEGMENT_BUCKETS);
    const byNumber = new Map(stored.map((row) => [row["bucket"], row["items"] as Uint8Array]));
    for (const [bucket, items] of segmentBuckets(digests).entries()) {
      const number = segment * SEGMENT_BUCKETS + bucket;
      if (!equalBytes(items, byNumber.get(number) ?? new Uint8Array(0)))
        yield corrupt(
          `digest bucket ${number}`,
          `it does not list the bodies of leaves ${begin} to ${begin + SEGMENT_ENTRIES - 1}`,
        );
    }
  }
  const extra = all(db.prepare("SELECT count(*) AS n FROM digest_bucket"))[0]?.["n"];
  if (extra !== Math.floor(segments) * SEGMENT_BUCKETS)
    yield corrupt("digest index", `it has ${String(extra)} buckets`);
}

function iterate(db: DatabaseSync, sql: string): Iterator<Row, undefined> & Iterable<Row> {
  return db.prepare(sql).iterate() as Iterator<Row, undefined> & Iterable<Row>;
}

function corrupt(where: string, message: string): Finding {
  return { code: "STORE_CORRUPT", where, message };
}

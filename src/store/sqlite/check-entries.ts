/**
 * Checks what is stored alongside the entries of a log: their ids and keys under the seals of checkpoints, the indexes of
 * hashes, and the lists of records.
 */
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, toHex } from "../../core/bytes.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import type { StoreFault } from "../ledger-store.ts";
import type { Row } from "../rows/row.ts";
import { checkpointSealOf, sealedInHex } from "../rows/seals.ts";
import { all, first } from "./database.ts";
import { DIGEST_LAYOUT } from "./digest-index.ts";
import { corrupt } from "./faults.ts";
import { groupedOf } from "./groups.ts";
import { SEGMENT_BUCKETS, SEGMENT_ENTRIES, segmentBuckets, type BucketLayout } from "../rows/hash-buckets.ts";
import { LEAF_LAYOUT, leafTilesOf } from "./leaf-index.ts";
import { LEAST, ROWS_IN_A_PAGE, rowsFrom } from "./pages.ts";
import { listedTiles, listsOf } from "./record-lists.ts";
import { sizeOf } from "./tree-size.ts";

type CheckpointRow = readonly [treeSize: number, note: string, seal: string];
type SubmittedRow = readonly [
  leafIndex: number,
  id: string,
  sourceRef: number,
  key: string,
  keySource: number | null,
  senderRef: number | null,
];

const CHECKPOINTS = `SELECT tree_size, note, lower(hex(seal)) FROM checkpoint WHERE tree_size >= ?
  ORDER BY tree_size LIMIT ${ROWS_IN_A_PAGE}`;
const SUBMITTED = `SELECT e.leaf_index, hex(e.id), e.source_ref, hex(s.key), s.source_ref, t.sender_ref
  FROM (SELECT leaf_index, id, source_ref FROM entry WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ${ROWS_IN_A_PAGE}) e
  LEFT JOIN submission s ON s.leaf_index = e.leaf_index LEFT JOIN sent t ON t.leaf_index = e.leaf_index
  ORDER BY e.leaf_index`;

/** What buckets hold of a digest: its first byte, as their number, and the bytes after it. */
const BYTES_IN_BUCKETS = DIGEST_LAYOUT.itemAt + DIGEST_LAYOUT.itemBytes;
type DigestRow = readonly [leafIndex: number, digest: string];

const DIGESTS = `SELECT leaf_index, hex(substr(body_digest, 1, ${BYTES_IN_BUCKETS})) FROM entry WHERE leaf_index >= ?
  ORDER BY leaf_index LIMIT ${ROWS_IN_A_PAGE}`;

/** Checks each checkpoint's seal, over ids and keys of its entries, and that keys are stored with their entry's source. */
export function* checkSubmissions(db: DatabaseSync): Generator<StoreFault> {
  const entries = rowsFrom<SubmittedRow>(db.prepare(SUBMITTED), LEAST);
  let first = 0;
  for (const [treeSize, note, seal] of rowsFrom<CheckpointRow>(db.prepare(CHECKPOINTS), LEAST)) {
    let sealed = "";
    for (let at = first; at < treeSize; at++) {
      const { value: row, done } = entries.next() as IteratorResult<SubmittedRow, undefined>;
      if (done) break;
      const [leafIndex, id, sourceRef, key, keySource, senderRef] = row;
      if (keySource !== null && keySource !== sourceRef)
        yield corrupt(`leaf ${leafIndex}`, "its idempotency key lies with another source");
      sealed += sealedInHex(id, key, senderRef);
    }
    if (toHex(checkpointSealOf(note, sealed)) !== seal)
      yield corrupt(
        `leaves ${first} to ${treeSize - 1}`,
        `an id, idempotency key or sender among them, or the note or seal of checkpoint ${treeSize}, was changed, added or removed`,
      );
    first = treeSize;
  }
}

export function* checkDigestIndex(db: DatabaseSync): Generator<StoreFault> {
  const digests = db.prepare(DIGESTS);
  yield* checkBuckets(db, {
    ...{ table: "digest_bucket", name: "digest", what: "bodies" },
    layout: { ...DIGEST_LAYOUT, hashBytes: BYTES_IN_BUCKETS },
    hashesOf(segment) {
      const end = (segment + 1) * SEGMENT_ENTRIES;
      const bytes = Buffer.alloc(SEGMENT_ENTRIES * BYTES_IN_BUCKETS);
      let at = 0;
      for (const [leafIndex, digest] of rowsFrom<DigestRow>(digests, segment * SEGMENT_ENTRIES)) {
        if (leafIndex >= end) break;
        bytes.write(digest, at, "hex");
        at += BYTES_IN_BUCKETS;
      }
      return [bytes.subarray(0, at)];
    },
  });
}

/** Against the tiles, which are compared with the entries elsewhere. */
export function* checkLeafIndex(db: DatabaseSync): Generator<StoreFault> {
  yield* checkBuckets(db, {
    ...{ table: "leaf_bucket", name: "leaf", what: "hashes", layout: LEAF_LAYOUT },
    hashesOf: (segment) => leafTilesOf(db, segment),
  });
}

/** An index of hashes: its table, its name in findings, and what it is derived from. */
interface CheckedBuckets {
  readonly table: string;
  readonly name: string;
  readonly what: string;
  readonly layout: BucketLayout;
  /** The hashes of a segment, as {@link segmentBuckets} takes them. */
  readonly hashesOf: (segment: number) => readonly Uint8Array[];
}

function* checkBuckets(db: DatabaseSync, index: CheckedBuckets): Generator<StoreFault> {
  const { table, name, what, layout, hashesOf } = index;
  const segments = Math.floor(Number(first(db.prepare("SELECT count(*) AS n FROM entry"))?.["n"]) / SEGMENT_ENTRIES);
  const sql = `SELECT bucket, items FROM ${table} WHERE bucket >= ? AND bucket < ? ORDER BY bucket`;
  const readBuckets = db.prepare(sql);
  for (let segment = 0; segment < segments; segment++) {
    const begin = segment * SEGMENT_ENTRIES;
    const stored = all(readBuckets, segment * SEGMENT_BUCKETS, (segment + 1) * SEGMENT_BUCKETS);
    const byNumber = new Map(stored.map((row) => [row["bucket"], row["items"] as Uint8Array]));
    for (const [bucket, items] of segmentBuckets(hashesOf(segment), layout).entries()) {
      const number = segment * SEGMENT_BUCKETS + bucket;
      if (!equalBytes(items, byNumber.get(number) ?? new Uint8Array(0)))
        yield corrupt(
          `${name} bucket ${number}`,
          `it does not list the ${what} of leaves ${begin} to ${begin + SEGMENT_ENTRIES - 1}`,
        );
    }
  }
  const count = first(db.prepare(`SELECT count(*) AS n FROM ${table}`))?.["n"];
  if (count !== segments * SEGMENT_BUCKETS) yield corrupt(`${name} index`, `it has ${String(count)} buckets`);
}

/** A record that is missing from its list would not be found; one too many would reveal the type of a withheld record. */
export function* checkLists(db: DatabaseSync): Generator<StoreFault> {
  const stored = db.prepare("SELECT places = ? AS fits FROM record_list WHERE list = ? AND tile_index = ?");
  const grouped = groupedOf(sizeOf(db));
  let rows = 0;
  for (const { tileIndex, entries } of listedTiles(db, 0)) {
    if (tileIndex * TILE_WIDTH >= grouped) break;
    for (const [list, places] of listsOf(entries)) {
      if (first(stored, places, list, tileIndex)?.["fits"] !== 1)
        yield corrupt(`list "${list}"`, `it does not name its records in tile ${tileIndex}`);
      rows++;
    }
  }
  const extra = Number(first(db.prepare("SELECT count(*) AS n FROM record_list"))?.["n"]) - rows;
  if (extra > 0) yield corrupt("record list", `${extra} rows are of no list that the log has`);
}

/** A number that does not lead to its entry could be used a second time. */
export function* checkSeqs(db: DatabaseSync): Generator<StoreFault> {
  const grouped = groupedOf(sizeOf(db));
  const unindexed = `SELECT leaf_index FROM entry e WHERE leaf_index < ? AND NOT EXISTS (SELECT 1 FROM source_seq s
    WHERE s.source_ref = e.source_ref AND s.seq = e.seq AND s.leaf_index = e.leaf_index)`;
  for (const { leaf_index: leafIndex } of rows(db, unindexed, grouped))
    yield corrupt(`leaf ${String(leafIndex)}`, "its source's number does not lead to it, or is that of another entry");
  const twice = `SELECT max(leaf_index) AS leaf_index FROM entry e WHERE leaf_index >= ?1 GROUP BY source_ref, seq
    HAVING count(*) > 1 OR EXISTS (SELECT 1 FROM source_seq s WHERE s.source_ref = e.source_ref AND s.seq = e.seq)`;
  for (const { leaf_index: leafIndex } of rows(db, twice, grouped))
    yield corrupt(`leaf ${String(leafIndex)}`, "its source has used its number for another entry");
  const extra = Number(first(db.prepare("SELECT count(*) AS n FROM source_seq"))?.["n"]);
  const entries = Number(first(db.prepare("SELECT count(*) AS n FROM entry WHERE leaf_index < ?"), grouped)?.["n"]);
  if (extra > entries) yield corrupt("source_seq", `${extra - entries} numbers are of no entry`);
}

function rows(db: DatabaseSync, sql: string, value: number): Iterable<Row> {
  return db.prepare(sql).iterate(value) as Iterable<Row>;
}

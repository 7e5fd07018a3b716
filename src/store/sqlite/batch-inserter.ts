/**
 * Writes the batches of a log into the ledger's database, one transaction each. It remembers for itself what it needs to
 * know of the rows before, so it must be the only one that inserts.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_KINDS } from "../../core/entry.ts";
import { WarifuError } from "../../core/errors.ts";
import type { FilesInPlace } from "../../files/files-in-place.ts";
import type { HeadGuard } from "../head-guard.ts";
import type { Batch, NewEntry } from "../log-store.ts";
import { onLedger, prepareAll, transaction } from "./database.ts";
import { DigestIndex } from "./digest-index.ts";
import { LeafIndexWriter } from "./leaf-index.ts";
import { RecordListWriter } from "./record-lists.ts";
import { checkpointSeal } from "../rows/seals.ts";
import { SeqIndex } from "./seq-index.ts";
import { SqliteSources } from "./sources.ts";
import { SqliteSubmissions } from "./submissions.ts";
import { sizeOf } from "./tree-size.ts";

/** What looks after the files that are inserted into. */
export interface InserterGuards {
  readonly files: FilesInPlace;
  readonly head: HeadGuard;
}

/** Inserts into one ledger. */
export class BatchInserter {
  readonly #db: DatabaseSync;
  readonly #guards: InserterGuards;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #sources: SqliteSources;
  readonly #submissions: SqliteSubmissions;
  readonly #digests: DigestIndex;
  readonly #lists: RecordListWriter;
  readonly #leaves: LeafIndexWriter;
  #treeSize: number;
  #hasFailed = false;

  constructor(db: DatabaseSync, guards: InserterGuards) {
    this.#db = db;
    this.#guards = guards;
    this.#statements = prepareAll(db, STATEMENTS);
    this.#treeSize = sizeOf(db);
    this.#sources = new SqliteSources(db, new SeqIndex(db, this.#treeSize, false));
    this.#submissions = new SqliteSubmissions(db);
    this.#digests = new DigestIndex(db);
    this.#digests.readUpTo(this.#treeSize);
    this.#lists = new RecordListWriter(db, this.#treeSize);
    this.#leaves = new LeafIndexWriter(db, this.#treeSize);
  }

  /**
   * Makes a batch durable, or nothing of it.
   * @throws STORE_CORRUPT when it does not continue the store; STORE_FAILED, also when the files were removed or replaced
   */
  insert(batch: Batch): void {
    this.#assertContinues(batch);
    if (this.#hasFailed)
      throw new WarifuError("STORE_FAILED", "an earlier commit failed: what is durable is known after a restart");
    const { files, head } = this.#guards;
    head.assertWritable();
    // Assumed until the commit is known to be good: a failed one leaves what is remembered ahead of the tables.
    this.#hasFailed = true;
    onLedger(() => transaction(this.#db, () => this.#insert(batch)));
    files.assert();
    this.#hasFailed = false;
    this.#treeSize = batch.checkpoint.treeSize;
    head.note(batch.checkpoint.note);
  }

  #assertContinues({ entries, checkpoint }: Batch): void {
    const isContiguous = entries.every(({ leafIndex }, at) => leafIndex === this.#treeSize + at);
    if (entries.length === 0 || !isContiguous || checkpoint.treeSize !== this.#treeSize + entries.length)
      throw new WarifuError(
        "STORE_CORRUPT",
        `a batch up to ${checkpoint.treeSize} does not continue ${this.#treeSize}`,
      );
  }

  #insert({ entries, tiles, checkpoint }: Batch): void {
    const firstOfSender = new Map<number, number>();
    for (const entry of entries) {
      const sender = this.#insertEntry(entry);
      if (sender !== undefined) firstOfSender.set(entry.leafIndex, sender);
    }
    for (const tile of tiles) this.#statements.insertTile.run(tile.level, tile.index, tile.hashes);
    const { treeSize, rootHash, note } = checkpoint;
    this.#leaves.growTo(treeSize);
    const seal = checkpointSeal(note, entries, firstOfSender);
    this.#statements.insertCheckpoint.run(treeSize, rootHash, note, seal);
  }

  /** @returns the sender's number if another one begins with this entry */
  #insertEntry(entry: NewEntry): number | undefined {
    const { leafIndex, kind, seq, id, bodyDigest, body } = entry;
    const source = this.#sources.ofNew(entry);
    const { ref } = source;
    this.#statements.insertEntry.run(leafIndex, ENTRY_KINDS[kind], ref, seq, id, bodyDigest, body);
    this.#sources.insertSeq(source, seq);
    this.#digests.insert(bodyDigest);
    this.#lists.insert(ENTRY_KINDS[kind], ref, body);
    return this.#submissions.entered(ref, entry);
  }
}

const STATEMENTS = {
  insertEntry: `INSERT INTO entry (leaf_index, kind, source_ref, seq, id, body_digest, body)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  insertTile: "INSERT INTO tile (level, tile_index, hashes) VALUES (?, ?, ?)",
  insertCheckpoint: "INSERT INTO checkpoint (tree_size, root_hash, note, seal) VALUES (?, ?, ?, ?)",
} as const;

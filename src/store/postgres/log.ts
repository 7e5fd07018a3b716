/** The log in PostgreSQL: how it is read, and what is written besides batches (head-writer.ts). */
import type { EntryKind } from "../../core/entry.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RepairedAt } from "../../core/source-event.ts";
import type {
  Batch,
  EntryQuery,
  Fingerprint,
  FoundRecords,
  KeyBinding,
  LogStore,
  Numbering,
  RecordSearch,
  SourceNumbers,
  SourceQuery,
  StoredCheckpoint,
  StoredEntry,
  Submitted,
} from "../log-store.ts";
import type { Row } from "../rows/row.ts";
import { PostgresEntries } from "./entries.ts";
import { findSubmitted } from "./find-submitted.ts";
import { forgetIn } from "./forgetting.ts";
import type { HeadWriter } from "./head-writer.ts";
import { leafPlaces } from "./leaf-index.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Sessions } from "./sessions.ts";
import { PostgresSources } from "./sources.ts";

const CHECKPOINTS = "SELECT tree_size, root_hash, note FROM checkpoint";

/** See {@link LogStore}. */
export class PostgresLog implements LogStore {
  readonly origin: string;
  readonly #sessions: Sessions;
  /** Absent when the log is only read. */
  readonly #writer: HeadWriter | undefined;
  readonly #entries: PostgresEntries;
  readonly #sources: PostgresSources;
  /** For a reader: the largest size that it has seen. */
  #seenSize: number;

  constructor(
    sessions: Sessions,
    origin: string,
    { writer, seenSize = 0 }: { writer?: HeadWriter; seenSize?: number },
  ) {
    this.origin = origin;
    this.#sessions = sessions;
    this.#writer = writer;
    this.#seenSize = seenSize;
    this.#entries = new PostgresEntries(sessions);
    this.#sources = new PostgresSources(sessions);
  }

  treeSize(): number {
    return this.#writer?.treeSize ?? this.#seenSize;
  }

  async commit(batch: Batch): Promise<void> {
    await this.#writing().commit(batch);
  }

  #writing(): HeadWriter {
    if (!this.#writer) throw new WarifuError("STORE_FAILED", "the ledger is open for reading only");
    return this.#writer;
  }

  /** There is no other thread: the server commits. */
  adopt(): void {
    return;
  }

  assertInPlace(): void {
    this.#writer?.assertConnected();
  }

  findSubmitted(fingerprints: readonly Fingerprint[]): Promise<(Submitted | undefined)[]> {
    return findSubmitted(this.#sessions, fingerprints);
  }

  async numbering(name: string, repair?: RepairedAt): Promise<Numbering | undefined> {
    return (await this.numberings(new Map([[name, repair]]))).get(name);
  }

  numberings(sources: ReadonlyMap<string, RepairedAt | undefined>): Promise<ReadonlyMap<string, Numbering>> {
    return this.#sources.numberings(sources);
  }

  firstFreeSeq(name: string, from: number): Promise<number> {
    return this.#sources.firstFreeSeq(name, from);
  }

  sources(from: number, limit: number): Promise<readonly { readonly place: number; readonly name: string }[]> {
    return this.#sources.page(from, limit, this.origin);
  }

  async sourceNumbers(name: string, query: SourceQuery): Promise<SourceNumbers | undefined> {
    return name === this.origin ? undefined : this.#sources.numbersOf(name, query);
  }

  async bindKeys(bindings: readonly KeyBinding[]): Promise<void> {
    await this.#writing().change(async (queries) => {
      for (const { source, key, leafIndex } of bindings) {
        const row = await queries.first("SELECT source_ref FROM source WHERE name = $1", source);
        const bound = { source_ref: (row?.["source_ref"] ?? -1) as number, key, leaf_index: leafIndex };
        await replaceSealed(queries, "alias", bound);
      }
    });
  }

  async forget(leafIndexes: readonly number[], { bodies }: { readonly bodies: boolean }): Promise<boolean> {
    if (leafIndexes.length === 0) return true;
    await this.#writing().change((queries) => forgetIn(queries, leafIndexes, bodies));
    // What was deleted stays in pages and in the write-ahead log for a time, and only the server knows for how long.
    return false;
  }

  entries(begin: number, end: number): Promise<StoredEntry[]> {
    return this.#entries.range(begin, end);
  }

  entryById(id: Uint8Array): Promise<StoredEntry | undefined> {
    return this.#entries.byId(id);
  }

  entryByBodyDigest(digest: Uint8Array): Promise<StoredEntry | undefined> {
    return this.#entries.byBodyDigest(digest);
  }

  query(query: EntryQuery): Promise<StoredEntry[]> {
    return this.#entries.query(query, this.origin);
  }

  findRecords(search: RecordSearch): Promise<FoundRecords> {
    return this.#entries.findRecords(search, this.origin, this.treeSize());
  }

  events(kinds: readonly EntryKind[], from: number, limit: number): Promise<StoredEntry[]> {
    return this.#entries.events(kinds, from, limit);
  }

  missing(begin: number, end: number, limit: number): Promise<number[]> {
    return this.#entries.missing(begin, end, limit);
  }

  countRecords(begin: number, end: number): Promise<number> {
    return this.#entries.countRecords(begin, end);
  }

  newestOfKind(kind: EntryKind, belowIndex = Number.MAX_SAFE_INTEGER): Promise<StoredEntry | undefined> {
    return this.#entries.newestOfKind(kind, belowIndex);
  }

  leafPlaces(hash: Uint8Array): Promise<{ readonly places: readonly number[]; readonly indexed: number }> {
    return leafPlaces(this.#sessions, hash, this.treeSize());
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const sql = "SELECT hashes FROM tile WHERE level = $1 AND tile_index = $2";
    return (await this.#sessions.first(sql, level, index))?.["hashes"] as Uint8Array | undefined;
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return (await this.checkpoints(Number.MAX_SAFE_INTEGER, 1))[0];
  }

  async checkpointAbove(leafIndex: number): Promise<StoredCheckpoint | undefined> {
    const row = await this.#sessions.first(`${CHECKPOINTS} WHERE tree_size > $1 ORDER BY tree_size LIMIT 1`, leafIndex);
    return row && checkpointOf(row);
  }

  async checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    const sql = `${CHECKPOINTS} WHERE tree_size < $1 ORDER BY tree_size DESC LIMIT $2`;
    const found = (await this.#sessions.all(sql, belowSize, limit)).map(checkpointOf);
    // A reader sees what others have committed meanwhile; what a checkpoint covers came with it.
    this.#seenSize = Math.max(this.#seenSize, found[0]?.treeSize ?? 0);
    return found;
  }
}

function checkpointOf(row: Row): StoredCheckpoint {
  return {
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    note: row["note"] as string,
  };
}

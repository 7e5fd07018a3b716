/** The log in the ledger's database: how it is read, and what is committed together. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EntryKind } from "../../core/entry.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RepairedAt } from "../../core/source-event.ts";
import type { FilesInPlace } from "../../files/files-in-place.ts";
import type {
  Batch,
  EntryQuery,
  EntryText,
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
import { all, first, onLedger, prepareAll, transaction } from "./database.ts";
import type { BatchInserter } from "./batch-inserter.ts";
import { DigestIndex } from "./digest-index.ts";
import { IdIndex } from "./id-index.ts";
import { LeafIndex } from "./leaf-index.ts";
import { SqliteEntries } from "./entries.ts";
import { SqliteForgetting } from "./forgetting.ts";
import { SeqIndex } from "./seq-index.ts";
import { SqliteSources, type SourceRow } from "./sources.ts";
import { SqliteSubmissions } from "./submissions.ts";
import { sizeOf } from "./tree-size.ts";

/** What an open log has besides its tables if it may be written to. */
export interface LogWriting {
  readonly files: FilesInPlace;
  /** Made with the first batch: if a thread commits, there is none here. */
  readonly inserter: () => BatchInserter;
}

/** See {@link LogStore}. */
export class SqliteLog implements LogStore {
  readonly origin: string;
  readonly #db: DatabaseSync;
  /** Absent if the log is only read. */
  readonly #writing: LogWriting | undefined;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #sources: SqliteSources;
  readonly #entries: SqliteEntries;
  readonly #submissions: SqliteSubmissions;
  readonly #digests: DigestIndex;
  readonly #leaves: LeafIndex;
  readonly #ids: IdIndex;
  readonly #forgetting: SqliteForgetting;
  #treeSize: number;

  constructor(db: DatabaseSync, origin: string, writing: LogWriting | undefined) {
    this.origin = origin;
    this.#db = db;
    this.#writing = writing;
    this.#statements = prepareAll(db, STATEMENTS);
    this.#treeSize = sizeOf(db);
    this.#sources = new SqliteSources(db, new SeqIndex(db, this.#treeSize, writing === undefined));
    this.#entries = new SqliteEntries(db, this.#sources);
    this.#submissions = new SqliteSubmissions(db);
    this.#forgetting = new SqliteForgetting(db);
    this.#digests = new DigestIndex(db);
    this.#leaves = new LeafIndex(db);
    this.#ids = new IdIndex(db, this.#leaves);
  }

  treeSize(): number {
    // For a reader, includes what another process has committed meanwhile.
    return this.#writing ? this.#treeSize : onLedger(() => sizeOf(this.#db));
  }

  async commit(batch: Batch): Promise<void> {
    if (!this.#writing) throw new WarifuError("STORE_FAILED", "the ledger is open for reading only");
    this.#writing.inserter().insert(batch);
    this.adopt(batch);
  }

  adopt({ entries, checkpoint }: Batch): void {
    for (const entry of entries) {
      this.#sources.adopt(entry);
      this.#digests.add(entry.bodyDigest);
      this.#ids.add(entry.id);
    }
    this.#treeSize = checkpoint.treeSize;
  }

  assertInPlace(): void {
    this.#writing?.files.assert();
  }

  async findSubmitted(fingerprints: readonly Fingerprint[]): Promise<(Submitted | undefined)[]> {
    return onLedger(() => fingerprints.map((fingerprint) => this.#findSubmitted(fingerprint)));
  }

  async numbering(name: string, repair?: RepairedAt): Promise<Numbering | undefined> {
    return (await this.numberings(new Map([[name, repair]]))).get(name);
  }

  async numberings(sources: ReadonlyMap<string, RepairedAt | undefined>): Promise<ReadonlyMap<string, Numbering>> {
    return onLedger(() => {
      const found = new Map<string, Numbering>();
      for (const [name, repair] of sources) {
        const source = this.#sources.named(name);
        if (source) found.set(name, this.#sources.numbering(source, repair));
      }
      return found;
    });
  }

  async firstFreeSeq(name: string, from: number): Promise<number> {
    return onLedger(() => {
      const source = this.#sources.named(name);
      return source ? this.#sources.firstFreeSeq(source, from) : from;
    });
  }

  async sources(from: number, limit: number): Promise<readonly { readonly place: number; readonly name: string }[]> {
    return onLedger(() => this.#sources.page({ from, limit, origin: this.origin }));
  }

  async sourceNumbers(name: string, query: SourceQuery): Promise<SourceNumbers | undefined> {
    return onLedger(() => {
      const source = name === this.origin ? undefined : this.#sources.named(name);
      return source && this.#sources.numbersOf(source, query);
    });
  }

  async bindKeys(bindings: readonly KeyBinding[]): Promise<void> {
    onLedger(() =>
      transaction(this.#db, () => {
        for (const { source, key, leafIndex } of bindings)
          this.#submissions.bind(this.#sources.named(source)?.ref ?? -1, key, leafIndex);
      }),
    );
  }

  async forget(leafIndexes: readonly number[], { bodies }: { readonly bodies: boolean }): Promise<boolean> {
    const isGone = onLedger(() => this.#forgetting.forget(leafIndexes, bodies));
    this.assertInPlace();
    return isGone;
  }

  async entries(begin: number, end: number): Promise<StoredEntry[]> {
    return onLedger(() => this.#entries.range(begin, end));
  }

  async packedEntries(begin: number, end: number): Promise<Uint8Array | undefined> {
    return onLedger(() => this.#entries.packed(begin, end));
  }

  async entryTexts(begin: number, end: number): Promise<EntryText[] | undefined> {
    return onLedger(() => this.#entries.texts(begin, end));
  }

  async entryById(id: Uint8Array): Promise<StoredEntry | undefined> {
    return onLedger(() => {
      const wanted = Buffer.from(id);
      for (const leafIndex of this.#ids.placesOf(id, this.treeSize())) {
        const entry = this.#entries.at(leafIndex);
        if (entry && wanted.equals(entry.id)) return entry;
      }
      return undefined;
    });
  }

  async entryByBodyDigest(digest: Uint8Array): Promise<StoredEntry | undefined> {
    return onLedger(() => {
      const wanted = Buffer.from(digest);
      for (const leafIndex of this.#digests.placesOf(digest, this.treeSize())) {
        const entry = this.#entries.at(leafIndex);
        if (entry && wanted.equals(entry.bodyDigest)) return entry;
      }
      return undefined;
    });
  }

  async query(query: EntryQuery): Promise<StoredEntry[]> {
    return onLedger(() => this.#entries.query(query, this.origin, this.treeSize()));
  }

  async findRecords(search: RecordSearch): Promise<FoundRecords> {
    return onLedger(() => this.#entries.findRecords(search, this.origin, this.treeSize()));
  }

  async events(kinds: readonly EntryKind[], from: number, limit: number): Promise<StoredEntry[]> {
    return onLedger(() => this.#entries.events(kinds, from, limit));
  }

  async missing(begin: number, end: number, limit: number): Promise<number[]> {
    return onLedger(() => this.#entries.missing(begin, end, limit));
  }

  async countRecords(begin: number, end: number): Promise<number> {
    return onLedger(() => this.#entries.countRecords(begin, end));
  }

  async newestOfKind(kind: EntryKind, belowIndex = Number.MAX_SAFE_INTEGER): Promise<StoredEntry | undefined> {
    return onLedger(() => this.#entries.newestOfKind(kind, belowIndex));
  }

  async leafPlaces(hash: Uint8Array): Promise<{ readonly places: readonly number[]; readonly indexed: number }> {
    return onLedger(() => this.#leaves.placesOf(hash, this.treeSize()));
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return onLedger(() => first(this.#statements.tile, level, index)?.["hashes"] as Uint8Array | undefined);
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return (await this.checkpoints(Number.MAX_SAFE_INTEGER, 1))[0];
  }

  async checkpointAbove(leafIndex: number): Promise<StoredCheckpoint | undefined> {
    return onLedger(() => {
      const row = first(this.#statements.checkpointAbove, leafIndex);
      return row && checkpointOf(row);
    });
  }

  async checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    return onLedger(() => all(this.#statements.checkpoints, belowSize, limit).map(checkpointOf));
  }

  #findSubmitted({ source: name, key, seq }: Fingerprint): Submitted | undefined {
    const source = this.#sources.named(name);
    if (!source) return undefined;
    const keyed = key === undefined ? undefined : this.#submissions.keyed(source.ref, key);
    if (keyed !== undefined)
      return { entry: this.#entryOrLost(keyed, source), by: "key", sender: this.#submissions.senderOf(keyed) };
    if (seq === undefined || seq > this.#sources.highestOf(source)) return undefined;
    const used = this.#sources.leafOf(source, seq);
    if (used === undefined) return undefined;
    return { entry: this.#entryOrLost(used, source), by: "seq", sender: this.#submissions.senderOf(used) };
  }

  /** A key or seq stands for an entry: if that entry is missing, the record is still not new. */
  #entryOrLost(leafIndex: number, { sourceId, name }: SourceRow): StoredEntry {
    const none = new Uint8Array();
    const lost = { leafIndex, sourceId, sourceName: name, seq: 0, id: none, bodyDigest: none, body: null };
    return this.#entries.at(leafIndex) ?? { ...lost, kind: "record", unreadable: "its entry is not in the store" };
  }
}

function checkpointOf(row: Row): StoredCheckpoint {
  return {
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    note: row["note"] as string,
  };
}

const STATEMENTS = {
  tile: "SELECT hashes FROM tile WHERE level = ? AND tile_index = ?",
  checkpointAbove: "SELECT tree_size, root_hash, note FROM checkpoint WHERE tree_size > ? ORDER BY tree_size LIMIT 1",
  checkpoints: "SELECT tree_size, root_hash, note FROM checkpoint WHERE tree_size < ? ORDER BY tree_size DESC LIMIT ?",
} as const;

/**
 * The embedded ledger store: one SQLite database in write-ahead mode with an fsync at every commit, a lock against a
 * second writer, and the head guard beside it. Synchronous inside, asynchronous by its interface.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_KINDS, type EntryKind } from "../../core/entry.ts";
import { WarifuError, messageOf } from "../../core/errors.ts";
import { sha256 } from "../../core/sha256.ts";
import type { RepairedAt } from "../../core/source-event.ts";
import { equalBytes, utf8 } from "../../core/bytes.ts";
import { DigestTail, placesIn, segmentBuckets, SEGMENT_BUCKETS, SEGMENT_ENTRIES } from "./digest-index.ts";
import { FilesInPlace } from "../../files/files-in-place.ts";
import { HeadGuard, readHeadGuard } from "../head-guard.ts";
import type {
  Batch,
  EntryQuery,
  Fingerprint,
  KeyBinding,
  LedgerStore,
  NewEntry,
  Numbering,
  SourceNumbers,
  SourceQuery,
  StoredCheckpoint,
  StoredEntry,
  Submitted,
} from "../ledger-store.ts";
import { SqliteRegister } from "./register.ts";
import { SqliteSources } from "./sources.ts";
import { FORMER_SCHEMA_VERSION, SCHEMA, SCHEMA_VERSION, sealOf, SENDER_TABLES } from "./schema.ts";
import { all, closeDatabase, engineError, first, openDatabase, transaction, type Row } from "./database.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

/** Files of the ledger within the data folder. */
export const LEDGER_FILES = { database: "ledger.sqlite", lock: "writer.lock", guard: "head" } as const;

const MAX_CACHED_SOURCES = 50_000;
const KIND_NAMES = new Map(Object.entries(ENTRY_KINDS).map(([name, number]) => [number as number, name as EntryKind]));
const ENTRY_COLUMNS = "leaf_index, kind, source_ref, seq, id, body_digest, body";
// A number out of all bounds would fail the whole page: it becomes one that no entry has.
const READ_COLUMNS = `leaf_index, iif(kind BETWEEN 1 AND 255, kind, 0) AS kind,
  iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1) AS source_ref,
  iif(seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}, seq, -1) AS seq, id, body_digest, body`;

interface SourceRow {
  readonly ref: number;
  readonly name: string;
  readonly sourceId: Uint8Array;
  /** Highest seq; -1 before the first entry. */
  highest: number;
  /** Highest seq above a leaf index, once it was asked for. */
  since: { readonly leafIndex: number; highest: number } | undefined;
}

/** Where things lie, if not in the folder. */
export interface OpenLedgerOptions {
  /** The head guard. */
  readonly guardPath?: string | undefined;
}

/**
 * Opens the ledger of a data folder for writing, or makes it.
 * @throws STORE_LOCKED another writer; STORE_BEHIND an older copy was put back; STORE_CORRUPT; STORE_FAILED;
 *   CONFIG_INVALID the folder holds the log of another origin
 */
export function openSqliteLedger(folder: string, origin: string, options: OpenLedgerOptions = {}): LedgerStore {
  mkdirSync(folder, { recursive: true });
  const { guardPath = join(folder, LEDGER_FILES.guard) } = options;
  const databasePath = join(folder, LEDGER_FILES.database);
  const lock = takeWriterLock(join(folder, LEDGER_FILES.lock));
  let db: DatabaseSync | undefined;
  try {
    assertNotLost(databasePath, guardPath);
    db = openDatabase(databasePath, "STORE_FAILED");
    prepareSchema(db, origin);
    assertNotBehindGuard(db, guardPath);
    bringUpToDate(db);
    const guard = new HeadGuard(guardPath);
    beginGuard(db, guard, guardPath);
    return new SqliteLedger(db, origin, { lock, guard, files: new FilesInPlace(databasePath, "STORE_FAILED") });
  } catch (cause) {
    db?.close();
    lock.release();
    throw engineError("STORE_FAILED", `the ledger in ${folder} cannot be opened`, cause);
  }
}

/** Before an empty database is made in the place of the lost one. */
function assertNotLost(databasePath: string, guardPath: string): void {
  const guard = existsSync(databasePath) ? undefined : readHeadGuard(guardPath);
  if (guard)
    throw new WarifuError(
      "STORE_BEHIND",
      `there is no ledger ${databasePath}, but a checkpoint of ${guard.treeSize} entries was handed out (${guardPath}): ` +
        "restore the newest copy, or set another data folder for a new log; nothing was written",
      { details: { stored: 0, published: guard.treeSize } },
    );
}

/** A guard that lies elsewhere from now on guards from now on, not from the next record on. */
function beginGuard(db: DatabaseSync, guard: HeadGuard, guardPath: string): void {
  const newest = existsSync(guardPath)
    ? undefined
    : checkpointOf(first(db.prepare(STATEMENTS.checkpoints), Number.MAX_SAFE_INTEGER, 1));
  if (!newest) return;
  guard.note(newest.note);
  guard.flush();
}

/**
 * Opens the ledger of a data folder for reading only, beside a running service or after it.
 * @throws NOT_FOUND there is none; STORE_CORRUPT; STORE_FAILED
 */
export function readSqliteLedger(folder: string): LedgerStore & { readonly database: DatabaseSync } {
  const path = join(folder, LEDGER_FILES.database);
  if (!existsSync(path))
    throw new WarifuError(
      "NOT_FOUND",
      `there is no ledger in ${folder}: start the service once, or set WARIFU_DATA_DIR`,
    );
  const db = openDatabase(path, "STORE_FAILED", { readOnly: true });
  try {
    assertSchemaVersion(schemaVersion(db));
    const origin = first(db.prepare("SELECT origin FROM log"))?.["origin"];
    if (typeof origin !== "string") throw new WarifuError("STORE_CORRUPT", `the ledger ${path} does not name its log`);
    return new SqliteLedger(db, origin);
  } catch (cause) {
    db.close();
    throw engineError("STORE_FAILED", `the ledger ${path} cannot be read`, cause);
  }
}

function prepareSchema(db: DatabaseSync, origin: string): void {
  if (schemaVersion(db) === 0)
    transaction(db, () => {
      db.exec(SCHEMA);
      db.prepare("INSERT INTO log (origin, seal) VALUES (?, ?)").run(origin, sealOf({ origin }));
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  if (schemaVersion(db) !== FORMER_SCHEMA_VERSION) assertSchemaVersion(schemaVersion(db));
  const stored = first(db.prepare("SELECT origin FROM log"))?.["origin"];
  if (stored !== origin)
    throw new WarifuError(
      "CONFIG_INVALID",
      `the data folder holds the log "${String(stored)}", the configuration names "${origin}": set WARIFU_ORIGIN or WARIFU_DATA_DIR`,
    );
}

/** Adds what the version before did not have. Who sent its records is on record nowhere, and stays unknown. */
function bringUpToDate(db: DatabaseSync): void {
  if (schemaVersion(db) !== FORMER_SCHEMA_VERSION) return;
  transaction(db, () => {
    db.exec(SENDER_TABLES);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function schemaVersion(db: DatabaseSync): number {
  return Number(first(db.prepare("PRAGMA user_version"))?.["user_version"]);
}

function assertSchemaVersion(version: number): void {
  if (version === FORMER_SCHEMA_VERSION)
    throw new WarifuError(
      "STORE_FAILED",
      `the ledger has schema version ${version}, that of an earlier program: start the service once, which brings it up to date`,
    );
  if (version !== SCHEMA_VERSION)
    throw new WarifuError(
      "STORE_FAILED",
      `the ledger has schema version ${version}, this program knows ${SCHEMA_VERSION}`,
    );
}

/** The checkpoint that was handed out last must be among the stored ones. */
function assertNotBehindGuard(db: DatabaseSync, guardPath: string): void {
  const guard = readHeadGuard(guardPath);
  if (guard === undefined) return;
  const stored = sizeOf(db);
  const details = { stored, published: guard.treeSize };
  if (guard.treeSize > stored)
    throw new WarifuError(
      "STORE_BEHIND",
      `the ledger holds ${stored} entries, but a checkpoint of ${guard.treeSize} was handed out: ` +
        "an older copy of the database was put back. Restore the newest copy; nothing was written",
      { details },
    );
  const root = first(db.prepare("SELECT root_hash FROM checkpoint WHERE tree_size = ?"), guard.treeSize)?.["root_hash"];
  if (!(root instanceof Uint8Array) || !equalBytes(root, guard.rootHash))
    throw new WarifuError(
      "STORE_CORRUPT",
      `the ledger does not hold the checkpoint of ${guard.treeSize} entries that was handed out: ` +
        "its database is of another history. Restore the right copy; nothing was written",
      { details },
    );
}

function sizeOf(db: DatabaseSync): number {
  // Bounded, so that a changed row can be read and reported instead of failing here.
  const sql = `SELECT min(coalesce(max(leaf_index) + 1, 0), ${Number.MAX_SAFE_INTEGER}) AS size FROM entry`;
  return Number(first(db.prepare(sql))?.["size"]);
}

/** What a store has that writes. */
interface WriterParts {
  readonly lock: WriterLock;
  readonly files: FilesInPlace;
  readonly guard: HeadGuard;
}

class SqliteLedger extends SqliteRegister implements LedgerStore {
  readonly origin: string;
  readonly database: DatabaseSync;
  /** Absent when the ledger is only read. */
  readonly #writer: WriterParts | undefined;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #sourcesByName = new Map<string, SourceRow>();
  readonly #sourcesByRef = new Map<number, SourceRow>();
  readonly #sendersByName = new Map<string, number>();
  // Sender of the newest record; `undefined` while none is on record.
  #newestSender: number | undefined;
  #hasAliases: boolean;
  readonly #sources: SqliteSources;
  #digestTail: DigestTail;
  #treeSize: number;
  #hasFailed = false;

  constructor(db: DatabaseSync, origin: string, writer?: WriterParts) {
    super(db);
    this.origin = origin;
    this.database = db;
    this.#writer = writer;
    this.#statements = prepareStatements(db);
    this.#sources = new SqliteSources(db);
    this.#treeSize = sizeOf(db);
    const tailStart = this.#treeSize - (this.#treeSize % SEGMENT_ENTRIES);
    const rows = all(this.#statements.digestsFrom, tailStart);
    this.#digestTail = new DigestTail(rows.map((row) => row["body_digest"] as Uint8Array));
    this.#hasAliases = first(this.#statements.anyAlias) !== undefined;
    this.#newestSender = first(this.#statements.senderAt, Number.MAX_SAFE_INTEGER)?.["sender_ref"] as
      number | undefined;
  }

  treeSize(): number {
    // A reader sees what another process commits meanwhile.
    return this.#writer ? this.#treeSize : this.run(() => sizeOf(this.database));
  }

  async commit(batch: Batch): Promise<void> {
    const { entries, tiles, checkpoint } = batch;
    const next = this.#treeSize + entries.length;
    const isContiguous = entries.every(({ leafIndex }, at) => leafIndex === this.#treeSize + at);
    if (entries.length === 0 || !isContiguous || checkpoint.treeSize !== next)
      throw new WarifuError(
        "STORE_CORRUPT",
        `a batch up to ${checkpoint.treeSize} does not continue ${this.#treeSize}`,
      );
    if (this.#hasFailed)
      throw new WarifuError("STORE_FAILED", "an earlier commit failed: what is durable is known after a restart");
    this.#writer?.guard.assertWritable();
    // Until the commit is known to be good: a failed one leaves caches that are ahead of the tables.
    this.#hasFailed = true;
    this.run(() =>
      transaction(this.database, () => {
        const firstOfSender = new Map<number, number>();
        for (const entry of entries) {
          this.#insertEntry(entry);
          if (entry.kind === "record") this.#noteSender(entry, firstOfSender);
        }
        for (const tile of tiles) this.#statements.insertTile.run(tile.level, tile.index, tile.hashes);
        this.#statements.insertCheckpoint.run(
          checkpoint.treeSize,
          checkpoint.rootHash,
          checkpoint.note,
          checkpointSeal(checkpoint.note, entries, firstOfSender),
        );
      }),
    );
    this.assertInPlace();
    this.#hasFailed = false;
    this.#treeSize = next;
    this.#writer?.guard.note(checkpoint.note);
  }

  assertInPlace(): void {
    this.#writer?.files.assert();
  }

  async findSubmitted(fingerprints: readonly Fingerprint[]): Promise<(Submitted | undefined)[]> {
    return this.run(() => fingerprints.map((fingerprint) => this.#findSubmitted(fingerprint)));
  }

  async numbering(name: string, repair?: RepairedAt): Promise<Numbering | undefined> {
    return this.run(() => {
      const source = this.#source(name);
      if (!source || !repair) return source && { last: source.highest, highest: source.highest };
      return { last: Math.max(repair.from - 1, this.#highestSince(source, repair)), highest: source.highest };
    });
  }

  async firstFreeSeq(source: string, from: number): Promise<number> {
    return this.run(() => {
      let free = from;
      const row = this.#source(source);
      if (row)
        for (const { seq } of this.#statements.seqsFrom.iterate(row.ref, from) as Iterable<Row>) {
          if (seq !== free) break;
          free++;
        }
      return free;
    });
  }

  async sources(from: number, limit: number): Promise<readonly { readonly place: number; readonly name: string }[]> {
    return this.run(() => this.#sources.page(from, limit, this.origin));
  }

  async sourceNumbers(name: string, query: SourceQuery): Promise<SourceNumbers | undefined> {
    return this.run(() => {
      const source = name === this.origin ? undefined : this.#source(name);
      return source && this.#sources.numbersOf(source.ref, query);
    });
  }

  async bindKeys(bindings: readonly KeyBinding[]): Promise<void> {
    this.run(() =>
      transaction(this.database, () => {
        for (const { source, key, leafIndex } of bindings)
          this.replace("alias", { source_ref: this.#source(source)?.ref ?? -1, key, leaf_index: leafIndex });
      }),
    );
    this.#hasAliases ||= bindings.length > 0;
  }

  async entries(begin: number, end: number): Promise<StoredEntry[]> {
    return this.run(() => all(this.#statements.entries, begin, end).map((row) => this.#entryOf(row)));
  }

  async entryById(id: Uint8Array): Promise<StoredEntry | undefined> {
    return this.run(() => this.#entryOrNot(first(this.#statements.entryById, id)));
  }

  async entryByBodyDigest(digest: Uint8Array): Promise<StoredEntry | undefined> {
    return this.run(() => {
      const wanted = Buffer.from(digest);
      const place = this.#digestTail.placeOf(digest);
      if (place !== undefined) return this.#entryAt(this.#treeSize - this.#digestTail.digests.length + place);
      const segments = Math.floor(this.#treeSize / SEGMENT_ENTRIES);
      for (let segment = segments - 1; segment >= 0; segment--) {
        const bucket = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (digest[0] as number));
        for (const place of placesIn(bucket?.["items"] as Uint8Array, digest)) {
          const entry = this.#entryAt(segment * SEGMENT_ENTRIES + place);
          if (entry && wanted.equals(entry.bodyDigest)) return entry;
        }
      }
      return undefined;
    });
  }

  async query(query: EntryQuery): Promise<StoredEntry[]> {
    return this.run(() => {
      const source = query.source === undefined ? undefined : this.#source(query.source);
      if (query.source !== undefined && source === undefined) return [];
      const conditions = ["leaf_index >= ?"];
      const values: number[] = [query.from];
      if (source) {
        conditions.push("source_ref = ?");
        values.push(source.ref);
      }
      if (query.kind === "record") {
        // A row whose kind was changed keeps its place, and is named by whoever checks it.
        conditions.push("(kind = 1 OR source_ref <> ?)", "leaf_index < ?");
        values.push(this.#source(this.origin)?.ref ?? -1, this.treeSize());
      } else if (query.kind) {
        // The index of the rare kinds is used for nothing less than its own condition.
        conditions.push("kind = ? AND kind <> 1");
        values.push(ENTRY_KINDS[query.kind]);
      }
      const sql = `SELECT ${READ_COLUMNS} FROM entry WHERE ${conditions.join(" AND ")} ORDER BY leaf_index LIMIT ?`;
      return all(this.database.prepare(sql), ...values, query.limit).map((row) => this.#entryOf(row));
    });
  }

  async events(kinds: readonly EntryKind[], from: number, limit: number): Promise<StoredEntry[]> {
    // Each kind by the index of the rare kinds, which has this condition; the merge sorts nothing.
    const one = `SELECT ${READ_COLUMNS} FROM entry WHERE kind = ? AND kind <> 1 AND leaf_index >= ?`;
    const sql = `${kinds.map(() => one).join(" UNION ALL ")} ORDER BY leaf_index LIMIT ?`;
    const values = kinds.flatMap((kind) => [ENTRY_KINDS[kind], from]);
    return this.run(() => all(this.database.prepare(sql), ...values, limit).map((row) => this.#entryOf(row)));
  }

  async missing(begin: number, end: number, limit: number): Promise<number[]> {
    return this.run(() => {
      const lost: number[] = [];
      const count = Number(first(this.#statements.count, begin, end)?.["n"]);
      if (count >= end - begin) return lost;
      const present = new Set(all(this.#statements.indexes, begin, end).map((row) => row["leaf_index"]));
      for (let at = begin; at < end && lost.length < limit; at++) if (!present.has(at)) lost.push(at);
      return lost;
    });
  }

  async newestOfKind(kind: EntryKind, belowIndex = Number.MAX_SAFE_INTEGER): Promise<StoredEntry | undefined> {
    const { newestRecord, newestOfKind } = this.#statements;
    const statement = kind === "record" ? newestRecord : newestOfKind;
    return this.run(() => this.#entryOrNot(first(statement, ENTRY_KINDS[kind], belowIndex)));
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return this.run(() => first(this.#statements.tile, level, index)?.["hashes"] as Uint8Array | undefined);
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return (await this.checkpoints(Number.MAX_SAFE_INTEGER, 1))[0];
  }

  async checkpointAbove(leafIndex: number): Promise<StoredCheckpoint | undefined> {
    return this.run(() => checkpointOf(first(this.#statements.checkpointAbove, leafIndex)));
  }

  async checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    return this.run(() =>
      all(this.#statements.checkpoints, belowSize, limit).map((row) => checkpointOf(row) as StoredCheckpoint),
    );
  }

  async close(): Promise<void> {
    if (!this.#writer) return this.database.close();
    const { guard, lock } = this.#writer;
    try {
      guard.flush();
      this.run(() => closeDatabase(this.database));
    } finally {
      lock.release();
    }
  }

  #insertEntry(entry: NewEntry): void {
    const source = this.#source(entry.sourceName) ?? this.#addSource(entry);
    const { leafIndex, kind, seq, id, bodyDigest, body, key } = entry;
    this.#statements.insertEntry.run(leafIndex, ENTRY_KINDS[kind], source.ref, seq, id, bodyDigest, body);
    if (key !== undefined) this.#statements.insertSubmission.run(source.ref, key, leafIndex);
    this.#sources.added(source.ref);
    source.highest = Math.max(source.highest, seq);
    if (source.since) source.since.highest = Math.max(source.since.highest, seq);
    const { digests } = this.#digestTail;
    digests.push(bodyDigest);
    if (digests.length === SEGMENT_ENTRIES) this.#writeSegment(leafIndex, digests);
  }

  /** One row for many records: only where another sender begins. */
  #noteSender({ leafIndex, sender = "" }: NewEntry, firstOfSender: Map<number, number>): void {
    const ref = this.#sendersByName.get(sender) ?? this.#addSender(sender);
    if (ref === this.#newestSender) return;
    this.#newestSender = ref;
    firstOfSender.set(leafIndex, ref);
    this.#statements.insertSent.run(leafIndex, ref);
  }

  #addSender(name: string): number {
    const known = first(this.#statements.senderByName, name)?.["sender_ref"] as number | undefined;
    const ref = known ?? (first(this.#statements.nextSender)?.["ref"] as number);
    if (known === undefined) this.replace("sender", { sender_ref: ref, name });
    this.#sendersByName.set(name, ref);
    return ref;
  }

  #senderOf(leafIndex: number): string | undefined {
    return first(this.#statements.senderAt, leafIndex)?.["name"] as string | undefined;
  }

  #writeSegment(lastLeafIndex: number, digests: readonly Uint8Array[]): void {
    const segment = Math.floor(lastLeafIndex / SEGMENT_ENTRIES);
    for (const [bucket, items] of segmentBuckets(digests).entries())
      this.#statements.insertBucket.run(segment * SEGMENT_BUCKETS + bucket, items);
    this.#digestTail = new DigestTail([]);
  }

  #findSubmitted({ source: name, key, seq }: Fingerprint): Submitted | undefined {
    const source = this.#source(name);
    if (!source) return undefined;
    const found = key === undefined ? undefined : this.#keyed(source.ref, key);
    const byKey = found && this.#entryOrLost(found["leaf_index"] as number, source);
    if (byKey) return { entry: byKey, by: "key", sender: this.#senderOf(byKey.leafIndex) };
    if (seq === undefined || seq > source.highest) return undefined;
    const bySeq = this.#entryOrNot(first(this.#statements.entryBySeq, source.ref, seq));
    return bySeq && { entry: bySeq, by: "seq", sender: this.#senderOf(bySeq.leafIndex) };
  }

  /** Most logs have no aliases, and pay for none. */
  #keyed(sourceRef: number, key: string): Row | undefined {
    const found = first(this.#statements.submission, sourceRef, key);
    return found ?? (this.#hasAliases ? first(this.#statements.alias, sourceRef, key) : undefined);
  }

  #source(name: string): SourceRow | undefined {
    return this.#sourcesByName.get(name) ?? this.#cacheSource(first(this.#statements.sourceByName, name));
  }

  #sourceByRef(ref: number): SourceRow | undefined {
    return this.#sourcesByRef.get(ref) ?? this.#cacheSource(first(this.#statements.sourceByRef, ref));
  }

  #addSource({ sourceName, sourceId }: NewEntry): SourceRow {
    const row = first(this.#statements.insertSource, sourceName, sourceId);
    return this.#cacheSource(row) as SourceRow;
  }

  #cacheSource(row: Row | undefined): SourceRow | undefined {
    if (!row) return undefined;
    const ref = row["source_ref"] as number;
    const name = row["name"] as string;
    const source: SourceRow = {
      ref,
      name,
      sourceId: row["source_id"] as Uint8Array,
      highest: Number(first(this.#statements.highestSeq, ref)?.["seq"]),
      since: undefined,
    };
    // A bound, not a policy: whoever sends from this many sources pays a look-up now and then.
    if (this.#sourcesByName.size >= MAX_CACHED_SOURCES) {
      this.#sourcesByName.clear();
      this.#sourcesByRef.clear();
    }
    this.#sourcesByName.set(source.name, source);
    this.#sourcesByRef.set(ref, source);
    return source;
  }

  /** Kept like the highest of all: finding it goes through all of the source's entries. */
  #highestSince(source: SourceRow, { leafIndex }: RepairedAt): number {
    if (source.since?.leafIndex !== leafIndex) {
      const highest = Number(first(this.#statements.highestSeqSince, source.ref, leafIndex)?.["seq"]);
      source.since = { leafIndex, highest };
    }
    return source.since.highest;
  }

  #entryAt(leafIndex: number): StoredEntry | undefined {
    return this.#entryOrNot(first(this.#statements.entry, leafIndex));
  }

  /** A key stands for an entry: where that is not there any more, the record is not new. */
  #entryOrLost(leafIndex: number, { sourceId, name }: SourceRow): StoredEntry {
    const none = new Uint8Array();
    const lost = { leafIndex, sourceId, sourceName: name, seq: 0, id: none, bodyDigest: none, body: null };
    return this.#entryAt(leafIndex) ?? { ...lost, kind: "record", unreadable: "its entry is not in the store" };
  }

  #entryOrNot(row: Row | undefined): StoredEntry | undefined {
    return row && this.#entryOf(row);
  }

  #entryOf(row: Row): StoredEntry {
    const source = this.#sourceByRef(row["source_ref"] as number);
    const kind = KIND_NAMES.get(row["kind"] as number);
    return {
      leafIndex: row["leaf_index"] as number,
      kind: kind ?? "record",
      sourceId: source?.sourceId ?? new Uint8Array(),
      sourceName: source?.name ?? "",
      seq: row["seq"] as number,
      id: row["id"] as Uint8Array,
      bodyDigest: row["body_digest"] as Uint8Array,
      body: row["body"] as Uint8Array | null,
      ...(!source && { unreadable: "its source is none that there is" }),
      ...(!kind && { unreadable: "its kind is none that there is" }),
    };
  }
}

/**
 * Seal of a checkpoint: SHA-256 over its note, and over id and key of each entry that came with it, and its sender where
 * one begins.
 */
export function checkpointSeal(
  note: string,
  entries: readonly { leafIndex: number; id: Uint8Array; key?: string | undefined }[],
  firstOfSender: ReadonlyMap<number, number>,
): Uint8Array {
  const parts = entries.flatMap(({ leafIndex, id, key = "" }) => {
    const sender = firstOfSender.get(leafIndex);
    return [id, utf8(sender === undefined ? `${key}\n` : `${key}\t${sender}\n`)];
  });
  return sha256(Buffer.concat([utf8(note), ...parts]));
}

function checkpointOf(row: Row | undefined): StoredCheckpoint | undefined {
  return (
    row && {
      treeSize: row["tree_size"] as number,
      rootHash: row["root_hash"] as Uint8Array,
      note: row["note"] as string,
    }
  );
}

function prepareStatements(db: DatabaseSync): Readonly<Record<StatementName, StatementSync>> {
  try {
    return Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, db.prepare(sql)]),
    ) as unknown as Record<StatementName, StatementSync>;
  } catch (cause) {
    throw new WarifuError("STORE_CORRUPT", `the ledger's tables are not as expected: ${messageOf(cause)}`, { cause });
  }
}

type StatementName = keyof typeof STATEMENTS;
const STATEMENTS = {
  insertEntry: `INSERT INTO entry (${ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  insertSubmission: "INSERT INTO submission (source_ref, key, leaf_index) VALUES (?, ?, ?)",
  insertSource: "INSERT INTO source (name, source_id) VALUES (?, ?) RETURNING source_ref, name, source_id",
  insertTile: "INSERT INTO tile (level, tile_index, hashes) VALUES (?, ?, ?)",
  insertCheckpoint: "INSERT INTO checkpoint (tree_size, root_hash, note, seal) VALUES (?, ?, ?, ?)",
  insertBucket: "INSERT INTO digest_bucket (bucket, items) VALUES (?, ?)",
  count: "SELECT count(*) AS n FROM entry WHERE leaf_index >= ? AND leaf_index < ?",
  indexes: "SELECT leaf_index FROM entry WHERE leaf_index >= ? AND leaf_index < ?",
  digestsFrom: "SELECT body_digest FROM entry WHERE leaf_index >= ? ORDER BY leaf_index",
  submission: "SELECT leaf_index FROM submission WHERE source_ref = ? AND key = ?",
  entry: `SELECT ${READ_COLUMNS} FROM entry WHERE leaf_index = ?`,
  entries: `SELECT ${READ_COLUMNS} FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`,
  entryById: `SELECT ${READ_COLUMNS} FROM entry WHERE id = ?`,
  entryBySeq: `SELECT ${READ_COLUMNS} FROM entry WHERE source_ref = ? AND seq = ?`,
  newestRecord: `SELECT ${READ_COLUMNS} FROM entry WHERE kind = ? AND leaf_index < ? ORDER BY leaf_index DESC LIMIT 1`,
  // The second condition on the kind is that of the partial index, which is not used without it.
  newestOfKind: `SELECT ${READ_COLUMNS} FROM entry WHERE kind = ? AND leaf_index < ? AND kind <> 1 ORDER BY leaf_index DESC LIMIT 1`,
  bucket: "SELECT items FROM digest_bucket WHERE bucket = ?",
  sourceByName: "SELECT source_ref, name, source_id FROM source WHERE name = ?",
  sourceByRef: "SELECT source_ref, name, source_id FROM source WHERE source_ref = ?",
  highestSeq: "SELECT coalesce(max(seq), -1) AS seq FROM entry WHERE source_ref = ?",
  highestSeqSince: "SELECT coalesce(max(seq), -1) AS seq FROM entry WHERE source_ref = ? AND leaf_index > ?",
  seqsFrom: "SELECT seq FROM entry WHERE source_ref = ? AND seq >= ? ORDER BY seq",
  alias: "SELECT leaf_index FROM alias WHERE source_ref = ? AND key = ?",
  anyAlias: "SELECT 1 FROM alias LIMIT 1",
  insertSent: "INSERT INTO sent (leaf_index, sender_ref) VALUES (?, ?)",
  senderAt: `SELECT sender_ref, name FROM sent LEFT JOIN sender USING (sender_ref)
    WHERE leaf_index <= ? ORDER BY leaf_index DESC LIMIT 1`,
  senderByName: "SELECT sender_ref FROM sender WHERE name = ?",
  nextSender: "SELECT coalesce(max(sender_ref), 0) + 1 AS ref FROM sender",
  tile: "SELECT hashes FROM tile WHERE level = ? AND tile_index = ?",
  checkpointAbove: "SELECT tree_size, root_hash, note FROM checkpoint WHERE tree_size > ? ORDER BY tree_size LIMIT 1",
  checkpoints: "SELECT tree_size, root_hash, note FROM checkpoint WHERE tree_size < ? ORDER BY tree_size DESC LIMIT ?",
} as const;

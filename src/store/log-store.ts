/**
 * The log as it is stored: entries with their bodies, full tiles, checkpoints, sources and their numbers. Nothing below
 * a published tree size ever changes; everything that can be derived from the entries (partial tiles, indexes in
 * memory) is derived and not stored.
 */
import type { EntryKind } from "../core/entry.ts";
import type { RepairedAt } from "../core/source-event.ts";

/** An entry as stored. */
export interface StoredEntry {
  readonly leafIndex: number;
  readonly kind: EntryKind;
  /** 32 bytes. */
  readonly sourceId: Uint8Array;
  readonly sourceName: string;
  readonly seq: number;
  /** The record's id, 16 bytes: see core/record-id.ts. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly bodyDigest: Uint8Array;
  /** `null` once withheld. */
  readonly body: Uint8Array | null;
  /** Present if the row names an unknown kind or source, which is replaced here; says what is wrong with the row. */
  readonly unreadable?: string;
}

/** An entry with its bytes as text: for reading a whole log, where it saves a third of the time. */
export interface EntryText extends Pick<StoredEntry, "kind" | "sourceId" | "sourceName" | "seq"> {
  /** Hexadecimal, lower case. */
  readonly id: string;
  /** Hexadecimal, lower case. */
  readonly bodyDigest: string;
  /** Empty once withheld. */
  readonly body: string;
}

/** An entry on its way into the store. */
export interface NewEntry extends StoredEntry {
  readonly body: Uint8Array;
  /** The submitter's idempotency key. */
  readonly key?: string | undefined;
  /** Whose API key sent the record: see {@link StoredApiKey.sender}. Absent for a record sent without one. */
  readonly sender?: string | undefined;
}

/** A full tile: 256 hashes, 8,192 bytes. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** A published checkpoint. */
export interface StoredCheckpoint {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** The signed note. */
  readonly note: string;
}

/** What one commit adds. */
export interface Batch {
  /** Contiguous, starting at the store's tree size. */
  readonly entries: readonly NewEntry[];
  /** The tiles completed by these entries. */
  readonly tiles: readonly FullTile[];
  /** The checkpoint over all entries up to and including these. */
  readonly checkpoint: StoredCheckpoint;
}

/** What a repeated submission is recognised by. */
export interface Fingerprint {
  readonly source: string;
  readonly key?: string | undefined;
  readonly seq?: number | undefined;
}

/** The entry that a submission repeats, and by what it was recognised. */
export interface Submitted {
  readonly entry: StoredEntry;
  readonly by: "key" | "seq";
  /** The sender of that entry: empty for a record that came without an API key, `undefined` if it is not known. */
  readonly sender: string | undefined;
}

/** A further idempotency key, which came with a repetition, and the entry that it stands for from now on. */
export interface KeyBinding {
  readonly source: string;
  readonly key: string;
  readonly leafIndex: number;
}

/** How far a source has come in its numbering. */
export interface Numbering {
  /** The number that the next one follows: the highest so far, or since the last repair. */
  readonly last: number;
  /** The highest number that the source has ever used. */
  readonly highest: number;
}

/** Which part of a source's missing numbers is wanted. */
export interface SourceQuery {
  /** The first number to look at. */
  readonly from: number;
  /** At most this many ranges. */
  readonly ranges: number;
}

/** Which numbers a source has used, and which it has skipped below its highest. */
export interface SourceNumbers {
  readonly records: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** How many numbers from 0 up to `lastSeq` are missing. */
  readonly missing: number;
  /** Ranges of missing numbers, starting at the number asked for, both ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Where to continue; absent when nothing is left to look at. */
  readonly next?: number;
}

/** A query for a page of entries by leaf index. */
export interface EntryQuery {
  /** First leaf index of the page. */
  readonly from: number;
  /** 1 <= limit <= 1000 */
  readonly limit: number;
  /** Only entries of the source of that name. */
  readonly source?: string | undefined;
  /** Only entries of that kind. */
  readonly kind?: EntryKind | undefined;
}

/** A search for records. */
export interface RecordSearch {
  /** First leaf index to look at. */
  readonly from: number;
  /** Only leaf indexes below this one. */
  readonly before: number;
  /** 1 <= limit <= 1000 */
  readonly limit: number;
  /** Only records of the source of that name. */
  readonly source?: string | undefined;
  /** Only records of that type, whatever the version of its profile; not those whose bodies are withheld. */
  readonly type?: string | undefined;
  /** Searches from the highest leaf index downwards. */
  readonly isNewestFirst?: boolean | undefined;
}

/** The result of one search. */
export interface FoundRecords {
  /** By leaf index, in the direction of the search. */
  readonly entries: readonly StoredEntry[];
  /** Where to continue: `from` of the next search, or its `before` downwards; absent when nothing is left to look at. */
  readonly next?: number;
}

/** The store of the log. All methods throw STORE_FAILED when the engine fails; the caller then stops writing permanently. */
export interface LogStore {
  /** Number of durable entries. */
  treeSize(): number;
  /** Origin of the log, set when the store was made. */
  readonly origin: string;

  /**
   * Makes the whole batch durable (entries, bodies, tiles, checkpoint and keys) or nothing of it.
   * @throws STORE_CORRUPT when the batch does not continue the store; as {@link LogStore.assertInPlace}
   */
  commit(batch: Batch): Promise<void>;

  /** Notes a batch that another thread of this process has made durable. */
  adopt(batch: Batch): void;

  /**
   * Checks that the committed data is still where the next start looks for it.
   * @throws STORE_FAILED when files were removed or replaced under the running process
   */
  assertInPlace(): void;

  /** For each fingerprint, the entry that has its key or, failing that, its seq; `undefined` for a new one. */
  findSubmitted(fingerprints: readonly Fingerprint[]): Promise<(Submitted | undefined)[]>;
  /** How far a source has come in its numbering, given its newest repair; `undefined` if it has sent nothing. */
  numbering(source: string, repair?: RepairedAt): Promise<Numbering | undefined>;
  /** The numbering of several sources at once, by name, for those that have sent something. */
  numberings(sources: ReadonlyMap<string, RepairedAt | undefined>): Promise<ReadonlyMap<string, Numbering>>;
  /** The lowest number from `from` on that a source has not used. */
  firstFreeSeq(source: string, from: number): Promise<number>;
  /**
   * Sources, in the order in which they first sent, from a position on; the log itself, which enters events, is not one of
   * them.
   */
  sources(from: number, limit: number): Promise<readonly { readonly place: number; readonly name: string }[]>;
  /** Which numbers a source has used; `undefined` if it has sent nothing. One call reads a bounded part of its history. */
  sourceNumbers(source: string, query: SourceQuery): Promise<SourceNumbers | undefined>;
  /** Remembers further idempotency keys of entries; durable when it returns. */
  bindKeys(bindings: readonly KeyBinding[]): Promise<void>;

  /**
   * Permanently removes what only the store has of records besides their leaves: all their idempotency keys, so that they
   * are no longer recognised if they are sent again, and their bodies too if asked. One commit; may be repeated.
   * @returns whether no file contains any of it any more: `false` while another process reads the store, which keeps the
   *   engine from emptying its log. Repeating the call later completes it, and so does the next start
   */
  forget(leafIndexes: readonly number[], options: { readonly bodies: boolean }): Promise<boolean>;

  /** Entries `begin` <= leafIndex < `end`, in order. */
  entries(begin: number, end: number): Promise<StoredEntry[]>;
  /**
   * Entries in their encoded form, 79 bytes each, concatenated; `undefined` unless all of them are there and readable.
   * Absent if the engine has no faster way than {@link LogStore.entries}.
   */
  packedEntries?(begin: number, end: number): Promise<Uint8Array | undefined>;
  /**
   * Entries with their bodies, as text; `undefined` and absent likewise, and also `undefined` if a body may not be UTF-8.
   */
  entryTexts?(begin: number, end: number): Promise<EntryText[] | undefined>;
  entryById(id: Uint8Array): Promise<StoredEntry | undefined>;
  /** The entry whose body has that digest. */
  entryByBodyDigest(digest: Uint8Array): Promise<StoredEntry | undefined>;
  /**
   * For kind `record`, includes rows whose kind alone says otherwise: the log is the source of its events, and of
   * nothing else.
   */
  query(query: EntryQuery): Promise<StoredEntry[]>;
  /**
   * Records, including rows whose kind alone says otherwise, as in {@link LogStore.query}. One call reads a bounded part of
   * the log, so it may find fewer records than the limit, or none, although there are more further on.
   */
  findRecords(search: RecordSearch): Promise<FoundRecords>;
  /** Entries of these kinds, other than `record`, from a leaf index on, in order. */
  events(kinds: readonly EntryKind[], from: number, limit: number): Promise<StoredEntry[]>;
  /** Leaf indexes without an entry, `begin` <= leafIndex < `end`, lowest first. An intact store has none. */
  missing(begin: number, end: number, limit: number): Promise<number[]>;
  /** The newest entry of that kind, below a leaf index if one is given; otherwise `undefined`. */
  newestOfKind(kind: EntryKind, belowIndex?: number): Promise<StoredEntry | undefined>;
  /** How many of the entries `begin` <= leafIndex < `end` are records. Precondition: the log has all of them. */
  countRecords(begin: number, end: number): Promise<number>;
  /**
   * Candidates for the leaf with that hash among the first `indexed` leaves; later ones must be looked up in the tiles. A
   * hint only: callers compare the hash.
   */
  leafPlaces(hash: Uint8Array): Promise<{ readonly places: readonly number[]; readonly indexed: number }>;
  /** A full tile; `undefined` while it is not full. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;

  /** The newest checkpoint, or `undefined` in an empty store. */
  newestCheckpoint(): Promise<StoredCheckpoint | undefined>;
  /** The first published checkpoint above a leaf index: the one its acknowledgement carries. */
  checkpointAbove(leafIndex: number): Promise<StoredCheckpoint | undefined>;
  /** Published checkpoints below `belowSize`, newest first. */
  checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]>;
}

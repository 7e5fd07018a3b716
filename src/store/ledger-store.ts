/**
 * An open ledger: the stores of its log, its anchors, its API keys, its officers and its citizens, which one engine keeps
 * together. Each part of the program takes the narrowest of them that it needs. Each method says what is durable when it
 * returns; all are asynchronous, so that an engine on another machine can replace the embedded one.
 *
 * One writer at a time: the engine ensures that only one process opens a ledger for writing, or lets several take turns
 * (shared-log.ts).
 */
import type { AnchorJournal } from "./anchor-journal.ts";
import type { CitizenStore } from "./citizen-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { LogStore } from "./log-store.ts";
import type { OfficerStore } from "./officer-store.ts";
import type { SharedLog } from "./shared-log.ts";

/** A fault that an engine finds in what it stores. */
export interface StoreFault {
  readonly code: "STORE_CORRUPT";
  /** The row, table or page, such as "anchor 17". */
  readonly where: string;
  readonly message: string;
}

/** A log and the state of its anchors, as the stages use them. */
export interface AnchoredLogStore extends LogStore, AnchorJournal {}

/** A ledger that is open, for writing or for reading only. */
export interface LedgerStore extends AnchoredLogStore, KeyStore, OfficerStore, CitizenStore {
  /** How services take turns, if several may write. */
  readonly shared?: SharedLog;
  /** Ends writing and releases the lock. */
  close(): Promise<void>;
}

/** A ledger that is open for reading only, alongside its writer or without one. */
export interface LedgerReader extends LedgerStore {
  /**
   * Whatever the engine can check by itself: pages, indexes, tables, and rows that nothing in the log vouches for. Reads as
   * the caller iterates, in bounded memory, and as of one moment; the reader must not be used for anything else until it is
   * finished.
   */
  check(): Iterable<StoreFault> | AsyncIterable<StoreFault>;
}

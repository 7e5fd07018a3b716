/**
 * What is opened of a data folder's ledger: the stores of its log, its anchors and its API keys, which one engine keeps
 * together. A room takes the narrowest of them that it needs. Each method says what is durable when it returns; all are
 * asynchronous, so that an engine on another machine can take the place of the embedded one.
 *
 * One writer at a time: a ledger is opened for writing by one process, which the engine ensures.
 */
import type { AnchorJournal } from "./anchor-journal.ts";
import type { KeyStore } from "./key-store.ts";
import type { LogStore } from "./log-store.ts";

/** Something that an engine finds wrong with what it stores. */
export interface StoreFault {
  readonly code: "STORE_CORRUPT";
  /** The row, table or page, such as "anchor 17". */
  readonly where: string;
  readonly message: string;
}

/** A log and what became of its anchors: what the stages work with. */
export interface AnchoredLogStore extends LogStore, AnchorJournal {}

/** A ledger that is open, for writing or for reading alone. */
export interface LedgerStore extends AnchoredLogStore, KeyStore {
  /** Ends writing, gives the lock back. */
  close(): Promise<void>;
}

/** A ledger that is open for reading alone, beside its writer or without one. */
export interface LedgerReader extends LedgerStore {
  /**
   * What the engine can find out about itself: pages, indexes, tables, and rows that nothing in the log vouches for. Reads
   * as it is asked on, in bounded memory, and as of one moment; until it is through, nothing else is asked of the reader.
   */
  check(): Iterable<StoreFault>;
}

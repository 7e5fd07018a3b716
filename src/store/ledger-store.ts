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

/** A ledger that is open, for writing or for reading alone. */
export interface LedgerStore extends LogStore, AnchorJournal, KeyStore {
  /** Ends writing, gives the lock back. */
  close(): Promise<void>;
}

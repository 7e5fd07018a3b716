/**
 * What services that write one log from several places agree on through their store. An engine that lets only one
 * process in has no such thing.
 *
 * Invariant: nobody signs a head while somebody else may move it. A service waits for its turn, brings its tree to the
 * head that it then finds, signs, commits, and only then lets the next one in.
 */
import type { StoredCheckpoint } from "./log-store.ts";

/** Turns at the head of a log. All methods throw STORE_FAILED when the engine fails. */
export interface SharedLog {
  /**
   * Waits until nobody else writes. Until {@link SharedLog.end}, the head moves by this service's commits alone.
   * @returns the head; `undefined` for an empty log
   */
  begin(): Promise<StoredCheckpoint | undefined>;
  /** Lets others write. */
  end(): Promise<void>;
  /** The head at present, without waiting. */
  head(): Promise<StoredCheckpoint | undefined>;
  /**
   * Takes a lease, if nobody holds it. From then on, this service commits nothing once it has lost it: see {@link Lease}.
   * @returns `undefined` while somebody else holds it
   */
  takeLease(name: string, forMs: number): Promise<Lease | undefined>;
}

/**
 * The right to do what only one service may do, for a time, by the clock of the store. Whatever its holder commits, it
 * commits only as long as it holds it: its fence, which rises with each holder, is looked at in the same transaction.
 */
export interface Lease {
  /** Rises with each holder, and never falls. */
  readonly fence: number;
  /** Holds it for longer. @throws STORE_FAILED when it is lost */
  renew(): Promise<void>;
  /** Gives it back. */
  release(): Promise<void>;
}

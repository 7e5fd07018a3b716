/**
 * How services that write one log from several places agree, through their store. Engines that let only one process in have
 * no such thing.
 *
 * Invariant: nobody signs a head while somebody else may move it. A service waits for its turn, brings its tree to the head
 * that it then finds, signs, commits, and only then lets the next one in.
 */
import type { StoredCheckpoint } from "./log-store.ts";

/** Turns at the head of a log. All methods throw STORE_FAILED when the engine fails. */
export interface SharedLog {
  /**
   * Waits until nobody else writes. Until {@link SharedLog.end}, only this service's commits move the head.
   * @returns the head; `undefined` for an empty log
   */
  begin(): Promise<StoredCheckpoint | undefined>;
  /** Lets others write. */
  end(): Promise<void>;
  /** The head at present, without waiting. */
  head(): Promise<StoredCheckpoint | undefined>;
  /**
   * Takes the lease, if nobody holds it. If this service loses it later, it can commit nothing more: see {@link Lease}.
   * @returns `undefined` while somebody else holds it
   */
  takeLease(name: string, forMs: number): Promise<Lease | undefined>;
}

/**
 * The right to do what only one service may do, for a limited time by the clock of the store. Every commit of its holder
 * checks, in the same transaction, that the lease is still held, by its fence, which rises with each holder.
 */
export interface Lease {
  /** Rises with each holder, and never falls. */
  readonly fence: number;
  /** Extends it. @throws STORE_FAILED when it is lost */
  renew(): Promise<void>;
  /** Gives it back. */
  release(): Promise<void>;
}

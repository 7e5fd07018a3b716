/**
 * The memory of a witness: for each log, the newest head that it cosigned. It gives a cosignature its meaning, so it
 * only ever moves forward, and is durable before a cosignature leaves.
 */

/** The newest cosigned head of one log. */
export interface WitnessedHead {
  readonly origin: string;
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** The checkpoint, with the log's signatures and the witness's own. */
  readonly note: string;
  /** Time of the cosignature, POSIX seconds. */
  readonly cosignedAt: number;
}

/**
 * What a refused but signed checkpoint shows.
 * - `split-view`: the log signed two roots for one size. This is proof for anybody.
 * - `unproven`: its consistency with the cosigned head was not shown. Anybody can send a bad proof with a good
 *   checkpoint, so this is a reason to look closer, and no proof.
 */
export type ConflictKind = "split-view" | "unproven";

/** A checkpoint that the log signed but the witness refused. */
export interface Conflict {
  readonly origin: string;
  readonly kind: ConflictKind;
  /** The refused checkpoint. */
  readonly note: string;
  /** The cosigned one that it was compared with. */
  readonly heldNote: string;
  /** POSIX seconds. */
  readonly seenAt: number;
}

/** All methods throw STORE_FAILED when the engine fails; the witness then stops signing. */
export interface WitnessStore {
  /** The newest cosigned head of a log; `undefined` when none was cosigned. */
  head(origin: string): Promise<WitnessedHead | undefined>;
  /** The heads of all logs, by origin. */
  heads(): Promise<WitnessedHead[]>;
  /**
   * Moves a log's head on from the one that `to` was checked against, durable when it returns. Comparing and setting is
   * one step: of two calls that start from the same head, one wins.
   * @returns false when the head has changed meanwhile; then nothing was written
   */
  advance(from: WitnessedHead | undefined, to: WitnessedHead): Promise<boolean>;
  /**
   * Keeps a conflict; the same checkpoint is kept only once, and the number of a log's conflicts is bounded.
   * @returns whether it was newly kept
   */
  keepConflict(conflict: Conflict): Promise<boolean>;
  /** The conflicts that were kept, oldest first. */
  conflicts(): Promise<Conflict[]>;
  close(): Promise<void>;
}

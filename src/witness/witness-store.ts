/**
 * The memory of a witness: for each log the newest head that it cosigned. It is what makes a cosignature mean anything,
 * so it only ever moves forward, and it is durable before a cosignature leaves.
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
 * What a signed checkpoint that was refused shows.
 * - `split-view`: the log signed two roots for one size. This proves it, to anybody.
 * - `unproven`: its consistency with the cosigned head was not shown. Anybody can send a bad proof with a good
 *   checkpoint, so this is where to look, and no proof.
 */
export type ConflictKind = "split-view" | "unproven";

/** A checkpoint that the log signed and the witness refused. */
export interface Conflict {
  readonly origin: string;
  readonly kind: ConflictKind;
  /** The refused checkpoint. */
  readonly note: string;
  /** The cosigned one that it was held against. */
  readonly heldNote: string;
  /** POSIX seconds. */
  readonly seenAt: number;
}

/** All methods throw STORE_FAILED when the engine fails; the witness then signs nothing any more. */
export interface WitnessStore {
  /** The newest cosigned head of a log; `undefined` when none was cosigned. */
  head(origin: string): Promise<WitnessedHead | undefined>;
  /** Those of all logs, by origin. */
  heads(): Promise<WitnessedHead[]>;
  /**
   * Moves a log's head from the one that `to` was checked against, durable when it returns. Compared and set in one step:
   * of two that start from the same head, one wins.
   * @returns false when the head is another one by now; nothing was changed
   */
  advance(from: WitnessedHead | undefined, to: WitnessedHead): Promise<boolean>;
  /**
   * Keeps a conflict; the same checkpoint is kept once, and the number of a log's conflicts is bounded.
   * @returns whether it was kept now
   */
  keepConflict(conflict: Conflict): Promise<boolean>;
  /** The conflicts that were kept, oldest first. */
  conflicts(): Promise<Conflict[]>;
  close(): Promise<void>;
}

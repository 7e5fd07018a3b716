/**
 * The checkpoint that the log shows at /log/checkpoint.
 *
 * Invariant: it never gets smaller, not even across restarts. A monitor that is shown a smaller tree than before must
 * assume that the log was rolled back. So a checkpoint is on disk before it is shown.
 */
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { utf8 } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { HeadGuard, readHeadGuard } from "../store/head-guard.ts";

/** Its file within the data folder. */
export const SHOWN_CHECKPOINT_FILE = "shown-checkpoint";

/** A checkpoint that can be shown. */
export type Shown = Pick<Checkpoint, "treeSize" | "note">;

/** Keeps the checkpoint that is shown. */
export class ShownCheckpoint {
  readonly #file: string;
  readonly #logKey: LogKeys;
  readonly #guard: HeadGuard;
  #shown: Shown | undefined;

  /** @param file where it is kept; nothing is read yet */
  constructor(file: string, logKey: LogKeys) {
    this.#file = file;
    this.#logKey = logKey;
    this.#guard = new HeadGuard(file);
  }

  /** What is shown; `undefined` if nothing has been shown yet. */
  get current(): Shown | undefined {
    return this.#shown;
  }

  /**
   * Restores what was shown before the last stop.
   * @throws STORE_FAILED the file cannot be read; STORE_CORRUPT it holds no checkpoint of this log
   */
  recall(): Shown | undefined {
    const kept = readHeadGuard(this.#file);
    if (kept === undefined) return undefined;
    try {
      return (this.#shown = openCheckpoint(utf8(kept.note), this.#logKey).checkpoint);
    } catch (cause) {
      const why = `${this.#file} holds no checkpoint of this log: ${messageOf(cause)}`;
      throw new WarifuError("STORE_CORRUPT", why, { cause });
    }
  }

  /**
   * Shows a checkpoint, made durable first, unless it is smaller than the one shown. One of the same size replaces it,
   * since it has more cosignatures.
   * @throws STORE_FAILED
   */
  show(checkpoint: Shown | undefined): void {
    if (checkpoint === undefined || checkpoint.treeSize < (this.#shown?.treeSize ?? 0)) return;
    if (checkpoint.note === this.#shown?.note) return;
    this.#guard.note(checkpoint.note);
    this.#guard.flush();
    this.#shown = { treeSize: checkpoint.treeSize, note: checkpoint.note };
  }
}

/**
 * The head guard: a file next to the database with the newest checkpoint that was handed out. If an older copy of the
 * database is put back, it is shorter than this file says, and the service refuses to start.
 *
 * Written after the commit that it describes, so it is never ahead of the database; and at most every quarter of a second,
 * since it need not be exact.
 */
import { readFileSync } from "node:fs";
import { parseCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import { writeWholeFile } from "../files/whole-file.ts";

const INTERVAL_MS = 250;

/** Remembers the newest published checkpoint in a file. */
export class HeadGuard {
  readonly #path: string;
  #pending: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: WarifuError | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Notes a checkpoint whose commit is durable. */
  note(checkpointNote: string): void {
    this.#pending = checkpointNote;
    this.#timer ??= setTimeout(() => this.#flushLater(), INTERVAL_MS).unref();
  }

  /**
   * Called before a commit: a ledger whose guard cannot be written must not grow.
   * @throws STORE_FAILED when the file could not be written
   */
  assertWritable(): void {
    if (this.#failure) throw this.#failure;
  }

  /**
   * Writes the pending checkpoint: all of it or nothing.
   * @throws STORE_FAILED
   */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    try {
      // The rename need not be durable: an older guard merely detects less.
      writeWholeFile(this.#path, this.#pending, { isNameDurable: false });
    } catch (cause) {
      throw new WarifuError("STORE_FAILED", `the head guard ${this.#path} cannot be written: ${messageOf(cause)}`, {
        cause,
      });
    }
    this.#pending = undefined;
  }

  /** Nobody awaits the timer, so an error is reported by the next commit. */
  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.#failure = error as WarifuError;
    }
  }
}

/**
 * The checkpoint in a guard file, `undefined` when there is no file yet.
 * @throws STORE_CORRUPT when the file is not a checkpoint
 */
export function readHeadGuard(path: string): Checkpoint | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new WarifuError("STORE_FAILED", `the head guard ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    return parseCheckpoint(bytes);
  } catch (cause) {
    throw new WarifuError("STORE_CORRUPT", `the head guard ${path} is not a checkpoint: ${messageOf(cause)}`, {
      cause,
    });
  }
}

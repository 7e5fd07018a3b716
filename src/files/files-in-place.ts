/**
 * Notices when open files are removed or replaced: whatever is then written to them is lost, although every write and
 * every fsync succeeds. https://sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
 */
import { statSync, type BigIntStats } from "node:fs";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";

/** The files of a database, identified as they were when it was opened. */
export class FilesInPlace {
  readonly #code: ErrorCode;
  readonly #files: readonly { readonly path: string; readonly opened: BigIntStats | undefined }[];

  /**
   * The files of a database in write-ahead mode that has just been opened.
   * @param code of the error when a file is no longer there
   */
  constructor(path: string, code: ErrorCode) {
    this.#code = code;
    this.#files = [path, `${path}-wal`].map((one) => ({ path: one, opened: this.#look(one) }));
  }

  /** @throws an error of that code for a file that was removed or replaced */
  assert(): void {
    for (const { path, opened } of this.#files) {
      const found = this.#look(path);
      if (found === undefined || found.ino !== opened?.ino || found.dev !== opened.dev)
        throw new WarifuError(
          this.#code,
          `${path} was ${found ? "replaced" : "removed"} while the service was running: what is written now would be lost. ` +
            "Nothing more is acknowledged; put the data folder back, then start the service again",
        );
    }
  }

  #look(path: string): BigIntStats | undefined {
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false });
    } catch (cause) {
      throw new WarifuError(this.#code, `${path} cannot be looked at: ${messageOf(cause)}`, { cause });
    }
  }
}

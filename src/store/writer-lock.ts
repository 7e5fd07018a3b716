/**
 * One writer at a time. The lock is an open exclusive transaction on a database file of its own: the operating system
 * takes it back when the process ends, however it ends, so a killed service leaves nothing to clean up.
 */
import { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../core/errors.ts";

/** A held lock. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the lock of the data folder.
 * @throws STORE_LOCKED when another process writes there
 */
export function takeWriterLock(path: string): WriterLock {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (cause) {
    db.close();
    throw new WarifuError(
      "STORE_LOCKED",
      `another process writes to this data folder (lock ${path}): stop it, or set WARIFU_DATA_DIR to another folder`,
      { cause },
    );
  }
  return {
    release() {
      if (db.isOpen) db.close();
    },
  };
}

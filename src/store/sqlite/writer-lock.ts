/**
 * One writer at a time. The lock is an open exclusive transaction on a separate database file: the operating system
 * releases it when the process ends, however it ends, so a killed service leaves nothing to clean up.
 */
import { DatabaseSync } from "node:sqlite";
import { WarifuError, messageOf } from "../../core/errors.ts";
import { isBusy } from "./database.ts";

// Referenced here, since the garbage collector would close the connection, and the lock would be lost with it.
const HELD = new Set<DatabaseSync>();

/** A held lock. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the lock of the data folder.
 * @throws STORE_LOCKED when another process writes there; STORE_FAILED when the lock file cannot be used
 */
export function takeWriterLock(path: string): WriterLock {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (cause) {
    db?.close();
    if (!isBusy(cause))
      throw new WarifuError("STORE_FAILED", `the lock ${path} cannot be taken: ${messageOf(cause)}`, { cause });
    throw new WarifuError(
      "STORE_LOCKED",
      `another process writes to this data folder (lock ${path}): stop it, or set WARIFU_DATA_DIR to another folder`,
      { cause },
    );
  }
  const held = db;
  HELD.add(held);
  return {
    release() {
      HELD.delete(held);
      if (held.isOpen) held.close();
    },
  };
}

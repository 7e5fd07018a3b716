/**
 * Files that are whole or not there, whenever the power fails: written beside their place, then moved into it.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { WarifuError } from "../core/errors.ts";

/** How a file is written. */
export interface WholeFileOptions {
  /** Whether the name is durable too when the call returns; true unless told otherwise. */
  readonly isNameDurable?: boolean;
}

/**
 * Writes a file that only its owner can read, durable when it returns, in the place of the one that is there. What a crash left beside it, as `.new`,
 * is removed, and a link is removed, not followed. The folder must be there.
 * @throws CONFIG_INVALID when somebody else makes that `.new` at this very moment; what the file system throws
 */
export function writeWholeFile(path: string, content: string, options: WholeFileOptions = {}): void {
  const { isNameDurable = true } = options;
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  writeNewFile(beside, content);
  renameSync(beside, path);
  if (isNameDurable) syncFolder(dirname(path));
}

/** Never into a file or through a link that is there: the mode counts only for a file that is made here. */
function writeNewFile(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: "wx", mode: 0o600, flush: true });
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    throw new WarifuError(
      "CONFIG_INVALID",
      `${path} was made by somebody else just now: if no other process writes it, remove it and try again`,
      { cause },
    );
  }
}

/** A file whose name went with a power cut is as lost as one that was never written. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

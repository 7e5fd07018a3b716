/**
 * Files that are either whole or not there, whenever the power fails: written next to their place, then moved into it.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { WarifuError } from "../core/errors.ts";

/** How a file is written. */
export interface WholeFileOptions {
  /** Whether the name is durable too when the call returns; true by default. */
  readonly isNameDurable?: boolean;
}

/**
 * Writes a file that only its owner can read, durable when it returns, replacing any existing one. A `.new` file left
 * by a crash is removed, and a link is removed, not followed. The folder must exist.
 * @throws CONFIG_INVALID when somebody else creates that `.new` at this very moment; what the file system throws
 */
export function writeWholeFile(path: string, content: string, options: WholeFileOptions = {}): void {
  const { isNameDurable = true } = options;
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  writeNewFile(beside, content);
  renameSync(beside, path);
  if (isNameDurable) syncFolder(dirname(path));
}

/** Never writes into an existing file or through a link: the mode applies only to a file that is created here. */
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

/** A file whose name was lost in a power cut is as lost as one that was never written. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

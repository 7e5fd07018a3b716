/**
 * Makes sure that files are files: opening a named pipe would block until somebody writes to it, and a folder or a
 * device would fail later, with a less helpful error.
 */
import { statSync, type Stats } from "node:fs";
import { WarifuError } from "../core/errors.ts";

/**
 * Checks what is there, following links; what is missing will be created.
 * @throws CONFIG_INVALID naming the first one that is not a file
 */
export function assertPlainFiles(paths: readonly string[]): void {
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw notPlain(path, found);
  }
}

/** The error for a path where something other than a file is found. */
export function notPlain(path: string, found: Stats): WarifuError {
  return new WarifuError("CONFIG_INVALID", `${path} is ${kindOf(found)}, not a file: move it away`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a named pipe";
  if (found.isSocket()) return "a socket";
  return "a device";
}

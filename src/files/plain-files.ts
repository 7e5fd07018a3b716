/**
 * Files that are files: a named pipe in the place of one holds up whoever opens it until somebody writes, a folder or a
 * device fails later and with other words.
 */
import { statSync, type Stats } from "node:fs";
import { WarifuError } from "../core/errors.ts";

/**
 * Looks at what is there, behind links too; what is not there is to be made.
 * @throws CONFIG_INVALID naming the first that is no file
 */
export function assertPlainFiles(paths: readonly string[]): void {
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw notPlain(path, found);
  }
}

/** The error of a path where something else lies than a file. */
export function notPlain(path: string, found: Stats): WarifuError {
  return new WarifuError("CONFIG_INVALID", `${path} is ${kindOf(found)}, not a file: move it away`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a named pipe";
  if (found.isSocket()) return "a socket";
  return "a device";
}

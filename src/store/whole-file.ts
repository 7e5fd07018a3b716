/**
 * Files that are replaced as a whole: after a crash there is the old one or the new one, never a part.
 */
import { renameSync, writeFileSync } from "node:fs";

/** Writes a file, readable by its owner only. What a crash left beside it, as `.new`, is written over. */
export function writeWholeFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

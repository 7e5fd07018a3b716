// Where the tests have their temporary folders. Much of their time would go into waiting for a disk that keeps what nobody
// needs afterwards, so suites that are not about disks have theirs in memory, where there is room for it.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux' file system in memory. */
const MEMORY = "/dev/shm";
/** What all suites at once leave there, several times over: measured. */
const ROOM_BYTES = 2 * 2 ** 30;

/** A new folder for a suite, and what takes it away again with all that is in it. */
export function openTestFolder(inMemory: boolean): { readonly path: string; readonly remove: () => void } {
  const path = (inMemory ? folderInMemory() : undefined) ?? mkdtempSync(join(tmpdir(), "warifu-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** @returns undefined where there is none, or too little room, or programs may not be started from there */
function folderInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (Math.min(bavail * bsize, process.availableMemory()) < ROOM_BYTES) return undefined;
    const path = mkdtempSync(join(MEMORY, "warifu-test-"));
    const probe = join(path, "probe");
    writeFileSync(probe, "#!/bin/sh\n", { mode: 0o700 });
    if (spawnSync(probe).status === 0) return path;
    rmSync(path, { recursive: true });
  } catch {
    // Another system, or not ours to write to.
  }
  return undefined;
}

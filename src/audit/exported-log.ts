/**
 * Reads a log that lies in a folder as the files of C2SP tlog-tiles (https://c2sp.org/tlog-tiles), such as the export of a
 * closed log. Nothing there is trusted: the audit computes every hash itself.
 */
import { constants, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { LogFiles } from "../verify/log-reader.ts";

const CHECKPOINT = "checkpoint";

/** Whether that folder holds a log as files, and not the data of a service. */
export function isExportedLog(folder: string): boolean {
  return existsSync(join(folder, CHECKPOINT));
}

/** The files of the log in that folder. */
export function exportedLogFiles(folder: string): LogFiles {
  return {
    get: (path, maxBytes) => readBounded(join(folder, path), maxBytes),
    noCheckpoint: `there is no log in ${folder}: it has no checkpoint`,
  };
}

/** Reads a file; refuses pipes, which could wait forever, and devices, which may have no end. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw new WarifuError("SERVICE_UNREACHABLE", `${path} is not a file`);
    if (stats.size > maxBytes) throw new WarifuError("SERVICE_UNREACHABLE", `${path} has more than ${maxBytes} bytes`);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof WarifuError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new WarifuError("SERVICE_UNREACHABLE", `${path}: ${messageOf(cause)}`, { cause });
  }
}

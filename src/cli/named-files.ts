/**
 * Files named on the command line. One that cannot be read or written is wrong use, reported without the names of system
 * calls.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not open it",
  EISDIR: "it is a folder",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "part of the path is a file",
  EROFS: "the disk is read-only",
};

/**
 * The bytes of a text file, without a byte order mark.
 * @throws USAGE
 */
export function readNamedFile(path: string, what: string): Uint8Array {
  try {
    return withoutByteOrderMark(readFileSync(path));
  } catch (error) {
    throw unusable(`the ${what} ${path} cannot be read`, error);
  }
}

/**
 * Writes a whole file.
 * @param mode permissions of a new file; by default what the system allows
 * @throws USAGE
 */
export function writeNamedFile(path: string, text: string | Uint8Array, what: string, mode = 0o666): void {
  try {
    writeFileSync(path, text, { mode });
  } catch (error) {
    throw unusable(`the ${what} cannot be written to ${path}`, error);
  }
}

/** A file written line by line. */
export interface LineFile {
  add(line: string): void;
  close(): void;
}

/**
 * Opens a file to write lines to; any earlier content is lost.
 * @param mode as for {@link writeNamedFile}
 * @throws USAGE, also from its methods
 */
export function openLineFile(path: string, what: string, mode = 0o666): LineFile {
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw unusable(`the ${what} cannot be written to ${path}`, error);
    }
  };
  const file = attempt(() => openSync(path, "w", mode));
  return {
    add: (line) => void attempt(() => writeSync(file, `${line}\n`)),
    close: () => attempt(() => closeSync(file)),
  };
}

/** The error of a file that cannot be used. */
export function unusable(sentence: string, cause: unknown): WarifuError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  return new WarifuError("USAGE", `${sentence}: ${REASONS[code] ?? messageOf(cause)}`, { cause });
}

/**
 * Files named on the command line. One that cannot be read or written is wrong use, reported without the names of system
 * calls.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not open it",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
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

/** How a file of lines is opened. */
export interface LineFileOptions {
  /** As for {@link writeNamedFile}. */
  readonly mode?: number;
  /** Whether earlier content stays until the first line is written; by default it is lost at once. */
  readonly isKeptUntilFirst?: boolean;
}

/**
 * Opens a file to write lines to.
 * @throws USAGE, also from its methods
 */
export function openLineFile(path: string, what: string, options: LineFileOptions = {}): LineFile {
  const { mode = 0o666, isKeptUntilFirst = false } = options;
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw unusable(`the ${what} cannot be written to ${path}`, error);
    }
  };
  const file = attempt(() => openSync(path, isKeptUntilFirst ? "a" : "w", mode));
  let isFormer = isKeptUntilFirst && attempt(() => fstatSync(file).isFile());
  const write = (line: string): void => {
    if (isFormer) ftruncateSync(file);
    isFormer = false;
    writeSync(file, `${line}\n`);
  };
  return {
    add: (line) => attempt(() => write(line)),
    close: () => attempt(() => closeSync(file)),
  };
}

/** Whether two paths lead to one file that is there. */
export function isSameFile(path: string, other: string): boolean {
  try {
    return realpathSync(path) === realpathSync(other);
  } catch {
    return false;
  }
}

/** The error of a file that cannot be used. */
export function unusable(sentence: string, cause: unknown): WarifuError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  return new WarifuError("USAGE", `${sentence}: ${REASONS[code] ?? messageOf(cause)}`, { cause });
}

/**
 * Where the bundles of many records are kept: a folder with a file for each, or one file with a bundle on each line. A
 * bundle that is already there and belongs to its record is kept, so that an interrupted run can be continued.
 */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
} from "node:fs";
import { join } from "node:path";
import { MAX_BUNDLE_BYTES, parseBundle } from "../core/bundle.ts";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import { parseRecordId, recordIdOf } from "../core/record-id.ts";
import { linesOf } from "./bounded-lines.ts";
import { unusable } from "./named-files.ts";

/** Bundles of records, by their ids. */
export interface BundleStore {
  /** Whether there is one for that record. */
  has(id: string): boolean;
  /** Stores the text of one, completely or not at all. @throws USAGE */
  keep(id: string, text: string): void;
}

/** Whether a path names a file of bundles, one a line. */
export function isLinesPath(path: string): boolean {
  return /\.(?:ndjson|jsonl)$/i.test(path);
}

/**
 * Opens a folder or a file. One that does not exist is created with the first bundle.
 * @param isPersonal whether nobody else may read the bundles
 * @throws USAGE
 */
export async function openBundleStore(path: string, isPersonal: boolean): Promise<BundleStore> {
  try {
    return isLinesPath(path) ? await openLines(path, isPersonal) : openFolder(path, isPersonal);
  } catch (error) {
    if (error instanceof WarifuError) throw error;
    throw unusable(`bundles cannot be kept in ${path}`, error);
  }
}

function openFolder(folder: string, isPersonal: boolean): BundleStore {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new WarifuError("USAGE", `${folder} is a file: name a folder, or a file that ends in .ndjson`);
  // Ids are safe as file names.
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  return {
    has: (id) => existsSync(fileOf(id)) && tailOf(readFileSync(fileOf(id))) === idTail(id),
    keep(id, text) {
      attempt(folder, () => {
        // Not before there is something to keep: where no record fits, nothing is left behind.
        mkdirSync(folder, { recursive: true, ...(isPersonal && { mode: 0o700 }) });
        const unfinished = `${fileOf(id)}.part`;
        writeFileSync(unfinished, text, { mode: isPersonal ? 0o600 : 0o666 });
        renameSync(unfinished, fileOf(id));
      });
    },
  };
}

/** Removes a last line that was cut off, and everything after a line that is not a bundle. */
async function openLines(file: string, isPersonal: boolean): Promise<BundleStore> {
  const kept = new Set<string>();
  let whole = 0;
  if (existsSync(file))
    for await (const { bytes, isEnded } of linesOf(createReadStream(file), MAX_BUNDLE_BYTES)) {
      const tail = isEnded ? tailOf(bytes) : undefined;
      if (tail === undefined) break;
      kept.add(tail);
      whole += bytes.length + 1;
    }
  if (existsSync(file)) {
    if (whole === 0 && statSync(file).size > 0)
      throw new WarifuError("USAGE", `${file} holds something else than bundles: name another file`);
    truncateSync(file, whole);
  }
  return {
    has: (id) => kept.has(idTail(id)),
    keep(id, text) {
      const line = `${JSON.stringify(JSON.parse(text))}\n`;
      attempt(file, () => appendFileSync(file, line, { mode: isPersonal ? 0o600 : 0o666 }));
      kept.add(idTail(id));
    },
  };
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw unusable(`a bundle cannot be kept in ${path}`, error);
  }
}

/** The part of a record's id that depends on its leaf; the rest is the time, which is in the body. */
function idTail(id: string): string {
  return toHex(parseRecordId(id).subarray(6));
}

/** That part for the record of a bundle; `undefined` for bytes that are not a bundle. */
function tailOf(bytes: Uint8Array): string | undefined {
  try {
    return toHex(recordIdOf(leafHash(parseBundle(bytes).entry), 0).subarray(6));
  } catch {
    return undefined;
  }
}

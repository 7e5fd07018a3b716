/**
 * Where the bundles of many records are kept: a folder with a file for each, or one file with a bundle on each line. What is
 * there already and is a bundle of its record stays, so that a run that was cut off is gone on with.
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
  /** Whether there is one of that record. */
  has(id: string): boolean;
  /** Keeps the text of one; whole, or not at all. @throws USAGE */
  keep(id: string, text: string): void;
}

/** Whether a path names a file of bundles, one a line. */
export function isLinesPath(path: string): boolean {
  return /\.(?:ndjson|jsonl)$/i.test(path);
}

/**
 * Opens a folder or a file; makes it if it is not there.
 * @param isPersonal whether nobody else may read what is kept
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
  mkdirSync(folder, { recursive: true, ...(isPersonal && { mode: 0o700 }) });
  // Ids have nothing in them that a file system minds.
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  return {
    has: (id) => existsSync(fileOf(id)) && tailOf(readFileSync(fileOf(id))) === idTail(id),
    keep(id, text) {
      attempt(folder, () => {
        const unfinished = `${fileOf(id)}.part`;
        writeFileSync(unfinished, text, { mode: isPersonal ? 0o600 : 0o666 });
        renameSync(unfinished, fileOf(id));
      });
    },
  };
}

/** A last line that was cut off, and what follows a line that is no bundle, goes. */
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

/** The part of a record's id that its leaf decides; the other is the time, which stands in the body. */
function idTail(id: string): string {
  return toHex(parseRecordId(id).subarray(6));
}

/** That part for the record of a bundle; `undefined` for bytes that are none. */
function tailOf(bytes: Uint8Array): string | undefined {
  try {
    return toHex(recordIdOf(leafHash(parseBundle(bytes).entry), 0).subarray(6));
  } catch {
    return undefined;
  }
}

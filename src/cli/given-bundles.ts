/**
 * The bundles named for verification: files with one bundle, folders of such files, and files with a bundle on each line;
 * read one after the other in bounded memory.
 */
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_BUNDLE_BYTES } from "../core/bundle.ts";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { linesOf } from "./bounded-lines.ts";
import { isLinesPath } from "./bundle-store.ts";
import { unusable } from "./named-files.ts";
import { assertOwnFile } from "./own-file.ts";

/** One bundle, or what should be one. */
export interface GivenBundle {
  /** The file, and the line in it. */
  readonly name: string;
  /** Without a byte order mark; the error where they cannot be read. */
  readonly bytes: Uint8Array | WarifuError;
  /** Whether this very file was named, so that its outcome is always printed. */
  readonly isNamed: boolean;
}

const BLANK = /^\s*$/;

type Bundles = AsyncGenerator<GivenBundle, void, undefined>;

/** All bundles at these paths, in order; those of a folder by name. @throws USAGE for a single path without any */
export async function* givenBundles(paths: readonly string[]): Bundles {
  for (const path of paths) yield* paths.length > 1 ? goingOn(path, bundlesAt(path)) : bundlesAt(path);
}

/** One file among others that has no bundle, or cannot be read, keeps nobody from judging the others. */
async function* goingOn(name: string, bundles: Bundles): Bundles {
  try {
    yield* bundles;
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    yield { name, bytes: error, isNamed: true };
  }
}

async function* bundlesAt(path: string): Bundles {
  if (isFolder(path)) yield* bundlesOfFolder(path);
  else if (isLinesPath(path)) yield* bundlesOfLines(path);
  else yield { name: path, bytes: await readOrRefuse(path), isNamed: true };
}

/** Whether these paths name exactly one bundle. */
export function isOneBundle(paths: readonly string[]): boolean {
  const [path] = paths;
  return paths.length === 1 && path !== undefined && !isLinesPath(path) && !isFolder(path);
}

/** What cannot even be looked at is said where it is read. */
function isFolder(path: string): boolean {
  try {
    return path !== "-" && statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function* bundlesOfFolder(folder: string): Bundles {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json") || isLinesPath(name))
    .sort()
    .map((name) => join(folder, name));
  if (files.length === 0)
    throw new WarifuError("USAGE", `${folder} has no bundle in it: no file there ends in .json or .ndjson`);
  for (const one of files)
    if (isLinesPath(one)) yield* goingOn(one, bundlesOfLines(one));
    else yield { name: one, bytes: await readOrRefuse(one), isNamed: false };
}

async function* bundlesOfLines(file: string): Bundles {
  let [number, found] = [0, 0];
  try {
    for await (const { bytes } of linesOf(createReadStream(file), MAX_BUNDLE_BYTES)) {
      number++;
      if (bytes.length < 3 && BLANK.test(Buffer.from(bytes).toString("latin1"))) continue;
      found++;
      yield { name: `${file}:${number}`, bytes: withoutByteOrderMark(bytes), isNamed: false };
    }
  } catch (error) {
    throw unusable(`the bundles ${file} cannot be read`, error);
  }
  if (found === 0) throw new WarifuError("USAGE", `${file} has no bundle in it: it is empty`);
}

async function readOrRefuse(path: string): Promise<Uint8Array | WarifuError> {
  try {
    return withoutByteOrderMark(await readBounded(path));
  } catch (error) {
    return unusable(`the bundle ${path} cannot be read`, error);
  }
}

/** Why these bytes are no bundle at all, if they are none: they say nothing about any record. */
export function refusalOf(name: string, bytes: Uint8Array): WarifuError | undefined {
  try {
    assertOwnFile(bytes, "proof bundle", name === "-" ? "stdin" : name);
    return undefined;
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

/** Reads at most one byte more than a bundle may have: enough to reject the file, however long it is. */
async function readBounded(path: string): Promise<Uint8Array> {
  const source = path === "-" ? process.stdin : createReadStream(path, { end: MAX_BUNDLE_BYTES });
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of source as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > MAX_BUNDLE_BYTES) break;
  }
  return Buffer.concat(pieces);
}

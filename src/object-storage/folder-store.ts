/**
 * A folder, laid out as the bucket would be, for any web server to serve: a disk in the city's own rooms, or a log that is
 * closed and kept as files.
 */
import { createHash, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { chmod, link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { messageOf, WarifuError } from "../core/errors.ts";
import { syncFolder } from "../files/whole-file.ts";
import type { NewObject, ObjectStore, PieceAsked, StoredObject, StoredPiece } from "./object-store.ts";

/** Somebody who has held the place of a replacement for so long is gone. */
const ABANDONED_MS = 60_000;
/**
 * A folder may come from somebody else, who is not to choose what else of this machine is shown with it; and a pipe could wait
 * forever.
 */
const AS_FILE = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** No key of a log begins like this. */
const ARRIVALS = ".arriving";

/** Objects as files. Types and caching are for the web server in front to tell. */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly #folder: string;
  readonly #writer = randomUUID();
  #isSwept = false;

  /** @param folder absolute; it is created with the first object */
  constructor(folder: string) {
    this.#folder = folder;
    this.name = folder;
  }

  read(key: string, maxBytes: number): Promise<StoredObject | undefined> {
    return this.#attempt(async () => {
      const path = join(this.#folder, key);
      const bytes = await contentOf(path, maxBytes);
      return bytes && { bytes, version: versionOf(bytes), isKept: false };
    });
  }

  readPiece(key: string, { from, length, of: former }: PieceAsked): Promise<StoredPiece | undefined> {
    return this.#attempt(() =>
      withFile(join(this.#folder, key), async (file, { ino, size, mtimeMs }) => {
        const of = `${ino} ${size} ${mtimeMs}`;
        if (former !== undefined && of !== former)
          throw new WarifuError("STORE_FAILED", `${key} was replaced meanwhile`);
        const place = new Uint8Array(Math.min(length, Math.max(0, size - from)));
        const { bytesRead } = await file.read(place, 0, place.length, from);
        return { bytes: place.subarray(0, bytesRead), size, of };
      }),
    );
  }

  create(key: string, { bytes }: NewObject): Promise<boolean> {
    return this.#attempt(async () => {
      const path = join(this.#folder, key);
      await makeFolder(dirname(path));
      const arriving = await this.#arrival();
      try {
        await writeDurably(arriving, bytes, "wx");
        // Unlike a rename, it fails when there is one.
        await link(arriving, path);
        syncFolder(dirname(path));
        return true;
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      } finally {
        await rm(arriving, { force: true });
      }
    });
  }

  replace(key: string, { bytes }: NewObject, version: string): Promise<boolean> {
    return this.#attempt(async () => {
      const path = join(this.#folder, key);
      // Whoever creates this file may replace; the others come too late.
      const next = `${path}.next`;
      if (!(await takePlace(next, bytes))) return false;
      const now = await contentOf(path, Number.MAX_SAFE_INTEGER);
      if (now === undefined || versionOf(now) !== version) {
        await rm(next, { force: true });
        return false;
      }
      await rename(next, path);
      syncFolder(dirname(path));
      return true;
    });
  }

  keysBelow(prefix: string): Promise<readonly string[]> {
    return this.#attempt(async () => {
      const names = await readdir(join(this.#folder, prefix)).catch(noneIfMissing);
      return (names ?? []).map((name) => prefix + name);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#attempt(() => rm(join(this.#folder, key), { force: true }));
  }

  /** Where a file is written before it has its name. What a writer that died left there is removed. */
  async #arrival(): Promise<string> {
    const folder = join(this.#folder, ARRIVALS);
    await makeFolder(folder);
    if (!this.#isSwept) {
      const others = (await readdir(folder)).filter((name) => !name.startsWith(this.#writer));
      for (const name of others) await removeAbandoned(join(folder, name));
      this.#isSwept = others.length === 0;
    }
    return join(folder, `${this.#writer}.${randomUUID()}`);
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      if (cause instanceof WarifuError) throw cause;
      throw new WarifuError("STORE_FAILED", `the folder ${this.#folder}: ${messageOf(cause)}`, { cause });
    }
  }
}

/** Makes a folder and those above it that are missing, all of them for everybody to read. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const below = relative(first, path).split(sep).filter(Boolean);
  for (let at = 0; at <= below.length; at++) await chmod(join(first, ...below.slice(0, at)), 0o755);
}

function contentOf(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  return withFile(path, async (file, { size }) => {
    if (size > maxBytes) throw new WarifuError("TOO_LARGE", `${path} has more than ${maxBytes} bytes`);
    return file.readFile();
  });
}

/** Reads a file, if it is there; refuses links, pipes, and devices, which may have no end. */
async function withFile<T>(path: string, read: (file: FileHandle, stats: Stats) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, AS_FILE).catch(noneIfMissing);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new WarifuError("STORE_FAILED", `${path} is not a file`);
    return await read(file, stats);
  } finally {
    await file.close();
  }
}

async function takePlace(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await writeDurably(path, bytes, "wx");
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    await removeAbandoned(path);
    return false;
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const held = await stat(path).catch(noneIfMissing);
  if (held && Date.now() - held.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
}

async function writeDurably(path: string, bytes: Uint8Array, flag: string): Promise<void> {
  const file = await open(path, flag);
  try {
    await file.writeFile(bytes);
    // For everybody to read, although the service closes what else it writes.
    await file.chmod(0o644);
    await file.sync();
  } finally {
    await file.close();
  }
}

function versionOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function noneIfMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
  return undefined;
}

function codeOf(error: unknown): unknown {
  return (Object(error) as { readonly code?: unknown }).code;
}

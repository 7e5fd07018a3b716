// A ledger whose log is copied, and what a reader finds at the storage.

import { expect } from "chai";

import { addendumPath } from "../../src/core/addenda.ts";
import { bodyBundlePath, decodeBodyBundle } from "../../src/core/body-bundle.ts";
import { equalBytes } from "../../src/core/bytes.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { decodeEntry } from "../../src/core/entry.ts";
import { leafHash } from "../../src/core/merkle.ts";
import type { VerifierKey } from "../../src/core/note.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { decodeEntryBundle, TILE_WIDTH, tilePath, tileWidth, type TileName } from "../../src/core/tile.ts";
import type { CopiedLog } from "../../src/object-storage/log-copy.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { FolderStore } from "../../src/object-storage/folder-store.ts";
import type { NewObject, ObjectStore } from "../../src/object-storage/object-store.ts";
import { LogFiles } from "../../src/read/log-files.ts";
import { copiedLog } from "../../src/service/open-copying.ts";
import { naiveRangeHash } from "../reference/naive-merkle.ts";
import type { TestLedger } from "../support/ledger.ts";

/** The log of a ledger, as the service hands it to the copy. */
export function logOf({ log }: TestLedger): CopiedLog {
  return copiedLog(log, new LogFiles(log));
}

/**
 * Reads the whole log that the storage shows, as a client would that knows nothing of who wrote it: every entry, every tile.
 * The root is computed from the entries alone.
 * @returns the number of entries; 0 if no checkpoint is shown
 */
export async function expectWhole(storage: Pick<ObjectStore, "read">, key: VerifierKey): Promise<number> {
  const found = await storage.read("checkpoint", 65_536);
  if (!found) return 0;
  const { treeSize, rootHash } = openCheckpoint(found.bytes, key).checkpoint;
  const leaves: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < treeSize; index++) {
    const width = tileWidth(0, index, treeSize);
    const entries = decodeEntryBundle(await fileAt(storage, { level: "entries", index, width }), width).map(leafHash);
    leaves.push(...entries);
    expect(equalBytes(Buffer.concat(entries), await fileAt(storage, { level: 0, index, width }))).to.equal(true);
  }
  const naive = naiveRangeHash(leaves.map((leaf) => Buffer.from(leaf)));
  expect(equalBytes(naive(0, treeSize), rootHash), "the root of the entries").to.equal(true);
  const above = tileWidth(1, 0, treeSize);
  const hashes = Array.from({ length: above }, (_, at) => naive(at * TILE_WIDTH, (at + 1) * TILE_WIDTH));
  if (above > 0)
    expect(equalBytes(Buffer.concat(hashes), await fileAt(storage, { level: 1, index: 0, width: above }))).to.equal(
      true,
    );
  return treeSize;
}

/**
 * The bodies of a log of `size` entries, as a client reads them from the storage in bulk, each held against its entry; those
 * that have no room in their bundle by themselves.
 */
export async function bodiesAt(storage: Pick<ObjectStore, "read">, size: number): Promise<(string | "withheld")[]> {
  const bodies: string[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = tileWidth(0, index, size);
    const bundle = decodeEntryBundle(await fileAt(storage, { level: "entries", index, width }), width);
    const path = bodyBundlePath(index, width);
    const found = await storage.read(path, 5_000_000);
    if (!found) expect.fail(`${path} is missing`);
    for (const [at, body] of decodeBodyBundle(found.bytes, width).entries()) {
      const { bodyDigest } = decodeEntry(bundle[at] as Uint8Array);
      const bytes = body === "apart" ? (await storage.read(addendumPath(bodyDigest), 1_048_576))?.bytes : body;
      if (bytes instanceof Uint8Array) expect(equalBytes(sha256(bytes), bodyDigest), `${path}, ${at}`).to.equal(true);
      bodies.push(bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : (bytes ?? "missing"));
    }
  }
  return bodies;
}

/** A partial tile that is gone is read from the full one, as tlog-tiles says. */
async function fileAt(storage: Pick<ObjectStore, "read">, name: TileName): Promise<Uint8Array> {
  const path = tilePath(name);
  const found = await storage.read(path, 1_000_000);
  if (!found) expect.fail(`${path} is missing`);
  return found.bytes;
}

/** A folder that fails at the step of that number. */
export class FailingFolder extends FolderStore {
  left: number;

  constructor(folder: string, steps: number) {
    super(folder);
    this.left = steps;
  }

  override async create(key: string, object: NewObject): Promise<boolean> {
    this.#step();
    return super.create(key, object);
  }

  override async replace(key: string, object: NewObject, version: string): Promise<boolean> {
    this.#step();
    return super.replace(key, object, version);
  }

  override async remove(key: string): Promise<void> {
    this.#step();
    return super.remove(key);
  }

  #step(): void {
    if (this.left-- <= 0) throw new WarifuError("SERVICE_UNREACHABLE", "the storage is away");
  }
}

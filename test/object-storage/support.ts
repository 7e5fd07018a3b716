// A ledger whose log is copied, and what a reader finds at the storage.

import { expect } from "chai";

import { equalBytes } from "../../src/core/bytes.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { leafHash } from "../../src/core/merkle.ts";
import type { VerifierKey } from "../../src/core/note.ts";
import { decodeEntryBundle, TILE_WIDTH, tilePath, tileWidth, type TileName } from "../../src/core/tile.ts";
import type { CopiedLog } from "../../src/object-storage/log-copy.ts";
import type { ObjectStore } from "../../src/object-storage/object-store.ts";
import { LogFiles } from "../../src/read/log-files.ts";
import { naiveRangeHash } from "../reference/naive-merkle.ts";
import type { TestLedger } from "../support/ledger.ts";

/** The log of a ledger, as the service hands it to the copy. */
export function logOf({ log }: TestLedger): CopiedLog {
  const files = new LogFiles(log);
  return {
    checkpoint: () => files.checkpoint(),
    tile: (name) => files.tile(name),
    rootAt: (size) => log.tree.rootAt(size),
    get publishedSize() {
      return log.tree.publishedSize;
    },
  };
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

/** A partial tile that is gone is read from the full one, as tlog-tiles says. */
async function fileAt(storage: Pick<ObjectStore, "read">, name: TileName): Promise<Uint8Array> {
  const path = tilePath(name);
  const found = await storage.read(path, 1_000_000);
  if (!found) expect.fail(`${path} is missing`);
  return found.bytes;
}

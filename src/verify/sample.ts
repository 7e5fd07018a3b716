/**
 * A sample of a log's leaves, drawn without replacement using the randomness passed in; each is checked by its inclusion
 * proof.
 */
import type { WarifuError } from "../core/errors.ts";
import { verifyInclusion } from "../core/merkle.ts";
import type { RandomBytes } from "../core/random.ts";
import { TILE_WIDTH, tileWidth } from "../core/tile.ts";
import { mostAlteredPercent, seededBytes } from "./confidence.ts";
import type { Head } from "./audited-log.ts";
import { readEntries, type LogReading } from "./log-walk.ts";
import type { AnchoredRoots } from "./shown-anchors.ts";
import { TileTree } from "./tile-tree.ts";

/** How many leaves to check instead of all. */
export interface Sample {
  readonly leaves: number;
  readonly randomBytes: RandomBytes;
  /** What the randomness follows from, if it can be repeated. */
  readonly seed?: string | undefined;
}

/** A sample that anybody can draw again. */
export function seededSample(leaves: number, seed: string): Sample {
  return { leaves, randomBytes: seededBytes(seed), seed };
}

/** The leaves to check, in rising order; `undefined` when the sample would be the whole log. Precondition: size <= 2^48. */
export function drawLeaves({ leaves, randomBytes }: Sample, size: number): number[] | undefined {
  if (leaves >= size) return undefined;
  const drawn = new Set<number>();
  while (drawn.size < leaves) drawn.add(randomBytes(6).reduce((value, byte) => value * 256 + byte, 0) % size);
  return [...drawn].sort((a, b) => a - b);
}

/**
 * Checks these leaves, in rising order, and the anchors against a head.
 * @param seed what the leaves were drawn from, if that can be repeated
 */
export async function sampleLog(
  reading: LogReading,
  anchored: AnchoredRoots,
  leaves: readonly number[],
  head: Head,
  seed: string | null = null,
): Promise<void> {
  const { reader, entries, findings, onProgress } = reading;
  const { treeSize, rootHash } = head;
  const count = leaves.length;
  findings.note({ id: "sampled", leaves: count, treeSize, seed, mostAltered: mostAlteredPercent(count) });
  await entries.begin();
  const tree = new TileTree(reader, treeSize);
  const entryAt = entryReader(reading, treeSize);
  for (const [done, leafIndex] of leaves.entries()) {
    await findings.attempt(`leaf ${leafIndex}`, async () => {
      const entry = await entryAt(leafIndex);
      const leafHash = entry && (await entries.checkOne(leafIndex, entry));
      if (!leafHash) return;
      const proof = await tree.inclusionProof(leafIndex);
      verifyInclusion({ leafHash, leafIndex, treeSize, rootHash, proof });
    });
    onProgress?.(done + 1, leaves.length);
  }
  entries.endSample();
  await anchored.compareByProof(tree, head);
  findings.checked.tiles = tree.tilesRead;
}

/** Reads single entries; where the log serves bundles only, neighbours come from the same one. */
function entryReader(
  reading: LogReading,
  treeSize: number,
): (leafIndex: number) => Promise<Uint8Array | WarifuError | undefined> {
  const { reader } = reading;
  let held = -1;
  let bundle: readonly (Uint8Array | WarifuError)[] | undefined;
  return async (leafIndex) => {
    if (reader.entry) return reader.entry(leafIndex);
    const index = Math.floor(leafIndex / TILE_WIDTH);
    if (index !== held) bundle = await readEntries(reading, index, tileWidth(0, index, treeSize));
    held = index;
    return bundle?.[leafIndex % TILE_WIDTH];
  };
}

/**
 * A sample of a log's leaves, drawn without replacement using the randomness passed in; each is checked by its inclusion
 * proof.
 */
import type { WarifuError } from "../core/errors.ts";
import { verifyInclusion } from "../core/merkle.ts";
import type { RandomBytes } from "../core/random.ts";
import { TILE_WIDTH, tileWidth } from "../core/tile.ts";
import { mostAlteredPercent, seededBytes } from "./confidence.ts";
import type { KeptFindings } from "./audit-findings.ts";
import type { Head } from "./audited-log.ts";
import type { KeptEntries } from "./entry-audit.ts";
import { readEntries, type LogReading } from "./log-walk.ts";
import type { AnchoredRoots } from "./shown-anchors.ts";
import { TileTree } from "./tile-tree.ts";

/** How many leaves to check instead of all. */
export interface Sample {
  readonly leaves: number;
  readonly randomBytes: RandomBytes;
  /** The seed of the randomness, if the sample can be repeated. */
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

/** The state of a sample, in a form that survives JSON. */
export interface KeptSample {
  /** Note of the checkpoint that the leaves were drawn for: the log may have grown since. */
  readonly checkpoint: string;
  /** How many of the leaves were checked. */
  readonly done: number;
  readonly entries: KeptEntries;
  readonly findings: KeptFindings;
}

/** Where the state of a sample is kept, so that it can continue after an interruption. */
export interface SampleMemory {
  /** The state that an earlier run kept of the same sample: the same leaves and seed, of the same log. */
  readonly before?: KeptSample | undefined;
  /** Whether it is time to keep the state. */
  isDue(): boolean;
  keep(state: KeptSample): void;
}

/** What {@link sampleLog} checks. */
export interface SampleBounds {
  /** In rising order. */
  readonly leaves: readonly number[];
  /** The seed that they were drawn from, if the sample can be repeated. */
  readonly seed?: string | undefined;
  /** How many of them an earlier run checked. */
  readonly from?: number | undefined;
  /** Called after each few leaves. */
  readonly onDone?: ((done: number) => void) | undefined;
}

/** How many leaves are fetched and checked at a time from a log that serves bundles: it may be far away. */
const LEAVES_AT_ONCE = 16;

/** Checks the leaves and the anchors against a head. */
export async function sampleLog(
  reading: LogReading,
  anchored: AnchoredRoots,
  { leaves, seed, from = 0, onDone }: SampleBounds,
  head: Head,
): Promise<void> {
  const { reader, entries, findings, onProgress } = reading;
  const { treeSize } = head;
  const count = leaves.length;
  const mostAltered = mostAlteredPercent(count);
  findings.note({ id: "sampled", leaves: count, treeSize, seed: seed ?? null, mostAltered });
  await entries.begin();
  const tree = new TileTree(reader, treeSize);
  const check = leafCheck(reading, tree, head);
  const atOnce = reader.entry ? 1 : LEAVES_AT_ONCE;
  for (let at = from; at < count; at += atOnce) {
    await Promise.all(leaves.slice(at, at + atOnce).map(check));
    const done = Math.min(at + atOnce, count);
    onDone?.(done);
    onProgress?.(done, count);
  }
  entries.endSample();
  await anchored.compareByProof(tree, head);
  findings.checked.tiles += tree.tilesRead;
}

/** Checks one leaf by its inclusion proof. */
function leafCheck(
  reading: LogReading,
  tree: TileTree,
  { treeSize, rootHash }: Head,
): (leafIndex: number) => Promise<unknown> {
  const { entries, findings } = reading;
  const entryAt = entryReader(reading, treeSize);
  return (leafIndex) =>
    findings.attempt(`leaf ${leafIndex}`, async () => {
      const entry = await entryAt(leafIndex);
      const leafHash = entry && (await entries.checkOne(leafIndex, entry));
      if (!leafHash) return;
      const proof = await tree.inclusionProof(leafIndex);
      verifyInclusion({ leafHash, leafIndex, treeSize, rootHash, proof });
    });
}

/** Reads single entries. Where the log serves only bundles, neighbouring leaves come from the same one. */
function entryReader(
  reading: LogReading,
  treeSize: number,
): (leafIndex: number) => Promise<Uint8Array | WarifuError | undefined> {
  const { reader } = reading;
  const held = new Map<number, ReturnType<typeof readEntries>>();
  return async (leafIndex) => {
    if (reader.entry) return reader.entry(leafIndex);
    const index = Math.floor(leafIndex / TILE_WIDTH);
    // The leaves rise, so an older bundle is not needed again.
    if (held.size > LEAVES_AT_ONCE) held.delete(held.keys().next().value as number);
    const bundle = held.get(index) ?? readEntries(reading, index, tileWidth(0, index, treeSize));
    held.set(index, bundle);
    return (await bundle)?.[leafIndex % TILE_WIDTH];
  };
}

/**
 * Which checkpoints of a stored log are sound: signed by the log's key, with the size and root of their row. A log that
 * receives single records has a checkpoint for each, and its signature costs as much to check as the rest of the record.
 */
import { equalBytes, utf8 } from "../core/bytes.ts";
import { openCheckpoint } from "../core/checkpoint.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import type { LogKeys } from "../core/log-keys.ts";
import type { LogStore, StoredCheckpoint } from "../store/log-store.ts";

const PAGE = 1_000;

/** The fault of a head, if it has one: its note must be signed, and agree with the size and root stored with it. */
export function faultOf({ treeSize, rootHash, note }: StoredCheckpoint, logKey: LogKeys): WarifuError | undefined {
  try {
    const { checkpoint } = openCheckpoint(utf8(note), logKey);
    if (checkpoint.treeSize === treeSize && equalBytes(checkpoint.rootHash, rootHash)) return undefined;
    return new WarifuError("CHECKPOINT_INVALID", "its size or root differ from those in its signed note");
  } catch (error) {
    return asDamage(error);
  }
}

/** The error for something unreadable: it counts as damage, however reading it failed. */
export function asDamage(error: unknown): WarifuError {
  if (error instanceof WarifuError) return error;
  return new WarifuError("STORE_CORRUPT", messageOf(error), { cause: error });
}

/** Sound heads by rising size. */
export interface SoundHeads {
  readonly sizes: Float64Array;
  /** 32 bytes each. */
  readonly roots: Uint8Array;
}

/** All heads of a store above one size and up to another; `undefined` if one of them is not sound. @throws STORE_FAILED */
export async function soundHeads(
  store: Pick<LogStore, "checkpoints">,
  above: number,
  upTo: number,
  logKey: LogKeys,
): Promise<SoundHeads | undefined> {
  const heads: StoredCheckpoint[] = [];
  for (let below = upTo + 1, isLast = false; !isLast;) {
    const page = await store.checkpoints(below, PAGE);
    const within = page.filter(({ treeSize }) => treeSize > above);
    if (within.some((head) => faultOf(head, logKey) !== undefined)) return undefined;
    heads.push(...within);
    isLast = within.length < PAGE;
    below = within.at(-1)?.treeSize ?? 0;
  }
  heads.reverse();
  const roots = new Uint8Array(heads.length * HASH_BYTES);
  for (const [at, { rootHash }] of heads.entries()) roots.set(rootHash, at * HASH_BYTES);
  return { sizes: Float64Array.from(heads, ({ treeSize }) => treeSize), roots };
}

/** The lowest of them above a size. */
export function headAboveIn(
  { sizes, roots }: SoundHeads,
  size: number,
): { treeSize: number; rootHash: Uint8Array } | undefined {
  let [low, high] = [0, sizes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sizes[middle] as number) > size) high = middle;
    else low = middle + 1;
  }
  const treeSize = sizes[low];
  if (treeSize === undefined) return undefined;
  return { treeSize, rootHash: roots.slice(low * HASH_BYTES, (low + 1) * HASH_BYTES) };
}

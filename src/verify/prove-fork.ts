/**
 * Makes fork evidence against a log: from two of its heads, and from its own tiles, which show how the larger tree begins.
 * Evidence is returned only if it passes the check that a third party would make.
 */
import { utf8 } from "../core/bytes.ts";
import { codeOf } from "../core/errors.ts";
import { formatForkEvidence, type ForkHead } from "../core/fork-evidence.ts";
import type { Policy } from "../core/policy.ts";
import type { Head, LeafReader } from "./audited-log.ts";
import { TileTree } from "./tile-tree.ts";
import { verifyForkEvidence } from "./verify-fork.ts";

/** A head, and the checkpoint or anchor that states it. */
export type StatedHead = Pick<Head, "treeSize"> & { readonly stated: ForkHead };

/**
 * The text of evidence that two heads are of two histories; `undefined` if that cannot be shown to a third party: they are
 * of one history, or the log serves nothing that leads to the larger root.
 * @throws SERVICE_UNREACHABLE the log does not answer
 */
export async function proveFork(
  reader: Pick<LeafReader, "tile">,
  heads: readonly [StatedHead, StatedHead],
  policy: Policy,
): Promise<string | undefined> {
  const [smaller, larger] = [...heads].sort((a, b) => a.treeSize - b.treeSize) as [StatedHead, StatedHead];
  const [from, to] = [smaller.treeSize, larger.treeSize];
  const isOneSize = from === to;
  const prefix = isOneSize ? undefined : await prefixOf(reader, from, to);
  if (!isOneSize && !prefix) return undefined;
  const text = formatForkEvidence({
    smaller: smaller.stated,
    larger: larger.stated,
    ...(prefix && { prefix }),
  });
  const { steps } = await verifyForkEvidence(utf8(text), policy);
  // Whether the block of an anchor is on the chain, each reader of the evidence asks their own node.
  return steps.some(({ outcome }) => outcome === "refuted") ? undefined : text;
}

async function prefixOf(
  reader: Pick<LeafReader, "tile">,
  size: number,
  largerSize: number,
): Promise<{ rootHash: Uint8Array; proof: Uint8Array[] } | undefined> {
  const tree = new TileTree(reader, largerSize);
  try {
    return { rootHash: await tree.rootAt(size), proof: await tree.consistencyProof(size) };
  } catch (error) {
    if (codeOf(error) === "NOT_FOUND" || codeOf(error) === "TILE_INVALID") return undefined;
    throw error;
  }
}

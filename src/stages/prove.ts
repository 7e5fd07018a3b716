/**
 * Stage prove: puts together the proof bundle of one entry, against the smallest final anchor above it. The proof is
 * built from the tree, not from an index, so a planted row cannot make one that verifies.
 */
import { formatBundle } from "../core/bundle.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { inclusionRanges } from "../core/merkle.ts";
import { formatTlogProof } from "../core/tlog-proof.ts";
import type { AnchorState, LedgerStore, StoredEntry } from "../store/ledger-store.ts";
import type { LogTree } from "./log-tree.ts";

/**
 * The bundle of an entry, as text.
 * @param openings those that the asker was granted
 * @throws NOT_ANCHORED_YET while no anchor above the entry is final
 */
export async function prove(
  entry: StoredEntry,
  store: LedgerStore,
  tree: LogTree,
  openings: readonly string[] = [],
): Promise<string> {
  const anchor = await store.anchorAbove(entry.leafIndex);
  if (anchor?.state !== "finalized" || anchor.evidence === null)
    throw new WarifuError(
      "NOT_ANCHORED_YET",
      `leaf ${entry.leafIndex} is ${anchor?.state ?? "pending"}: its anchor is not final on the chain yet`,
      { details: { leafIndex: entry.leafIndex, state: anchor?.state ?? "pending" } },
    );
  const hashes: Uint8Array[] = [];
  for (const range of inclusionRanges(entry.leafIndex, anchor.treeSize)) hashes.push(await tree.rangeHash(range));
  return formatBundle({
    source: entry.sourceName,
    body: entry.body === null ? null : fromUtf8(entry.body, "body"),
    entry: encodeEntry(entry),
    proof: formatTlogProof({ leafIndex: entry.leafIndex, hashes, checkpoint: anchor.note }),
    chain: JSON.parse(anchor.evidence) as ChainEvidence,
    openings,
  });
}

/** Where an entry stands on its way to finality. */
export async function anchorStateOf(leafIndex: number, store: LedgerStore): Promise<AnchorState> {
  return (await store.anchorAbove(leafIndex))?.state ?? "pending";
}

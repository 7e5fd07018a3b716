/**
 * The beacon of a bundle (core/beacon.ts): an event of the same log, in the same tree, below the record. So the record
 * is newer than the block that the beacon names, if that block is on the chain.
 *
 * Invariant: the check of a beacon asks nobody. Whether the chain has the block is a separate question, and its answer is
 * kept apart: an invented block hash would make a record look newer than it is.
 */
import { isBlockAfter, type BeaconProof } from "../core/beacon.ts";
import type { AnchorFact } from "../core/chain-evidence.ts";
import type { Checkpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { notBelow, type PlacedBeacon, type SharedParts } from "./shared-parts.ts";
import type { ChainView } from "./verdict.ts";

/** What was verified about the record and its anchor before the beacon is checked. */
export interface VerifiedPlace {
  readonly leafIndex: number;
  readonly checkpoint: Checkpoint;
  readonly anchor: AnchorFact;
}

/**
 * The block that the record is newer than.
 * @throws as {@link SharedParts.placeBeacon}; INCLUSION_MISMATCH, CHAIN_MISMATCH, ANCHOR_MISMATCH
 */
export function checkBeacon(given: BeaconProof, record: VerifiedPlace, shared: SharedParts): PlacedBeacon {
  const placed = shared.placeBeacon(given, record.checkpoint);
  const { beacon, leafIndex } = placed;
  // Both must be in the tree that was anchored, so that its root binds their order.
  if (leafIndex >= record.leafIndex) throw notBelow(leafIndex);
  const { chain } = shared.policy;
  if (beacon.chainId !== chain.id)
    throw new WarifuError("CHAIN_MISMATCH", "the beacon is of another chain than the policy names", {
      details: { expected: chain.id, given: beacon.chainId },
    });
  if (!isBlockAfter(record.anchor, beacon))
    throw new WarifuError(
      "ANCHOR_MISMATCH",
      `the beacon's block ${beacon.blockNumber} is not older than the anchor's block ${record.anchor.blockNumber}`,
    );
  return placed;
}

/**
 * Whether somebody whom the verifier trusts says that the chain has the beacon's block: a node, or a quorum of its validators.
 * @returns false when nobody was asked or too few have sealed it, or the chain has no block of that height (any more)
 * @throws CHAIN_MISMATCH when the chain has another block at that height; CHAIN_WRONG when the view is of another chain; what
 *   the view throws
 */
export async function isBeaconOnChain(
  { beacon, seals }: Pick<PlacedBeacon, "beacon" | "seals">,
  policy: Policy,
  view: ChainView | undefined,
): Promise<boolean> {
  if (policy.trustedBlocks.includes(beacon.blockHash)) return true;
  if (!view) return seals?.isFinal === true;
  if ((await view.chainId()) !== beacon.chainId)
    throw new WarifuError(
      "CHAIN_WRONG",
      "the endpoint serves another chain than the beacon is of and the policy names",
    );
  const hash = await view.blockHashAt(beacon.blockNumber);
  if (hash === undefined || hash === beacon.blockHash) return hash !== undefined;
  throw new WarifuError("CHAIN_MISMATCH", `the chain has another block at the beacon's height ${beacon.blockNumber}`, {
    details: { expected: beacon.blockHash, given: hash },
  });
}

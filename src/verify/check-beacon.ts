/**
 * The beacon of a bundle (core/beacon.ts): an event of the same log, in the same tree, below the record. So the record
 * is newer than the block that the beacon names, if that block is on the chain.
 *
 * Invariant: the check of a beacon asks nobody. Whether the chain has the block is a separate question, and its answer is
 * kept apart: an invented block hash would make a record look newer than it is.
 */
import { beaconOf, isBlockAfter, type Beacon, type BeaconProof } from "../core/beacon.ts";
import { equalBytes, utf8 } from "../core/bytes.ts";
import type { AnchorFact } from "../core/chain-evidence.ts";
import type { Checkpoint } from "../core/checkpoint.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash, verifyInclusion } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { logIdOf } from "../core/record.ts";
import { parseTlogProof, type TlogProof } from "../core/tlog-proof.ts";
import { checkBodyOf } from "./check-body.ts";
import type { ChainView } from "./verdict.ts";

/** What was verified about the record and its anchor before the beacon is checked. */
export interface VerifiedPlace {
  /** Of the record. */
  readonly proof: TlogProof;
  readonly checkpoint: Checkpoint;
  readonly anchor: AnchorFact;
}

/**
 * The block that the record is newer than.
 * @throws ENTRY_INVALID, BODY_MISMATCH, BODY_INVALID, ORIGIN_MISMATCH, PROOF_INVALID, INCLUSION_MISMATCH,
 *   CHAIN_EVIDENCE_INVALID, CHAIN_MISMATCH, ANCHOR_MISMATCH
 */
export function checkBeacon(given: BeaconProof, place: VerifiedPlace, policy: Policy): Beacon {
  const entry = decodeEntry(given.entry);
  assertOwnEvent(entry, policy.log.name);
  const beacon = beaconOf(checkBodyOf(entry, utf8(given.body), policy.log.name));
  assertBelow(given, place);
  if (beacon.chainId !== policy.chain.id)
    throw new WarifuError("CHAIN_MISMATCH", "the beacon is of another chain than the policy names", {
      details: { expected: policy.chain.id, given: beacon.chainId },
    });
  if (!isBlockAfter(place.anchor, beacon))
    throw new WarifuError(
      "ANCHOR_MISMATCH",
      `the beacon's block ${beacon.blockNumber} is not older than the anchor's block ${place.anchor.blockNumber}`,
    );
  return beacon;
}

/**
 * Whether somebody whom the verifier trusts says that the chain has the beacon's block.
 * @returns false when nobody was asked, or the chain has no block of that height (any more)
 * @throws CHAIN_MISMATCH when the chain has another block at that height; CHAIN_WRONG when the view is of another chain; what
 *   the view throws
 */
export async function isBeaconOnChain(beacon: Beacon, policy: Policy, view: ChainView | undefined): Promise<boolean> {
  if (policy.trustedBlocks.includes(beacon.blockHash)) return true;
  if (!view) return false;
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

/** Only the log itself enters beacons: a source's record that looks like one is not a beacon. */
function assertOwnEvent(entry: Entry, origin: string): void {
  if (entry.kind !== "beacon" || !equalBytes(entry.sourceId, logIdOf(origin)))
    throw new WarifuError("BODY_MISMATCH", "what is given as a beacon is not an entry of that kind by the log itself");
}

/** In the very tree that was anchored, so that its root binds the order of the two. */
function assertBelow({ entry, proof: text }: BeaconProof, { proof: record, checkpoint }: VerifiedPlace): void {
  const proof = parseTlogProof(text);
  if (proof.checkpoint !== record.checkpoint)
    throw new WarifuError("INCLUSION_MISMATCH", "the beacon is proven against another checkpoint than the record");
  if (proof.leafIndex >= record.leafIndex)
    throw new WarifuError("INCLUSION_MISMATCH", `the beacon at leaf ${proof.leafIndex} is not below the record`);
  const { treeSize, rootHash } = checkpoint;
  verifyInclusion({
    leafHash: leafHash(entry),
    leafIndex: proof.leafIndex,
    treeSize,
    rootHash,
    proof: proof.hashes,
  });
}

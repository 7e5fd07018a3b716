/**
 * Stage confirm: follows each anchor from `submitted` through `included` to `finalized`, and back to `pending` when the
 * chain drops it, even after it was final. An anchor is `included` only with evidence that was recomputed up to the block's hash, and
 * `finalized` only while its block is the canonical one at or below the chain's final height.
 */
import type { Chain } from "../chain/chain.ts";
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError, codeOf } from "../core/errors.ts";
import type { StoredAnchor } from "../store/ledger-store.ts";
import { sendAnchor, type AnchoringParts } from "./anchor.ts";

/** What became of an anchor in one round. */
export interface Confirmation {
  readonly anchor: StoredAnchor;
  readonly change: "included" | "finalized" | "reorged" | "sentAgain" | "orphaned";
}

/**
 * Moves every anchor that is not final yet, and takes back what the chain itself took back although it was final.
 * @returns what changed
 * @throws CHAIN_UNREACHABLE, STORE_FAILED
 */
export async function confirm(parts: AnchoringParts): Promise<Confirmation[]> {
  const changes: Confirmation[] = [];
  for (const anchor of await lostFinalAnchors(parts))
    changes.push({ anchor, change: await backToPending(parts, anchor) });
  for (const anchor of await parts.store.anchorsIn(["pending", "submitted", "included"])) {
    const change = await follow(parts, anchor);
    if (change) changes.push({ anchor, change });
  }
  // A second look at what was just included: on many chains it is final at once.
  for (const anchor of await parts.store.anchorsIn(["included"]))
    if (await finalizeIfFinal(parts, anchor)) changes.push({ anchor, change: "finalized" });
  return changes;
}

/** Final anchors whose block the chain no longer has, oldest first: a reorg deeper than its own finality. */
async function lostFinalAnchors(parts: AnchoringParts): Promise<StoredAnchor[]> {
  const newest = await parts.store.newestFinalAnchor();
  if (!newest || (await isCanonical(parts, newest))) return [];
  const lost: StoredAnchor[] = [];
  for (const anchor of (await parts.store.anchorsIn(["finalized"])).reverse()) {
    if (await isCanonical(parts, anchor)) break;
    lost.unshift(anchor);
  }
  return lost;
}

async function follow(parts: AnchoringParts, anchor: StoredAnchor): Promise<Confirmation["change"] | undefined> {
  if (anchor.state === "included") {
    return (await isCanonical(parts, anchor)) ? undefined : backToPending(parts, anchor);
  }
  const { state } = await parts.chain.transactionState(anchor.transactionHash);
  switch (state) {
    case "included":
      return include(parts, anchor);
    case "failed":
      return orphan(parts, anchor);
    case "waiting":
      return undefined;
    case "unknown":
      return sendAgain(parts, anchor);
  }
}

async function include(parts: AnchoringParts, anchor: StoredAnchor): Promise<"included" | "orphaned"> {
  const { store, chain } = parts;
  const evidence = await evidenceOrNot(chain, anchor);
  // Mined without an event: the contract had that head already, from somebody else's transaction.
  if (evidence === undefined) return orphan(parts, anchor);
  const fact = checkChainEvidence(evidence);
  if (fact.treeSize !== anchor.treeSize || !equalBytes(fact.rootHash, anchor.rootHash))
    throw new WarifuError("ANCHOR_MISMATCH", `the chain recorded another head than anchor ${anchor.anchorId} sent`);
  await store.updateAnchor(anchor.anchorId, {
    state: "included",
    blockNumber: fact.blockNumber,
    blockHash: fact.blockHash,
    evidence: JSON.stringify(evidence),
  });
  return "included";
}

async function evidenceOrNot(chain: Chain, { transactionHash }: StoredAnchor): Promise<ChainEvidence | undefined> {
  try {
    return await chain.evidenceOf(transactionHash);
  } catch (error) {
    if (codeOf(error) !== "CHAIN_EVIDENCE_INVALID") throw error;
    return undefined;
  }
}

async function isCanonical({ chain }: AnchoringParts, anchor: StoredAnchor): Promise<boolean> {
  return (await chain.blockHashAt(anchor.blockNumber as number)) === anchor.blockHash;
}

async function finalizeIfFinal(parts: AnchoringParts, anchor: StoredAnchor): Promise<boolean> {
  if ((await parts.chain.finalizedHeight()) < (anchor.blockNumber as number)) return false;
  // Asked after the height: a block that is replaced in between does not pass.
  if (!(await isCanonical(parts, anchor))) return false;
  await parts.store.updateAnchor(anchor.anchorId, { state: "finalized" });
  return true;
}

async function backToPending({ store }: AnchoringParts, anchor: StoredAnchor): Promise<"reorged"> {
  await store.updateAnchor(anchor.anchorId, { state: "pending", blockNumber: null, blockHash: null, evidence: null });
  return "reorged";
}

/** The node does not know the transaction: it was never sent, or fell out of the pool. */
async function sendAgain(parts: AnchoringParts, anchor: StoredAnchor): Promise<"sentAgain" | "orphaned" | undefined> {
  try {
    await sendAnchor(parts, anchor);
    return anchor.state === "submitted" ? "sentAgain" : undefined;
  } catch (error) {
    // Its nonce went to another transaction, so this one can never be mined: the next round anchors anew.
    if (codeOf(error) === "CHAIN_REFUSED" && (await hasNonceGone(parts, anchor))) return orphan(parts, anchor);
    throw error;
  }
}

async function hasNonceGone({ chain }: AnchoringParts, anchor: StoredAnchor): Promise<boolean> {
  return (await chain.nextNonce()) > anchor.nonce;
}

async function orphan({ store }: AnchoringParts, anchor: StoredAnchor): Promise<"orphaned"> {
  await store.updateAnchor(anchor.anchorId, { state: "orphaned" });
  return "orphaned";
}

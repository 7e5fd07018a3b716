/**
 * Stage anchor: brings the log's tree head to the contract. A transaction is signed and persisted before it is sent, so
 * a crash at any point leaves either nothing or a row that says what may have been sent. Sending it again is harmless:
 * the nonce is the same, so at most one of the copies is mined.
 *
 * One nonce is worked on at a time: the account's next one by what has been mined. A transaction of ours that waits
 * there is carried on: sent again, or replaced by one that offers more and covers the newer, larger tree. If none waits
 * there, a new anchor takes the nonce, which also fills any gap left by a reorg. So at most one of the transactions
 * with the same nonce is ever mined, and all of them are remembered (follow-anchors.ts).
 */
import { WarifuError } from "../core/errors.ts";
import { consistencyRanges } from "../core/merkle.ts";
import type { AnchoredHead, Chain, SendRefusal } from "../chain/chain.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import { askPrice, offerAt, type Price, type TooDear } from "./caps.ts";
import type { SpendingCaps } from "./fees.ts";
import type { LogTree } from "../write/log-tree.ts";
import type { Publisher } from "../write/publish.ts";
import type { Resends } from "./resends.ts";
import { nextAnchorSize } from "../cosign/next-size.ts";
import { comparedHead, type ComparedLog } from "../watch/compare-head.ts";

/** What the anchoring stages work with. */
export interface AnchoringParts {
  readonly store: AnchorJournal;
  readonly chain: Chain;
  readonly tree: LogTree;
  /** As in {@link ComparedLog}. */
  readonly follow?: ComparedLog["follow"];
  readonly publisher: Publisher;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly spending: SpendingCaps;
  /** How long a transaction may be in the pool before it is replaced by one that offers more. */
  readonly bumpAfterMs: number;
  /** Enters the newest final block into the log, right before a new anchor. */
  readonly recordBeacon: () => Promise<void>;
  /** No tree smaller than this can be cosigned any more: witnesses only go forward. */
  readonly smallestSize: () => number;
  /** Whether the log takes no more records, so that its contract may be closed for good; by default, it does take them. */
  readonly isEnded?: (() => boolean) | undefined;
  /** Collects cosignatures for the checkpoint that is about to be anchored; returns the note with them. */
  readonly cosign: (checkpoint: { readonly treeSize: number; readonly note: string }) => Promise<string>;
}

/** Why nothing could be sent. */
export type Obstacle = TooDear["obstacle"] | "no-funds" | "gas-limit";

/** What the writer did in one round. */
export type WriterStep =
  /** Nothing is due, or what was sent waits in the pool. */
  | { readonly step: "idle" }
  | { readonly step: "anchored" | "replaced" | "sentAgain"; readonly anchor: StoredAnchor }
  /** The node refused, in a way that the next look at the chain settles. */
  | { readonly step: "refused"; readonly reason: string; readonly anchor: StoredAnchor }
  /** The node names a nonce that we know to be used, or its head is below a final one: it is behind. */
  | { readonly step: "nodeBehind" }
  | TooDear
  /** The node refused, and will go on refusing; the message is the node's. */
  | { readonly step: "blocked"; readonly obstacle: "no-funds" | "gas-limit"; readonly message: string };

/** The account's next nonce, and what needs to be done there. */
export interface Place {
  readonly nonce: number;
  readonly head: AnchoredHead;
  /** Our newest transaction that waits at the nonce. */
  readonly waiting: StoredAnchor | undefined;
  /** Later transactions of ours wait for this nonce to be used. */
  readonly hasGap: boolean;
}

/**
 * The contract's head, once it is known to be a head of this log and one that can be extended.
 * @throws as {@link comparedHead}; CONTRACT_CLOSED
 */
export async function checkedHead(parts: Pick<AnchoringParts, "chain" | "tree" | "follow">): Promise<AnchoredHead> {
  const head = await comparedHead(parts);
  if (head.isClosed)
    throw new WarifuError("CONTRACT_CLOSED", "the contract is closed: this log needs a successor contract");
  return head;
}

/**
 * The head to go on from; `undefined` when the log has ended, and its contract was closed with all of it: nothing is missing.
 * @throws as {@link checkedHead}
 */
async function extensibleHead(parts: AnchoringParts): Promise<AnchoredHead | undefined> {
  const head = await comparedHead(parts);
  const isComplete = head.isClosed && parts.isEnded?.() && head.treeSize >= parts.tree.publishedSize;
  if (isComplete) return undefined;
  return head.isClosed ? checkedHead(parts) : head;
}

/**
 * Nonce and head of one moment, or why nothing can be done at present.
 * @param resends what was sent again at other nonces is forgotten
 * @throws as {@link checkedHead}
 */
export async function nextPlace(parts: AnchoringParts, resends: Resends): Promise<Place | WriterStep> {
  const { store, chain } = parts;
  const nonce = await chain.nextNonce();
  const head = await extensibleHead(parts);
  if (head === undefined) return { step: "idle" };
  // A transaction of ours mined in between changed both: the next look sees one moment.
  if ((await chain.nextNonce()) !== nonce) return { step: "idle" };
  // A head below the final one is outdated: whatever is built on it would fail on the chain and still cost money.
  if (head.treeSize < ((await store.newestFinalAnchor())?.treeSize ?? 0)) return { step: "nodeBehind" };
  const rows = await store.anchorsFrom(chain.account, nonce);
  const atNonce = rows.filter((row) => row.nonce === nonce);
  if (atNonce.some(({ state }) => state === "included" || state === "finalized")) return { step: "nodeBehind" };
  const waiting = atNonce.filter(isWaiting).at(-1);
  resends.keepOnly(waiting?.nonce);
  return { nonce, head, waiting, hasGap: rows.some(isWaiting) };
}

async function sizeAfter({ chain, tree, smallestSize }: AnchoringParts, head: AnchoredHead): Promise<number> {
  return nextAnchorSize(head.treeSize, tree.publishedSize, await chain.maxGrowth(), smallestSize());
}

/** Gas limit of the anchor that would extend that head. */
export async function gasLimitAfter(parts: AnchoringParts, head: AnchoredHead): Promise<number> {
  return gasLimitFor(parts.chain, head.treeSize, await sizeAfter(parts, head));
}

function gasLimitFor(chain: Chain, from: number, to: number): number {
  return chain.gasLimitOf(to > from ? consistencyRanges(from, to).length : 0);
}

function isWaiting({ state }: StoredAnchor): boolean {
  return state === "pending" || state === "submitted";
}

/**
 * Carries on what waits at the next nonce: sends it again if it was lost, replaces it if it is stuck or can no longer
 * succeed.
 */
export async function carryOn(
  parts: AnchoringParts,
  place: Place,
  newest: StoredAnchor,
  resends: Resends,
): Promise<WriterStep> {
  const { store, chain, now, bumpAfterMs } = parts;
  const isDoomed = newest.baseSize !== place.head.treeSize;
  const isStuck = newest.sentAt !== null && Math.abs(now() - newest.sentAt) >= bumpAfterMs;
  if (isDoomed || isStuck) {
    const price = await askPrice(parts, newest.nonce);
    const replaced = await write(parts, place, price, newest);
    if (replaced.step !== "blocked" && replaced.step !== "idle") return replaced;
    // Too expensive to replace: it may be gone from some pools and remain only with a node that mines nothing.
    if (!isDoomed) {
      await isShown(parts, newest, resends);
      await deliverIfDue(parts, newest, resends);
    } else if ((await chain.transactionState(newest.transactionHash)).state === "unknown") {
      // A transaction that no pool has need not be outbid; with nothing new to anchor, nothing replaces it. It stays
      // watched.
      if (replaced.step === "blocked") return write(parts, place, price);
      await store.updateAnchor(newest.anchorId, { state: "orphaned" });
    }
    return replaced;
  }
  if (newest.state === "pending") return deliver(parts, newest);
  return (await isShown(parts, newest, resends)) ? { step: "idle" } : deliverIfDue(parts, newest, resends);
}

async function isShown({ chain, now }: AnchoringParts, newest: StoredAnchor, resends: Resends): Promise<boolean> {
  const isSeen = (await chain.transactionState(newest.transactionHash)).state !== "unknown";
  resends.noteLook(newest, isSeen, now());
  return isSeen;
}

/** Sends it again, unless that happened recently. A refusal starts no pause: another node may accept it. */
async function deliverIfDue(parts: AnchoringParts, newest: StoredAnchor, resends: Resends): Promise<WriterStep> {
  const { nonce } = newest;
  if (!resends.isDue(nonce, parts.now())) return { step: "idle" };
  const step = await deliver(parts, newest);
  if (step.step === "sentAgain") resends.noteTaken(nonce, parts.now());
  return step;
}

/** Signs, stores and sends a new transaction at a nonce, replacing `previous` if one waits there. */
export async function write(
  parts: AnchoringParts,
  { nonce, head }: Place,
  price: Price,
  previous?: StoredAnchor,
): Promise<WriterStep> {
  const { store, chain, tree, publisher, now } = parts;
  const treeSize = await sizeAfter(parts, head);
  if (treeSize <= head.treeSize) return { step: "idle" };
  const offer = offerAt(price, gasLimitFor(chain, head.treeSize, treeSize), previous);
  if ("step" in offer) return offer;
  const checkpoint = await publisher.publishAt(tree, treeSize);
  const headSignedAt = now();
  const note = await parts.cosign(checkpoint);
  const { rootHash } = checkpoint;
  const consistencyProof = await tree.consistencyProof(head.treeSize, treeSize);
  const signed = await chain.sign({ treeSize, rootHash, consistencyProof }, { nonce, fees: offer });
  // If we crash after this line, the next start finds the row and sends the same bytes.
  const stored = await store.addAnchor({
    treeSize,
    rootHash,
    note,
    baseSize: head.treeSize,
    chainId: chain.chainId,
    contract: chain.contract,
    account: chain.account,
    ...signed,
    ...offer,
    headSignedAt,
    createdAt: now(),
  });
  return deliver(parts, stored, previous ? "replaced" : "anchored");
}

/** Sends a persisted anchor, for the first time or again. */
async function deliver(
  { store, chain, now }: AnchoringParts,
  stored: StoredAnchor,
  step: "anchored" | "replaced" | "sentAgain" = "sentAgain",
): Promise<WriterStep> {
  const refusal = await chain.send(stored);
  if (refusal) return refused(store, stored, refusal);
  // If we crash before this line, the row still says `pending` and is sent again. A resent transaction keeps its first
  // time.
  const sentAt = stored.sentAt ?? now();
  // That of `sentAt` is forgotten when a node calls it too cheap, and after a reorg.
  const change = { state: "submitted", sentAt, firstSentAt: stored.firstSentAt ?? now() } as const;
  await store.updateAnchor(stored.anchorId, change);
  return { step, anchor: { ...stored, ...change } };
}

/** What to do after a node's refusal; chain/rpc/send-refusal.ts tells the reasons apart. */
async function refused(
  store: AnchorJournal,
  stored: StoredAnchor,
  { reason, message }: SendRefusal,
): Promise<WriterStep> {
  switch (reason) {
    case "no-funds":
    case "gas-limit":
      return { step: "blocked", obstacle: reason, message };
    case "replacement-underpriced":
    case "fee-too-low":
      // Treat it as if it had been sent long ago: the next look offers more.
      await store.updateAnchor(stored.anchorId, { sentAt: 0 });
      return { step: "refused", reason, anchor: stored };
    case "nonce-used":
      // Its nonce is used: the next look finds out by which transaction.
      return { step: "refused", reason, anchor: stored };
  }
}

/**
 * Stage anchor: brings the log's tree head to the contract. A transaction is signed and persisted before it is sent, so a
 * crash at any point leaves either nothing or a row that says what may have been sent. Sending it again is harmless: the
 * nonce is the same, so one of them is mined at most.
 *
 * One nonce is worked on at a time: the account's next, by what is mined. What waits there is carried on (sent again,
 * or replaced by one that offers more and covers the newer, larger tree); if nothing of ours waits there, a new anchor
 * takes the nonce, which also fills a gap that a reorg left. So whatever becomes of the transactions, at most one of
 * those with the same nonce is ever mined, and every one of them is remembered (follow-anchors.ts).
 */
import { WarifuError, codeOf } from "../core/errors.ts";
import { openingFees } from "../core/gas-fees.ts";
import { consistencyRanges, type LeafRange } from "../core/merkle.ts";
import type { AnchoredHead, Chain, Fees } from "../chain/chain.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import { bumpedFees, fittedFees, worstCost, type SpendingCaps } from "./fees.ts";
import type { LogTree } from "../write/log-tree.ts";
import type { Publisher } from "../write/publish.ts";
import { Resends } from "./resends.ts";
import { nextAnchorSize } from "../cosign/next-size.ts";
import { comparedHead } from "../watch/compare-head.ts";

/** What the anchoring stages work with. */
export interface AnchoringParts {
  readonly store: AnchorJournal;
  readonly chain: Chain;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly spending: SpendingCaps;
  /** After how long in the pool a transaction is replaced by one that offers more. */
  readonly bumpAfterMs: number;
  /** Enters the newest final block into the log, right before a new anchor. */
  readonly recordBeacon?: (() => Promise<void>) | undefined;
  /** No smaller tree can be cosigned any more: witnesses only go forward. */
  readonly smallestSize?: (() => number) | undefined;
  /** Collects cosignatures for the checkpoint that is about to be anchored; gives back the note with them. */
  readonly cosign?: ((checkpoint: { readonly treeSize: number; readonly note: string }) => Promise<string>) | undefined;
}

/** Why nothing could be sent. */
export type Obstacle = "fee-cap" | "daily-cap" | "no-funds" | "gas-limit";

/** What the writer did in one round. */
export type WriterStep =
  /** Nothing is due, or what was sent waits in the pool. */
  | { readonly step: "idle" }
  | { readonly step: "anchored" | "replaced" | "sentAgain"; readonly anchor: StoredAnchor }
  /** The node refused, in a way that the next look at the chain settles. */
  | { readonly step: "refused"; readonly reason: string; readonly anchor: StoredAnchor }
  /** The nonce that the node names is one that we know to be used, or its head is below a final one: it is behind. */
  | { readonly step: "nodeBehind" }
  | { readonly step: "blocked"; readonly obstacle: Obstacle; readonly message: string };

const DAY_MS = 86_400_000;

/**
 * The contract's head, once it is known to be a head of this log and one that can be replaced.
 * @throws as {@link comparedHead}; CHAIN_REFUSED the contract is closed
 */
export async function checkedHead(parts: Pick<AnchoringParts, "chain" | "tree">): Promise<AnchoredHead> {
  const head = await comparedHead(parts);
  if (head.isClosed)
    throw new WarifuError("CHAIN_REFUSED", "the contract is closed: this log needs a successor contract", {
      details: { reason: "closed" },
    });
  return head;
}

/** Whether an error says that the contract is closed. */
export function isClosed(error: unknown): boolean {
  return error instanceof WarifuError && error.code === "CHAIN_REFUSED" && error.details["reason"] === "closed";
}

/**
 * Does what the account's next nonce calls for.
 * @param isDue whether to begin a new anchor, given the size that the contract holds; what waits already is carried on
 * whatever it says
 * @param resends what the rounds before this one sent again; changed
 * @throws as {@link checkedHead}; SIGNER_FAILED
 */
export async function anchor(
  parts: AnchoringParts,
  isDue: (anchoredSize: number) => boolean | Promise<boolean> = () => true,
  resends: Resends = new Resends(),
): Promise<WriterStep> {
  const { store, chain } = parts;
  const nonce = await chain.nextNonce();
  const head = await checkedHead(parts);
  // A transaction of ours that was mined in between moved both: the next look sees one moment.
  if ((await chain.nextNonce()) !== nonce) return { step: "idle" };
  // A head below what is final is an old one: whatever is built on it would fail on the chain, and be paid for.
  if (head.treeSize < ((await store.newestFinalAnchor())?.treeSize ?? 0)) return { step: "nodeBehind" };
  const rows = await store.anchorsFrom(chain.account, nonce);
  const atNonce = rows.filter((row) => row.nonce === nonce);
  if (atNonce.some(({ state }) => state === "included" || state === "finalized")) return { step: "nodeBehind" };
  const newest = atNonce.filter(isWaiting).at(-1);
  resends.keepOnly(newest?.nonce);
  if (newest) return carryOn(parts, head, newest, resends);
  // Later transactions of ours cannot be mined before this nonce is used.
  const hasGap = rows.some(isWaiting);
  if (!hasGap && !(await isDue(head.treeSize))) return { step: "idle" };
  const offer = await feesFor(parts, chain.gasLimitOf((await proofRanges(parts, head)).length), nonce);
  if ("step" in offer) return offer;
  // Only when the anchor can be paid for: one that waits for days must not fill the log with beacons.
  await parts.recordBeacon?.();
  return write(parts, head, nonce);
}

async function sizeAfter({ chain, tree, smallestSize }: AnchoringParts, head: AnchoredHead): Promise<number> {
  const maxGrowth = await chain.maxGrowth();
  return nextAnchorSize(head.treeSize, tree.publishedSize, maxGrowth, smallestSize?.());
}

async function proofRanges(parts: AnchoringParts, head: AnchoredHead): Promise<readonly LeafRange[]> {
  const treeSize = await sizeAfter(parts, head);
  return treeSize > head.treeSize ? consistencyRanges(head.treeSize, treeSize) : [];
}

function isWaiting({ state }: StoredAnchor): boolean {
  return state === "pending" || state === "submitted";
}

/** What waits at the next nonce: sent again where it was lost, replaced where it is stuck or can no longer succeed. */
async function carryOn(
  parts: AnchoringParts,
  head: AnchoredHead,
  newest: StoredAnchor,
  resends: Resends,
): Promise<WriterStep> {
  const { store, chain, now, bumpAfterMs } = parts;
  const isDoomed = newest.baseSize !== head.treeSize;
  const isStuck = newest.sentAt !== null && Math.abs(now() - newest.sentAt) >= bumpAfterMs;
  if (isDoomed || isStuck) {
    const replaced = await write(parts, head, newest.nonce, newest);
    if (replaced.step !== "blocked" && replaced.step !== "idle") return replaced;
    // Too dear to replace: what was sent before may have fallen out of some pools, and be kept by one that mines nothing.
    if (!isDoomed) {
      await isShown(parts, newest, resends);
      await deliverIfDue(parts, newest, resends);
    } else if ((await chain.transactionState(newest.transactionHash)).state === "unknown") {
      // What no pool has need not be outbid; with nothing new to anchor, nothing takes its place. It stays watched.
      if (replaced.step === "blocked") return write(parts, head, newest.nonce);
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

/** Sends again what was sent before, unless that was a moment ago. What a node refuses costs no pause: others may take it. */
async function deliverIfDue(parts: AnchoringParts, newest: StoredAnchor, resends: Resends): Promise<WriterStep> {
  const { nonce } = newest;
  if (!resends.isDue(nonce, parts.now())) return { step: "idle" };
  const step = await deliver(parts, newest);
  if (step.step === "sentAgain") resends.noteTaken(nonce, parts.now());
  return step;
}

/** A new transaction at a nonce, in the place of `previous` where one waits there. */
async function write(
  parts: AnchoringParts,
  head: AnchoredHead,
  nonce: number,
  previous?: StoredAnchor,
): Promise<WriterStep> {
  const { store, chain, tree, publisher, now } = parts;
  const treeSize = await sizeAfter(parts, head);
  if (treeSize <= head.treeSize) return { step: "idle" };
  const ranges = consistencyRanges(head.treeSize, treeSize);
  const offer = await feesFor(parts, chain.gasLimitOf(ranges.length), nonce, previous);
  if ("step" in offer) return offer;
  const checkpoint = await publisher.publishAt(tree, treeSize);
  const consistencyProof: Uint8Array[] = [];
  for (const range of ranges) consistencyProof.push(await tree.rangeHash(range));
  const { rootHash } = checkpoint;
  const note = (await parts.cosign?.(checkpoint)) ?? checkpoint.note;
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
    createdAt: now(),
  });
  return deliver(parts, stored, previous ? "replaced" : "anchored");
}

/** What to offer, or why nothing can be offered. */
async function feesFor(
  parts: AnchoringParts,
  gasLimit: number,
  nonce: number,
  previous?: StoredAnchor,
): Promise<Fees | Extract<WriterStep, { step: "blocked" }>> {
  const { store, chain, spending, now } = parts;
  const market = await chain.marketFees();
  const wanted = previous ? bumpedFees(previous, market) : openingFees(market);
  const left = spending.perDay - (await store.spentSince(now() - DAY_MS)) - (await unseenCost(parts, nonce));
  const isDayShort = left < spending.perAnchor;
  const fees = fittedFees(wanted, market, gasLimit, isDayShort ? left : spending.perAnchor, previous);
  if (fees) return fees;
  const [obstacle, cap] = isDayShort
    ? (["daily-cap", `${ether(spending.perDay)} ETH a day, of which ${ether(left)} is left`] as const)
    : (["fee-cap", `${ether(spending.perAnchor)} ETH an anchor`] as const);
  const message = `an anchor could cost ${ether(worstCost(wanted, gasLimit))} ETH now, the cap is ${cap}: waiting for the price to fall`;
  return { step: "blocked", obstacle, message };
}

/** At most what was spent at nonces that are used and whose cost no look has settled yet. */
async function unseenCost({ store, chain, spending }: AnchoringParts, nonce: number): Promise<bigint> {
  const open = await store.anchorsIn(["pending", "submitted", "included"]);
  const used = open.filter((row) => row.account === chain.account && row.nonce < nonce).map((row) => row.nonce);
  if (used.length === 0) return 0n;
  const rows = await store.anchorsFrom(chain.account, Math.min(...used));
  const settled = new Set(rows.filter(({ paid }) => paid !== null).map((row) => row.nonce));
  return BigInt(new Set(used.filter((one) => !settled.has(one))).size) * spending.perAnchor;
}

/** Sends a persisted anchor, for the first time or again. */
async function deliver(
  { store, chain, now }: AnchoringParts,
  stored: StoredAnchor,
  step: "anchored" | "replaced" | "sentAgain" = "sentAgain",
): Promise<WriterStep> {
  try {
    await chain.send(stored);
  } catch (error) {
    if (codeOf(error) !== "CHAIN_REFUSED") throw error;
    return refused(store, stored, error as WarifuError);
  }
  // If we crash before this line, the row still says `pending` and is sent again. What was sent again keeps its age.
  const change = { state: "submitted", sentAt: stored.sentAt ?? now() } as const;
  await store.updateAnchor(stored.anchorId, change);
  return { step, anchor: { ...stored, ...change } };
}

/** What a node's refusal calls for; the reasons are told apart in chain/rpc/send-refusal.ts. */
async function refused(store: AnchorJournal, stored: StoredAnchor, error: WarifuError): Promise<WriterStep> {
  const reason = String(error.details["reason"]);
  switch (reason) {
    case "no-funds":
    case "gas-limit":
      return { step: "blocked", obstacle: reason, message: error.message };
    case "replacement-underpriced":
    case "fee-too-low":
      // As if it had been sent long ago: the next look offers more.
      await store.updateAnchor(stored.anchorId, { sentAt: 0 });
      return { step: "refused", reason, anchor: stored };
    default:
      // Its nonce is used: the next look finds by which transaction.
      return { step: "refused", reason, anchor: stored };
  }
}

const WEI_PER_MICRO_ETHER = 1_000_000_000_000n;

/** For people: ether with six decimals. */
function ether(wei: bigint): string {
  return (Number(wei / WEI_PER_MICRO_ETHER) / 1e6).toString();
}

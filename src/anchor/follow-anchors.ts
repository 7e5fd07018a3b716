/**
 * Stage confirm: follows each anchor from `submitted` through `included` to `finalized`, and back to `pending` when the
 * chain drops it, even after it was final. An anchor is `included` only with evidence that was recomputed up to the
 * block's hash, and `finalized` only while its block is canonical and at or below the chain's final height.
 *
 * Every transaction that was ever sent is watched until a final transaction has used its nonce: even a replaced one can
 * still be mined.
 */
import { doubtAfter, hasLasted, type Doubt } from "../core/finality-doubt.ts";
import type { Chain, ProvenAnchor, TransactionState } from "../chain/chain.ts";
import { checkChainEvidence } from "../core/chain-evidence.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError, codeOf, isWithoutAnswer, messageOf } from "../core/errors.ts";
import type { AnchorChange, StoredAnchor } from "../store/anchor-journal.ts";
import type { AnchoringParts } from "./write-anchor.ts";

/** How many nonces below the final one are still checked for given-up anchors. */
const LOOKED_BACK = 16;
/** When more anchors than this are unreadable in one round, the node is at fault, not the anchors. */
const MOST_UNREADABLE = 4;

/** What became of an anchor in one round. */
export interface Confirmation {
  readonly anchor: StoredAnchor;
  readonly change: "included" | "finalized" | "reorged" | "orphaned" | "contradicted" | "unreadable" | "doubted";
  /** Why nothing could be concluded, if so. */
  readonly reason?: string;
}

/** Doubts about the blocks of final anchors, by block hash, carried from one look to the next. */
export type FinalityDoubts = Map<string, Doubt>;

type Outcome = Omit<Confirmation, "anchor">;

/**
 * Moves every anchor that is not final yet, and takes back a final anchor if the chain itself has taken it back. That
 * happens only after the chain has said so for a while (core/finality-doubt.ts), since one wrong answer is no reorg.
 * @param doubts doubts from earlier looks; changed
 * @returns what changed; `contradicted`: a node says that the anchor is mined but cannot show it, so nothing was
 *   changed; `doubted`: a node shows a different block where a final anchor's block should be, so far without effect;
 *   `unreadable`: the nodes answer, but what they say about this anchor cannot be read
 * @throws CHAIN_UNREACHABLE, STORE_FAILED
 */
export async function confirm(parts: AnchoringParts, doubts: FinalityDoubts = new Map()): Promise<Confirmation[]> {
  const { lost, doubted } = await lostFinalAnchors(parts, doubts);
  const changes: Confirmation[] = doubted.map((anchor) => ({ anchor, change: "doubted" }));
  for (const anchor of [...lost, ...(await lostIncludedAnchors(parts))])
    changes.push({ anchor, change: await backToPending(parts, anchor) });
  changes.push(...(await followAll(parts)));
  // Look again at what was just included: on many chains it is final immediately.
  const included = await parts.store.anchorsIn(["included"]);
  const finalHeight = included.length > 0 ? await parts.chain.finalizedHeight() : 0;
  for (const anchor of included) {
    const change = await finalizeIfFinal(parts, anchor, finalHeight);
    if (change) changes.push({ anchor, change });
  }
  return changes;
}

async function followAll(parts: AnchoringParts): Promise<Confirmation[]> {
  const changes: Confirmation[] = [];
  let unreadable = 0;
  // Asked before the states: a transaction that is mined in between then shows up as mined.
  const finalNonces = new FinalNonces(parts);
  for (const anchor of await watchedAnchors(parts, finalNonces)) {
    const finalNonce = await finalNonces.of(anchor.account);
    const outcome = await follow(parts, anchor, finalNonce).catch((error: unknown) => {
      if (!isWithoutAnswer(error) || ++unreadable > MOST_UNREADABLE) throw error;
      return passedOver(parts, error);
    });
    if (outcome) changes.push({ anchor, ...outcome });
  }
  return changes;
}

/** One unreadable anchor must not hold up the others; a node that does not answer at all ends the round. */
async function passedOver({ chain }: AnchoringParts, error: unknown): Promise<Outcome> {
  // A question that no earlier answer of this round can have been cached for.
  await chain.nextNonce().catch(() => {
    throw error;
  });
  return { change: "unreadable", reason: messageOf(error) };
}

/** Final nonces of the accounts that have anchored, each fetched once per round. */
class FinalNonces {
  readonly #parts: AnchoringParts;
  readonly #known = new Map<string, Promise<number>>();

  constructor(parts: AnchoringParts) {
    this.#parts = parts;
  }

  of(account: string): Promise<number> {
    const known = this.#known.get(account) ?? this.#ask(account);
    this.#known.set(account, known);
    return known;
  }

  /**
   * A node may no longer have the state of the final block: many keep only that of the newest 128, and finality can
   * stall. Final anchors show the same, only later: the nonces before them are used permanently.
   */
  async #ask(account: string): Promise<number> {
    const { chain, store } = this.#parts;
    try {
      return await chain.finalNonce(account, await chain.finalizedHeight());
    } catch (error) {
      if (!isWithoutAnswer(error)) throw error;
      const final = await store.highestFinalAnchors(LOOKED_BACK);
      return 1 + (final.find((anchor) => anchor.account === account)?.nonce ?? -1);
    }
  }
}

/**
 * Final anchors whose block the chain no longer has, lowest first: a reorg deeper than the chain's own finality.
 * Ordered by block height, since neither tree sizes nor ids need rise with it: where a reorg left a gap in the nonces,
 * the transaction that filled it was signed later than those that follow it on the chain.
 */
async function lostFinalAnchors(
  parts: AnchoringParts,
  doubts: FinalityDoubts,
): Promise<{ readonly lost: StoredAnchor[]; readonly doubted: StoredAnchor[] }> {
  const [lost, doubted]: [StoredAnchor[], StoredAnchor[]] = [[], []];
  const before = new Map(doubts);
  const contradicted = await contradictedAnchors(parts);
  // A doubt that this look does not confirm is dropped; a look that fails changes no doubt.
  doubts.clear();
  for (const { anchor, theirs } of contradicted) {
    const ours = anchor.blockHash as string;
    const doubt = doubtAfter(before.get(ours), theirs, parts.now());
    if (await isConfirmed(parts, anchor, doubt)) lost.unshift(anchor);
    else {
      doubted.push(anchor);
      doubts.set(ours, doubt);
    }
  }
  return { lost, doubted };
}

async function isConfirmed({ chain, now }: AnchoringParts, anchor: StoredAnchor, doubt: Doubt): Promise<boolean> {
  return hasLasted(doubt, now()) && (await chain.finalizedHeight()) >= (anchor.blockNumber as number);
}

/**
 * Final anchors at whose height the chain has a different block, highest first, with the hash of that block. Everything
 * below a canonical block is canonical too, see {@link finalizeIfFinal}.
 */
async function contradictedAnchors(
  parts: AnchoringParts,
): Promise<{ readonly anchor: StoredAnchor; readonly theirs: string }[]> {
  const contradicted: { anchor: StoredAnchor; theirs: string }[] = [];
  let looked = 0;
  for (let limit = 1; ; limit *= 8) {
    const highest = await parts.store.highestFinalAnchors(limit);
    for (const anchor of highest.slice(looked)) {
      looked++;
      const { place, theirs } = await placeAndBlockOf(parts, anchor);
      if (place !== "lost" || theirs === undefined) return contradicted;
      contradicted.push({ anchor, theirs });
    }
    if (highest.length < limit) return contradicted;
  }
}

/**
 * Included anchors whose block the chain no longer has, lowest first. Everything below a canonical block is canonical,
 * so usually only the highest one is checked, however many wait while finality stalls. An anchor dropped by a reorg in
 * the middle of a round can lie below another one on the new branch; that is noticed when it is about to become final.
 */
async function lostIncludedAnchors(parts: AnchoringParts): Promise<StoredAnchor[]> {
  const lost: StoredAnchor[] = [];
  const included = await parts.store.anchorsIn(["included"]);
  for (const anchor of included.sort((a, b) => (b.blockNumber as number) - (a.blockNumber as number))) {
    const place = await placeOf(parts, anchor);
    if (place === "canonical") break;
    if (place === "lost") lost.unshift(anchor);
  }
  return lost;
}

/** Anchors that wait, and given-up ones whose nonce no final transaction has used yet. */
async function watchedAnchors({ store, chain }: AnchoringParts, finalNonces: FinalNonces): Promise<StoredAnchor[]> {
  const waiting = await store.anchorsIn(["pending", "submitted"]);
  const accounts = new Set([chain.account, ...waiting.map(({ account }) => account)]);
  const givenUp: StoredAnchor[] = [];
  for (const account of accounts) {
    // A few below it as well: the state last seen just before the nonce became final may have changed since.
    const rows = await store.anchorsFrom(account, Math.max(0, (await finalNonces.of(account)) - LOOKED_BACK));
    givenUp.push(...rows.filter(({ state }) => state === "orphaned"));
  }
  return [...waiting, ...givenUp];
}

async function follow(parts: AnchoringParts, anchor: StoredAnchor, finalNonce: number): Promise<Outcome | undefined> {
  const found = await parts.chain.transactionState(anchor.transactionHash);
  if (found.state === "included") return include(parts, anchor, found);
  if (anchor.state === "orphaned") await correctCost(parts, anchor, found);
  const hasNonceGone = anchor.nonce < finalNonce;
  if (anchor.state === "orphaned" || (found.state !== "failed" && !hasNonceGone)) return undefined;
  return orphan(parts, anchor, found);
}

/** A transaction that recorded nothing still cost something, unless a reorg dropped it. */
async function correctCost(parts: AnchoringParts, anchor: StoredAnchor, found: TransactionState): Promise<void> {
  const paid = "paid" in found ? (found.paid ?? anchor.paid) : null;
  if (paid !== anchor.paid) await parts.store.updateAnchor(anchor.anchorId, costFrom(parts, paid));
}

/** A cost counts from when it becomes known, whenever the transaction was made: the day's cap is about money spent. */
function costFrom({ now }: AnchoringParts, paid: bigint | null | undefined): Pick<AnchorChange, "paid" | "sentAt"> {
  return typeof paid === "bigint" ? { paid, sentAt: now() } : { paid: null };
}

async function include(
  parts: AnchoringParts,
  anchor: StoredAnchor,
  found: Extract<TransactionState, { state: "included" | "failed" }>,
): Promise<Outcome | undefined> {
  const { store, chain } = parts;
  const proven = await provenOrNot(chain, anchor);
  // Mined without an event: the contract already had that head, from somebody else's transaction.
  if (proven === "no-event") {
    if (anchor.state !== "orphaned") return orphan(parts, anchor, found);
    await correctCost(parts, anchor, found);
    return undefined;
  }
  if ("reason" in proven) return { change: "contradicted", ...proven };
  const fact = checkChainEvidence(proven.evidence);
  if (fact.treeSize !== anchor.treeSize || !equalBytes(fact.rootHash, anchor.rootHash))
    throw new WarifuError("ANCHOR_MISMATCH", `the chain recorded another head than anchor ${anchor.anchorId} sent`);
  // Evidence is only valid within its block, and a single node can invent a block at any height: the chain must have
  // this one.
  const place = await placeOf(parts, fact);
  if (place === "lost") return { change: "contradicted", reason: "the chain has another block of that height" };
  if (place === "unknown") return undefined;
  await store.updateAnchor(anchor.anchorId, {
    state: "included",
    blockNumber: fact.blockNumber,
    blockHash: fact.blockHash,
    evidence: JSON.stringify(proven.evidence),
    ...costFrom(parts, proven.paid),
    ...{ includedAt: parts.now(), gasUsed: proven.gasUsed, dataFee: proven.dataFee },
  });
  return { change: "included" };
}

/**
 * The proof; `"no-event"` if the receipt is proven to record no anchor; otherwise the reason why the answers do not
 * match.
 */
async function provenOrNot(
  chain: Chain,
  { transactionHash }: StoredAnchor,
): Promise<ProvenAnchor | "no-event" | { readonly reason: string }> {
  try {
    return await chain.evidenceOf(transactionHash);
  } catch (error) {
    const code = codeOf(error);
    if (code === "NO_ANCHOR_IN_RECEIPT") return "no-event";
    // One node says that a block holds it and the others have no such block, or the block was dropped in between.
    if (code === "NOT_ANCHORED_YET" || code === "CHAIN_EVIDENCE_INVALID") return { reason: messageOf(error) };
    throw error;
  }
}

/**
 * Whether the chain has the anchor's block. `unknown`: too few nodes have a block at that height, so they may be
 * behind; `disputed`: the nodes that have one contradict each other. In neither case is anything taken back.
 */
async function placeOf(parts: AnchoringParts, of: Pick<StoredAnchor, "blockNumber" | "blockHash">): Promise<Place> {
  return (await placeAndBlockOf(parts, of)).place;
}

type Place = "canonical" | "lost" | "disputed" | "unknown";

async function placeAndBlockOf(
  { chain }: AnchoringParts,
  { blockNumber, blockHash }: Pick<StoredAnchor, "blockNumber" | "blockHash">,
): Promise<{ readonly place: Place; readonly theirs?: string }> {
  try {
    const hash = await chain.blockHashAt(blockNumber as number);
    if (hash === undefined) return { place: "unknown" };
    return hash === blockHash ? { place: "canonical" } : { place: "lost", theirs: hash };
  } catch (error) {
    if (isWithoutAnswer(error)) return { place: "unknown" };
    if (codeOf(error) === "CHAIN_MISMATCH") return { place: "disputed" };
    throw error;
  }
}

async function finalizeIfFinal(
  parts: AnchoringParts,
  anchor: StoredAnchor,
  finalHeight: number,
): Promise<"finalized" | "reorged" | undefined> {
  if (finalHeight < (anchor.blockNumber as number)) return undefined;
  // Asked after the height, so that a block replaced in between is not accepted.
  const place = await placeOf(parts, anchor);
  if (place === "lost") return backToPending(parts, anchor);
  // Nothing above a doubted block becomes final. So everything final below a canonical block is on the chain too, and
  // checking the highest final anchor alone detects a reorg, even after a restart.
  if (place !== "canonical" || !(await isHighestCanonical(parts))) return undefined;
  await parts.store.updateAnchor(anchor.anchorId, { state: "finalized", finalAt: parts.now() });
  return "finalized";
}

/** Whether the chain still has the block of the highest final anchor. */
async function isHighestCanonical(parts: AnchoringParts): Promise<boolean> {
  const [highest] = await parts.store.highestFinalAnchors(1);
  return highest === undefined || (await placeOf(parts, highest)) === "canonical";
}

async function backToPending({ store, now }: AnchoringParts, anchor: StoredAnchor): Promise<"reorged"> {
  const { anchorId, blockNumber, blockHash } = anchor;
  const change: AnchorChange = {
    state: "pending",
    ...{ blockNumber: null, blockHash: null, evidence: null, paid: null, sentAt: null },
    ...{ includedAt: null, finalAt: null, gasUsed: null, dataFee: null },
  };
  const isKnown = blockNumber !== null && blockHash !== null;
  await store.updateAnchor(anchorId, change, isKnown ? { blockNumber, blockHash, leftAt: now() } : undefined);
  return "reorged";
}

async function orphan(parts: AnchoringParts, anchor: StoredAnchor, found: TransactionState): Promise<Outcome> {
  await parts.store.updateAnchor(anchor.anchorId, {
    state: "orphaned",
    ...costFrom(parts, "paid" in found ? found.paid : null),
  });
  return { change: "orphaned" };
}

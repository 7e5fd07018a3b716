/**
 * Stage confirm: follows each anchor from `submitted` through `included` to `finalized`, and back to `pending` when the
 * chain drops it, even after it was final. An anchor is `included` only with evidence that was recomputed up to the
 * block's hash, and `finalized` only while its block is the canonical one at or below the chain's final height.
 *
 * Every transaction that was ever sent is watched until a final transaction has its nonce: a replaced one can still be
 * the one that is mined.
 */
import { doubtAfter, hasLasted, type Doubt } from "../core/finality-doubt.ts";
import type { Chain, ProvenAnchor, TransactionState } from "../chain/chain.ts";
import { checkChainEvidence } from "../core/chain-evidence.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError, codeOf, isWithoutAnswer, messageOf } from "../core/errors.ts";
import type { AnchorChange, StoredAnchor } from "../store/anchor-journal.ts";
import type { AnchoringParts } from "./write-anchor.ts";

/** Nonces below the final one whose given-up anchors are looked at all the same. */
const LOOKED_BACK = 16;
/** More anchors than this that cannot be read in one round are the node's trouble, not theirs. */
const MOST_UNREADABLE = 4;

/** What became of an anchor in one round. */
export interface Confirmation {
  readonly anchor: StoredAnchor;
  readonly change: "included" | "finalized" | "reorged" | "orphaned" | "contradicted" | "unreadable" | "doubted";
  /** Why, where nothing could be concluded. */
  readonly reason?: string;
}

/** Doubts about the blocks of final anchors, by their hashes: what is left of one look for the next. */
export type FinalityDoubts = Map<string, Doubt>;

type Outcome = Omit<Confirmation, "anchor">;

/**
 * Moves every anchor that is not final yet, and takes back what the chain itself took back although it was final: only once
 * it has said so for a while (core/finality-doubt.ts), since one wrong answer is no reorg.
 * @param doubts what the looks before this one doubted; changed
 * @returns what changed; `contradicted`: a node says that it is mined and cannot show it, so nothing was changed;
 *   `doubted`: a node shows another block in the place of that of a final anchor, so far without effect;
 *   `unreadable`: what the nodes say of this one cannot be read, although they answer
 * @throws CHAIN_UNREACHABLE, STORE_FAILED
 */
export async function confirm(parts: AnchoringParts, doubts: FinalityDoubts = new Map()): Promise<Confirmation[]> {
  const { lost, doubted } = await lostFinalAnchors(parts, doubts);
  const changes: Confirmation[] = doubted.map((anchor) => ({ anchor, change: "doubted" }));
  for (const anchor of [...lost, ...(await lostIncludedAnchors(parts))])
    changes.push({ anchor, change: await backToPending(parts, anchor) });
  changes.push(...(await followAll(parts)));
  // A second look at what was just included: on many chains it is final at once.
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
  // Asked before the states: a transaction that is mined in between is then seen as mined.
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

/** One anchor that cannot be read must not keep the others waiting; a node that answers nothing ends the round. */
async function passedOver({ chain }: AnchoringParts, error: unknown): Promise<Outcome> {
  // Something that no earlier answer of this round can stand for.
  await chain.nextNonce().catch(() => {
    throw error;
  });
  return { change: "unreadable", reason: messageOf(error) };
}

/** Final nonces of the accounts that have anchored, each asked once in a round. */
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
   * A node may have forgotten the state of the final block: many keep that of the newest 128 alone, and finality stalls.
   * Final anchors tell the same, only later: what comes before them is used for good.
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
 * Final anchors whose block the chain no longer has, the lowest first: a reorg deeper than its own finality. By the height
 * of their blocks, since neither their sizes nor their numbers need rise with it: where a reorg left a gap in the nonces,
 * what filled it was signed later than what follows it on the chain.
 */
async function lostFinalAnchors(
  parts: AnchoringParts,
  doubts: FinalityDoubts,
): Promise<{ readonly lost: StoredAnchor[]; readonly doubted: StoredAnchor[] }> {
  const [lost, doubted]: [StoredAnchor[], StoredAnchor[]] = [[], []];
  const before = new Map(doubts);
  const contradicted = await contradictedAnchors(parts);
  // What is not contradicted in this look is doubted no longer; a look that came to nothing changes no doubt.
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
 * Final anchors whose block is another one by the chain, the highest first, with the hash of the other. What is below a
 * canonical one is canonical too, see {@link finalizeIfFinal}.
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
 * Included anchors whose block the chain no longer has, the lowest first. What is below a canonical block is canonical, so
 * that the highest is as a rule the only one that is asked for, however many wait while finality stalls. One that a reorg
 * took in the middle of a round can lie below another of the new branch: that shows when it should be final.
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

/** Those that wait, and those given up whose nonce no final transaction has yet. */
async function watchedAnchors({ store, chain }: AnchoringParts, finalNonces: FinalNonces): Promise<StoredAnchor[]> {
  const waiting = await store.anchorsIn(["pending", "submitted"]);
  const accounts = new Set([chain.account, ...waiting.map(({ account }) => account)]);
  const givenUp: StoredAnchor[] = [];
  for (const account of accounts) {
    // A few below as well: what was seen last, right before its nonce became final, may have changed since.
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

/** A transaction that recorded nothing cost something all the same, unless a reorg took it out again. */
async function correctCost(parts: AnchoringParts, anchor: StoredAnchor, found: TransactionState): Promise<void> {
  const paid = "paid" in found ? (found.paid ?? anchor.paid) : null;
  if (paid !== anchor.paid) await parts.store.updateAnchor(anchor.anchorId, costFrom(parts, paid));
}

/** What it cost counts from when that is known, whenever it was made: the day's cap is about money that went. */
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
  // Mined without an event: the contract had that head already, from somebody else's transaction.
  if (proven === "no-event") {
    if (anchor.state !== "orphaned") return orphan(parts, anchor, found);
    await correctCost(parts, anchor, found);
    return undefined;
  }
  if ("reason" in proven) return { change: "contradicted", ...proven };
  const fact = checkChainEvidence(proven.evidence);
  if (fact.treeSize !== anchor.treeSize || !equalBytes(fact.rootHash, anchor.rootHash))
    throw new WarifuError("ANCHOR_MISMATCH", `the chain recorded another head than anchor ${anchor.anchorId} sent`);
  // Evidence holds within its block, which one node can make up, at any height: the chain must have one of that height.
  const place = await placeOf(parts, fact);
  if (place === "lost") return { change: "contradicted", reason: "the chain has another block of that height" };
  if (place === "unknown") return undefined;
  await store.updateAnchor(anchor.anchorId, {
    state: "included",
    blockNumber: fact.blockNumber,
    blockHash: fact.blockHash,
    evidence: JSON.stringify(proven.evidence),
    ...costFrom(parts, proven.paid),
  });
  return { change: "included" };
}

/** The proof of it; or that there is proof of the receipt, which records no anchor; or why the answers do not fit together. */
async function provenOrNot(
  chain: Chain,
  { transactionHash }: StoredAnchor,
): Promise<ProvenAnchor | "no-event" | { readonly reason: string }> {
  try {
    return await chain.evidenceOf(transactionHash);
  } catch (error) {
    const code = codeOf(error);
    if (code === "NO_ANCHOR_IN_RECEIPT") return "no-event";
    // One node says that a block holds it, and the others have no such block, or it went in between.
    if (code === "NOT_ANCHORED_YET" || code === "CHAIN_EVIDENCE_INVALID") return { reason: messageOf(error) };
    throw error;
  }
}

/**
 * Whether the chain has the anchor's block. `unknown`: fewer nodes than must agree have a block of that height, so they may
 * be behind; `disputed`: those that have one contradict each other. Nothing is taken back on either.
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
  // Asked after the height: a block that is replaced in between does not pass.
  const place = await placeOf(parts, anchor);
  if (place === "lost") return backToPending(parts, anchor);
  // Nothing becomes final above what is in doubt: then all that is final below a canonical block is on the chain too, and a
  // reorg is noticed by the highest one alone, over restarts as well.
  if (place !== "canonical" || !(await isHighestCanonical(parts))) return undefined;
  await parts.store.updateAnchor(anchor.anchorId, { state: "finalized" });
  return "finalized";
}

/** Whether the chain still has the block of the highest final anchor. */
async function isHighestCanonical(parts: AnchoringParts): Promise<boolean> {
  const [highest] = await parts.store.highestFinalAnchors(1);
  return highest === undefined || (await placeOf(parts, highest)) === "canonical";
}

async function backToPending({ store }: AnchoringParts, anchor: StoredAnchor): Promise<"reorged"> {
  await store.updateAnchor(anchor.anchorId, {
    state: "pending",
    blockNumber: null,
    blockHash: null,
    evidence: null,
    paid: null,
    sentAt: null,
  });
  return "reorged";
}

async function orphan(parts: AnchoringParts, anchor: StoredAnchor, found: TransactionState): Promise<Outcome> {
  await parts.store.updateAnchor(anchor.anchorId, {
    state: "orphaned",
    ...costFrom(parts, "paid" in found ? found.paid : null),
  });
  return { change: "orphaned" };
}

/**
 * A round of anchoring, in order. Every step has its own file; what a round leaves for the next is in round-memory.ts,
 * and schedule.ts decides when a round runs.
 *
 * A chain that does not answer ends the round and nothing more: records stay `pending`, and the next round starts over.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import { codeOf } from "../core/errors.ts";
import { askPrice, offerAt } from "./caps.ts";
import type { Confirmation } from "./follow-anchors.ts";
import { Resends } from "./resends.ts";
import type { RoundMemory } from "./round-memory.ts";
import {
  carryOn,
  checkedHead,
  gasLimitAfter,
  nextPlace,
  write,
  type AnchoringParts,
  type WriterStep,
} from "./write-anchor.ts";

/**
 * Runs one round. Two must not overlap: if both saw nothing outstanding, both would anchor.
 * @throws whatever a step throws; what earlier steps did is not undone
 */
export async function anchoringRound(memory: RoundMemory): Promise<void> {
  const { options, vitals, resends } = memory;
  const { alarms, now, lookAtChain } = options;
  memory.isSettled = false;
  // Which contract: contract-identity.ts.
  await memory.ensureContract();
  // What it recorded, whoever sent it: watch/indexing.ts.
  const isIndexSettled = await lookAtChain();
  // What became of ours: follow-anchors.ts, judge-confirmations.ts, backlog.ts.
  const confirmations = await memory.followAnchors();
  await memory.judge(confirmations);
  memory.lastAnswerAt = now();
  // Funds, heights, ages, endpoints: vitals.ts.
  await vitals.look();
  // What to send, if anything: below.
  const step = await anchor(options, (anchoredSize) => memory.isDue(anchoredSize), resends);
  memory.note(step);
  alarms.set("chain-unreachable", unreadableIn(confirmations));
  for (const code of ["signer-failed", "contract-closed"] as const) alarms.clear(code);
  memory.isSettled = isIndexSettled && confirmations.length === 0;
}

/**
 * The second half of a round: does what the account's next nonce requires.
 * @param isDue whether to start a new anchor, given the size that the contract holds; one that already waits is carried
 *   on regardless
 * @param resends what earlier rounds sent again; changed
 * @throws as {@link checkedHead}; SIGNER_FAILED
 */
export async function anchor(
  parts: AnchoringParts,
  isDue: (anchoredSize: number) => boolean | Promise<boolean> = () => true,
  resends: Resends = new Resends(),
): Promise<WriterStep> {
  const place = await nextPlace(parts, resends);
  if ("step" in place) return place;
  if (place.waiting) return carryOn(parts, place, place.waiting, resends);
  if (!place.hasGap && !(await isDue(place.head.treeSize))) return { step: "idle" };
  const price = await askPrice(parts, place.nonce);
  const offer = offerAt(price, await gasLimitAfter(parts, place.head));
  // An anchor that waits for days until it is affordable must not fill the log with beacons.
  if ("step" in offer) return offer;
  await parts.recordBeacon();
  // Checkpoint signed, then cosigned; transaction signed, persisted, sent.
  return write(parts, place, price);
}

/**
 * Runs before the first round: contract and store must match. Everything taken in from here on is provably newer than
 * the beacon entered here.
 * @throws as {@link checkedHead}; CHAIN_WRONG
 */
export async function beginAnchoring(memory: RoundMemory): Promise<void> {
  await memory.ensureContract();
  await checkedHead(memory.options).catch((error: unknown) => {
    // Records are still taken, for the successor; the rounds raise the alarm.
    if (codeOf(error) !== "CONTRACT_CLOSED") throw error;
  });
  // A log that has ended takes nothing that would need a beacon, and one more entry would keep its contract from being closed.
  if (!memory.options.isEnded?.()) await memory.options.recordBeacon();
}

/** The anchor about which the nodes say nothing readable, although they answer everything else. */
function unreadableIn(confirmations: readonly Confirmation[]): FactOf<"chain-unreachable"> | undefined {
  const unreadable = confirmations.find(({ change }) => change === "unreadable");
  if (unreadable === undefined) return undefined;
  const { anchor, reason = "" } = unreadable;
  return { id: "anchor-unreadable", transactionHash: anchor.transactionHash, message: reason };
}

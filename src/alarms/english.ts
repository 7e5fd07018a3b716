/**
 * What alarms state, in English sentences. Another language is another table of the same shape.
 */
import type { AlarmFact } from "./alarm-fact.ts";

type Sentences = {
  readonly [Id in AlarmFact["id"]]: (fact: Extract<AlarmFact, { readonly id: Id }>) => string;
};

/** The sentence about a fact. */
export function inEnglish(fact: AlarmFact): string {
  const sentence = SENTENCES[fact.id] as (fact: AlarmFact) => string;
  return sentence(fact);
}

const SENTENCES: Sentences = {
  error: ({ message }) => message,
  stopped: ({ code, message }) => `${code}: writing has stopped: ${message}`,
  restarted: ({ code, at, restarts }) =>
    `this log was down (${code}), and was started again by itself at ${at}, ${restarts === 1 ? "once" : `${restarts} times`} since the process began`,
  "log-unwritable": ({ message }) => message,
  "records-waiting": ({ since }) => `records have been waiting for a final anchor since ${since}`,
  "anchor-unreadable": ({ transactionHash, message }) =>
    `the anchor in ${transactionHash} cannot be followed, the others are: ${message}`,
  "endpoint-silent": ({ endpoint, message }) => `${endpoint}: ${message}`,
  "endpoint-behind": ({ endpoint, height, reached }) =>
    `${endpoint}: its newest block is ${height}, others are at ${reached}`,
  "rate-limited": ({ endpoint, limited, sent }) =>
    `${endpoint} put off ${limited} of the last ${sent} requests with HTTP status 429 or 503`,
  "endpoints-disagree": ({ message }) => message,
  "evidence-inconsistent": ({ transactionHash, message }) =>
    `a node says that ${transactionHash} is in a block, and what it shows of that block does not fit together: ${message}`,
  "node-behind": ({ nodeHeight, height }) =>
    `the chain's node is at block ${nodeHeight}, and was at ${height} before: it lags or was reset`,
  "nonce-used": () =>
    "the node names a nonce for the anchoring account that is already used: it is behind, so nothing is sent",
  "block-old": ({ isFinal, ageSeconds, limitSeconds }) =>
    `the newest ${block(isFinal)} is ${ageSeconds} s old, more than ${limitSeconds} s`,
  "first-block-alone": ({ isFinal }) => `there is no ${block(isFinal)} yet but block 0, the first of the chain`,
  "above-anchor-cap": ({ costWei, capWei }) => tooDear(costWei, `${ether(capWei)} ETH an anchor`),
  "above-daily-cap": ({ costWei, capWei, leftWei }) =>
    tooDear(costWei, `${ether(capWei)} ETH a day, of which ${ether(leftWei)} is left`),
  "funds-low": ({ account, balanceWei, leastWei }) => `${account} has ${balanceWei} wei left, less than ${leastWei}`,
  "nonce-taken": ({ account, nonce }) => `nonce ${nonce} of ${account} went to a transaction that is not ours`,
  "nothing-recorded": ({ transactionHash, treeSize }) =>
    `${transactionHash}, which anchors ${treeSize} entries, was mined, paid for, and recorded nothing`,
  "anchor-not-shown": ({ transactionHash, treeSize, since, tries }) =>
    `${transactionHash}, which anchors ${treeSize} entries, was accepted by the chain's nodes, but none has shown it since ${since}; sent again ${tries} times`,
  "closing-due": ({ endedAt, treeSize }) =>
    `this log has taken no records since ${endedAt}, its ${treeSize} entries are final, and nothing is left in its vault: close its contract with the closing key`,
  "foreign-anchor": (anchor) =>
    `${recorded(anchor)}; the log has that root, but this service did not send it${evidence(anchor)}`,
  fork: (anchor) =>
    anchor.logRootHash === null
      ? `${recorded(anchor)}; the log has ${anchor.publishedSize} entries only${evidence(anchor)}`
      : `${recorded(anchor)}; the log has root ${anchor.logRootHash} at that size${evidence(anchor)}`,
  "final-block-replaced": ({ blockNumber, isConfirmed }) =>
    `the final block ${blockNumber} is another one now, says the chain's node; ` +
    (isConfirmed ? "what was in it and above was taken back" : "nothing was taken back yet"),
  "final-height-fell": ({ height, before }) =>
    `the newest final block is ${height}, says the chain's node, and was ${before} before; nothing was taken back`,
  "final-anchor-doubted": ({ blockNumber, treeSize }) =>
    `block ${blockNumber}, which holds the final anchor of ${treeSize} entries, is another one now, says the chain's node; no anchor was taken back yet`,
  "final-anchors-lost": ({ treeSize }) =>
    `final anchors of up to ${treeSize} entries were taken back, since the chain has other blocks in the place of theirs; they are made again`,
  "anchor-withheld": ({ treeSize, from, to }) =>
    `the chain's node does not show the anchor of tree size ${treeSize} in the blocks ${from} to ${to}, where it must be`,
  "anchor-vanished": ({ treeSize, blockNumber }) =>
    `the chain's node does not show the anchor of tree size ${treeSize} any more, which was final in block ${blockNumber}`,
  "cosignatures-missing": ({ treeSize, given, quorum, failures }) =>
    [
      `${given} of the ${quorum} cosignatures wanted for ${treeSize} entries were given`,
      ...failures.map(({ witness, kind, message }) => `${witness} (${kind}): ${message}`),
    ].join("; "),
  "authority-silent": ({ authority, message }) =>
    `the time-stamping authority ${authority} gives no timestamp that counts: ${message}`,
  "proofs-overdue": ({ authority, count, since }) =>
    `the calendar ${authority} has no Bitcoin block for ${count} ${count === 1 ? "proof" : "proofs"} that it promised, the first at ${since}`,
  "timestamps-gone": ({ count, treeSize }) =>
    `the timestamps of ${count} ${count === 1 ? "anchor" : "anchors"} are not in their folder any more, the first of ${treeSize} entries`,
  "witnesses-ahead": ({ treeSize, claims }) =>
    `witnesses say that they have cosigned more entries than the ${treeSize} of this log, and most do not: ` +
    claims.map((one) => `${one.witness} (${one.treeSize})`).join(", "),
  "entries-damaged": (damage) => damaged("what the store holds is not what was entered, at", damage),
  "tiles-damaged": (damage) => damaged("a tile of the store is not the one of the tree, from", damage),
  "openings-damaged": (damage) =>
    damaged("the vault lacks openings of concealed claims, or holds damaged ones, of", damage),
  "originals-damaged": (damage) =>
    damaged("the vault lacks the bytes that records were made of, or holds others, of", damage),
  "connector-silent": ({ connector, type, since, message }) =>
    `${connector} (${type}) has not been connected since ${since}${message === "" ? "" : `: ${message}`}`,
  "requests-overdue": ({ count, firstDue }) =>
    `${count} ${count === 1 ? "request of a person is" : "requests of people are"} overdue, the first since ${firstDue}`,
  "requests-due-soon": ({ count, firstDue }) =>
    `${count} ${count === 1 ? "request of a person is" : "requests of people are"} due within a week, the first at ${firstDue}`,
  "breach-clocks-over": ({ count, firstDue }) =>
    `${count} ${count === 1 ? "clock of a breach is" : "clocks of breaches are"} over, the first since ${firstDue}`,
  "breach-clocks-end-soon": ({ count, firstDue }) =>
    `${count} ${count === 1 ? "clock of a breach ends" : "clocks of breaches end"} within a day, the first at ${firstDue}`,
  "moderation-overdue": ({ count, firstDue }) =>
    `${count} ${count === 1 ? "report, hold or appeal waits" : "reports, holds and appeals wait"} for a decision, the first since ${firstDue}`,
  "partner-down": ({ partner, state, since, message }) =>
    `partner ${partner} cannot be exchanged with since ${since} (${state}): ${message}`,
  "partner-doubted": ({ partner, since, message }) =>
    `what partner ${partner} sends or answers does not hold, since ${since}: ${message}; nothing of it was taken`,
  "exchange-late": ({ partner, count, since }) =>
    `partner ${partner} has not proved of ${count} ${count === 1 ? "item" : "items"} that it has or did what it was sent, the first since ${since}`,
  "copy-late": ({ place, since, message }) =>
    `the copy at ${place} could not be brought up to date since ${since}: ${message}`,
  "copy-contradicts": ({ message }) => `${message}; nothing was written there`,
  "mirror-behind": ({ count, mirror, since, message }) =>
    `${count} ${count === 1 ? "mirror is" : "mirrors are"} behind; ${mirror} since ${since}: ${message}`,
  "openings-above": ({ limit }) => `more than ${limit} openings were handed out within a minute`,
  "refusals-above": ({ limit }) => `more than ${limit} requests or records were refused to keys within a minute`,
};

/** Every fact there is. */
export const ALARM_FACTS = Object.keys(SENTENCES) as [AlarmFact["id"], ...AlarmFact["id"][]];

type Fact<Id extends AlarmFact["id"]> = Extract<AlarmFact, { readonly id: Id }>;

function block(isFinal: boolean): string {
  return isFinal ? "final block" : "block";
}

function tooDear(costWei: string, cap: string): string {
  return `an anchor could cost ${ether(costWei)} ETH now, the cap is ${cap}: waiting for the price to fall`;
}

const WEI_PER_MICRO_ETHER = 1_000_000_000_000n;

/** Ether with six decimals. */
function ether(wei: string): string {
  return (Number(BigInt(wei) / WEI_PER_MICRO_ETHER) / 1e6).toString();
}

type Recorded = Fact<"foreign-anchor"> | Fact<"fork">;

function recorded({ treeSize, rootHash, transactionHash }: Recorded): string {
  return `the contract has an anchor of tree size ${treeSize} with root ${rootHash} from transaction ${transactionHash}`;
}

function evidence({ evidenceFile }: Recorded): string {
  return evidenceFile === undefined ? "" : `; evidence: ${evidenceFile}`;
}

type Damaged = Fact<"entries-damaged"> | Fact<"tiles-damaged"> | Fact<"openings-damaged"> | Fact<"originals-damaged">;

function damaged(what: string, { leaves, more, isMoreAtLeast }: Damaged): string {
  const others = more > 0 ? ` and ${more}${isMoreAtLeast ? " or" : ""} more` : "";
  return `${what} leaf ${leaves.join(", ")}${others}: run \`warifu audit\`, and restore a good copy`;
}

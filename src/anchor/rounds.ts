/**
 * Keeps the log anchored: on a schedule of N records or T seconds, one nonce at a time, and follows each anchor until it
 * is final. A chain that does not answer makes the service unhealthy, never dishonest: records stay `pending`.
 *
 * A local chain that was restarted empty is ordinary for researchers: it is noticed by its first block or the missing
 * contract, said aloud, and answered by a new deployment. On any other chain that is a reason to stop.
 */
import type { Alarms, AlarmCode } from "../alarms/alarms.ts";
import { ChainVitals, type VitalsOptions } from "./vitals.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";
import { logIdOf } from "../core/record.ts";
import { anchor, checkedHead, isClosed, type AnchoringParts, type Obstacle, type WriterStep } from "./write-anchor.ts";
import { confirm, type Confirmation, type FinalityDoubts } from "./follow-anchors.ts";
import { Resends } from "./resends.ts";
import type { AnchorJournal, StoredAnchor, StoredContract } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import { receivedAtOf } from "../core/record-id.ts";

/** When to anchor, what to do around it, and whom to tell. */
export interface AnchoringOptions extends AnchoringParts, VitalsOptions {
  readonly store: AnchorJournal & Pick<LogStore, "origin" | "entries">;
  /** Anchor when this many entries are not anchored … */
  readonly everyRecords: number;
  /** … or this long after the last anchor, when any are not. */
  readonly everyMs: number;
  /** The time between anchors is up to this share longer, drawn anew each time: a fixed beat tells when a report came. */
  readonly jitter: number;
  /** 0 <= random() < 1 */
  readonly random: () => number;
  /** Pause between two looks at the chain. */
  readonly pollMs: number;
  /** Health turns red when entries wait longer than this for a final anchor. */
  readonly maxLagMs: number;
  readonly alarms: Alarms;
  /**
   * Looks at what the contract recorded, whoever sent it, before anything is concluded from it. Never throws.
   * @returns whether everything was read, and nothing about it is odd
   */
  readonly lookAtChain?: (() => Promise<boolean>) | undefined;
  /** Told of what changed, for people and logs. */
  readonly onEvent: (event: AnchoringEvent) => void;
  /** Told once when the log must stop: chain and store contradict each other. */
  readonly onStop: (reason: WarifuError) => void;
}

export type AnchoringEvent =
  | { readonly event: "anchored"; readonly step: "anchored" | "replaced" | "sentAgain"; readonly anchor: StoredAnchor }
  | { readonly event: "confirmed"; readonly confirmation: Confirmation }
  | { readonly event: "deployed"; readonly contract: string; readonly chainWasLost: boolean; readonly orphaned: number }
  | { readonly event: "unreachable"; readonly error: WarifuError };

/** How anchoring stands. */
export interface AnchoringStatus {
  /** Size of the newest final anchor. */
  readonly finalizedSize: number;
  /** POSIX milliseconds of the last round that the chain answered; 0 before the first. */
  readonly lastAnswerAt: number;
  /** When the oldest entry that no final anchor covers was taken in, POSIX milliseconds; `undefined` when none waits. */
  readonly waitingSince: number | undefined;
}

const FATAL: ReadonlySet<ErrorCode | undefined> = new Set([
  "STORE_BEHIND",
  "STORE_CORRUPT",
  "STORE_FAILED",
  "ANCHOR_MISMATCH",
  // Of the pipeline, which enters beacons: the chain has no part in it.
  "VAULT_FAILED",
  "CLOCK_AHEAD",
  "CLOCK_BACKWARDS",
]);

const OBSTACLES: readonly Obstacle[] = ["fee-cap", "daily-cap", "no-funds", "gas-limit"];

/** A chain that gives no answer is asked less often, down to every so many pauses. */
const LONGEST_PAUSE = 16;

/** A chain that nothing is wanted of is asked once in so many pauses, and no later than after this time. */
const QUIET_PAUSES = 12;
const LONGEST_QUIET_MS = 12_000;

/** A chain that answers is asked again who it is. */
const IDENTITY_EVERY_MS = 60_000;

/** The anchoring side of the ledger. */
export class Anchoring {
  readonly #options: AnchoringOptions;
  readonly #vitals: ChainVitals;
  #timer: NodeJS.Timeout | undefined;
  #scheduled: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;
  #lastAnchorAt = 0;
  #interval: number;
  #identifiedAt: number | undefined;
  readonly #doubts: FinalityDoubts = new Map();
  readonly #resends = new Resends();
  /** Largest tree whose anchor was final and was taken back, until one of its size is final again. */
  #takenBack = 0;
  #unexplained: readonly StoredAnchor[] = [];
  #failed: StoredAnchor | undefined;
  #failures = 0;
  /** Whether the last round left nothing to look after. */
  #isSettled = false;
  /** What the contract held when a new anchor could last have been begun. */
  #anchoredSize: number | undefined;
  #quietPauses = 0;
  #status: AnchoringStatus = { finalizedSize: 0, lastAnswerAt: 0, waitingSince: undefined };

  constructor(options: AnchoringOptions) {
    this.#options = options;
    this.#vitals = new ChainVitals(options);
    this.#interval = this.#drawInterval();
  }

  /**
   * Makes sure that contract and store fit, deploying on a local chain that has none, and starts the rounds.
   * @throws STORE_BEHIND, STORE_CORRUPT, CHAIN_WRONG, CHAIN_UNREACHABLE
   */
  async start(): Promise<void> {
    await this.#ensureContract();
    await checkedHead(this.#options).catch((error: unknown) => {
      // Records are taken all the same, for the successor; the rounds raise the alarm.
      if (!isClosed(error)) throw error;
    });
    // What is taken in from now on is newer than this block, and provably so.
    await this.#options.recordBeacon?.();
    this.#schedule(0);
  }

  /** POSIX milliseconds, by the clock that anchoring goes by. */
  now(): number {
    return this.#options.now();
  }

  get status(): AnchoringStatus {
    return this.#status;
  }

  /** Funds, heights and ages as they were seen last. */
  get vitals(): ChainVitals["seen"] {
    return this.#vitals.seen;
  }

  /**
   * One round: follow what is outstanding, then carry on or begin what is due. Rounds never overlap, since two that both
   * see nothing outstanding would both anchor: one that is asked for while another runs comes after it.
   */
  round(): Promise<void> {
    const round = this.#running.then(() => this.#oneRound());
    this.#running = round.catch(() => undefined);
    return round;
  }

  /** Ends the rounds; one that runs is finished first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#scheduled;
    await this.#running;
  }

  async #oneRound(): Promise<void> {
    const { onEvent, lookAtChain, alarms } = this.#options;
    this.#isSettled = false;
    this.#quietPauses = 0;
    await this.#ensureContract();
    alarms.clear("chain-wrong");
    const isIndexSettled = (await lookAtChain?.()) ?? true;
    const confirmations = await confirm(this.#options, this.#doubts);
    for (const confirmation of confirmations)
      if (confirmation.change !== "doubted") onEvent({ event: "confirmed", confirmation });
    await this.#judge(confirmations);
    await this.#refreshStatus();
    this.#judgeFinality(confirmations);
    this.#status = { ...this.#status, lastAnswerAt: this.now() };
    await this.#vitals.look();
    await this.#write();
    alarms.set("chain-unreachable", unreadableIn(confirmations));
    for (const code of ["signer-failed", "contract-closed"] as const) alarms.clear(code);
    this.#isSettled = isIndexSettled && confirmations.length === 0;
  }

  async #write(): Promise<void> {
    const { alarms, onEvent, now } = this.#options;
    const isDue = (anchoredSize: number): Promise<boolean> => this.#isDue((this.#anchoredSize = anchoredSize));
    const step = await anchor(this.#options, isDue, this.#resends);
    alarms.set("anchor-swallowed", this.#resends.swallowed(now()));
    for (const code of OBSTACLES)
      alarms.set(code, step.step === "blocked" && step.obstacle === code ? step.message : undefined);
    alarms.set("nonce-behind", step.step === "nodeBehind" ? NODE_BEHIND : undefined);
    if (!isSent(step)) return;
    if (step.step === "anchored") {
      this.#lastAnchorAt = now();
      this.#interval = this.#drawInterval();
    }
    onEvent({ event: "anchored", step: step.step, anchor: step.anchor });
  }

  async #isDue(anchoredSize: number): Promise<boolean> {
    const { everyRecords, now, tree } = this.#options;
    const waiting = tree.publishedSize - anchoredSize;
    if (await this.#isBeaconAlone(anchoredSize)) return false;
    // A clock that was set back says nothing about how long it has been: rather early than late by as much.
    const isTime = Math.abs(now() - this.#lastAnchorAt) >= this.#interval;
    // The next one may fail for the same reason, and costs as much: not at every look, however many records wait.
    return waiting > 0 && (isTime || (waiting >= everyRecords && this.#failed === undefined));
  }

  /** A beacon behind the last anchor goes with the next records: anchored for its own sake, it would call for another. */
  async #isBeaconAlone(anchoredSize: number): Promise<boolean> {
    const { store, tree } = this.#options;
    // In a successor it is what brings the log there.
    if (tree.publishedSize !== anchoredSize + 1 || this.#status.finalizedSize === 0) return false;
    const [last] = await store.entries(anchoredSize, anchoredSize + 1);
    return last?.kind === "beacon";
  }

  #drawInterval(): number {
    const { everyMs, jitter, random } = this.#options;
    return everyMs * (1 + jitter * random());
  }

  /** What waits is in the store, so it is told whether or not the chain answers. */
  async #refreshStatus(): Promise<void> {
    const { store, tree, now, alarms, maxLagMs } = this.#options;
    const finalizedSize = (await store.newestFinalAnchor())?.treeSize ?? 0;
    const [oldest] = finalizedSize < tree.publishedSize ? await store.entries(finalizedSize, finalizedSize + 1) : [];
    const isWaiting = oldest !== undefined && !(await this.#isBeaconAlone(finalizedSize));
    const waitingSince = isWaiting ? receivedAtOf(oldest) * 1000 : undefined;
    this.#status = { ...this.#status, finalizedSize, waitingSince };
    const isLate = waitingSince !== undefined && now() - waitingSince > maxLagMs;
    alarms.set("anchor-late", isLate ? lateness(waitingSince) : undefined);
  }

  /** What was final is doubted, or was taken back: red from the first sight until it is final again. */
  #judgeFinality(confirmations: readonly Confirmation[]): void {
    const { alarms } = this.#options;
    const { finalizedSize } = this.#status;
    const lost = confirmations.filter(({ anchor: row, change }) => change === "reorged" && row.state === "finalized");
    this.#takenBack = Math.max(this.#takenBack, ...lost.map(({ anchor: row }) => row.treeSize));
    if (finalizedSize >= this.#takenBack) this.#takenBack = 0;
    const doubted = confirmations.find(({ change }) => change === "doubted")?.anchor;
    // Another branch, or another node behind the same address.
    if (doubted !== undefined || lost.length > 0) this.#identifiedAt = undefined;
    alarms.set(
      "reorg-beyond-finality",
      doubted !== undefined
        ? `block ${doubted.blockNumber}, which holds the final anchor of ${doubted.treeSize} entries, is another one now, says the chain's node; no anchor was taken back yet`
        : this.#takenBack > 0
          ? `final anchors of up to ${this.#takenBack} entries were taken back, since the chain has other blocks in the place of theirs; they are made again`
          : undefined,
      "anchors",
    );
  }

  /** What the changes of a round say about nodes and keys. */
  async #judge(confirmations: readonly Confirmation[]): Promise<void> {
    const { alarms } = this.#options;
    const contradicted = confirmations.find(({ change }) => change === "contradicted");
    alarms.set(
      "node-contradicts",
      contradicted &&
        `a node says that ${contradicted.anchor.transactionHash} is in a block, and what it shows of that block does not fit together: ${contradicted.reason}`,
    );
    const givenUp = confirmations.filter(({ change }) => change === "orphaned").map(({ anchor: lost }) => lost);
    await this.#noteFailed(givenUp);
    this.#unexplained = await this.#withoutReason([...this.#unexplained, ...givenUp]);
    const [shared] = this.#unexplained;
    alarms.set(
      "account-shared",
      shared && `nonce ${shared.nonce} of ${shared.account} went to a transaction that is not ours`,
    );
  }

  /** An anchor that was mined and recorded nothing, until one of its size or more is recorded. */
  async #noteFailed(givenUp: readonly StoredAnchor[]): Promise<void> {
    const { store, alarms } = this.#options;
    for (const { account, nonce, anchorId } of givenUp) {
      const rows = await store.anchorsFrom(account, nonce);
      this.#failed = rows.find((row) => row.anchorId === anchorId && row.paid !== null) ?? this.#failed;
    }
    const recorded = [...(await store.anchorsIn(["included"])), await store.newestFinalAnchor()];
    const { treeSize = Infinity, transactionHash } = this.#failed ?? {};
    if (recorded.some((one) => one !== undefined && one.treeSize >= treeSize)) this.#failed = undefined;
    alarms.set(
      "anchor-failed",
      this.#failed &&
        `${transactionHash}, which anchors ${treeSize} entries, was mined, paid for, and recorded nothing`,
    );
  }

  /** Those whose nonce is used, by a transaction that is none of ours as far as we know. */
  async #withoutReason(givenUp: readonly StoredAnchor[]): Promise<StoredAnchor[]> {
    const unexplained: StoredAnchor[] = [];
    for (const lost of givenUp) {
      const rows = await this.#options.store.anchorsFrom(lost.account, lost.nonce);
      const isOurs = rows.some(
        ({ nonce, state, paid }) => nonce === lost.nonce && (state !== "orphaned" || paid !== null),
      );
      const isKnown = unexplained.some(({ account, nonce }) => account === lost.account && nonce === lost.nonce);
      if (!isOurs && !isKnown && !(await this.#wentElsewhere(lost))) unexplained.push(lost);
    }
    return unexplained;
  }

  /** Whether an anchor that we sent to an earlier contract took the nonce: nobody follows those, so the chain is asked. */
  async #wentElsewhere({ account, nonce }: StoredAnchor): Promise<boolean> {
    const { store, chain } = this.#options;
    for (const { transactionHash } of await store.formerAnchorsAt(account, nonce)) {
      // No answer explains nothing: the alarm ends when there is one.
      const found = await chain.transactionState(transactionHash).catch(() => undefined);
      // Its price is known when enough nodes say so: the word of one must not end the alarm.
      if (found !== undefined && "paid" in found && found.paid !== undefined) return true;
    }
    return false;
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      const pause = (): number => this.#options.pollMs * Math.min(2 ** this.#failures, LONGEST_PAUSE);
      this.#scheduled = this.#guardedRound().then(() => this.#schedule(pause()));
    }, delayMs);
  }

  /**
   * Whether a scheduled round can be left out: nothing is due, nothing is followed, nothing is wrong, and the last one was
   * not long ago. A provider counts what it is asked, and there is nothing to hurry for: when records that wait are due,
   * and whether they have waited too long, is told without the chain.
   */
  async #isQuiet(): Promise<boolean> {
    const { alarms, store, pollMs } = this.#options;
    await this.#refreshStatus();
    if (++this.#quietPauses >= Math.min(QUIET_PAUSES, LONGEST_QUIET_MS / pollMs)) return false;
    if (!this.#isSettled || this.#anchoredSize === undefined || (await this.#isDue(this.#anchoredSize))) return false;
    // An endpoint that limits the rate is not helped by more questions.
    if (alarms.active().some(({ code }) => code !== "chain-rate-limited") || this.#doubts.size > 0) return false;
    if (!this.#isIdentified()) return false;
    return (await store.anchorsIn(["pending", "submitted", "included"])).length === 0;
  }

  async #guardedRound(): Promise<void> {
    try {
      if (await this.#isQuiet()) return;
      await this.round();
      this.#failures = 0;
    } catch (cause) {
      this.#failures++;
      // Whatever it was, who answers is asked again.
      this.#identifiedAt = undefined;
      const error = cause instanceof WarifuError ? cause : new WarifuError("STOPPED", messageOf(cause), { cause });
      const { alarms, onStop, onEvent } = this.#options;
      this.#vitals.judgeEndpoints();
      alarms.raise(alarmOf(error), error.message);
      // A store that fails has just been the reason itself.
      await this.#refreshStatus().catch(() => undefined);
      if (FATAL.has(error.code)) {
        this.#isClosed = true;
        // Once more: what the contract recorded may have come after the last look, and is evidence.
        await this.#options.lookAtChain?.();
        onStop(error);
      } else onEvent({ event: "unreachable", error });
    }
  }

  async #ensureContract(): Promise<void> {
    const { store, chain } = this.#options;
    const known = await store.contract();
    if (known && known.chainId !== chain.chainId)
      throw new WarifuError(
        "CHAIN_WRONG",
        `this log is anchored on chain ${known.chainId}, the endpoint serves ${chain.chainId}`,
      );
    // The code of a contract changes only with the chain under it, so what was compared is not asked for at every round.
    // Nothing rests on its being there in between: the contract's head must be one of this log before anything is signed,
    // and whoever signs asks for the chain's id. A local chain is started anew as a matter of course.
    if (!chain.isLocal && known?.contract === chain.contract && this.#isIdentified()) return;
    if (!(await chain.hasContract())) {
      if (!chain.isLocal)
        throw new WarifuError("CHAIN_WRONG", `there is no contract at ${chain.contract} on chain ${chain.chainId}`);
      return this.#deployAgain(known !== undefined);
    }
    if (known?.contract !== chain.contract) return this.#adoptContract();
    if (await this.#isSameChain(known)) return;
    await this.#deployAgain(true);
  }

  /**
   * Whether chain and contract are those that the log has been anchored in; asked again now and then.
   * @throws CHAIN_WRONG unless the chain is local
   */
  async #isSameChain(known: StoredContract): Promise<boolean> {
    const { chain, now } = this.#options;
    if (this.#isIdentified()) return true;
    const { genesis, codeHash } = await this.#identity();
    if (genesis !== known.genesis && chain.isLocal) return false;
    if (genesis !== known.genesis)
      throw new WarifuError("CHAIN_WRONG", `the chain begins with block ${genesis}, not with ${known.genesis}`);
    if (codeHash !== known.codeHash)
      throw new WarifuError(
        "CHAIN_WRONG",
        `the code at ${chain.contract} has the hash ${codeHash}, not ${known.codeHash}`,
      );
    this.#identifiedAt = now();
    return true;
  }

  #isIdentified(): boolean {
    const { now } = this.#options;
    return this.#identifiedAt !== undefined && Math.abs(now() - this.#identifiedAt) < IDENTITY_EVERY_MS;
  }

  async #identity(): Promise<{ readonly genesis: string; readonly codeHash: string }> {
    const { chain } = this.#options;
    // By its hash alone: headers of a fork that cannot be read keep nobody from taking records.
    const [genesis, codeHash] = [await chain.blockHashAt(0), await chain.codeHash()];
    if (genesis === undefined) throw new WarifuError("CHAIN_UNREACHABLE", "the chain's node has no first block");
    return { genesis, codeHash };
  }

  /** A contract that was not used before must be one for this log: an empty one would take any log's head. */
  async #adoptContract(): Promise<void> {
    const { store, chain } = this.#options;
    if (!equalBytes(await chain.logId(), logIdOf(store.origin)))
      throw new WarifuError(
        "CHAIN_WRONG",
        `the contract at ${chain.contract} was deployed for another log than ${store.origin}: set WARIFU_CONTRACT or WARIFU_ORIGIN`,
      );
    await this.#giveUp(["pending", "submitted", "included"]);
    await this.#useContract();
  }

  async #deployAgain(chainWasLost: boolean): Promise<void> {
    const { store, chain, onEvent } = this.#options;
    const orphaned = await this.#giveUp(["pending", "submitted", "included", "finalized"]);
    await chain.deploy(logIdOf(store.origin));
    // A chain that is gone was as final as it was: the one in its place begins anew.
    this.#doubts.clear();
    this.#takenBack = 0;
    this.#vitals.forget();
    await this.#useContract();
    onEvent({ event: "deployed", contract: chain.contract, chainWasLost, orphaned });
  }

  /** Anchors in a contract that is used no longer. */
  async #giveUp(states: readonly StoredAnchor["state"][]): Promise<number> {
    const { store } = this.#options;
    const lost = await store.anchorsIn(states);
    for (const { anchorId } of lost) await store.updateAnchor(anchorId, { state: "orphaned" });
    return lost.length;
  }

  async #useContract(): Promise<void> {
    const { store, chain, now } = this.#options;
    const { treeSize: startSize } = await chain.head();
    const { chainId, contract } = chain;
    await store.setContract({ chainId, contract, startSize, ...(await this.#identity()) });
    this.#identifiedAt = now();
    // What was final in another contract, or on a chain that is gone, is not final in this one.
    this.#status = { ...this.#status, finalizedSize: 0 };
    this.#failed = undefined;
  }
}

const NODE_BEHIND =
  "the node names a nonce for the anchoring account that is used already: it is behind, so nothing is sent";

function isSent(step: WriterStep): step is Extract<WriterStep, { step: "anchored" | "replaced" | "sentAgain" }> {
  return step.step === "anchored" || step.step === "replaced" || step.step === "sentAgain";
}

/** Which anchor the nodes say nothing readable about, while they answer everything else. */
function unreadableIn(confirmations: readonly Confirmation[]): string | undefined {
  const unreadable = confirmations.find(({ change }) => change === "unreadable");
  if (unreadable === undefined) return undefined;
  return `the anchor in ${unreadable.anchor.transactionHash} cannot be followed, the others are: ${unreadable.reason}`;
}

function lateness(waitingSince: number): string {
  return `records wait for a final anchor since ${new Date(waitingSince).toISOString()}`;
}

function alarmOf({ code, details }: WarifuError): AlarmCode {
  if (code === "SIGNER_FAILED") return "signer-failed";
  if (code === "CHAIN_WRONG") return "chain-wrong";
  if (code === "CHAIN_MISMATCH") return "endpoints-disagree";
  if (code === "CHAIN_REFUSED" && details["reason"] === "closed") return "contract-closed";
  return FATAL.has(code) ? "log-stopped" : "chain-unreachable";
}

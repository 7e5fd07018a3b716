/**
 * What one round of anchoring (rounds.ts) leaves for the next: which chain and contract it is, what is doubted, what
 * failed, what was sent again, and when the last anchor was made.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { AlarmCode, Alarms } from "../alarms/alarms.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import { Backlog, type BacklogOptions } from "./backlog.ts";
import { ContractIdentity } from "./contract-identity.ts";
import { DueRule, type DueOptions } from "./due.ts";
import { confirm, type Confirmation, type FinalityDoubts } from "./follow-anchors.ts";
import { ConfirmationJudge } from "./judge-confirmations.ts";
import { Resends } from "./resends.ts";
import { ChainVitals, type VitalsOptions } from "./vitals.ts";
import type { AnchoringParts, Obstacle, WriterStep } from "./write-anchor.ts";

/** What rounds work with, and whom they notify. */
export interface RoundOptions extends AnchoringParts, VitalsOptions, DueOptions, BacklogOptions {
  readonly store: AnchorJournal & Pick<LogStore, "origin" | "entries">;
  readonly tree: AnchoringParts["tree"];
  readonly alarms: Alarms;
  /**
   * Looks at what the contract recorded, whoever sent it, before anything is concluded from it. Never throws.
   * @returns whether everything was read and nothing about it is odd
   */
  readonly lookAtChain: () => Promise<boolean>;
  /** Called with what changed, for people and logs. */
  readonly onEvent: (event: RoundEvent) => void;
}

export type RoundEvent =
  | { readonly event: "anchored"; readonly step: "anchored" | "replaced" | "sentAgain"; readonly anchor: StoredAnchor }
  | { readonly event: "confirmed"; readonly confirmation: Confirmation }
  | {
      readonly event: "deployed";
      readonly contract: string;
      readonly chainWasLost: boolean;
      readonly orphaned: number;
    };

/** More questions do not help an endpoint that limits the rate, nor do they close a contract, which may wait for months. */
const PATIENT: ReadonlySet<AlarmCode> = new Set(["chain-rate-limited", "closing-due"]);

const OBSTACLES: readonly Obstacle[] = ["fee-cap", "daily-cap", "no-funds", "gas-limit"];

/** The memory of one log's rounds. */
export class RoundMemory {
  readonly options: RoundOptions;
  readonly vitals: ChainVitals;
  readonly backlog: Backlog;
  readonly resends: Resends = new Resends();
  readonly #identity: ContractIdentity;
  readonly #judge: ConfirmationJudge;
  readonly #due: DueRule;
  readonly #doubts: FinalityDoubts = new Map();
  /** What the contract held the last time a new anchor could have been started. */
  #anchoredSize: number | undefined;
  /** Whether the last round left nothing to follow up. */
  isSettled = false;
  /** POSIX milliseconds of the last round in which the chain answered; 0 before the first. */
  lastAnswerAt = 0;

  constructor(options: RoundOptions) {
    this.options = options;
    this.#identity = new ContractIdentity(options);
    this.vitals = new ChainVitals(options);
    this.backlog = new Backlog(options);
    this.#judge = new ConfirmationJudge(options);
    this.#due = new DueRule(options);
  }

  /** Whether another round would find nothing to do, as far as can be determined without the chain. */
  async isIdle(): Promise<boolean> {
    const { alarms, store } = this.options;
    if (!this.isSettled || this.#anchoredSize === undefined || (await this.isDue(this.#anchoredSize))) return false;
    if (alarms.active().some(({ code }) => !PATIENT.has(code)) || this.#doubts.size > 0) return false;
    if (!this.#identity.isKnown) return false;
    return (await store.anchorsIn(["pending", "submitted", "included"])).length === 0;
  }

  /** Applies what {@link ContractIdentity.ensure} found. */
  async ensureContract(): Promise<void> {
    const { chain, alarms, onEvent } = this.options;
    const change = await this.#identity.ensure();
    alarms.clear("chain-wrong");
    if (change === undefined) return;
    this.backlog.forget();
    this.#judge.forgetFailed();
    if (change.change === "adopted") return;
    this.#doubts.clear();
    this.#judge.forgetFinality();
    this.vitals.forget();
    const { chainWasLost, orphaned } = change;
    onEvent({ event: "deployed", contract: chain.contract, chainWasLost, orphaned });
  }

  /** Moves our anchors on and reports what changed: follow-anchors.ts. */
  async followAnchors(): Promise<Confirmation[]> {
    const confirmations = await confirm(this.options, this.#doubts);
    for (const confirmation of confirmations)
      if (confirmation.change !== "doubted") this.options.onEvent({ event: "confirmed", confirmation });
    return confirmations;
  }

  /** Judges what the changes mean for nodes, keys and finality. */
  async judge(confirmations: readonly Confirmation[]): Promise<void> {
    await this.#judge.judge(confirmations);
    await this.backlog.look();
    if (this.#judge.judgeFinality(confirmations, this.backlog.finalizedSize)) this.doubtIdentity();
  }

  /** There may be another branch, or another node at the same address: identify the chain again. */
  doubtIdentity(): void {
    this.#identity.doubt();
  }

  /** Whether a new anchor is due: due.ts. */
  async isDue(anchoredSize: number): Promise<boolean> {
    this.#anchoredSize = anchoredSize;
    if (await this.backlog.isBeaconAlone(anchoredSize)) return false;
    return this.#due.isDue(anchoredSize, this.#judge.hasFailed);
  }

  /** Reports what was sent, or why nothing was. */
  note(step: WriterStep): void {
    const { alarms, onEvent, now } = this.options;
    alarms.set("anchor-swallowed", this.resends.swallowed(now()));
    for (const code of OBSTACLES)
      alarms.set(code, step.step === "blocked" && step.obstacle === code ? obstacleIn(step) : undefined);
    alarms.set("nonce-behind", step.step === "nodeBehind" ? { id: "nonce-used" } : undefined);
    if (!isSent(step)) return;
    if (step.step === "anchored") this.#due.noteAnchored();
    onEvent({ event: "anchored", step: step.step, anchor: step.anchor });
  }
}

/** A node that refuses gives its reason in words. */
function obstacleIn(step: Extract<WriterStep, { step: "blocked" }>): FactOf<Obstacle> {
  return "fact" in step ? step.fact : { id: "error", code: "CHAIN_REFUSED", message: step.message };
}

function isSent(step: WriterStep): step is Extract<WriterStep, { step: "anchored" | "replaced" | "sentAgain" }> {
  return step.step === "anchored" || step.step === "replaced" || step.step === "sentAgain";
}

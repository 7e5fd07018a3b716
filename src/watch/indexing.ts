/**
 * Keeps the index of anchors up to date with the chain, and reports what does not match: an anchor that this service
 * did not send, one that the log does not have, one that a node withholds, a final block that is gone.
 *
 * It only reads the chain and writes derived files, so no failure here stops the service: the next round tries again.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { AlarmCode, Alarms } from "../alarms/alarms.ts";
import type { ChainChange, ChainTracker } from "../chain/chain-change.ts";
import type { ReadOnlyChain } from "../chain/chain.ts";
import { codeOf, isWithoutAnswer } from "../core/errors.ts";
import { blockOfEvidence, evidencePath, writeEvidence } from "./evidence-files.ts";
import { AnchorIndexer, type IndexStep } from "./index-anchors.ts";
import {
  evidenceOn,
  factOn,
  judgeAnchors,
  SUSPICIOUS_AT_ONCE,
  type JudgedLog,
  type SuspiciousAnchor,
} from "./judge-anchors.ts";
import { MissedAnchors, type Misfit } from "./missed-anchors.ts";
import type { AnchorIndex, IndexedAnchor } from "../store/anchor-index.ts";

/** How the index is kept. */
export interface IndexingOptions {
  readonly chain: ReadOnlyChain;
  readonly tracker: ChainTracker;
  readonly index: AnchorIndex;
  readonly log: JudgedLog;
  readonly alarms: Alarms;
  /** Where evidence about foreign anchors and forks goes; created when needed. */
  readonly evidenceFolder: string;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** Pause between checks of what was read before. */
const LOOK_AGAIN_MS = 60_000;
/** A node counts as behind after this many rounds in a row. */
const BEHIND_ROUNDS = 3;
const STEPS_A_ROUND = 64;
const EVIDENCE_A_ROUND = 4;

/** What belongs to one contract: a successor or a new deployment has its own index. */
interface Followed {
  readonly indexer: AnchorIndexer;
  readonly watch: MissedAnchors;
  /** What did not match at the last check. */
  readonly misfits: { hole?: Misfit | undefined; end?: Misfit | undefined; vanished?: Misfit | undefined };
  lookedAgainAt: number;
  behindRounds: number;
  /** Height of a final block that was given up; the alarm stays until the chain is final there again. */
  lostHeight: number | undefined;
}

/** The index as the service keeps it. */
export class Indexing {
  readonly #options: IndexingOptions;
  // Blocks that the evidence files are about, by path.
  readonly #evidence = new Map<string, string | undefined>();
  #followed: Followed | undefined;
  #running: Promise<void> = Promise.resolve();
  #isCatchingUp = false;
  // Files that this round may still make: each takes several requests to the chain.
  #evidenceLeft = 0;
  #lastRoundAt = 0;

  constructor(options: IndexingOptions) {
    this.#options = options;
  }

  /** POSIX milliseconds of the last successful round; 0 before the first. */
  get lastRoundAt(): number {
    return this.#lastRoundAt;
  }

  /** Whether the last round read everything, from nodes that were not behind. */
  get isSettled(): boolean {
    return !this.#isCatchingUp && this.#followed?.behindRounds === 0;
  }

  /**
   * One round: reads what is new, judges it, looks for what was missed. Rounds never overlap.
   * @throws CHAIN_UNREACHABLE, CHAIN_EVIDENCE_INVALID, CHAIN_WRONG, STORE_FAILED, STORE_CORRUPT
   */
  poll(): Promise<void> {
    return this.#next(() => this.#round());
  }

  /** Orphans every row of the contract and starts over: for a local chain that was restarted empty. */
  forget(): Promise<void> {
    return this.#next(async () => {
      await this.#contract().indexer.forget();
      this.#followed = undefined;
      for (const code of ["node-behind", "reorg-beyond-finality", "missed-anchor"] as const) this.#alarm(code, []);
    });
  }

  /** Waits for a running round. The index stays open. */
  async close(): Promise<void> {
    await this.#running;
  }

  #next(action: () => Promise<void>): Promise<void> {
    const done = this.#running.then(action);
    this.#running = done.catch(() => undefined);
    return done;
  }

  async #round(): Promise<void> {
    this.#evidenceLeft = EVIDENCE_A_ROUND;
    const followed = this.#contract();
    const { step, needsCheck } = await this.#readOn(followed);
    // Before any further requests to the chain: an anchor that was seen is judged in the same round.
    await this.#judge(followed);
    const { hasMore: isCatchingUp, change } = step;
    if (!isCatchingUp && change.case !== "behind" && change.case !== "beyondFinality") {
      await this.#watch(followed, needsCheck);
      await this.#judge(followed);
    }
    this.#isCatchingUp = isCatchingUp;
    this.#lastRoundAt = this.#options.now();
  }

  #contract(): Followed {
    const { chain, tracker, index, now } = this.#options;
    if (this.#followed?.indexer.of.contract === chain.contract) return this.#followed;
    const indexer = new AnchorIndexer({ chain, tracker, index, now });
    const watch = new MissedAnchors({ chain, index, indexer });
    const fresh = { misfits: {}, lookedAgainAt: Number.NEGATIVE_INFINITY, behindRounds: 0, lostHeight: undefined };
    this.#followed = { indexer, watch, ...fresh };
    return this.#followed;
  }

  async #readOn(followed: Followed): Promise<{ step: IndexStep; needsCheck: boolean }> {
    let needsCheck = false;
    for (let steps = 1; ; steps++) {
      const step = await followed.indexer.step();
      needsCheck ||= step.needsCheck;
      this.#note(step.change, followed);
      if (!step.hasMore || steps === STEPS_A_ROUND) return { step, needsCheck };
    }
  }

  /** The alarms that follow directly from the look at the chain. */
  #note(change: ChainChange, followed: Followed): void {
    if (change.case === "reorged") followed.watch.changedAbove(change.ancestor.number);
    this.#noteBehind(change, followed);
    if (change.case === "beyondFinality") {
      const { ours, theirs, isConfirmed } = change;
      if (isConfirmed) {
        followed.lostHeight = ours.number;
        followed.watch.changedAbove(0);
      }
      const { number: blockNumber, hash } = ours;
      this.#alarm("reorg-beyond-finality", [
        { id: "final-block-replaced", blockNumber, ours: hash, theirs, isConfirmed },
      ]);
    } else if (change.case !== "behind" && (followed.indexer.finalBlock?.number ?? 0) >= (followed.lostHeight ?? 0)) {
      followed.lostHeight = undefined;
      this.#alarm("reorg-beyond-finality", []);
    }
  }

  #noteBehind(change: ChainChange, followed: Followed): void {
    if (change.case !== "behind") {
      followed.behindRounds = 0;
      return this.#alarm("node-behind", []);
    }
    followed.behindRounds++;
    if (followed.behindRounds < BEHIND_ROUNDS) return;
    const height = followed.indexer.head?.number ?? 0;
    this.#alarm("node-behind", [{ id: "node-behind", nodeHeight: change.nodeHeight, height }]);
  }

  /** Judges what is new, and reports everything that is not ours. */
  async #judge({ indexer }: Followed): Promise<void> {
    const { index, log } = this.#options;
    await judgeAnchors(this.#options, indexer.of);
    const suspicious = await index.suspicious(indexer.of, SUSPICIOUS_AT_ONCE);
    const failures: unknown[] = [];
    const facts: SuspiciousAnchor[] = [];
    for (const row of suspicious) {
      const fact = await factOn(row, log);
      let evidenceFile = this.#evidenceAt(row);
      if (evidenceFile === undefined && this.#evidenceLeft-- > 0)
        evidenceFile = await this.#makeEvidence(row).catch((error: unknown) => {
          failures.push(error);
          return undefined;
        });
      facts.push(evidenceFile === undefined ? fact : { ...fact, evidenceFile });
    }
    this.#alarm(
      "foreign-anchor",
      facts.filter((fact) => fact.id === "foreign-anchor"),
    );
    this.#alarm(
      "fork",
      facts.filter((fact) => fact.id === "fork"),
    );
    // Thrown only now: a full disk must not hold back the alarm.
    if (failures.length > 0) throw failures[0];
  }

  /** Path of the evidence about a row, if it exists. */
  #evidenceAt(row: IndexedAnchor): string | undefined {
    const path = evidencePath(this.#options.evidenceFolder, row);
    if (!this.#evidence.has(path)) this.#evidence.set(path, blockOfEvidence(path));
    return this.#evidence.get(path) === row.blockHash ? path : undefined;
  }

  /** Makes the evidence about a row; `undefined` when that is not possible at present. */
  async #makeEvidence(row: IndexedAnchor): Promise<string | undefined> {
    const folder = this.#options.evidenceFolder;
    try {
      const evidence = await evidenceOn(this.#options, row);
      // It has moved to another block meanwhile, which the next round will show.
      if (evidence.chain !== null && evidence.chain.block.hash !== row.blockHash) return undefined;
      writeEvidence(folder, evidence);
      const path = evidencePath(folder, row);
      this.#evidence.set(path, row.blockHash);
      return path;
    } catch (error) {
      // The alarm does not wait for evidence; the next round tries again.
      if (!isWithoutAnswer(error) && codeOf(error) !== "NOT_ANCHORED_YET") throw error;
      return undefined;
    }
  }

  /** Looks for what was missed: in every round as far as no request is needed, and thoroughly from time to time. */
  async #watch(followed: Followed, needsCheck: boolean): Promise<void> {
    const { now } = this.#options;
    const { watch, misfits } = followed;
    const isTime = now() - followed.lookedAgainAt >= LOOK_AGAIN_MS;
    if (isTime) followed.lookedAgainAt = now();
    // An unexplained hole is not searched for again in every round.
    if (misfits.hole === undefined || isTime) misfits.hole = await watch.fillHoles();
    if (isTime || (needsCheck && misfits.end === undefined)) misfits.end = await watch.compareHead();
    if (isTime) misfits.vanished = await watch.lookAgain();
    const all = [misfits.hole, misfits.end, misfits.vanished].filter((misfit) => misfit !== undefined);
    this.#alarm("missed-anchor", all.map(factOf));
  }

  /** Raised under a name of its own: other parts raise some of the same alarms. */
  #alarm<Code extends AlarmCode>(code: Code, facts: readonly FactOf<Code>[]): void {
    this.#options.alarms.setAll(code, facts, "index");
  }
}

function factOf({ kind, treeSize, from, to, transactionHash }: Misfit): FactOf<"missed-anchor"> {
  if (kind === "withheld") return { id: "anchor-withheld", treeSize, from, to };
  const vanished = { id: "anchor-vanished", treeSize, blockNumber: from } as const;
  return transactionHash === undefined ? vanished : { ...vanished, transactionHash };
}

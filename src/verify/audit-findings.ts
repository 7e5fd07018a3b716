/**
 * Collects what an audit finds, and reports on it. A fault is named and the audit goes on. Part of an audit ends early only
 * when a server cannot be reached, and that decides nothing.
 */
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { Completeness } from "./completeness.ts";
import { errorFact, type ErrorFact } from "./error-fact.ts";
import type { FindingFact, NoteFact } from "./finding-fact.ts";
import { findingInEnglish } from "./findings-english.ts";
import type { AcknowledgementCheck } from "./kept-acknowledgements.ts";
import type { SeqRanges, SourceGap } from "./seq-ranges.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly code: ErrorCode;
  /** The record, tile, checkpoint, anchor or table, such as "leaf 17" or "tile 0/2". */
  readonly where: string;
  /** The fact in English. */
  readonly message: string;
  readonly fact: FindingFact;
}

/** Two heads that cannot both be of one log. */
export interface ProvenFork {
  readonly smaller: number;
  readonly larger: number;
  readonly evidence: string;
}

/** What an audit found. */
export interface AuditReport {
  /** `undecided`: nothing that was read is wrong, but something could not be read, or was not answered. */
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly checked: {
    readonly entries: number;
    readonly tiles: number;
    readonly checkpoints: number;
    readonly bodies: number;
    /** Always 0 for a log over HTTP, which holds no openings. */
    readonly openings: number;
    readonly anchors: number;
  };
  /** Whether the log was compared with the contract's anchors, as nodes of the auditor's choice show them. */
  readonly isChainCompared: boolean;
  readonly findings: readonly Finding[];
  /** Sources that skipped sequence numbers: no fault of the log, but records that were sent may be missing. */
  readonly gaps: readonly SourceGap[];
  /** For each acknowledgement that was handed in, whether the log stands by it. */
  readonly acknowledgements?: readonly AcknowledgementCheck[];
  /** Which of the sequence numbers that were asked for the log has. */
  readonly completeness?: Completeness;
  /** The signed head that was audited. */
  readonly head?: { readonly treeSize: number; /** Hexadecimal. */ readonly rootHash: string };
  /** The newest anchor that the log was compared with; `block` as the nodes name it. */
  readonly newestAnchor?: { readonly treeSize: number; readonly block?: string };
  /** Proofs that the log has two histories, for others to check: the text of each, `warifu-fork-evidence/1`. */
  readonly forks?: readonly ProvenFork[];
  /** What was not checked, and why: {@link noteFacts} in English. */
  readonly notes: readonly string[];
  readonly noteFacts: readonly NoteFact[];
}

/** Findings and sources with gaps beyond this number are counted, not listed. */
const MAX_LISTED = 1_000;
/** A note shows at most this many sizes or ranges. */
const SHOWN = 5;
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set(["SERVICE_UNREACHABLE", "CHAIN_UNREACHABLE", "NODE_REFUSED"]);

/** {@link AuditFindings} as data. */
export interface KeptFindings {
  readonly checked: AuditReport["checked"];
  readonly findings: readonly Finding[];
  readonly unlisted: number;
}

/** Collects findings. */
export class AuditFindings {
  readonly checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  isChainCompared = false;
  acknowledgements: readonly AcknowledgementCheck[] | undefined;
  readonly forks: ProvenFork[] = [];
  readonly #findings: Finding[] = [];
  readonly #gaps: SourceGap[] = [];
  readonly #notes: NoteFact[] = [];
  #unlisted = 0;
  #isUndecided = false;

  /** What was found and counted so far, in a form that survives JSON. */
  kept(): KeptFindings {
    return { checked: { ...this.checked }, findings: [...this.#findings], unlisted: this.#unlisted };
  }

  /** Continues from a state that was kept. */
  restore({ checked, findings, unlisted }: KeptFindings): void {
    const { entries, tiles, bodies, openings } = checked;
    // Checkpoints and anchors are looked at afresh each time.
    Object.assign(this.checked, { entries, tiles, bodies, openings });
    this.#findings.push(...findings);
    this.#unlisted = unlisted;
  }

  /** Notes what was not checked, or is worth knowing without being a fault. */
  note(fact: NoteFact): void {
    this.#notes.push(fact);
  }

  /** Names a fault. */
  refute(code: ErrorCode, where: string, fact: FindingFact): void {
    if (this.#findings.length >= MAX_LISTED) this.#unlisted++;
    else this.#findings.push({ code, where, message: findingInEnglish(fact), fact });
  }

  /** Names a fault that was found elsewhere. */
  refuteBy(where: string, { code, message, details }: Omit<ErrorFact, "id">): void {
    this.refute(code, where, { id: "error", code, details, message });
  }

  /** Notes which anchors do not count yet. */
  noteOpen(anchors: readonly { readonly treeSize: number }[]): void {
    if (anchors.length === 0) return;
    const newestSizes = anchors.slice(-SHOWN).map(({ treeSize }) => treeSize);
    this.note({ id: "anchors-open", count: anchors.length, newestSizes });
  }

  /**
   * Notes that no anchor counts. On a chain that others run, that leaves the audit undecided: a rewritten history would look
   * the same.
   */
  leaveUnanchored(isOwnChain: boolean): void {
    if (isOwnChain) this.note({ id: "unanchored" });
    else this.leaveOpen({ id: "unanchored" });
  }

  /** Notes which sources skipped numbers. */
  addGaps(seqs: SeqRanges, nameOf: (sourceId: string) => string | undefined): void {
    let unlisted = 0;
    for (const gap of seqs.gaps())
      if (this.#gaps.length < MAX_LISTED) this.#addGap({ ...gap, source: nameOf(gap.sourceId) });
      else unlisted++;
    if (unlisted > 0) this.note({ id: "gaps-unlisted", count: unlisted });
  }

  #addGap(gap: SourceGap): void {
    this.#gaps.push(gap);
    const { source = null, sourceId, missing, lastSeq, ranges } = gap;
    const shown = { ranges: ranges.slice(0, SHOWN), hasMoreRanges: ranges.length > SHOWN };
    this.note({ id: "numbers-left-out", sourceId, source, missing, lastSeq, ...shown });
  }

  /**
   * Runs a check; an error that it throws becomes a finding at `where`.
   * @throws SERVICE_UNREACHABLE, CHAIN_UNREACHABLE: a missing answer is no fault in what the log holds
   */
  async attempt<T>(where: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      return this.#refuteFault(where, error);
    }
  }

  /** {@link AuditFindings.attempt} for a check that is synchronous. */
  attemptNow<T>(where: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      return this.#refuteFault(where, error);
    }
  }

  #refuteFault(where: string, error: unknown): undefined {
    if (!(error instanceof WarifuError) || UNREACHABLE.has(error.code)) throw error;
    this.refuteBy(where, error);
  }

  /** Runs an outermost part of the audit: if a server cannot be reached, the part ends, and what was found so far stands. */
  stage<T>(where: string, run: () => Promise<T>): Promise<T | undefined> {
    return this.ask(() => this.attempt(where, run));
  }

  /** Asks the auditor's own nodes: if they fail or contradict each other, that says nothing about the log. */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      this.leaveOpen({ id: "not-all-read", because: errorFact(error) });
      return undefined;
    }
  }

  /** Leaves the outcome undecided unless there is a fault: something could not be read or compared. */
  leaveOpen(fact: NoteFact): void {
    this.#isUndecided = true;
    this.note(fact);
  }

  report(): AuditReport {
    const noteFacts = [...this.#notes];
    if (this.#unlisted > 0) noteFacts.push({ id: "findings-unlisted", count: this.#unlisted });
    const notes = noteFacts.map(findingInEnglish);
    const outcome = this.#findings.length > 0 ? "refuted" : this.#isUndecided ? "undecided" : "holds";
    const { checked, isChainCompared, acknowledgements, forks } = this;
    const [findings, gaps] = [this.#findings, this.#gaps];
    const report = { outcome, checked, isChainCompared, findings, gaps, notes, noteFacts } as const;
    return { ...report, ...(acknowledgements && { acknowledgements }), ...(forks.length > 0 && { forks }) };
  }
}

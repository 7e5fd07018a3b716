/**
 * What an audit has found so far, and the report that comes of it. A fault is named and the audit goes on; only that
 * somebody cannot be reached ends a part of it, and then nothing is decided by that.
 */
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { AcknowledgementCheck } from "./kept-acknowledgements.ts";
import type { SeqRanges, SourceGap } from "./seq-ranges.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly code: ErrorCode;
  /** The record, tile, checkpoint, anchor or table, such as "leaf 17" or "tile 0/2". */
  readonly where: string;
  readonly message: string;
}

/** What an audit found. */
export interface AuditReport {
  /** `undecided`: nothing is wrong in what was read, but not all was read or answered that should be. */
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
  /** Whether nodes of the auditor's choice showed the contract's anchors, and the log was held against them. */
  readonly isChainCompared: boolean;
  readonly findings: readonly Finding[];
  /** Sources that left numbers out: no fault of the log, but records may be missing that were sent. */
  readonly gaps: readonly SourceGap[];
  /** Of each acknowledgement that was handed in, whether the log stands by it. */
  readonly acknowledgements?: readonly AcknowledgementCheck[];
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

/** More findings, and more sources with gaps, are counted and not listed. */
const MAX_LISTED = 1_000;
const SHOWN_RANGES = 5;
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set(["SERVICE_UNREACHABLE", "CHAIN_UNREACHABLE", "NODE_REFUSED"]);

/** Collects findings. */
export class AuditFindings {
  readonly checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  isChainCompared = false;
  acknowledgements: readonly AcknowledgementCheck[] | undefined;
  readonly #findings: Finding[] = [];
  readonly #gaps: SourceGap[] = [];
  readonly #notes: string[] = [];
  #unlisted = 0;
  #isUndecided = false;

  /** Says what was not checked, or is worth knowing without being wrong. */
  note(text: string): void {
    this.#notes.push(text);
  }

  refute(code: ErrorCode, where: string, message: string): void {
    this.add({ code, where, message });
  }

  add(finding: Finding): void {
    if (this.#findings.length < MAX_LISTED) this.#findings.push(finding);
    else this.#unlisted++;
  }

  /** Says which anchors count for nothing yet. */
  noteOpen(anchors: readonly { readonly treeSize: number }[]): void {
    if (anchors.length === 0) return;
    const sizes = anchors.slice(-SHOWN_RANGES).map(({ treeSize }) => treeSize);
    const first = anchors.length > SHOWN_RANGES ? "…, " : "";
    this.note(
      `anchors that are not final yet by the policy's rule were left open: ${anchors.length}, of size ${first}${sizes.join(", ")}`,
    );
  }

  /** Nothing that counts was anchored: on a chain that others run, a history that was written anew would look no worse. */
  leaveUnanchored(isOwnChain: boolean): void {
    const said = "the contract has no anchor of this log yet that is final: there was nothing to compare it with";
    if (isOwnChain) this.note(said);
    else this.leaveOpen(said);
  }

  /** Notes which sources left numbers out. */
  addGaps(seqs: SeqRanges, nameOf: (sourceId: string) => string | undefined): void {
    let unlisted = 0;
    for (const gap of seqs.gaps())
      if (this.#gaps.length < MAX_LISTED) this.#addGap({ ...gap, source: nameOf(gap.sourceId) });
      else unlisted++;
    if (unlisted > 0) this.note(`${unlisted} further sources with missing numbers are not listed`);
  }

  #addGap(gap: SourceGap): void {
    this.#gaps.push(gap);
    const { source, sourceId, missing, lastSeq, ranges } = gap;
    const shown = ranges.slice(0, SHOWN_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
    const more = ranges.length > SHOWN_RANGES ? ", …" : "";
    this.note(
      `source ${source ?? sourceId} has left out ${missing} of the numbers up to ${lastSeq}: ${shown.join(", ")}${more}`,
    );
  }

  /**
   * Runs a check; its refusal is a finding at `where`.
   * @throws SERVICE_UNREACHABLE, CHAIN_UNREACHABLE: that nobody answers is no fault of what the log holds
   */
  async attempt<T>(where: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof WarifuError) || UNREACHABLE.has(error.code)) throw error;
      this.refute(error.code, where, error.message);
      return undefined;
    }
  }

  /** Runs an outermost part: a server that cannot be reached ends it, and what was found until then stands. */
  stage<T>(where: string, run: () => Promise<T>): Promise<T | undefined> {
    return this.ask(() => this.attempt(where, run));
  }

  /** Asks the auditor's own nodes: that they fail, or contradict each other, tells nothing of the log. */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      this.leaveOpen(`not all could be read: ${error.message}`);
      return undefined;
    }
  }

  /** Something could not be read or compared, so that nothing but a finding decides any more. */
  leaveOpen(reason: string): void {
    this.#isUndecided = true;
    this.note(reason);
  }

  report(): AuditReport {
    const notes = [...this.#notes];
    if (this.#unlisted > 0) notes.push(`${this.#unlisted} further findings are not listed`);
    const outcome = this.#findings.length > 0 ? "refuted" : this.#isUndecided ? "undecided" : "holds";
    const { checked, isChainCompared, acknowledgements } = this;
    const report = { outcome, checked, isChainCompared, findings: this.#findings, gaps: this.#gaps, notes } as const;
    return acknowledgements ? { ...report, acknowledgements } : report;
  }
}

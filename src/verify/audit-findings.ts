/**
 * What an audit of a log has found so far, and the report that comes of it. A fault is named and the audit goes on; only
 * that somebody cannot be reached ends a part of it, and then nothing is decided by that.
 */
import { WarifuError, type ErrorCode } from "../core/errors.ts";

/** One thing that is wrong. */
export interface LogFinding {
  readonly code: ErrorCode;
  /** The leaf, tile, checkpoint or anchor, such as "leaf 17" or "tile/0/002". */
  readonly where: string;
  readonly message: string;
}

/** What the audit found. */
export interface LogAuditReport {
  /** `undecided`: nothing is wrong in what was read, but not all of it could be read. */
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly checked: {
    readonly entries: number;
    readonly tiles: number;
    readonly checkpoints: number;
    readonly bodies: number;
    /** Always 0: a log holds no openings. */
    readonly openings: number;
    readonly anchors: number;
  };
  readonly findings: readonly LogFinding[];
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

/** More findings than this are counted, not listed. */
const MAX_FINDINGS = 1_000;
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set(["SERVICE_UNREACHABLE", "CHAIN_UNREACHABLE"]);

/** Collects findings. */
export class AuditFindings {
  readonly checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  readonly #findings: LogFinding[] = [];
  readonly #notes: string[] = [];
  #unlisted = 0;
  #isUndecided = false;

  note(text: string): void {
    this.#notes.push(text);
  }

  refute(code: ErrorCode, where: string, message: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, where, message });
    else this.#unlisted++;
  }

  /**
   * Runs a check; its refusal is a finding at `where`.
   * @throws SERVICE_UNREACHABLE, CHAIN_UNREACHABLE: that nobody answers is no fault of what the log holds
   */
  async attempt<T>(where: string, check: () => Promise<T>): Promise<T | undefined> {
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
      this.leaveOpen(error.message);
      return undefined;
    }
  }

  /** Something could not be read or compared, so that nothing but a finding decides any more. */
  leaveOpen(reason: string): void {
    this.#isUndecided = true;
    this.note(`not all could be read: ${reason}`);
  }

  report(): LogAuditReport {
    const notes = [...this.#notes];
    if (this.#unlisted > 0) notes.push(`${this.#unlisted} further findings are not listed`);
    const outcome = this.#findings.length > 0 ? "refuted" : this.#isUndecided ? "undecided" : "holds";
    return { outcome, checked: this.checked, findings: this.#findings, notes };
  }
}

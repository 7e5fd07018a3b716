/**
 * What an audit has found so far. A fault is named, and the audit goes on: one bad row must not hide the next.
 */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";
import type { AuditReport, Finding } from "./audit.ts";

/** More findings than this are counted, not listed. */
const MAX_FINDINGS = 1_000;

/** Collects findings and counts. */
export class AuditFindings {
  readonly checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  readonly #findings: Finding[] = [];
  readonly #notes: string[] = [];
  #unlisted = 0;

  refute(code: ErrorCode, where: string, message: string): void {
    this.add({ code, where, message });
  }

  add(finding: Finding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
    else this.#unlisted++;
  }

  /** Says what was not checked, or is worth knowing without being wrong. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Runs a check; its error is a finding at `where`. */
  async attempt<T>(where: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      this.refute(codeOf(error) ?? "STORE_CORRUPT", where, messageOf(error));
      return undefined;
    }
  }

  report(): AuditReport {
    const notes =
      this.#unlisted > 0 ? [...this.#notes, `${this.#unlisted} further findings are not listed`] : this.#notes;
    const outcome = this.#findings.length > 0 ? "refuted" : "holds";
    return { outcome, checked: this.checked, findings: this.#findings, notes };
  }
}

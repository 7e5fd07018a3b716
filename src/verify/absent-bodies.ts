/**
 * Bodies that a log does not show, held against its own events: it may withhold the body of a record, if a later entry says
 * so (docs/formats.md, section 8). Told of the entries in any order.
 */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import { erasureOf, isErasure, isWithholding, withholdingOf } from "../core/erasure-event.ts";
import type { AuditFindings } from "./audit-findings.ts";

/** {@link AbsentBodies} as data: leaf indexes. */
export interface KeptAbsences {
  readonly absent: readonly number[];
  readonly withheld: readonly number[];
}

/** Goes along with a walk over every leaf, or with a sample. */
export class AbsentBodies {
  readonly #findings: AuditFindings;
  readonly #absent = new Set<number>();
  readonly #withheld = new Set<number>();

  constructor(findings: AuditFindings) {
    this.#findings = findings;
  }

  /** What was met so far, in a form that survives JSON. */
  kept(): KeptAbsences {
    return { absent: [...this.#absent], withheld: [...this.#withheld] };
  }

  /** Goes on with what was kept. */
  restore({ absent, withheld }: KeptAbsences): void {
    for (const leafIndex of absent) this.#absent.add(leafIndex);
    for (const leafIndex of withheld) this.#withheld.add(leafIndex);
  }

  /** The log does not show the body of a leaf. */
  missed(leafIndex: number): void {
    this.#absent.add(leafIndex);
  }

  /**
   * An event of the log itself, which may say that something is gone.
   * @throws BODY_INVALID it has not the form of such an event, or is about a record that is not below it
   */
  follow(leafIndex: number, body: Body): void {
    if (isErasure(body)) assertBelow(erasureOf(body).record, leafIndex);
    if (!isWithholding(body)) return;
    const { record } = withholdingOf(body);
    assertBelow(record, leafIndex);
    this.#withheld.add(record);
  }

  /** Counts what a sample did not see: whether the log accounts for it was not looked up. */
  endSample(): void {
    if (this.#absent.size > 0) this.#findings.note({ id: "bodies-absent", count: this.#absent.size });
  }

  /**
   * Counts what is withheld, and names what is missing.
   * @param withheldLater the records whose bodies events above the last leaf withhold; asked for only if some are unaccounted for
   */
  async endWalk(withheldLater: () => Promise<ReadonlySet<number>>): Promise<void> {
    const unknown = [...this.#absent].filter((leafIndex) => !this.#withheld.has(leafIndex));
    const count = this.#absent.size - unknown.length;
    if (count > 0) this.#findings.note({ id: "bodies-withheld", count });
    if (unknown.length === 0) return;
    const later = await this.#findings.ask(withheldLater);
    if (!later) return;
    const missing = unknown.filter((leafIndex) => !later.has(leafIndex));
    for (const leafIndex of missing) this.#findings.refute("NOT_FOUND", `leaf ${leafIndex}`, { id: "body-missing" });
    const open = unknown.length - missing.length;
    if (open > 0) this.#findings.leaveOpen({ id: "bodies-withheld-since", count: open });
  }
}

function assertBelow(record: number, leafIndex: number): void {
  if (record >= leafIndex)
    throw new WarifuError("BODY_INVALID", "what is erased or withheld is a record that is not below it");
}

/**
 * Bodies that a log does not show, checked against its own events: it may withhold the body of a record if a later entry
 * says so (docs/formats.md, section 8). Entries may be passed in any order.
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

/** Follows a walk over every leaf, or a sample. */
export class AbsentBodies {
  readonly #findings: AuditFindings;
  readonly #absent = new Set<number>();
  readonly #withheld = new Set<number>();

  constructor(findings: AuditFindings) {
    this.#findings = findings;
  }

  /** The state so far, in a form that survives JSON. */
  kept(): KeptAbsences {
    return { absent: [...this.#absent], withheld: [...this.#withheld] };
  }

  /** Continues from a state that was kept. */
  restore({ absent, withheld }: KeptAbsences): void {
    for (const leafIndex of absent) this.#absent.add(leafIndex);
    for (const leafIndex of withheld) this.#withheld.add(leafIndex);
  }

  /** Notes that the log does not show the body of a leaf. */
  missed(leafIndex: number): void {
    this.#absent.add(leafIndex);
  }

  /**
   * Notes an event of the log itself, which may state that something is gone.
   * @throws BODY_INVALID it is not a valid event of its kind, or is about a record that does not come before it
   */
  follow(leafIndex: number, body: Body): void {
    if (isErasure(body)) assertBelow(erasureOf(body).record, leafIndex);
    if (!isWithholding(body)) return;
    const { record } = withholdingOf(body);
    assertBelow(record, leafIndex);
    this.#withheld.add(record);
  }

  /** Counts the missing bodies of a sample. Whether events account for them was not looked up. */
  endSample(): void {
    if (this.#absent.size > 0) this.#findings.note({ id: "bodies-absent", count: this.#absent.size });
  }

  /**
   * Counts the bodies that are withheld, and names those that are missing.
   * @param withheldLater gives the records whose bodies are withheld by events above the last leaf; called only if some are
   *   unaccounted for
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

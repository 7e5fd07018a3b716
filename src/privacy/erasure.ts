/**
 * Erases records, and withholds their bodies. For each record, an event of the log comes first; then what it states is done:
 * openings, received bytes, pictures and key are removed from the vault, with everything derived from them, and idempotency
 * keys from the ledger; for a withholding, the public body too. The leaf stays, so everything else still verifies.
 *
 * Invariant: no event names two records, or anything about a person; and what the log states is done when the call ends, or
 * at the next start (write/repeat-erasures.ts).
 */
import type { Erasure, Withholding } from "../core/erasure-event.ts";
import type { LogEvent } from "../events/event.ts";
import { erasureEvent, withholdingEvent } from "../events/erasure.ts";
import type { OpenLog } from "../write/open-log.ts";

/** Records erased in one turn of the writer: submissions get theirs in between. */
const AT_ONCE = 100;

export type ErasureParts = Pick<OpenLog, "events" | "writer">;

/** The grounds of an erasure. */
export type ErasureGrounds = Pick<Erasure, "basis" | "request">;
/** Why bodies are withheld. */
export type WithholdingGrounds = Omit<Withholding, "record">;

/** A record that is erased, or whose body is withheld. */
export interface Erased {
  /** Leaf index of the record. */
  readonly record: number;
  /** Leaf index of the event that says so. */
  readonly event: number;
  /** Whether the event is new: repeating an erasure enters no event. */
  readonly isNew: boolean;
}

export interface ErasureResult {
  /** In the order of the records. */
  readonly erased: readonly Erased[];
  /**
   * Whether no file holds any of it any longer; false while another process reads a database. The service then tries again,
   * hourly and at each start.
   */
  readonly isGone: boolean;
}

/** How one kind of event is looked up and made. */
interface Statement {
  readonly eventOf: (record: number) => number | undefined;
  readonly event: (record: number) => LogEvent;
  readonly bodies: boolean;
}

/**
 * Erases records. The request is named only by the erasure of a single record: two events that named it would link their
 * records.
 * @param records leaf indexes of records in the log
 * @throws VAULT_FAILED, STORE_FAILED, STOPPED; what is erased by then stays so
 */
export function eraseRecords(
  records: readonly number[],
  { basis, request }: ErasureGrounds,
  parts: ErasureParts,
): Promise<ErasureResult> {
  const { erasures } = parts.events;
  const answers = records.length === 1 && request !== undefined ? { request } : {};
  return inTurns(records, parts, {
    eventOf: (record) => erasures.erasedBy(record),
    event: (record) => erasureEvent({ basis, record, ...answers }),
    bodies: false,
  });
}

/** Withholds the bodies of records, and erases them. @throws as {@link eraseRecords} */
export function withholdRecords(
  records: readonly number[],
  grounds: WithholdingGrounds,
  parts: ErasureParts,
): Promise<ErasureResult> {
  const { erasures } = parts.events;
  return inTurns(records, parts, {
    eventOf: (record) => erasures.withheldBy(record),
    event: (record) => withholdingEvent({ ...grounds, record }),
    bodies: true,
  });
}

async function inTurns(
  records: readonly number[],
  { writer }: ErasureParts,
  statement: Statement,
): Promise<ErasureResult> {
  const { eventOf, event, bodies } = statement;
  const erased: Erased[] = [];
  let isGone = true;
  for (let at = 0; at < records.length; at += AT_ONCE) {
    if (writer.stopReason) throw writer.stopReason;
    const some = records.slice(at, at + AT_ONCE);
    await writer.exclusively(async (turn) => {
      const fresh = new Set(some.filter((record) => eventOf(record) === undefined));
      if (fresh.size > 0) await turn.enterEvents([...fresh].map(event));
      isGone = await turn.erase(some, { bodies });
      for (const record of some) erased.push({ record, event: eventOf(record) as number, isNew: fresh.delete(record) });
    });
    // Yields to what arrived meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { erased, isGone };
}

/**
 * Alarms for officers: a request, a breach or a moderation decision is overdue, or will be soon. They say neither which one
 * it is nor whose.
 */
import type { Alarms } from "../alarms/alarms.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { BreachRegister } from "./breaches.ts";
import type { RequestDesk } from "./requests.ts";

type DueFactId =
  "moderation-overdue" | "requests-overdue" | "requests-due-soon" | "breach-clocks-over" | "breach-clocks-end-soon";

/** How often to look. */
const LOOK_EVERY_MS = 60_000;

/** The parts that have clocks. */
export interface ClockedParts {
  readonly desk: Pick<RequestDesk, "list">;
  readonly breaches: Pick<BreachRegister, "dues">;
  /** When the open decisions are due: POSIX seconds, ascending. */
  readonly moderation: { overdue(): readonly number[] };
}

/** Looks at the clocks. */
export class Reminders {
  readonly #parts: ClockedParts;
  readonly #alarms: Alarms;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ClockedParts, alarms: Alarms) {
    this.#parts = parts;
    this.#alarms = alarms;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    this.look();
  }

  look(): void {
    const { desk, breaches, moderation } = this.#parts;
    const requests = (which: "overdue" | "soon") => desk.list(which).map(({ due }) => due);
    this.#alarms.set("request-overdue", dueFact(requests("overdue"), "requests-overdue"));
    this.#alarms.set("request-due-soon", dueFact(requests("soon"), "requests-due-soon"));
    this.#alarms.set("breach-overdue", dueFact(breaches.dues("overdue"), "breach-clocks-over"));
    this.#alarms.set("breach-due-soon", dueFact(breaches.dues("soon"), "breach-clocks-end-soon"));
    this.#alarms.set("moderation-overdue", dueFact(moderation.overdue(), "moderation-overdue"));
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** @param dues POSIX seconds, rising */
function dueFact<Id extends DueFactId>(
  dues: readonly number[],
  id: Id,
): { readonly id: Id; readonly count: number; readonly firstDue: string } | undefined {
  const [first] = dues;
  return first === undefined ? undefined : { id, count: dues.length, firstDue: formatSecond(first) };
}

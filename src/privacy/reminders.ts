/** Alarms for officers: a request that is overdue, and one that will be soon. They name no person and no request. */
import type { Alarms } from "../alarms/alarms.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EnteredRequest } from "../events/request.ts";
import type { RequestDesk } from "./requests.ts";

/** How often to look. */
const LOOK_EVERY_MS = 60_000;

/** Looks at the desk's clocks. */
export class Reminders {
  readonly #desk: Pick<RequestDesk, "list">;
  readonly #alarms: Alarms;
  #timer: NodeJS.Timeout | undefined;

  constructor(desk: Pick<RequestDesk, "list">, alarms: Alarms) {
    this.#desk = desk;
    this.#alarms = alarms;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    this.look();
  }

  look(): void {
    this.#alarms.set("request-overdue", dueFact(this.#desk.list("overdue"), "requests-overdue"));
    this.#alarms.set("request-due-soon", dueFact(this.#desk.list("soon"), "requests-due-soon"));
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function dueFact<Id extends "requests-overdue" | "requests-due-soon">(
  requests: readonly EnteredRequest[],
  id: Id,
): { readonly id: Id; readonly count: number; readonly firstDue: string } | undefined {
  const [first] = requests;
  return first && { id, count: requests.length, firstDue: formatSecond(first.due) };
}

/**
 * What was done for people, in numbers that anybody could count in the public log: what they asked for and how it ended,
 * what was erased, withheld, disclosed and provided. Whom it concerned is only in the vault, which is not read here.
 */
import type { EventRegister } from "../events/register.ts";
import { hasStep, isClosed, type EnteredRequest } from "../events/request.ts";
import type { EventCount } from "../events/tally.ts";

/** Numbers of requests. */
export interface RequestFigures {
  readonly open: number;
  /** Open requests that are overdue. */
  readonly overdue: number;
  readonly done: number;
  readonly refused: number;
  /** Closed requests that were late. */
  readonly late: number;
  /** Median time until requests were closed, in seconds; absent while none is. */
  readonly medianSeconds?: number;
}

/** All counts. */
export interface RightsCounts {
  readonly requests: RequestFigures;
  readonly events: readonly EventCount[];
}

/** @param now POSIX seconds */
export function countRights({ requests, tally }: Pick<EventRegister, "requests" | "tally">, now: number): RightsCounts {
  const { all } = requests;
  const ended = all.filter(isClosed);
  const open = all.filter((one) => !isClosed(one));
  const took = ended.map((one) => endOf(one) - one.receivedAt).sort((a, b) => a - b);
  const median = took[Math.floor((took.length - 1) / 2)];
  return {
    requests: {
      open: open.length,
      overdue: open.filter(({ due }) => due < now).length,
      done: ended.filter((one) => hasStep(one, "done")).length,
      refused: ended.filter((one) => hasStep(one, "refused")).length,
      late: ended.filter((one) => endOf(one) > one.due).length,
      ...(median !== undefined && { medianSeconds: median }),
    },
    events: tally.all,
  };
}

function endOf({ steps, receivedAt }: EnteredRequest): number {
  return steps.at(-1)?.at ?? receivedAt;
}

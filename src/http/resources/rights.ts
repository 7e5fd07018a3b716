/** GET /v1/rights: what was done for people, in numbers that anybody could count in the public log. */
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Ledger } from "../../read/ledger.ts";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count } from "../handling/values.ts";
import { WATCHING_EXAMPLES } from "../handling/watching-examples.ts";

/** The newest months of each sort. */
const MOST_MONTHS = 36;

/** Requests and events in numbers. */
function showRights(ledger: Ledger, now: () => number): RequestHandler {
  return (_request, response) => {
    const { requests, events } = ledger.rightsCounts(Math.floor(now() / 1_000));
    response.json({
      requests: { ...requests, medianSeconds: requests.medianSeconds ?? null },
      events: events.map(({ months, ...one }) => ({
        ...one,
        months: [...months].map(([month, entered]) => ({ month, entered })).slice(-MOST_MONTHS),
      })),
    });
  };
}

/** What is counted. */
const rightsSchema = z
  .strictObject({
    requests: z.strictObject({
      open: count,
      overdue: count.meta({ description: "Of those that are open, past their time." }),
      done: count,
      refused: count,
      late: count.meta({ description: "Of those that ended, after their time." }),
      medianSeconds: count
        .nullable()
        .meta({ description: "How long half of those that ended took at most; null while none has." }),
    }),
    events: z
      .array(
        z.strictObject({
          what: z.string().meta({ description: "The name in the events' `vct`.", example: "withholding" }),
          words: z.array(z.string()).meta({ description: "What tells them from others of that name, in their words." }),
          count,
          lastAt: count.meta({ description: "When the newest was entered, POSIX seconds." }),
          months: z
            .array(z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/), entered: count }))
            .meta({ description: `Months of UTC that have some, the newest ${MOST_MONTHS}.` }),
        }),
      )
      .meta({ description: "Events of the log about people and what is shown, by sort." }),
  })
  .meta({ id: "RightsCounts" });

/** The routes. */
export const rightsRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/rights",
    name: "showRights",
    tag: "records",
    summary: "Count what was asked for by people, and what was erased, withheld, disclosed and provided",
    description: "What anybody could count in the public log. Whom it concerned is not in it.",
    answers: { "200": json("The counts.", rightsSchema, WATCHING_EXAMPLES.rights) },
    refuses: REFUSALS.reading,
    handle: ({ ledger, now }) => showRights(ledger, now),
  },
];

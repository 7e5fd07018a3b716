/** GET /v1/growth: how the log has grown, as points of a curve. */
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Ledger } from "../../read/ledger.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count, decimal, moment, parseRequest } from "../handling/values.ts";

const MOST_POINTS = 100;

/** Sizes of the log at points in time. */
function showGrowth(ledger: Ledger, now: () => number): RequestHandler {
  return async (request, response) => {
    const { since, until, points } = parseRequest(growthQuery, request.query);
    response.json({ items: await ledger.growth.over({ since, until: until ?? Math.floor(now() / 1_000), points }) });
  };
}

/** Query of the growth. */
const growthQuery = z.strictObject({
  since: moment("The first point; without it, when the log began").optional(),
  until: moment("The last point; without it, now").optional(),
  points: decimal(2, MOST_POINTS, "How many points, evenly spread.").default(48),
});

/** Points of the curve. */
const growthSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        at: count.meta({ description: "POSIX seconds." }),
        treeSize: count.meta({ description: "Entries by the end of that second, events of the log among them." }),
      }),
    ),
  })
  .meta({ id: "Growth", description: "No points while the log is empty." });

/** The routes. */
export const growthRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/growth",
    name: "showGrowth",
    tag: "records",
    summary: "Show how the log has grown",
    query: growthQuery,
    answers: { "200": json("Sizes of the log at points in time.", growthSchema, EXAMPLES.growth) },
    refuses: REFUSALS.reading,
    handle: ({ ledger, now }) => showGrowth(ledger, now),
  },
];

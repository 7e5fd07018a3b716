/** GET /v1/traffic: what comes from sources at present: how much, what was refused, which numbers were passed over. */
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Ledger } from "../../read/ledger.ts";
import { SPAN_SECONDS, SPANS } from "../../write/source-traffic.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { json } from "../handling/answers.ts";
import type { Guard } from "../handling/authorisation.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { codes, count, decimal, parseRequest } from "../handling/values.ts";
import { WATCHING_EXAMPLES } from "../handling/watching-examples.ts";

const MOST_SOURCES = 100;

/** Rates, gaps and refusals by source. */
function showTraffic(ledger: Ledger, { security }: Guard): RequestHandler {
  return async (request, response) => {
    const query = parseRequest(trafficQuery, request.query);
    const { since, total, sources } = await ledger.traffic(query);
    response.json({
      ...{ since, spanSeconds: SPAN_SECONDS, total, keysRefused: security.refusals },
      sources: sources.map(({ lastRefusedAt, ...one }) => ({ ...one, lastRefusedAt: lastRefusedAt ?? null })),
    });
  };
}

/** Query of the traffic. */
const trafficQuery = z.strictObject({
  limit: decimal(1, MOST_SOURCES, "Largest number of sources.").default(50),
  source: recordSchema.shape.source.optional(),
});

const counts = z.strictObject({ new: count, repeated: count, refused: count });
const recent = z
  .array(count)
  .length(SPANS)
  .meta({ description: "New records in each of the newest spans, the present one last." });

const sourceTraffic = z
  .strictObject({
    name: z.string(),
    lastAt: count.meta({ description: "When something of it was last taken or refused, POSIX seconds." }),
    lastRefusedAt: count.nullable(),
    counts,
    refusals: z.partialRecord(z.enum(codes), count).meta({ description: "Refusals by their code." }),
    recent,
    jumps: z
      .array(
        z.strictObject({
          from: count,
          to: count,
          at: count.meta({ description: "When it was noticed, POSIX seconds." }),
        }),
      )
      .meta({
        description:
          "The newest ranges of numbers that it passed over and that have not come since, both ends included.",
      }),
  })
  .meta({ id: "SourceTraffic" });

/** What comes from sources. */
const trafficSchema = z
  .strictObject({
    since: count.meta({ description: "Since when it is counted: the start of the service, POSIX seconds." }),
    spanSeconds: count.meta({ description: "Length of a span." }),
    total: z.strictObject({ sources: count, counts, recent }).meta({ description: "All sources together." }),
    keysRefused: z.strictObject({ unauthenticated: count, forbidden: count, foreign: count }).meta({
      description:
        "Requests refused for their key: none that counts, one that may not, or a record that came with another key.",
    }),
    sources: z
      .array(sourceTraffic)
      .meta({ description: "Those with something wrong first, then those heard of last." }),
  })
  .meta({ id: "Traffic" });

/** The routes. */
export const trafficRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/traffic",
    name: "showTraffic",
    tag: "service",
    summary: "Show rates, gaps and refusals by source",
    description:
      "Of the sources that the log knows, since the start of the service. For monitoring: a number that a source passes over " +
      "is here as soon as the record after it is.",
    query: trafficQuery,
    answers: { "200": json("What comes from sources.", trafficSchema, WATCHING_EXAMPLES.traffic) },
    refuses: REFUSALS.reading,
    handle: (parts) => showTraffic(parts.ledger, parts),
  },
];

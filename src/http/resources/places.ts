/** GET /v1/places: where the newest records are from, as far as they say so in public, made coarse. */
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Ledger } from "../../read/ledger.ts";
import { GRID_DEGREES, LOOKED_AT_ONCE } from "../../read/places.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count, cursor, parseRequest, recordId } from "../handling/values.ts";
import { WATCHING_EXAMPLES } from "../handling/watching-examples.ts";

/** Places of a bounded part of the log. */
function listPlaces(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor: from, ...query } = parseRequest(placesQuery, request.query);
    const { next, ...found } = await ledger.places.look({ from, ...query });
    response.json({ gridDegrees: GRID_DEGREES, ...found, nextCursor: next === undefined ? null : String(next) });
  };
}

/** Query of the places. */
const placesQuery = z.strictObject({
  cursor,
  source: recordSchema.shape.source.optional(),
  type: recordSchema.shape.type.optional(),
});

const counted = {
  records: count,
  types: z.record(z.string(), count).meta({ description: "How many there are of each type." }),
  newest: z.strictObject({ id: recordId, at: count.meta({ description: "POSIX seconds." }) }),
};

/** Records by place. */
const placesSchema = z
  .strictObject({
    gridDegrees: z.number().meta({ description: "Side of a square." }),
    squares: z
      .array(
        z.strictObject({
          south: z.number().min(-90).max(90),
          west: z.number().min(-180).max(180),
          ...counted,
        }),
      )
      .meta({ description: "Squares with records that say their coordinates, by the south-western corner." }),
    areas: z
      .array(z.strictObject({ area: z.string(), ...counted }))
      .meta({ description: "Areas that records name which say no coordinates." }),
    looked: count.meta({
      description: `How many records were looked at, with a place or without: ${LOOKED_AT_ONCE} at most.`,
    }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "`cursor` that goes on with older records; null at the end." }),
  })
  .meta({ id: "Places" });

/** The routes. */
export const placeRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/places",
    name: "listPlaces",
    tag: "records",
    summary: "Count the newest records by the places that they name in public",
    description:
      "Claims `latitude` and `longitude`, also with a prefix such as `ayto:`, else `area`. Squares are of one size, however " +
      "exact a record is. One request looks at a bounded part of the log.",
    query: placesQuery,
    answers: { "200": json("Places of the records looked at.", placesSchema, WATCHING_EXAMPLES.places) },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listPlaces(ledger),
  },
];

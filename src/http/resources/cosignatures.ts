/** GET /v1/cosignatures: which witnesses cosigned the checkpoints that were anchored, and how long after they were made. */
import type { RequestHandler } from "express";
import { z } from "zod";
import type { Ledger } from "../../read/ledger.ts";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count, cursor, DEFAULT_PAGE, decimal, pageOf, parseRequest } from "../handling/values.ts";
import { WATCHING_EXAMPLES } from "../handling/watching-examples.ts";

/** A page by anchors; the cursor is an anchor id. */
function listCosignatures(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = Number.MAX_SAFE_INTEGER, limit } = parseRequest(cosignaturesQuery, request.query);
    const found = await ledger.cosignatures(cursor, limit);
    const last = found.at(-1);
    response.json({
      items: found.map(({ madeAt, ...one }) => ({ ...one, madeAt: madeAt ?? null })),
      nextCursor: last && found.length === limit ? String(last.anchorId) : null,
    });
  };
}

/** Query of the list: each cosignature is verified. */
const cosignaturesQuery = z.strictObject({
  cursor,
  limit: decimal(1, DEFAULT_PAGE, "Largest number of items.").default(25),
});

/** The cosignatures of one anchored checkpoint. */
const cosignedSchema = z
  .strictObject({
    anchorId: count,
    treeSize: count,
    madeAt: count.nullable().meta({ description: "When the newest entry under it was made, POSIX seconds." }),
    cosignatures: z.array(
      z.strictObject({ witness: z.string(), at: count.meta({ description: "As the witness says, POSIX seconds." }) }),
    ),
  })
  .meta({ id: "Cosigned", description: "An anchored checkpoint, and the witnesses of the service that cosigned it." });

/** The routes. */
export const cosignatureRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/cosignatures",
    name: "listCosignatures",
    tag: "records",
    summary: "List who cosigned the anchored checkpoints, newest first",
    query: cosignaturesQuery,
    answers: { "200": json("A page.", pageOf(cosignedSchema, "CosignedPage"), WATCHING_EXAMPLES.cosignedPage) },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listCosignatures(ledger),
  },
];

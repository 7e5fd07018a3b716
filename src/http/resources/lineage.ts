/**
 * GET /v1/records/{id}/lineage: the life of a record, as the public log tells it: as steps, as a graph ready to be drawn, or
 * as PROV-JSON for other tools.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { MOST_EVENTS, LINEAGE_STEPS } from "../../read/lineage.ts";
import { graphOf, provJson } from "../../read/provenance.ts";
import type { Ledger } from "../../read/ledger.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count, idPath, parseRequest, recordId } from "../handling/values.ts";
import { recordViewSchema } from "./records.ts";

/** The life of a record. */
function showLineage(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { form } = parseRequest(lineageQuery, request.query);
    const lineage = await ledger.lineages.of(request.params.id);
    if (form === "steps") {
      response.json(lineage);
      return;
    }
    const graph = graphOf(lineage, ledger.origin);
    response.json(form === "graph" ? graph : provJson(graph, ledger.origin));
  };
}

/** Query of a record's life. */
const lineageQuery = z.strictObject({
  form: z
    .enum(["steps", "graph", "prov"])
    .default("steps")
    .meta({ description: "`steps` in their order, `graph` with nodes and edges, or `prov`: PROV-JSON of the W3C." }),
});

const stepSchema = z
  .strictObject({
    what: z.enum(LINEAGE_STEPS),
    at: count.meta({ description: "POSIX seconds." }),
    event: z
      .strictObject({ id: recordId, leafIndex: count, vct: z.string().optional() })
      .optional()
      .meta({ description: "The event of the log that says so." }),
    says: z.record(z.string(), z.unknown()).meta({ description: "What is said of it in public." }),
  })
  .meta({ id: "LineageStep" });

const stepsSchema = z
  .strictObject({
    record: recordViewSchema,
    steps: z.array(stepSchema),
    isCut: z
      .boolean()
      .meta({ description: `Whether there are more than ${MOST_EVENTS} events: the newest are shown.` }),
  })
  .meta({ id: "RecordLineage" });

const graphSchema = z
  .strictObject({
    nodes: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(["entity", "activity", "agent"]),
        label: z.string(),
        at: count.optional(),
      }),
    ),
    edges: z.array(z.strictObject({ from: z.string(), to: z.string(), kind: z.string() })),
  })
  .meta({ id: "LineageGraph", description: "`from` depends on `to`." });

const provSchema = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .meta({ id: "ProvDocument", description: "https://www.w3.org/submissions/prov-json/" });

/** The routes. */
export const lineageRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records/{id}/lineage",
    name: "showLineage",
    tag: "records",
    summary: "Show the life of a record: where it came from, and what happened to it",
    description: "What the public log says, and nothing that is concealed.",
    params: idPath,
    query: lineageQuery,
    answers: {
      "200": json("Its life.", z.union([stepsSchema, graphSchema, provSchema]), EXAMPLES.lineage),
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: ({ ledger }) => showLineage(ledger),
  },
];

/**
 * GET /v1/records…: the list, and one record. What a record conceals is shown nowhere but in the openings of its bundle
 * (proofs.ts).
 */
import type { RequestHandler } from "express";
import { hasSource } from "../../keys/api-keys.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { DamagedRecord, RecordView } from "../../read/records.ts";
import { principalOf } from "../handling/authorisation.ts";
import { problemOf } from "../handling/problem.ts";
import { z } from "zod";
import {
  hash,
  count,
  recordId,
  cursor,
  limit,
  pageOf,
  idPath,
  problemSchema,
  parseRequest,
} from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { recordSchema } from "../../write/submitted-record.ts";

/** A page of records by leaf index; of the sources that the key is for. */
export function listRecords(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = 0, limit, source } = parseRequest(recordsQuery, request.query);
    const page = await ledger.records.list({ from: cursor, limit, source });
    const last = page.at(-1);
    const principal = principalOf(response);
    const items = page.filter((one) => hasSource(principal, one.source));
    response.json({
      items: items.map(itemOf),
      nextCursor: last && page.length === limit ? String(last.leafIndex + 1) : null,
    });
  };
}

/** A damaged record keeps its place in the page, with the reason why it is not shown. */
function itemOf(one: RecordView | DamagedRecord): object {
  if (!("error" in one)) return one;
  const { id, leafIndex, error } = one;
  return { ...(id !== undefined && { id }), leafIndex, error: problemOf(error) };
}

/** One record, without what it conceals. */
export function showRecord(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.records.get(request.params.id));
  };
}

/** Query of the list of records. */
export const recordsQuery = z.strictObject({ cursor, limit, source: recordSchema.shape.source.optional() });

/** A record as it is shown to everybody. */
export const recordViewSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    leafHash: hash,
    kind: z.string().meta({ example: "record" }),
    source: z.string(),
    seq: count,
    state: z
      .enum(["pending", "submitted", "included", "finalized", "orphaned"])
      .meta({ description: "State of its anchor." }),
    vct: z
      .string()
      .optional()
      .meta({ description: "Absent once the body is erased.", example: "warifu:sensor-reading:2" }),
    receivedAt: count.optional().meta({ description: "POSIX seconds." }),
    claims: z.record(z.string(), z.unknown()).optional().meta({ description: "Public claims." }),
    concealed: count.optional().meta({ description: "Number of digests, decoys included; 0: nothing is concealed." }),
    signed: z
      .boolean()
      .optional()
      .meta({ description: "Whether the source signed; absent where the body does not say." }),
  })
  .meta({ id: "RecordView" });

/** A record of a list. */
export const listedRecordSchema = z
  .union([recordViewSchema, z.strictObject({ id: recordId.optional(), leafIndex: count, error: problemSchema })])
  .meta({ id: "ListedRecord", description: "A record, or where one stands that is damaged in the store." });

/** The routes. */
export const recordRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records",
    name: "listRecords",
    tag: "records",
    summary: "List records by leaf index",
    description:
      "Role auditor, officer or admin. A record that is damaged in the store has an `error` in the place of its content.",
    may: "list",
    query: recordsQuery,
    answers: { "200": json("A page.", pageOf(listedRecordSchema, "RecordPage"), EXAMPLES.recordPage) },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listRecords(ledger),
  },
  {
    method: "get",
    path: "/v1/records/{id}",
    name: "showRecord",
    tag: "records",
    summary: "Show a record, without what it conceals",
    params: idPath,
    answers: { "200": json("The record.", recordViewSchema, EXAMPLES.record) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: ({ ledger }) => showRecord(ledger),
  },
];

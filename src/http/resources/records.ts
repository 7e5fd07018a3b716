/**
 * GET /v1/records…: the list, and one record. What a record conceals is shown only in the openings of its bundle
 * (proofs.ts).
 */
import type { RequestHandler } from "express";
import { fromHex } from "../../core/bytes.ts";
import { WITHHOLDING_REASONS } from "../../core/erasure-event.ts";
import { hasSource, type Principal } from "../../keys/api-keys.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { DamagedRecord, RecordPage, RecordView } from "../../read/records.ts";
import { assertWithinRate, authorise, type Guard } from "../handling/authorisation.ts";
import { problemOf } from "../handling/problem.ts";
import { z } from "zod";
import {
  hash,
  count,
  recordId,
  cursor,
  decimal,
  limit,
  pageOf,
  legalBasis,
  idPath,
  moment,
  problemSchema,
  parseRequest,
} from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { recordSchema } from "../../write/submitted-record.ts";

/**
 * A page of records by leaf index. They are what everybody can read in the log as well, so no key is needed; with one, they
 * are those of its sources. Only whoever sent a record finds it by its idempotency key.
 */
function listRecords(ledger: Ledger, guard: Guard): RequestHandler {
  return async (request, response) => {
    const find = (): Principal => authorise(request, guard, "find");
    // A key that does not count is refused before what it asks for is looked at.
    const known = request.headers.authorization === undefined ? undefined : find();
    const query = parseRequest(recordsQuery, request.query);
    const principal = known ?? (query.key === undefined ? undefined : find());
    if (principal) assertWithinRate(guard, principal);
    const page = await pageOfRecords(ledger.records, query, principal?.sender ?? "");
    const items = principal ? page.items.filter((one) => hasSource(principal, one.source)) : page.items;
    response.json({ items: items.map(itemOf), nextCursor: page.next === undefined ? null : String(page.next) });
  };
}

function pageOfRecords(
  records: Ledger["records"],
  { cursor: from, limit, source = "", key, leaf, hash, order, ...rest }: z.output<typeof recordsQuery>,
  sender: string,
): Promise<RecordPage> {
  if (key !== undefined) return records.byKey({ source, key, sender });
  if (leaf !== undefined) return records.atLeaf(leaf);
  const wanted = {
    source: source === "" ? undefined : source,
    hash: hash === undefined ? undefined : fromHex(hash, "hash"),
  };
  return records.list({ from, limit, isNewestFirst: order === "newest", ...wanted, ...rest });
}

/** A damaged record keeps its place in the page, with the reason it is not shown. */
function itemOf(one: RecordView | DamagedRecord): object {
  if (!("error" in one)) return one;
  const { id, leafIndex, error } = one;
  return { ...(id !== undefined && { id }), leafIndex, error: problemOf(error) };
}

/** One record, without what it conceals. */
function showRecord(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.records.get(request.params.id));
  };
}

/** Query of the list of records. */
const recordsQuery = z
  .strictObject({
    cursor,
    limit,
    source: recordSchema.shape.source.optional(),
    type: recordSchema.shape.type.optional(),
    since: moment("Taken in at this time or later").optional(),
    until: moment("Taken in before this time").optional(),
    order: z
      .enum(["oldest", "newest"])
      .default("oldest")
      .meta({ description: "Which come first; `newest` does not go with `hash`." }),
    key: recordSchema.shape.key.meta({
      description: "Idempotency key of a record that your own API key sent; goes with `source` and nothing else.",
    }),
    leaf: decimal(
      0,
      Number.MAX_SAFE_INTEGER,
      "Leaf index, also of an event of the log; goes with nothing else.",
    ).optional(),
    hash: hash
      .optional()
      .meta({ description: "Hash of the leaf, or SHA-256 of the body; also of an event of the log." }),
  })
  .refine(
    ({ key, source, ...others }) => key === undefined || (source !== undefined && isAlone(others)),
    "key: goes with `source`, which it is unique within, and with nothing else",
  )
  .refine(({ leaf, ...others }) => leaf === undefined || isAlone(others), "leaf: goes with nothing else")
  .refine(({ hash, order }) => hash === undefined || order === "oldest", "order: `newest` does not go with `hash`");

/** Whether the query contains nothing but where the page begins and ends. */
function isAlone({ cursor: _, limit: __, order, ...others }: Record<string, unknown>): boolean {
  return order === "oldest" && Object.keys(others).length === 0;
}

/** That a record is erased. */
export const erasedSchema = z
  .strictObject({
    at: count.meta({ description: "POSIX seconds." }),
    basis: legalBasis,
    event: count.meta({ description: "Leaf index of the event of the log that says so." }),
  })
  .meta({ id: "Erased", description: "What it conceals, and what it came with, is gone. Its leaf stays." });

/** That a record's body is withheld. */
export const withheldSchema = z
  .strictObject({
    at: count.meta({ description: "POSIX seconds." }),
    reason: z.enum(WITHHOLDING_REASONS),
    basis: legalBasis.optional(),
    event: count.meta({ description: "Leaf index of the event of the log that says so." }),
  })
  .meta({ id: "Withheld", description: "Its public claims are gone too. Its leaf stays." });

/** A record as shown to everybody. */
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
      .meta({ description: "Absent once the body is withheld.", example: "warifu:sensor-reading:2" }),
    receivedAt: count.optional().meta({ description: "POSIX seconds." }),
    claims: z.record(z.string(), z.unknown()).optional().meta({ description: "Public claims." }),
    concealed: count.optional().meta({ description: "Number of digests, decoys included; 0: nothing is concealed." }),
    signed: z
      .boolean()
      .optional()
      .meta({ description: "Whether the record says that its source signed; absent where the body does not say." }),
    erased: erasedSchema.optional(),
    withheld: withheldSchema.optional(),
  })
  .meta({ id: "RecordView" });

/** A record in a list. */
const listedRecordSchema = z
  .union([recordViewSchema, z.strictObject({ id: recordId.optional(), leafIndex: count, error: problemSchema })])
  .meta({ id: "ListedRecord", description: "A record, or the place of one that is damaged in the store." });

/** The routes. */
export const recordRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records",
    name: "listRecords",
    tag: "records",
    summary: "List records by leaf index",
    description:
      "Open to all; with a key, the records of its sources. `key` needs one, and finds what it sent itself. All that is given " +
      "must fit. A page may be short or empty while `nextCursor` says that there is more: one request looks at a bounded part " +
      "of the log. A record that is damaged in the store has an `error` in place of its content.",
    takesKey: true,
    query: recordsQuery,
    answers: { "200": json("A page.", pageOf(listedRecordSchema, "RecordPage"), EXAMPLES.recordPage) },
    refuses: REFUSALS.reading,
    handle: (parts) => listRecords(parts.ledger, parts),
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

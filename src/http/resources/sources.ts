/**
 * /v1/sources…: which numbers sources have used and skipped, so that records that never arrived are noticed; whether they
 * are registered and with which keys. With POST /v1/sources/{name}/repair, an officer corrects the numbering of a source
 * after a mistake: it becomes an event in the log, after which numbering continues from the given number.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RequestHandler } from "express";
import { hasSource } from "../../keys/api-keys.ts";
import { toHex } from "../../core/bytes.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { formatRecordId } from "../../core/record-id.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { REVOCATION_REASONS } from "../../core/source-event.ts";
import { keyThumbprint } from "../../core/source-key.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { SourceFacts } from "../../read/sources.ts";
import { assertForSource, assertWithinRate, authorise, principalOf, type Guard } from "../handling/authorisation.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { z } from "zod";
import { hash, count, recordId, decimal, cursor, pageOf, parseRequest, DEFAULT_PAGE } from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { recordSchema } from "../../write/submitted-record.ts";

const LISTED_RANGES = 5;
const SHOWN_RANGES = 1_000;
const SHOWN_CONFLICTS = 16;
const MOST_REPUTATIONS = 5;

/**
 * A page of sources. What is said of them can be counted in the log by everybody, so no key is needed; with one, they are
 * those of the key.
 */
function listSources(ledger: Ledger, guard: Guard): RequestHandler {
  return async (request, response) => {
    const principal = request.headers.authorization === undefined ? undefined : authorise(request, guard, "find");
    if (principal) assertWithinRate(guard, principal);
    const { cursor = 0, limit, reputation } = parseRequest(sourcesQuery, request.query);
    const page = await ledger.sources.list(cursor, limit);
    const items = [];
    for (const { name } of page.filter((one) => principal === undefined || hasSource(principal, one.name))) {
      const facts = await ledger.sources.show(name, { from: 0, ranges: LISTED_RANGES });
      items.push(reputation === "true" ? await withReputation(ledger, name, facts) : viewOf(name, facts));
      // Records go first: each source looked up occupies the store for a moment.
      await nextTurn();
    }
    const last = page.at(-1);
    response.json({ items, nextCursor: last && page.length === limit ? String(last.place + 1) : null });
  };
}

/** One source; `cursor` continues with the ranges of its missing numbers. */
function showSource(ledger: Ledger): RequestHandler<{ name: string }> {
  return async (request, response) => {
    const { name } = parseRequest(sourcePath, request.params);
    const { cursor = 0 } = parseRequest(sourceQuery, request.query);
    const facts = await ledger.sources.show(name, { from: cursor, ranges: SHOWN_RANGES });
    response.json(await withReputation(ledger, name, facts));
  };
}

async function withReputation(ledger: Ledger, name: string, facts: SourceFacts) {
  const reputation = await ledger.sources.reputation(name, facts);
  return { ...viewOf(name, facts), ...(reputation && { reputation }) };
}

function viewOf(name: string, { numbers, state, conflicts }: SourceFacts) {
  const { ranges, next, ...counts } = numbers;
  return {
    name,
    ...counts,
    ranges,
    registeredAt: state.registeredAt ?? null,
    suspended: state.isSuspended,
    keys: state.keys.map(keyViewOf),
    conflicts,
    conflictEvents: state.conflicts.slice(-SHOWN_CONFLICTS).map(({ leafIndex }) => leafIndex),
    nextCursor: next === undefined ? null : String(next),
  };
}

function keyViewOf({ from, key, ended }: SourceFacts["state"]["keys"][number]) {
  const shown = key === "concealed" ? null : key;
  return {
    from,
    key: shown,
    thumbprint: shown && keyThumbprint(shown),
    endedAt: ended?.at ?? null,
    why: ended?.why ?? null,
  };
}

/** Enters a repair into the log. */
function repairSource(ledger: Ledger, guard: Guard): RequestHandler<{ name: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    const { keyId } = principal;
    mediaTypeOf(request, ["application/json"]);
    const { name } = parseRequest(sourcePath, request.params);
    assertForSource(principal, name, request, guard);
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { from } = parseRequest(repairBody, body);
    const { id, leafIndex, leafHash } = await ledger.repairSource({ name, from });
    guard.security.note("source-repaired", { keyId, route: routeOf(request), leafIndex });
    response.status(201).json({ id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash), name, from });
  };
}

/** Query of the list of sources: each source costs a look through its numbers, and more for its reputation. */
const sourcesQuery = z
  .strictObject({
    cursor,
    limit: decimal(1, DEFAULT_PAGE, "Largest number of items.").default(DEFAULT_PAGE),
    reputation: z
      .enum(["true", "false"])
      .default("false")
      .meta({ description: `With the reputation of each; then \`limit\` is ${MOST_REPUTATIONS} at most.` }),
  })
  .refine(
    ({ limit, reputation }) => reputation === "false" || limit <= MOST_REPUTATIONS,
    `limit: with reputations ${MOST_REPUTATIONS} at most`,
  );

/** Query of one source. */
const sourceQuery = z.strictObject({
  cursor: decimal(
    0,
    Number.MAX_SAFE_INTEGER,
    "The number from which to look for missing ones: `nextCursor` of the answer before.",
  ).optional(),
});

/** Path of a source. */
export const sourcePath = z.object({ name: recordSchema.shape.source });

/** Body of the repair of a source. */
const repairBody = z
  .strictObject({
    from: z
      .int()
      .min(0)
      .meta({ description: "The number from which numbering continues; not used yet.", example: 1_000 }),
  })
  .meta({ id: "Repair" });

/** A signing key of a source. */
const sourceKeySchema = z
  .strictObject({
    from: count.meta({ description: "Leaf index of the event that added it; names the key when it is revoked." }),
    key: z
      .union([
        z.strictObject({ crv: z.literal("Ed25519"), kty: z.literal("OKP"), x: z.string() }),
        z.strictObject({ crv: z.literal("P-256"), kty: z.literal("EC"), x: z.string(), y: z.string() }),
      ])
      .nullable()
      .meta({ description: "JWK (RFC 7517); null for the key of a person's own device." }),
    thumbprint: z.string().nullable().meta({ description: "RFC 7638, base64url." }),
    endedAt: count
      .nullable()
      .meta({ description: "Leaf index of the event from which on it no longer counts; null while it does." }),
    why: z.enum(["replaced", ...REVOCATION_REASONS]).nullable(),
  })
  .meta({ id: "SourceKey" });

const share = z.number().min(0).max(1);

/** What the log alone says about a source. */
const reputationSchema = z
  .strictObject({
    window: z.tuple([count, count]).meta({ description: "The numbers that are looked at, both ends included." }),
    complete: share.meta({ description: "Share of these numbers that the log has." }),
    punctual: share.nullable().meta({
      description: "Share that came within an hour of when they say they were observed, of those that say it.",
    }),
    signed: share.nullable().meta({
      description: "Share that says that the source signed; verifying the signatures is for bundles and audits.",
    }),
    consistent: share.meta({ description: "1 / (1 + conflicts under these numbers)." }),
    trusted: share
      .nullable()
      .meta({ description: "Auditors whose newest review finds the source sound, of those who reviewed it." }),
    score: z.int().min(0).max(100).meta({ description: "The weighted mean; see docs/formats.md, section 19." }),
  })
  .meta({ id: "Reputation", description: "What the log says about a source's newest records. In lists if asked for." });

/** What is known about a source: which numbers it has used and skipped, and whether and with which keys it is registered. */
export const sourceSchema = z
  .strictObject({
    name: z.string(),
    records: count,
    firstSeq: count,
    lastSeq: count,
    missing: count.meta({ description: "How many of the numbers from 0 to `lastSeq` the log does not have." }),
    ranges: z
      .array(z.tuple([count, count]))
      .meta({ description: "The lowest missing ranges, both ends included; five at most in a list." }),
    registeredAt: count
      .nullable()
      .meta({ description: "Leaf index of its registration; null for one that is known by its records alone." }),
    suspended: z.boolean().meta({ description: "Whether nothing is taken from it for now." }),
    keys: z.array(sourceKeySchema).meta({ description: "Its signing keys, the oldest first." }),
    conflicts: count.meta({
      description:
        "How often a record that it signed with the number of another one was refused, and kept as evidence or counted. What was only counted since the newest of the events is forgotten at a restart.",
    }),
    conflictEvents: z.array(count).meta({
      description:
        "Leaf indexes of the newest events that keep them; an officer opens the record in the event's bundle.",
    }),
    reputation: reputationSchema.optional(),
    nextCursor: z.string().nullable().meta({
      description: "`cursor` of `GET /v1/sources/{name}` that continues with the ranges; null when these are the last.",
    }),
  })
  .meta({ id: "Source" });

/** The entry of a repair. */
export const repairSchema = z
  .strictObject({ id: recordId, leafIndex: count, leafHash: hash, name: z.string(), from: count })
  .meta({ id: "RepairEntered" });

/** The routes. */
export const sourceRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/sources",
    name: "listSources",
    tag: "records",
    summary: "List sources, and which of their numbers are missing",
    description:
      "Open to all, since the log says it; with a key, the sources of the key. In the order in which they first sent, then " +
      "those that are registered and sent nothing.",
    takesKey: true,
    query: sourcesQuery,
    answers: { "200": json("A page.", pageOf(sourceSchema, "SourcePage"), EXAMPLES.sourcePage) },
    refuses: REFUSALS.reading,
    handle: (parts) => listSources(parts.ledger, parts),
  },
  {
    method: "get",
    path: "/v1/sources/{name}",
    name: "showSource",
    tag: "records",
    summary: "Show a source, its keys, and which of its numbers are missing",
    description: "What everybody can count in the log. A slash in the name is written as %2F.",
    params: sourcePath,
    query: sourceQuery,
    answers: { "200": json("The source.", sourceSchema, EXAMPLES.shownSource) },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: ({ ledger }) => showSource(ledger),
  },
  {
    method: "post",
    path: "/v1/sources/{name}/repair",
    name: "repairSource",
    tag: "records",
    summary: "Set the numbers of a source right after a mistake",
    description:
      "Role officer. An event of the log says that numbering continues from that number; what was numbered stays. A " +
      "slash in the name is written as %2F.",
    may: "repair",
    params: sourcePath,
    body: { required: true, content: { "application/json": { schema: repairBody, example: { from: 1_000 } } } },
    answers: { "201": json("It is in the log.", repairSchema, EXAMPLES.repair) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing, "NOT_FOUND", "SEQUENCE_CONFLICT"],
    handle: (parts) => repairSource(parts.ledger, parts),
  },
];

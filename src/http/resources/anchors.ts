/**
 * GET /v1/checkpoints and GET /v1/anchors: what was signed, what the chain recorded, and what that took, newest first.
 */
import type { RequestHandler } from "express";
import { toHex } from "../../core/bytes.ts";
import {
  ANCHOR_CSV_HEAD,
  anchorCsvLine,
  type AnchorFigures,
  type AnchorLatencies,
  type AnchorTimes,
} from "../../core/anchor-csv.ts";
import type { KnownAnchor } from "../../read/anchors.ts";
import type { Ledger } from "../../read/ledger.ts";
import { z } from "zod";
import {
  hash,
  chainHash,
  address,
  count,
  decimal,
  time,
  note,
  pageQuery,
  pageOf,
  parseRequest,
} from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";

/** A page of published checkpoints; the cursor is a tree size. */
function listCheckpoints(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = Number.MAX_SAFE_INTEGER, limit } = parseRequest(pageQuery, request.query);
    const checkpoints = await ledger.checkpoints(cursor, limit);
    const items = checkpoints.map(({ treeSize, rootHash, note }) => ({
      treeSize,
      rootHash: toHex(rootHash),
      checkpoint: note,
    }));
    response.json({ items, nextCursor: nextCursor(items, limit, ({ treeSize }) => treeSize) });
  };
}

/** A page of anchors, as JSON or as CSV; the cursor is an anchor id. */
function listAnchors(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = Number.MAX_SAFE_INTEGER, limit } = parseRequest(pageQuery, request.query);
    const items = (await ledger.anchors.page(cursor, limit)).map(anchorView);
    const next = nextCursor(items, limit, ({ anchorId }) => anchorId);
    response.vary("accept");
    if (request.accepts(["application/json", "text/csv"]) !== "text/csv") {
      response.json({ items, nextCursor: next });
      return;
    }
    // RFC 8288: a table has no place for a cursor.
    if (next !== null) response.setHeader("link", `</v1/anchors?limit=${limit}&cursor=${next}>; rel="next"`);
    response.setHeader("content-disposition", 'attachment; filename="anchors.csv"');
    response.type("text/csv; charset=utf-8; header=present").send(ANCHOR_CSV_HEAD + items.map(anchorCsvLine).join(""));
  };
}

function showAnchor({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const { anchorId } = parseRequest(anchorPath, request.params);
    response.json(anchorView(await ledger.anchors.one(anchorId)));
  };
}

/** An anchor as everybody sees it. */
function anchorView({ anchor, facts, records, leftBlocks }: KnownAnchor): z.input<typeof anchorSchema> & AnchorFigures {
  const { gasUsed = null, gasPrice, cost, blockTime = null } = facts;
  const { dataFee } = anchor;
  return {
    anchorId: anchor.anchorId,
    treeSize: anchor.treeSize,
    rootHash: toHex(anchor.rootHash),
    checkpoint: anchor.note,
    chainId: anchor.chainId,
    contract: anchor.contract,
    transactionHash: anchor.transactionHash,
    state: anchor.state,
    blockNumber: anchor.blockNumber,
    blockHash: anchor.blockHash,
    leftBlocks: leftBlocks.map(({ leftAt, ...block }) => ({ ...block, leftAt: timeText(leftAt) })),
    createdAt: timeText(anchor.createdAt),
    baseSize: anchor.baseSize,
    entries: anchor.treeSize - anchor.baseSize,
    records,
    blockTime,
    gasUsed,
    gasPriceWei: gasPrice === undefined ? null : String(gasPrice),
    dataFeeWei: dataFee === null ? null : String(dataFee),
    costWei: cost === undefined ? null : String(cost),
    gasPerRecord: gasUsed === null || records === 0 ? null : gasUsed / records,
    times: timesOf(anchor),
    latencyMs: latenciesOf(anchor),
  };
}

function timesOf({ headSignedAt, createdAt, firstSentAt, includedAt, finalAt }: KnownAnchor["anchor"]): AnchorTimes {
  return {
    headSigned: timeOrNull(headSignedAt),
    signed: timeText(createdAt),
    sent: timeOrNull(firstSentAt),
    included: timeOrNull(includedAt),
    final: timeOrNull(finalAt),
  };
}

function latenciesOf({
  headSignedAt,
  createdAt,
  firstSentAt,
  includedAt,
  finalAt,
}: KnownAnchor["anchor"]): AnchorLatencies {
  return {
    sign: between(headSignedAt, createdAt),
    send: between(createdAt, firstSentAt),
    include: between(firstSentAt, includedAt),
    finalize: between(includedAt, finalAt),
    total: between(headSignedAt, finalAt),
  };
}

function between(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}

/** The cursor of lists in descending order: everything below the last item. */
function nextCursor<T>(items: readonly T[], limit: number, place: (item: T) => number): string | null {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? String(place(last)) : null;
}

/** A published checkpoint. */
export const checkpointSchema = z
  .strictObject({ treeSize: count, rootHash: hash, checkpoint: note })
  .meta({ id: "Checkpoint" });

const amount = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)$/)
  .nullable();
const span = z.int().nullable();

/** An anchor. */
export const anchorSchema = z
  .strictObject({
    anchorId: count,
    treeSize: count,
    rootHash: hash,
    checkpoint: note,
    chainId: count,
    contract: address,
    transactionHash: chainHash,
    state: z.enum(["pending", "submitted", "included", "finalized", "orphaned"]),
    blockNumber: count.nullable(),
    blockHash: chainHash.nullable(),
    leftBlocks: z
      .array(z.strictObject({ blockNumber: count, blockHash: chainHash, leftAt: time }))
      .meta({ description: "Blocks that it was in until a reorg took them out of the chain, earliest first." }),
    createdAt: time.meta({ description: "The same as `times.signed`." }),
    baseSize: count.meta({ description: "Tree size that the contract held before: the anchor is of what came since." }),
    entries: count.meta({ description: "Entries that it covers and the one before it did not." }),
    records: count.meta({ description: "How many of these are records: the others are events of the log itself." }),
    blockTime: count.nullable().meta({ description: "When the chain says that its block was made, POSIX seconds." }),
    gasUsed: count.nullable(),
    gasPriceWei: amount.meta({ description: "What a unit of gas cost, in wei; decimal.", example: "1500000000" }),
    dataFeeWei: amount.meta({
      description:
        "What the receipt names beside gas, in wei: a rollup's L1 fee, or what blobs cost. The word of one node, since no " +
        "proof covers it; null where the receipt names nothing.",
    }),
    costWei: amount.meta({
      description: "What it cost, in wei: gas times its price, and the data fee; decimal.",
      example: "78750000000000",
    }),
    gasPerRecord: z.number().min(0).nullable().meta({ description: "Null where it covers no record." }),
    times: z
      .strictObject({
        headSigned: time.nullable(),
        signed: time,
        sent: time.nullable(),
        included: time.nullable(),
        final: time.nullable(),
      })
      .meta({
        description:
          "By the service's clock: when the tree head was signed, when the transaction was signed, when a node first took it, " +
          "when the service saw it in a block, and when it saw that block to be final. Null before, and where it was not recorded.",
      }),
    latencyMs: z.strictObject({ sign: span, send: span, include: span, finalize: span, total: span }).meta({
      description:
        "The time between these, in milliseconds; `total` is from the signed head to finality. What the service sees, it sees " +
        "up to a poll later (`WARIFU_CHAIN_POLL_SECONDS`). Negative where the clock was set back.",
    }),
  })
  .meta({ id: "Anchor" });

/** Names an anchor. */
const anchorPath = z.strictObject({ anchorId: decimal(1, Number.MAX_SAFE_INTEGER - 1, "Number of the anchor.") });

/** The routes. */
export const anchorRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/checkpoints",
    name: "listCheckpoints",
    tag: "records",
    summary: "List published checkpoints, newest first",
    query: pageQuery,
    answers: { "200": json("A page.", pageOf(checkpointSchema, "CheckpointPage"), EXAMPLES.checkpointPage) },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listCheckpoints(ledger),
  },
  {
    method: "get",
    path: "/v1/anchors",
    name: "listAnchors",
    tag: "records",
    summary: "List anchors with what they took, newest first",
    description:
      "With `Accept: text/csv`, a table (RFC 4180): a row for each anchor, an empty cell where something is not known. The " +
      "next page is then in the header `Link`.",
    query: pageQuery,
    answers: {
      "200": {
        description: "A page.",
        content: {
          "application/json": { schema: pageOf(anchorSchema, "AnchorPage"), example: EXAMPLES.anchorPage },
          "text/csv": { schema: { type: "string" as const } },
        },
      },
    },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listAnchors(ledger),
  },
  {
    method: "get",
    path: "/v1/anchors/{anchorId}",
    name: "showAnchor",
    tag: "records",
    summary: "Show an anchor with what it took",
    params: anchorPath,
    answers: { "200": json("The anchor.", anchorSchema, EXAMPLES.anchor) },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: showAnchor,
  },
];

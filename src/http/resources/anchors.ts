/**
 * GET /v1/checkpoints and GET /v1/anchors: what was signed and what the chain recorded, newest first.
 */
import type { RequestHandler } from "express";
import { toHex } from "../../core/bytes.ts";
import { anchorFactsOf } from "../../read/anchor-facts.ts";
import type { Ledger } from "../../read/ledger.ts";
import { z } from "zod";
import { hash, chainHash, address, count, time, note, pageQuery, pageOf, parseRequest } from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";

/** A page of published checkpoints; the cursor is a tree size. */
export function listCheckpoints(ledger: Ledger): RequestHandler {
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

/** A page of anchors; the cursor is an anchor id. */
export function listAnchors(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = Number.MAX_SAFE_INTEGER, limit } = parseRequest(pageQuery, request.query);
    const anchors = await ledger.anchors(cursor, limit);
    const items = anchors.map(({ anchorId, treeSize, rootHash, note, createdAt, ...anchor }) => ({
      anchorId,
      treeSize,
      rootHash: toHex(rootHash),
      checkpoint: note,
      chainId: anchor.chainId,
      contract: anchor.contract,
      transactionHash: anchor.transactionHash,
      state: anchor.state,
      blockNumber: anchor.blockNumber,
      blockHash: anchor.blockHash,
      createdAt: new Date(createdAt).toISOString(),
      ...tookOf({ anchorId, treeSize, rootHash, note, createdAt, ...anchor }),
    }));
    response.json({ items, nextCursor: nextCursor(items, limit, ({ anchorId }) => anchorId) });
  };
}

/** What it took, and what it covers that the one before it did not. */
function tookOf(anchor: Parameters<typeof anchorFactsOf>[0]) {
  const { blockTime, gasUsed, cost } = anchorFactsOf(anchor);
  return {
    baseSize: anchor.baseSize,
    blockTime: blockTime ?? null,
    gasUsed: gasUsed ?? null,
    costWei: cost === undefined ? null : String(cost),
  };
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
    createdAt: time,
    baseSize: count.meta({ description: "Tree size that the contract held before: the anchor is of what came since." }),
    blockTime: count.nullable().meta({ description: "When the chain says that its block was made, POSIX seconds." }),
    gasUsed: count.nullable(),
    costWei: z
      .string()
      .nullable()
      .meta({ description: "What it cost, in wei; a decimal number.", example: "78750000000000" }),
  })
  .meta({ id: "Anchor" });

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
    summary: "List anchors, newest first",
    query: pageQuery,
    answers: { "200": json("A page.", pageOf(anchorSchema, "AnchorPage"), EXAMPLES.anchorPage) },
    refuses: REFUSALS.reading,
    handle: ({ ledger }) => listAnchors(ledger),
  },
];

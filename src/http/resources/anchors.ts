/**
 * GET /v1/checkpoints and GET /v1/anchors: what was signed and what the chain recorded, newest first.
 */
import type { RequestHandler } from "express";
import { toHex } from "../../core/bytes.ts";
import type { Ledger } from "../../read/ledger.ts";
import { pageQuery, parseRequest } from "../handling/schemas.ts";

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
    }));
    response.json({ items, nextCursor: nextCursor(items, limit, ({ anchorId }) => anchorId) });
  };
}

/** The cursor of lists that run downwards: everything below the last item. */
function nextCursor<T>(items: readonly T[], limit: number, place: (item: T) => number): string | null {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? String(place(last)) : null;
}

/**
 * /v1/sources…: which numbers sources have used and left out, so that records that never came are noticed; and
 * POST /v1/sources/{name}/repair: an officer sets the numbers of a source right after a mistake. It becomes an event in the
 * log, from which numbering goes on from the number named.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Request, RequestHandler } from "express";
import { assertHasSource, hasSource, type Principal } from "../../keys/api-keys.ts";
import { toHex } from "../../core/bytes.ts";
import { codeOf } from "../../core/errors.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { formatRecordId } from "../../core/record-id.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import type { Ledger } from "../../read/ledger.ts";
import { principalOf, type Guard } from "../handling/authorisation.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { parseRequest, repairBody, sourcePath, sourceQuery, sourcesQuery } from "../handling/schemas.ts";

const LISTED_RANGES = 5;
const SHOWN_RANGES = 1_000;

/** A page of sources, of those that the key is for. */
export function listSources(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = 0, limit } = parseRequest(sourcesQuery, request.query);
    const page = await ledger.sources(cursor, limit);
    const principal = principalOf(response);
    const items = [];
    for (const { name } of page.filter((one) => hasSource(principal, one.name))) {
      items.push(viewOf(name, await ledger.source(name, { from: 0, ranges: LISTED_RANGES })));
      // Records go first: each look holds the store for a moment.
      await nextTurn();
    }
    const last = page.at(-1);
    response.json({ items, nextCursor: last && page.length === limit ? String(last.place + 1) : null });
  };
}

/** One source; `cursor` goes on with the ranges of its missing numbers. */
export function showSource(ledger: Ledger, guard: Guard): RequestHandler<{ name: string }> {
  return async (request, response) => {
    const { name } = parseRequest(sourcePath, request.params);
    const { cursor = 0 } = parseRequest(sourceQuery, request.query);
    assertInScope(principalOf(response), name, request, guard);
    response.json(viewOf(name, await ledger.source(name, { from: cursor, ranges: SHOWN_RANGES })));
  };
}

function viewOf(name: string, { ranges, next, ...counts }: Awaited<ReturnType<Ledger["source"]>>) {
  return { name, ...counts, ranges, nextCursor: next === undefined ? null : String(next) };
}

function assertInScope(
  principal: Principal,
  name: string,
  request: Request<{ name: string }>,
  { security }: Guard,
): void {
  try {
    assertHasSource(principal, name);
  } catch (error) {
    security.refused(codeOf(error), { keyId: principal.keyId, route: routeOf(request) });
    throw error;
  }
}

/** Enters a repair into the log. */
export function repairSource(ledger: Ledger, guard: Guard): RequestHandler<{ name: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    const { keyId } = principal;
    mediaTypeOf(request, ["application/json"]);
    const { name } = parseRequest(sourcePath, request.params);
    assertInScope(principal, name, request, guard);
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { from } = parseRequest(repairBody, body);
    const { id, leafIndex, leafHash } = await ledger.repairSource({ name, from });
    guard.security.note("source-repaired", { keyId, route: routeOf(request), leafIndex });
    response.status(201).json({ id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash), name, from });
  };
}

/**
 * GET /v1/records…: the list, one record, its proof bundle, its proof for the contract. What a record conceals is shown nowhere here but in the
 * openings of a bundle, and those only to an officer.
 */
import type { Request, RequestHandler } from "express";
import { assertHasSource, hasSource, type Principal } from "../../keys/api-keys.ts";
import { codeOf } from "../../core/errors.ts";
import type { DamagedRecord, Ledger, RecordView } from "../../read/ledger.ts";
import { assertWithinRate, authorise, principalOf, type Guard } from "../handling/authorisation.ts";
import type { OpeningsLimit } from "./openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { problemOf } from "../../client/problem.ts";
import { bundleQuery, parseRequest, recordsQuery } from "../handling/schemas.ts";

/** Header of a bundle whose checkpoint has fewer cosignatures than the service asks for: how many it lacks. */
export const MISSING_COSIGNATURES = "Warifu-Missing-Cosignatures";

/** A page of records by leaf index; of the sources that the key is for. */
export function listRecords(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = 0, limit, source } = parseRequest(recordsQuery, request.query);
    const page = await ledger.records({ from: cursor, limit, source });
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
    response.json(await ledger.record(request.params.id));
  };
}

/** The proof bundle of a record; while no final anchor covers it, 409 and when to come back. */
export function showBundle(ledger: Ledger, guard: Guard, openingsLimit: OpeningsLimit): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { openings, size } = parseRequest(bundleQuery, request.query);
    const withOpenings = openings === "true";
    // Before the record is looked for: a refusal must not tell whether there is one.
    const opener = withOpenings ? authorise(request, guard, "open") : undefined;
    if (opener) {
      assertWithinRate(guard.access, opener);
      openingsLimit.assertAllows(opener.keyId);
    }
    const place = opener && (await ledger.placeOf(request.params.id));
    if (place) assertMayOpen(opener, place.source, request, guard);
    const { text, missingCosignatures } = await ledger.bundle(request.params.id, { withOpenings, size });
    if (missingCosignatures > 0) response.set(MISSING_COSIGNATURES, String(missingCosignatures));
    if (place)
      guard.security.note("openings-given", {
        keyId: opener.keyId,
        route: routeOf(request),
        leafIndex: place.leafIndex,
      });
    response.type("application/json").send(text);
  };
}

function assertMayOpen(opener: Principal, source: string, request: Request, { security }: Guard): void {
  try {
    assertHasSource(opener, source);
  } catch (error) {
    security.refused(codeOf(error), { keyId: opener.keyId, route: routeOf(request) });
    throw error;
  }
}

/** The proof of a record for the contract's own `verifyInclusion`. */
export function showContractProof(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.contractProof(request.params.id));
  };
}

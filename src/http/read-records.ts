/**
 * GET /v1/records…: the list, one record, its proof bundle, its proof for the contract. What a record conceals is shown nowhere here but in the
 * openings of a bundle, and those only to an officer.
 */
import type { RequestHandler } from "express";
import type { Access } from "../access.ts";
import type { Ledger } from "../ledger.ts";
import { authorise } from "./authorisation.ts";
import { bundleQuery, parseRequest, recordsQuery } from "./schemas.ts";

/** Header of a bundle whose checkpoint has fewer cosignatures than the service asks for: how many it lacks. */
export const MISSING_COSIGNATURES = "Warifu-Missing-Cosignatures";

/** A page of records by leaf index. */
export function listRecords(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const { cursor = 0, limit, source } = parseRequest(recordsQuery, request.query);
    const items = await ledger.records({ from: cursor, limit, source });
    const last = items.at(-1);
    response.json({ items, nextCursor: last && items.length === limit ? String(last.leafIndex + 1) : null });
  };
}

/** One record, without what it conceals. */
export function showRecord(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.record(request.params.id));
  };
}

/** The proof bundle of a record; while no final anchor covers it, 409 and when to come back. */
export function showBundle(ledger: Ledger, access: Access): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { openings, size } = parseRequest(bundleQuery, request.query);
    const withOpenings = openings === "true";
    // Before the record is looked for: a refusal must not tell whether there is one.
    if (withOpenings) authorise(request, access, "open");
    const { text, missingCosignatures } = await ledger.bundle(request.params.id, { withOpenings, size });
    if (missingCosignatures > 0) response.set(MISSING_COSIGNATURES, String(missingCosignatures));
    response.type("application/json").send(text);
  };
}

/** The proof of a record for the contract's own `verifyInclusion`. */
export function showContractProof(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.contractProof(request.params.id));
  };
}

/**
 * POST /v1/sources/{name}/repair: an officer sets the numbers of a source right after a mistake. It becomes an event in the
 * log, from which numbering goes on from the number named.
 */
import type { RequestHandler } from "express";
import { assertHasSource } from "../access.ts";
import { toHex } from "../core/bytes.ts";
import { codeOf } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { formatRecordId } from "../core/record-id.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";
import type { Ledger } from "../ledger.ts";
import { principalOf, type Guard } from "./authorisation.ts";
import { routeOf } from "./problem-answers.ts";
import { collectBody, mediaTypeOf } from "./request-body.ts";
import { parseRequest, repairBody, sourcePath } from "./schemas.ts";

/** Enters a repair into the log. */
export function repairSource(ledger: Ledger, { security }: Guard): RequestHandler<{ name: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    const { keyId } = principal;
    mediaTypeOf(request, ["application/json"]);
    const { name } = parseRequest(sourcePath, request.params);
    try {
      assertHasSource(principal, name);
    } catch (error) {
      security.refused(codeOf(error), { keyId, route: routeOf(request) });
      throw error;
    }
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { from } = parseRequest(repairBody, body);
    const { id, leafIndex, leafHash } = await ledger.repairSource({ name, from });
    security.note("source-repaired", { keyId, route: routeOf(request), leafIndex });
    response.status(201).json({ id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash), name, from });
  };
}

/**
 * POST /v1/verify: the verdict on a bundle under the policy of this service. A convenience: who checks the operator asks
 * a verifier of their own, under a policy that they hold themselves.
 */
import type { RequestHandler } from "express";
import { MAX_BUNDLE_BYTES } from "../../core/bundle.ts";
import { toHex } from "../../core/bytes.ts";
import type { Policy } from "../../core/policy.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { VerifyPool } from "./verify-pool.ts";

/** What the handler works with. */
export interface VerifyParts {
  readonly policy: () => Policy;
  readonly verifier: VerifyPool;
}

/** Verifies the bundle in the body. A refuted bundle is a verdict, not an error. */
export function verifyBundles({ policy, verifier }: VerifyParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const { record, ...verdict } = await verifier.verify(await collectBody(request, MAX_BUNDLE_BYTES), policy());
    const shown = record && { ...record, anchor: { ...record.anchor, rootHash: toHex(record.anchor.rootHash) } };
    response.json({ ...verdict, record: shown });
  };
}

/**
 * Every route of the service, in one place. `may` names the action that a key must allow; routes without it are open to
 * everybody, because proofs are worth nothing when only the operator's friends can check them.
 */
import { Router } from "express";
import type { Action } from "../keys/api-keys.ts";
import type { Policy } from "../core/policy.ts";
import type { Ledger } from "../read/ledger.ts";
import { issueKey, listKeys, revokeKey } from "./resources/api-keys.ts";
import { requires, type Guard } from "./handling/authorisation.ts";
import type { HttpLimits } from "../serve/limits.ts";
import type { Metrics } from "./handling/metrics.ts";
import type { OpeningsLimit } from "./resources/openings-limit.ts";
import { listAnchors, listCheckpoints } from "./resources/anchors.ts";
import { serveAddendaMarker, serveAddendum, serveCheckpoint, serveTile } from "./resources/log.ts";
import { listRecords, showBundle, showContractProof, showRecord } from "./resources/records.ts";
import {
  showHealth,
  showLiveness,
  showMetrics,
  showOpenApi,
  showProfiles,
  showReadiness,
  showStatus,
} from "./resources/status.ts";
import { listSources, repairSource, showSource } from "./resources/sources.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { submitRecords } from "./resources/submit-records.ts";
import { verifyBundles } from "./resources/verify.ts";
import type { VerifyPool } from "./resources/verify-pool.ts";

/** What the routes work with. */
export interface RouteParts extends Guard {
  readonly ledger: Ledger;
  readonly openingsLimit: OpeningsLimit;
  /** The policy under which the service itself verifies. */
  readonly policy: () => Policy;
  readonly limits: HttpLimits;
  readonly metrics: Metrics;
  readonly verifier: VerifyPool;
}

/** As Express has it; its types leave the match out. */
interface MatchingLayer {
  readonly route?: { readonly stack: readonly { readonly method: string }[] } | undefined;
  match(path: string): boolean;
}

/** The methods that a path takes; none where there is no such path. */
export function methodsAt(router: Router, path: string): string[] {
  const layers = router.stack as unknown as readonly MatchingLayer[];
  const routes = layers.filter((layer) => layer.route !== undefined && layer.match(path));
  const methods = routes.flatMap(({ route }) => route?.stack.map(({ method }) => method.toUpperCase()) ?? []);
  return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))].sort();
}

/** The routes. A path has one spelling: case counts, and so does a slash at its end. */
export function createRoutes(parts: RouteParts): Router {
  const { ledger, metrics, openingsLimit } = parts;
  const router = Router({ caseSensitive: true, strict: true });
  const may = (action: Action) => requires(parts, action);

  router.post("/v1/records", may("submit"), submitRecords(parts));
  router.get("/v1/records", may("list"), listRecords(ledger));
  router.get("/v1/records/:id", showRecord(ledger));
  router.get("/v1/records/:id/bundle", showBundle(ledger, parts, openingsLimit));
  router.get("/v1/records/:id/contract-proof", showContractProof(ledger));
  router.get("/v1/checkpoints", listCheckpoints(ledger));
  router.get("/v1/anchors", listAnchors(ledger));
  router.post("/v1/verify", verifyBundles(parts));
  router.get("/v1/status", showStatus(ledger, parts));
  router.get("/v1/profiles", showProfiles(ledger));

  router.get("/v1/keys", may("manage"), listKeys(parts));
  router.post("/v1/keys", may("manage"), issueKey(parts));
  router.delete("/v1/keys/:keyId", may("manage"), revokeKey(parts));
  router.get("/v1/sources", may("list"), listSources(ledger));
  router.get("/v1/sources/:name", may("list"), showSource(ledger, parts));
  router.post("/v1/sources/:name/repair", may("repair"), repairSource(ledger, parts));

  router.get("/log/checkpoint", serveCheckpoint(ledger));
  router.get("/log/tile/*tile", serveTile(ledger));
  router.get("/log/addenda/:s0/:s1/:digest", serveAddendum(ledger));
  router.get("/log/addenda.v1", serveAddendaMarker);

  router.get("/livez", showLiveness);
  router.get("/readyz", showReadiness(ledger));
  router.get("/healthz", showHealth(ledger, parts));
  router.get("/metrics", showMetrics(metrics, parts));
  router.get("/openapi.json", showOpenApi(createOpenApiDocument()));
  return router;
}

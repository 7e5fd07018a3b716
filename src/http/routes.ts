/**
 * Every route of the service in one list, and the router over them.
 */
import { Router, type RequestHandler } from "express";
import { layersOf } from "./direct-path.ts";
import { requires } from "./handling/authorisation.ts";
import { requiresCitizen } from "./handling/citizen-session.ts";
import { requireFormat } from "./handling/georeport-answers.ts";
import type { Route, RouteParts } from "./handling/route.ts";
import { openApiRoute } from "./openapi.ts";
import { adapterRoutes } from "./resources/adapters.ts";
import { anchorRoutes } from "./resources/anchors.ts";
import { catalogueRoutes } from "./resources/catalogue.ts";
import { disclosedRoutes } from "./resources/disclosed.ts";
import { cityRoutes } from "./resources/city.ts";
import { citizenRoutes } from "./resources/citizens.ts";
import { citizenPasskeyRoutes } from "./resources/citizen-passkeys.ts";
import { citizenProofRoutes } from "./resources/citizen-proofs.ts";
import { citizenSessionRoutes } from "./resources/citizen-sessions.ts";
import { cosignatureRoutes } from "./resources/cosignatures.ts";
import { exchangeRoutes } from "./resources/exchange.ts";
import { growthRoutes } from "./resources/growth.ts";
import { disclosureRoutes } from "./resources/privacy-disclosures.ts";
import { keyRoutes } from "./resources/api-keys.ts";
import { lineageRoutes } from "./resources/lineage.ts";
import { logRoutes } from "./resources/log.ts";
import { open311RequestRoutes } from "./resources/open311-requests.ts";
import { open311SubmitRoutes } from "./resources/open311-submit.ts";
import { open311Routes } from "./resources/open311.ts";
import { officerRoutes } from "./resources/officers.ts";
import { moderationRoutes } from "./resources/moderation.ts";
import { originalRoutes } from "./resources/originals.ts";
import { pageRoutes } from "./resources/pages.ts";
import { pictureRoutes } from "./resources/pictures.ts";
import { breachRoutes } from "./resources/privacy-breaches.ts";
import { erasurePreviewRoutes } from "./resources/privacy-erasure-previews.ts";
import { erasureRoutes } from "./resources/privacy-erasures.ts";
import { consentRoutes } from "./resources/privacy-consents.ts";
import { deidentificationRoutes } from "./resources/privacy-deidentification.ts";
import { noticeRoutes } from "./resources/privacy-notices.ts";
import { personRoutes } from "./resources/privacy-persons.ts";
import { processingRoutes } from "./resources/privacy-processing.ts";
import { rectificationRoutes } from "./resources/privacy-rectifications.ts";
import { requestRoutes } from "./resources/privacy-requests.ts";
import { restrictionRoutes } from "./resources/privacy-restrictions.ts";
import { placeRoutes } from "./resources/places.ts";
import { postModerationRoutes } from "./resources/post-moderation.ts";
import { postingRoutes } from "./resources/posting.ts";
import { proofRoutes } from "./resources/proofs.ts";
import { receiptRoutes } from "./resources/receipts.ts";
import { recipientRoutes } from "./resources/privacy-recipients.ts";
import { transferRoutes } from "./resources/privacy-transfers.ts";
import { recordRoutes } from "./resources/records.ts";
import { rightsRoutes } from "./resources/rights.ts";
import { oidcRoutes } from "./resources/sessions-oidc.ts";
import { sessionPasskeyRoutes } from "./resources/session-passkeys.ts";
import { sessionRoutes } from "./resources/sessions.ts";
import { sourceChangeRoutes } from "./resources/source-changes.ts";
import { sourceRoutes } from "./resources/sources.ts";
import { statusRoutes } from "./resources/status.ts";
import { submissionRoutes } from "./resources/submit-records.ts";
import { themeRoutes } from "./resources/themes.ts";
import { timelineRoutes } from "./resources/timeline.ts";
import { trafficRoutes } from "./resources/traffic.ts";
import { translationRoutes } from "./resources/translations.ts";
import { uploadRoutes } from "./resources/uploads.ts";
import { verifyRoutes } from "./resources/verify.ts";

const RESOURCES: readonly Route[] = [
  ...submissionRoutes,
  ...adapterRoutes,
  ...open311SubmitRoutes,
  ...open311RequestRoutes,
  ...open311Routes,
  ...recordRoutes,
  ...originalRoutes,
  ...lineageRoutes,
  // Before the pages, whose `/receipts/{id}` it would be too.
  ...receiptRoutes,
  ...pictureRoutes,
  ...translationRoutes,
  ...proofRoutes,
  ...anchorRoutes,
  ...cosignatureRoutes,
  ...growthRoutes,
  ...placeRoutes,
  ...rightsRoutes,
  ...trafficRoutes,
  ...verifyRoutes,
  ...disclosureRoutes,
  ...disclosedRoutes,
  ...keyRoutes,
  ...officerRoutes,
  ...sessionRoutes,
  ...sessionPasskeyRoutes,
  ...oidcRoutes,
  ...sourceRoutes,
  ...sourceChangeRoutes,
  ...personRoutes,
  ...erasureRoutes,
  ...erasurePreviewRoutes,
  ...noticeRoutes,
  ...consentRoutes,
  ...requestRoutes,
  ...restrictionRoutes,
  ...recipientRoutes,
  ...transferRoutes,
  ...deidentificationRoutes,
  ...processingRoutes,
  ...rectificationRoutes,
  ...breachRoutes,
  ...moderationRoutes,
  ...cityRoutes,
  ...citizenSessionRoutes,
  ...citizenRoutes,
  ...citizenPasskeyRoutes,
  ...citizenProofRoutes,
  ...timelineRoutes,
  ...uploadRoutes,
  ...postingRoutes,
  ...postModerationRoutes,
  ...themeRoutes,
  ...exchangeRoutes,
  ...catalogueRoutes,
  ...logRoutes,
  ...statusRoutes,
  ...pageRoutes,
];

/** Every route; the last one describes them all, including itself. */
export const ROUTES: readonly Route[] = [...RESOURCES, openApiRoute(() => ROUTES)];

/** The router. A path has one spelling: case and a trailing slash matter. Without a city, its routes are not there. */
export function createRouter(parts: RouteParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of ROUTES) {
    if (route.ofCity && !parts.citizens) continue;
    const guards = [
      ...(route.hasGeoReportErrors ? [requireFormat] : []),
      ...(route.may ? [requires(parts, route.may)] : []),
      ...(route.ofCity === "citizens" ? [requiresCitizen(parts)] : []),
    ];
    // Express cannot know that the path has the parameters that the handler reads.
    router[route.method](pathOf(route), ...guards, route.handle(parts) as RequestHandler);
  }
  return router;
}

/** The path in Express's notation. */
function pathOf({ path, isRest }: Route): string {
  return path.replaceAll(/[()]/g, "\\$&").replaceAll(/\{(\w+)\}/g, isRest ? "*$1" : ":$1");
}

/** The methods that a path accepts; none if there is no such path. */
export function methodsAt(router: Router, path: string): string[] {
  const routes = layersOf(router).filter((layer) => layer.route !== undefined && layer.match(path));
  const methods = routes.flatMap(({ route }) => route?.stack.map(({ method }) => method.toUpperCase()) ?? []);
  return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))].sort();
}

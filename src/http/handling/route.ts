/**
 * A route of the API, declared once: the router, its guards, the OpenAPI document and the client's types are derived from
 * it. Each file in resources/ declares the routes of one resource.
 */
import type { RequestHandler } from "express";
import type { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { Citizens } from "../../citizens/citizens.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { Exchange } from "../../exchange/exchange.ts";
import type { Action } from "../../keys/api-keys.ts";
import type { Posts } from "../../posts/posts.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { Receipt } from "../../receipt/receipt.ts";
import type { HttpLimits } from "../../serve/limits.ts";
import type { Activity } from "../../privacy/processing.ts";
import type { PageFiles } from "../../serve/page-files.ts";
import type { Open311Settings } from "../../sources/open311-services.ts";
import type { Language } from "../../texts/languages.ts";
import type { Verdict } from "../../verify/verdict.ts";
import type { Guard } from "./authorisation.ts";
import type { Metrics } from "./metrics.ts";
import type { OpeningsLimit } from "./openings-limit.ts";
import type { SpentKeys } from "./spent-keys.ts";

/** What handlers work with. */
export interface RouteParts extends Guard {
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly limits: HttpLimits;
  readonly openingsLimit: OpeningsLimit;
  readonly metrics: Metrics;
  readonly spentKeys: Pick<SpentKeys, "note">;
  readonly now: () => number;
  /** Addresses at which clients reach the service; if empty, those of the connection. */
  readonly publicUrls: readonly string[];
  /** Where on the server it is, such as `/parks/2026`; at its root if left out. */
  readonly prefix?: string | undefined;
  readonly open311: Open311Parts;
  /** The policy with which the service itself verifies. */
  readonly policy: () => Policy;
  /** Verifies bundles away from the thread that writes. @throws BUSY */
  readonly verifier: { verify(bytes: Uint8Array, policy: Policy): Promise<Verdict> };
  /** Makes files of receipts away from it, too. @throws BUSY */
  readonly receipts: { pdf(receipt: Receipt, parts: ReceiptFileParts): Promise<Uint8Array> };
  /** None where they were not built. */
  readonly pages: PageFiles;
  /** None without a city: then their routes are not there. */
  readonly citizens?: Citizens | undefined;
  /** There as soon as citizens are. */
  readonly posts?: Posts | undefined;
  /** The register of processing, if the operator has said where it is. */
  readonly processing?: readonly Activity[] | undefined;
}

/** What a file needs besides the receipt. */
export interface ReceiptFileParts {
  readonly language: Language;
  /** Where the QR code leads. */
  readonly address: string;
}

/** What service requests are taken with. */
export interface Open311Parts {
  readonly settings: Open311Settings;
  /** When the settings were read, POSIX seconds. */
  readonly readAt: number;
}

/** Parts of an OpenAPI operation that are passed on as they are. */
type Described = Required<Pick<ZodOpenApiOperationObject, "requestBody" | "responses">>;

/** A route. */
export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** In OpenAPI's notation, such as `/v1/records/{id}`. */
  readonly path: string;
  /** The last parameter takes the rest of the path, including slashes. */
  readonly isRest?: true;
  /** Unique among the routes: the `operationId`. */
  readonly name: string;
  readonly tag:
    | "records"
    | "open311"
    | "log"
    | "service"
    | "keys"
    | "desk"
    | "privacy"
    | "moderation"
    | "citizens"
    | "exchange"
    | "pages";
  readonly summary: string;
  readonly description?: string;
  /** The action that a key must allow. Without it, the route is open: proofs that only friends can check are worthless. */
  readonly may?: Action;
  /** Open to all, but a key that allows it gets more. */
  readonly takesKey?: true;
  /** Guarded by its handler, which finds the key in the body too. */
  readonly mayByField?: Action;
  /** Guarded by its handler: it takes the token of a disclosure. */
  readonly takesToken?: true;
  /** A route of the citizens' part: for whoever is signed in to the app; for all, with more for who is; or for all alike. */
  readonly ofCity?: "citizens" | "all-and-citizens" | "all";
  /** Errors are those of Open311 GeoReport. */
  readonly hasGeoReportErrors?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: Described["requestBody"];
  /** The answers by status, without problems. */
  readonly answers: Described["responses"];
  /** Codes it may refuse with, in addition to those for invalid requests, insufficient keys and rate limits. */
  readonly refuses?: readonly ErrorCode[];
  /** Not rate-limited: a supervisor that ends an unresponsive service must not end a healthy one. */
  readonly isUnlimited?: true;
  /** Asked so often that it is reached past Express, see ../direct-path.ts; there whatever the settings. */
  readonly isDirect?: true;
  readonly handle: (parts: RouteParts) => RequestHandler<never>;
}

/** What the OpenAPI document says of a route. */
export type DescribedRoute = Omit<Route, "handle">;

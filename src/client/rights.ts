/** What the client asks and does about rights of people: notices, consents, requests, restrictions. */
import type { JsonObject } from "../core/json.ts";
import type { RequestOperation } from "../core/request-event.ts";
import type { Law } from "../privacy/law.ts";
import type { Activity } from "../privacy/processing.ts";
import type { RequestAbout } from "../privacy/request-about.ts";
import type { RequestView } from "../privacy/request-view.ts";
import type { NextStep, RequestFilter } from "../privacy/requests.ts";
import type {
  ConsentList,
  Entered,
  EnteredRestriction,
  NotedConsent,
  Rectified,
  ShownNotice,
  StandingRestrictions,
} from "./answers.ts";
import { queryOf } from "./query.ts";

/** A consent, as it was said. */
export interface NewConsent {
  readonly state: "given" | "withdrawn";
  readonly purpose: string;
  readonly country?: string | undefined;
  /** Of the notice that was shown. */
  readonly language: string;
  readonly subject?: string | undefined;
}

/** A request to open; `records` by their ids, `receivedAt` in RFC 3339. */
export interface OpenedRequest {
  readonly operation: RequestOperation;
  readonly subject?: string | undefined;
  readonly records?: readonly string[] | undefined;
  readonly receivedAt?: string | undefined;
  readonly text?: string | undefined;
}

/** A restriction to enter; `records` and `request` by their ids. */
export interface AddedRestriction {
  readonly state: "restricted" | "objected" | "provision-ceased";
  readonly purposes?: readonly string[] | undefined;
  readonly basis: string;
  readonly records: readonly string[];
  readonly subject?: string | undefined;
  readonly request?: string | undefined;
}

/** How a restriction ends; `told` by codes of the law data, as `needs` of the restriction has them. */
export interface LiftedRestriction {
  readonly basis: string;
  readonly told?: readonly string[] | undefined;
  /** Id of the request that it answers. */
  readonly request?: string | undefined;
}

/** The part of the client that is about rights. Law and notices are open to all, the rest needs the key of an officer. */
export interface RightsClient {
  law(): Promise<Law>;
  /** The register of processing; `null` where the operator has not said where it is. For officers and auditors. */
  processing(): Promise<{ readonly items: readonly Activity[] | null }>;
  notice(language?: string): Promise<ShownNotice>;
  addNotice(notice: object): Promise<Entered>;
  noteConsent(consent: NewConsent): Promise<NotedConsent>;
  consents(subject: string): Promise<ConsentList>;
  receipt(id: string): Promise<JsonObject>;
  requests(state?: RequestFilter): Promise<{ readonly items: readonly RequestView[] }>;
  request(id: string): Promise<RequestView>;
  /** Whose it is and what it is about; an access in the log. */
  requestAbout(id: string): Promise<RequestAbout>;
  openRequest(request: OpenedRequest): Promise<RequestView>;
  noteIdentity(id: string): Promise<RequestView>;
  extendRequest(id: string, step: NextStep): Promise<RequestView>;
  finishRequest(id: string, step: NextStep): Promise<RequestView>;
  refuseRequest(id: string, step: NextStep): Promise<RequestView>;
  personalCopy(requestId: string): Promise<JsonObject>;
  restrict(restriction: AddedRestriction): Promise<EnteredRestriction>;
  /** By the id of the restriction's event. */
  liftRestriction(id: string, lifting: LiftedRestriction): Promise<Entered>;
  /** All by their ids. */
  rectify(wrong: string, right: string, basis: string, request?: string): Promise<Rectified>;
  restrictions(recordId: string): Promise<StandingRestrictions>;
}

/** This part of the client, built on JSON requests. */
export function rightsClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): RightsClient {
  const requestPath = (id: string): string => `/v1/privacy/requests/${encodeURIComponent(id)}`;
  return {
    law: () => read("/v1/privacy/law"),
    processing: () => read("/v1/privacy/processing"),
    notice: (lang) => read(`/v1/privacy/notices${queryOf({ lang })}`),
    addNotice: (notice) => post("/v1/privacy/notices", notice),
    noteConsent: (consent) => post("/v1/privacy/consents", consent),
    consents: (subject) => read(`/v1/privacy/consents${queryOf({ subject })}`),
    receipt: (id) => read(`/v1/privacy/consents/${encodeURIComponent(id)}/receipt`),
    requests: (state) => read(`/v1/privacy/requests${queryOf({ state })}`),
    request: (id) => read(requestPath(id)),
    requestAbout: (id) => read(`${requestPath(id)}/about`),
    openRequest: (request) => post("/v1/privacy/requests", request),
    noteIdentity: (id) => post(`${requestPath(id)}/identity`, {}),
    extendRequest: (id, step) => post(`${requestPath(id)}/extend`, step),
    finishRequest: (id, step) => post(`${requestPath(id)}/finish`, step),
    refuseRequest: (id, step) => post(`${requestPath(id)}/refuse`, step),
    personalCopy: (id) => read(`${requestPath(id)}/copy`),
    restrict: (restriction) => post("/v1/privacy/restrictions", restriction),
    liftRestriction: (id, lifting) => post(`/v1/privacy/restrictions/${encodeURIComponent(id)}/lift`, lifting),
    rectify: (wrong, right, basis, request) => post("/v1/privacy/rectifications", { wrong, right, basis, request }),
    restrictions: (id) => read(`/v1/privacy/records/${encodeURIComponent(id)}/restrictions`),
  };
}

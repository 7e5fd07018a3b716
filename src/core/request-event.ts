/**
 * Events about a person's request: that it was received, that its sender was identified, that it takes longer, how it ended.
 * Each step names the first one, so a request can be followed without knowing whose it is: the person, the records and all
 * reasons in words are concealed.
 */
import type { Body } from "./body.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { CONSENT_CONTENT } from "./restriction-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const REQUEST_VCT = "warifu:request:1";

/** What a person may ask for. */
export const REQUEST_OPERATIONS = [
  ...(["access", "rectify", "erase", "restrict", "object"] as const),
  ...(["cease-provision", "export", "complaint"] as const),
] as const;
export type RequestOperation = (typeof REQUEST_OPERATIONS)[number];

/** The steps of a request. The first is `received`, the last `done` or `refused`. */
export const REQUEST_STEPS = ["received", "identity-checked", "extended", "done", "refused"] as const;
export type RequestStep = (typeof REQUEST_STEPS)[number];

/** What the person was told, by a code of the law data. */
const TOLD = /^[a-z][a-z-]{0,31}$/;
const JURISDICTION = /^[a-z][a-z0-9-]{0,31}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What a step says in clear. */
export interface RequestEvent {
  /** When it is due, POSIX seconds; set by the first step and by an extension. */
  readonly due?: number;
  readonly jurisdiction: string;
  /** Version of the law by which it is due. */
  readonly lawVersion: string;
  readonly operation: RequestOperation;
  /** Provisions of law that it rests on; those of a refusal are why. */
  readonly provisions: readonly string[];
  /** When it was received, POSIX seconds; only in the first step. */
  readonly receivedAt?: number;
  /** Leaf index of the first step; absent in the first one. */
  readonly request?: number;
  readonly state: RequestStep;
  readonly told: readonly string[];
}

/** Whether a body is that of such an event. */
export function isRequest({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === CONSENT_CONTENT && vct === REQUEST_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function requestOf({ content, digests }: Pick<Body, "content" | "digests">): RequestEvent {
  const reader = new ObjectReader(content, "request", "BODY_INVALID");
  const state = memberOf(reader, "state", REQUEST_STEPS);
  const isFirst = state === "received";
  const event = {
    ...((isFirst || state === "extended") && { due: reader.count("due") }),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    lawVersion: reader.string("lawVersion", DATE),
    operation: memberOf(reader, "operation", REQUEST_OPERATIONS),
    provisions: reader.strings("provisions", LEGAL_BASIS),
    ...(isFirst ? { receivedAt: reader.count("receivedAt") } : { request: reader.count("request") }),
    state,
    told: reader.strings("told", TOLD),
  };
  reader.end();
  if (digests.length === 0) reader.fail("subject", "is concealed in such an event");
  return event;
}

function memberOf<T extends string>(reader: ObjectReader, name: string, allowed: readonly T[]): T {
  const given = reader.string(name);
  return allowed.find((one) => one === given) ?? reader.fail(name, `is one of ${allowed.join(", ")}`);
}

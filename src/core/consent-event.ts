/**
 * An event that says that somebody gave or withdrew consent to a purpose, within the country or for recipients in another
 * one. Whose consent it is, and the receipt that was handed out, are concealed.
 */
import type { Body } from "./body.ts";
import type { JsonObject } from "./json.ts";
import { COUNTRY } from "./notice-event.ts";
import { CONSENT_CONTENT, PURPOSE } from "./restriction-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const CONSENT_VCT = "warifu:consent:1";
/** Names of the concealed claims. */
export const SUBJECT_CLAIM = "subject";
export const RECEIPT_CLAIM = "receipt";

export const CONSENT_STATES = ["given", "withdrawn"] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/**
 * A person, as everybody but the vault sees them: `sub_` and 22 characters, which the vault resolves; or `own_` and as many,
 * for somebody who has no record.
 */
export const SUBJECT = /^(?:sub|own)_[A-Za-z0-9_-]{22}$/;

/** What an event says in clear. */
export interface Consent {
  /** Country of the recipients; absent for what stays in the country. */
  readonly country?: string;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  /** Leaf index of the notice that was shown. */
  readonly notice: number;
  readonly purpose: string;
  readonly state: ConsentState;
}

/** Whether a body is that of such an event. */
export function isConsent({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === CONSENT_CONTENT && vct === CONSENT_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function consentOf({ content, digests }: Pick<Body, "content" | "digests">): Consent {
  const reader = new ObjectReader(content, "consent", "BODY_INVALID");
  const state = reader.string("state");
  const consent = {
    ...(reader.has("country") && { country: reader.string("country", COUNTRY) }),
    jurisdiction: reader.string("jurisdiction", /^[a-z][a-z0-9-]{0,31}$/),
    lawVersion: reader.string("lawVersion", /^\d{4}-\d{2}-\d{2}$/),
    notice: reader.count("notice"),
    purpose: reader.string("purpose", PURPOSE),
    state: CONSENT_STATES.find((one) => one === state) ?? reader.fail("state", "is given or withdrawn"),
  };
  reader.end();
  if (digests.length === 0) reader.fail(SUBJECT_CLAIM, "is concealed in such an event");
  return consent;
}

/** The person whose consent it is, from the concealed claims; `undefined` if those have another form. */
export function consentSubjectIn(claims: JsonObject): string | undefined {
  const subject = claims[SUBJECT_CLAIM];
  return typeof subject === "string" && SUBJECT.test(subject) ? subject : undefined;
}

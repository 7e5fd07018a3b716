/**
 * Events about who was shown what a record conceals. A grant lets somebody see named claims of one record until a given
 * time; its withdrawal ends it early; an access states that concealed claims were handed out once. The log enters them
 * itself.
 *
 * The log says which record it was and when. To whom, which claims, and the reason in words are concealed, each under a salt
 * of the vault. An event is about one record only: two records that were granted together may be one person's.
 */
import type { Body } from "./body.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of a grant or a withdrawal, and of an access. */
export const DISCLOSURE_VCT = "warifu:disclosure:1";
export const ACCESS_VCT = "warifu:access:1";
/** Name of the content in such bodies: that of the kind. */
export const DISCLOSURE_CONTENT = "disclosure";

/** The purpose of a disclosure, as far as everybody may know. */
export const DISCLOSURE_PURPOSES = [
  "audit",
  "authority",
  "court",
  "data-subject",
  "repair",
  "research",
  "other",
] as const;
export type DisclosurePurpose = (typeof DISCLOSURE_PURPOSES)[number];

/** What a grant says in clear. */
export interface Grant {
  readonly state: "granted";
  /** Grants of a log are numbered from 0. */
  readonly number: number;
  /** Leaf index of the record. */
  readonly record: number;
  /** How many claims were named. */
  readonly claims: number;
  readonly purpose: DisclosurePurpose;
  /** From when the grant is no longer valid, POSIX seconds. */
  readonly until: number;
}

/** The withdrawal of a grant before its time. */
export interface Withdrawal {
  readonly state: "withdrawn";
  readonly number: number;
  readonly record: number;
}

/** States that concealed claims of a record were handed out once. */
export interface RecordAccess {
  /** Leaf index of the grant; absent if an officer looked. */
  readonly grant?: number;
  readonly record: number;
}

/**
 * States that a person got a copy of what is kept of them. Which records that is, is concealed: the log would show that they
 * are one person's.
 */
export interface CopyAccess {
  /** Leaf index of the request that it answers. */
  readonly request: number;
}

/** Whether a body is that of a grant or a withdrawal. */
export function isDisclosure({ contentName, vct }: Body): boolean {
  return contentName === DISCLOSURE_CONTENT && vct === DISCLOSURE_VCT;
}

/** Whether a body is that of an access. */
export function isAccess({ contentName, vct }: Body): boolean {
  return contentName === DISCLOSURE_CONTENT && vct === ACCESS_VCT;
}

/**
 * The grant or withdrawal in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function disclosureOf({ content, digests }: Pick<Body, "content" | "digests">): Grant | Withdrawal {
  const reader = new ObjectReader(content, DISCLOSURE_CONTENT, "BODY_INVALID");
  const state = reader.string("state", /^(?:granted|withdrawn)$/);
  const of = { number: reader.count("number"), record: reader.count("record") };
  const said: Grant | Withdrawal =
    state === "granted" ? { state, ...of, ...grantIn(reader) } : { state: "withdrawn", ...of };
  reader.end();
  if (digests.length === 0) reader.fail("state", "goes with concealed claims");
  return said;
}

function grantIn(reader: ObjectReader): Omit<Grant, "state" | "number" | "record"> {
  const purpose = reader.string("purpose");
  return {
    claims: reader.count("claims"),
    purpose:
      DISCLOSURE_PURPOSES.find((one) => one === purpose) ??
      reader.fail("purpose", `is one of ${DISCLOSURE_PURPOSES.join(", ")}`),
    until: reader.count("until"),
  };
}

/**
 * The access in the content of such a body.
 * @throws as {@link disclosureOf}
 */
export function accessOf({ content, digests }: Pick<Body, "content" | "digests">): RecordAccess | CopyAccess {
  const reader = new ObjectReader(content, DISCLOSURE_CONTENT, "BODY_INVALID");
  const access = reader.has("request") ? { request: reader.count("request") } : recordAccessIn(reader);
  reader.end();
  if (digests.length === 0) reader.fail("record", "goes with concealed claims");
  return access;
}

function recordAccessIn(reader: ObjectReader): RecordAccess {
  return { ...(reader.has("grant") && { grant: reader.count("grant") }), record: reader.count("record") };
}

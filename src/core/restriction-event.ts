/**
 * An event that says that the use of records is restricted, that an objection is upheld, or that records are no longer
 * provided to others; or that one of these is lifted. Which records, and whose they are, is concealed: a list in clear would
 * say that they belong together.
 */
import type { Body } from "./body.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const RESTRICTION_VCT = "warifu:restriction:1";
/** Name of the content in the body of all events of this kind. */
export const CONSENT_CONTENT = "consent";

/**
 * What happens to the records: they are only kept; they are not used for a purpose; they are not provided to others; or one
 * of these ends.
 */
export const RESTRICTION_STATES = ["restricted", "objected", "provision-ceased", "lifted"] as const;
export type RestrictionState = (typeof RESTRICTION_STATES)[number];

/** Every purpose. */
export const ALL_PURPOSES = "*";
/** A code of a purpose, as notices have them. */
export const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;
/** The most records of one event: the concealed list must fit into an opening. */
export const MOST_RESTRICTED = 1_000;

/** What an event says in clear. */
export interface Restriction {
  readonly basis: string;
  readonly jurisdiction: string;
  /** Leaf index of the event that is lifted. */
  readonly lifts?: number;
  /** Codes of purposes, or `*` alone. */
  readonly purposes: readonly string[];
  /** How many records. */
  readonly records: number;
  /** Leaf index of the request that it answers. */
  readonly request?: number;
  readonly state: RestrictionState;
  /** For `lifted`: what the person was told beforehand, by codes of the law data. */
  readonly told?: readonly string[];
}

/** What only the vault holds. */
export interface RestrictedRecords {
  /** Leaf indexes, rising. */
  readonly records: readonly number[];
  readonly subject?: string;
}

const TOLD = /^[a-z][a-z-]{0,31}$/;
const JURISDICTION = /^[a-z][a-z0-9-]{0,31}$/;

/** Whether a body is that of such an event. */
export function isRestriction({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === CONSENT_CONTENT && vct === RESTRICTION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function restrictionOf({ content, digests }: Pick<Body, "content" | "digests">): Restriction {
  const reader = new ObjectReader(content, "restriction", "BODY_INVALID");
  const state = reader.string("state");
  const restriction = {
    basis: reader.string("basis", LEGAL_BASIS),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    ...(reader.has("lifts") && { lifts: reader.count("lifts") }),
    purposes: purposesIn(reader),
    records: reader.count("records"),
    ...(reader.has("request") && { request: reader.count("request") }),
    state:
      RESTRICTION_STATES.find((one) => one === state) ??
      reader.fail("state", `is one of ${RESTRICTION_STATES.join(", ")}`),
    ...(reader.has("told") && { told: reader.strings("told", TOLD) }),
  };
  reader.end();
  if ((restriction.state === "lifted") !== (restriction.lifts !== undefined))
    reader.fail("lifts", "is there where something is lifted, and nowhere else");
  if (restriction.told !== undefined && restriction.state !== "lifted")
    reader.fail("told", "is there where something is lifted, and nowhere else");
  if (digests.length === 0) reader.fail("records", "are concealed in such an event");
  return restriction;
}

function purposesIn(reader: ObjectReader): readonly string[] {
  const purposes = reader.strings("purposes");
  const isAll = purposes.length === 1 && purposes[0] === ALL_PURPOSES;
  if (!isAll && (purposes.length === 0 || !purposes.every((one) => PURPOSE.test(one))))
    reader.fail("purposes", "are codes of purposes, or * alone");
  return purposes;
}

/** What was concealed of such an event; `undefined` if it has another form. */
export function restrictedRecordsIn(claims: JsonObject): RestrictedRecords | undefined {
  const { about } = claims;
  if (about === undefined || !isJsonObject(about)) return undefined;
  const { records, subject } = about;
  if (!isLeaves(records) || (subject !== undefined && typeof subject !== "string")) return undefined;
  return { records, ...(subject !== undefined && { subject }) };
}

function isLeaves(value: JsonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && (one as number) >= 0);
}

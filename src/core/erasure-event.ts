/**
 * Events about the parts of a record that no longer exist. An erasure says that its openings, received bytes, pictures and
 * key are gone; a withholding, that its public body is gone as well. Both name the record by its leaf index, and each is
 * about one record only: an event that listed those of one person would say that they belong together.
 */
import type { Body } from "./body.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of each. */
export const ERASURE_VCT = "warifu:erasure:1";
export const WITHHOLDING_VCT = "warifu:withholding:1";
/** Name of the content in either body. */
export const ERASURE_CONTENT = "erasure";

/** Why a public body is withheld. */
export const WITHHOLDING_REASONS = [
  "personal-data",
  "rights-of-others",
  "unlawful",
  "security",
  "court-order",
] as const;
export type WithholdingReason = (typeof WITHHOLDING_REASONS)[number];

/** What an erasure says. */
export interface Erasure {
  readonly basis: string;
  /** Leaf index of the record. */
  readonly record: number;
  /** Leaf index of the request that it answers. */
  readonly request?: number;
}

/** What a withholding says. */
export interface Withholding {
  readonly basis?: string;
  readonly reason: WithholdingReason;
  /** Leaf index of the record. */
  readonly record: number;
}

/** The scope of all erasures so far: the record as a whole. */
const WHAT = "record";

/** The content of an erasure's body. */
export function erasureContent(erasure: Erasure): { readonly [name: string]: string | number } {
  return { ...erasure, what: WHAT };
}

/** Whether a body is that of an erasure. */
export function isErasure({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === ERASURE_CONTENT && vct === ERASURE_VCT;
}

/** Whether a body is that of a withholding. */
export function isWithholding({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === ERASURE_CONTENT && vct === WITHHOLDING_VCT;
}

/**
 * The event in the content of an erasure's body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form
 */
export function erasureOf({ content }: Pick<Body, "content">): Erasure {
  const reader = new ObjectReader(content, ERASURE_CONTENT, "BODY_INVALID");
  if (reader.string("what") !== WHAT) reader.fail("what", `is "${WHAT}"`);
  const erasure = {
    basis: reader.string("basis", LEGAL_BASIS),
    record: reader.count("record"),
    ...(reader.has("request") && { request: reader.count("request") }),
  };
  reader.end();
  return erasure;
}

/**
 * The event in the content of a withholding's body.
 * @throws as {@link erasureOf}
 */
export function withholdingOf({ content }: Pick<Body, "content">): Withholding {
  const reader = new ObjectReader(content, ERASURE_CONTENT, "BODY_INVALID");
  const reason = reader.string("reason");
  const withholding = {
    ...(reader.has("basis") && { basis: reader.string("basis", LEGAL_BASIS) }),
    reason:
      WITHHOLDING_REASONS.find((one) => one === reason) ??
      reader.fail("reason", `is one of ${WITHHOLDING_REASONS.join(", ")}`),
    record: reader.count("record"),
  };
  reader.end();
  return withholding;
}

/**
 * The event about a de-identified table that was made of records: of which type and days, by which rules, and how much is in
 * it. It names no record, since the table leads to none. The log enters it itself, before the table is handed out.
 *
 * Who made it is concealed, and so is the table's hash.
 */
import type { Body } from "./body.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { JURISDICTION, LAW_VERSION, PROVISION_CONTENT } from "./provision-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const DEIDENTIFICATION_VCT = "warifu:deidentification:1";

/** A calendar day, in UTC. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Type and version of a profile. */
const PROFILE = /^[a-z][a-z0-9-]{0,63}:[1-9][0-9]{0,3}$/;
const CLAIM = /^[^\p{Cc}]{1,64}$/u;

/** What such an event says in clear. */
export interface Deidentification {
  /** Id of a provision of law. */
  readonly basis: string;
  /** Names of the claims that the table has columns of. */
  readonly claims: readonly string[];
  /** First and last day on which records came in. */
  readonly from: string;
  readonly to: string;
  readonly jurisdiction: string;
  /** People in each cell, at least. */
  readonly k: number;
  /** Values of each concealed claim, at least, wherever public values are the same. */
  readonly l: number;
  readonly lawVersion: string;
  /** At most how many records were left out: a multiple of `k`. */
  readonly leftOut: number;
  /** Profile by which values were made coarser. */
  readonly profile: string;
  /** Records in all cells. */
  readonly rows: number;
}

/** Whether a body is that of such an event. */
export function isDeidentification({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === PROVISION_CONTENT && vct === DEIDENTIFICATION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function deidentificationOf({ content, digests }: Pick<Body, "content" | "digests">): Deidentification {
  const reader = new ObjectReader(content, PROVISION_CONTENT, "BODY_INVALID");
  const event = {
    basis: reader.string("basis", LEGAL_BASIS),
    claims: reader.strings("claims", CLAIM),
    from: reader.string("from", DAY),
    to: reader.string("to", DAY),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    k: reader.count("k"),
    l: reader.count("l"),
    lawVersion: reader.string("lawVersion", LAW_VERSION),
    leftOut: reader.count("leftOut"),
    profile: reader.string("profile", PROFILE),
    rows: reader.count("rows"),
  };
  reader.end();
  if (digests.length === 0) reader.fail("profile", "goes with concealed claims");
  return event;
}

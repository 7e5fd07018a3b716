/**
 * An event that says that a record about a person is wrong, and which one takes its place. Both stay in the log and can be
 * proved; which ones they are is concealed, since both are of one person.
 */
import type { Body } from "./body.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { CONSENT_CONTENT } from "./restriction-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const RECTIFICATION_VCT = "warifu:rectification:1";
/** Name of the concealed claim. */
export const RECTIFIED_CLAIM = "about";

/** What an event says in clear. */
export interface Rectification {
  /** Provision of law that it rests on. */
  readonly basis: string;
  readonly jurisdiction: string;
  /** Leaf index of the request that it answers. */
  readonly request?: number;
}

/** What only the vault holds: leaf indexes. */
export type RectifiedRecords = {
  /** The record that is wrong. */
  readonly wrong: number;
  /** The record that takes its place. */
  readonly right: number;
};

/** Whether a body is that of such an event. */
export function isRectification({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === CONSENT_CONTENT && vct === RECTIFICATION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function rectificationOf({ content, digests }: Pick<Body, "content" | "digests">): Rectification {
  const reader = new ObjectReader(content, "rectification", "BODY_INVALID");
  const rectification = {
    basis: reader.string("basis", LEGAL_BASIS),
    jurisdiction: reader.string("jurisdiction", /^[a-z][a-z0-9-]{0,31}$/),
    ...(reader.has("request") && { request: reader.count("request") }),
  };
  reader.end();
  if (digests.length === 0) reader.fail(RECTIFIED_CLAIM, "is concealed in such an event");
  return rectification;
}

/** The records that it is about, by the concealed claims; `undefined` if they have another form. */
export function rectifiedRecordsIn(claims: JsonObject): RectifiedRecords | undefined {
  const about = claims[RECTIFIED_CLAIM];
  if (about === undefined || !isJsonObject(about)) return undefined;
  const { wrong, right } = about;
  const isWhole = [wrong, right].every((one) => Number.isSafeInteger(one) && (one as number) >= 0);
  return isWhole ? { wrong: wrong as number, right: right as number } : undefined;
}

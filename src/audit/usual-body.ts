/**
 * Recognises the body that the service writes for a record with public claims and nothing else, without parsing it. A body
 * that it does not recognise may still be valid, and has to be parsed (verify/check-body.ts).
 */
import { canonicalObjectEnd } from "../core/canonical-span.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import { LAST_SECOND } from "../core/timestamp.ts";

/** What the body of an entry must say. */
export interface ExpectedBody {
  /** Of the log. */
  readonly origin: string;
  readonly seq: number;
  /** Hexadecimal. */
  readonly sourceId: string;
}

/** What else a recognised body says. */
export interface UsualBody {
  readonly iat: number;
  /** As it stands in the body; not checked. */
  readonly vct: string;
}

const BEFORE_TIME = '{"_sd_alg":"sha-256","iat":';
const BEHIND_VCT = '"}';
/** Depth of the claims in a body. */
const DEPTH = 2;
const TIME = /^(?:0|[1-9][0-9]{0,14})$/;
/**
 * Ends of the names of claims that the vault keeps something of. Without the quotation mark in front, the search is faster.
 */
const [DIGESTS, RECEIVED, PICTURES] = ['_sd"', `${RECEIVED_CLAIM}"`, `${PICTURES_CLAIM}"`];

/** `undefined` if the body is not recognised. Precondition: the text has no lone surrogates. */
export function usualBody(text: string, { origin, seq, sourceId }: ExpectedBody): UsualBody | undefined {
  if (!text.startsWith(BEFORE_TIME)) return undefined;
  if (text.includes(DIGESTS) || text.includes(RECEIVED) || text.includes(PICTURES)) return undefined;
  const timeEnd = text.indexOf(",", BEFORE_TIME.length);
  const time = text.slice(BEFORE_TIME.length, timeEnd);
  const beforeClaims = `,"iss":${JSON.stringify(origin)},"record":`;
  if (!TIME.test(time) || Number(time) > LAST_SECOND || !text.startsWith(beforeClaims, timeEnd)) return undefined;
  const claimsEnd = canonicalObjectEnd(text, timeEnd + beforeClaims.length, DEPTH);
  const beforeVct = `,"seq":${seq},"src":"${sourceId}","vct":"`;
  // If the claims have no end, `claimsEnd` is -1: then this looks at the text's beginning, which differs.
  if (!text.startsWith(beforeVct, claimsEnd) || !text.endsWith(BEHIND_VCT)) return undefined;
  return { iat: Number(time), vct: text.slice(claimsEnd + beforeVct.length, -BEHIND_VCT.length) };
}

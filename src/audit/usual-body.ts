/**
 * Sees that a body is what the service writes for a record with public claims and nothing else, without making values of it.
 * Where it does not see that, it says nothing: then the body has to be read (verify/check-body.ts).
 */
import { canonicalObjectEnd } from "../core/canonical-span.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import { LAST_SECOND } from "../core/timestamp.ts";

/** What the body of an entry has to say. */
export interface ExpectedBody {
  /** Of the log. */
  readonly origin: string;
  readonly seq: number;
  /** Hexadecimal. */
  readonly sourceId: string;
}

/** What else it says. */
export interface UsualBody {
  readonly iat: number;
  /** As it stands there: whether there can be such a kind of record is not checked. */
  readonly vct: string;
}

const BEFORE_TIME = '{"_sd_alg":"sha-256","iat":';
const BEHIND_VCT = '"}';
/** Depth of the claims in a body. */
const DEPTH = 2;
const TIME = /^(?:0|[1-9][0-9]{0,14})$/;
/** How the names of claims end of which the vault keeps something. Without the sign before it, a name is found sooner. */
const [DIGESTS, RECEIVED, PICTURES] = ['_sd"', `${RECEIVED_CLAIM}"`, `${PICTURES_CLAIM}"`];

/** `undefined` where it is something else, or cannot be seen. Precondition: the text has no lone surrogates. */
export function usualBody(text: string, { origin, seq, sourceId }: ExpectedBody): UsualBody | undefined {
  if (!text.startsWith(BEFORE_TIME)) return undefined;
  if (text.includes(DIGESTS) || text.includes(RECEIVED) || text.includes(PICTURES)) return undefined;
  const timeEnd = text.indexOf(",", BEFORE_TIME.length);
  const time = text.slice(BEFORE_TIME.length, timeEnd);
  const beforeClaims = `,"iss":${JSON.stringify(origin)},"record":`;
  if (!TIME.test(time) || Number(time) > LAST_SECOND || !text.startsWith(beforeClaims, timeEnd)) return undefined;
  const claimsEnd = canonicalObjectEnd(text, timeEnd + beforeClaims.length, DEPTH);
  const beforeVct = `,"seq":${seq},"src":"${sourceId}","vct":"`;
  // Where no claims end, the text begins, with something else.
  if (!text.startsWith(beforeVct, claimsEnd) || !text.endsWith(BEHIND_VCT)) return undefined;
  return { iat: Number(time), vct: text.slice(claimsEnd + beforeVct.length, -BEHIND_VCT.length) };
}

/**
 * What the service noted about the content credentials (C2PA) of a record's pictures: the claim `c2pa`, one object for each
 * picture in their order. It is the log's own statement of what it found when the pictures arrived. It does not say who
 * signed them: the name in a certificate that nobody vouches for is only what its owner calls themselves.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Name of the claim. Nobody may submit a claim of this name. */
export const CREDENTIALS_CLAIM = "c2pa";

/**
 * The state of credentials that are present.
 * - `intact`: they match the picture, and their signature verifies.
 * - `invalid`: they do not.
 * - `unreadable`: they could not be read, or not within the time and memory allowed.
 * - `not-read`: no program here reads them.
 */
const CREDENTIALS_STATES = ["intact", "invalid", "unreadable", "not-read"] as const;
export type CredentialsState = (typeof CREDENTIALS_STATES)[number];

/** What is noted of one picture. */
export type ContentCredentials =
  | { readonly present: false }
  | {
      readonly present: true;
      /** The name in the signing certificate. */
      readonly signer?: string;
      readonly state: CredentialsState;
    };

/** What a record's claims say of its pictures; `undefined` if they have no claim of that form. */
export function credentialsIn({ [CREDENTIALS_CLAIM]: value }: JsonObject): readonly ContentCredentials[] | undefined {
  return Array.isArray(value) && value.every(isCredentials)
    ? (value as unknown as readonly ContentCredentials[])
    : undefined;
}

/**
 * A record's claims without it. A source may have used the name for a claim of its own before it was reserved; that stays.
 */
export function withoutCredentials(claims: JsonObject): JsonObject {
  if (credentialsIn(claims) === undefined) return claims;
  const { [CREDENTIALS_CLAIM]: _, ...rest } = claims;
  return rest;
}

function isCredentials(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { present, signer = "", state } = value;
  if (present === false) return state === undefined;
  return present === true && typeof signer === "string" && CREDENTIALS_STATES.some((one) => one === state);
}

/**
 * Secrets that are handed out as text and stored as hashes: `<kind>_<id>_<secret>`. The secret is 32 random bytes, so
 * its hash can be stolen without harm. It is compared in constant time, also if there is no such id.
 */
import { timingSafeEqual } from "node:crypto";
import { toBase64Url, toHex, utf8 } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";
import { sha256 } from "../core/sha256.ts";

/** Sessions: of an officer, of a citizen. */
export type SessionKind = "ws" | "wc";
/** What the text is for: an invitation, or a session. */
type Kind = "wi" | SessionKind;

const FORM = /^(w[isc])_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const NO_HASH = new Uint8Array(32);

/** A new secret. */
export interface NewSecret {
  readonly id: string;
  readonly secretHash: Uint8Array;
  /** The only place where the secret appears. */
  readonly text: string;
}

export function newSecret(kind: Kind, randomBytes: RandomBytes): NewSecret {
  const id = toHex(randomBytes(8));
  const secret = toBase64Url(randomBytes(32));
  return { id, secretHash: sha256(utf8(secret)), text: `${kind}_${id}_${secret}` };
}

/** What is stored under the id in the text, if the secret is that one's. */
export function findSecret<T extends { readonly secretHash: Uint8Array }>(
  kind: Kind,
  text: string | undefined,
  stored: ReadonlyMap<string, T>,
): T | undefined {
  const [, of, id = "", secret = ""] = FORM.exec(text ?? "") ?? [];
  const found = of === kind ? stored.get(id) : undefined;
  const isSame = timingSafeEqual(sha256(utf8(secret)), found?.secretHash ?? NO_HASH);
  return isSame ? found : undefined;
}

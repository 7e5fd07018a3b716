/**
 * A body and openings as an SD-JWT (RFC 9901): `<issuer-signed JWT>~<disclosure>~…~`. The payload is the body byte for byte,
 * so the issuer signs exactly what everybody can check against the log.
 */
import { toBase64Url, utf8 } from "./bytes.ts";
import { canonicalJson } from "./json.ts";
import { keyThumbprint, type SourceKey } from "./source-key.ts";

/** The issuer who signs bodies for wallets and verifiers that know nothing of logs. */
export interface Issuer {
  /** Ed25519. */
  readonly key: SourceKey;
  sign(message: Uint8Array): Uint8Array;
}

/** Media type of the compact form. */
export const SD_JWT_TYPE = "application/sd-jwt";

/**
 * The compact form, without key binding.
 * @param openings RFC 9901 disclosures, as they are
 */
export function formatSdJwt(body: Uint8Array, openings: readonly string[], { key, sign }: Issuer): string {
  const header = canonicalJson({ alg: "EdDSA", jwk: { ...key }, kid: keyThumbprint(key), typ: "dc+sd-jwt" });
  const signed = `${toBase64Url(utf8(header))}.${toBase64Url(body)}`;
  const jwt = `${signed}.${toBase64Url(sign(utf8(signed)))}`;
  return [jwt, ...openings, ""].join("~");
}

/**
 * The private key of a device or gateway, ready to sign. It uses nothing but WebCrypto: the same in Node and browsers,
 * without any package.
 */
import { fromBase64Url, toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { SourceKey } from "../core/source-key.ts";

/** A private key as a JWK (RFC 7517), as `warifu source keygen` makes it. */
export type PrivateSourceKey = SourceKey & { readonly d: string };

/** An imported key. */
export interface SigningKey {
  readonly crv: SourceKey["crv"];
  /** RFC 7638 thumbprint. */
  readonly thumbprint: string;
  /** 64 bytes: Ed25519, or r ‖ s of ECDSA with SHA-256. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** @throws KEY_TYPE_UNKNOWN, ENCODING_INVALID; KEY_INVALID also when the public part belongs to another key */
export async function openSigningKey(privateKey: PrivateSourceKey): Promise<SigningKey> {
  const { d } = privateKey;
  const key = publicPartOf(privateKey);
  const { crv: _, kty: __, ...numbers } = { ...key, d };
  for (const [name, text] of Object.entries(numbers)) fromBase64Url(String(text), `${name} of the JWK`, 32);
  const sign = await signerOf(key, d);
  // RFC 7638: the members in the order of their names, which is how they stand in `key`.
  return { crv: key.crv, thumbprint: toBase64Url(await sha256(utf8(JSON.stringify(key)))), sign };
}

/** SHA-256, without a package. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

function publicPartOf(key: PrivateSourceKey): SourceKey {
  const { kty, crv, x } = key;
  if (kty === "OKP" && crv === "Ed25519") return { crv, kty, x };
  if (kty === "EC" && crv === "P-256") return { crv, kty, x, y: key.y };
  throw new WarifuError("KEY_TYPE_UNKNOWN", "a source's key is of kty OKP and crv Ed25519, or kty EC and crv P-256");
}

async function signerOf(key: SourceKey, d: string): Promise<SigningKey["sign"]> {
  const { subtle } = crypto;
  const algorithm =
    key.crv === "Ed25519" ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  try {
    const imported = await subtle.importKey("jwk", { ...key, d }, algorithm, false, ["sign"]);
    return async (message) =>
      new Uint8Array(await subtle.sign(algorithm, imported, message as Uint8Array<ArrayBuffer>));
  } catch (cause) {
    throw new WarifuError("KEY_INVALID", "the JWK is no private key, or its parts belong to different keys", { cause });
  }
}

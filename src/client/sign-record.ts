/**
 * How a device or gateway signs its records: each as a JWS (RFC 7515), which is submitted in the record's place and can be
 * checked from the record's bundle by whoever knows the device's public key. WebCrypto only: the same in Node and browsers.
 */
import { fromBase64Url, toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import type { Record } from "../core/record.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "../core/source-key.ts";

/** A private key as a JWK (RFC 7517), as `warifu source keygen` makes it. */
export type PrivateSourceKey = SourceKey & { readonly d: string };

/** A record that is signed as a whole. */
export interface SignedRecord {
  /** Compact JWS. */
  readonly jws: string;
}

/** Signs records with one key. */
export interface RecordSigner {
  /** RFC 7638 thumbprint of the key, which each JWS names as `kid`. */
  readonly thumbprint: string;
  /** @throws RECORD_INVALID the record has no seq, which keeps others from sending it as a new one */
  sign(record: Omit<Record, "evidence">): Promise<SignedRecord>;
}

/**
 * A signer over a key; the key is imported once.
 * @throws KEY_INVALID, KEY_TYPE_UNKNOWN, ENCODING_INVALID
 */
export async function createRecordSigner(privateKey: PrivateSourceKey): Promise<RecordSigner> {
  const { d, ...rest } = privateKey;
  const key = parseSourceKey(rest as JsonValue);
  fromBase64Url(d, "d of the JWK", 32);
  const isEd25519 = key.crv === "Ed25519";
  const algorithm = isEd25519 ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("jwk", { ...key, d }, algorithm, false, ["sign"]);
  const thumbprint = keyThumbprint(key);
  const header = toBase64Url(utf8(JSON.stringify({ alg: isEd25519 ? "EdDSA" : "ES256", kid: thumbprint })));
  return {
    thumbprint,
    async sign(record) {
      if (record.seq === undefined)
        throw new WarifuError(
          "RECORD_INVALID",
          "seq: a signed record carries its own, so that nobody can send it twice",
        );
      const input = `${header}.${toBase64Url(utf8(JSON.stringify(record)))}`;
      const signature = await crypto.subtle.sign(algorithm, imported, utf8(input) as Uint8Array<ArrayBuffer>);
      return { jws: `${input}.${toBase64Url(new Uint8Array(signature))}` };
    },
  };
}

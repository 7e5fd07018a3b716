/**
 * How a device or gateway signs its records: each as a JWS (RFC 7515), which is submitted in place of the record. Anybody
 * who knows the device's public key can check it from the record's bundle.
 */
import { toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { Record } from "../core/record.ts";
import { openSigningKey, type PrivateSourceKey } from "./signing-key.ts";

/** A record that is signed as a whole. */
export interface SignedRecord {
  /** Compact JWS. */
  readonly jws: string;
}

/** Signs records with one key. */
export interface RecordSigner {
  /** RFC 7638 thumbprint of the key, which each JWS names as `kid`. */
  readonly thumbprint: string;
  /** @throws RECORD_INVALID when the record has no seq, which keeps others from sending it again as a new one */
  sign(record: Omit<Record, "evidence">): Promise<SignedRecord>;
}

/**
 * A signer with a key, which is imported once.
 * @throws KEY_INVALID, KEY_TYPE_UNKNOWN, ENCODING_INVALID
 */
export async function createRecordSigner(privateKey: PrivateSourceKey): Promise<RecordSigner> {
  const { crv, thumbprint, sign } = await openSigningKey(privateKey);
  const header = toBase64Url(utf8(JSON.stringify({ alg: crv === "Ed25519" ? "EdDSA" : "ES256", kid: thumbprint })));
  return {
    thumbprint,
    async sign(record) {
      if (record.seq === undefined)
        throw new WarifuError(
          "RECORD_INVALID",
          "seq: a signed record carries its own, so that nobody can send it twice",
        );
      const input = `${header}.${toBase64Url(utf8(JSON.stringify(record)))}`;
      return { jws: `${input}.${toBase64Url(await sign(utf8(input)))}` };
    },
  };
}

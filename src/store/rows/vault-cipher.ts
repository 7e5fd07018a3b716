/**
 * AES-256-GCM as the vault uses it: nonce 12 ‖ ciphertext ‖ tag 16, each bound to its place by additional data, so that
 * no row can be substituted for another.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";

/** Bytes of a key. */
export const KEY_BYTES = 32;

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where an encrypted value belongs: to a record, or to the vault itself. */
export type Place = RecordPlace | SecretPlace;

interface RecordPlace {
  readonly leafIndex: number;
  /** What it is, if not the record's key or openings. */
  readonly part?: string;
}

interface SecretPlace {
  /** Name of a secret of the vault's own. */
  readonly secret: string;
}

/** A key in the form that the cipher takes quickest: with plain bytes, a seal takes three times as long. */
export function cipherKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

export function seal(key: KeyObject, plain: Uint8Array, place: Place, randomBytes: RandomBytes): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(boundTo(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws VAULT_DAMAGED naming the leaf or secret */
export function unseal(key: KeyObject, sealed: Uint8Array, place: Place): Uint8Array {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(place));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw damaged(place, cause);
  }
}

function damaged(place: Place, cause: unknown): WarifuError {
  const why = "the row was changed, or this is not the vault's master key";
  if ("secret" in place)
    return new WarifuError("VAULT_DAMAGED", `the vault's secret "${place.secret}" does not decrypt: ${why}`, { cause });
  const { leafIndex } = place;
  return new WarifuError("VAULT_DAMAGED", `the openings of leaf ${leafIndex} do not decrypt: ${why}`, {
    cause,
    details: { leafIndex },
  });
}

function boundTo(place: Place): Uint8Array {
  if ("secret" in place) return utf8(`warifu-vault/1 secret ${place.secret}`);
  const { leafIndex, part } = place;
  return utf8(part === undefined ? `warifu-vault/1 ${leafIndex}` : `warifu-vault/1 ${leafIndex} ${part}`);
}

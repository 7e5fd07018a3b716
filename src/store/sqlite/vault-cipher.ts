/**
 * AES-256-GCM as the vault uses it: nonce 12 ‖ ciphertext ‖ tag 16, each bound to its place by additional data, so that
 * no row can be substituted for another.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where an encrypted value belongs. */
export interface Place {
  readonly leafIndex: number;
  /** What it is, if not the record's key or openings. */
  readonly part?: string;
}

export function seal(key: Uint8Array, plain: Uint8Array, place: Place, randomBytes: RandomBytes): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(boundTo(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws VAULT_DAMAGED naming the leaf */
export function unseal(key: Uint8Array, sealed: Uint8Array, place: Place): Uint8Array {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(place));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    const { leafIndex } = place;
    throw new WarifuError(
      "VAULT_DAMAGED",
      `the openings of leaf ${leafIndex} do not decrypt: the row was changed, or this is not the vault's master key`,
      { cause, details: { leafIndex } },
    );
  }
}

function boundTo({ leafIndex, part }: Place): Uint8Array {
  return utf8(part === undefined ? `warifu-vault/1 ${leafIndex}` : `warifu-vault/1 ${leafIndex} ${part}`);
}

/**
 * Authenticated encryption as the vault uses it: nonce 12 ‖ ciphertext ‖ tag 16, each bound to its place by additional data,
 * so that no row can be substituted for another. There are two ciphers with that form: AES-256-GCM for what is the vault's
 * own and for records that an earlier program kept, ChaCha20-Poly1305 for records since.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { chacha20Poly1305, NONCE_BYTES, TAG_BYTES } from "./chacha20-poly1305.ts";

/** Bytes of a key. */
export const KEY_BYTES = 32;

const GCM = "aes-256-gcm";

/** Where an encrypted value belongs: to a record, or to the vault itself. */
export type Place = RecordPlace | SecretPlace;

interface RecordPlace {
  readonly leafIndex: number;
  /** What the value is, unless it is the record's key or openings. */
  readonly part?: string;
}

interface SecretPlace {
  /** Name of a secret of the vault's own. */
  readonly secret: string;
}

/** Encrypts and decrypts under one key. */
export interface Cipher {
  seal(plain: Uint8Array, place: Place): Uint8Array;
  /** @throws VAULT_DAMAGED naming the leaf or secret */
  unseal(sealed: Uint8Array, place: Place): Uint8Array;
}

/** AES-256-GCM. */
export class GcmCipher implements Cipher {
  /** In the form that is fastest: with plain bytes, a seal takes three times as long. */
  readonly #key: KeyObject;
  readonly #randomBytes: RandomBytes;

  constructor(key: Uint8Array, randomBytes: RandomBytes) {
    this.#key = createSecretKey(key);
    this.#randomBytes = randomBytes;
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    const nonce = this.#randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(GCM, this.#key, nonce);
    cipher.setAAD(boundTo(place, 1));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    try {
      const decipher = createDecipheriv(GCM, this.#key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place, 1));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const ciphertext = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    } catch (cause) {
      throw damaged(place, cause);
    }
  }
}

/** ChaCha20-Poly1305 (RFC 8439), which is fast for many short messages, each under its own key. */
export class ChaChaCipher implements Cipher {
  readonly #key: Uint8Array;
  readonly #randomBytes: RandomBytes;

  constructor(key: Uint8Array, randomBytes: RandomBytes) {
    this.#key = key;
    this.#randomBytes = randomBytes;
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    const nonce = this.#randomBytes(NONCE_BYTES);
    const sealed = Buffer.allocUnsafe(NONCE_BYTES + plain.length + TAG_BYTES);
    sealed.set(nonce);
    const message = { key: this.#key, nonce, additional: boundTo(place, 2) };
    chacha20Poly1305().encrypt(sealed.subarray(NONCE_BYTES), plain, message);
    return sealed;
  }

  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    try {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const message = { key: this.#key, nonce, additional: boundTo(place, 2) };
      return chacha20Poly1305().decrypt(sealed.subarray(NONCE_BYTES), message);
    } catch (cause) {
      throw damaged(place, cause);
    }
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

function boundTo(place: Place, form: 1 | 2): Uint8Array {
  if ("secret" in place) return utf8(`warifu-vault/${form} secret ${place.secret}`);
  const { leafIndex, part } = place;
  return utf8(part === undefined ? `warifu-vault/${form} ${leafIndex}` : `warifu-vault/${form} ${leafIndex} ${part}`);
}

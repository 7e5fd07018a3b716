/**
 * Encrypts and decrypts what is stored under the vault's master key. While that key is being changed there are two of them;
 * new values are put under the newer one.
 *
 * The wrapped key of a record says how everything of that record is encrypted. In the first form, which is no longer
 * written, it is sealed with AES-256-GCM, as what it opens. In the second it begins with a byte, and is sealed with
 * ChaCha20-Poly1305, as what it opens, under a key that is derived from the master key: no key serves two ciphers.
 */
import { hkdfSync } from "node:crypto";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { NONCE_BYTES, TAG_BYTES } from "./chacha20-poly1305.ts";
import { ChaChaCipher, GcmCipher, KEY_BYTES, type Cipher, type Place } from "./vault-cipher.ts";

/** The first byte of a record's key in the second form. */
const SECOND_FORM = 2;
const SECOND_FORM_BYTES = 1 + NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** The master key, or two of them while it is being changed. */
export interface MasterKeyBytes {
  readonly masterKey: Uint8Array;
  /** The key that it replaces. */
  readonly formerKey?: Uint8Array | undefined;
}

/** A record's key, in clear and as it is stored. */
export interface NewRecordKey {
  readonly key: Cipher;
  readonly wrapped: Uint8Array;
}

/** Seals and opens what is under the master key. */
export class MasterKeys {
  readonly #newest: MasterKey;
  readonly #former: MasterKey | undefined;
  readonly #randomBytes: RandomBytes;

  /** @throws CONFIG_INVALID */
  constructor({ masterKey, formerKey }: MasterKeyBytes, randomBytes: RandomBytes) {
    for (const { length } of formerKey ? [masterKey, formerKey] : [masterKey])
      if (length !== KEY_BYTES)
        throw new WarifuError("CONFIG_INVALID", `the vault's master key has ${KEY_BYTES} bytes`);
    this.#newest = new MasterKey(masterKey, randomBytes);
    this.#former = formerKey && new MasterKey(formerKey, randomBytes);
    this.#randomBytes = randomBytes;
  }

  /** Seals a value of the vault's own. */
  seal(plain: Uint8Array, place: Place): Uint8Array {
    return this.#newest.seal(plain, place);
  }

  /** @throws VAULT_DAMAGED */
  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    if (!this.#former) return this.#newest.unseal(sealed, place);
    return this.#tryNewest(sealed, place) ?? this.#former.unseal(sealed, place);
  }

  /** Makes a key for a record that has none yet. */
  newRecordKey(leafIndex: number): NewRecordKey {
    const bytes = this.#randomBytes(KEY_BYTES);
    return {
      key: new ChaChaCipher(bytes, this.#randomBytes),
      wrapped: this.#newest.wrap(bytes, { leafIndex }),
    };
  }

  /** Unwraps the key of a record. @throws VAULT_DAMAGED */
  recordKey(wrapped: Uint8Array, leafIndex: number): Cipher {
    const bytes = this.unseal(wrapped, { leafIndex });
    return new (isOfSecondForm(wrapped, { leafIndex }) ? ChaChaCipher : GcmCipher)(bytes, this.#randomBytes);
  }

  /**
   * Puts a value under the newest key, in the form that it had: `"is-newest"` if it is already, `undefined` if it opens with
   * neither key.
   */
  rewrapped(sealed: Uint8Array, place: Place): Uint8Array | "is-newest" | undefined {
    if (this.#tryNewest(sealed, place)) return "is-newest";
    const plain = this.tryUnseal(sealed, place);
    return plain && (isOfSecondForm(sealed, place) ? this.#newest.wrap(plain, place) : this.#newest.seal(plain, place));
  }

  /** `undefined` if it is under neither key. */
  tryUnseal(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return this.unseal(sealed, place);
    } catch {
      return undefined;
    }
  }

  /** Whether values under a former key can be opened too. */
  get hasFormer(): boolean {
    return this.#former !== undefined;
  }

  #tryNewest(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return this.#newest.unseal(sealed, place);
    } catch {
      return undefined;
    }
  }
}

/** One master key. */
class MasterKey {
  readonly #own: Cipher;
  readonly #recordKeys: Cipher;

  constructor(bytes: Uint8Array, randomBytes: RandomBytes) {
    this.#own = new GcmCipher(bytes, randomBytes);
    const derived = hkdfSync("sha256", bytes, "", "warifu-vault/2 record keys", KEY_BYTES);
    this.#recordKeys = new ChaChaCipher(new Uint8Array(derived), randomBytes);
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    return this.#own.seal(plain, place);
  }

  wrap(recordKey: Uint8Array, place: Place): Uint8Array {
    return Buffer.concat([Buffer.of(SECOND_FORM), this.#recordKeys.seal(recordKey, place)]);
  }

  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    return isOfSecondForm(sealed, place)
      ? this.#recordKeys.unseal(sealed.subarray(1), place)
      : this.#own.unseal(sealed, place);
  }
}

/** Values of the vault's own, of any length, are never in the second form. */
function isOfSecondForm(sealed: Uint8Array, place: Place): boolean {
  return "leafIndex" in place && sealed.length === SECOND_FORM_BYTES && sealed[0] === SECOND_FORM;
}

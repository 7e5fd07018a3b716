/**
 * Seals and opens what is under the vault's master key. While that key is being changed there are two of them; what is new is
 * put under the newer one.
 */
import type { KeyObject } from "node:crypto";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { cipherKey, KEY_BYTES, seal, unseal, type Place } from "./vault-cipher.ts";

/** The master key, or two of them. */
export interface MasterKeyBytes {
  readonly masterKey: Uint8Array;
  /** The one that it is taking the place of. */
  readonly formerKey?: Uint8Array | undefined;
}

/** Seals and opens what is under the master key. */
export class MasterKeys {
  readonly #newest: KeyObject;
  readonly #former: KeyObject | undefined;
  readonly #randomBytes: RandomBytes;

  /** @throws CONFIG_INVALID */
  constructor({ masterKey, formerKey }: MasterKeyBytes, randomBytes: RandomBytes) {
    for (const { length } of formerKey ? [masterKey, formerKey] : [masterKey])
      if (length !== KEY_BYTES)
        throw new WarifuError("CONFIG_INVALID", `the vault's master key has ${KEY_BYTES} bytes`);
    this.#newest = cipherKey(masterKey);
    this.#former = formerKey && cipherKey(formerKey);
    this.#randomBytes = randomBytes;
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    return seal(this.#newest, plain, place, this.#randomBytes);
  }

  /** @throws VAULT_DAMAGED */
  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    if (!this.#former) return unseal(this.#newest, sealed, place);
    return this.#tryNewest(sealed, place) ?? unseal(this.#former, sealed, place);
  }

  /** Whether it is under the newest key. */
  isUnderNewest(sealed: Uint8Array, place: Place): boolean {
    return this.#tryNewest(sealed, place) !== undefined;
  }

  /** `undefined` for what is under neither key. */
  tryUnseal(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return this.unseal(sealed, place);
    } catch {
      return undefined;
    }
  }

  /** Whether what is under a former key can be opened too. */
  get hasFormer(): boolean {
    return this.#former !== undefined;
  }

  #tryNewest(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return unseal(this.#newest, sealed, place);
    } catch {
      return undefined;
    }
  }
}

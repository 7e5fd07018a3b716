/**
 * ChaCha20-Poly1305 (RFC 8439): libsodium's where it is installed, Node's elsewhere, which are the same function. Node
 * creates an object for each message and calls into it five times; libsodium is called once. Measured on Node 24 for the 640
 * bytes that a record conceals: 1.2 microseconds instead of 9.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { createRequire } from "node:module";

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

type Sodium = typeof import("sodium-native");

/** One message to encrypt or decrypt, and its key of 32 bytes. */
export interface Message {
  readonly key: Uint8Array;
  /** {@link NONCE_BYTES}, never used with that key for another message. */
  readonly nonce: Uint8Array;
  /** Additional authenticated data. */
  readonly additional: Uint8Array;
}

/** Encrypts and decrypts. */
export interface ChaCha20Poly1305 {
  /** Writes the ciphertext and then the tag, {@link TAG_BYTES} more than `plain`, into `sealed`. */
  encrypt(sealed: Uint8Array, plain: Uint8Array, message: Message): void;
  /** Decrypts a ciphertext with its tag. @throws Error the tag does not match */
  decrypt(sealed: Uint8Array, message: Message): Uint8Array;
}

/** The implementation for a machine with this libsodium, or without one. */
export function chacha20Poly1305For(sodium: Sodium | undefined): ChaCha20Poly1305 {
  return sodium ? withSodium(sodium) : WITH_NODE;
}

function withSodium(sodium: Sodium): ChaCha20Poly1305 {
  return {
    encrypt: (sealed, plain, { key, nonce, additional }) => {
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, plain, additional, null, nonce, key);
    },
    decrypt: (sealed, { key, nonce, additional }) => {
      const plain = Buffer.allocUnsafe(sealed.length - TAG_BYTES);
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, sealed, additional, nonce, key);
      return plain;
    },
  };
}

const CIPHER = "chacha20-poly1305";
const OPTIONS = { authTagLength: TAG_BYTES } as const;

const WITH_NODE: ChaCha20Poly1305 = {
  encrypt(sealed, plain, { key, nonce, additional }) {
    const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
    cipher.setAAD(additional, { plaintextLength: plain.length });
    sealed.set(cipher.update(plain));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plain.length);
  },
  decrypt(sealed, { key, nonce, additional }) {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
    decipher.setAAD(additional, { plaintextLength: end });
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    decipher.final();
    return plain;
  },
};

let chosen: ChaCha20Poly1305 | undefined;

/** The implementation for this machine, chosen when it is first needed. */
export function chacha20Poly1305(): ChaCha20Poly1305 {
  return (chosen ??= chacha20Poly1305For(installedSodium()));
}

function installedSodium(): Sodium | undefined {
  try {
    return createRequire(import.meta.url)("sodium-native") as Sodium;
  } catch {
    // There is no build of it for this machine.
    return undefined;
  }
}

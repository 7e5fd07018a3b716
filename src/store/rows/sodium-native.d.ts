/** The functions of libsodium's binding that are used; the package comes without types. */
declare module "sodium-native" {
  interface Sodium {
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    /** Writes ciphertext and tag. @returns the number of bytes written */
    crypto_aead_chacha20poly1305_ietf_encrypt(
      sealed: Uint8Array,
      plain: Uint8Array,
      additional: Uint8Array,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    /** @throws Error the tag does not fit. @returns the number of bytes written */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      plain: Uint8Array,
      secretNonce: null,
      sealed: Uint8Array,
      additional: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
  }
  const sodium: Sodium;
  export = sodium;
}

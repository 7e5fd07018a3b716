/** What checks a signature of Ed25519, as a type alone: whoever names it needs no types of a platform. */

/** Says whether `signature` is one of `message` under a `publicKey` that passed `assertPublicKey` (ed25519.ts). */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** The type of a function that verifies Ed25519 signatures: in a file of its own, so that it brings no platform's types. */

/** Whether `signature` is one of `message` under a `publicKey` that passed `assertPublicKey` (ed25519.ts). */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Claims that a message was signed, packed into one piece of memory, which goes to another thread without a copy. */
import type { VerifyEd25519 } from "../core/verify-ed25519.ts";

/** Public key, message and signature. */
export type Claim = Parameters<VerifyEd25519>;

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HEAD_BYTES = 4 + KEY_BYTES + SIGNATURE_BYTES;

/** Precondition: keys have 32 bytes, signatures 64. */
export function packClaims(claims: readonly Claim[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(claims.reduce((sum, [, message]) => sum + HEAD_BYTES + message.length, 0));
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const [publicKey, message, signature] of claims) {
    view.setUint32(at, message.length);
    packed.set(publicKey, at + 4);
    packed.set(signature, at + 4 + KEY_BYTES);
    packed.set(message, at + HEAD_BYTES);
    at += HEAD_BYTES + message.length;
  }
  return packed;
}

/** Views of what {@link packClaims} packed. */
export function* unpackClaims(packed: Uint8Array): Generator<Claim> {
  const view = new DataView(packed.buffer, packed.byteOffset);
  for (let at = 0; at < packed.length;) {
    const end = at + HEAD_BYTES + view.getUint32(at);
    const publicKey = packed.subarray(at + 4, at + 4 + KEY_BYTES);
    yield [publicKey, packed.subarray(at + HEAD_BYTES, end), packed.subarray(at + 4 + KEY_BYTES, at + HEAD_BYTES)];
    at = end;
  }
}

/**
 * ML-DSA-44 (FIPS 204), pure, with an empty context, as C2SP's tlog-cosignature uses it. Node's own verifier is used where
 * it has one (from 24.7 on), noble's elsewhere; tests check that the two agree.
 */
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { toBase64Url } from "./bytes.ts";
import { WarifuError } from "./errors.ts";

const KEY_BYTES = 1_312;

/** Whether `signature` is one of `message` under a `publicKey` that passed {@link assertMlDsaKey}. */
export type VerifyMlDsa44 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

type NodeCrypto = typeof import("node:crypto");

const platform = globalThis.process?.getBuiltinModule?.("node:crypto");

/** Returns the public key, if usable: any 1,312 bytes are. @throws KEY_INVALID */
export function assertMlDsaKey(key: Uint8Array): Uint8Array {
  if (key.length === KEY_BYTES) return key;
  throw new WarifuError("KEY_INVALID", `an ML-DSA-44 public key has ${KEY_BYTES} bytes, not ${key.length}`);
}

/** The implementation for a platform with this `node:crypto`, or without one. */
export function verifyMlDsa44For(nodeCrypto: NodeCrypto | undefined): VerifyMlDsa44 {
  const native = nodeCrypto && nativeVerifier(nodeCrypto);
  return (publicKey, message, signature) =>
    native?.(publicKey, message, signature) ?? ml_dsa44.verify(signature, message, publicKey);
}

/** See {@link VerifyMlDsa44}. */
export const verifyMlDsa44: VerifyMlDsa44 = verifyMlDsa44For(platform);

/** `undefined` if this Node does not know the algorithm. There are few keys, so only the newest is remembered. */
function nativeVerifier({ createPublicKey, verify }: NodeCrypto) {
  let newest: { readonly pub: string; readonly key: import("node:crypto").KeyObject | undefined } | undefined;
  return (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined => {
    const pub = toBase64Url(publicKey);
    if (newest?.pub !== pub) newest = { pub, key: imported(createPublicKey, pub) };
    return newest.key && verify(null, message, newest.key, signature);
  };
}

/** Any bytes of the right length are a valid key, so if Node refuses one, it does not know the algorithm. */
function imported(createPublicKey: NodeCrypto["createPublicKey"], pub: string) {
  try {
    return createPublicKey({ key: { kty: "AKP", alg: "ML-DSA-44", pub }, format: "jwk" });
  } catch {
    return undefined;
  }
}

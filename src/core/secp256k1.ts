/**
 * Recovers the signer from a signature: ECDSA over secp256k1, as Ethereum's accounts and validators sign. SEC 1 version 2,
 * section 4.1.6; Yellow Paper appendix F. Of noble's curve, only its points are used.
 */
import { Point } from "@noble/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, toHex } from "./bytes.ts";

const ORDER = Point.CURVE().n;
const SIGNATURE_BYTES = 65;

/**
 * The address of the account that signed that hash.
 * @param signature r, s and the parity of the point, 0 or 1
 * @returns lower case with the prefix `0x`; `undefined` if nobody can have made the signature
 */
export function signerAddress(hash: Uint8Array, signature: Uint8Array): string | undefined {
  const parity = signature[SIGNATURE_BYTES - 1] ?? 2;
  if (signature.length !== SIGNATURE_BYTES || parity > 1) return undefined;
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32, 64))];
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) return undefined;
  try {
    const point = Point.fromBytes(concatBytes(Uint8Array.of(2 + parity), signature.subarray(0, 32)));
    const inverse = power(r, ORDER - 2n);
    const timesBase = ((ORDER - (numberOf(hash) % ORDER)) * inverse) % ORDER;
    const key = point.multiplyUnsafe((s * inverse) % ORDER).add(Point.BASE.multiplyUnsafe(timesBase));
    return `0x${toHex(keccak_256(key.toBytes(false).subarray(1)).subarray(-20))}`;
  } catch {
    // No point has that r, or the key is the point at infinity.
    return undefined;
  }
}

/** The inverse modulo the order, which is prime: `r` to the power of the order minus 2. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [factor, rest] = [base, exponent]; rest > 0n; factor = (factor * factor) % ORDER, rest >>= 1n)
    if (rest & 1n) result = (result * factor) % ORDER;
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

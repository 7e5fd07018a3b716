/**
 * Ed25519 (RFC 8032) with one meaning everywhere: cofactorless, as Go and OpenSSL check it, and without points of small
 * order. Under a small-order key one signature fits every message; and verifiers, even two versions of Node, disagree about
 * a small-order R. Node's own verifier is used where there is one, elsewhere a verifier on the points of noble's curve;
 * tests check that the two agree.
 */
import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes, toBase64Url, toHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import type { VerifyEd25519 } from "./verify-ed25519.ts";

const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const POINT_BYTES = 32;
const SIGNATURE_BYTES = 64;
// The canonical encodings of the eight points of small order; R in any other encoding of them equals no computed point.
const SMALL_ORDER_POINTS: ReadonlySet<string> = new Set([
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]);

/** The most keys that are remembered. A source signs with the same key for years, but anybody may send new ones. */
const MOST_REMEMBERED = 4_096;
const usable = new Set<string>();

/**
 * The public key itself, once it is known to be usable.
 * @throws KEY_INVALID unless 32 bytes that canonically encode a curve point outside the small-order subgroup
 */
export function assertPublicKey(key: Uint8Array): Uint8Array {
  if (key.length !== POINT_BYTES)
    throw new WarifuError("KEY_INVALID", `an Ed25519 public key has ${POINT_BYTES} bytes, not ${key.length}`);
  const text = toHex(key);
  if (usable.has(text)) return key;
  let smallOrder: boolean;
  try {
    smallOrder = Point.fromBytes(key).isSmallOrder();
  } catch (cause) {
    throw new WarifuError("KEY_INVALID", "the Ed25519 public key is not a canonically encoded curve point", { cause });
  }
  if (smallOrder) throw new WarifuError("KEY_INVALID", "the Ed25519 public key is of small order and proves nothing");
  if (usable.size >= MOST_REMEMBERED) usable.clear();
  usable.add(text);
  return key;
}

type NodeCrypto = typeof import("node:crypto");

const platform = globalThis.process?.getBuiltinModule?.("node:crypto");

/** The implementation for a platform with this `node:crypto`, or without one. */
export function verifyEd25519For(nodeCrypto: NodeCrypto | undefined): VerifyEd25519 {
  return strictly(nodeCrypto ? verifierOf(nodeCrypto) : verifyPortable);
}

/** Adds the refusal of points of small order to a verifier. */
export function strictly(verify: VerifyEd25519): VerifyEd25519 {
  return (publicKey, message, signature) => canBeSignature(signature) && verify(publicKey, message, signature);
}

/** See {@link VerifyEd25519}. */
export const verifyEd25519: VerifyEd25519 = verifyEd25519For(platform);

function canBeSignature(signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && !SMALL_ORDER_POINTS.has(toHex(signature.subarray(0, POINT_BYTES)));
}

function verifierOf(nodeCrypto: NodeCrypto): VerifyEd25519 {
  const keyOf = importerOf(nodeCrypto);
  return (publicKey, message, signature) => nodeCrypto.verify(null, message, keyOf(publicKey), signature);
}

/** Imports keys, and remembers them. */
function importerOf({ createPublicKey }: NodeCrypto): (publicKey: Uint8Array) => import("node:crypto").KeyObject {
  const imported = new Map<string, import("node:crypto").KeyObject>();
  return (publicKey) => {
    const x = toBase64Url(publicKey);
    const known = imported.get(x);
    if (known !== undefined) return known;
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    if (imported.size >= MOST_REMEMBERED) imported.clear();
    imported.set(x, key);
    return key;
  };
}

/** On the portable curve: R = [S]B - [k]A, compared as bytes (RFC 8032 section 5.1.7). */
function verifyPortable(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, POINT_BYTES);
  const s = littleEndian(signature.subarray(POINT_BYTES));
  if (s >= GROUP_ORDER) return false;
  const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % GROUP_ORDER;
  const a = Point.fromBytes(publicKey);
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}

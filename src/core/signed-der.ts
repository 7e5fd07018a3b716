/**
 * Signatures in certificates and timestamp tokens: RSA (PKCS #1 v1.5 and PSS) and ECDSA over P-256 and P-384, with SHA-2,
 * verified by the platform's own Web Crypto. Others are refused: a signature that cannot be checked proves nothing.
 */
import { concatBytes } from "./bytes.ts";
import { contextTag, DER, derCount, DerReader, malformed, readDer, unsupported, type DerValue } from "./der.ts";

const HASHES: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const RSA = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const EC = "1.2.840.10045.2.1";
const CURVES: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  "1.2.840.10045.3.1.7": ["P-256", 32],
  "1.3.132.0.34": ["P-384", 48],
};
/** The hash that a signature algorithm implies, by its object identifier. */
const SIGNATURES: Readonly<Record<string, readonly [scheme: "RSASSA-PKCS1-v1_5" | "ECDSA", hash: string]>> = {
  "1.2.840.113549.1.1.11": ["RSASSA-PKCS1-v1_5", "SHA-256"],
  "1.2.840.113549.1.1.12": ["RSASSA-PKCS1-v1_5", "SHA-384"],
  "1.2.840.113549.1.1.13": ["RSASSA-PKCS1-v1_5", "SHA-512"],
  "1.2.840.10045.4.3.2": ["ECDSA", "SHA-256"],
  "1.2.840.10045.4.3.3": ["ECDSA", "SHA-384"],
  "1.2.840.10045.4.3.4": ["ECDSA", "SHA-512"],
};
/** The smallest RSA key in bits; shorter ones can be broken. */
const LEAST_RSA_BITS = 2_048;

/** Verifies and hashes; the platform's own, if it has one. */
export type Subtle = Pick<SubtleCrypto, "importKey" | "verify" | "digest">;

/** A signature, and the bytes it covers. */
export interface DerSignature {
  /** The algorithm identifier. */
  readonly algorithm: DerValue;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  /** The hash to use if the algorithm names none. */
  readonly hash?: string;
}

/** Name of the hash of an algorithm identifier, as Web Crypto calls it. @throws KEY_TYPE_UNKNOWN, TIMESTAMP_INVALID */
export function hashIn(algorithm: DerValue): string {
  const hash = HASHES[new DerReader(algorithm.content).oid()];
  if (hash === undefined) throw unsupported("has a hash that is not accepted: only SHA-256, SHA-384 and SHA-512 are");
  return hash;
}

/** @returns the hash of `bytes` */
export async function digestOf(subtle: Subtle, hash: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle.digest(hash, bytes as Uint8Array<ArrayBuffer>));
}

/**
 * Whether a signature is one by the key in `publicKey`, a SubjectPublicKeyInfo.
 * @throws KEY_TYPE_UNKNOWN another algorithm or curve, or a key that the platform does not take; TIMESTAMP_INVALID
 */
export async function isSignedWith(subtle: Subtle, publicKey: DerValue, given: DerSignature): Promise<boolean> {
  const { message } = given;
  const { scheme, saltLength, hash } = schemeOf(given);
  const curve = scheme === "ECDSA" ? curveOf(publicKey) : undefined;
  const signature = curve ? concatenated(given.signature, curve[1]) : given.signature;
  if (signature === undefined) return false;
  const named = curve ? { name: scheme, namedCurve: curve[0] } : { name: scheme, hash };
  const key = await imported(subtle, publicKey, named);
  const parameters = { name: scheme, hash, ...(saltLength !== undefined && { saltLength }) };
  try {
    return await subtle.verify(
      parameters,
      key,
      signature as Uint8Array<ArrayBuffer>,
      message as Uint8Array<ArrayBuffer>,
    );
  } catch {
    // Of a salt for which a signature of this key has no room, Web Crypto does not say that it is wrong, but fails.
    return false;
  }
}

async function imported(subtle: Subtle, publicKey: DerValue, named: { readonly name: string }): Promise<CryptoKey> {
  let key: CryptoKey;
  try {
    key = await subtle.importKey("spki", publicKey.whole as Uint8Array<ArrayBuffer>, named, false, ["verify"]);
  } catch {
    throw unsupported("has a public key that cannot be used");
  }
  const { modulusLength = LEAST_RSA_BITS } = key.algorithm as { readonly modulusLength?: number };
  if (modulusLength < LEAST_RSA_BITS) throw malformed(`has an RSA key of fewer than ${LEAST_RSA_BITS} bits`);
  return key;
}

interface Scheme {
  readonly scheme: string;
  readonly hash: string;
  readonly saltLength?: number;
}

function schemeOf({ algorithm, hash: goesWith }: DerSignature): Scheme {
  const reader = new DerReader(algorithm.content);
  const oid = reader.oid();
  const known = SIGNATURES[oid];
  if (known) return { scheme: known[0], hash: known[1] };
  if (oid === RSA && goesWith !== undefined) return { scheme: "RSASSA-PKCS1-v1_5", hash: goesWith };
  if (oid === RSA_PSS) return pssOf(reader);
  throw unsupported("is signed with an algorithm that is not accepted: only RSA and ECDSA with SHA-2 are");
}

/** RFC 4055: hash, mask generation with the same hash, and length of the salt; their defaults are SHA-1. */
function pssOf(reader: DerReader): Scheme {
  const parameters = reader.within(DER.sequence);
  const hash = hashIn(parameters.within(contextTag(0)).next(DER.sequence));
  const mask = parameters.within(contextTag(1)).within(DER.sequence);
  if (mask.oid() !== MGF1 || hashIn(mask.next(DER.sequence)) !== hash)
    throw malformed("is signed with two hashes in one PSS signature");
  return { scheme: "RSA-PSS", hash, saltLength: derCount(parameters.within(contextTag(2)).next(DER.integer)) };
}

function curveOf(publicKey: DerValue): readonly [name: string, bytes: number] {
  const algorithm = new DerReader(publicKey.content).within(DER.sequence);
  const curve = algorithm.oid() === EC ? CURVES[algorithm.oid()] : undefined;
  if (curve === undefined) throw unsupported("has a key on a curve that is not accepted: only P-256 and P-384 are");
  return curve;
}

/** r ‖ s in the form that Web Crypto takes; `undefined` for values that no signature on the curve has. */
function concatenated(signature: Uint8Array, bytes: number): Uint8Array | undefined {
  const parts = new DerReader(readDer(signature, DER.sequence).content).rest(DER.integer);
  const numbers = parts.map(({ content }) => (content[0] === 0 ? content.subarray(1) : content));
  if (numbers.length !== 2 || numbers.some(({ length }) => length > bytes)) return undefined;
  return concatBytes(...numbers.flatMap((number) => [new Uint8Array(bytes - number.length), number]));
}

/**
 * Signing keys of sources as JWK (RFC 7517): Ed25519 (RFC 8037) and P-256 (RFC 7518 section 6.2). A key is named by its
 * thumbprint (RFC 7638), which is the same however its JWK is written.
 */
import { fromBase64Url, toBase64Url, toHex, utf8 } from "./bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { canonicalJson, isJsonObject, type JsonValue } from "./json.ts";
import { sha256 } from "./sha256.ts";

/** A public key, with the members that define it and no others. */
export type SourceKey =
  | { readonly crv: "Ed25519"; readonly kty: "OKP"; readonly x: string }
  | { readonly crv: "P-256"; readonly kty: "EC"; readonly x: string; readonly y: string };

/** Members that a JWK may have besides the key's own; they are not used here. */
const IGNORED = new Set(["alg", "ext", "key_ops", "kid", "use"]);
const COORDINATE_BYTES = 32;
/** NIST SP 800-186 section 3.2.1.3: y² = x³ - 3x + b over the field of this order. */
const P256_FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/**
 * The key in a JWK.
 * @throws KEY_TYPE_UNKNOWN another kind of key; KEY_INVALID a private key, an unknown member, a point that is not on its curve,
 *   is not written canonically, or is of small order
 */
export function parseSourceKey(value: JsonValue | undefined): SourceKey {
  if (!isJsonObject(value)) throw new WarifuError("KEY_INVALID", "a key is a JSON object: a JWK (RFC 7517)");
  if ("d" in value || "k" in value)
    throw new WarifuError("KEY_INVALID", "this is a private key: give the public one, and keep this one to the source");
  const { kty, crv, x, y } = value;
  const isEd25519 = kty === "OKP" && crv === "Ed25519";
  if (!isEd25519 && !(kty === "EC" && crv === "P-256"))
    throw new WarifuError("KEY_TYPE_UNKNOWN", "a source's key is of kty OKP and crv Ed25519, or kty EC and crv P-256");
  const own = new Set(isEd25519 ? ["crv", "kty", "x"] : ["crv", "kty", "x", "y"]);
  if (Object.keys(value).some((name) => !own.has(name) && !IGNORED.has(name)))
    throw new WarifuError("KEY_INVALID", "the JWK has a member that is not known for its kind of key");
  if (isEd25519) {
    assertPublicKey(fromBase64Url(textOf(x, "x"), "x of the JWK", COORDINATE_BYTES));
    return { crv, kty, x: x as string };
  }
  assertOnP256(coordinate(x, "x"), coordinate(y, "y"));
  return { crv: "P-256", kty: "EC", x: x as string, y: y as string };
}

/** The key whose 32 bytes, in base64, are an Ed25519 public key. @throws ENCODING_INVALID, KEY_INVALID */
export function ed25519SourceKey(bytes: Uint8Array): SourceKey {
  return { crv: "Ed25519", kty: "OKP", x: toBase64Url(assertPublicKey(bytes)) };
}

/** Whether they are one key. */
export function isSameKey(one: SourceKey, other: SourceKey): boolean {
  // On P-256, two values of y belong to each x.
  return one.crv === other.crv && one.x === other.x && yOf(one) === yOf(other);
}

function yOf(key: SourceKey): string | undefined {
  return key.crv === "P-256" ? key.y : undefined;
}

/** RFC 7638: base64url of SHA-256 over the canonical form of the key's own members. */
export function keyThumbprint(key: SourceKey): string {
  return toBase64Url(sha256(utf8(canonicalJson(key))));
}

/** Whether `signature` is one of `message` under a usable `publicKey`: answered at once, or by another thread. */
export type VerifyEd25519Anywhere = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** Whether a signature of `message` is by that key: Ed25519 as RFC 8032 has it, or r ‖ s of ECDSA with SHA-256 (ES256). */
export async function isSignedBy(
  key: SourceKey,
  message: Uint8Array,
  signature: Uint8Array,
  verify: VerifyEd25519Anywhere = verifyEd25519,
): Promise<boolean> {
  if (key.crv === "Ed25519") return verify(fromBase64Url(key.x, "x of the JWK"), message, signature);
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined)
    throw new WarifuError(
      "KEY_TYPE_UNKNOWN",
      "a P-256 signature can be checked here on a secure page only: one of https, of localhost, or a file",
    );
  const curve = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const imported = await subtle.importKey("jwk", key, curve, false, ["verify"]);
  return subtle.verify(curve, imported, signature as Uint8Array<ArrayBuffer>, message as Uint8Array<ArrayBuffer>);
}

function textOf(value: JsonValue | undefined, name: string): string {
  if (typeof value !== "string") throw new WarifuError("KEY_INVALID", `${name} of the JWK must be text`);
  return value;
}

function coordinate(value: JsonValue | undefined, name: string): bigint {
  return BigInt(`0x${toHex(fromBase64Url(textOf(value, name), `${name} of the JWK`, COORDINATE_BYTES))}`);
}

/** P-256 has prime order, so every point is usable except the one at infinity, which has no coordinates. */
function assertOnP256(x: bigint, y: bigint): void {
  const isOn = (y * y - (x * x * x - 3n * x + P256_B)) % P256_FIELD === 0n;
  if (!isOn || x >= P256_FIELD || y >= P256_FIELD)
    throw new WarifuError("KEY_INVALID", "x and y of the JWK are no point of P-256");
}

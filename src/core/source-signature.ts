/**
 * How a source signs a record, so that anybody can check it later from the record's own evidence: over the record's canonical
 * form; as a JWS (RFC 7515) whose payload is the record; or as an HTTP request (RFC 9421) whose content is the record.
 *
 * In the last two, the signed content is kept as it came and is itself the record. Invariant: a signature counts for a
 * record only if its signed content says the same as the record does.
 */
import { concatBytes, fromBase64, toBase64Url, utf8 } from "./bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { canonicalJson, isJsonObject, parseJsonBytes, type JsonObject, type JsonValue } from "./json.ts";
import { fitsKey, parseJws } from "./jws.ts";
import type { Record } from "./record.ts";
import { signedContentOf } from "./request-signature.ts";
import { sha256 } from "./sha256.ts";
import { ObjectReader } from "./object-reader.ts";
import {
  ed25519SourceKey,
  isSignedBy,
  parseSourceKey,
  type SourceKey,
  type VerifyEd25519Anywhere,
} from "./source-key.ts";

/** A signature over a record's canonical form, see {@link signedBytesOf}. */
export type RecordSignature = {
  readonly alg: "Ed25519";
  /** Public key of the source, 32 bytes in base64. */
  readonly key: string;
  /** 64 bytes in base64. */
  readonly sig: string;
};

/** A JWS whose payload is the record. */
export type JwsSignature = {
  /** Compact form. */
  readonly jws: string;
  readonly key: SourceKey;
};

/** A signed HTTP request whose content is the record (core/request-signature.ts). */
export type RequestSignature = {
  /** The signature base of RFC 9421 section 2.5. */
  readonly base: string;
  /** The content of the request, base64. */
  readonly content: string;
  readonly key: SourceKey;
  /** 64 bytes in base64. */
  readonly sig: string;
};

/** A source's signature, as its record holds it in `evidence`. */
export type SourceSignature = RecordSignature | JwsSignature | RequestSignature;

/** The part of a record that its source signs. */
export type SignedPart = Pick<Record, "claims" | "source" | "type"> & { readonly seq: number };

/** A record with its signature. */
export type SignedRecord = SignedPart & { readonly evidence: SourceSignature };

/**
 * The signature in the claim `evidence`.
 * @throws RECORD_INVALID unknown or missing member, or one of the wrong form; KEY_INVALID, KEY_TYPE_UNKNOWN
 */
export function sourceSignatureIn(value: JsonValue | undefined): SourceSignature {
  const reader = new ObjectReader(value, "evidence", "RECORD_INVALID");
  const signature = readSignature(reader);
  reader.end();
  return signature;
}

function readSignature(reader: ObjectReader): SourceSignature {
  if (reader.has("jws")) return { jws: reader.string("jws"), key: parseSourceKey(reader.value("key")) };
  if (reader.has("base"))
    return {
      base: reader.string("base"),
      content: reader.string("content"),
      key: parseSourceKey(reader.value("key")),
      sig: reader.string("sig", /^.{88}$/),
    };
  reader.string("alg", /^Ed25519$/);
  return { alg: "Ed25519", key: reader.string("key", /^.{44}$/), sig: reader.string("sig", /^.{88}$/) };
}

/** The key that signed, according to the signature itself. @throws ENCODING_INVALID, KEY_INVALID */
export function keyOfSignature(signature: SourceSignature): SourceKey {
  return isOverRecord(signature) ? ed25519SourceKey(keyBytes(signature)) : signature.key;
}

/** The canonical form of a record that a source signs. */
export function signedBytesOf({ claims, seq, source, type }: SignedPart): Uint8Array {
  return utf8(`warifu-record/1\n${canonicalJson({ claims, seq, source, type })}`);
}

/** The bytes that the signature of a record covers. @throws as {@link parseJws} */
function coveredBytes(record: SignedRecord): Uint8Array {
  const { evidence } = record;
  if ("jws" in evidence) return parseJws(evidence.jws).signingInput;
  return "base" in evidence ? utf8(evidence.base) : signedBytesOf(record);
}

/**
 * Commitment to what a source signed, shown in the body of a record that conceals claims: base64url of SHA-256 over the
 * salt and the signed bytes. Precondition: `salt` is that of the signature's opening, 32 random bytes that only the vault
 * has, so nobody can test guesses of the claims against it.
 */
export function signatureCommitment(salt: Uint8Array, record: SignedRecord): string {
  return toBase64Url(sha256(concatBytes(salt, coveredBytes(record))));
}

/**
 * The record inside a signature that keeps its signed content; `undefined` for a signature over the record's canonical form.
 * @throws SOURCE_SIGNATURE_INVALID, JSON_INVALID, and the errors of a malformed signature
 */
export function recordIn(signature: SourceSignature): SignedPart | undefined {
  if (isOverRecord(signature)) return undefined;
  const content = "jws" in signature ? parseJws(signature.jws).payload : signedContentOf(signature);
  const value = parseJsonBytes(content, "signed record");
  const { claims, seq, source, type } = isJsonObject(value) ? value : {};
  if (!isClaims(claims) || typeof seq !== "number" || typeof source !== "string" || typeof type !== "string")
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "what was signed is no record with type, source, seq and claims");
  return { claims, seq, source, type };
}

/** Whether a signature is over the record's canonical form. */
function isOverRecord(signature: SourceSignature): signature is RecordSignature {
  return "alg" in signature;
}

/**
 * Checks that the signature is by the key it names. Whether it covers the record is another question: {@link recordIn}.
 * @throws KEY_INVALID, ENCODING_INVALID, SOURCE_SIGNATURE_INVALID
 */
export async function checkSourceSignature(record: SignedRecord, verify?: VerifyEd25519Anywhere): Promise<void> {
  const { evidence } = record;
  if (isOverRecord(evidence)) {
    const sig = fromBase64(evidence.sig, "evidence.sig", 64);
    if (!(await isSignedBy(keyOfSignature(evidence), signedBytesOf(record), sig, verify))) throw notOfThisRecord();
    return;
  }
  const isHeld = "jws" in evidence ? await isJwsHeld(evidence, verify) : await isRequestHeld(evidence, verify);
  if (!isHeld)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "evidence is not a signature by the key that it names");
}

/**
 * Checks the record's own signature over its canonical form when it carries one.
 * @throws RECORD_INVALID signed but without a seq, which the signature covers; as {@link checkRecordSignature}
 */
export function checkOwnSignature({ evidence, seq, ...record }: Record): void {
  if (evidence === undefined || !isOverRecord(evidence)) return;
  if (seq === undefined)
    throw new WarifuError("RECORD_INVALID", "seq: a signed record carries its own, because the signature covers it");
  checkRecordSignature({ ...record, seq, evidence });
}

/**
 * Checks a signature over the canonical form of its record.
 * @throws KEY_INVALID, ENCODING_INVALID, SOURCE_SIGNATURE_INVALID
 */
export function checkRecordSignature(record: SignedPart & { readonly evidence: RecordSignature }): void {
  const { evidence } = record;
  const key = assertPublicKey(keyBytes(evidence));
  if (!verifyEd25519(key, signedBytesOf(record), fromBase64(evidence.sig, "evidence.sig", 64))) throw notOfThisRecord();
}

function notOfThisRecord(): WarifuError {
  return new WarifuError(
    "SOURCE_SIGNATURE_INVALID",
    "evidence.sig is not a signature of this record by evidence.key: is the record signed in its RFC 8785 form, with " +
      "numbers as JavaScript writes them, such as 16 for 16.0 and 1e-7 for 1e-07?",
  );
}

async function isJwsHeld({ jws, key }: JwsSignature, verify?: VerifyEd25519Anywhere): Promise<boolean> {
  const parsed = parseJws(jws);
  return fitsKey(parsed, key) && (await isSignedBy(key, parsed.signingInput, parsed.signature, verify));
}

function isRequestHeld({ base, key, sig }: RequestSignature, verify?: VerifyEd25519Anywhere): Promise<boolean> {
  return isSignedBy(key, utf8(base), fromBase64(sig, "evidence.sig", 64), verify);
}

function keyBytes({ key }: RecordSignature): Uint8Array {
  return fromBase64(key, "evidence.key", 32);
}

function isClaims(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}

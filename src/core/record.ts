/**
 * A record as its source submits it: what was observed or reported, by whom, and what makes a repetition recognisable.
 */
import { canonicalJson, type JsonObject, type JsonValue } from "./json.ts";
import { concatBytes, fromBase64, toBase64Url, utf8 } from "./bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";
import { ObjectReader } from "./shape.ts";
import { ed25519SourceKey, type SourceKey } from "./source-key.ts";

/** Longest JSON text of one record, in bytes. */
export const MAX_RECORD_BYTES = 65_536;

/** Only characters that look like nothing else: no homoglyphs, no direction marks, nothing to escape in a log or a page. */
export const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

/** A source's signature over its record, see {@link signedBytesOf}. */
export type SourceSignature = {
  readonly alg: "Ed25519";
  /** Public key of the source, 32 bytes in base64. */
  readonly key: string;
  /** 64 bytes in base64. */
  readonly sig: string;
};

/** A submitted record. `claims` holds strict JSON only. */
export type Record = {
  /** Name of a profile in force. */
  readonly type: string;
  /** Name of the sender, as {@link SOURCE_NAME} says. */
  readonly source: string;
  readonly claims: JsonObject;
  /** Idempotency key, unique per source. */
  readonly key?: string | undefined;
  /** The source's own number of the record. */
  readonly seq?: number | undefined;
  readonly evidence?: SourceSignature | undefined;
};

/**
 * The signature in a claim that stands for one.
 * @throws RECORD_INVALID unknown or missing member, or one of the wrong form
 */
export function sourceSignatureIn(value: JsonValue | undefined): SourceSignature {
  const reader = new ObjectReader(value, "evidence", "RECORD_INVALID");
  reader.string("alg", /^Ed25519$/);
  const signature = {
    alg: "Ed25519",
    key: reader.string("key", /^.{44}$/),
    sig: reader.string("sig", /^.{88}$/),
  } as const;
  reader.end();
  return signature;
}

/** Id of a log, under which it enters its own events: SHA-256(origin), as C2SP tlog-witness names logs. */
export function logIdOf(origin: string): Uint8Array {
  return sha256(utf8(origin));
}

/**
 * Id of a name in one log, 32 bytes: of a source, SHA-256(origin ‖ LF ‖ name), or of the log itself when the name is its
 * origin. Binding the origin keeps equal names in two cities apart.
 */
export function sourceIdOf(origin: string, name: string): Uint8Array {
  return name === origin ? logIdOf(origin) : sha256(concatBytes(utf8(origin), Uint8Array.of(0x0a), utf8(name)));
}

/** The key that a signature names as its own. @throws ENCODING_INVALID, KEY_INVALID */
export function keyOfSignature({ key }: SourceSignature): SourceKey {
  return ed25519SourceKey(fromBase64(key, "evidence.key", 32));
}

/** What a source signs of a record. */
export type SignedPart = Pick<Record, "claims" | "source" | "type"> & { readonly seq: number };

/** The bytes that a source signs. */
export function signedBytesOf({ claims, seq, source, type }: SignedPart): Uint8Array {
  return utf8(`warifu-record/1\n${canonicalJson({ claims, seq, source, type })}`);
}

/**
 * Commitment to what a source signed, as the body of a record shows it that conceals claims: base64url of SHA-256 over the
 * salt and the signed bytes. Precondition: `salt` is that of the signature's opening, 32 random bytes that only the vault
 * has, so nobody can guess claims against it.
 */
export function signatureCommitment(salt: Uint8Array, part: SignedPart): string {
  return toBase64Url(sha256(concatBytes(salt, signedBytesOf(part))));
}

/**
 * Checks the record's own signature when it carries one.
 * @throws RECORD_INVALID signed but without a seq, which the signature covers; KEY_INVALID, ENCODING_INVALID,
 *   SOURCE_SIGNATURE_INVALID
 */
export function checkSourceSignature(record: Record): void {
  const { evidence, seq } = record;
  if (!evidence) return;
  if (seq === undefined)
    throw new WarifuError("RECORD_INVALID", "seq: a signed record carries its own, because the signature covers it");
  const key = assertPublicKey(fromBase64(evidence.key, "evidence.key", 32));
  if (!verifyEd25519(key, signedBytesOf({ ...record, seq }), fromBase64(evidence.sig, "evidence.sig", 64)))
    throw new WarifuError(
      "SOURCE_SIGNATURE_INVALID",
      "evidence.sig is not a signature of this record by evidence.key: is the record signed in its RFC 8785 form, with " +
        "numbers as JavaScript writes them, such as 16 for 16.0 and 1e-7 for 1e-07?",
    );
}

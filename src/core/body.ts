/**
 * The body of an entry: canonical JSON (RFC 8785) that is also the payload of an SD-JWT (RFC 9901). Only its SHA-256
 * is in the log, so a body can be served, withheld or erased without touching the log.
 *
 *     {"_sd_alg":"sha-256","iat":…,"iss":"<origin>","record":{…},"seq":…,"src":"<source id, hex>","vct":"warifu:…"}
 *
 * A record that conceals claims has one more member, `signed`: whether its source signed it, and over what.
 */
import { fromUtf8, SHA256_HEX, utf8 } from "./bytes.ts";
import { canonicalBytes, CanonicalWriter } from "./canonical-bytes.ts";
import { WarifuError } from "./errors.ts";
import { canonicalJson, isJsonObject, parseCanonicalJson, type JsonObject, type JsonValue } from "./json.ts";
import { openingDigest, parseOpening, type Opening } from "./opening.ts";
import { LAST_SECOND } from "./timestamp.ts";

/** The members that every body has. */
export interface BodyHead {
  /** When the service took the record in, POSIX seconds up to {@link LAST_SECOND}. */
  readonly iat: number;
  /** Origin of the log. */
  readonly iss: string;
  readonly seq: number;
  /** Source id, 64 lower-case hexadecimal digits. */
  readonly src: string;
  readonly vct: string;
}

/** A parsed body: the head and the content. */
export interface Body extends BodyHead {
  /** Name of the member that holds the content: `record`, or `profile` and the like for the log's own events. */
  readonly contentName: string;
  /** Public claims, without their `_sd`. */
  readonly content: JsonObject;
  /** Digests of concealed claims and decoys, base64url. */
  readonly digests: readonly string[];
  /**
   * Where claims are concealed: the commitment to what the source signed (core/record.ts), or false when it did not sign.
   * `undefined` in bodies that conceal nothing, and in older ones, which do not say.
   */
  readonly signed: string | false | undefined;
}

const HEAD_NAMES = new Set(["_sd_alg", "iat", "iss", "seq", "signed", "src", "vct"]);
/** Contents whose claims may be concealed. */
const CONCEALING = new Set(["consent", "derivation", "disclosure", "provision", "record", "source"]);
/** 32 bytes in canonical base64url: the last character carries only four bits. */
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
/** Digests come in multiples of this, so that their number reveals nothing. */
export const DIGESTS_STEP = 8;
/** More than any profile needs; a bound for readers. */
export const MAX_DIGESTS = 1_024;

// One for all: a body is taken before anything else can run.
const writer = new CanonicalWriter();

/**
 * Bytes of a record's body. They are written member by member because the order of the names is fixed by RFC 8785 and this
 * runs once for every record.
 * @param content canonical JSON of the member `record`
 */
export function formatRecordBody(head: BodyHead, content: Uint8Array, signed?: string | false): Uint8Array {
  const { iat, iss, seq, src, vct } = head;
  const [begin, end] = [beginning(iat, iss), ending(src, vct)];
  writer.begin();
  writer.bytes(begin);
  writer.bytes(content);
  writer.ascii(`,"seq":${seq}`);
  if (signed !== undefined) writer.ascii(`,"signed":${canonicalJson(signed)}`);
  writer.bytes(end);
  return writer.take();
}

let lastBeginning: Pick<BodyHead, "iat" | "iss"> & { readonly bytes: Uint8Array } = {
  iat: NaN,
  iss: "",
  bytes: utf8(""),
};

/** What stands before the content: the same in all bodies of a batch. */
function beginning(iat: number, iss: string): Uint8Array {
  if (lastBeginning.iat !== iat || lastBeginning.iss !== iss)
    lastBeginning = {
      iat,
      iss,
      bytes: utf8(`{"_sd_alg":"sha-256","iat":${iat},"iss":${canonicalJson(iss)},"record":`),
    };
  return lastBeginning.bytes;
}

/** As many sources as a city may have. Beyond, endings are made anew. */
const MOST_SOURCES = 20_000;
/** By source, the ending for the type that it sent last. */
const endings = new Map<string, { readonly vct: string; readonly bytes: Uint8Array }>();

/** What stands after the number: the same in all bodies of a source and type. */
function ending(src: string, vct: string): Uint8Array {
  const known = endings.get(src);
  if (known?.vct === vct) return known.bytes;
  if (endings.size >= MOST_SOURCES) endings.clear();
  const bytes = utf8(`,"src":"${src}","vct":${canonicalJson(vct)}}`);
  endings.set(src, { vct, bytes });
  return bytes;
}

/** Whether the source signed the record; undefined where the body does not say. */
export function isSigned({ signed, digests, content }: Body): boolean | undefined {
  if (digests.length === 0) return Object.hasOwn(content, "evidence");
  return signed === undefined ? undefined : signed !== false;
}

/** Bytes of the body of one of the log's own events. Precondition: `contentName` is none of the head's names. */
export function formatEventBody(head: BodyHead, contentName: string, content: JsonObject): Uint8Array {
  const conceals = Object.hasOwn(content, "_sd");
  return canonicalBytes({ ...head, ...(conceals && { _sd_alg: "sha-256" }), [contentName]: content });
}

/**
 * The body in `bytes`.
 * @throws BODY_INVALID also when the bytes are not in canonical form
 */
export function parseBody(bytes: Uint8Array): Body {
  const value = parseCanonical(bytes);
  const { iat, iss, seq, src, vct } = value;
  const contentNames = Object.keys(value).filter((name) => !HEAD_NAMES.has(name));
  const contentName = contentNames[0];
  const content = contentName === undefined ? undefined : value[contentName];
  if (
    contentNames.length !== 1 ||
    contentName === undefined ||
    !isJsonObject(content) ||
    !isCount(iat) ||
    iat > LAST_SECOND ||
    typeof iss !== "string" ||
    !isCount(seq) ||
    typeof src !== "string" ||
    !SHA256_HEX.test(src) ||
    typeof vct !== "string"
  )
    throw new WarifuError("BODY_INVALID", "the body lacks a member or has one too many");
  const isRecord = contentName === "record";
  const { _sd: digests = [], ...claims } = content;
  if (value["_sd_alg"] !== (isRecord || "_sd" in content ? "sha-256" : undefined))
    throw new WarifuError("BODY_INVALID", "the body's digests are not of SHA-256");
  if (!areDigests(digests) || ("_sd" in content && (!CONCEALING.has(contentName) || digests.length === 0)))
    throw new WarifuError(
      "BODY_INVALID",
      "the body's _sd is not a sorted list of SHA-256 digests, eight or a multiple",
    );
  const { signed } = value;
  if (signed !== undefined && (!isRecord || digests.length === 0 || !(signed === false || isDigest(signed))))
    throw new WarifuError("BODY_INVALID", "the body's `signed` is neither false nor a commitment beside digests");
  return { iat, iss, seq, src, vct, contentName, content: claims, digests, signed };
}

/**
 * Opens concealed claims of a body.
 * @returns the openings, in the order given
 * @throws OPENING_INVALID, OPENING_MISMATCH (RFC 9901 section 7.1: unknown digest, name already there)
 */
export function openClaims(body: Body, openings: readonly string[]): Opening[] {
  if (openings.length > body.digests.length)
    throw new WarifuError("OPENING_MISMATCH", "there are more openings than the body has digests");
  const names = new Set(Object.keys(body.content));
  const digests = new Set(body.digests);
  return openings.map((text) => {
    const opening = parseOpening(text);
    if (!digests.has(openingDigest(text)))
      throw new WarifuError("OPENING_MISMATCH", `the opening of "${opening.name}" is not one of this body's claims`);
    if (names.has(opening.name) || opening.name === "_sd" || opening.name === "...")
      throw new WarifuError("OPENING_MISMATCH", `the claim "${opening.name}" is there twice`);
    names.add(opening.name);
    return opening;
  });
}

function parseCanonical(bytes: Uint8Array): JsonObject {
  let value: JsonValue | undefined;
  try {
    value = parseCanonicalJson(fromUtf8(bytes, "body"), "body");
  } catch (cause) {
    throw new WarifuError("BODY_INVALID", "the body is not strict JSON", { cause });
  }
  if (!isJsonObject(value)) throw new WarifuError("BODY_INVALID", "the body is not in its canonical form (RFC 8785)");
  return value;
}

/** RFC 9901 section 7.1 refuses a digest that occurs twice; order and number are our own rules, and reveal nothing. */
function areDigests(value: JsonValue): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_DIGESTS &&
    value.length % DIGESTS_STEP === 0 &&
    value.every((digest, at) => isDigest(digest) && (at === 0 || (value[at - 1] as string) < digest))
  );
}

function isDigest(value: JsonValue): value is string {
  return typeof value === "string" && DIGEST.test(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

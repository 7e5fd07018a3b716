/**
 * JSON Web Signatures (RFC 7515) in compact form, with the algorithms of devices: Ed25519 (RFC 8037, RFC 9864) and ES256
 * (RFC 7518). The bytes that were signed are kept and never rebuilt.
 */
import { fromBase64Url, fromUtf8, utf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { isJsonObject, parseJson, type JsonObject } from "./json.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "./source-key.ts";

/** Longest text that is read. */
const MAX_JWS_CHARACTERS = 65_536;

/** The values of `alg`, with the kind of key that each requires. */
const CURVES: ReadonlyMap<unknown, SourceKey["crv"]> = new Map([
  ["EdDSA", "Ed25519"],
  ["Ed25519", "Ed25519"],
  ["ES256", "P-256"],
]);
/** Members of a header that are understood, or do not change the meaning. */
const HEADER_NAMES = new Set(["alg", "cty", "jwk", "kid", "typ"]);

/** A JWS taken apart; nothing it says is verified. */
export interface Jws {
  /** The kind of key that its `alg` requires. */
  readonly crv: SourceKey["crv"];
  /** The key in its header, if there is one. */
  readonly key: SourceKey | undefined;
  /** How its header names the key, if it does: a hint that decides nothing. */
  readonly kid: string | undefined;
  readonly payload: Uint8Array;
  /** The signed bytes: header and payload as they stand in the text. */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The JWS in a text.
 * @throws SOURCE_SIGNATURE_INVALID another `alg` (such as `none`), an unknown header member (such as `crit`, `b64` and
 *   `x5u`: nothing is fetched), or text that is not a compact JWS; KEY_INVALID, KEY_TYPE_UNKNOWN
 */
export function parseJws(text: string): Jws {
  if (text.length > MAX_JWS_CHARACTERS) refuse(`it is longer than ${MAX_JWS_CHARACTERS} characters`);
  const parts = text.split(".");
  const [header = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3) refuse("it does not have three parts: header, payload and signature, with dots between");
  const said = parseHeader(header);
  const crv = CURVES.get(said["alg"]);
  if (crv === undefined) refuse(`alg of its header is none of ${[...CURVES.keys()].join(", ")}`);
  if (said["kid"] !== undefined && typeof said["kid"] !== "string") refuse("kid of its header must be text");
  return {
    crv,
    key: said["jwk"] === undefined ? undefined : parseSourceKey(said["jwk"]),
    kid: said["kid"] as string | undefined,
    payload: decoded(payload),
    signingInput: utf8(`${header}.${payload}`),
    signature: decoded(signature),
  };
}

/** Whether the JWS may be by that key: its `alg` goes with this kind of key, and its header names no other key. */
export function fitsKey({ crv, key: own }: Jws, key: SourceKey): boolean {
  return crv === key.crv && (own === undefined || keyThumbprint(own) === keyThumbprint(key));
}

function parseHeader(text: string): JsonObject {
  const value = parseJson(fromUtf8(decoded(text), "header of the JWS"), "header of the JWS");
  if (!isJsonObject(value)) refuse("its header is no JSON object");
  if (Object.keys(value).some((name) => !HEADER_NAMES.has(name)))
    refuse(`its header has a member that is not known here: there are ${[...HEADER_NAMES].join(", ")}`);
  return value;
}

function decoded(text: string): Uint8Array {
  return fromBase64Url(text, "part of the JWS");
}

function refuse(reason: string): never {
  throw new WarifuError("SOURCE_SIGNATURE_INVALID", `this JWS is not accepted: ${reason}`);
}

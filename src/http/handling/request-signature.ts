/**
 * Requests signed by a source (RFC 9421), with the content bound by its digest (RFC 9530). What was signed becomes the
 * evidence of the record in the content (core/request-signature.ts).
 *
 * Invariant: a signature is valid only for this method, address, media type and content, and for a few minutes. No nonce is
 * remembered: the record's own seq keeps a request that is sent twice from making two entries.
 */
import type { Request } from "express";
import { isInnerList, parseDictionary, serializeInnerList, type InnerList, type Parameters } from "structured-headers";
import { toBase64, utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import { signedContentOf } from "../../core/request-signature.ts";
import { isSignedBy, keyThumbprint, type SourceKey } from "../../core/source-key.ts";
import { countOf } from "../../serve/well-formed.ts";
import { VerifiedRecord, type KeysOf } from "../../write/signed-submission.ts";
import { assertRecord } from "../../write/submitted-record.ts";

/** Age of the oldest signature that is accepted. */
const MAX_SIGNATURE_AGE_SECONDS = 300;
/** How far a device's clock may be ahead. */
const MAX_SIGNATURE_LEAD_SECONDS = 60;

/** What decides about signed requests, apart from the request itself. */
export interface SigningRules {
  readonly now: () => number;
  /** Addresses at which clients reach the service; if empty, those of the connection. */
  readonly publicUrls: readonly string[];
  /** Where on the server the service is, such as `/parks/2026`; at its root if left out. */
  readonly prefix?: string | undefined;
}

/** A request's signature as it describes itself: all that is verified is that it is for this place and time. */
export interface ClaimedSignature {
  /** RFC 7638 thumbprint of the key. */
  readonly keyid: string;
  /** Kind of key that its `alg` requires; `undefined` without an `alg`. */
  readonly crv: SourceKey["crv"] | undefined;
  /** What was signed, for each address to which the request may have been sent. */
  readonly bases: readonly string[];
  readonly addresses: readonly string[];
  readonly signature: Uint8Array;
}

/** The content of a request, and the record in it. */
export interface SignedContent {
  readonly bytes: Uint8Array;
  readonly value: JsonValue;
}

const CURVES: ReadonlyMap<unknown, SourceKey["crv"]> = new Map([
  ["ed25519", "Ed25519"],
  ["ecdsa-p256-sha256", "P-256"],
]);
const SIGNATURE_BYTES = 64;

/**
 * Headers that may be covered. A closed list: what is signed is kept as evidence, and that must never include an API key.
 */
const FIELDS = ["content-digest", "content-type", "content-length", "date"];
const DERIVED = ["@method", "@target-uri", "@scheme", "@authority", "@path", "@query"];
const PARAMETERS = new Set(["created", "expires", "nonce", "alg", "keyid", "tag"]);
const MAX_NONCE_CHARACTERS = 256;

/** Whether a request carries a signature, of whatever kind. */
export function isSigned({ headers }: Request): boolean {
  return headers["signature"] !== undefined || headers["signature-input"] !== undefined;
}

/**
 * The signature of a request whose content has not been read yet.
 * @throws SOURCE_SIGNATURE_INVALID when malformed, covering too little, or not valid now; NOT_ACCEPTABLE for encoded content
 */
export function claimedSignature(request: Request, { now, publicUrls, prefix = "" }: SigningRules): ClaimedSignature {
  const { input, signature } = readSignature(request);
  const [, parameters] = input;
  const names = coveredNames(input);
  assertEnough(names, request);
  if ((request.headers["content-encoding"] ?? "identity") !== "identity")
    throw new WarifuError("NOT_ACCEPTABLE", "a signed record is sent without content encoding");
  assertTimely(parameters, Math.floor(now() / 1000));
  const fields = new Map(names.filter((name) => FIELDS.includes(name)).map((name) => [name, fieldOf(request, name)]));
  const addresses = publicUrls.length > 0 ? publicUrls : addressesOf(request).map((one) => one + prefix);
  const lastLine = `"@signature-params": ${serializeInnerList(input)}`;
  const bases = addresses.map((address) => {
    const values = new Map([...fields, ...derivedValues(request, new URL(address))]);
    return [...names.map((name) => `"${name}": ${values.get(name) ?? ""}`), lastLine].join("\n");
  });
  return { keyid: text(parameters, "keyid"), crv: curveOf(parameters), bases, addresses, signature };
}

/**
 * The record in the content of a request, once its signature is known to be by a key of the record's source.
 * @throws RECORD_INVALID, SOURCE_KEY_REFUSED, SOURCE_SIGNATURE_INVALID; what `keysOf` throws
 */
export async function verifiedRecord(
  claimed: ClaimedSignature,
  { bytes, value }: SignedContent,
  keysOf: KeysOf,
): Promise<VerifiedRecord> {
  const { keyid, crv, bases, addresses, signature } = claimed;
  const record = assertRecord(value);
  const key = (await keysOf(record)).find((one) => keyThumbprint(one) === keyid);
  if (key === undefined)
    throw new WarifuError(
      "SOURCE_KEY_REFUSED",
      "keyid of the signature is the RFC 7638 thumbprint of no key that is registered for the record's source",
    );
  if (crv !== undefined && crv !== key.crv) refuse("names an alg that does not go with its key");
  const content = toBase64(bytes);
  for (const base of bases) {
    signedContentOf({ base, content });
    if (await isSignedBy(key, utf8(base), signature))
      return new VerifiedRecord(record, { base, content, key, sig: toBase64(signature) });
  }
  return refuse(
    `is not by that key over this request to ${addresses.join(" or ")}; if another address was called, ` +
      "WARIFU_PUBLIC_URL of the service has to name it",
  );
}

/** The one signature of a request. */
function readSignature(request: Request): { readonly input: InnerList; readonly signature: Uint8Array } {
  const [inputs, signatures] = [dictionary(request, "signature-input"), dictionary(request, "signature")];
  const [label = ""] = inputs.keys();
  const [input, signature] = [inputs.get(label), signatures.get(label)?.[0]];
  if (inputs.size !== 1 || signatures.size !== 1 || input === undefined || signature === undefined)
    refuse("must be the only one, and have the same name in Signature-Input and Signature");
  if (!isInnerList(input) || !(signature instanceof ArrayBuffer))
    refuse("must be a list of what it covers in Signature-Input, and a byte sequence in Signature");
  if (signature.byteLength !== SIGNATURE_BYTES)
    refuse(`must have ${SIGNATURE_BYTES} bytes: one by a P-256 key is r ‖ s, and not DER`);
  return { input, signature: new Uint8Array(signature) };
}

function dictionary({ headers }: Request, name: string): ReturnType<typeof parseDictionary> {
  const value = headers[name];
  try {
    return parseDictionary(typeof value === "string" ? value : "");
  } catch (cause) {
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", `the header ${name} is no dictionary (RFC 9651)`, { cause });
  }
}

/** Names of what is covered, in order. */
function coveredNames([items]: InnerList): string[] {
  const names = items.map(([name, parameters]) => {
    if (parameters.size > 0) refuse("covers a part of a header, or a header in another form: cover it as it is");
    if (typeof name !== "string" || ![...DERIVED, ...FIELDS].includes(name))
      refuse(`covers something besides ${[...DERIVED, ...FIELDS].join(", ")}: it would be kept with the record`);
    return name;
  });
  if (new Set(names).size < names.length) refuse("covers something twice");
  return names;
}

/** If one of these were not covered, a captured request could be turned into another one. */
function assertEnough(names: readonly string[], { originalUrl }: Request): void {
  const missing = ["@method", "content-digest", "content-type"].filter((name) => !names.includes(name));
  if (missing.length > 0) refuse(`does not cover ${missing.join(", ")}`);
  if (names.includes("@target-uri")) return;
  const parts = ["@authority", "@path", ...(originalUrl.includes("?") ? ["@query"] : [])];
  if (parts.some((name) => !names.includes(name))) refuse(`covers neither @target-uri nor ${parts.join(" and ")}`);
}

function assertTimely(parameters: Parameters, now: number): void {
  if ([...parameters.keys()].some((name) => !PARAMETERS.has(name)))
    refuse(`has a parameter that is not known here: there are ${[...PARAMETERS].join(", ")}`);
  if (text(parameters, "nonce").length > MAX_NONCE_CHARACTERS)
    refuse(`has a nonce of more than ${MAX_NONCE_CHARACTERS} characters`);
  const [created, expires] = [parameters.get("created"), parameters.get("expires") ?? Infinity];
  if (typeof created !== "number" || typeof expires !== "number")
    refuse("must have `created`, and `expires` if any, in seconds since 1970");
  if (created < now - MAX_SIGNATURE_AGE_SECONDS)
    refuse(
      `was made more than ${MAX_SIGNATURE_AGE_SECONDS} seconds ago by the service's clock: sign the request again, or sign ` +
        "the record as a JWS, which may be sent at any time",
    );
  if (created > now + MAX_SIGNATURE_LEAD_SECONDS)
    refuse(
      `was made more than ${MAX_SIGNATURE_LEAD_SECONDS} seconds ahead of the service's clock: set the device's clock`,
    );
  if (expires <= now) refuse("has expired by the service's clock");
}

/** A required parameter. */
function text(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (typeof value !== "string" || value === "") refuse(`has no ${name}`);
  return value;
}

function curveOf(parameters: Parameters): SourceKey["crv"] | undefined {
  const alg = parameters.get("alg");
  if (alg !== undefined && !CURVES.has(alg)) refuse(`has an alg other than ${[...CURVES.keys()].join(" and ")}`);
  return CURVES.get(alg);
}

/** The value of a header that must occur exactly once. */
function fieldOf(request: Request, name: string): string {
  const value = request.headers[name];
  // Different programs read a repeated header differently.
  if (countOf(request, name) !== 1 || typeof value !== "string" || !/^[\t -~]*$/.test(value))
    refuse(`covers ${name}, so that header must be there exactly once, in ASCII`);
  return value;
}

/** What RFC 9421 section 2.2 derives, for a request to the service at an address. */
function derivedValues({ method, originalUrl }: Request, address: URL): [string, string][] {
  const target = `${address.pathname.replace(/\/+$/, "")}${originalUrl}`;
  const [path = ""] = target.split("?", 1);
  return [
    ["@method", method],
    ["@target-uri", `${address.origin}${target}`],
    ["@scheme", address.protocol.slice(0, -1)],
    ["@authority", address.host],
    ["@path", path],
    ["@query", target.slice(path.length) || "?"],
  ];
}

/**
 * The addresses of this end of the connection. What the request says about them is ignored: its sender could write anything.
 */
function addressesOf({ socket }: Request): string[] {
  const host = (socket.localAddress ?? "").replace(/^::ffff:/, "").replace(/%.*$/, "");
  const port = socket.localPort ?? 0;
  return [`http://localhost:${port}`, `http://${host.includes(":") ? `[${host}]` : host}:${port}`];
}

function refuse(reason: string): never {
  throw new WarifuError("SOURCE_SIGNATURE_INVALID", `the request's signature ${reason}`);
}

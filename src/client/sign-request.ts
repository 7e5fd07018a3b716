/**
 * How a device or gateway signs the request that brings one of its records (RFC 9421), so that what it sent can be checked
 * from the record's bundle. A record that is stored on its way is better signed as a JWS (sign-record.ts): a signed request
 * is valid for a few minutes and for one service only.
 */
import { toBase64, toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { openSigningKey, sha256, type PrivateSourceKey } from "./signing-key.ts";

/** A request before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Exactly as it will be requested: the host is signed too. */
  readonly url: string | URL;
  /** Must include Content-Type. */
  readonly headers: Readonly<{ [name: string]: string }>;
  /** One record as JSON, with its seq. */
  readonly body: string | Uint8Array;
}

/** Headers that sign a request, to be sent with its own. */
export interface SignatureHeaders {
  readonly "content-digest": string;
  readonly "signature-input": string;
  readonly signature: string;
  /** So that they can be spread into other headers. */
  readonly [name: string]: string;
}

const NONCE_BYTES = 16;

/**
 * Signs a request, to be sent now.
 * @throws REQUEST_INVALID when it has no Content-Type; KEY_INVALID, KEY_TYPE_UNKNOWN, ENCODING_INVALID
 */
export async function signRequest(request: UnsignedRequest, privateKey: PrivateSourceKey): Promise<SignatureHeaders> {
  const { method, url, headers, body } = request;
  const { crv, thumbprint, sign } = await openSigningKey(privateKey);
  const type = new Headers(headers).get("content-type");
  if (type === null) throw new WarifuError("REQUEST_INVALID", "headers: a request is signed with its Content-Type");
  const target = new URL(url);
  target.hash = "";
  const digest = `sha-256=:${toBase64(await sha256(typeof body === "string" ? utf8(body) : body))}:`;
  const covered = { "@method": method, "@target-uri": target.href, "content-digest": digest, "content-type": type };
  const names = Object.keys(covered).map((name) => `"${name}"`);
  const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
  const alg = crv === "Ed25519" ? "ed25519" : "ecdsa-p256-sha256";
  const created = Math.floor(Date.now() / 1000);
  const input = `(${names.join(" ")});created=${created};nonce="${nonce}";keyid="${thumbprint}";alg="${alg}"`;
  const lines = [
    ...Object.entries(covered).map(([name, value]) => `"${name}": ${value}`),
    `"@signature-params": ${input}`,
  ];
  return {
    "content-digest": digest,
    "signature-input": `sig=${input}`,
    signature: `sig=:${toBase64(await sign(utf8(lines.join("\n"))))}:`,
  };
}

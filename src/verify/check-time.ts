/**
 * Checks timestamp tokens of a checkpoint under the certificates that a policy names: what was stamped, who signed, whether
 * the certificate is for timestamps and was valid then, and a path from it to one that the policy names. Whether a
 * certificate was revoked is not asked. A module of its own, because few bundles have tokens and pages pay for every byte.
 */
import type { TimestampSeries } from "../core/bundle.ts";
import { concatBytes, equalBytes, fromBase64 } from "../core/bytes.ts";
import { parseCertificate, type Certificate } from "../core/certificate.ts";
import { malformed } from "../core/der.ts";
import { codeOf } from "../core/errors.ts";
import { isSignedWith, type Subtle } from "../core/signed-der.ts";
import {
  assertSignedBy,
  assertStamps,
  parseTimestampToken,
  signerAmong,
  type TimestampToken,
} from "../core/timestamp-token.ts";
import type { StampedTime } from "./verdict.ts";

/** The most certificates between the signer's and a trusted one. */
const MOST_STEPS = 4;

/**
 * Checks a series of timestamps about `stamped`. Certificates are DER in base64, of a policy.
 * @param subtle the platform's Web Crypto; without it, as in a page that came over plain HTTP, nothing can be checked
 * @returns `undefined` when the series leads to none of the certificates, or uses what this platform cannot check
 * @throws TIMESTAMP_INVALID it is about something else, or does not hold; ENCODING_INVALID
 */
export async function checkSeries(
  { tokens }: TimestampSeries,
  stamped: Uint8Array,
  certificates: readonly string[],
  subtle: Subtle | null | undefined = globalThis.crypto.subtle,
): Promise<StampedTime | undefined> {
  if (!subtle) return undefined;
  const trusted = certificates.map((text) => parseCertificate(fromBase64(text, "certificate")));
  try {
    return await checkTokens(subtle, tokens, stamped, trusted);
  } catch (error) {
    if (codeOf(error) === "KEY_TYPE_UNKNOWN") return undefined;
    throw error;
  }
}

/** Each renewal covers the bytes and the token before it, and was made while the certificates of that one were valid. */
async function checkTokens(
  subtle: Subtle,
  tokens: readonly string[],
  stamped: Uint8Array,
  trusted: readonly Certificate[],
): Promise<StampedTime | undefined> {
  let first: StampedTime | undefined;
  let [bytes, until] = [stamped, Infinity];
  for (const text of tokens) {
    const encoded = fromBase64(text, "timestamp token");
    const token = parseTimestampToken(encoded);
    await assertStamps(subtle, token, bytes);
    if (token.time > until) throw malformed("is a renewal that came after the certificate before it had expired");
    const path = await pathFrom(subtle, token, trusted);
    if (path === undefined) return undefined;
    await assertHolds(subtle, token, path);
    until = Math.min(...path.map(({ validUntil }) => validUntil));
    first = { tsa: path[0].name, time: token.time, ...first, until };
    bytes = concatBytes(encoded, stamped);
  }
  return first;
}

type Path = [signer: Certificate, ...authorities: Certificate[]];

/** The path from the signer's certificate to a trusted one; `undefined` if there is none. */
async function pathFrom(
  subtle: Subtle,
  token: TimestampToken,
  trusted: readonly Certificate[],
): Promise<Path | undefined> {
  const known = [...trusted, ...token.certificates];
  let last = await signerAmong(subtle, token, known);
  const path: Certificate[] = [];
  while (last && path.length <= MOST_STEPS) {
    path.push(last);
    const { bytes } = last;
    if (trusted.some((one) => equalBytes(one.bytes, bytes))) return path as Path;
    last = await issuerOf(subtle, last, known);
  }
  return undefined;
}

/** Anybody can take a name, so the issuer is the one whose key signed the certificate. */
async function issuerOf(
  subtle: Subtle,
  { issuer, algorithm, signature, signed: message }: Certificate,
  candidates: readonly Certificate[],
): Promise<Certificate | undefined> {
  for (const one of candidates)
    if (
      equalBytes(one.subject, issuer) &&
      (await isSignedWith(subtle, one.publicKey, { algorithm, signature, message }))
    )
      return one;
  return undefined;
}

async function assertHolds(subtle: Subtle, token: TimestampToken, path: Path): Promise<void> {
  const [signer, ...authorities] = path;
  await assertSignedBy(subtle, token, signer);
  if (!signer.isForTimestamps) throw malformed("is signed with a certificate that is not for timestamps alone");
  for (const [below, { mostBelow }] of authorities.entries())
    if (mostBelow === undefined || below > mostBelow) throw malformed("comes by an authority that may not issue it");
  for (const { validFrom, validUntil, name } of path)
    if (token.time < validFrom || token.time > validUntil)
      throw malformed(`is of a time when the certificate of ${name} had expired, or was not valid yet`);
}

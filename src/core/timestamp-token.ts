/**
 * Timestamp tokens (RFC 3161): a CMS SignedData (RFC 5652) in which a time-stamping authority (TSA) says that it saw a hash at
 * a time. Read here as narrowly as authorities write them: one signer, signed attributes, the signer's certificate named by
 * its hash (ESSCertIDv2, RFC 5816).
 */
import { equalBytes, toHex } from "./bytes.ts";
import { parseCertificate, type Certificate } from "./certificate.ts";
import { contextTag, DER, DerReader, derTime, malformed, readDer, type DerValue } from "./der.ts";
import { digestOf, hashIn, isSignedWith, type Subtle } from "./signed-der.ts";

/** Largest token that is read: it may bring a path of certificates with it. */
export const MAX_TOKEN_BYTES = 65_536;
const MOST_CERTIFICATES = 16;
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const DEFAULT_HASH = "SHA-256";

/** The authority's statement. */
export interface StampedHash {
  /** Name of the hash, as Web Crypto calls it. */
  readonly hash: string;
  readonly digest: Uint8Array;
  /** POSIX seconds; a fraction is cut off. */
  readonly time: number;
  /** Content of the INTEGER; `undefined` when the request had none. */
  readonly nonce: Uint8Array | undefined;
}

/** A token taken apart; nothing about it is verified. */
export interface TimestampToken extends StampedHash {
  /** In the order that the token has them. */
  readonly certificates: readonly Certificate[];
  /** The statement's exact bytes, which {@link Signer.attributes} commit to. */
  readonly content: Uint8Array;
  readonly signer: Signer;
}

interface Signer {
  readonly hash: string;
  /** Value of `messageDigest`. */
  readonly contentDigest: Uint8Array;
  /** Hash of the certificate, by which hash, and, if it is said, whose it is. */
  readonly certificate: { readonly hash: string; readonly digest: Uint8Array };
  /** What was signed: the attributes as a SET. */
  readonly attributes: Uint8Array;
  readonly algorithm: DerValue;
  readonly signature: Uint8Array;
}

/** The token in DER. @throws TIMESTAMP_INVALID */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  if (bytes.length > MAX_TOKEN_BYTES) throw malformed(`is larger than ${MAX_TOKEN_BYTES} bytes`);
  const outer = new DerReader(readDer(bytes, DER.sequence).content);
  if (outer.oid() !== SIGNED_DATA) throw malformed("is no signed data");
  const data = outer.within(contextTag(0)).within(DER.sequence);
  outer.end();
  data.next(DER.integer);
  data.next(DER.set);
  const content = contentIn(data.within(DER.sequence));
  const certificates = certificatesIn(data.maybe(contextTag(0)));
  data.maybe(contextTag(1));
  const signers = data.within(DER.set);
  data.end();
  const signer = readSigner(signers.within(DER.sequence));
  signers.end();
  return { ...readStatement(content), certificates, content, signer };
}

function contentIn(encapsulated: DerReader): Uint8Array {
  if (encapsulated.oid() !== TST_INFO) throw malformed("says nothing about a time");
  return encapsulated.within(contextTag(0)).next(DER.octetString).content;
}

/** Certificates of other kinds have other tags, and are of no use here. */
function certificatesIn(value: DerValue | undefined): Certificate[] {
  if (value === undefined) return [];
  const certificates = new DerReader(value.content).rest().filter(({ tag }) => tag === DER.sequence);
  if (certificates.length > MOST_CERTIFICATES) throw malformed(`has more than ${MOST_CERTIFICATES} certificates`);
  return certificates.map(({ whole }) => parseCertificate(whole));
}

function readStatement(content: Uint8Array): StampedHash {
  const info = new DerReader(readDer(content, DER.sequence).content);
  info.next(DER.integer);
  info.oid();
  const imprint = info.within(DER.sequence);
  const hash = hashIn(imprint.next(DER.sequence));
  const digest = imprint.next(DER.octetString).content;
  imprint.end();
  info.next(DER.integer);
  const time = derTime(info.next(DER.generalizedTime));
  // Accuracy and ordering, which change nothing for a time in seconds.
  info.maybe(DER.sequence);
  info.maybe(DER.boolean);
  const nonce = info.maybe(DER.integer)?.content;
  info.maybe(contextTag(0));
  // An extension may change the meaning.
  info.end();
  return { hash, digest, time, nonce };
}

function readSigner(signer: DerReader): Signer {
  signer.next(DER.integer);
  // The signer's certificate; the signed attributes name it too, by its hash.
  signer.next();
  const hash = hashIn(signer.next(DER.sequence));
  const attributes = signer.next(contextTag(0)).whole;
  const algorithm = signer.next(DER.sequence);
  const signature = signer.next(DER.octetString).content;
  signer.maybe(contextTag(1));
  signer.end();
  const signed = attributes.slice();
  signed[0] = DER.set;
  return { hash, ...readAttributes(readDer(signed, DER.set)), attributes: signed, algorithm, signature };
}

function readAttributes({ content }: DerValue): Pick<Signer, "contentDigest" | "certificate"> {
  const values = new Map<string, DerReader>();
  for (const attribute of new DerReader(content).rest(DER.sequence)) {
    const reader = new DerReader(attribute.content);
    const oid = reader.oid();
    if (values.has(oid)) throw malformed("has a signed attribute twice");
    values.set(oid, reader.within(DER.set));
  }
  const of = (oid: string): DerReader => values.get(oid) ?? new DerReader(new Uint8Array());
  if (of(CONTENT_TYPE).oid() !== TST_INFO) throw malformed("is signed for another kind of content");
  return {
    contentDigest: of(MESSAGE_DIGEST).next(DER.octetString).content,
    certificate: signingCertificate(of(SIGNING_CERTIFICATE_V2)),
  };
}

/** The first of the list is the signer's. */
function signingCertificate(value: DerReader): Signer["certificate"] {
  const id = value.within(DER.sequence).within(DER.sequence).within(DER.sequence);
  const algorithm = id.maybe(DER.sequence);
  return { hash: algorithm ? hashIn(algorithm) : DEFAULT_HASH, digest: id.next(DER.octetString).content };
}

/** The certificate among those given that the token is signed with. */
export async function signerAmong(
  subtle: Subtle,
  { signer: { certificate } }: TimestampToken,
  certificates: readonly Certificate[],
): Promise<Certificate | undefined> {
  const { hash, digest } = certificate;
  for (const one of certificates) if (equalBytes(await digestOf(subtle, hash, one.bytes), digest)) return one;
  return undefined;
}

/** Verifies that the holder of that certificate signed the token. @throws TIMESTAMP_INVALID */
export async function assertSignedBy(subtle: Subtle, token: TimestampToken, by: Certificate): Promise<void> {
  const { hash, contentDigest, attributes: message, algorithm, signature } = token.signer;
  if (!equalBytes(await digestOf(subtle, hash, token.content), contentDigest))
    throw malformed("was changed: its signature is for another content");
  if (!(await isSignedWith(subtle, by.publicKey, { algorithm, signature, message, hash })))
    throw malformed("was changed: its signature does not verify");
}

/** Checks that the token is about these bytes. @throws TIMESTAMP_INVALID */
export async function assertStamps(subtle: Subtle, { hash, digest }: StampedHash, bytes: Uint8Array): Promise<void> {
  const expected = await digestOf(subtle, hash, bytes);
  if (!equalBytes(expected, digest))
    throw malformed(`is about other bytes: their ${hash} is ${toHex(digest)}, and should be ${toHex(expected)}`);
}

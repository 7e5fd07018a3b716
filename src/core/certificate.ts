/**
 * X.509 certificates (RFC 5280) as far as a timestamp needs them: names, validity, key, and what the key is for. Revocation
 * is not checked, since a verifier asks nobody.
 */
import { fromUtf8 } from "./bytes.ts";
import { contextTag, DER, derCount, DerReader, derTime, malformed, readDer, type DerValue } from "./der.ts";

const COMMON_NAME = "2.5.4.3";
const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";
/** Certificate policies: the rules that it was issued under, which change nothing here. */
const CERTIFICATE_POLICIES = "2.5.29.32";
const UNDERSTOOD = new Set([KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, CERTIFICATE_POLICIES]);
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
/** Bits of the key usage, counted from the highest of the first byte. */
const [SIGNS, SIGNS_CERTIFICATES] = [0xc0, 0x04];
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const SHOWN_CHARACTERS = 128;

/** A certificate taken apart; its signature is not verified. */
export interface Certificate {
  /** The whole certificate, as DER. */
  readonly bytes: Uint8Array;
  /** The bytes that its issuer signed. */
  readonly signed: Uint8Array;
  readonly algorithm: DerValue;
  readonly signature: Uint8Array;
  readonly serial: Uint8Array;
  /** DER of the names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The subject's common name, for people; empty if it has none. */
  readonly name: string;
  /** POSIX seconds, both included. */
  readonly validFrom: number;
  readonly validUntil: number;
  readonly publicKey: DerValue;
  /** Whether its key is for timestamps and nothing else, as RFC 3161 section 2.3 requires. */
  readonly isForTimestamps: boolean;
  /** How many authorities may stand between it and the end of a path; `undefined` if it is no authority. */
  readonly mostBelow: number | undefined;
}

/** The certificate in DER. @throws TIMESTAMP_INVALID */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const outer = new DerReader(readDer(bytes, DER.sequence).content);
  const body = outer.next(DER.sequence);
  const algorithm = outer.next(DER.sequence);
  const signature = bitsIn(outer.next(DER.bitString));
  outer.end();
  return { bytes, signed: body.whole, algorithm, signature, ...readBody(new DerReader(body.content)) };
}

function readBody(body: DerReader): Omit<Certificate, "bytes" | "signed" | "algorithm" | "signature"> {
  body.maybe(contextTag(0));
  const serial = body.next(DER.integer).content;
  body.next(DER.sequence);
  const issuer = body.next(DER.sequence).whole;
  const validity = body.within(DER.sequence);
  const [validFrom, validUntil] = [derTime(validity.next()), derTime(validity.next())];
  const subject = body.next(DER.sequence);
  const publicKey = body.next(DER.sequence);
  for (const number of [1, 2]) body.maybe(contextTag(number, false));
  const extensions = extensionsIn(body.maybe(contextTag(3)));
  body.end();
  return {
    ...{ serial, issuer, subject: subject.whole, name: commonName(subject), validFrom, validUntil, publicKey },
    isForTimestamps: isForTimestamps(extensions),
    mostBelow: mostBelow(extensions),
  };
}

interface Extension {
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

/** @throws TIMESTAMP_INVALID for an extension that occurs twice, or is critical and not understood */
function extensionsIn(value: DerValue | undefined): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  if (value === undefined) return extensions;
  for (const { content } of new DerReader(readDer(value.content, DER.sequence).content).rest(DER.sequence)) {
    const reader = new DerReader(content);
    const oid = reader.oid();
    const isCritical = isTrue(reader.maybe(DER.boolean));
    if (extensions.has(oid)) throw malformed("has an extension twice");
    if (isCritical && !UNDERSTOOD.has(oid)) throw malformed("has a critical extension that is not understood");
    extensions.set(oid, { isCritical, value: reader.next(DER.octetString).content });
    reader.end();
  }
  return extensions;
}

function isForTimestamps(extensions: ReadonlyMap<string, Extension>): boolean {
  const usage = extensions.get(EXTENDED_KEY_USAGE);
  if (!usage?.isCritical) return false;
  const purposes = new DerReader(readDer(usage.value, DER.sequence).content);
  const isOne = purposes.oid() === TIME_STAMPING && purposes.isAtEnd;
  return isOne && (usageOf(extensions) & ~SIGNS) === 0;
}

/** First byte of the key usage; without one, the key may be used for signatures of any kind. */
function usageOf(extensions: ReadonlyMap<string, Extension>, without = 0): number {
  const usage = extensions.get(KEY_USAGE);
  // Without a byte there is no bit: `undefined & x` is 0.
  return usage ? (bitsIn(readDer(usage.value, DER.bitString), true)[0] as number) : without;
}

function mostBelow(extensions: ReadonlyMap<string, Extension>): number | undefined {
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  if (constraints === undefined) return undefined;
  const reader = new DerReader(readDer(constraints.value, DER.sequence).content);
  const isAuthority = isTrue(reader.maybe(DER.boolean));
  if (!isAuthority || (usageOf(extensions, SIGNS_CERTIFICATES) & SIGNS_CERTIFICATES) === 0) return undefined;
  const most = reader.maybe(DER.integer);
  return most === undefined ? Infinity : derCount(most);
}

function isTrue(value: DerValue | undefined): boolean {
  return value?.content[0] === 0xff;
}

function bitsIn({ content }: DerValue, mayHaveUnused = false): Uint8Array {
  if (content.length === 0 || (content[0] !== 0 && !mayHaveUnused)) throw malformed("has a bit string with odd bits");
  return content.subarray(1);
}

/** Shortened to what people can read, without characters that move a terminal's cursor. */
function commonName({ content }: DerValue): string {
  for (const set of new DerReader(content).rest(DER.set))
    for (const attribute of new DerReader(set.content).rest(DER.sequence)) {
      const reader = new DerReader(attribute.content);
      if (reader.oid() !== COMMON_NAME) continue;
      const { tag, content: text } = reader.next();
      if (tag !== UTF8_STRING && tag !== PRINTABLE_STRING) continue;
      return fromUtf8(text, "name")
        .replaceAll(/[\p{C}]/gu, "\ufffd")
        .slice(0, SHOWN_CHARACTERS);
    }
  return "";
}

/**
 * Stage conceal: a record becomes a body that anybody may see and openings that only the vault holds. Claims that the
 * profile does not name as public appear in the body as digests only, each under 32 fresh random bytes, among decoys
 * that make the number of digests the same for every record of the profile.
 */
import { DIGESTS_STEP, formatRecordBody, parseBody, type Body } from "../core/body.ts";
import { fromBase64Url, toBase64Url } from "../core/bytes.ts";
import { canonicalBytes } from "../core/canonical-bytes.ts";
import { formatSalted, openingDigest, parseOpening, SALT_BYTES } from "../core/opening.ts";
import { CREDENTIALS_CLAIM } from "../core/content-credentials.ts";
import { unreachable } from "../core/errors.ts";
import { parseJsonBytes, type JsonObject, type JsonValue } from "../core/json.ts";
import { ownClaims } from "../core/own-claims.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import type { Record } from "../core/record.ts";
import type { PersonValue } from "../core/person-value.ts";
import type { RandomBytes } from "../core/random.ts";
import { signatureCommitment, type SignedRecord, type SourceSignature } from "../core/source-signature.ts";
import type { Profile } from "../profiles/profile.ts";
import type { LogEvent } from "../events/event.ts";
import type { NewRecord } from "./admit.ts";
import type { Sealable, SourceId } from "./append.ts";
import type { IngestedRecord } from "./ingest.ts";
import type { Attachment } from "../store/vault.ts";
import { hasPublishedPictures, type Picture } from "./pictured-value.ts";

/** A record whose claims are split. While it waits for its batch, nothing else of the submission is kept. */
export interface ConcealedRecord {
  readonly source: string;
  readonly key: string | undefined;
  /** The source's own number for it. */
  readonly seq: number | undefined;
  /** Whose API key sent it; `undefined` if it came without one. */
  readonly sender: string | undefined;
  readonly profile: Profile;
  readonly evidence: SourceSignature | undefined;
  /** Canonical JSON of the part of its body that comes from the record: claims in clear, and digests. */
  readonly content: Uint8Array;
  /** RFC 9901 text of each; `undefined` if nothing is concealed. */
  readonly openings: readonly string[] | undefined;
  /** What its body says of the source's signature: the commitment to what was signed; false; `undefined`, nothing is said. */
  readonly signed: string | false | undefined;
  /** What goes into the vault with it. */
  readonly attachments: readonly Attachment[] | undefined;
  /** Some of these are pictures that are to be published. */
  readonly isToPublish: boolean;
  /** What identifies the people whose record it is; for the vault alone. */
  readonly persons: readonly PersonValue[] | undefined;
}

/** Values that all bodies of a batch share. */
export interface BodyOrigin {
  /** Origin of the log. */
  readonly origin: string;
  /** POSIX seconds. */
  readonly receivedAt: number;
}

/** Splits a record's claims. It needs nothing from the log, so it is done while other records are being written. */
export function conceal(ingested: IngestedRecord, randomBytes: RandomBytes): ConcealedRecord {
  const { record, sender, profile } = ingested;
  const { source, key, seq, evidence } = record;
  const { content, openings, signed } = split(ingested, randomBytes);
  return {
    source,
    key,
    seq,
    sender,
    profile,
    evidence,
    content: canonicalBytes(content),
    openings,
    signed,
    attachments: attachmentsOf(ingested),
    isToPublish: hasPublishedPictures(profile, record.claims),
    persons: personsIn(ingested),
  };
}

/** The record as it was submitted, but for its key: put together again from what its body shows and what it conceals. */
export function submittedRecordOf({ source, seq, profile, evidence, content, openings }: ConcealedRecord): Record {
  const { _sd, ...shown } = parseJsonBytes(content, "content") as JsonObject;
  const { evidence: _, ...claims } = revealClaims(shown, openings ?? []);
  return { type: profile.document.type, source, seq, claims, evidence };
}

/** A record's own claims, and `evidence` if it is signed, from those that its body shows and the openings of the others. */
export function revealClaims(shown: JsonObject, openings: readonly string[]): JsonObject {
  const opened: JsonObject = {};
  for (const { name, value } of openings.map(parseOpening)) opened[name] = value;
  return ownClaims({ ...shown, ...opened });
}

/** The record as it enters the log: its body, and what goes with it into the vault. */
export function sealableOf(
  { record, seq }: Pick<NewRecord, "record" | "seq">,
  sourceId: SourceId,
  { origin, receivedAt }: BodyOrigin,
): Sealable {
  const { source, key, sender, profile, content, signed, openings, attachments, isToPublish, persons } = record;
  const head = { iat: receivedAt, iss: origin, seq, src: sourceId.hex, vct: profile.vct };
  return {
    kind: "record",
    sourceName: source,
    sourceId: sourceId.bytes,
    seq,
    receivedAt,
    key,
    sender,
    body: formatRecordBody(head, content, signed),
    openings,
    attachments,
    isToPublish,
    persons,
  };
}

/** The identifiers of the person whose record it is, as the profile names them. */
function personsIn({ record: { claims }, profile }: IngestedRecord): readonly PersonValue[] | undefined {
  return profile.document.person?.flatMap((claim) => {
    const value = claims[claim];
    return typeof value === "string" ? [{ claim, value }] : [];
  });
}

/** First the bytes that it was made from, then its pictures. */
function attachmentsOf({ original, pictures = [] }: IngestedRecord): readonly Attachment[] | undefined {
  if (!original && pictures.length === 0) return undefined;
  return [
    ...(original ? [{ mediaType: original.received.type, bytes: original.bytes }] : []),
    ...pictures.map(({ claim: { type: mediaType }, bytes }) => ({ mediaType, bytes })),
  ];
}

/** An event's content with its concealed claims as digests, and their openings. */
export function concealInEvent(
  { content, concealed }: Pick<LogEvent, "content" | "concealed">,
  randomBytes: RandomBytes,
): { readonly content: JsonObject; readonly openings: readonly string[] | undefined } {
  if (concealed === undefined) return { content, openings: undefined };
  const slots = randomSlots(DIGESTS_STEP, randomBytes);
  const openings = Object.entries(concealed).map(([name, value], at) => formatSalted(saltAt(slots, at), name, value));
  return { content: { ...content, _sd: digestsOf(openings, slots) }, openings };
}

/**
 * The body of an event as every reader will see it. Asked for before the event is stored, since one that nobody can read
 * would damage the log for good.
 * @throws BODY_INVALID, OPENING_INVALID
 */
export function readableBodyOf({ body, openings }: Sealable): Body {
  openings?.forEach(parseOpening);
  return parseBody(body);
}

/** What a record's body shows of its claims, the openings of the others, and what it says of the source's signature. */
interface SplitClaims extends Pick<ConcealedRecord, "openings" | "signed"> {
  readonly content: JsonObject;
}

function split(ingested: IngestedRecord, randomBytes: RandomBytes): SplitClaims {
  const { record, profile } = ingested;
  const claims = allClaims(ingested);
  if (profile.digestSlots === 0) return { content: claims, openings: undefined, signed: undefined };
  const content: JsonObject = {};
  const openings: string[] = [];
  const slots = randomSlots(profile.digestSlots, randomBytes);
  let signed: string | false = false;
  for (const [name, value] of Object.entries(claims)) {
    if (profile.isPublic(name)) {
      content[name] = value;
      continue;
    }
    const salt = saltAt(slots, openings.length);
    openings.push(formatSalted(salt, name, value as JsonValue));
    if (name === "evidence") signed = commitmentTo(record as SignedRecord, salt);
  }
  content["_sd"] = digestsOf(openings, slots);
  return { content, openings, signed };
}

/** The record's own claims, and those that are reserved. */
function allClaims({ record, original, pictures = [], profile }: IngestedRecord): JsonObject {
  const { claims, evidence } = record;
  if (!evidence && !original && pictures.length === 0) return claims;
  const all = { ...claims, ...(evidence && { evidence }), ...(original && { [RECEIVED_CLAIM]: original.received }) };
  return pictures.length > 0 ? withCredentials(all, pictures, profile) : all;
}

/** Adds what was found of the pictures' content credentials, if a digest is left for it: it must not hold up a record. */
function withCredentials(claims: JsonObject, pictures: readonly Picture[], profile: Profile): JsonObject {
  // In clear, no signer is named: it may be a person.
  const unnamed = pictures.map(({ credentials: { present, ...rest } }) =>
    "state" in rest ? { present, state: rest.state } : { present },
  );
  if (profile.digestSlots === 0) return { ...claims, [CREDENTIALS_CLAIM]: unnamed };
  const concealed = Object.keys(claims).filter((name) => !profile.isPublic(name)).length;
  return concealed < profile.digestSlots
    ? { ...claims, [CREDENTIALS_CLAIM]: pictures.map(({ credentials }) => credentials) }
    : claims;
}

/** Ingest has made sure that each concealed claim has a slot: one without would have no salt. */
function saltAt(slots: readonly string[], at: number): string {
  return slots[at] ?? unreachable("more concealed claims than digests");
}

/** Commits with the bytes of the salt, not with its text. */
function commitmentTo(record: SignedRecord, salt: string): string {
  return signatureCommitment(fromBase64Url(salt, "salt", SALT_BYTES), record);
}

/** Digests of openings, filled up with decoys so that their number reveals nothing, and sorted so that their order reveals
 * nothing either (RFC 9901 section 4.2.4.1). */
function digestsOf(openings: readonly string[], slots: readonly string[]): string[] {
  return [...openings.map(openingDigest), ...slots.slice(openings.length)].sort();
}

/** One byte more than a salt makes a multiple of three: the base64url text of a slot ends where that of the next begins. */
const SLOT_BYTES = SALT_BYTES + 1;
const SLOT_CHARACTERS = (SLOT_BYTES / 3) * 4;

/**
 * Salts or decoys, as base64url. All of them are drawn in one call and encoded in another: per slot, either call would
 * cost more than the work itself.
 */
function randomSlots(count: number, randomBytes: RandomBytes): string[] {
  const random = randomBytes(count * SLOT_BYTES);
  for (let at = SALT_BYTES; at < random.length; at += SLOT_BYTES) random[at] = 0;
  const text = toBase64Url(random);
  const slots: string[] = [];
  // The last character of each is left out: it encodes only the last byte, which is zero.
  for (let at = 0; at < text.length; at += SLOT_CHARACTERS) slots.push(text.slice(at, at + SLOT_CHARACTERS - 1));
  return slots;
}

/**
 * Stage conceal: a record becomes a body that anybody may see and openings that only the vault holds. Claims that the
 * profile does not name as public appear in the body as digests only, each under 32 fresh random bytes, among decoys
 * that make the number of digests the same for every record of the profile.
 */
import { DIGESTS_STEP, formatRecordBody } from "../core/body.ts";
import { fromBase64Url, toBase64Url } from "../core/bytes.ts";
import { formatSalted, openingDigest, SALT_BYTES } from "../core/disclosure.ts";
import { CREDENTIALS_CLAIM } from "../core/content-credentials.ts";
import { unreachable } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import type { PersonValue } from "../core/person-value.ts";
import type { RandomBytes } from "../core/random.ts";
import { signatureCommitment, type SignedRecord } from "../core/source-signature.ts";
import type { Profile } from "../profiles/profile.ts";
import type { LogEvent } from "../events/event.ts";
import type { NewRecord } from "./admit.ts";
import type { Sealable, SourceId } from "./append.ts";
import type { IngestedRecord } from "./ingest.ts";
import type { Attachment } from "../store/vault.ts";
import { hasPublishedPictures, type Picture } from "./pictured-value.ts";

/** A record whose claims are split. */
export interface ConcealedRecord extends IngestedRecord {
  /** The part of its body that comes from the record: claims in clear, and digests. */
  readonly content: JsonObject;
  /** RFC 9901 text of each; `undefined` if nothing is concealed. */
  readonly openings: readonly string[] | undefined;
  /** Salt of the claim `evidence`; `false` where only other claims are concealed, `undefined` where none are. */
  readonly evidenceSalt: string | false | undefined;
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
  return { ...ingested, ...split(ingested, randomBytes) };
}

/** The record as it enters the log: its body, and what goes with it into the vault. */
export function sealableOf(newRecord: NewRecord, sourceId: SourceId, origin: BodyOrigin): Sealable {
  const { record, seq, sender, profile, openings } = newRecord;
  const { source: sourceName, key } = record;
  const { receivedAt } = origin;
  const attachments = attachmentsOf(newRecord);
  const isToPublish = hasPublishedPictures(profile, record.claims);
  const persons = personsIn(newRecord);
  return {
    kind: "record",
    sourceName,
    sourceId: sourceId.bytes,
    seq,
    receivedAt,
    key,
    sender,
    body: bodyOf(newRecord, sourceId, origin),
    openings,
    attachments,
    isToPublish,
    persons,
  };
}

function bodyOf(newRecord: NewRecord, sourceId: SourceId, { origin, receivedAt }: BodyOrigin): Uint8Array {
  const { record, profile, seq, content, evidenceSalt } = newRecord;
  const head = { iat: receivedAt, iss: origin, seq, src: sourceId.hex, vct: profile.vct };
  const signed = evidenceSalt ? commitmentTo({ ...record, seq } as SignedRecord, evidenceSalt) : evidenceSalt;
  return formatRecordBody(head, content, signed);
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

function split(ingested: IngestedRecord, randomBytes: RandomBytes): Omit<ConcealedRecord, keyof IngestedRecord> {
  const { profile } = ingested;
  const claims = allClaims(ingested);
  if (profile.digestSlots === 0) return { content: claims, openings: undefined, evidenceSalt: undefined };
  const content: JsonObject = {};
  const openings: string[] = [];
  const slots = randomSlots(profile.digestSlots, randomBytes);
  let evidenceSalt: string | false = false;
  for (const [name, value] of Object.entries(claims)) {
    if (profile.isPublic(name)) {
      content[name] = value;
      continue;
    }
    const salt = saltAt(slots, openings.length);
    openings.push(formatSalted(salt, name, value as JsonValue));
    if (name === "evidence") evidenceSalt = salt;
  }
  content["_sd"] = digestsOf(openings, slots);
  return { content, openings, evidenceSalt };
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

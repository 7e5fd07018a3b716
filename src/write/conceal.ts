/**
 * Stage conceal: a record becomes a body that anybody may see and openings that only the vault holds. Claims that the
 * profile does not name as public appear in the body as digests only, each under 32 fresh random bytes, among decoys
 * that make the number of digests the same for every record of the profile.
 */
import { DIGESTS_STEP, formatRecordBody } from "../core/body.ts";
import { toBase64Url, toHex } from "../core/bytes.ts";
import { formatOpening, openingDigest, SALT_BYTES } from "../core/disclosure.ts";
import { unreachable } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import type { RandomBytes } from "../core/random.ts";
import { signatureCommitment, type SignedRecord } from "../core/source-signature.ts";
import type { Record } from "../core/record.ts";
import type { LogEvent } from "../events/event.ts";
import type { NewRecord } from "./admit.ts";
import type { Sealable } from "./append.ts";
import type { Attachment } from "../store/vault.ts";
import type { Original } from "./received-value.ts";
import { hasPublishedPictures } from "./pictured-value.ts";

/** What is the same for all bodies of a batch. */
export interface BodyOrigin {
  /** Origin of the log. */
  readonly origin: string;
  /** POSIX seconds. */
  readonly receivedAt: number;
}

/** Splits a record into body and openings, which go with it into the log and the vault. */
export function conceal(
  newRecord: NewRecord,
  sourceId: Uint8Array,
  origin: BodyOrigin,
  randomBytes: RandomBytes,
): Sealable {
  const { record, seq, sender, profile } = newRecord;
  const { source: sourceName, key } = record;
  const { receivedAt } = origin;
  const { body, openings } = split(newRecord, sourceId, origin, randomBytes);
  const attachments = attachmentsOf(newRecord);
  const isToPublish = hasPublishedPictures(profile, record.claims);
  return {
    kind: "record",
    sourceName,
    sourceId,
    seq,
    receivedAt,
    key,
    sender,
    body,
    openings,
    attachments,
    isToPublish,
  };
}

/** What it was made from first, then its pictures. */
function attachmentsOf({ original, pictures = [] }: NewRecord): readonly Attachment[] | undefined {
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
  const random = randomBytes(DIGESTS_STEP * SALT_BYTES);
  const openings = Object.entries(concealed).map(([name, value], at) =>
    formatOpening({ salt: slot(random, at), name, value }),
  );
  return { content: { ...content, _sd: digestsOf(openings, DIGESTS_STEP, random) }, openings };
}

function split(
  { record, profile, seq, original }: NewRecord,
  sourceId: Uint8Array,
  { origin, receivedAt }: BodyOrigin,
  randomBytes: RandomBytes,
): Pick<Sealable, "body" | "openings"> {
  const head = { iat: receivedAt, iss: origin, seq, src: toHex(sourceId), vct: profile.vct };
  const claims = allClaims(record, original);
  if (profile.digestSlots === 0) return { body: formatRecordBody(head, claims), openings: undefined };
  const disclosed: JsonObject = {};
  const openings: string[] = [];
  // One draw for all salts and decoys of the record: each slot uses its own 32 bytes of it.
  const random = randomBytes(profile.digestSlots * SALT_BYTES);
  let signed: string | false = false;
  for (const [name, value] of Object.entries(claims)) {
    if (profile.isPublic(name)) {
      disclosed[name] = value;
      continue;
    }
    const salt = slot(random, openings.length);
    openings.push(formatOpening({ salt, name, value: value as JsonValue }));
    if (name === "evidence") signed = signatureCommitment(salt, { ...record, seq } as SignedRecord);
  }
  // Ingest has made sure of that; one slot too few would mean an empty salt.
  if (openings.length > profile.digestSlots) unreachable("more concealed claims than digests");
  const _sd = digestsOf(openings, profile.digestSlots, random);
  return { body: formatRecordBody(head, { ...disclosed, _sd }, signed), openings };
}

/** The record's own claims, and those that are reserved. */
function allClaims({ claims, evidence }: Record, original: Original | undefined): JsonObject {
  if (!evidence && !original) return claims;
  return { ...claims, ...(evidence && { evidence }), ...(original && { [RECEIVED_CLAIM]: original.received }) };
}

/** Digests of openings, filled up with decoys so that their number reveals nothing, and sorted so that their order reveals
 * nothing either (RFC 9901 section 4.2.4.1). */
function digestsOf(openings: readonly string[], slots: number, random: Uint8Array): string[] {
  const digests = openings.map(openingDigest);
  for (let at = digests.length; at < slots; at++) digests.push(toBase64Url(slot(random, at)));
  return digests.sort();
}

function slot(random: Uint8Array, at: number): Uint8Array {
  return random.slice(at * SALT_BYTES, (at + 1) * SALT_BYTES);
}

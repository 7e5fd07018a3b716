/**
 * What a person gets who asks to see their data, or to take it along: everything that their records say, what happened to
 * them, to whom they went, and their pictures, as one JSON document that other programs can read.
 */
import { openClaims, type Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { JsonObject } from "../core/json.ts";
import { picturesIn } from "../core/picture.ts";
import { formatRecordId } from "../core/record-id.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import type { Consents } from "./consent.ts";
import { copiedPictures, type PicturedRecord, type Strip } from "./copied-pictures.ts";
import type { Law } from "./law.ts";
import type { Restrictions } from "./restrictions.ts";
import type { Asker, WayOut } from "./way-out.ts";

const FORMAT = "warifu:personal-copy:1";
/** Events of which the person is told all: who was shown their data, and who was given it. */
const TOLD_IN_FULL: readonly EntryKind[] = ["disclosure", "provision"];

export interface CopyParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "bodyOf" | "claimsOf" | "missing">;
  readonly events: Pick<EventRegister, "aboutRecords">;
  readonly wayOut: Pick<WayOut, "openings" | "picture">;
  readonly strip: Strip;
}

/** Whose copy it is. */
export interface CopyOf {
  readonly subject?: string | undefined;
  /** Leaf indexes, ascending. */
  readonly records: readonly number[];
  /** POSIX seconds. */
  readonly at: number;
  /** Who is noted to have looked into each record. */
  readonly asker: Asker;
  /** Throws if who asks may not see records of a source. */
  readonly assertMaySee: (source: string) => void;
}

/** A copy as it is handed out. */
export interface PersonalCopy {
  /** All but the pictures. */
  readonly copy: JsonObject;
  /** The pictures, read and copied as they are taken. */
  readonly pictures: AsyncIterable<JsonObject>;
  /** Whether it has anything that only the vault holds: all records may be erased. */
  readonly hasOpened: boolean;
}

/**
 * The copy.
 * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
 */
export async function personalCopy(
  { subject, records, at, ...opening }: CopyOf,
  parts: CopyParts,
  rights: { readonly law: Law; readonly consents: Consents; readonly restrictions: Restrictions },
): Promise<PersonalCopy> {
  const { law, consents } = rights;
  const given = subject === undefined ? [] : await consents.of(subject);
  const items: CopiedRecord[] = [];
  for (const leaf of records) items.push(await recordItem(leaf, parts, rights.restrictions, opening));
  const copy = {
    format: FORMAT,
    made: formatSecond(at),
    law: { jurisdiction: law.jurisdiction, name: law.law, version: law.lawVersion },
    ...(subject !== undefined && { subject }),
    records: items.map(({ item }) => item),
    consents: given.map(({ at: said, purpose, country, state }) => ({
      at: formatSecond(said),
      purpose,
      state,
      ...(country !== undefined && { country }),
    })),
  };
  const { wayOut, strip } = parts;
  const pictured = items.flatMap((one) => one.pictured ?? []);
  const pictures = copiedPictures(pictured, opening.asker, { wayOut, strip });
  return { copy, pictures, hasOpened: items.some((one) => one.hasOpened) };
}

/** The text of a copy in pieces, none of which has more than one picture. */
export async function* copyText({ copy, pictures }: Pick<PersonalCopy, "copy" | "pictures">): AsyncGenerator<string> {
  yield `${JSON.stringify(copy).slice(0, -1)},"pictures":[`;
  let separator = "";
  for await (const picture of pictures) {
    yield separator + JSON.stringify(picture);
    separator = ",";
  }
  yield "]}";
}

interface CopiedRecord {
  readonly item: JsonObject;
  readonly hasOpened: boolean;
  /** If it has pictures. */
  readonly pictured: PicturedRecord | undefined;
}

async function recordItem(
  leafIndex: number,
  parts: CopyParts,
  restrictions: Restrictions,
  { asker, assertMaySee }: Pick<CopyOf, "asker" | "assertMaySee">,
): Promise<CopiedRecord> {
  const { entry, body } = await read(leafIndex, parts);
  assertMaySee(entry.sourceName);
  const openings = await parts.wayOut.openings({ entry, body }, asker);
  const claims = body && openings && openedClaims(body, openings);
  const events: JsonObject[] = [];
  for (const event of parts.events.aboutRecords.of(leafIndex)) events.push(await eventItem(event, parts));
  const standing = await restrictions.of(leafIndex);
  const item = {
    id: formatRecordId(entry.id),
    leafIndex,
    source: entry.sourceName,
    ...(body && { type: body.vct, received: formatSecond(body.iat) }),
    ...(claims ? { claims } : { erased: true }),
    events,
    restrictions: standing.map(({ at, state, purposes, basis }) => ({
      at: formatSecond(at),
      ...{ state, basis, purposes: [...purposes] },
    })),
  };
  const pictures = claims ? picturesIn(claims) : [];
  const pictured = pictures.length > 0 ? { of: { entry, body }, pictures } : undefined;
  return { item, pictured, hasOpened: (openings?.length ?? 0) > 0 || events.some(isToldInFull) };
}

function isToldInFull({ kind }: JsonObject): boolean {
  return TOLD_IN_FULL.some((one) => one === kind);
}

async function eventItem(leafIndex: number, parts: CopyParts): Promise<JsonObject> {
  const { entry, body } = await read(leafIndex, parts);
  const isInFull = TOLD_IN_FULL.includes(entry.kind);
  const claims = isInFull ? await parts.check.claimsOf(leafIndex, body) : undefined;
  return {
    id: formatRecordId(entry.id),
    leafIndex,
    kind: entry.kind,
    ...(body && { type: body.vct, at: formatSecond(body.iat), says: claims ?? body.content }),
  };
}

function openedClaims(body: Body, openings: readonly string[]): JsonObject {
  const opened = openClaims(body, openings).map(({ name, value }) => [name, value] as const);
  return { ...body.content, ...Object.fromEntries(opened) };
}

async function read(
  leafIndex: number,
  { store, check }: CopyParts,
): Promise<{ readonly entry: StoredEntry; readonly body: Body | undefined }> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  return { entry, body: await check.bodyOf(entry) };
}

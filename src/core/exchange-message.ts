/**
 * The messages between two cities: a message `warifu-exchange/1` with records, their translations, and what became of
 * records that were sent earlier; and the answer to it. A statement in a message counts only if its bundle proves it.
 */
import { WarifuError, type ErrorCode } from "./errors.ts";
import { parseJson, type JsonObject } from "./json.ts";
import { MOST_PICTURES } from "./picture.ts";
import { readLabel, type OriginLabel } from "./provision-file.ts";
import { LINE } from "./recipient.ts";
import { PURPOSE } from "./restriction-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** Value of the member `format` of message and answer. */
export const EXCHANGE_FORMAT = "warifu-exchange/1";
/** Most items of one message, and its most bytes. */
export const MOST_ITEMS = 50;
export const MAX_MESSAGE_BYTES = 16_777_216;

/** A copy of a picture that everybody may see, with the event that states how it was made. */
export interface SentPicture {
  readonly bundle: string;
  /** Opening of the result, in that event. */
  readonly opening: string;
  /** Base64. */
  readonly bytes: string;
}

/** A record, with openings of the claims that are shared. */
export interface RecordItem {
  readonly kind: "record";
  readonly label: OriginLabel;
  readonly purpose: string;
  readonly bundle: string;
  /** The record that it is about, by its id in the log where it began. */
  readonly about?: { readonly log: string; readonly id: string };
  /** Copies of its pictures, in their order. */
  readonly pictures?: readonly SentPicture[];
}

/** A translation of what a record says: the bundle of the event, and its openings. */
export interface TranslationItem {
  readonly kind: "translation";
  readonly bundle: string;
  readonly openings: readonly string[];
}

/** What became of a record: the bundle of the event that states it, and openings that the partner needs. */
export interface FollowUpItem {
  readonly kind: "follow-up";
  readonly bundle: string;
  readonly openings: readonly string[];
}

export type ExchangeItem = RecordItem | TranslationItem | FollowUpItem;

/**
 * The result for an item: a record was taken; a translation or follow-up was honoured; there is no such record; it must be
 * sent again later; or it is refused.
 */
export const ANSWER_STATES = ["taken", "honoured", "absent", "later", "refused"] as const;

/** The result for an item. */
export interface ExchangeAnswer {
  readonly state: (typeof ANSWER_STATES)[number];
  /** Id of the event of the answering log that says so. */
  readonly event?: string;
  /** Opening of the claim in which that event names what it answers. */
  readonly opening?: string;
  readonly code?: ErrorCode;
  readonly detail?: string;
}

/** Text of a message. */
export function formatMessage(items: readonly ExchangeItem[]): string {
  return JSON.stringify({ format: EXCHANGE_FORMAT, items });
}

/** Text of an answer. */
export function formatAnswer(items: readonly ExchangeAnswer[]): string {
  return JSON.stringify({ format: EXCHANGE_FORMAT, items });
}

/** The items of a message; nothing that it says is verified. @throws BUNDLE_INVALID */
export function parseMessage(text: string): ExchangeItem[] {
  return parsed(text, "message", (reader) => {
    const items = reader.objects("items").map(readItem);
    if (items.length === 0 || items.length > MOST_ITEMS) reader.fail("items", `are 1 to ${MOST_ITEMS}`);
    return items;
  });
}

/** The items of an answer; nothing that it says is verified. @throws BUNDLE_INVALID also if there are not that many */
export function parseAnswer(text: string, count: number): ExchangeAnswer[] {
  return parsed(text, "answer", (reader) => {
    const items = reader.objects("items").map(readAnswer);
    if (items.length !== count) reader.fail("items", `are ${count}`);
    return items;
  });
}

function parsed<T>(text: string, what: string, read: (reader: ObjectReader) => T): T {
  try {
    const reader = new ObjectReader(parseJson(text, what), what, "BUNDLE_INVALID");
    if (reader.string("format") !== EXCHANGE_FORMAT) reader.fail("format", `must be "${EXCHANGE_FORMAT}"`);
    const found = read(reader);
    reader.end();
    return found;
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "BUNDLE_INVALID")
      throw new WarifuError("BUNDLE_INVALID", `the ${what} is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readItem(reader: ObjectReader): ExchangeItem {
  const kind = reader.string("kind");
  const item = kind === "record" ? readRecord(reader) : readEventItem(reader, kind);
  reader.end();
  return item;
}

function readRecord(reader: ObjectReader): RecordItem {
  return {
    kind: "record",
    label: readLabel(reader.object("label")),
    purpose: reader.string("purpose", PURPOSE),
    bundle: reader.string("bundle"),
    ...(reader.has("about") && { about: readAbout(reader.object("about")) }),
    ...(reader.has("pictures") && { pictures: readPictures(reader) }),
  };
}

function readAbout(reader: ObjectReader): { readonly log: string; readonly id: string } {
  const about = { log: reader.string("log", LINE), id: reader.string("id", LINE) };
  reader.end();
  return about;
}

function readPictures(reader: ObjectReader): SentPicture[] {
  const pictures = reader.objects("pictures").map((picture) => {
    const sent = {
      bundle: picture.string("bundle"),
      opening: picture.string("opening"),
      bytes: picture.string("bytes"),
    };
    picture.end();
    return sent;
  });
  if (pictures.length > MOST_PICTURES) reader.fail("pictures", `are at most ${MOST_PICTURES}`);
  return pictures;
}

function readEventItem(reader: ObjectReader, kind: string): TranslationItem | FollowUpItem {
  if (kind !== "translation" && kind !== "follow-up") return reader.fail("kind", "is none that is known");
  return { kind, bundle: reader.string("bundle"), openings: reader.strings("openings") };
}

function readAnswer(reader: ObjectReader): ExchangeAnswer {
  const state = reader.string("state");
  const answer = {
    state: ANSWER_STATES.find((one) => one === state) ?? reader.fail("state", "is none that is known"),
    ...(reader.has("event") && { event: reader.string("event", LINE) }),
    ...(reader.has("opening") && { opening: reader.string("opening") }),
    ...(reader.has("code") && { code: reader.string("code", /^[A-Z_]{1,64}$/) as ErrorCode }),
    ...(reader.has("detail") && { detail: reader.string("detail") }),
  };
  reader.end();
  return answer;
}

/** An answer as JSON, for HTTP. */
export function answerDocument(items: readonly ExchangeAnswer[]): JsonObject {
  return { format: EXCHANGE_FORMAT, items: items.map((one) => ({ ...one })) };
}

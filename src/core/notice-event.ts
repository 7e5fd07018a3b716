/**
 * A notice: what people are told of the use of their data, in one language. It is in the log in full, so anybody can prove
 * what was told, and when; a consent names the notice that its giver was shown.
 */
import type { Body } from "./body.ts";
import { toHex, utf8 } from "./bytes.ts";
import type { ErrorCode } from "./errors.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { CONSENT_CONTENT, PURPOSE } from "./restriction-event.ts";
import { sha256 } from "./sha256.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const NOTICE_VCT = "warifu:notice:1";

/** ISO 3166-1, two letters. */
export const COUNTRY = /^[A-Z]{2}$/;
/** A language, with a region if need be: RFC 5646. */
export const LANGUAGE_TAG = /^[a-z]{2}(?:-[A-Z]{2})?$/;
const LINE = /^[^\p{Cc}]{1,500}$/u;
const TEXT = /^[^\0]{1,16384}$/u;
const MOST = 64;

/** A purpose that data are used for. */
export type NoticePurpose = {
  /** Provision of law that it rests on. */
  readonly basis: string;
  readonly code: string;
  /** Whether it needs consent. */
  readonly needsConsent: boolean;
  readonly text: string;
};

/** Somebody who is given data. */
export type NoticeRecipient = {
  readonly country: string;
  readonly name: string;
};

/** A notice as an operator writes it. */
export type Notice = {
  /** The authority that people complain to. */
  readonly authority?: string;
  /** How data are collected. */
  readonly collection?: string;
  readonly controller: { readonly address: string; readonly contact: string; readonly name: string };
  /** Kinds of data. */
  readonly data: readonly string[];
  readonly language: string;
  /** Where data are used. */
  readonly processing?: string;
  readonly purposes: readonly NoticePurpose[];
  readonly recipients: readonly NoticeRecipient[];
  /** How long data are kept. */
  readonly retention: string;
  readonly rights: readonly string[];
  /** Where data are kept. */
  readonly storage: readonly string[];
  /** What people read. */
  readonly text: string;
  readonly version: number;
  /** How consent is withdrawn. */
  readonly withdrawal: string;
};

/** A notice in the log: whose law it is by, and the hash of its text. */
export type EnteredNoticeContent = Notice & {
  readonly jurisdiction: string;
  readonly lawVersion: string;
  readonly textSha256: string;
};

/** SHA-256 of a notice's text, hexadecimal. */
export function noticeTextHash({ text }: Pick<Notice, "text">): string {
  return toHex(sha256(utf8(text)));
}

/**
 * The notice in an operator's file.
 * @throws `code` naming the place of what is wrong
 */
export function parseNotice(value: JsonValue, code: ErrorCode): Notice {
  const reader = new ObjectReader(value, "notice", code);
  const notice = readNotice(reader);
  reader.end();
  return notice;
}

/** Whether a body is that of a notice. */
export function isNotice({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === CONSENT_CONTENT && vct === NOTICE_VCT;
}

/**
 * The notice in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, one of the wrong form, or a hash that is not the text's
 */
export function noticeOf({ content }: { readonly content: JsonObject }): EnteredNoticeContent {
  const reader = new ObjectReader(content, "notice", "BODY_INVALID");
  const entered = {
    ...readNotice(reader),
    jurisdiction: reader.string("jurisdiction", /^[a-z][a-z0-9-]{0,31}$/),
    lawVersion: reader.string("lawVersion", /^\d{4}-\d{2}-\d{2}$/),
    textSha256: reader.string("textSha256"),
  };
  reader.end();
  if (entered.textSha256 !== noticeTextHash(entered)) reader.fail("textSha256", "is not the hash of the text");
  return entered;
}

function readNotice(reader: ObjectReader): Notice {
  const controller = reader.object("controller");
  const notice = {
    ...(reader.has("authority") && { authority: reader.string("authority", LINE) }),
    ...(reader.has("collection") && { collection: reader.string("collection", LINE) }),
    controller: {
      address: controller.string("address", LINE),
      contact: controller.string("contact", LINE),
      name: controller.string("name", LINE),
    },
    data: few(reader, "data", reader.strings("data", LINE)),
    language: reader.string("language", LANGUAGE_TAG),
    ...(reader.has("processing") && { processing: reader.string("processing", LINE) }),
    purposes: few(reader, "purposes", reader.objects("purposes").map(readPurpose)),
    recipients: reader.objects("recipients").map(readRecipient),
    retention: reader.string("retention", LINE),
    rights: few(reader, "rights", reader.strings("rights", LINE)),
    storage: few(reader, "storage", reader.strings("storage", LINE)),
    text: reader.string("text", TEXT),
    version: reader.count("version"),
    withdrawal: reader.string("withdrawal", LINE),
  };
  controller.end();
  if (new Set(notice.purposes.map(({ code }) => code)).size < notice.purposes.length)
    reader.fail("purposes", "have a code twice");
  if (notice.recipients.length > MOST) reader.fail("recipients", `are more than ${MOST}`);
  return notice;
}

function few<T>(reader: ObjectReader, name: string, items: readonly T[]): readonly T[] {
  return items.length > 0 && items.length <= MOST ? items : reader.fail(name, `has 1 to ${MOST} items`);
}

function readPurpose(reader: ObjectReader): NoticePurpose {
  const needsConsent = reader.value("needsConsent");
  const purpose = {
    basis: reader.string("basis", LEGAL_BASIS),
    code: reader.string("code", PURPOSE),
    needsConsent: typeof needsConsent === "boolean" ? needsConsent : reader.fail("needsConsent", "is true or false"),
    text: reader.string("text", LINE),
  };
  reader.end();
  return purpose;
}

function readRecipient(reader: ObjectReader): NoticeRecipient {
  const recipient = { country: reader.string("country", COUNTRY), name: reader.string("name", LINE) };
  reader.end();
  return recipient;
}

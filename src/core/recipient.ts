/**
 * The other controllers that a city exchanges records with, and the events by which an officer keeps their register. Each
 * has a number in clear; who it is, is concealed.
 */
import type { Body } from "./body.ts";
import type { JsonObject } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { COUNTRY_CODE, JURISDICTION, PROVISION_CONTENT } from "./provision-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const RECIPIENT_VCT = "warifu:recipient:1";
/** Name of the concealed claim. */
export const RECIPIENT_CLAIM = "recipient";

/** What a controller is: the law of transfers differs for each. */
export const RECIPIENT_KINDS = ["business-operator", "public-body", "academia"] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

/** The kind of a document: a contract or arrangement with the recipient, or what people were told about it. */
export const PAPER_KINDS = ["contract", "information"] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** A document in the city's files that a basis requires. */
export type Paper = {
  /** Id of the basis. */
  readonly basis: string;
  readonly kind: PaperKind;
  /** Where it is filed. */
  readonly reference: string;
  /** Last day on which it is valid, as 2027-03-31. */
  readonly until?: string;
};

/** Another controller. */
export type Recipient = {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly jurisdiction: string;
  readonly kind: RecipientKind;
  /** Key of its log, as C2SP signed-note writes it, if it runs one. */
  readonly log?: string;
  readonly name: string;
  readonly papers: readonly Paper[];
};

/** What an event says in clear. */
export interface RecipientEntry {
  /** Recipients of a log are numbered from 0; a later event of the same number replaces the earlier one. */
  readonly number: number;
  readonly state: "kept" | "removed";
}

/** A line of text, in any script. */
export const LINE = /^[^\p{Cc}]{1,200}$/u;
export const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** A verifier key. */
export const LOG_KEY = /^[^\s\p{Cc}]{1,512}$/u;

/** Whether a body is that of such an event. */
export function isRecipientEntry({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === PROVISION_CONTENT && vct === RECIPIENT_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function recipientEntryOf({ content, digests }: Pick<Body, "content" | "digests">): RecipientEntry {
  const reader = new ObjectReader(content, PROVISION_CONTENT, "BODY_INVALID");
  const state = reader.string("state");
  const entry = {
    number: reader.count("number"),
    state: STATES.find((one) => one === state) ?? reader.fail("state", "is kept or removed"),
  };
  reader.end();
  if (digests.length === 0) reader.fail("number", "goes with concealed claims");
  return entry;
}

const STATES = ["kept", "removed"] as const;

/**
 * The recipient among the concealed claims of such an event.
 * @throws BODY_INVALID it has another form
 */
export function recipientIn(claims: JsonObject): Recipient {
  const reader = new ObjectReader(claims[RECIPIENT_CLAIM], RECIPIENT_CLAIM, "BODY_INVALID");
  const kind = reader.string("kind");
  const recipient = {
    country: reader.string("country", COUNTRY_CODE),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    kind: RECIPIENT_KINDS.find((one) => one === kind) ?? reader.fail("kind", `is one of ${RECIPIENT_KINDS.join(", ")}`),
    ...(reader.has("log") && { log: reader.string("log", LOG_KEY) }),
    name: reader.string("name", LINE),
    papers: reader.objects("papers").map(paperIn),
  };
  reader.end();
  return recipient;
}

function paperIn(reader: ObjectReader): Paper {
  const kind = reader.string("kind");
  const paper = {
    basis: reader.string("basis", LEGAL_BASIS),
    kind: PAPER_KINDS.find((one) => one === kind) ?? reader.fail("kind", `is one of ${PAPER_KINDS.join(", ")}`),
    reference: reader.string("reference", LINE),
    ...(reader.has("until") && { until: reader.string("until", DATE) }),
  };
  reader.end();
  return paper;
}

/**
 * Events about records that two cities exchange. The city that a record comes from states what its partner must be told
 * about it (`told`); the partner states that it did so (`honoured`), or has no such record (`absent`); and the first city,
 * that it has verified that (`confirmed`). The log enters them itself.
 *
 * The partner, and which event of the other log is meant, are concealed: otherwise everybody could tell which record of one
 * log is which of the other.
 */
import type { Body } from "./body.ts";
import type { JsonObject } from "./json.ts";
import { PROVISION_CONTENT } from "./provision-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const EXCHANGE_VCT = "warifu:exchange:1";

const EXCHANGE_STEPS = ["told", "honoured", "absent", "confirmed"] as const;
export type ExchangeStep = (typeof EXCHANGE_STEPS)[number];

/**
 * What a partner is told about a record that it was given: it is erased; consent has ended; another record takes its place;
 * its use is restricted, or no longer is; it is hidden, or shown again. `given` and `translated` are only confirmed.
 */
const FOLLOW_UPS = [
  ...(["erased", "withdrawn", "corrected", "restricted", "lifted", "hidden", "shown"] as const),
] as const;
export type FollowUp = (typeof FOLLOW_UPS)[number];
const EXCHANGE_MATTERS = ["given", "translated", ...FOLLOW_UPS] as const;
export type ExchangeMatter = (typeof EXCHANGE_MATTERS)[number];

/** What an event says in clear. */
export interface ExchangeEvent {
  readonly matter: ExchangeMatter;
  /** Leaf index of the record in this log; absent where there is no such record. */
  readonly record?: number;
  readonly step: ExchangeStep;
}

/** What only the vault holds. */
export interface ExchangeWords {
  /** Name of the partner in the register of recipients. */
  readonly partner: string;
  /** Id of the event of the other log: the one that is honoured, or the one that honours. */
  readonly event?: string;
  /** Leaf index of the record in the other log, if there is none in this one. */
  readonly absent?: number;
  /** Leaf index of this log's own event that is confirmed. */
  readonly of?: number;
  /** Id of the record that takes the place of one that is corrected. */
  readonly right?: string;
  /** Leaf index of the translation that the partner is told of. */
  readonly translation?: number;
}

/** Name of the concealed claim that a partner is shown, so that it can tell which of its events was honoured. */
export const ANSWERED_CLAIM = "event";
/** Name of the concealed claim that names the record with the correct content. */
export const RIGHT_CLAIM = "right";

/** Whether a body is that of such an event. */
export function isExchangeEvent({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === PROVISION_CONTENT && vct === EXCHANGE_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function exchangeEventOf({ content, digests }: Pick<Body, "content" | "digests">): ExchangeEvent {
  const reader = new ObjectReader(content, PROVISION_CONTENT, "BODY_INVALID");
  const [matter, step] = [reader.string("matter"), reader.string("step")];
  const event = {
    matter: EXCHANGE_MATTERS.find((one) => one === matter) ?? reader.fail("matter", "is none that is known"),
    ...(reader.has("record") && { record: reader.count("record") }),
    step: EXCHANGE_STEPS.find((one) => one === step) ?? reader.fail("step", `is one of ${EXCHANGE_STEPS.join(", ")}`),
  };
  reader.end();
  if ((event.step === "absent") !== (event.record === undefined))
    reader.fail("record", "is there unless the step is absent");
  if (digests.length === 0) reader.fail("partner", "is concealed in such an event");
  return event;
}

/** What was concealed of such an event; `undefined` if it has another form. */
export function exchangeWordsIn(claims: JsonObject): ExchangeWords | undefined {
  const { partner, event, absent, of, right, translation } = claims;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof partner !== "string") return undefined;
  return {
    partner,
    ...(typeof event === "string" && { event }),
    ...(isCount(absent) && { absent }),
    ...(isCount(of) && { of }),
    ...(typeof right === "string" && { right }),
    ...(isCount(translation) && { translation }),
  };
}

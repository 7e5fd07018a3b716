/**
 * Events about a breach of personal data: that it was noted, that more became known, that the authority or the people were
 * told or need not be, that it is closed. Each step names the first one.
 *
 * In clear are the clocks of the law and numbers in bands, so that a small one shows nobody. What happened, which records it
 * concerns, who was told and all reasons in words are concealed.
 */
import type { Body } from "./body.ts";
import { DISCLOSURE_CONTENT } from "./disclosure-event.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const BREACH_VCT = "warifu:breach:1";
/** Name of the concealed claim. */
export const BREACH_CLAIM = "about";

/** The notifications for which the law sets a time: to the authority at all, at first, in full; to the people. */
export const BREACH_CLOCKS = ["authority", "authority-first", "authority-full", "people"] as const;
export type BreachClockName = (typeof BREACH_CLOCKS)[number];
/** For each notification that is due, the last second for it, POSIX. */
export type BreachClocks = { readonly [clock in BreachClockName]?: number };

/** A report to an authority says what is known so far, or everything. */
export const BREACH_REPORTS = ["preliminary", "final"] as const;
export type BreachReport = (typeof BREACH_REPORTS)[number];

/** Who is told of a breach. */
export const BREACH_TOLD = ["authority", "people"] as const;
export type BreachTold = (typeof BREACH_TOLD)[number];

/** Why somebody need not be told. Which reasons a law knows, and for whom, is in the law data. */
export const BREACH_REASONS = [
  ...(["unlikely-risk", "no-high-risk", "protected", "risk-removed", "public-notice"] as const),
  ...(["not-reportable", "entruster-told", "must-stay-secret"] as const),
] as const;
export type BreachReason = (typeof BREACH_REASONS)[number];

/** Numbers of people, as everybody may know them: in bands, so that few cannot be told from none. */
export const BANDS = ["0-9", "10-99", "100-999", "1000-9999", "10000+"] as const;
export type Band = (typeof BANDS)[number];

/** What may be known of a breach, in words. */
export const BREACH_WORDS = [
  ...(["nature", "cause", "peopleCategories", "recordCategories"] as const),
  ...(["contact", "consequences", "measures", "publication"] as const),
] as const;
/** And in approximate numbers. */
export const BREACH_NUMBERS = ["people", "records"] as const;
/** What is known of a breach, in the terms of reports to authorities. */
export type BreachFacts = { readonly [name in (typeof BREACH_WORDS)[number]]?: string } & {
  readonly [name in (typeof BREACH_NUMBERS)[number]]?: number;
};

/** What each step says in clear, in addition to what all steps say. */
export type BreachStep =
  | {
      readonly state: "noted";
      /** The notifications that are due from this step on. */
      readonly clocks: BreachClocks;
      /** When the breach became known, POSIX seconds; the times for notifications run from then. */
      readonly knownAt: number;
      readonly records: Band;
    }
  | {
      readonly state: "amended";
      /** The notifications whose time changes, or runs again, because of what became known. */
      readonly clocks: BreachClocks;
      readonly records: Band;
    }
  | { readonly state: "authority-told"; readonly report: BreachReport; readonly toldAt: number }
  | {
      readonly state: "people-told";
      /** Whether, with this step, everybody who must be told has been told. */
      readonly complete: boolean;
      /** How many were told with it. */
      readonly people: Band;
      readonly toldAt: number;
    }
  | { readonly state: "not-needed"; readonly reason: BreachReason; readonly whom: BreachTold }
  | { readonly state: "closed" };
export type BreachState = BreachStep["state"];
export const BREACH_STATES = [
  ...(["noted", "amended", "authority-told", "people-told", "not-needed", "closed"] as const),
] as const satisfies readonly BreachState[];

/** The part of each step that is in clear. */
interface EveryStep {
  /** Leaf index of the first step; absent in the first step itself. */
  readonly breach?: number;
  readonly jurisdiction: string;
  /** Version of the law that the step followed. */
  readonly lawVersion: string;
  readonly provisions: readonly string[];
}

/** What an event says in clear. */
export type BreachEvent = EveryStep & BreachStep;

/** The concealed part, which only the vault holds; each step has some of it. */
export interface BreachAbout {
  readonly facts?: BreachFacts;
  /** Leaf indexes of records that it concerns. */
  readonly records?: readonly number[];
  /** When it happened, POSIX seconds. */
  readonly happenedAt?: number;
  /** Whether somebody caused it on purpose. */
  readonly onPurpose?: boolean;
  /** The people who were told, by pseudonyms of the vault. */
  readonly subjects?: readonly string[];
  /** Whether everybody whom the vault knew at that time was told. */
  readonly everybody?: boolean;
  /** How many people were told whom the vault does not know. */
  readonly others?: number;
  /** Why it came late, or need not come, in words. */
  readonly words?: string;
}

const JURISDICTION = /^[a-z][a-z0-9-]{0,31}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The band of a number. */
export function bandOf(number: number): Band {
  if (number >= 10_000) return "10000+";
  if (number >= 1_000) return "1000-9999";
  if (number >= 100) return "100-999";
  return number >= 10 ? "10-99" : "0-9";
}

/** Whether a body is that of such an event. */
export function isBreach({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === DISCLOSURE_CONTENT && vct === BREACH_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function breachOf({ content, digests }: Pick<Body, "content" | "digests">): BreachEvent {
  const reader = new ObjectReader(content, "breach", "BODY_INVALID");
  const state = memberOf(reader, "state", BREACH_STATES);
  const event: BreachEvent = {
    ...(state !== "noted" && { breach: reader.count("breach") }),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    lawVersion: reader.string("lawVersion", DATE),
    provisions: reader.strings("provisions", LEGAL_BASIS),
    ...stepIn(reader, state),
  };
  reader.end();
  if (digests.length === 0) reader.fail("state", "goes with something concealed");
  return event;
}

function stepIn(reader: ObjectReader, state: BreachState): BreachStep {
  switch (state) {
    case "noted":
      return { state, clocks: clocksIn(reader), knownAt: reader.count("knownAt"), records: bandIn(reader, "records") };
    case "amended":
      return { state, clocks: clocksIn(reader), records: bandIn(reader, "records") };
    case "authority-told":
      return { state, report: memberOf(reader, "report", BREACH_REPORTS), toldAt: reader.count("toldAt") };
    case "people-told": {
      const complete = reader.value("complete");
      if (typeof complete !== "boolean") reader.fail("complete", "is true or false");
      return { state, complete, people: bandIn(reader, "people"), toldAt: reader.count("toldAt") };
    }
    case "not-needed":
      return {
        state,
        reason: memberOf(reader, "reason", BREACH_REASONS),
        whom: memberOf(reader, "whom", BREACH_TOLD),
      };
    case "closed":
      return { state };
  }
}

function clocksIn(reader: ObjectReader): BreachClocks {
  const clocks = reader.object("clocks");
  const due = Object.fromEntries(
    BREACH_CLOCKS.filter((name) => clocks.has(name)).map((name) => [name, clocks.count(name)]),
  );
  clocks.end();
  return due;
}

function bandIn(reader: ObjectReader, name: string): Band {
  return memberOf(reader, name, BANDS);
}

function memberOf<T extends string>(reader: ObjectReader, name: string, allowed: readonly T[]): T {
  const given = reader.string(name);
  return allowed.find((one) => one === given) ?? reader.fail(name, `is one of ${allowed.join(", ")}`);
}

/** The concealed part of such an event; `undefined` if it has another form. */
export function breachAboutIn(claims: JsonObject): BreachAbout | undefined {
  const about = claims[BREACH_CLAIM];
  if (about === undefined || !isJsonObject(about)) return undefined;
  const isWhole = Object.entries(about).every(
    ([name, value]) => Object.hasOwn(ABOUT, name) && ABOUT[name as keyof BreachAbout](value),
  );
  return isWhole ? about : undefined;
}

const isText = (value: JsonValue): boolean => typeof value === "string";
const isTrue = (value: JsonValue): boolean => value === true;
const isCount = (value: JsonValue): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const listOf =
  (isOne: (value: JsonValue) => boolean) =>
  (value: JsonValue): boolean =>
    Array.isArray(value) && value.every(isOne);

const ABOUT: { readonly [name in keyof BreachAbout]-?: (value: JsonValue) => boolean } = {
  facts: areFacts,
  records: listOf(isCount),
  happenedAt: isCount,
  onPurpose: isTrue,
  subjects: listOf(isText),
  everybody: isTrue,
  others: isCount,
  words: isText,
};

function areFacts(value: JsonValue): boolean {
  return isJsonObject(value) && Object.entries(value).every(([name, fact]) => isFact(name, fact));
}

function isFact(name: string, fact: JsonValue): boolean {
  return (BREACH_NUMBERS as readonly string[]).includes(name)
    ? isCount(fact)
    : (BREACH_WORDS as readonly string[]).includes(name) && isText(fact);
}

/** What the service answers, as far as the app reads it. Times are POSIX seconds. */
import type { Language } from "../../texts/languages.ts";

/** A text in each language of the city. */
export type Labels = Readonly<Partial<Record<Language, string>>>;

/** The city, as everybody may know it. */
export interface City {
  readonly city: string;
  readonly names: Labels;
  readonly controller: { readonly name: string; readonly contact: string };
  readonly categories: readonly { readonly code: string; readonly labels: Labels }[];
  readonly areas: readonly Area[];
  /** From which age people consent alone. */
  readonly ownConsentFrom: number;
  /** Such as `14-17` and `65+`. */
  readonly ageBands: readonly { readonly code: string; readonly ownConsent: boolean }[];
  readonly consents: readonly Purpose[];
  /** What is translated here; nothing where the app keeps an answer of an older service. */
  readonly translations?: readonly { readonly from: string; readonly to: string }[];
  /** Other cities, as posts from there name them. */
  readonly others?: readonly { readonly city: string; readonly names: Labels }[];
}

/** A part of the city: as exactly as a place is ever public. */
export interface Area {
  readonly code: string;
  readonly labels: Labels;
  readonly box: readonly [south: number, west: number, north: number, east: number];
}

/** What data are used for with consent. */
export interface Purpose {
  readonly purpose: string;
  /** Whether there is no account without it. */
  readonly isNeeded: boolean;
  /** What is said of it, in each language that there is a notice in. */
  readonly notices: readonly PurposeNotice[];
}

/** A purpose in the words of the notice that is in force in a language. */
export interface PurposeNotice {
  readonly language: string;
  readonly version: number;
  readonly text: string;
}

/** Whoever is signed in. */
export interface Citizen {
  readonly id: string;
  readonly pseudonym: string;
  readonly ageBand: string;
  readonly language: Language;
}

/** A session of the app. */
export interface Session {
  readonly citizen: Citizen;
  /** Until when. */
  readonly until: number;
}

/** Who wrote something: a name of their own choice, and a code that tells two of the same name apart. */
export interface Author {
  readonly pseudonym: string;
  readonly tag: string;
}

export type PostStatus = "received" | "accepted" | "in-progress" | "solved" | "declined";

/** A step on the way of an issue. */
export interface StatusStep {
  readonly status: PostStatus;
  readonly at: number | string;
  readonly text?: string;
}

/** What was decided about something that was written, as its author may know it. */
export interface Moderation {
  readonly visibility: "shown" | "held" | "hidden";
  readonly rule?: string;
  readonly automatic?: boolean;
  /** The statement of reasons. */
  readonly reason?: string;
  readonly appealable?: boolean;
  readonly appealed?: boolean;
  /** What was decided about that later, such as on appeal. */
  readonly outcome?: { readonly decision: "kept" | "upheld" | "restored"; readonly reason?: string };
}

/** How a post stands in the other cities that have it. */
export interface Elsewhere {
  readonly cities: readonly {
    readonly city: string;
    readonly isReached: boolean;
    readonly moderation?: Moderation;
  }[];
}

/** A picture of a post, as it is published. */
export interface PostPicture {
  readonly n: number;
  readonly width: number;
  readonly height: number;
  readonly alt?: string;
}

/** A post. */
export interface Post {
  readonly id: string;
  readonly author: Author;
  readonly mine?: boolean;
  readonly at: number | string;
  readonly category: string;
  readonly theme?: string;
  readonly area?: string;
  readonly text?: string;
  readonly language?: string;
  /** Languages that it has been translated into. */
  readonly translated?: readonly string[];
  readonly pictures: readonly PostPicture[];
  readonly comments: number;
  readonly reactions: { readonly smile: number; readonly mine: boolean };
  readonly status?: PostStatus;
  readonly statusHistory?: readonly StatusStep[];
  /** The city that it comes from, where that is another one. */
  readonly origin?: { readonly city: string; readonly log: string };
  readonly moderation?: Moderation;
  readonly followed?: boolean;
  /** Its pictures are not shown to anybody yet: faces are still being looked for. */
  readonly pending?: boolean;
  readonly state: "received" | "proven";
}

/** A comment. */
export interface Comment {
  readonly id: string;
  readonly author: Author;
  readonly mine?: boolean;
  readonly at: number | string;
  readonly text: string;
  readonly language: string;
  readonly translated?: readonly string[];
  readonly origin?: { readonly city: string };
}

/** A text in another language. */
export interface Translation {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Who translated it: readers are told. */
  readonly label: "machine" | "person";
}

/** A theme: what posts are asked for. */
export interface Theme {
  readonly theme: string;
  readonly owner: string;
  readonly titles: Labels;
  readonly texts: Labels;
  readonly notices: Labels;
  readonly visibility: "open" | "members";
  readonly scope: "local" | "shared";
  readonly from?: number | string;
  readonly until?: number | string;
  readonly question?: Labels | string;
  readonly member?: boolean;
  /** Whoever asks owns it, and may invite. */
  readonly mine?: boolean;
}

/** What came of a theme. */
export interface ThemeResults {
  readonly theme: string;
  readonly cities: readonly CityResults[];
  /** Words that all cities used. */
  readonly shared: readonly string[];
  /** Whether there are more posts than were counted. */
  readonly partial?: boolean;
}

/** The same in one city; small numbers are left out. */
export interface CityResults {
  readonly city: string;
  readonly posts: number;
  readonly words: readonly { readonly word: string; readonly count: number }[];
  readonly categories: readonly { readonly category: string; readonly count: number }[];
  readonly suppressed: boolean;
  /** Posts whose words are not counted: they are in another language, and nobody has translated them. */
  readonly untranslated?: number;
}

/** Something that was said about a purpose. */
export interface Consent {
  /** Where it is in the log. */
  readonly leafIndex: number;
  readonly purpose: string;
  readonly state: "given" | "withdrawn";
  readonly at: number | string;
  readonly noticeVersion?: number;
  readonly language?: string;
}

/** What stands, and all that was said. */
export interface Consents {
  readonly standing: readonly { readonly purpose: string }[];
  readonly consents: readonly Consent[];
}

/** A consent as it was entered, with the receipt for it. */
export interface ConsentReceipt extends Consent {
  readonly id: string;
  readonly receipt: object;
}

/** What an account ended with. */
export interface Removal {
  readonly erased: readonly { readonly record: string; readonly event: string }[];
}

/** A rule of moderation. */
export interface Rule {
  readonly code: string;
  readonly holds: boolean;
  readonly labels: Labels;
}

/** POSIX seconds of a time in either form. */
export function secondsOf(at: number | string): number {
  return typeof at === "number" ? at : Math.floor(Date.parse(at) / 1_000);
}

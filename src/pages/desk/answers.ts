/** The parts of the service's answers that the desk shows. Times are POSIX seconds. */
import type { Band, BreachClockName, BreachReason, BreachState, BreachTold } from "../../core/breach-event.ts";
import type { DisclosurePurpose } from "../../core/disclosure-event.ts";
import type { ModerationRole, ModerationStep } from "../../core/moderation-event.ts";
import type { RequestOperation, RequestStep } from "../../core/request-event.ts";

/** Where an event entered. */
export interface Entered {
  readonly id: string;
  readonly leafIndex: number;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A request of a person. */
export interface RequestView {
  readonly id: string;
  readonly leafIndex: number;
  readonly operation: RequestOperation;
  readonly state: RequestStep;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  readonly receivedAt: number;
  readonly due: number;
  readonly overdue: boolean;
  readonly steps: readonly {
    readonly state: RequestStep;
    readonly leafIndex: number;
    readonly at: number;
    readonly provisions: readonly string[];
    readonly told: readonly string[];
  }[];
  /** What each step takes; absent once it is closed. */
  readonly needs?: Readonly<Record<"extended" | "done" | "refused", readonly string[]>>;
}

/** What a request is about; for officers. */
export interface RequestAbout {
  readonly subject?: string;
  readonly records: readonly { readonly id: string; readonly leafIndex: number }[];
  readonly text?: string;
  readonly reasons: readonly { readonly leafIndex: number; readonly reason: string }[];
  readonly erased: boolean;
}

/** A record that was reported or held, and how it stands. */
export interface Moderated {
  readonly record: string;
  readonly visibility: "shown" | "held" | "hidden";
  readonly steps: readonly {
    readonly leafIndex: number;
    readonly at: number;
    readonly step: ModerationStep;
    readonly by: ModerationRole;
    readonly rule: string;
    readonly due?: number;
  }[];
  readonly due?: number;
}

/** What was said about it, and what it says. */
export interface ModerationWords {
  readonly items: readonly { readonly leafIndex: number; readonly text?: string }[];
  readonly content?: {
    readonly texts: readonly { readonly claim: string; readonly text: string; readonly language?: string }[];
    readonly pictures: readonly string[];
  };
}

/** Texts of a record in another language. */
export interface Translations {
  readonly items: readonly {
    readonly to: string;
    readonly label: Readonly<Record<"en" | "es" | "ja", string>>;
    readonly texts?: Readonly<Record<string, string>>;
  }[];
}

/** A rule of moderation. */
export interface ModerationRule {
  readonly code: string;
  readonly labels: Readonly<Partial<Record<"en" | "es" | "ja", string>>>;
}

/** A record of a person. */
export interface PersonRecord {
  readonly id: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly subjects: readonly string[];
}

/** A grant, one a record. */
export interface GrantView {
  readonly number: number;
  readonly disclosure: number;
  readonly record: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly claims: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly recipient: string;
  readonly purpose: DisclosurePurpose;
  readonly purposeText: string;
  readonly grantedAt: number;
  readonly until: number;
  readonly state: string;
  readonly accesses: number;
}

/** A breach of personal data. */
export interface BreachView {
  readonly id: string;
  readonly leafIndex: number;
  readonly state: BreachState;
  readonly jurisdiction: string;
  readonly knownAt: number;
  readonly records: Band;
  readonly overdue: boolean;
  readonly clocks: readonly {
    readonly clock: BreachClockName;
    readonly due: number;
    readonly overdue: boolean;
    readonly stopped?: { readonly leafIndex: number; readonly state: BreachState; readonly late: boolean };
  }[];
  readonly steps: readonly {
    readonly state: BreachState;
    readonly leafIndex: number;
    readonly at: number;
    readonly report?: string;
    readonly toldAt?: number;
    readonly complete?: boolean;
    readonly people?: Band;
    readonly records?: Band;
    readonly reason?: BreachReason;
    readonly whom?: BreachTold;
  }[];
  readonly reasons?: Readonly<Record<BreachTold, readonly BreachReason[]>>;
}

/** A type of record. */
export interface ProfileView {
  readonly type: string;
  readonly public?: readonly string[];
  readonly person?: readonly string[];
  readonly deidentify?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, Readonly<Partial<Record<"en" | "es" | "ja", string>>>>>;
  readonly claims?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** What an erasure would do to a record. */
export interface RecordPreview {
  readonly id: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly erased: boolean;
  readonly restricted: boolean;
  readonly takes: {
    readonly claims: readonly string[];
    readonly received: string | null;
    readonly pictures: number;
    readonly copies: number;
    readonly people: number;
  };
  readonly leaves: {
    readonly claims: readonly string[];
    readonly events: number;
    readonly grants: readonly { readonly number: number; readonly inForce: boolean; readonly accesses: number }[];
    readonly givenTo: readonly string[];
    readonly otherRecords: number;
  };
}

interface ItemError {
  readonly id: string;
  readonly error: { readonly status: number; readonly code: string };
}

export type PreviewedRecord = RecordPreview | ItemError;

/** Previews, one a record. */
export interface ErasurePreviews {
  readonly items: readonly PreviewedRecord[];
}

export type ErasedItem = { readonly id: string; readonly leafIndex: number; readonly isNew: boolean } | ItemError;

/** What was erased, and whether no file holds any of it any longer. */
export interface Erasures {
  readonly items: readonly ErasedItem[];
  readonly gone: boolean;
}

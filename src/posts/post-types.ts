/** The records of the citizens' part, and what is known of the city and its accounts where posts are taken and shown. */
import type { NewAccountLimits } from "../moderation/new-accounts.ts";

/** Types of record. */
export const TYPES = {
  post: "citizen-report",
  comment: "citizen-comment",
  reaction: "citizen-reaction",
  status: "report-status",
  theme: "city-theme",
} as const;

/** Records that another city sent are of sources that begin so; the rest is the city's code. */
export const RECEIVED_SOURCES = "received/";

/** The purpose to which an author consents whose posts are shown. */
export const PUBLISH_PURPOSE = "publish";

/** What the city does about a post. */
export const REPORT_STATUSES = ["received", "accepted", "in-progress", "solved", "declined"] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** Who sees a theme. */
export const THEME_VISIBILITIES = ["open", "members"] as const;
export type ThemeVisibility = (typeof THEME_VISIBILITIES)[number];

/** The reaction that there is. */
export const REACTION = "smile";

/** A city, as far as posts are concerned. */
export interface PostsCity {
  readonly city: string;
  /** Source of the app's records. */
  readonly source: string;
  readonly languages: readonly string[];
  readonly categories: readonly { readonly code: string }[];
  readonly areas: readonly { readonly code: string }[];
  readonly moderation: NewAccountLimits;
}

/** The accounts, as far as posts are concerned. */
export interface Accounts {
  /** `undefined` where there is none, or it was removed. */
  accountOf(citizenId: string): { readonly pseudonym: string } | undefined;
  /** Whether a consent stands now. @throws STORE_DAMAGED, VAULT_FAILED it cannot be known */
  hasConsent(citizenId: string, purpose: string): Promise<boolean>;
  /** Does something in somebody's name, which their removal waits for. @throws UNAUTHENTICATED they are being removed */
  acting<T>(citizenId: string, act: () => Promise<T>): Promise<T>;
}

/** Whoever is signed in. */
export interface Member {
  readonly citizenId: string;
  /** When the account was made, POSIX milliseconds. */
  readonly since: number;
}

/** Who looks. */
export interface Viewer {
  readonly citizenId: string | undefined;
  /** Codes of themes that they belong to. */
  readonly themes: ReadonlySet<string>;
  /** Tags of authors whom they do not want to see. */
  readonly blocked: ReadonlySet<string>;
}

/** Somebody who is not signed in. */
export const ANYBODY: Viewer = { citizenId: undefined, themes: new Set(), blocked: new Set() };

/** Who wrote something, as everybody is shown it. */
export interface AuthorView {
  readonly pseudonym: string;
  readonly tag: string;
}

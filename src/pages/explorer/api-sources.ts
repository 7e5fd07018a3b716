/** What the explorer is told about sources, people's rights and places: as far as it is shown. */

/** Shares are from 0 to 1, and `null` where no record says anything. */
export interface Reputation {
  readonly window: readonly [number, number];
  readonly complete: number;
  readonly punctual: number | null;
  readonly signed: number | null;
  readonly consistent: number;
  readonly trusted: number | null;
  /** 0 to 100. */
  readonly score: number;
}

/** A source. */
export interface Source {
  readonly name: string;
  readonly records: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly missing: number;
  /** The lowest missing numbers, both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly registeredAt: number | null;
  readonly suspended: boolean;
  readonly keys: readonly {
    readonly from: number;
    readonly thumbprint: string | null;
    readonly endedAt: number | null;
    readonly why: string | null;
  }[];
  readonly conflicts: number;
  readonly conflictEvents: readonly number[];
  readonly reputation?: Reputation;
  readonly nextCursor: string | null;
}

/** How much came. */
export interface Counts {
  readonly new: number;
  readonly repeated: number;
  readonly refused: number;
}

/** What comes from a source at present. */
export interface SourceTraffic {
  readonly name: string;
  /** POSIX seconds. */
  readonly lastAt: number;
  readonly lastRefusedAt: number | null;
  readonly counts: Counts;
  readonly refusals: Readonly<Record<string, number>>;
  /** In spans of time, the present one last. */
  readonly recent: readonly number[];
  readonly jumps: readonly { readonly from: number; readonly to: number; readonly at: number }[];
}

/** What comes from all. */
export interface Traffic {
  /** POSIX seconds. */
  readonly since: number;
  readonly spanSeconds: number;
  readonly total: { readonly sources: number; readonly counts: Counts; readonly recent: readonly number[] };
  readonly keysRefused: { readonly unauthenticated: number; readonly forbidden: number; readonly foreign: number };
  readonly sources: readonly SourceTraffic[];
}

/** Events of one sort. */
export interface EventCount {
  readonly what: string;
  readonly words: readonly string[];
  readonly count: number;
  /** POSIX seconds. */
  readonly lastAt: number;
  readonly months: readonly { readonly month: string; readonly entered: number }[];
}

/** What was done for people. */
export interface Rights {
  readonly requests: {
    readonly open: number;
    readonly overdue: number;
    readonly done: number;
    readonly refused: number;
    readonly late: number;
    readonly medianSeconds: number | null;
  };
  readonly events: readonly EventCount[];
}

/** Records at one place. */
export interface PlaceCount {
  readonly records: number;
  readonly types: Readonly<Record<string, number>>;
  readonly newest: { readonly id: string; readonly at: number };
}

/** A square by its south-western corner, degrees. */
export interface Square extends PlaceCount {
  readonly south: number;
  readonly west: number;
}

/** An area that records name. */
export interface Area extends PlaceCount {
  readonly area: string;
}

/** Places of a part of the log. */
export interface Places {
  readonly gridDegrees: number;
  readonly squares: readonly Square[];
  readonly areas: readonly Area[];
  readonly looked: number;
  readonly nextCursor: string | null;
}

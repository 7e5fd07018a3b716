/**
 * What comes from each source at present: how much, what of it was refused and why, and where its numbers jumped. It is
 * kept in memory, for people who watch gateways; what is in the log can be counted there by anybody.
 *
 * Invariant: bounded, whatever is sent. If there are more sources than fit, those that were quiet for longest are
 * forgotten.
 */
import type { ErrorCode } from "../core/errors.ts";

/** Length of the spans of time in which records are counted. */
export const SPAN_SECONDS = 300;
export const SPANS = 12;
const MOST_SOURCES = 5_000;
/** The most jumps that are kept of a source. */
const MOST_JUMPS = 16;

/** Numbers that a source skipped, both ends included; those that come later are taken out. */
export interface Jump {
  readonly from: number;
  readonly to: number;
  /** When it was noticed, POSIX seconds. */
  readonly at: number;
}

/** What a source has sent since the start. */
export interface SourceTraffic {
  readonly name: string;
  /** When something was last taken or refused, POSIX seconds. */
  readonly lastAt: number;
  readonly lastRefusedAt: number | undefined;
  readonly counts: { readonly new: number; readonly repeated: number; readonly refused: number };
  readonly refusals: Readonly<Partial<Record<ErrorCode, number>>>;
  /** New records in each of the newest spans, the present one last. */
  readonly recent: readonly number[];
  /** The newest jumps whose numbers are still missing, the oldest first. */
  readonly jumps: readonly Jump[];
}

/** How a submitted record fared. */
export type Fared = "new" | "repeated" | ErrorCode;

interface Watched {
  lastAt: number;
  lastRefusedAt: number | undefined;
  readonly counts: { new: number; repeated: number; refused: number };
  readonly refusals: Map<ErrorCode, number>;
  /** By the number of the span, modulo {@link SPANS}. */
  readonly spans: number[];
  span: number;
  jumps: Jump[];
}

/** Watches what sources send. */
export class TrafficWatch {
  readonly #now: () => number;
  readonly #sources = new Map<string, Watched>();
  /** Since when it is counted, POSIX seconds. */
  readonly since: number;

  /** @param now POSIX milliseconds */
  constructor(now: () => number) {
    this.#now = () => Math.floor(now() / 1_000);
    this.since = this.#now();
  }

  /** Notes that a record of a source was taken, was there already, or was refused. */
  note(source: string, fared: Fared): void {
    const now = this.#now();
    const watched = this.#watched(source, now);
    watched.lastAt = now;
    if (fared === "new") {
      this.#moveTo(watched, now);
      watched.counts.new++;
      watched.spans[watched.span % SPANS] = (watched.spans[watched.span % SPANS] ?? 0) + 1;
    } else if (fared === "repeated") watched.counts.repeated++;
    else {
      watched.counts.refused++;
      watched.lastRefusedAt = now;
      watched.refusals.set(fared, (watched.refusals.get(fared) ?? 0) + 1);
    }
  }

  /** Notes that a source used a number, and skipped those from `passedFrom` on, if given. */
  noteNumber(source: string, seq: number, passedFrom?: number): void {
    const now = this.#now();
    const known = this.#sources.get(source);
    if (passedFrom !== undefined) {
      const watched = this.#watched(source, now);
      watched.jumps = [...watched.jumps, { from: passedFrom, to: seq - 1, at: now }].slice(-MOST_JUMPS);
    } else if (known && known.jumps.length > 0) known.jumps = known.jumps.flatMap((jump) => without(jump, seq));
  }

  /**
   * All sources that are watched: first those with trouble, the latest in front, then the others, the most recently
   * active in front.
   */
  all(): SourceTraffic[] {
    const now = this.#now();
    const shown = [...this.#sources].map(([name, watched]): SourceTraffic => {
      this.#moveTo(watched, now);
      const { spans, span, refusals, ...rest } = watched;
      const recent = Array.from({ length: SPANS }, (_, at) => spans[(span + 1 + at) % SPANS] ?? 0);
      return { name, ...rest, counts: { ...rest.counts }, refusals: Object.fromEntries(refusals), recent };
    });
    return shown.sort((a, b) => troubleOf(b) - troubleOf(a) || b.lastAt - a.lastAt || (a.name < b.name ? -1 : 1));
  }

  #watched(source: string, now: number): Watched {
    const known = this.#sources.get(source);
    if (known) return known;
    if (this.#sources.size >= MOST_SOURCES) this.#forgetQuiet();
    const fresh: Watched = {
      ...{ lastAt: now, lastRefusedAt: undefined, counts: { new: 0, repeated: 0, refused: 0 } },
      ...{ refusals: new Map(), spans: [], span: Math.floor(now / SPAN_SECONDS), jumps: [] },
    };
    this.#sources.set(source, fresh);
    return fresh;
  }

  /** Moves on to the present span; the ones in between count nothing. */
  #moveTo(watched: Watched, now: number): void {
    const span = Math.floor(now / SPAN_SECONDS);
    for (let next = Math.max(watched.span + 1, span - SPANS + 1); next <= span; next++) watched.spans[next % SPANS] = 0;
    watched.span = Math.max(watched.span, span);
  }

  /** Forgets the tenth that was quiet for longest: one at a time, it would have to be done for each new name. */
  #forgetQuiet(): void {
    const byQuiet = [...this.#sources].sort(([, a], [, b]) => a.lastAt - b.lastAt);
    for (const [name] of byQuiet.slice(0, MOST_SOURCES / 10)) this.#sources.delete(name);
  }
}

/** The parts of a jump that are left once a number of it has come. */
function without(jump: Jump, seq: number): Jump[] {
  const { from, to } = jump;
  if (seq < from || seq > to) return [jump];
  return [...(from < seq ? [{ ...jump, to: seq - 1 }] : []), ...(seq < to ? [{ ...jump, from: seq + 1 }] : [])];
}

/** When something was last wrong; 0 if nothing is. */
function troubleOf({ jumps, lastRefusedAt = 0 }: SourceTraffic): number {
  return Math.max(jumps.at(-1)?.at ?? 0, lastRefusedAt);
}

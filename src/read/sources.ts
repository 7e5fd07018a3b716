/**
 * What is known about sources. Their records show which numbers they used and skipped; the log's events show whether they
 * are registered, with which keys, and whether they are suspended. A source may have records but no events, or the reverse.
 */
import { isSigned, type Body } from "../core/body.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { REPUTATION_WINDOW, reputationOf, type Reputation, type SeenRecord } from "../core/reputation.ts";
import type { SourceState } from "../core/source-state.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore, SourceNumbers, SourceQuery } from "../store/log-store.ts";
import type { Pipeline } from "../write/pipeline.ts";
import { SourceReviews } from "./reviews.ts";
import type { StoredCheck } from "../write/stored-check.ts";

/** Places from here on belong to sources that are registered but have sent nothing. */
const SILENT_PLACES = 2 ** 48;
/** For how many sources the reputation is remembered until something changes. */
const MOST_REPUTATIONS = 10_000;
const NOTHING_SENT: SourceNumbers = { records: 0, firstSeq: 0, lastSeq: 0, missing: 0, ranges: [] };

/** A source in the list of all. */
export interface ListedSource {
  readonly place: number;
  readonly name: string;
}

/** What is known about one source. */
export interface SourceFacts {
  /** All are 0 as long as `records` is. */
  readonly numbers: SourceNumbers;
  readonly state: SourceState;
  /** How often a record was refused because it had the number of another one, as far as the events and this process know. */
  readonly conflicts: number;
}

export interface SourceListParts {
  readonly store: Pick<LogStore, "sources" | "sourceNumbers" | "numbering" | "findSubmitted">;
  readonly check: Pick<StoredCheck, "bodyOf">;
  readonly events: Pick<EventRegister, "sources" | "erasures">;
  readonly pipeline: Pick<Pipeline, "conflictsOmitted">;
}

/** Looks at the sources of one log. */
export class SourceList {
  readonly #store: SourceListParts["store"];
  readonly #check: SourceListParts["check"];
  readonly #events: SourceListParts["events"];
  readonly #pipeline: SourceListParts["pipeline"];
  readonly #reviews: SourceReviews;
  // By source; the basis says what a reputation was computed from.
  readonly #reputations = new Map<string, { readonly basis: string; readonly reputation: Reputation }>();

  constructor({ store, check, events, pipeline }: SourceListParts) {
    this.#reviews = new SourceReviews({ store, check, events });
    this.#store = store;
    this.#check = check;
    this.#events = events;
    this.#pipeline = pipeline;
  }

  /**
   * Sources from a place on: in the order in which they first sent, then those that are registered but have sent nothing.
   */
  async list(from: number, limit: number): Promise<readonly ListedSource[]> {
    const page = from < SILENT_PLACES ? [...(await this.#store.sources(from, limit))] : [];
    const registered = this.#events.sources.registered();
    for (let at = Math.max(0, from - SILENT_PLACES); at < registered.length && page.length < limit; at++) {
      const name = registered[at] as string;
      if (!(await this.#store.sourceNumbers(name, { from: 0, ranges: 0 })))
        page.push({ place: SILENT_PLACES + at, name });
    }
    return page;
  }

  /**
   * One source.
   * @throws NOT_FOUND it is not registered, and has sent nothing
   */
  async show(name: string, query: SourceQuery): Promise<SourceFacts> {
    const state = this.#events.sources.of(name);
    const numbers = await this.#store.sourceNumbers(name, query);
    if (!numbers && state.registeredAt === undefined)
      throw new WarifuError("NOT_FOUND", "no source of that name is registered, and no record of one is in the log");
    const told = state.conflicts.reduce((sum, { omitted }) => sum + omitted + 1, 0);
    const conflicts = told + this.#pipeline.conflictsOmitted(name);
    return { numbers: numbers ?? NOTHING_SENT, state, conflicts };
  }

  /**
   * The reputation of a source by its newest records; `undefined` while it has sent nothing under its present numbering.
   * @throws STORE_FAILED
   */
  async reputation(name: string, { numbers, state }: SourceFacts): Promise<Reputation | undefined> {
    const { last = -1 } = (await this.#store.numbering(name, state.repair)) ?? {};
    if (numbers.records === 0 || last < numbers.firstSeq) return undefined;
    const reviews = await this.#reviews.of(name);
    // The body of a record in the window may have been withheld since.
    const { withheldCount } = this.#events.erasures;
    const basis = [last, numbers.records, state.conflicts.length, withheldCount, ...reviews].join(" ");
    const known = this.#reputations.get(name);
    if (known?.basis === basis) return known.reputation;
    const reputation = await this.#computed(name, { numbers, state }, last, reviews);
    if (this.#reputations.size >= MOST_REPUTATIONS) this.#reputations.clear();
    this.#reputations.set(name, { basis, reputation });
    return reputation;
  }

  async #computed(
    name: string,
    { numbers, state }: Pick<SourceFacts, "numbers" | "state">,
    last: number,
    reviews: readonly boolean[],
  ): Promise<Reputation> {
    const window = [Math.max(numbers.firstSeq, last - REPUTATION_WINDOW + 1), last] as const;
    const seqs = Array.from({ length: window[1] - window[0] + 1 }, (_, at) => window[0] + at);
    const found = await this.#store.findSubmitted(seqs.map((seq) => ({ source: name, seq })));
    const present = found.flatMap((one) => (one ? [one.entry] : []));
    const bodies = await Promise.all(present.map((entry) => this.#check.bodyOf(entry).catch(orNone)));
    const conflicts = state.conflicts.filter(({ seq }) => seq >= window[0] && seq <= window[1]).length;
    return reputationOf(
      window,
      present.length,
      bodies.flatMap((body) => (body ? [seenIn(body)] : [])),
      conflicts,
      reviews,
    );
  }
}

/** Damage was already reported when it was found, and says nothing about the source. */
function orNone(error: unknown): undefined {
  if (codeOf(error) !== "STORE_DAMAGED") throw error;
}

function seenIn(body: Body): SeenRecord {
  const { observedAt } = body.content;
  const seconds = typeof observedAt === "string" ? Date.parse(observedAt) / 1000 : Number.NaN;
  return {
    receivedAt: body.iat,
    observedAt: Number.isNaN(seconds) ? undefined : seconds,
    isSigned: isSigned(body),
  };
}

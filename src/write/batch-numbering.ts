/** Which numbers a source may use, and which one is assigned next, within a batch. */
import type { EventRegister } from "../events/register.ts";
import type { LogStore, Numbering } from "../store/log-store.ts";

/** Default for how far a source's numbers may run ahead. A switch from seconds to milliseconds, for instance, exceeds it. */
export const DEFAULT_MAX_SEQ_GAP = 2 ** 40;

/** The numbers of one source while a batch is sorted out. */
export class BatchNumbering {
  readonly #isNew: boolean;
  readonly #highest: number;
  #last: number;

  constructor(stored: Numbering | undefined) {
    this.#isNew = stored === undefined;
    this.#highest = stored?.highest ?? -1;
    this.#last = stored?.last ?? -1;
  }

  /** The first number of a source may be any that leaves room for more; each later one may run ahead by the gap. */
  highestAllowed(maxGap: number): number {
    if (this.#isNew && this.#last < 0) return Number.MAX_SAFE_INTEGER - maxGap;
    return Math.min(this.#last + maxGap, Number.MAX_SAFE_INTEGER);
  }

  /** The number to assign. */
  get next(): number {
    return this.#last + 1;
  }

  /** Whether the next number may be in use already, as after a repair, which restarts the numbering below the highest. */
  get meetsUsed(): boolean {
    return this.next <= this.#highest;
  }

  /** Whether a number skips others that the source has not used. Its first number skips none, whatever it is. */
  passesOver(seq: number): boolean {
    return this.#last >= 0 && seq > this.next;
  }

  /** Marks a number as used in this batch, so that it is not assigned to another record of the source. */
  use(seq: number): void {
    this.#last = Math.max(this.#last, seq);
  }
}

/** How far the numbering of each source has come. */
interface NumberingParts {
  readonly store: Pick<LogStore, "numberings">;
  readonly events: Pick<EventRegister, "sources">;
  /** The highest number of a source that is in the log but not in the store yet; -1 if there is none. */
  readonly numberAhead: (source: string) => number;
}

/** The numbering of each source in a batch, by name, with a single query to the store. */
export async function numberingsOf(
  names: ReadonlySet<string>,
  { store, events, numberAhead }: NumberingParts,
): Promise<ReadonlyMap<string, BatchNumbering>> {
  const repairs = new Map(Array.from(names, (name) => [name, events.sources.of(name).repair]));
  const stored = await store.numberings(repairs);
  const numberings = new Map<string, BatchNumbering>();
  for (const name of names) {
    const numbering = new BatchNumbering(stored.get(name));
    numbering.use(numberAhead(name));
    numberings.set(name, numbering);
  }
  return numberings;
}

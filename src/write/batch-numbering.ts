/** Which numbers a source may use, and which one is assigned next, within a batch. */
import type { EventRegister } from "../events/register.ts";
import type { LogStore, Numbering } from "../store/log-store.ts";

/** How far a source's numbers may run ahead by default. A change from seconds to milliseconds, say, is further. */
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

  /** A first number may be any that leaves room for others; after that, each may run ahead by the gap. */
  highestAllowed(maxGap: number): number {
    if (this.#isNew && this.#last < 0) return Number.MAX_SAFE_INTEGER - maxGap;
    return Math.min(this.#last + maxGap, Number.MAX_SAFE_INTEGER);
  }

  /** The number to assign. */
  get next(): number {
    return this.#last + 1;
  }

  /** Whether the next number may be in use: after a repair, some numbers up to the highest are. */
  get meetsUsed(): boolean {
    return this.next <= this.#highest;
  }

  /** Whether a number leaves others out that the source has not used: a first number may be any. */
  passesOver(seq: number): boolean {
    return this.#last >= 0 && seq > this.next;
  }

  /** A number that the source gave elsewhere in this batch must not be assigned to another of its records. */
  use(seq: number): void {
    this.#last = Math.max(this.#last, seq);
  }
}

/** What tells where sources are in their numbering. */
interface NumberingParts {
  readonly store: Pick<LogStore, "numberings">;
  readonly events: Pick<EventRegister, "sources">;
  /** The highest number of a source that is in the log but not in the store yet; -1 if there is none. */
  readonly numberAhead: (source: string) => number;
}

/** Of all sources of a batch, by name: one question to the store. */
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

/**
 * What the vault keeps of the log's own events. An index over it is read once, and again as events enter.
 */
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { LogStore } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";

export interface ConcealedParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "bodyOf" | "claimsOf" | "missing">;
}

/**
 * All members of the event at a leaf; `undefined` once the vault has erased what it kept of it.
 * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
 */
export async function claimsAt(leafIndex: number, { store, check }: ConcealedParts): Promise<JsonObject | undefined> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  return check.claimsOf(leafIndex, await check.bodyOf(entry));
}

/** Reads each event of a growing list once, one at a time. */
export class CatchUp<Event> {
  readonly #all: () => readonly Event[];
  readonly #read: (event: Event) => Promise<void>;
  #known = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(all: () => readonly Event[], read: (event: Event) => Promise<void>) {
    this.#all = all;
    this.#read = read;
  }

  /** Until all that is there now is read. @throws what reading throws; then the event is read again the next time */
  now(): Promise<void> {
    const done = this.#reading.then(async () => {
      for (; this.#known < this.#all().length; this.#known++) await this.#read(this.#all()[this.#known] as Event);
    });
    this.#reading = done.catch(() => undefined);
    return done;
  }
}

/** Whether a caller may act for records of a source. */
export type ForSource = (source: string) => boolean;

/** Whether the records at all those leaves are of sources that a caller may act for. @throws STORE_FAILED */
export async function areAllFor(
  leaves: readonly number[],
  isFor: ForSource,
  { store }: Pick<ConcealedParts, "store">,
): Promise<boolean> {
  for (const leaf of leaves) {
    const [entry] = await store.entries(leaf, leaf + 1);
    if (entry && !isFor(entry.sourceName)) return false;
  }
  return true;
}

/** Asserts that what stands at all those leaves are records. @throws NOT_FOUND; STORE_FAILED */
export async function assertRecords(
  leaves: readonly number[],
  { store }: Pick<ConcealedParts, "store">,
): Promise<void> {
  for (const leaf of leaves) {
    const [entry] = await store.entries(leaf, leaf + 1);
    if (entry?.kind !== "record") throw new WarifuError("NOT_FOUND", "one of the records is not in the log");
  }
}

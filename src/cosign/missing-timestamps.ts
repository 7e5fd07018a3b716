/**
 * Timestamps that were promised or kept and are missing: proofs for which a calendar has no Bitcoin block after two days,
 * and files that somebody removed while the service ran. Timestamps that were never requested are not missing: those are
 * reported by `timestamp-late`.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import { NO_BLOCK_YET, type StampedCheckpoint } from "./timestamp-files.ts";

/** How long a calendar may take for a block: it takes some hours, or a day when fees are high. */
const PATIENCE_SECONDS = 172_800;

interface Promised {
  readonly authority: string;
  readonly treeSize: number;
  /** POSIX seconds. */
  readonly since: number;
}

/** Remembers the timestamps of earlier rounds. */
export class MissingTimestamps {
  readonly #names: ReadonlySet<string>;
  /** POSIX seconds, for proofs that do not say since when they are waiting. */
  readonly #begun: number;
  /** By authority and tree size. */
  readonly #promised = new Map<string, Promised>();
  #sizes: readonly number[] = [];
  readonly #lost = new Set<number>();

  /** @param names those that are asked at present; promises of others no longer matter @param begun POSIX seconds */
  constructor(names: readonly string[], begun: number) {
    this.#names = new Set(names);
    this.#begun = begun;
  }

  /** Notes the contents of the file of a tree size; nothing if there is no file. */
  note({ treeSize, stamps }: Pick<StampedCheckpoint, "treeSize" | "stamps">): void {
    if (stamps.length > 0) this.#lost.delete(treeSize);
    for (const { authority, until, since = this.#begun } of stamps) {
      const isWaiting = until === NO_BLOCK_YET && this.#names.has(authority);
      if (isWaiting) this.#promised.set(keyOf(authority, treeSize), { authority, treeSize, since });
      else this.#promised.delete(keyOf(authority, treeSize));
    }
  }

  /** @param sizes the tree sizes that have a file, ascending */
  compare(sizes: readonly number[]): void {
    const present = new Set(sizes);
    for (const size of this.#sizes.filter((one) => !present.has(one))) {
      this.#lost.add(size);
      for (const authority of this.#names) this.#promised.delete(keyOf(authority, size));
    }
    for (const size of this.#lost) if (present.has(size)) this.#lost.delete(size);
    this.#sizes = sizes;
  }

  /** A fact for each calendar that has not kept its promise, and one for missing files. @param now POSIX seconds */
  facts(now: number): FactOf<"timestamp-missing">[] {
    const overdue = [...this.#promised.values()].filter(({ since }) => now - since >= PATIENCE_SECONDS);
    const late = [...Map.groupBy(overdue, ({ authority }) => authority)].map(([authority, proofs]) => {
      const since = new Date(Math.min(...proofs.map((one) => one.since)) * 1_000).toISOString();
      return { id: "proofs-overdue" as const, authority, count: proofs.length, since };
    });
    if (this.#lost.size === 0) return late;
    const treeSize = Math.min(...this.#lost);
    return [...late, { id: "timestamps-gone", count: this.#lost.size, treeSize }];
  }
}

function keyOf(authority: string, treeSize: number): string {
  return `${authority} ${treeSize}`;
}

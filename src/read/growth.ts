/**
 * How the log has grown: its size at points in time. Entries are in the order in which they were received, so each size
 * is found by binary search: a few dozen entries are read for each point, however long the log is.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { receivedAtOf } from "../core/record-id.ts";
import type { LogStore } from "../store/log-store.ts";
import type { Records } from "./records.ts";

/** The size of the log at a time, POSIX seconds. */
export interface GrowthPoint {
  readonly at: number;
  readonly treeSize: number;
}

/** The points that are wanted. */
export interface GrowthQuery {
  /** POSIX seconds; without it, when the first entry was made. */
  readonly since?: number | undefined;
  /** POSIX seconds. */
  readonly until: number;
  /** At least 2: the first and the last are the ends of the time span. */
  readonly points: number;
}

/** Reads how the log has grown. */
export class Growth {
  readonly #records: Pick<Records, "sizeAt">;
  readonly #store: Pick<LogStore, "entries">;

  constructor(records: Pick<Records, "sizeAt">, store: Pick<LogStore, "entries">) {
    this.#records = records;
    this.#store = store;
  }

  /** The sizes at points spread evenly over a time span; none while the log is empty. @throws STORE_FAILED */
  async over({ since, until, points }: GrowthQuery): Promise<GrowthPoint[]> {
    const begin = since ?? (await this.#firstTime());
    if (begin === undefined) return [];
    const step = Math.max(0, until - begin) / (points - 1);
    const sizes: GrowthPoint[] = [];
    for (let point = 0; point < points; point++) {
      const at = Math.round(begin + point * step);
      // Includes the entries of that second.
      sizes.push({ at, treeSize: await this.#records.sizeAt(at + 1, sizes.at(-1)?.treeSize) });
      await nextTurn();
    }
    return sizes;
  }

  async #firstTime(): Promise<number | undefined> {
    const [first] = await this.#store.entries(0, 1);
    return first && receivedAtOf(first);
  }
}

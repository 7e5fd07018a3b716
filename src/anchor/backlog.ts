/**
 * What waits for a final anchor, and since when. It is read from the store, so it is known even when the chain does not
 * answer.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import { receivedAtOf } from "../core/record-id.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import type { LogTree } from "../write/log-tree.ts";

/** What is examined, and from when on it is late. */
export interface BacklogOptions {
  readonly store: AnchorJournal & Pick<LogStore, "entries">;
  readonly tree: Pick<LogTree, "publishedSize">;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly alarms: Alarms;
  /** Health turns red when entries wait longer than this for a final anchor. */
  readonly maxLagMs: number;
  /** Whether the log takes no more records; by default, it does take them. */
  readonly isEnded?: (() => boolean) | undefined;
}

/** How far final anchors cover the log. */
export class Backlog {
  readonly #options: BacklogOptions;
  #finalizedSize = 0;
  #waitingSince: number | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Size of the newest final anchor. */
  get finalizedSize(): number {
    return this.#finalizedSize;
  }

  /** When the oldest entry not covered by a final anchor was taken in, POSIX milliseconds; `undefined` when none waits. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  /** What was final in another contract, or on a lost chain, is not final in this contract. */
  forget(): void {
    this.#finalizedSize = 0;
  }

  /** @throws STORE_FAILED */
  async look(): Promise<void> {
    const { store, tree, now, alarms, maxLagMs } = this.#options;
    const finalizedSize = (await store.newestFinalAnchor())?.treeSize ?? 0;
    const [oldest] = finalizedSize < tree.publishedSize ? await store.entries(finalizedSize, finalizedSize + 1) : [];
    const isWaiting = oldest !== undefined && !(await this.isBeaconAlone(finalizedSize));
    const waitingSince = isWaiting ? receivedAtOf(oldest) * 1000 : undefined;
    this.#finalizedSize = finalizedSize;
    this.#waitingSince = waitingSince;
    const isLate = waitingSince !== undefined && now() - waitingSince > maxLagMs;
    alarms.set("anchor-late", isLate ? lateness(waitingSince) : undefined);
  }

  /**
   * A beacon after the last anchor waits for the next records: anchoring it alone would require another beacon each
   * time. After the end of a log there are none, and its contract should be closed with all of it.
   */
  async isBeaconAlone(anchoredSize: number): Promise<boolean> {
    const { store, tree, isEnded } = this.#options;
    if (isEnded?.()) return false;
    // While nothing is final, as in a successor contract, a beacon alone is anchored as well.
    if (tree.publishedSize !== anchoredSize + 1 || this.#finalizedSize === 0) return false;
    const [last] = await store.entries(anchoredSize, anchoredSize + 1);
    return last?.kind === "beacon";
  }
}

function lateness(waitingSince: number): FactOf<"anchor-late"> {
  return { id: "records-waiting", since: new Date(waitingSince).toISOString() };
}

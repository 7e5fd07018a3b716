/** Anchors with their gas, fees and times, and with what each covers that the one before it did not. */
import { WarifuError } from "../core/errors.ts";
import type { AnchorJournal, LeftBlock, StoredAnchor } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import { anchorFactsOf, type AnchorFacts } from "./anchor-facts.ts";

/** An anchor with its times and costs. */
export interface KnownAnchor {
  readonly anchor: StoredAnchor;
  readonly facts: AnchorFacts;
  /** Records among the entries that it covers and the anchor before it did not. */
  readonly records: number;
  /** Blocks that it was in before reorgs, earliest first. */
  readonly leftBlocks: readonly LeftBlock[];
}

type Journal = Pick<AnchorJournal, "anchors" | "leftBlocks"> & Pick<LogStore, "countRecords">;

/** Reads anchors. */
export class Anchors {
  readonly #store: Journal;

  constructor(store: Journal) {
    this.#store = store;
  }

  /** Those below an id, newest first. */
  async page(belowId: number, limit: number): Promise<KnownAnchor[]> {
    const known: KnownAnchor[] = [];
    for (const anchor of await this.#store.anchors(belowId, limit)) known.push(await this.#known(anchor));
    return known;
  }

  /** @throws NOT_FOUND */
  async one(anchorId: number): Promise<KnownAnchor> {
    const [anchor] = await this.#store.anchors(anchorId + 1, 1);
    if (anchor?.anchorId !== anchorId) throw new WarifuError("NOT_FOUND", "there is no anchor of that number");
    return this.#known(anchor);
  }

  async #known(anchor: StoredAnchor): Promise<KnownAnchor> {
    const records = await this.#store.countRecords(anchor.baseSize, anchor.treeSize);
    const leftBlocks = await this.#store.leftBlocks(anchor.anchorId);
    return { anchor, facts: anchorFactsOf(anchor), records, leftBlocks };
  }
}

/**
 * What waits for the writer, queued fairly: a batch takes from all who wait in turn, so that those who send a flood make
 * only themselves wait. Within a lane, and within a batch, what arrived first comes first.
 */

/** A lane of its own for each source, as sent by one API key. */
interface Lane<T> {
  readonly sender: string;
  readonly items: { readonly arrival: number; readonly item: T }[];
}

/** Share of the queue that one sender may fill while others could need it. */
const SENDERS_SHARE = 3 / 4;

/** The queue of one log. */
export class WaitingQueue<T> {
  readonly #most: number;
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #bySender = new Map<string, number>();
  #arrivals = 0;
  #size = 0;

  /** @param most items that may wait */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Whether this many more items of a sender may wait. When nothing else waits, any number may. The sender without a name
   * stands for everybody, and may fill the queue.
   */
  hasRoom(sender: string, count: number): boolean {
    if (this.#size === 0) return true;
    const own = this.#bySender.get(sender) ?? 0;
    return (
      this.#size + count <= this.#most && (sender === "" || own === 0 || own + count <= this.#most * SENDERS_SHARE)
    );
  }

  add(sender: string, source: string, item: T): void {
    const name = `${sender} ${source}`;
    const lane = this.#lanes.get(name) ?? { sender, items: [] };
    lane.items.push({ arrival: this.#arrivals++, item });
    this.#lanes.set(name, lane);
    this.#count(sender, 1);
  }

  /** Takes the next batch. A lane that still has something goes to the end of the line. */
  take(most: number): T[] {
    const taken: Lane<T>["items"] = [];
    while (taken.length < most && this.#size > 0) {
      // As many rounds as it takes; in each, every lane gives an equal part of what is still needed.
      const part = Math.max(1, Math.floor((most - taken.length) / this.#lanes.size));
      for (const [name, lane] of [...this.#lanes]) {
        const given = lane.items.splice(0, Math.min(part, most - taken.length));
        for (const one of given) taken.push(one);
        this.#count(lane.sender, -given.length);
        if (given.length === 0) break;
        this.#lanes.delete(name);
        if (lane.items.length > 0) this.#lanes.set(name, lane);
      }
    }
    return taken.sort((a, b) => a.arrival - b.arrival).map(({ item }) => item);
  }

  #count(sender: string, more: number): void {
    this.#size += more;
    const own = (this.#bySender.get(sender) ?? 0) + more;
    if (own > 0) this.#bySender.set(sender, own);
    else this.#bySender.delete(sender);
  }
}

/**
 * What waits for the writer, queued fairly: a batch takes from all who wait in turn, so that those who send a flood make
 * only themselves wait. Within a lane, and within a batch, what arrived first comes first.
 */

/** Who sends, and a lane for each source of theirs. */
interface Sender<T> {
  readonly name: string;
  readonly lanes: Map<string, Lane<T>>;
  /** Items in all of the lanes. */
  waiting: number;
}

/** What waits of one source; one that is empty is forgotten. */
interface Lane<T> {
  readonly sender: Sender<T>;
  readonly source: string;
  readonly items: { readonly arrival: number; readonly item: T }[];
}

/** Share of the queue that one sender may fill while others could need it. */
const SENDERS_SHARE = 3 / 4;

/** The queue of one log. */
export class WaitingQueue<T> {
  readonly #most: number;
  readonly #senders = new Map<string, Sender<T>>();
  /** The lanes, the one whose turn is next in front. */
  readonly #line: Lane<T>[] = [];
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
    const own = this.#senders.get(sender)?.waiting ?? 0;
    return (
      this.#size + count <= this.#most && (sender === "" || own === 0 || own + count <= this.#most * SENDERS_SHARE)
    );
  }

  add(name: string, source: string, item: T): void {
    const sender = this.#senders.get(name) ?? this.#newSender(name);
    const lane = sender.lanes.get(source) ?? this.#newLane(sender, source);
    lane.items.push({ arrival: this.#arrivals++, item });
    sender.waiting++;
    this.#size++;
  }

  /** Takes the next batch. A lane that still has something goes to the end of the line. */
  take(most: number): T[] {
    const taken: Lane<T>["items"] = [];
    while (taken.length < most && this.#size > 0) {
      // As many rounds as it takes; in each, every lane gives an equal part of what is still needed.
      const part = Math.max(1, Math.floor((most - taken.length) / this.#line.length));
      for (const lane of this.#line.splice(0, most - taken.length)) {
        const given = lane.items.splice(0, part);
        for (const one of given) taken.push(one);
        this.#settle(lane, given.length);
      }
    }
    return taken.sort((a, b) => a.arrival - b.arrival).map(({ item }) => item);
  }

  #newSender(name: string): Sender<T> {
    const sender = { name, lanes: new Map<string, Lane<T>>(), waiting: 0 };
    this.#senders.set(name, sender);
    return sender;
  }

  #newLane(sender: Sender<T>, source: string): Lane<T> {
    const lane = { sender, source, items: [] };
    sender.lanes.set(source, lane);
    this.#line.push(lane);
    return lane;
  }

  /** Counts what a lane gave; it goes to the end of the line, or away with its sender if nothing is left. */
  #settle(lane: Lane<T>, given: number): void {
    const { sender, source, items } = lane;
    this.#size -= given;
    sender.waiting -= given;
    if (items.length > 0) this.#line.push(lane);
    else sender.lanes.delete(source);
    if (sender.waiting === 0) this.#senders.delete(sender.name);
  }
}

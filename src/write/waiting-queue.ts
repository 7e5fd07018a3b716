/**
 * The fair queue in front of the writer: a batch takes in turn from all who wait, so that a flood delays only its own
 * sender. Sources take turns, so that many records of one do not hold up the others. Within a source requests take
 * turns, so that a single record does not wait for all that somebody sends at once under the same name. Within a
 * request, and within a batch, the order is first come, first served.
 */

/** A sender, with a lane for each of its sources. */
interface Sender<T> {
  readonly name: string;
  readonly lanes: Map<string, Lane<T>>;
  /** Items in all of its lanes. */
  waiting: number;
}

/** The waiting items of one source; an empty lane is removed. */
interface Lane<T> {
  readonly sender: Sender<T>;
  readonly source: string;
  /** By request, the one whose turn is next in front. */
  readonly requests: Request<T>[];
}

/** The waiting items of one source that came with one request. */
interface Request<T> {
  readonly of: object;
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
   * Whether this many more items of a sender may wait. When nothing else waits, any number may. Senders without a name
   * count as one, which may fill the queue.
   */
  hasRoom(sender: string, count: number): boolean {
    if (this.#size === 0) return true;
    const own = this.#senders.get(sender)?.waiting ?? 0;
    return (
      this.#size + count <= this.#most && (sender === "" || own === 0 || own + count <= this.#most * SENDERS_SHARE)
    );
  }

  /** @param request identifies the request that the item came with; only its identity matters */
  add(name: string, source: string, request: object, item: T): void {
    const sender = this.#senders.get(name) ?? this.#newSender(name);
    const lane = sender.lanes.get(source) ?? this.#newLane(sender, source);
    requestIn(lane, request).items.push({ arrival: this.#arrivals++, item });
    sender.waiting++;
    this.#size++;
  }

  /** Takes the next batch. */
  take(most: number): T[] {
    const taken = takeInTurn(this.#line, most, (lane, part) => this.#takeFrom(lane, part));
    return taken.sort((a, b) => a.arrival - b.arrival).map(({ item }) => item);
  }

  #newSender(name: string): Sender<T> {
    const sender = { name, lanes: new Map<string, Lane<T>>(), waiting: 0 };
    this.#senders.set(name, sender);
    return sender;
  }

  #newLane(sender: Sender<T>, source: string): Lane<T> {
    const lane = { sender, source, requests: [] };
    sender.lanes.set(source, lane);
    this.#line.push(lane);
    return lane;
  }

  /** Takes from a lane; an empty lane is removed, and with its last one the sender. */
  #takeFrom({ sender, source, requests }: Lane<T>, most: number): Part<Request<T>["items"][number]> {
    const taken = takeInTurn(requests, most, ({ items }, part) => ({
      taken: items.splice(0, part),
      isLeft: items.length > 0,
    }));
    this.#size -= taken.length;
    sender.waiting -= taken.length;
    const isLeft = requests.length > 0;
    if (!isLeft) sender.lanes.delete(source);
    if (sender.waiting === 0) this.#senders.delete(sender.name);
    return { taken, isLeft };
  }
}

/** What was taken from one of those in line, and whether it has more. */
interface Part<Item> {
  readonly taken: readonly Item[];
  readonly isLeft: boolean;
}

/** Takes equal parts from all in a line, from the front on; whoever has more goes to its end. */
function takeInTurn<Who, Item>(line: Who[], most: number, takeFrom: (who: Who, part: number) => Part<Item>): Item[] {
  const all: Item[] = [];
  while (all.length < most && line.length > 0) {
    // As many rounds as it takes; in each, everybody gives an equal part of what is still needed.
    const part = Math.max(1, Math.floor((most - all.length) / line.length));
    for (const who of line.splice(0, most - all.length)) {
      const { taken, isLeft } = takeFrom(who, part);
      for (const one of taken) all.push(one);
      if (isLeft) line.push(who);
    }
  }
  return all;
}

/** Most items of a request come one after the other, so the newest request is likely the one. */
function requestIn<T>({ requests }: Lane<T>, of: object): Request<T> {
  const known = requests.findLast((one) => one.of === of);
  if (known) return known;
  const request = { of, items: [] };
  requests.push(request);
  return request;
}

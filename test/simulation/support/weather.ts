// What goes wrong, and when: episodes drawn from the seed, each of which begins, lasts a while and ends. At most one node lies
// at a time, and only among three.

import type { Chance } from "../../support/chance.ts";
import type { ChainModel, NodeView } from "./chain-model.ts";
import { Lies } from "./liar.ts";
import type { Ailments } from "./model-node.ts";

/** A node and what ails it. */
export interface WeatheredNode {
  readonly view: NodeView;
  readonly ailments: Ailments;
}

export interface WeatherOptions {
  readonly model: ChainModel;
  readonly nodes: readonly WeatheredNode[];
  readonly chance: Chance;
  readonly onEvent: (event: string) => void;
  readonly onFault: (kind: string) => void;
}

interface Episode {
  readonly kind: string;
  readonly weight: number;
  /** Begins it. @returns how it ends; `undefined` when it is over at once */
  readonly begin: () => (() => void) | undefined;
}

const MINUTE_MS = 60_000;

/** The faults of one simulation. */
export class Weather {
  readonly #options: WeatherOptions;
  readonly #episodes: readonly Episode[];
  readonly #running = new Map<string, { readonly until: number; readonly end: () => void }>();
  #nextAt: number;

  constructor(options: WeatherOptions) {
    this.#options = options;
    this.#episodes = this.#kinds();
    this.#nextAt = options.model.now + options.chance.whole(1, 6) * MINUTE_MS;
  }

  /** When something begins or ends next. */
  get nextAt(): number {
    return Math.min(this.#nextAt, ...[...this.#running.values()].map(({ until }) => until));
  }

  /** Ends what is over, begins what is due. */
  change(): void {
    const { model, chance } = this.#options;
    for (const [kind, { until }] of [...this.#running]) if (until <= model.now) this.#end(kind);
    if (this.#nextAt > model.now) return;
    this.#nextAt = model.now + Math.round(chance.between(0.5, 6) * MINUTE_MS);
    this.#begin(this.#draw());
  }

  /** Everything is as it should be from now on. */
  clear(): void {
    for (const kind of [...this.#running.keys()]) this.#end(kind);
    this.#nextAt = Number.POSITIVE_INFINITY;
    this.#options.onEvent("no more faults");
  }

  #begin({ kind, begin }: Episode): void {
    const { model, chance, onEvent, onFault } = this.#options;
    if (this.#running.has(kind)) return;
    onEvent(`begins: ${kind}`);
    onFault(kind);
    const end = begin();
    if (end) this.#running.set(kind, { until: model.now + chance.whole(1, 15) * MINUTE_MS, end });
  }

  #end(kind: string): void {
    this.#options.onEvent(`ends: ${kind}`);
    this.#running.get(kind)?.end();
    this.#running.delete(kind);
  }

  #draw(): Episode {
    const { chance } = this.#options;
    let left = chance.between(
      0,
      this.#episodes.reduce((sum, { weight }) => sum + weight, 0),
    );
    return this.#episodes.find(({ weight }) => (left -= weight) < 0) ?? (this.#episodes[0] as Episode);
  }

  #kinds(): Episode[] {
    const { model, nodes } = this.#options;
    const set = (on: () => void, off: () => void) => () => {
      on();
      return off;
    };
    const several: Episode[] = [
      { kind: "lying node", weight: 6, begin: () => this.#lie() },
      { kind: "frozen node", weight: 3, begin: () => this.#freeze() },
      { kind: "lagging node", weight: 2, begin: () => this.#lag() },
    ];
    return [
      { kind: "shallow reorg", weight: 6, begin: () => this.#reorg() },
      { kind: "reorg below finality", weight: 0.25, begin: () => this.#deepReorg() },
      { kind: "dropped transactions", weight: 4, begin: () => this.#drop() },
      {
        kind: "delayed transactions",
        weight: 2,
        begin: set(
          () => void (model.delayMs = 4 * MINUTE_MS),
          () => void (model.delayMs = 0),
        ),
      },
      {
        kind: "stale builders",
        weight: 2,
        begin: set(
          () => void (model.staleBuilders = 0.7),
          () => void (model.staleBuilders = 0),
        ),
      },
      { kind: "fee spike", weight: 4, begin: () => this.#spike() },
      {
        kind: "finality stall",
        weight: 2,
        begin: set(
          () => void (model.isFinalityStalled = true),
          () => void (model.isFinalityStalled = false),
        ),
      },
      {
        kind: "no blocks",
        weight: 1,
        begin: set(
          () => void (model.isHalted = true),
          () => void (model.isHalted = false),
        ),
      },
      { kind: "silent node", weight: 3, begin: () => this.#silence([this.#options.chance.pick(nodes)]) },
      { kind: "silent network", weight: 1, begin: () => this.#silence(nodes) },
      ...(nodes.length > 2 ? several : several.slice(1)),
    ];
  }

  #reorg(): undefined {
    const { model, chance } = this.#options;
    const deepest = model.tip.number - model.tip.finalHeight;
    model.reorg(Math.min(deepest, chance.happens(0.7) ? chance.whole(1, 4) : chance.whole(5, 24)));
    return undefined;
  }

  #deepReorg(): undefined {
    const { model, chance } = this.#options;
    model.reorg(Math.min(model.tip.number, model.tip.number - model.tip.finalHeight + chance.whole(1, 12)));
    return undefined;
  }

  #drop(): undefined {
    const { model } = this.#options;
    for (const hash of new Set(model.nodes.flatMap(({ pool }) => pool.hashes()))) model.drop(hash);
    return undefined;
  }

  #spike(): () => void {
    const { model, chance } = this.#options;
    model.spike = chance.pick([3, 10, 40, 150]);
    return () => (model.spike = 1);
  }

  #silence(nodes: readonly WeatheredNode[]): () => void {
    const { chance } = this.#options;
    const share = chance.pick([0.1, 0.5, 1]);
    for (const { ailments } of nodes) Object.assign(ailments, { silence: share, silentlyDone: chance.next() });
    return () => {
      for (const { ailments } of nodes) ailments.silence = 0;
    };
  }

  #lie(): () => void {
    const { model, chance, nodes, onEvent } = this.#options;
    const { view, ailments } = chance.pick(nodes);
    ailments.lies = new Lies(model, view, chance);
    onEvent(`${view.name} lies about ${ailments.lies.subjects}`);
    return () => (ailments.lies = undefined);
  }

  #freeze(): () => void {
    const { model, chance, nodes } = this.#options;
    const { view } = chance.pick(nodes);
    view.isFrozen = true;
    return () => {
      view.isFrozen = false;
      model.follow(view);
    };
  }

  #lag(): () => void {
    const { view } = this.#options.chance.pick(this.#options.nodes);
    view.lagMs = 45_000;
    return () => (view.lagMs = 500);
  }
}

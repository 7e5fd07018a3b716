// What happens among services that share a log, and to no service that is alone: one sleeps past its lease while another takes
// its place, one falls silent in its turn, connections break, a service is stopped, killed, or looked at.

import type { Chance } from "../../support/chance.ts";
import type { Service } from "./service.ts";
import { LEASE_MS, type SharedDatabase } from "./shared-database.ts";
import { MINUTE_MS, Violation, type World } from "./world.ts";

export interface TroublesOptions {
  readonly world: World;
  readonly services: readonly Service[];
  readonly shared: SharedDatabase;
  readonly chance: Chance;
  /** Sends records to a service. */
  readonly submitTo: (services: readonly Service[]) => Promise<void>;
}

interface Trouble {
  readonly kind: string;
  readonly weight: number;
  readonly happen: (service: Service) => Promise<void>;
}

/** Changes that whoever anchors makes before it falls asleep, at most: an anchor takes five. */
const WAKEFUL_CHANGES = 4;
/** Rounds in which it has the occasion. */
const ROUNDS = 8;

/** The troubles of one simulation. */
export class Troubles {
  readonly #options: TroublesOptions;
  readonly #kinds: readonly Trouble[];
  readonly #roots = new Map<number, string>();
  nextAt: number;

  constructor(options: TroublesOptions) {
    this.#options = options;
    this.nextAt = options.world.model.now;
    this.#kinds = [
      { kind: "sleeps with the lease", weight: 4, happen: () => this.#sleepWithLease() },
      { kind: "sleeps", weight: 3, happen: (service) => this.#sleep(service, 0, () => this.#submitTo(service)) },
      { kind: "loses its connections", weight: 2, happen: (service) => this.#cut(service) },
      { kind: "stops and starts", weight: 2, happen: (service) => service.restart() },
      { kind: "is killed, idle", weight: 2, happen: (service) => service.crash() },
      { kind: "is looked at", weight: 4, happen: (service) => this.#look(service) },
    ];
  }

  /** Something happens to one of them. Everything is up before. */
  async happen(): Promise<void> {
    const { chance, world, services } = this.#options;
    const weights = this.#kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
    const [{ kind, happen }, service] = [chance.pick(weights), chance.pick(services)];
    world.note(`trouble: ${kind}`);
    if (!kind.startsWith("sleeps")) world.count(kind);
    await happen(service);
    this.nextAt = world.model.now + Math.round(chance.between(0.5, 3) * MINUTE_MS);
  }

  /** Whoever has the lease sleeps; another takes its place meanwhile, or nobody; and it goes on as if nothing had been. */
  async #sleepWithLease(): Promise<void> {
    const { services, chance } = this.#options;
    const holder = services.find(({ process }) => process.anchors);
    if (!holder) return;
    const sleeper = holder.process;
    if (chance.happens(0.4)) await this.#sleep(holder, 0, () => this.#submitTo(holder));
    else await this.#sleep(holder, chance.whole(0, WAKEFUL_CHANGES), () => this.#anchorIn(holder));
    if (!sleeper.isOutOfPlace) return;
    // It does not know yet, and its renewal may come before or after what it writes next.
    const next = [() => holder.round(), () => this.#submitTo(holder), () => holder.renew()];
    for (const step of chance.happens(0.5) ? next : next.toReversed()) if (!sleeper.isDown) await step();
  }

  /** Rounds until it has changed what it was to change, or has ended. */
  async #anchorIn(holder: Service): Promise<void> {
    const { world, chance, services } = this.#options;
    const { process } = holder;
    for (let left = ROUNDS; left > 0 && process.mishaps.maySleep && !process.isDown; left--) {
      await this.#options.submitTo([chance.pick(services.filter((one) => !one.process.isDown))]);
      world.pass(world.pollMs);
      if (!process.isDown) await holder.round();
    }
  }

  /** One falls asleep at work for longer than a lease lasts, while the others go on. */
  async #sleep(service: Service, changes: number, work: () => Promise<void>): Promise<void> {
    const { mishaps } = service.process;
    const asleep = mishaps.sleepAfter(changes).then(() => true);
    const done = handled(work());
    const isAsleep = await Promise.race([asleep, done.then(...both(false))]);
    if (isAsleep && this.#options.chance.happens(0.4) && this.#hasLeaseAndTurn(service)) {
      await this.#waitBehind(service, done);
    } else {
      if (isAsleep) await this.#goOnWithout(service);
      mishaps.wake();
      await done;
    }
  }

  #hasLeaseAndTurn({ process }: Service): boolean {
    return this.#options.shared.holder === process && process.mishaps.asleepAt === "commit";
  }

  /** The server is patient with who has its turn for longer than a lease lasts: another has the lease, and waits for the turn. */
  async #waitBehind(service: Service, done: Promise<void>): Promise<void> {
    const { shared, world, chance } = this.#options;
    world.pass(LEASE_MS + 2_000);
    await shared.lapse();
    world.count("slept past its lease, and kept its turn");
    const taken = shared.taken();
    const successor = handled(startAgain(chance.pick(this.#othersThan(service))));
    await Promise.race([taken, successor.then(...both(undefined))]);
    service.process.mishaps.wake();
    await done;
    await successor;
  }

  #othersThan(service: Service): readonly Service[] {
    return this.#options.services.filter((one) => one !== service);
  }

  async #goOnWithout(service: Service): Promise<void> {
    const { shared, world, chance } = this.#options;
    const sleeper = service.process;
    world.pass(LEASE_MS + chance.between(5_000, 60_000));
    const hadTurn = await shared.endTurnOf(sleeper.name);
    if (hadTurn) sleeper.noteCut();
    const hadLease = shared.holder === sleeper;
    if (hadLease) await shared.lapse();
    world.count(`slept${hadLease ? " past its lease" : ""}${hadTurn ? ", and lost its turn" : ""}`);
    // Where the lease is free, whoever starts takes it.
    if (chance.happens(0.8)) await startAgain(chance.pick(this.#othersThan(service)));
    for (const other of this.#othersThan(service)) {
      await other.restartIfDown();
      await this.#submitTo(other);
      if (!other.process.isDown && other.process.anchors) await other.round();
    }
  }

  /** Its connections break while it sends what it has to send, or does nothing. */
  async #cut(service: Service): Promise<void> {
    const { shared, chance } = this.#options;
    const { process } = service;
    const work = chance.happens(0.5) ? this.#submitTo(service) : Promise.resolve();
    process.noteCut();
    await shared.cut(process.name);
    await work;
    if (!process.isDown) await this.#submitTo(service);
  }

  /** Whoever is asked, there is one history. */
  async #look(service: Service): Promise<void> {
    const head = await service.look();
    if (!head) return;
    const { treeSize, root } = head;
    const seen = this.#roots.get(treeSize) ?? root;
    if (seen !== root) throw new Violation(`two services show different heads of ${treeSize} entries`);
    this.#roots.set(treeSize, root);
  }

  #submitTo(service: Service): Promise<void> {
    return this.#options.submitTo([service]);
  }
}

function startAgain(service: Service): Promise<void> {
  return service.process.isDown ? service.crash() : service.restart();
}

/** Something that is awaited later. */
function handled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** The same whether something is fulfilled or rejected. */
function both<T>(value: T): [() => T, () => T] {
  return [() => value, () => value];
}

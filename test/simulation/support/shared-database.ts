// What several services share: one schema of a real PostgreSQL, and the lease in it. Seen from outside, as its server and its
// clock see them: connections end, and time passes for whoever does not renew.

import { setTimeout as sleep } from "node:timers/promises";

import pg from "pg";

import type { Lease } from "../../../src/store/shared-log.ts";
import { addressIn } from "../../../src/store/postgres/address.ts";
import { Violation } from "./world.ts";

/** By the simulated clock. */
export const LEASE_MS = 10_000;

/** By the server's clock, which goes on while a seed runs: a lease ends when {@link SharedDatabase.lapse} says so. */
const FOR_EVER_MS = 86_400_000;

/** Whoever may hold the lease. */
interface Holder {
  readonly name: string;
}

/** A schema of one seed's own. */
export class SharedDatabase {
  readonly #url: string;
  readonly #schema: string;
  readonly #outside: pg.Client;
  #holder: Holder | undefined;
  /** Whoever has asked for the lease and heard nothing yet. */
  readonly #asking = new Set<Holder>();
  /** When its holder was gone, simulated; `undefined` while it is there, or nobody ever was. */
  #goneAt: number | undefined;
  #onTaken: () => void = () => undefined;
  /** The fence of the newest lease, which counts how often it was taken. */
  fence = 0;

  private constructor(url: string, schema: string) {
    this.#url = url;
    this.#schema = schema;
    this.#outside = new pg.Client(url);
  }

  /** @param url of a server's database */
  static async open(url: string, schema: string): Promise<SharedDatabase> {
    const shared = new SharedDatabase(url, schema);
    await shared.#outside.connect();
    return shared;
  }

  /** As a service is given it; its connections are known by that name. */
  addressFor(name: string): string {
    return `${this.#url}?schema=${this.#schema}&application_name=${this.#schema}_${name}`;
  }

  /** Whoever holds the lease by now. */
  get holder(): Holder | undefined {
    return this.#holder;
  }

  /** Asks for the lease as a service does that starts. @returns `undefined` while it is held */
  async take(by: Holder, ask: (name: string, forMs: number) => Promise<Lease | undefined>): Promise<Lease | undefined> {
    this.#asking.add(by);
    const lease = await ask("service", FOR_EVER_MS);
    this.#asking.delete(by);
    if (!lease) return undefined;
    if (this.#holder) throw new Violation(`${by.name} was given the lease that ${this.#holder.name} holds`);
    if (lease.fence <= this.fence) throw new Violation(`the fence went from ${this.fence} to ${lease.fence}`);
    this.fence = lease.fence;
    this.#holder = by;
    this.#goneAt = undefined;
    this.#onTaken();
    return lease;
  }

  /** Settled when the lease is taken the next time. */
  taken(): Promise<undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#onTaken = () => resolve(undefined);
    return promise;
  }

  /** It renews no more. @param now simulated */
  leave(holder: Holder, now: number): void {
    // One that ended before it heard that it has the lease had it all the same.
    const mayHold = this.#holder === holder || (this.#asking.delete(holder) && !this.#holder);
    if (!mayHold) return;
    this.#holder = undefined;
    this.#goneAt = now;
  }

  /** Lets the lease of somebody who is gone end when its time is over. */
  async tick(now: number): Promise<void> {
    if (this.#goneAt !== undefined && now - this.#goneAt >= LEASE_MS) await this.lapse();
  }

  /** The lease ends: its holder did not renew it in time. */
  async lapse(): Promise<void> {
    await this.#outside.query(`UPDATE ${this.#schema}.lease SET until = clock_timestamp() - interval '1 second'`);
    this.#holder = undefined;
    this.#goneAt = undefined;
  }

  /** Ends a service's connections, as they end with its process, or when the network between them breaks. */
  async cut(name: string): Promise<void> {
    await this.#end(name, "true");
  }

  /**
   * What the server does with a connection that falls silent in a transaction, and with it in its turn.
   * @returns whether there was one
   */
  async endTurnOf(name: string): Promise<boolean> {
    return (await this.#end(name, "state LIKE 'idle in transaction%'")) > 0;
  }

  /** @returns how many there were, and are no more */
  async #end(name: string, which: string): Promise<number> {
    const sql = `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND ${which}`;
    const { rows } = await this.#outside.query<{ pid: number }>(sql, [`${this.#schema}_${name}`]);
    const pids = rows.map(({ pid }) => pid);
    const left = "SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1)";
    while (pids.length > 0 && (await this.#outside.query(left, [pids])).rowCount !== 0) await sleep(1);
    return pids.length;
  }

  /** Removes it. */
  async remove(): Promise<void> {
    const { schema, vaultSchema } = addressIn(this.addressFor("none"));
    for (const one of [schema, vaultSchema]) await this.#outside.query(`DROP SCHEMA IF EXISTS ${one} CASCADE`);
    await this.#outside.end();
  }
}

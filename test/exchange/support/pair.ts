// Two cities without chance: what goes from Santander to Fujisawa, step by step, with one of them killed at a write.

import type { Partner } from "../../../src/exchange/partners.ts";
import { Chance } from "../../support/chance.ts";
import { City, FUJISAWA, Killed, PURPOSE, recipientFor, SANTANDER } from "./city.ts";
import { FaultyWire } from "./faulty-wire.ts";

const ROUNDS = 8;
const STEP_MS = 700_000;
const SHARES = [
  { type: "citizen-report", claims: ["text"], when: "always", consent: true, pictures: false },
] as const satisfies Partner["shares"];

/** Two cities that share every report, of which one dies at the write of that number, counted from 1. */
export class Pair {
  santander!: City;
  fujisawa!: City;
  writes = 0;
  readonly wire: FaultyWire;
  readonly #killed: "santander" | "fujisawa";
  readonly #at: number;
  #isCounting = false;
  #now = Date.parse("2026-11-29T08:00:00Z");

  constructor(killed: "santander" | "fujisawa" = "fujisawa", at = Infinity, wire = new FaultyWire(new Chance(1))) {
    this.#killed = killed;
    this.#at = at;
    this.wire = wire;
    this.wire.isCalm = true;
  }

  async begin(): Promise<void> {
    const options = { wire: this.wire.wire, now: () => this.#now, atWrite: (city: City) => this.#atWrite(city) };
    this.santander = await City.start(SANTANDER, options);
    this.fujisawa = await City.start(FUJISAWA, options);
    const common = { purpose: PURPOSE, sends: true, takes: true, shares: SHARES };
    await this.santander.transfers.recipients.keep(recipientFor(this.fujisawa, "Example K.K."), "test");
    await this.fujisawa.transfers.recipients.keep(recipientFor(this.santander, "Santander"), "test");
    const there = {
      ...common,
      recipient: "Example K.K.",
      endpoint: "https://fujisawa.test",
      policy: this.fujisawa.policy,
    };
    await this.santander.exchange.keepPartner(there);
    const here = {
      ...common,
      recipient: "Santander",
      endpoint: "https://santander.test",
      policy: this.santander.policy,
    };
    await this.fujisawa.exchange.keepPartner(here);
    this.wire.connect("https://fujisawa.test", this.fujisawa, "received/0");
  }

  /** A post of somebody who consents. */
  async post(text = "what it says"): Promise<{ readonly id: string; readonly leafIndex: number }> {
    const claims = { category: "smile", text, reporterId: "ct_0000000000000001" };
    const entered = await this.santander.submit("citizen-report", claims);
    await this.santander.consent(entered.leafIndex, "given");
    return entered;
  }

  /** What Fujisawa has of Santander, and has not erased: leaf indexes. */
  async alive(): Promise<number[]> {
    const { store, events } = this.fujisawa.log;
    const records = await store.query({ from: 0, limit: 100, source: "received/0" });
    return records.map(({ leafIndex }) => leafIndex).filter((leaf) => events.erasures.erasedBy(leaf) === undefined);
  }

  /** Whoever was killed starts again. */
  async exchange(rounds = ROUNDS): Promise<void> {
    this.#isCounting = true;
    for (let round = 0; round < rounds; round++) {
      this.#now += STEP_MS;
      await this.santander.anchor();
      for (const partner of this.santander.exchange.partners.all) await this.#unlessKilled(partner);
      for (const city of [this.santander, this.fujisawa]) if (city.isDead) await city.restart();
      await this.fujisawa.anchor();
    }
    this.#isCounting = false;
  }

  async end(): Promise<void> {
    await Promise.all([this.santander.close(), this.fujisawa.close()]);
  }

  async #unlessKilled(partner: Partner): Promise<void> {
    try {
      await this.santander.exchange.round(partner);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  #atWrite(city: City): void {
    if (!this.#isCounting || city !== this[this.#killed]) return;
    if (++this.writes === this.#at) city.isDead = true;
  }
}

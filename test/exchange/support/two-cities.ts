// Two cities and everything that can go wrong between them, as a seed says. Citizens post, comment, change their mind; officers
// hide, restrict, correct, erase; services are killed in the middle of a write. In the end, after a calm time, each city has of
// the other what the other one lets it have, and nothing else.

import sharp from "sharp";

import type { JsonObject } from "../../../src/core/json.ts";
import type { PictureProcess } from "../../../src/pictures/picture-process.ts";
import { eraseRecords } from "../../../src/privacy/erasure.ts";
import type { Partner } from "../../../src/exchange/partners.ts";
import { Chance } from "../../support/chance.ts";
import { pagedNames } from "./names.ts";
import { City, FUJISAWA, Killed, PURPOSE, recipientFor, SANTANDER } from "./city.ts";
import { FaultyWire } from "./faulty-wire.ts";
import { inconsistencies } from "./invariants.ts";

/** What one seed led to. */
export interface ExchangeReport {
  readonly seed: number;
  readonly failures: readonly string[];
  readonly trace: readonly string[];
  readonly faults: ReadonlyMap<string, number>;
  readonly posts: number;
  /** Posts with a picture. */
  readonly pictured: number;
  readonly kills: number;
  readonly rounds: number;
}

/** A record that somebody entered. */
export interface Entered {
  readonly city: City;
  readonly leafIndex: number;
  readonly id: string;
  readonly type: string;
  readonly claims: JsonObject;
  readonly isShared: boolean;
  readonly hasPicture?: boolean;
}

/** What a seed is run with. */
export interface SeedOptions {
  readonly decoding: PictureProcess;
  /** How many of the posts have a picture: 0 to 1. */
  readonly pictured: number;
}

const STEPS = 60;
const CALM_ROUNDS = 40;
const STEP_MS = 20_000;
/** Longer than any pause after a refusal. */
const CALM_STEP_MS = 700_000;
const NAMES = { santander: "Santander", fujisawa: "Example K.K.", city: "Fujisawa City" } as const;

/** Runs one seed. */
export async function exchangeInSeed(seed: number, options: SeedOptions): Promise<ExchangeReport> {
  const run = new Run(seed, options);
  try {
    await run.begin();
    for (let step = 0; step < STEPS; step++) await run.step();
    await run.calmDown();
    return run.report(await inconsistencies(run));
  } catch (error) {
    return run.report([
      `step ${run.trace.length}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ]);
  } finally {
    await run.end();
  }
}

/** One seed under way. */
export class Run {
  readonly seed: number;
  readonly trace: string[] = [];
  readonly entered: Entered[] = [];
  readonly wire: FaultyWire;
  santander!: City;
  fujisawa!: City;
  readonly #options: SeedOptions;
  readonly #chance: Chance;
  readonly #restricted: { readonly city: City; readonly record: number; readonly event: number }[] = [];
  #now = Date.parse("2026-11-29T08:00:00Z");
  #killIn: number | undefined;
  #kills = 0;
  #rounds = 0;
  #number = 0;

  constructor(seed: number, options: SeedOptions) {
    this.seed = seed;
    this.#options = options;
    this.#chance = new Chance(seed, "exchange");
    this.wire = new FaultyWire(this.#chance.fork("wire"));
  }

  get cities(): readonly [City, City] {
    return [this.santander, this.fujisawa];
  }

  async begin(): Promise<void> {
    const now = (): number => this.#now;
    const { decoding } = this.#options;
    const options = { wire: this.wire.wire, now, decoding, atWrite: (city: City) => this.#atWrite(city) };
    this.santander = await City.start(SANTANDER, options);
    this.fujisawa = await City.start(FUJISAWA, options);
    this.wire.isCalm = true;
    await this.#befriend(this.santander, this.fujisawa, NAMES.fujisawa, "https://fujisawa.test");
    await this.#befriend(this.fujisawa, this.santander, NAMES.santander, "https://santander.test");
    // A city in Japan, which no basis of law covers: nothing ever goes there.
    const refused = { ...recipientFor(this.fujisawa, NAMES.city), kind: "public-body", jurisdiction: "jp-public-body" };
    await this.santander.transfers.recipients.keep(refused as never, "test");
    await this.santander.exchange.keepPartner(this.#partner(this.fujisawa, NAMES.city, "https://city.test"));
    this.wire.connect("https://city.test", this.fujisawa, "received/99");
    this.wire.connect("https://fujisawa.test", this.fujisawa, "received/0");
    this.wire.connect("https://santander.test", this.santander, "received/0");
    const theme = (city: City, name: string, owner: string, scope: "local" | "shared") =>
      this.#enter(city, "city-theme", { ...themeNamed(name), owner, scope }, scope === "shared");
    await theme(this.santander, "smile", "Participación", "shared");
    await theme(this.santander, "own", "Participación", "local");
    await theme(this.fujisawa, "sea", "市民協働", "shared");
    this.wire.isCalm = false;
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.cities.map((city) => city?.close()));
  }

  report(failures: readonly string[]): ExchangeReport {
    const { seed, trace } = this;
    const posts = this.entered.filter(({ type }) => type === "citizen-report").length;
    const pictured = this.entered.filter(({ hasPicture }) => hasPicture).length;
    const counts = { posts, pictured, kills: this.#kills, rounds: this.#rounds };
    return { seed, failures, trace, faults: this.wire.faults, ...counts };
  }

  /** The name under which a city has the other one in its register. */
  nameOf(other: City): string {
    return other === this.santander ? NAMES.santander : NAMES.fujisawa;
  }

  get refusedName(): string {
    return NAMES.city;
  }

  async step(): Promise<void> {
    this.#now += this.#chance.whole(1, STEP_MS);
    const city = this.#chance.pick(this.cities);
    const [name, act] = this.#chance.pick(this.#acts);
    if (this.#chance.happens(0.12)) this.#killIn = this.#chance.whole(1, 12);
    this.trace.push(`${this.trace.length} ${city.kind.origin} ${name}`);
    try {
      await act.call(this, city);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    this.#killIn = undefined;
    for (const one of this.cities)
      if (one.isDead) {
        this.trace.push(`${this.trace.length} ${one.kind.origin} starts again`);
        await one.restart();
      }
  }

  /** Nothing goes wrong any more, and both cities have time. */
  async calmDown(): Promise<void> {
    this.wire.isCalm = true;
    for (const city of this.cities) await city.restart();
    for (let round = 0; round < CALM_ROUNDS; round++) {
      this.#now += CALM_STEP_MS;
      let moved = 0;
      while (this.wire.late.length > 0) await this.wire.surface();
      for (const city of this.cities) await city.publish();
      for (const city of this.cities) await city.anchor();
      for (const city of this.cities) moved += await this.#round(city);
      for (const city of this.cities) await city.anchor();
      if (moved === 0 && round > 3) return;
    }
    this.trace.push("it did not come to rest");
  }

  readonly #acts: readonly (readonly [string, (this: Run, city: City) => Promise<unknown>])[] = [
    ["post", (city) => this.#post(city)],
    ["post", (city) => this.#post(city)],
    ["comment", (city) => this.#comment(city)],
    ["erase", (city) => this.#erase(city)],
    ["withdraw", (city) => this.#withdraw(city)],
    ["restrict", (city) => this.#restrict(city)],
    ["lift", () => this.#lift()],
    ["hide", (city) => this.#hide(city)],
    ["restore", (city) => this.#restore(city)],
    ["correct", (city) => this.#correct(city)],
    ["surface", () => this.wire.surface()],
    ["restart", (city) => city.restart()],
    ["publish", (city) => city.publish()],
    ["publish", (city) => city.publish()],
    ["anchor", (city) => city.anchor()],
    ["anchor", (city) => city.anchor()],
    ["anchor", (city) => city.anchor()],
    ["round", (city) => this.#round(city)],
    ["round", (city) => this.#round(city)],
    ["round", (city) => this.#round(city)],
    ["round", (city) => this.#round(city)],
  ];

  async #round(city: City): Promise<number> {
    let moved = 0;
    for (const partner of city.exchange.partners.all) moved += await city.exchange.round(partner);
    this.#rounds++;
    return moved;
  }

  async #post(city: City): Promise<void> {
    const theme = this.#chance.happens(0.75) ? this.#chance.pick(["smile", "sea"]) : "own";
    const number = ++this.#number;
    const claims = {
      ...{ category: "smile", theme, text: `what number ${number} says`, language: city.kind.language },
      ...{ reportedAt: "2026-11-29T08:00:00Z", latitude: 43.4, reporterId: pagedNames(number) },
    };
    const picture = this.#chance.happens(this.#options.pictured) ? await pictureNumber(number) : undefined;
    const { leafIndex } = await this.#enter(city, "citizen-report", claims, theme !== "own", picture);
    if (this.#chance.happens(0.85)) await city.consent(leafIndex, "given");
    // A service that is well makes the copy at once.
    if (picture && this.#chance.happens(0.7)) await city.publish();
  }

  /** On a post of this city, or on one that came from the other. */
  async #comment(city: City): Promise<void> {
    const other = city === this.santander ? this.fujisawa : this.santander;
    const { taken } = await knownOf(city, this.nameOf(other));
    const received = [...taken.values()].map(({ record }) => record);
    const own = this.#of(city).map(({ leafIndex }) => leafIndex);
    const on = this.#chance.pick([...received, ...own]);
    if (on === undefined) return;
    const number = ++this.#number;
    const about = await city.idAt(on);
    const claims = { about, text: `comment ${number}`, language: city.kind.language, reporterId: pagedNames(number) };
    const { leafIndex } = await this.#enter(city, "citizen-comment", claims, true);
    await city.consent(leafIndex, "given");
  }

  async #enter(city: City, type: string, claims: JsonObject, isShared: boolean, picture?: Uint8Array) {
    const entered = picture ? await city.submitPicture(type, claims, picture) : await city.submit(type, claims);
    this.entered.push({ city, type, claims, isShared, hasPicture: picture !== undefined, ...entered });
    return entered;
  }

  #of(city: City): readonly Entered[] {
    return this.entered.filter((one) => one.city === city && one.type === "citizen-report");
  }

  #one(city: City): Entered | undefined {
    return this.#chance.pick(this.entered.filter((one) => one.city === city && one.type !== "city-theme"));
  }

  async #erase(city: City): Promise<void> {
    const one = this.#one(city);
    if (one && this.#chance.happens(0.5)) await eraseRecords([one.leafIndex], { basis: city.kind.consents }, city.log);
  }

  async #withdraw(city: City): Promise<void> {
    const one = this.#one(city);
    if (one) await city.consent(one.leafIndex, this.#chance.happens(0.7) ? "withdrawn" : "given").catch(orKilled);
  }

  async #restrict(city: City): Promise<void> {
    const one = this.#one(city);
    if (!one) return;
    const { restrictions, law } = city.rights;
    const [basis = ""] = law.operations.restrict.provisions;
    const { leafIndex: event } = await restrictions.restrict({
      ...{ state: "restricted", purposes: [PURPOSE], basis, records: [one.leafIndex] },
    });
    this.#restricted.push({ city, record: one.leafIndex, event });
  }

  async #lift(): Promise<void> {
    const one = this.#restricted.shift();
    if (!one) return;
    const { restrictions, law } = one.city.rights;
    const [basis = ""] = law.operations.restrict.provisions;
    const told = law.operations.restrict.tell?.lifted ?? [];
    await restrictions.lift(one.event, { basis, told }).catch(orKilled);
  }

  async #hide(city: City): Promise<void> {
    const one = this.#one(city);
    const said = { rule: "insult", text: "a reason" };
    if (one) await city.moderating.decide("hidden", { record: one.leafIndex, ...said }).catch(orKilled);
  }

  async #restore(city: City): Promise<void> {
    const hidden = this.entered.filter(
      (one) => one.city === city && city.log.events.moderations.visibilityOf(one.leafIndex) === "hidden",
    );
    const [one] = hidden;
    const said = { rule: "insult", text: "a reason" };
    if (one) await city.moderating.decide("restored", { record: one.leafIndex, ...said }).catch(orKilled);
  }

  async #correct(city: City): Promise<void> {
    const one = this.#chance.pick(this.#of(city));
    if (!one || city.log.events.erasures.erasedBy(one.leafIndex) !== undefined) return;
    const claims = { ...one.claims, text: `${String(one.claims["text"])}, corrected ${++this.#number}` };
    const { leafIndex: right } = await this.#enter(city, "citizen-report", claims, one.isShared);
    const [basis = ""] = city.rights.law.operations.rectify.provisions;
    await city.rights.rectifying.rectify({ wrong: one.leafIndex, right, basis }).catch(orKilled);
  }

  async #befriend(city: City, other: City, name: string, endpoint: string): Promise<void> {
    await city.transfers.recipients.keep(recipientFor(other, name), "test");
    await city.exchange.keepPartner(this.#partner(other, name, endpoint));
  }

  #partner(other: City, recipient: string, endpoint: string): Partner {
    const shares = [
      { type: "city-theme", claims: ["titles"], when: "shared-theme", consent: false, pictures: false },
      {
        type: "citizen-report",
        claims: ["text", "language", "reportedAt"],
        when: "shared-theme",
        consent: true,
        pictures: true,
      },
      {
        type: "citizen-comment",
        claims: ["text", "language"],
        when: "about-exchanged",
        consent: true,
        pictures: false,
      },
    ] as Partner["shares"];
    return { recipient, endpoint, policy: other.policy, purpose: PURPOSE, sends: true, takes: true, shares };
  }

  /** The process that is writing ends, at one of its next writes. */
  #atWrite(city: City): void {
    if (this.#killIn === undefined || --this.#killIn > 0) return;
    this.#killIn = undefined;
    this.#kills++;
    city.isDead = true;
    this.trace.push(`${this.trace.length} ${city.kind.origin} is killed`);
  }
}

function themeNamed(theme: string): JsonObject {
  return { theme, visibility: "open", titles: { en: theme, es: theme, ja: theme } };
}

/** A picture that no other number has. */
async function pictureNumber(number: number): Promise<Uint8Array> {
  const background = { r: number % 256, g: (number * 7) % 256, b: 90 };
  return new Uint8Array(
    await sharp({ create: { width: 24, height: 18, channels: 3, background } })
      .png()
      .toBuffer(),
  );
}

/** What one city knows of another one's records. */
export function knownOf(city: City, name: string) {
  return city.exchange.correspondence.with(name);
}

/** What cannot be done any more is not done; but whoever is dead stays so. */
function orKilled(error: unknown): void {
  if (error instanceof Killed) throw error;
}

// The latest time that it can be by the chain: a clock that is days ahead is noticed within a minute; a chain that is silent
// for weeks, a machine that slept and a node that syncs stop nobody whose clock is right. Time is the test's.

import { expect } from "chai";

import { ChainClock } from "../../src/write/chain-clock.ts";
import type { BlockHeader } from "../../src/chain/chain.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const TRUE_TIME = 1_795_334_400_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** The world: true time, how much of it the clock that nobody sets did not count, a node, and a clock that may be wrong. */
class World {
  passed = 0;
  slept = 0;
  clockAhead = 0;
  looks = 0;
  /** Time of the newest block, by the true time since the start. */
  newest = (passed: number): number => Math.floor((TRUE_TIME + passed) / 12_000) * 12_000;

  readonly chain = {
    block: async (): Promise<BlockHeader> => {
      this.looks++;
      return { time: Math.floor(this.newest(this.passed) / 1_000) } as BlockHeader;
    },
  };
  readonly parts = {
    now: () => TRUE_TIME + this.passed + this.clockAhead,
    elapsed: () => this.passed - this.slept + 77,
    pause: async (ms: number) => void (this.passed += ms),
  };

  open(): Promise<ChainClock> {
    return ChainClock.open(this.chain, this.parts);
  }

  sleep(ms: number): void {
    this.passed += ms;
    this.slept += ms;
  }

  /** How far the machine's clock is ahead of what it can be. */
  async excess(clock: ChainClock): Promise<number> {
    const latest = await clock.latest();
    return this.parts.now() - latest;
  }
}

describe("truth D4: the latest time that it can be", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it("is minutes after the newest block, without waiting, where the clock agrees with the chain", async () => {
    const clock = await world.open();
    expect(world.looks).to.equal(1);
    expect(await world.excess(clock)).to.be.within(-15 * MINUTE, -14 * MINUTE);
    world.passed += 40 * DAY;
    expect(await world.excess(clock)).to.be.within(-15 * MINUTE, -14 * MINUTE);
    expect(world.looks).to.equal(1);
  });

  it("rules out a clock that is ten days ahead, within a minute, at the start and later", async () => {
    world.clockAhead = 10 * DAY;
    const atStart = await world.open();
    expect(world.passed).to.be.at.most(MINUTE);
    expect(await world.excess(atStart)).to.be.within(10 * DAY - 15 * MINUTE, 10 * DAY - 14 * MINUTE);
    world.clockAhead = 0;
    const later = await world.open();
    world.passed += 3 * DAY;
    expect(await world.excess(later)).to.be.lessThan(0);
    world.clockAhead = 10 * DAY;
    expect(await world.excess(later)).to.be.within(10 * DAY - 15 * MINUTE, 10 * DAY - 14 * MINUTE);
    // Set right, it goes on.
    world.clockAhead = 0;
    expect(await world.excess(later)).to.be.lessThan(0);
  });

  it("lets a machine go on that slept for hours, once it has asked", async () => {
    const clock = await world.open();
    for (const hours of [1, 3, 90]) {
      world.sleep(hours * 60 * MINUTE);
      const { looks } = world;
      expect(await world.excess(clock), `after ${hours} hours`).to.be.within(-15 * MINUTE, -14 * MINUTE);
      expect(world.looks).to.equal(looks + 1);
    }
    world.clockAhead = 10 * DAY;
    expect(await world.excess(clock)).to.be.greaterThan(9 * DAY);
  });

  it("lets it go on while the chain does not answer, and judges once it does", async () => {
    const clock = await world.open();
    const { block } = world.chain;
    world.chain.block = () => Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "no"));
    world.sleep(3 * 60 * MINUTE);
    expect(await world.excess(clock)).to.equal(-Infinity);
    world.chain.block = block;
    world.clockAhead = 10 * DAY;
    expect(await world.excess(clock), "nobody is asked at each record").to.equal(-Infinity);
    world.passed += 6 * MINUTE;
    await world.excess(clock);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await world.excess(clock)).to.be.greaterThan(9 * DAY);
  });

  it("lets it go on while the node catches up, and judges once it has", async () => {
    // Two hours behind, forty blocks a second, or a chunk of a thousand every half minute.
    for (const steps of [1_000, 25_000]) {
      world = new World();
      world.newest = (passed) =>
        Math.min(
          Math.floor((TRUE_TIME + passed) / 12_000) * 12_000,
          TRUE_TIME - 120 * MINUTE + Math.floor(passed / steps) * steps * 480,
        );
      const clock = await world.open();
      expect(await world.excess(clock), `each ${steps} ms`).to.be.lessThan(0);
      world.clockAhead = 10 * DAY;
      world.passed += 6 * MINUTE;
      await world.excess(clock);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await world.excess(clock)).to.be.greaterThan(9 * DAY);
    }
  });

  it("rules it out as well on a chain whose blocks are minutes apart, as soon as a second look has seen one more", async () => {
    for (const apart of [1, 2, 4]) {
      world = new World();
      world.newest = (passed) => TRUE_TIME - 10_000 + Math.floor(passed / (apart * MINUTE)) * apart * MINUTE;
      world.clockAhead = 10 * DAY;
      const clock = await world.open();
      world.passed += 6 * MINUTE;
      await world.excess(clock);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await world.excess(clock), `${apart} minutes apart`).to.be.greaterThan(9 * DAY);
      // Set right, it goes on.
      world.clockAhead = 0;
      expect(await world.excess(clock)).to.be.lessThan(0);
    }
  });

  it("does not rule out a right clock on a chain that has a block now and then", async () => {
    const blocks = [-60, 8, 9, 31, 200].map((minute) => TRUE_TIME + minute * MINUTE);
    world.newest = (passed) => blocks.findLast((time) => time <= TRUE_TIME + passed) as number;
    const clock = await world.open();
    for (let look = 0; look < 60; look++) {
      world.passed += 6 * MINUTE;
      expect(await world.excess(clock)).to.be.lessThan(0);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await world.excess(clock), `look ${look}`).to.be.lessThan(0);
    }
  });

  it("rules out a clock that is set ahead while it runs, by the look before", async () => {
    world.newest = (passed) => TRUE_TIME + Math.floor(passed / (2 * MINUTE)) * 2 * MINUTE;
    const clock = await world.open();
    world.passed += 2 * DAY + 1_000;
    world.clockAhead = 10 * DAY;
    expect(await world.excess(clock)).to.be.greaterThan(7 * DAY);
  });

  it("leaves a month to a chain that is silent, and no more", async () => {
    world.newest = () => TRUE_TIME - 20 * DAY;
    expect(await world.excess(await world.open())).to.be.lessThan(0);
    world.newest = () => TRUE_TIME - 31 * DAY;
    expect(await world.excess(await world.open())).to.be.greaterThan(0);
  });

  it("has no bound where the newest header cannot be read; a chain that does not answer at the start is told", async () => {
    const refuse = (code: "CHAIN_EVIDENCE_INVALID" | "CHAIN_UNREACHABLE") => ({
      block: () => Promise.reject(new WarifuError(code, "no")),
    });
    const unreadable = await ChainClock.open(refuse("CHAIN_EVIDENCE_INVALID"), world.parts);
    expect(await world.excess(unreadable)).to.equal(-Infinity);
    await expectRejection("CHAIN_UNREACHABLE", ChainClock.open(refuse("CHAIN_UNREACHABLE"), world.parts));
  });

  it("ends a watch soon after it was closed", async () => {
    const clock = await world.open();
    clock.close();
    world.newest = () => TRUE_TIME;
    world.sleep(DAY);
    const before = world.passed;
    await clock.latest();
    expect(world.passed - before).to.be.at.most(1_000);
  });
});

// The log's clock: how far it may go back, and that what it says never falls.

import { expect } from "chai";

import { LogClock } from "../../src/write/log-clock.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const NEWEST = 1_795_334_400;

describe("the log's clock", () => {
  let now: number;
  const open = (latestTime?: () => number): LogClock => new LogClock({ now: () => now, latestTime }, NEWEST);
  beforeEach(() => {
    now = NEWEST * 1000;
  });

  it("stands still while the machine's goes back by five seconds at most, and stops at a millisecond more", async () => {
    const clock = open();
    now -= 5_000;
    expect(await clock.tick()).to.equal(NEWEST);
    now -= 1;
    await expectRejection("CLOCK_BACKWARDS", clock.tick(), /went back/);
    now += 5_001;
    expect(await clock.tick()).to.equal(NEWEST);
  });

  it("counts those five seconds from the newest time that it said, not from the first", async () => {
    const clock = open();
    now += 60_999;
    expect(await clock.tick()).to.equal(NEWEST + 60);
    now -= 5_000;
    expect(await clock.tick()).to.equal(NEWEST + 60);
    now -= 1;
    await expectRejection("CLOCK_BACKWARDS", clock.tick());
  });

  it("says no time after the latest that an independent clock allows, and that one itself", async () => {
    const clock = open(() => NEWEST * 1000 + 30_000);
    now += 30_000;
    expect(await clock.tick()).to.equal(NEWEST + 30);
    now += 1;
    await expectRejection("CLOCK_AHEAD", clock.tick(), /nothing was signed with that time/);
    // A time that was refused is not the newest one: the clock can be set right.
    now -= 3_000;
    expect(await clock.tick()).to.equal(NEWEST + 30);
  });
});

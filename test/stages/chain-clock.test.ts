// The latest time that it can be by the chain: a clock that is days ahead is noticed within seconds, and a chain that is
// silent for weeks stops nobody whose clock is right. Time is the test's.

import { expect } from "chai";

import { latestTimeBy } from "../../src/chain-clock.ts";
import type { BlockHeader } from "../../src/chain/chain.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const TRUE_TIME = 1_795_334_400_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A chain with a block each `everyMs` of true time; 0: silent since `silentMs`. */
function world({ everyMs = 12_000, silentMs = 0, clockAhead = 0 }) {
  let passed = 0;
  let looks = 0;
  const block = async (): Promise<BlockHeader> => {
    looks++;
    const newest = everyMs === 0 ? TRUE_TIME - silentMs : Math.floor((TRUE_TIME + passed) / everyMs) * everyMs;
    return { time: Math.floor(newest / 1_000) } as BlockHeader;
  };
  const parts = {
    now: () => TRUE_TIME + passed + clockAhead,
    elapsed: () => passed + 77,
    pause: async (ms: number) => void (passed += ms),
  };
  return { chain: { block }, parts, pass: (ms: number) => (passed += ms), looks: () => looks };
}

describe("truth D4: the latest time that it can be", () => {
  it("is minutes after the newest block, without waiting, where the clock agrees with the chain", async () => {
    const { chain, parts, pass, looks } = world({});
    const latest = await latestTimeBy(chain, parts);
    expect(looks()).to.equal(1);
    expect(latest() - parts.now()).to.be.within(14 * MINUTE, 15 * MINUTE);
    pass(40 * DAY);
    expect(latest() - parts.now()).to.be.within(14 * MINUTE, 15 * MINUTE);
  });

  it("rules out a clock that is ten days ahead, once a new block has come", async () => {
    const { chain, parts, looks } = world({ clockAhead: 10 * DAY });
    const latest = await latestTimeBy(chain, parts);
    expect(looks()).to.be.lessThan(15);
    expect(parts.now()).to.be.greaterThan(latest());
    expect(latest() - (parts.now() - 10 * DAY)).to.be.within(14 * MINUTE, 15 * MINUTE);
  });

  it("leaves a month to a chain that is silent, and no more", async () => {
    const silent = world({ everyMs: 0, silentMs: 20 * DAY });
    const latest = await latestTimeBy(silent.chain, silent.parts);
    expect(latest()).to.be.greaterThan(silent.parts.now());
    const longer = world({ everyMs: 0, silentMs: 31 * DAY });
    expect((await latestTimeBy(longer.chain, longer.parts))()).to.be.lessThan(longer.parts.now());
  });

  it("has no bound where the newest header cannot be read; a chain that does not answer is told", async () => {
    const { parts } = world({});
    const refuse = (code: "CHAIN_EVIDENCE_INVALID" | "CHAIN_UNREACHABLE") => ({
      block: () => Promise.reject(new WarifuError(code, "no")),
    });
    expect((await latestTimeBy(refuse("CHAIN_EVIDENCE_INVALID"), parts))()).to.equal(Infinity);
    await expectRejection("CHAIN_UNREACHABLE", latestTimeBy(refuse("CHAIN_UNREACHABLE"), parts));
  });
});

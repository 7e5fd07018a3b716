// The beacons of a log in their order: what contradicts itself is refused, what a local chain may do is counted.

import { expect } from "chai";

import type { Beacon } from "../../src/core/beacon.ts";
import { BeaconTrail, CLOCK_TOLERANCE_S } from "../../src/core/beacon-trail.ts";
import { expectCode } from "../support/expect-code.ts";

const at = (blockNumber: number, blockTime: number, blockHash = `0x${blockNumber}@${blockTime}`): Beacon => ({
  chainId: 5,
  blockNumber,
  blockTime,
  blockHash,
});

describe("trail of beacons", () => {
  it("is good while blocks rise, one may be named twice, and times may stand still", () => {
    const trail = new BeaconTrail({ chainId: 5, mayBeginAnew: false });
    for (const [leafIndex, beacon] of [at(10, 100), at(10, 100), at(11, 100), at(500, 6_000)].entries())
      trail.follow(leafIndex, beacon);
    expect(trail).to.include({ beginnings: 0, early: 0 });
  });

  it("is refused where a block is lower, is another one of the same height, or is earlier", () => {
    for (const next of [at(9, 100), at(9, 200), at(10, 200), at(11, 99)]) {
      const trail = new BeaconTrail({ mayBeginAnew: false });
      trail.follow(3, at(10, 100));
      expectCode("CHAIN_MISMATCH", () => trail.follow(8, next), /not above block 10 of the one at leaf 3/);
    }
  });

  it("goes on from the wrong one, so that one fault is one finding", () => {
    const trail = new BeaconTrail({ mayBeginAnew: false });
    trail.follow(3, at(10, 100));
    expectCode("CHAIN_MISMATCH", () => trail.follow(8, at(4, 110)));
    trail.follow(9, at(5, 120));
  });

  it("is refused on another chain than the auditor's, and where the chain changes", () => {
    expectCode("CHAIN_MISMATCH", () => new BeaconTrail({ chainId: 6, mayBeginAnew: true }).follow(0, at(1, 1)));
    const trail = new BeaconTrail({ mayBeginAnew: false });
    trail.follow(0, at(1, 1));
    expectCode("CHAIN_MISMATCH", () => trail.follow(1, { ...at(2, 2), chainId: 6 }));
  });

  it("may begin anew on the auditor's own chain, but not go back in time", () => {
    const trail = new BeaconTrail({ chainId: 5, mayBeginAnew: true });
    for (const [leafIndex, beacon] of [at(10, 100), at(2, 200), at(3, 201), at(1, 300)].entries())
      trail.follow(leafIndex, beacon);
    expect(trail).to.include({ beginnings: 2, early: 0 });
    expectCode("CHAIN_MISMATCH", () => trail.follow(9, at(2, 299)));
  });

  it("counts entries that claim to be much older than the beacon below them, and no others", () => {
    const trail = new BeaconTrail({ mayBeginAnew: false });
    trail.pass(0);
    trail.follow(1, at(10, 1_000));
    for (const time of [2_000, 1_000, 1_000 - CLOCK_TOLERANCE_S]) trail.pass(time);
    expect(trail.early).to.equal(0);
    trail.pass(1_000 - CLOCK_TOLERANCE_S - 1);
    expect(trail).to.include({ beginnings: 0, early: 1 });
  });
});

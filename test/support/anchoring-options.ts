// What tests of anchoring leave at its default: no jitter, caps that nothing reaches, no ages, no beacons, no
// witnesses, no index, nobody told.

import { Alarms } from "../../src/alarms/alarms.ts";
import type { AnchoringOptions } from "../../src/anchor/schedule.ts";

const ONE_ETHER: bigint = 10n ** 18n;

type Defaults = Omit<AnchoringOptions, "store" | "chain" | "tree" | "publisher">;

/** Rounds that the test runs, unless it says otherwise. */
export function anchoringDefaults(now: () => number = Date.now): Defaults {
  return {
    now,
    everyRecords: 1,
    everyMs: 0,
    jitter: 0,
    random: () => 0,
    pollMs: 86_400_000,
    maxLagMs: 60_000,
    bumpAfterMs: 60_000,
    spending: { perAnchor: ONE_ETHER, perDay: 1_000n * ONE_ETHER },
    minBalance: 0n,
    maxHeadAgeMs: 0,
    maxFinalityAgeMs: 0,
    alarms: new Alarms(now),
    recordBeacon: async () => undefined,
    smallestSize: () => 0,
    cosign: async ({ note }) => note,
    lookAtChain: async () => true,
    onEvent: () => undefined,
    onStop: () => undefined,
  };
}

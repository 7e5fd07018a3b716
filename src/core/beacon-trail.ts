/**
 * Checks the beacons of a log in order, from the first leaf to the last: all must be of one chain, and never move backwards
 * on it. Only a chain of the auditor's own may have been restarted in between, as local chains are.
 */
import { isBlockAfter, type Beacon } from "./beacon.ts";
import { WarifuError } from "./errors.ts";

/** How far the log's clock may be behind the chain's, in seconds: chains let a block's time run ahead of real time. */
export const CLOCK_TOLERANCE_S = 300;

/** What an auditor requires of the beacons. */
export interface BeaconTrailOptions {
  /** The chain that they must belong to, if known. */
  readonly chainId?: number | undefined;
  /** Whether block heights may start over; if so, a restart is worth a note, but no fault. */
  readonly mayBeginAnew: boolean;
}

/** The state of a trail; it survives JSON. */
export interface KeptTrail {
  readonly last: { readonly leafIndex: number; readonly beacon: Beacon } | null;
  readonly beginnings: number;
  readonly early: number;
}

/** Follows the beacons of a log. */
export class BeaconTrail {
  readonly #options: BeaconTrailOptions;
  #last: { readonly leafIndex: number; readonly beacon: Beacon } | undefined;
  #beginnings = 0;
  #early = 0;

  constructor(options: BeaconTrailOptions, kept?: KeptTrail) {
    this.#options = options;
    this.#last = kept?.last ?? undefined;
    this.#beginnings = kept?.beginnings ?? 0;
    this.#early = kept?.early ?? 0;
  }

  /** The state so far, for a later trail to continue from. */
  kept(): KeptTrail {
    return { last: this.#last ?? null, beginnings: this.#beginnings, early: this.#early };
  }

  /** How many beacons started the block heights over: worth a note, but no fault. */
  get beginnings(): number {
    return this.#beginnings;
  }

  /**
   * How many entries state a time more than {@link CLOCK_TOLERANCE_S} before that of the last beacon below them: likewise.
   */
  get early(): number {
    return this.#early;
  }

  /** Checks the next beacon. @throws CHAIN_MISMATCH when it is of another chain, or not above the previous one */
  follow(leafIndex: number, beacon: Beacon): void {
    const { chainId = beacon.chainId, mayBeginAnew } = this.#options;
    if (beacon.chainId !== chainId)
      throw new WarifuError("CHAIN_MISMATCH", `the beacon is of chain ${beacon.chainId}, not of ${chainId}`);
    const last = this.#last;
    this.#last = { leafIndex, beacon };
    if (!last || last.beacon.blockHash === beacon.blockHash || isBlockAfter(beacon, last.beacon)) return;
    if (!mayBeginAnew || beacon.blockTime < last.beacon.blockTime)
      throw new WarifuError(
        "CHAIN_MISMATCH",
        `the beacon's block ${beacon.blockNumber} is not above block ${last.beacon.blockNumber} of the one at leaf ${last.leafIndex}`,
      );
    this.#beginnings++;
  }

  /** Notes an entry that states it was received at `receivedAt`, POSIX seconds. */
  pass(receivedAt: number): void {
    if (this.#last && receivedAt < this.#last.beacon.blockTime - CLOCK_TOLERANCE_S) this.#early++;
  }
}

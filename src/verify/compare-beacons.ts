/**
 * Compares a log's beacons with the chain: the block that each names must be the chain's block at that height. Their form
 * and order are checked on the walk over the leaves.
 */
import type { Beacon } from "../core/beacon.ts";
import { WarifuError } from "../core/errors.ts";
import type { AuditFindings } from "./audit-findings.ts";
import { errorFact } from "./error-fact.ts";

/** The most beacons that are compared: each costs a request to a node, and a log may have one for every minute of a year. */
const MAX_ASKED = 256;

/** {@link NewestBeacons} as data. */
export interface KeptBeacons {
  readonly count: number;
  readonly newest: readonly { readonly leafIndex: number; readonly beacon: Beacon }[];
}

/** The newest beacons of a walk, and how many there were. */
export class NewestBeacons {
  readonly #newest: { readonly leafIndex: number; readonly beacon: Beacon }[] = [];
  count = 0;

  /** The state so far, in a form that survives JSON. */
  kept(): KeptBeacons {
    return { count: this.count, newest: [...this.#newest] };
  }

  /** Continues from a state that was kept. */
  restore({ count, newest }: KeptBeacons): void {
    this.count = count;
    this.#newest.push(...newest);
  }

  add(leafIndex: number, beacon: Beacon): void {
    this.count++;
    this.#newest.push({ leafIndex, beacon });
    if (this.#newest.length > MAX_ASKED) this.#newest.shift();
  }

  /** Oldest first. */
  [Symbol.iterator](): Iterator<{ readonly leafIndex: number; readonly beacon: Beacon }> {
    return this.#newest.values();
  }
}

/** The chain that beacons are compared with. */
export interface BlockWitness {
  /**
   * Hash of the canonical block at that height. If absent, nothing is compared.
   * @throws CHAIN_UNREACHABLE, CHAIN_MISMATCH
   */
  readonly blockHashAt?: ((number: number) => Promise<string | undefined>) | undefined;
  /** Whether the chain is one of the auditor's own, which may have been restarted during the log's life. */
  readonly isOwnChain: boolean;
}

/** Compares the newest beacons with the chain, if it can be asked. */
export async function compareBeacons(
  beacons: NewestBeacons,
  { blockHashAt, isOwnChain }: BlockWitness,
  findings: AuditFindings,
): Promise<void> {
  if (beacons.count === 0) return;
  if (!blockHashAt) return findings.note({ id: "beacons-uncompared" });
  if (beacons.count > MAX_ASKED)
    findings.note({ id: "beacons-partly-compared", compared: MAX_ASKED, count: beacons.count });
  const counts = { lost: 0, unknown: 0 };
  for (const { leafIndex, beacon } of beacons) {
    const answer = await hashOf(beacon, blockHashAt);
    if (answer instanceof WarifuError)
      return findings.leaveOpen({ id: "beacons-unanswered", leafIndex, because: errorFact(answer) });
    if (answer === beacon.blockHash) continue;
    if (isOwnChain) counts.lost++;
    else if (answer === undefined) counts.unknown++;
    else
      findings.refute("CHAIN_MISMATCH", `leaf ${leafIndex}`, {
        id: "beacon-block-differs",
        blockNumber: beacon.blockNumber,
      });
  }
  if (counts.lost > 0) findings.note({ id: "beacons-of-lost-chain", count: counts.lost });
  if (counts.unknown > 0) findings.leaveOpen({ id: "beacons-unknown", count: counts.unknown });
}

async function hashOf(
  { blockNumber }: Beacon,
  blockHashAt: NonNullable<BlockWitness["blockHashAt"]>,
): Promise<string | undefined | WarifuError> {
  try {
    return await blockHashAt(blockNumber);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

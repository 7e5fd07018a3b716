/**
 * Holds a log's beacons against the chain: the block that each names must be the chain's at its height. That they are
 * well formed and in order is seen on the walk over the leaves.
 */
import type { Beacon } from "../core/beacon.ts";
import { WarifuError } from "../core/errors.ts";
import type { AuditFindings } from "./audit-findings.ts";

/** Each costs a question to a node, and a log may have one for every minute of a year. */
const MAX_ASKED = 256;

/** The newest beacons of a walk, and how many there were. */
export class NewestBeacons {
  readonly #newest: { readonly leafIndex: number; readonly beacon: Beacon }[] = [];
  count = 0;

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

/** What there is to compare with. */
export interface BlockWitness {
  /**
   * Hash of the canonical block at that height. Without it, nothing is compared.
   * @throws CHAIN_UNREACHABLE, CHAIN_MISMATCH
   */
  readonly blockHashAt?: ((number: number) => Promise<string | undefined>) | undefined;
  /** Whether the chain is one of the auditor's own, which may have been started anew under the log. */
  readonly isOwnChain: boolean;
}

/** Compares the newest beacons with the chain, where it can be asked. */
export async function compareBeacons(
  beacons: NewestBeacons,
  { blockHashAt, isOwnChain }: BlockWitness,
  findings: AuditFindings,
): Promise<void> {
  if (beacons.count === 0) return;
  if (!blockHashAt) return findings.note("the log's beacons were not compared with the chain");
  if (beacons.count > MAX_ASKED)
    findings.note(`only the newest ${MAX_ASKED} of ${beacons.count} beacons were compared with the chain`);
  const counts = { lost: 0, unknown: 0 };
  for (const { leafIndex, beacon } of beacons) {
    const answer = await hashOf(beacon, blockHashAt);
    if (answer instanceof WarifuError)
      return findings.leaveOpen(
        `beacons from leaf ${leafIndex} on were not compared with the chain: ${answer.message}`,
      );
    if (answer === beacon.blockHash) continue;
    if (isOwnChain) counts.lost++;
    else if (answer === undefined) counts.unknown++;
    else
      findings.refute(
        "CHAIN_MISMATCH",
        `leaf ${leafIndex}`,
        `the chain has another block at the beacon's height ${beacon.blockNumber}`,
      );
  }
  if (counts.lost > 0)
    findings.note(`${counts.lost} of the beacons are of a chain that is gone: it was started anew since`);
  if (counts.unknown > 0) findings.leaveOpen(`the chain does not know the heights of ${counts.unknown} of the beacons`);
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

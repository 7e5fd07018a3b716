/**
 * Stage beacon: enters the newest final block of the chain into the log, so that every entry after it is provably newer
 * than that block (core/beacon.ts). Called right before an anchor is made.
 *
 * Invariant: a chain that does not answer costs a beacon and nothing else; anchoring and the log go on without it.
 */
import type { ReadOnlyChain } from "../chain/chain.ts";
import { parseBeacon, type Beacon } from "../core/beacon.ts";
import { WarifuError } from "../core/errors.ts";
import { beaconEvent } from "../events/beacon.ts";
import type { LogEvent } from "../events/event.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore } from "../store/log-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";

/** What the stage works with. */
export interface BeaconParts {
  readonly store: Pick<LogStore, "treeSize">;
  readonly events: Pick<EventRegister, "beacons">;
  readonly chain: Pick<ReadOnlyChain, "chainId" | "isLocal" | "block">;
  readonly writer: Pick<Writer, "enter">;
  /** Called with the reason when there is no beacon because of the chain, or because the last beacon is damaged. */
  readonly onMissed: (reason: WarifuError) => void;
}

/**
 * Enters a beacon if it adds information: both the log and the chain must have grown since the last one.
 * Precondition: no other call is under way.
 * @returns the entry, or `undefined` when no beacon was needed or possible
 * @throws BODY_INVALID when the last beacon cannot be read; what entering an event throws
 */
export async function recordBeacon(parts: BeaconParts): Promise<AppendedEntry | undefined> {
  const { store, events, chain, writer } = parts;
  // Otherwise a log that nobody writes to would keep growing by its own beacons.
  if (store.treeSize() <= (events.beacons.leafIndex ?? -1) + 1) return undefined;
  const event = await newestFinalBlock(parts);
  const last = event && lastBlock(parts);
  if (!event || last === "damaged") return undefined;
  if (last && !isNewer(parseBeacon(event.content), last, chain.isLocal)) return undefined;
  return writer.enter(event);
}

function lastBlock({ events, onMissed }: BeaconParts): Beacon | "damaged" | undefined {
  try {
    return events.beacons.read();
  } catch (error) {
    if (!(error instanceof WarifuError) || error.code !== "STORE_DAMAGED") throw error;
    onMissed(error);
    return "damaged";
  }
}

/** A beacon of the newest final block; `undefined` when the chain has none or does not say. */
async function newestFinalBlock({ chain, onMissed }: BeaconParts): Promise<LogEvent | undefined> {
  try {
    const block = await chain.block("finalized");
    return block && beaconEvent(chain.chainId, block);
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    onMissed(error);
    return undefined;
  }
}

/**
 * Block numbers rise and block times never fall from one beacon to the next, even when a reorg beyond finality has
 * replaced the last beacon's block. On a local chain that was restarted, block numbers start over while times go on.
 */
function isNewer(block: Beacon, last: Beacon, isLocal: boolean): boolean {
  if (isLocal && block.blockTime !== last.blockTime) return block.blockTime > last.blockTime;
  return block.blockNumber > last.blockNumber && block.blockTime >= last.blockTime;
}

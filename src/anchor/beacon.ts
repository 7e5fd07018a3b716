/**
 * Stage beacon: enters the newest final block of the chain into the log, so that everything behind it is provably newer
 * than that block (core/beacon.ts). Called right before an anchor is made.
 *
 * Invariant: a chain that gives no answer costs a beacon and nothing else; anchoring and the log go on without it.
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
  /** Told why there is no beacon, when the chain is the reason, or a damaged one that the next must be newer than. */
  readonly onMissed: (reason: WarifuError) => void;
}

/**
 * Enters a beacon if it would tell something: the log has grown since the last one, and the chain has too.
 * Precondition: no other call of it is under way.
 * @returns the entry, or `undefined` when there was none to make
 * @throws BODY_INVALID when the last beacon cannot be read; what entering an event throws
 */
export async function recordBeacon(parts: BeaconParts): Promise<AppendedEntry | undefined> {
  const { store, events, chain, writer } = parts;
  // Or a log that nobody writes to would grow by its own beacons for ever.
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
 * Heights rise and times do not fall from one beacon to the next, also when a reorg behind finality put another block in the
 * place of the last one's. On a local chain that was started anew, heights begin again and times go on.
 */
function isNewer(block: Beacon, last: Beacon, isLocal: boolean): boolean {
  if (isLocal && block.blockTime !== last.blockTime) return block.blockTime > last.blockTime;
  return block.blockNumber > last.blockNumber && block.blockTime >= last.blockTime;
}

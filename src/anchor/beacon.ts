/**
 * Stage beacon: enters the newest final block of the chain into the log, so that everything behind it is provably newer
 * than that block (core/beacon.ts). Called right before an anchor is made.
 *
 * Invariant: a chain that gives no answer costs a beacon and nothing else; anchoring and the log go on without it.
 */
import type { ReadOnlyChain } from "../chain/chain.ts";
import { BEACON_CONTENT, BEACON_VCT, beaconContent, beaconInBody, parseBeacon, type Beacon } from "../core/beacon.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { LedgerStore, StoredEntry } from "../store/ledger-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";

/** What the stage works with. */
export interface BeaconParts {
  readonly store: Pick<LedgerStore, "treeSize" | "newestOfKind">;
  readonly chain: Pick<ReadOnlyChain, "chainId" | "isLocal" | "block">;
  readonly writer: Pick<Writer, "enter">;
  /** Passes what is read from the store, or throws STORE_DAMAGED. */
  readonly check?: { bodyOf(entry: StoredEntry): Promise<unknown> } | undefined;
  /** Told why there is no beacon, when the chain is the reason, or a damaged one that the next must be newer than. */
  readonly onMissed: (reason: WarifuError) => void;
}

/**
 * Enters a beacon if it would tell something: the log has grown since the last one, and the chain has too.
 * Precondition: no other call of it is under way.
 * @returns the entry, or `undefined` when there was none to make
 * @throws STORE_FAILED, BODY_INVALID when the last beacon cannot be read; what entering an event throws
 */
export async function recordBeacon(parts: BeaconParts): Promise<AppendedEntry | undefined> {
  const { store, chain, writer } = parts;
  const last = await store.newestOfKind("beacon");
  // Or a log that nobody writes to would grow by its own beacons for ever.
  if (store.treeSize() <= (last?.leafIndex ?? -1) + 1) return undefined;
  const content = await newestFinalBlock(parts);
  if (!content || (last && !(await isIntact(last, parts)))) return undefined;
  if (last?.body && !isNewer(parseBeacon(content), beaconInBody(last.body), chain.isLocal)) return undefined;
  return writer.enter({ kind: "beacon", vct: BEACON_VCT, contentName: BEACON_CONTENT, content });
}

async function isIntact(last: StoredEntry, { check, onMissed }: BeaconParts): Promise<boolean> {
  try {
    await check?.bodyOf(last);
    return true;
  } catch (error) {
    if (!(error instanceof WarifuError) || error.code !== "STORE_DAMAGED") throw error;
    onMissed(error);
    return false;
  }
}

/** Content of a beacon of the newest final block; `undefined` when the chain has none or does not say. */
async function newestFinalBlock({ chain, onMissed }: BeaconParts): Promise<JsonObject | undefined> {
  try {
    const block = await chain.block("finalized");
    return block && beaconContent(chain.chainId, block);
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

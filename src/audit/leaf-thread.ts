/** The thread of {@link AuditThreads}: checks parts of a log that it opens for itself. */
import { parentPort, workerData } from "node:worker_threads";
import { readLedger } from "../store/open.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import type { AuditThreadData, LeavesAnswer } from "./audit-threads.ts";
import { BUNDLES_IN_A_PART } from "./part-threads.ts";
import { plainBundle, type PlainBundle } from "./plain-leaves.ts";
import { soundHeads, type SoundHeads } from "./signed-heads.ts";

const { place, hasVault, logKey } = workerData as AuditThreadData;
const store = await readLedger(place);

parentPort?.on("message", (part: number) => void answer(part));

/** A part that cannot be read is left to the audit, which says why. */
async function answer(part: number): Promise<void> {
  const bundles: (PlainBundle | undefined)[] = [];
  const begin = part * BUNDLES_IN_A_PART * TILE_WIDTH;
  let heads: SoundHeads | undefined;
  try {
    for (let at = 0; at < BUNDLES_IN_A_PART; at++)
      bundles.push(await plainBundle(store, part * BUNDLES_IN_A_PART + at, { hasVault }));
    heads = await soundHeads(store, begin, begin + BUNDLES_IN_A_PART * TILE_WIDTH, logKey);
  } catch {
    bundles.length = 0;
  }
  parentPort?.postMessage({ part, bundles, heads } satisfies LeavesAnswer);
}

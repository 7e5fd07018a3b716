/** The thread of {@link ServedLog}: reads and checks parts of a log that it asks for itself. */
import { parentPort, workerData } from "node:worker_threads";
import { BUNDLES_IN_A_PART } from "./part-threads.ts";
import { servedBundle, type ServedBundle } from "./served-leaves.ts";
import { filesAt, type ServedAnswer, type ServedThreadData } from "./served-log.ts";

/** Of each thread; one alone would wait for the log most of the time. */
const BUNDLES_AT_ONCE = 4;

const { place, origin, bundles: wanted } = workerData as ServedThreadData;
const { get } = filesAt(place);
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", (part: number) => (last = last.then(() => answer(part))));

async function answer(part: number): Promise<void> {
  const bundles: (ServedBundle | undefined)[] = [];
  const begin = part * BUNDLES_IN_A_PART;
  const end = Math.min(begin + BUNDLES_IN_A_PART, wanted[1]);
  let next = Math.max(begin, wanted[0]);
  const read = async (): Promise<void> => {
    while (next < end) {
      const index = next++;
      bundles[index - begin] = await bundleAt(index);
    }
  };
  await Promise.all(Array.from({ length: BUNDLES_AT_ONCE }, read));
  const buffers = bundles.flatMap((bundle) => [...(bundle?.files.values() ?? [])].map(({ buffer }) => buffer));
  parentPort?.postMessage({ part, bundles } satisfies ServedAnswer, buffers as ArrayBuffer[]);
}

/** A bundle that cannot be read is left to the audit, which says why. */
async function bundleAt(index: number): Promise<ServedBundle | undefined> {
  try {
    return await servedBundle(get, index, origin);
  } catch {
    return undefined;
  }
}

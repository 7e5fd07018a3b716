/**
 * Sends batches until it is told to end, in a process of its own: to make them takes its thread, and whoever measures what others
 * notice must not wait for that.
 */
import { runLoad, type Target } from "./load.ts";
import { batchOf } from "./workload.ts";

/** What to send, and where. */
export interface BatchSending {
  readonly target: Target;
  readonly batch: number;
  readonly connections: number;
  readonly seed: number;
  /** Number of the first record. */
  readonly first: number;
}

const { target, batch, connections, seed, first } = JSON.parse(process.env["SENDING"] ?? "") as BatchSending;
let isOver = false;
process.once("message", () => (isOver = true));
process.send?.("begun");
const { acknowledged, seconds } = await runLoad(target, "application/x-ndjson", connections, (n) => {
  if (isOver) return undefined;
  return { bytes: Buffer.from(batchOf({ seed, shape: "reading" }, first + n * batch, batch)), records: batch };
});
process.send?.(acknowledged / seconds);
process.disconnect();

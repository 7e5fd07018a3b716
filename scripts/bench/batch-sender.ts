/**
 * Sends batches until it is told to end, in a process of its own: whoever measures what others notice must not wait for it. The
 * batches are made before time is taken, and sent again and again: without a key, every record is a new one.
 */
import { runLoad, type Target } from "./load.ts";
import { batchesOf } from "./sending.ts";

/** What to send, and where. */
export interface BatchSending {
  readonly target: Target;
  readonly batch: number;
  readonly connections: number;
  readonly seed: number;
  /** Number of the first record. */
  readonly first: number;
}

/** So many different ones. */
const BATCHES = 100;

const { target, batch, connections, seed, first } = JSON.parse(process.env["SENDING"] ?? "") as BatchSending;
const bodies = batchesOf({ seed, shape: "reading" }, { first, records: BATCHES * batch, batch });
let isOver = false;
process.once("message", () => (isOver = true));
process.send?.("begun");
const { acknowledged, seconds } = await runLoad(target, "application/x-ndjson", connections, (n) =>
  isOver ? undefined : bodies[n % BATCHES],
);
process.send?.(acknowledged / seconds);
process.disconnect();

/**
 * What becomes of a run whose words nobody gets: the reader of a pipe may leave before the end, as `head` does, and a disk may
 * be full. A service stops, as for SIGTERM. Any other verb does what it was asked to do, since records may wait to be sent
 * and a script looks at the exit code.
 *
 * Invariant: neither makes a verdict better: whoever stops reading at the first line of a refuted proof gets 1.
 */
import { frame } from "./texts/frame/en.ts";
import { unusable } from "./named-files.ts";

let isWatching = false;
let hasReader = true;
let isLost = false;

/** Takes over what the standard streams report. Safe to repeat. */
export function watchStreams(): void {
  if (isWatching) return;
  isWatching = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? onLeft() : onLost(error)));
  // There is nowhere left to say that nothing can be said.
  process.stderr.on("error", () => undefined);
}

/** Whether somebody may still read stdout. */
export function isRead(): boolean {
  return hasReader;
}

/** Whether a part of the result could not be written. Writes of this turn of the event loop are counted, too. */
export async function isResultLost(): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return isLost;
}

/** Each further line is reported, too: a second signal would end a service that is stopping. */
function onLeft(): void {
  if (hasReader) process.emit("SIGTERM", "SIGTERM");
  hasReader = false;
}

function onLost(error: Error): void {
  if (!isLost) console.error(`${frame().error} ${unusable("stdout cannot be written", error).message}`);
  isLost = true;
}

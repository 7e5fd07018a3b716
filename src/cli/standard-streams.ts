/**
 * Output that can no longer be written: the reader of a pipe may leave before the end, as `head` does, and a disk may be
 * full. When the reader leaves, a service stops, as it does on SIGTERM; every other command finishes what it was asked to
 * do, since records may be waiting to be sent, and a script looks at the exit code.
 *
 * Invariant: lost output makes no verdict better. Whoever stops reading at the first line about a refuted proof gets 1.
 */
import { frame } from "./texts/frame/en.ts";
import { unusable } from "./named-files.ts";

let isWatching = false;
let hasReader = true;
let isOutputLost = false;

/** Takes over the handling of errors on stdout and stderr. Safe to repeat. */
export function watchStreams(): void {
  if (isWatching) return;
  isWatching = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    error.code === "EPIPE" ? onReaderLeft() : onWriteFailed(error),
  );
  // There is nowhere left to report an error of stderr.
  process.stderr.on("error", () => undefined);
}

/** Whether stdout still has a reader. */
export function isStdoutRead(): boolean {
  return hasReader;
}

/** Whether part of the output could not be written, including what was written in this turn of the event loop. */
export async function isResultLost(): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return isOutputLost;
}

/** Only a service listens for SIGTERM. Emitted once: a second signal would end a service that is stopping. */
function onReaderLeft(): void {
  if (hasReader) process.emit("SIGTERM", "SIGTERM");
  hasReader = false;
}

function onWriteFailed(error: Error): void {
  if (!isOutputLost) console.error(`${frame().error} ${unusable("stdout cannot be written", error).message}`);
  isOutputLost = true;
}

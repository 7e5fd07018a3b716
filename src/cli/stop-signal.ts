/**
 * Ctrl-C and similar signals: the first asks the service to stop, which then closes everything in order; the second ends the
 * process immediately, as nobody should have to wait twice.
 */
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A request to stop. */
export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Restores the usual effect of signals. */
  release(): void;
}

/**
 * Watches for signals; calls `onFirst` for the first one.
 * @param onHangUp called for a SIGHUP sent to a program without a terminal, as logrotate does. With a terminal, or without
 * this callback, a SIGHUP asks to stop: the terminal is gone.
 */
export function watchStopSignals(onFirst: () => void, onHangUp?: () => void): StopSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    onFirst();
    controller.abort();
  };
  const onHup = onHangUp !== undefined && !process.stdout.isTTY ? onHangUp : onSignal;
  for (const name of SIGNALS) process.on(name, onSignal);
  process.on("SIGHUP", onHup);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.off("SIGHUP", onHup);
    },
  };
}

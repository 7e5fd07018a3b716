// Runs a program in the foreground on the launcher's behalf.
// Invariant: the program gets each signal once, whether it was sent to the launcher alone (`kill`, npm) or to the whole
// process group (Ctrl-C in a terminal, `timeout`), and the launcher outlives the program to pass on its exit code.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { whenOrphaned } from "./orphan.mjs";

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** Long enough for the copies of one Ctrl-C (terminal, npm) to arrive; short enough that nobody waits for it. */
const SETTLE_MS = 200;

/**
 * Runs `command` in this terminal and resolves to its exit code, or 128 + the number of the signal that ended it.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    const stop = passSignals(child);
    child.once("error", (error) => {
      stop();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      stop();
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * A program's exit code by the shell's convention.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Passes signals on to `child` until the returned function is called.
 *
 * A signal does not say whether the child got it too. A lookout in the same process group shows it: if a signal ends the
 * lookout, it went to the whole group, so the child has already got it.
 * @param {ChildProcess} child
 * @returns {() => void}
 */
export function passSignals(child) {
  let lookout = postLookout();
  /** @type {Map<NodeJS.Signals, NodeJS.Timeout>} */
  const settling = new Map();
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    if (settling.has(signal)) return;
    const decide = () => {
      settling.delete(signal);
      if (lookout?.signalCode !== signal) child.kill(signal);
      else lookout = postLookout();
    };
    // Behind what has happened meanwhile: a launcher that was held up may learn only now that the lookout has ended.
    settling.set(
      signal,
      setTimeout(() => setImmediate(decide), SETTLE_MS),
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // Node would open its inspector in the launcher, which has the program's environment.
  if (process.platform !== "win32") process.on("SIGUSR1", ignore);
  const stopWatching = whenOrphaned(() => child.kill("SIGTERM"));
  return () => {
    stopWatching();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off("SIGUSR1", ignore);
    for (const timer of settling.values()) clearTimeout(timer);
    lookout?.stdin?.destroy();
  };
}

function ignore() {}

/**
 * A process that does nothing and ends with its stdin, so it outlives neither the program nor the launcher. There is none on
 * Windows: there Ctrl-C always reaches every process of the console, and other signals end a process outright.
 * @returns {ChildProcess | undefined}
 */
function postLookout() {
  if (process.platform === "win32") return undefined;
  const lookout = spawn("cat", [], { stdio: ["pipe", "ignore", "ignore"] });
  lookout.on("error", () => {}); // no `cat`: signals are then always passed on
  lookout.stdin.on("error", () => {});
  lookout.unref();
  return lookout;
}

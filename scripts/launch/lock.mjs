// One launcher at a time: two commands started together in a fresh clone must not both install into the same folder. A lock
// left behind by a killed launcher is taken over, because its process is gone.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.mjs";

const POLL_MS = 200;

/**
 * Does `work` while holding the lock file at `path`, after waiting for any current holder.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [tell] called once if there is a wait
 * @returns {Promise<T>}
 */
export async function withLock(path, work, tell = say) {
  mkdirSync(dirname(path), { recursive: true });
  const me = `${process.pid} ${hostname()}`;
  let told = false;
  while (!take(path, me)) {
    const holder = read(path);
    if (holder !== undefined && isGone(holder)) dropStale(path, holder);
    else if (holder !== undefined && !told) {
      tell(`waiting for another launch, process ${holder}, that holds ${path}`);
      told = true;
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path @param {string} me */
function take(path, me) {
  try {
    writeFileSync(path, me, { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // released in between
  }
}

/**
 * Whether the process named in a lock has ended. A process on another machine (with a shared folder) is never presumed gone.
 * @param {string} holder `<pid> <host>`
 */
function isGone(holder) {
  const [pid, host] = holder.split(" ");
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return true; // the process id was reused: this process holds nothing yet
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/**
 * Moves a stale lock aside before deleting it, so that if two launchers find it stale, only one gets it. A launcher that
 * moved a lock which was newly taken in between puts it back.
 * @param {string} path @param {string} holder
 */
function dropStale(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== holder) linkSync(aside, path);
    rmSync(aside, { force: true });
  } catch {
    // somebody else was quicker: the next round looks again
  }
}

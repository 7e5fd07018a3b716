// Services that share a log, each in a process of its own that is killed, stopped for a while, or ended again and again, and then
// started anew. Half of them may hold the lease, the others are front ends.
// Invariant: a service ends by itself only where it must: its database or its lease is gone, or it never had the lease.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../support/free-port.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { bundleService } from "./bundled-service.ts";

const WITNESS = new URL("signature-witness.ts", import.meta.url).href;
const KEY_FILES = ["log.key", "vault.key", "issuer.key"];

/** Longer than a lease, and than a connection in a turn may be silent: who wakes up then has been replaced. */
const LONGEST_PAUSE_MS = 20_000;
/**
 * What may end a service without anybody's doing: its place is taken, the database is gone, or it was about to start when the
 * chain was reorganised under it: for that moment, anvil has a state that is not its blocks'.
 */
const MAY_END_WITH =
  /STORE_LOCKED|the lease "service" is lost|the database failed|connection to the database is lost|code: 'CHAIN_(UNREACHABLE|WRONG)'/;
/** Share of those that are killed before they are ready, if they are not ready by then. */
const EARLY = 0.15;
const EARLY_MS = 10_000;

/** What happened to them. */
export interface Fates {
  /** Killed while they served. */
  kills: number;
  /** Killed before they were ready: as they started, or waited for the lease. */
  earlyKills: number;
  pauses: number;
  /** Of those, how many had been replaced when they woke up, and ended. */
  zombies: number;
  /** Asked to end, as for an update. */
  stops: number;
  /** Ended because the lease was another's, or the database gone. */
  ended: number;
}

/** When to go on. */
export interface Run {
  stopping: boolean;
}

/** One of them. */
export interface ServiceAtRisk {
  readonly url: string;
  readonly dataDir: string;
  /** What it runs. */
  readonly program: string;
  /** Where its signatures are noted. */
  readonly signatures: string;
  readonly environment: NodeJS.ProcessEnv;
}

const COMPILE_CACHE = temporaryFolder();
const children = new Set<ChildProcess>();

/** For the end of a suite, also of one that failed. */
export function endAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

/** The settings of so many services in folders of their own. */
export async function servicesIn(folder: string, count: number, shared: NodeJS.ProcessEnv): Promise<ServiceAtRisk[]> {
  const services: ServiceAtRisk[] = [];
  const program = await bundleService(folder);
  for (let at = 0; at < count; at++) {
    const [dataDir, port] = [join(folder, String(at)), await freePort()];
    mkdirSync(dataDir);
    const own = { WARIFU_DATA_DIR: dataDir, WARIFU_HTTP_PORT: String(port) };
    const isFrontEnd = at >= count / 2;
    const signatures = join(folder, `signed-${at}`);
    services.push({
      ...{ url: `http://127.0.0.1:${port}`, dataDir, program, signatures },
      environment: { ...shared, ...own, TEST_SIGNATURES: signatures, ...(isFrontEnd && { WARIFU_FRONT_END: "on" }) },
    });
  }
  return services;
}

/** Gives the others the keys that the first one has made. */
export function shareKeys([first, ...others]: readonly ServiceAtRisk[]): void {
  for (const { dataDir } of others)
    for (const file of KEY_FILES) copyFileSync(join((first as ServiceAtRisk).dataDir, file), join(dataDir, file));
}

/** A process. */
export interface Life {
  readonly child: ChildProcess;
  /** Settles when it serves, or has ended. */
  readonly ready: Promise<"ready" | "ended">;
  /** Settles with what it said about its end. */
  readonly end: Promise<string>;
}

/** Starts one. */
export function begin({ program, environment }: ServiceAtRisk): Life {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("WARIFU_"));
  const child = fork(program, {
    env: { ...Object.fromEntries(inherited), NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    execArgv: ["--import", WITNESS],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.add(child);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_192)));
  const end = once(child, "close").then(([code, signal]) => {
    children.delete(child);
    return `${String(signal ?? code)} ${said}`;
  });
  const ready = Promise.race([once(child, "message").then(() => "ready" as const), end.then(() => "ended" as const)]);
  return { child, ready, end };
}

/**
 * One life after another, until the run stops.
 * @throws when one ends by itself without a reason to
 */
export async function liveAtRisk(service: ServiceAtRisk, run: Run, fates: Fates): Promise<void> {
  const isFrontEnd = service.environment["WARIFU_FRONT_END"] === "on";
  while (!run.stopping) {
    const life = begin(service);
    const patience = Math.random() < EARLY ? [sleep(Math.random() * EARLY_MS).then(() => "late" as const)] : [];
    const state = await Promise.race([life.ready, ...patience]);
    if (state === "late") fates.earlyKills++;
    if (state !== "ready") {
      await finish(life, state === "late" ? "SIGKILL" : undefined, fates);
      continue;
    }
    // Whoever holds the lease gets something done with it before it goes.
    await Promise.race([sleep(isFrontEnd ? Math.random() * 3_000 : Math.random() * 6_000), life.end]);
    await meetFate(life, fates);
  }
}

async function meetFate(life: Life, fates: Fates): Promise<void> {
  const chance = Math.random();
  if (life.child.exitCode !== null) return finish(life, undefined, fates);
  if (chance < 0.1) {
    fates.stops++;
    return finish(life, "SIGTERM", fates);
  }
  if (chance < 0.2) {
    fates.pauses++;
    life.child.kill("SIGSTOP");
    await sleep(Math.random() * LONGEST_PAUSE_MS);
    life.child.kill("SIGCONT");
    // As long as it takes to find out that it has been replaced, if it has.
    const isReplaced = await Promise.race([life.end.then(() => true), sleep(3_000).then(() => false)]);
    if (isReplaced) fates.zombies++;
    if (isReplaced) return finish(life, undefined, fates);
  }
  fates.kills++;
  return finish(life, "SIGKILL", fates);
}

/** Waits for the end of one that is sent a signal, or that ends by itself. */
async function finish({ child, end }: Life, signal: NodeJS.Signals | undefined, fates: Fates): Promise<void> {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (signal && !isOver) child.kill(signal);
  const said = await end;
  if (/^(SIGKILL|0) /.test(said)) return;
  fates.ended++;
  if (!MAY_END_WITH.test(said)) throw new TypeError(`a service ended by itself: ${said}`);
}

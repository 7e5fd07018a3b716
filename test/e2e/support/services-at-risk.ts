// Services that share a log, each in a process of its own that is killed, stopped for a while, or ended again and again, and then
// started anew. Half of them may hold the lease, the others are front ends.
// Invariant: a service ends by itself only where it must: its database or its lease is gone, or it never had the lease.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../../scripts/free-port.ts";
import { inheritedEnvironment, serviceProgram } from "./killable-service.ts";

const KEY_FILES = ["log.key", "vault.key", "issuer.key"];

/** Longer than a lease, and than a connection in a turn may be silent: who wakes up then has been replaced. */
const [LONG_PAUSE_MS, LONGEST_PAUSE_MS] = [12_000, 18_000];
const SHORT_PAUSE_MS = 2_000;
/** A lease is renewed every two seconds: in that time, whoever has lost it learns so. */
const NOTICED_MS = 2_500;
/**
 * What may end a service without anybody's doing, and what a supervisor starts it again after: its place is taken, the database
 * is gone, or it was about to start when the chain was reorganised under it: for that moment, anvil has a state that is not its
 * blocks'.
 */
const MAY_END_WITH =
  /STORE_LOCKED|the lease "service" is lost|the database failed|connection to the database is lost|code: 'CHAIN_(UNREACHABLE|WRONG)'/;
/** Share of those that are killed before they are ready, if they are not ready by then. */
const EARLY = 0.15;
const EARLY_MS = 3_000;
/** Whoever holds the lease gets something done with it before it goes. */
const [LIFE_MS, HOLDERS_LIFE_MS] = [1_500, 4_000];
/** How long a life that ends waits for a record to be acknowledged since it began to serve. */
const NOTHING_DONE_MS = 10_000;

/** What happened to them. */
export interface Fates {
  /** Killed while they served. */
  kills: number;
  /** Killed before they were ready: as they started, or waited for the lease. */
  earlyKills: number;
  pauses: number;
  /** Of those, how many had been replaced when they woke up, and ended. */
  zombies: number;
  /** Had the lease end under them while they served. */
  robbed: number;
  /** Asked to end, as for an update. */
  stops: number;
  /** Ended because the lease was another's, or the database gone. */
  ended: number;
}

/** Goes on until it is told to stop, and what must outlast it until it has ended. */
export class Run {
  stopping = false;
  ended = false;
  readonly #told = Promise.withResolvers<undefined>();
  readonly whenStopping: Promise<undefined> = this.#told.promise;

  stop(): void {
    this.stopping = true;
    this.#told.resolve(undefined);
  }
}

/** What they run into. */
export interface Risks {
  readonly run: Run;
  readonly fates: Fates;
  /** How many records were acknowledged, by any of them. */
  readonly acknowledged: () => number;
  /** Ends the lease now, whoever holds it: nobody needs to wait for its time to pass. */
  readonly endLease: () => Promise<void>;
}

/** One of them. */
export interface ServiceAtRisk {
  readonly url: string;
  readonly dataDir: string;
  readonly isFrontEnd: boolean;
  /** What it runs. */
  readonly program: string;
  /** Where its signatures are noted. */
  readonly signatures: string;
  /** Where what it says is kept. */
  readonly said: string;
  readonly environment: NodeJS.ProcessEnv;
}

const children = new Set<ChildProcess>();

/** For the end of a suite, also of one that failed. */
export function endAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

/** The settings of so many services in folders of their own. */
export async function servicesIn(folder: string, count: number, shared: NodeJS.ProcessEnv): Promise<ServiceAtRisk[]> {
  const services: ServiceAtRisk[] = [];
  const program = await serviceProgram();
  for (let at = 0; at < count; at++) {
    const [dataDir, port] = [join(folder, String(at)), await freePort()];
    mkdirSync(dataDir);
    const own = { WARIFU_DATA_DIR: dataDir, WARIFU_HTTP_PORT: String(port) };
    const isFrontEnd = at >= count / 2;
    const signatures = join(folder, `signed-${at}`);
    services.push({
      ...{ url: `http://127.0.0.1:${port}`, dataDir, isFrontEnd, program, signatures },
      said: join(folder, `said-${at}.log`),
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
export function begin({ program, environment, said: file }: ServiceAtRisk): Life {
  const child = fork(program, {
    env: { ...inheritedEnvironment(), ...environment },
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.add(child);
  let said = "";
  const note = (text: string): void => appendFileSync(file, text);
  note(`-- ${new Date().toISOString()} begins as ${child.pid}\n`);
  child.stderr?.on("data", (chunk: Buffer) => {
    note(chunk.toString());
    said = (said + chunk.toString()).slice(-8_192);
  });
  const end = once(child, "close").then(([code, signal]) => {
    children.delete(child);
    note(`-- ${new Date().toISOString()} ended: ${String(signal ?? code)}\n`);
    return `${String(signal ?? code)} ${said}`;
  });
  const ready = Promise.race([once(child, "message").then(() => "ready" as const), end.then(() => "ended" as const)]);
  return { child, ready, end };
}

/**
 * One life after another, until the run stops.
 * @throws when one ends by itself without a reason to
 */
export async function liveAtRisk(service: ServiceAtRisk, risks: Risks): Promise<void> {
  const { run, fates } = risks;
  while (!run.stopping) {
    const life = begin(service);
    const patience = Math.random() < EARLY ? [sleep(Math.random() * EARLY_MS).then(() => "late" as const)] : [];
    const state = await Promise.race([life.ready, run.whenStopping.then(() => "over" as const), ...patience]);
    if (state === "late") fates.earlyKills++;
    if (state !== "ready") {
      await finish(life, state === "ended" ? undefined : "SIGKILL", fates);
      continue;
    }
    const longest = service.isFrontEnd ? LIFE_MS : HOLDERS_LIFE_MS;
    const done = doneSomething(Math.random() * longest, risks);
    await Promise.race([done, life.end, run.whenStopping]);
    await meetFate(life, service, risks);
  }
}

/** Waits for so long, and then for the first record since, also on a machine that is slow. */
async function doneSomething(ms: number, { acknowledged }: Risks): Promise<void> {
  const [before, begun] = [acknowledged(), performance.now()];
  await sleep(ms);
  while (acknowledged() === before && performance.now() < begun + NOTHING_DONE_MS) await sleep(20);
}

/** Front ends hold no lease that could end. */
async function meetFate(life: Life, { isFrontEnd }: ServiceAtRisk, { fates, endLease }: Risks): Promise<void> {
  const chance = Math.random();
  if (isOver(life)) return finish(life, undefined, fates);
  if (chance < 0.06) {
    fates.stops++;
    return finish(life, "SIGTERM", fates);
  }
  if (chance < 0.14) {
    await pause(life, isFrontEnd ? undefined : endLease);
    fates.pauses++;
    if (isOver(life)) fates.zombies++;
    if (isOver(life)) return finish(life, undefined, fates);
  } else if (chance < 0.24 && !isFrontEnd) {
    fates.robbed++;
    await endLease();
    // Killed while it finds out, or as it ends.
    await Promise.race([life.end, sleep(Math.random() * NOTICED_MS)]);
    if (isOver(life)) return finish(life, undefined, fates);
  }
  fates.kills++;
  await finish(life, "SIGKILL", fates);
  // The others, and its own next life, wait for the lease to run out, or have it at once.
  if (!isFrontEnd && Math.random() < 0.75) await endLease();
}

/** Stops it for so long that another takes its place, if it holds the lease, and gives it time to find out. */
async function pause({ child, end }: Life, endLease?: () => Promise<void>): Promise<void> {
  child.kill("SIGSTOP");
  const isLong = Math.random() < 0.25;
  if (!isLong) await endLease?.();
  const ms = Math.random() * SHORT_PAUSE_MS;
  await sleep(isLong ? LONG_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - LONG_PAUSE_MS) : ms);
  child.kill("SIGCONT");
  await Promise.race([end, sleep(NOTICED_MS)]);
}

const isOver = ({ child }: Life): boolean => child.exitCode !== null || child.signalCode !== null;

/** Waits for the end of one that is sent a signal, or that ends by itself. */
async function finish(life: Life, signal: NodeJS.Signals | undefined, fates: Fates): Promise<void> {
  if (signal && !isOver(life)) life.child.kill(signal);
  const said = await life.end;
  if (/^(SIGKILL|0) /.test(said)) return;
  fates.ended++;
  assertMayEnd(said);
}

/**
 * As a supervisor would have it: started again whenever it ends with a reason to, until it is asked to end.
 * @param told settles when to ask it to
 * @throws when it ends without a reason to
 */
export async function keepAlive(service: ServiceAtRisk, told: Promise<unknown>): Promise<void> {
  for (let isTold = false; !isTold;) {
    const life = begin(service);
    isTold = await Promise.race([life.end.then(() => false), told.then(() => true)]);
    if (isTold && (await life.ready) === "ready") life.child.kill("SIGTERM");
    const said = await life.end;
    if (!said.startsWith("0 ")) assertMayEnd(said);
  }
}

function assertMayEnd(said: string): void {
  if (!MAY_END_WITH.test(said)) throw new TypeError(`a service ended by itself: ${said}`);
}

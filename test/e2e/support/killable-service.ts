// The whole service in a process of its own that a test may end as it likes, and clients that submit until they are told
// to stop, each record until it is acknowledged.
// Invariant: what a client was told is kept by the client, and compared in the end with what the files hold.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { bundleProgram } from "../../support/bundled-program.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { toHex } from "../../../src/core/bytes.ts";
import { encodeEntry } from "../../../src/core/entry.ts";
import { leafHash } from "../../../src/core/merkle.ts";
import type { LogStore } from "../../../src/store/log-store.ts";
import { LEDGER_FILES, readSqliteLedger } from "../../../src/store/sqlite/ledger.ts";

const SERVICE = join(import.meta.dirname, "..", "service-process.ts");
/** Before the service, which then signs under its eyes. */
const WITNESS = join(import.meta.dirname, "signature-witness.ts");
const COMPILE_CACHE = temporaryFolder();
/** Made once for all starts, each of which takes half as long with it. */
let bundled: Promise<string> | undefined;

/** What is sent without a pause keeps both cores busy with it. */
const PAUSE_MS = 5;

const children = new Set<ChildProcess>();
// Clients of an earlier number give up.
let generation = 0;

/** For the end of a suite, also of one that failed: kills what still runs, and no client tries any longer. */
export function abandonAll(): void {
  generation++;
  for (const child of children) child.kill("SIGKILL");
}

/** What a client keeps of an answer. */
export interface Acknowledged {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
}

/** This process's, without settings of a service. What is compiled of the program goes with it. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("WARIFU_"));
  return { ...Object.fromEntries(inherited), NODE_COMPILE_CACHE: COMPILE_CACHE };
}

/** The service in one file, with the witness of its signatures. */
export function serviceProgram(): Promise<string> {
  return (bundled ??= bundleProgram(temporaryFolder(), SERVICE, [WITNESS]));
}

/** Starts the service with these settings and no others, and waits until it is ready. */
export function startService(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  return startUnless(environment, () => false);
}

/** What a start is refused with in the middle of a reorg: for that moment, anvil answers without the contract. */
const REORGANISED = /code: 'CHAIN_(UNREACHABLE|WRONG)'/;

/** The same on a chain that is reorganised meanwhile: started again, as a supervisor does, where that was why it ended. */
export function startUnderReorgs(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  return startUnless(environment, (said) => REORGANISED.test(said));
}

/** @param isRepeated whether a start that ended, having said that, is repeated */
async function startUnless(
  environment: NodeJS.ProcessEnv,
  isRepeated: (said: string) => boolean,
): Promise<ChildProcess> {
  const child = fork(await serviceProgram(), {
    env: { ...inheritedEnvironment(), ...environment },
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  let said = "";
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stderr?.on("data", hear);
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null }));
  const state = await Promise.race([once(child, "message").then(() => "ready" as const), ended]);
  if (state === "ready") {
    process.stderr.write(said);
    child.stderr?.off("data", hear).pipe(process.stderr, { end: false });
    return child;
  }
  if (isRepeated(said)) return startUnless(environment, isRepeated);
  return expect.fail(`the service ended with ${String(state.code)} at its start: ${said}`);
}

/** For a service that does not answer, because it was stopped or is still starting. */
const NO_ANSWER_MS = 10_000;

/**
 * Sends one record after another, each until it is acknowledged, as a gateway with its own buffer would.
 * @param url called for each request: where to send it
 * @param pauseMs between an acknowledgement and the next record
 */
export async function submitUntilStopped(
  url: () => string,
  apiKey: string,
  client: number,
  acknowledged: Map<string, Acknowledged>,
  run: { readonly stopping: boolean },
  pauseMs = PAUSE_MS,
): Promise<void> {
  const mine = generation;
  for (let n = 0; !run.stopping && mine === generation; n++) {
    const key = `client-${client}-${String(n).padStart(8, "0")}`;
    const concealed = n % 5 === 0;
    const record = concealed
      ? {
          key,
          type: "citizen-report",
          source: `kill/app-${client}`,
          claims: { category: "noise", text: `report ${n}` },
        }
      : { key, type: "sensor-reading", source: `kill/env-${client}`, claims: { reading: n } };
    const answer = await submitUntilAcknowledged(url, apiKey, record, () => mine !== generation);
    if (answer === undefined) return;
    const earlier = acknowledged.get(key);
    if (earlier) expect(answer).to.deep.equal(earlier);
    acknowledged.set(key, answer);
    await sleep(pauseMs);
  }
}

async function submitUntilAcknowledged(
  url: () => string,
  apiKey: string,
  record: object,
  isAbandoned: () => boolean,
): Promise<Acknowledged | undefined> {
  while (!isAbandoned()) {
    try {
      const response = await fetch(`${url()}/v1/records`, {
        method: "POST",
        signal: AbortSignal.timeout(NO_ANSWER_MS),
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(record),
      });
      const answer = (await response.json()) as Acknowledged;
      if (response.ok) return answer;
      expect(response.status, JSON.stringify(answer)).to.equal(503);
    } catch (error) {
      // The connection went with the process; nothing else may fail here.
      if (!(
        error instanceof TypeError ||
        error instanceof SyntaxError ||
        /^(Abort|Timeout)Error$/.test((error as Error).name)
      ))
        throw error;
    }
    await sleep(50);
  }
  return undefined;
}

/** Every acknowledged record is in the files once, at its index, with its leaf; nothing has two leaves. */
export async function assertEachOnce(dataDir: string, acknowledged: ReadonlyMap<string, Acknowledged>): Promise<void> {
  const store = readSqliteLedger(dataDir);
  try {
    const database = new DatabaseSync(join(dataDir, LEDGER_FILES.database), { readOnly: true, timeout: 60_000 });
    const { leaves } = database
      .prepare("SELECT count(DISTINCT leaf_index) AS leaves FROM submission WHERE key LIKE 'client-%'")
      .get() as { leaves: number };
    const { records } = database.prepare("SELECT count(*) AS records FROM entry WHERE kind = 1").get() as {
      records: number;
    };
    database.close();
    expect(records, "every leaf of a record has a key of its own").to.equal(leaves);
    await assertAcknowledged(store, acknowledged);
  } finally {
    await store.close();
  }
}

/** Every acknowledged record is in the log at its index, with its leaf. */
export async function assertAcknowledged(
  store: Pick<LogStore, "findSubmitted">,
  acknowledged: ReadonlyMap<string, Acknowledged>,
): Promise<void> {
  for (const [key, { leafIndex, leafHash: hash }] of acknowledged) {
    const source = key
      .replace(/-\d+$/, "")
      .replace("client-", Number(key.slice(-8)) % 5 === 0 ? "kill/app-" : "kill/env-");
    const [found] = await store.findSubmitted([{ source, key }]);
    expect(found?.entry.leafIndex, key).to.equal(leafIndex);
    expect(toHex(leafHash(encodeEntry(found?.entry as NonNullable<typeof found>["entry"]))), key).to.equal(hash);
  }
}

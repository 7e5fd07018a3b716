/** Proof bundles: built and served by the service, then verified offline. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { parsePolicy } from "../../../src/core/policy.ts";
import { fastPrimitives } from "../../../src/keys/fast-primitives.ts";
import { bundleVerifier, verifyBundle, type BundleVerifier } from "../../../src/verify/verify-bundle.ts";
import { Connection } from "../connection.ts";
import type { LoneWork } from "../lone-verifier.ts";
import { connections, figure, measure, records, SEED } from "../measure.ts";
import { sendBatches, untilFinal, withCpuOf, withService } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";
import { batchOf, type Workload } from "../workload.ts";

const BATCH = 2_000;
/** Asked for or verified first and not measured: the programs are compiled. */
const WARM_UP = 10_000;
/** So many are verified each by itself, which takes longest, and given to the command. */
const ALONE = 2_000;
/** The command is given each of them so often: it takes a while to start, and auditors have many. */
const COPIES = 10;
const LONE_VERIFIER = new URL("../lone-verifier.ts", import.meta.url);
const COMMAND = join(import.meta.dirname, "..", "..", "..", "bin", "warifu.mjs");

export const proofs = measure({
  name: "proofs",
  title: "Proofs",
  parameters: {
    records: { ...records(100_000, 20_000), what: "records in the log before" },
    bundles: { what: "bundles asked for", usual: 10_000, quick: 4_000, least: 1, most: 100_000 },
    connections: connections(8),
    seed: SEED,
  },
  run: ({ records, bundles, connections, seed }) =>
    withService(startBenchService, async (service) => {
      const workload: Workload = { seed, shape: "reading" };
      await sendBatches(service, workload, { first: 0, records, batch: BATCH, connections: 4 });
      const ids = await acknowledgedIds(service, workload, { first: records, count: bundles });
      await untilFinal(service);
      await fetchBundles(service, ids.slice(0, WARM_UP), connections);
      const served = await withCpuOf(service, () => fetchBundles(service, ids, connections));
      const policy = parsePolicy(readFileSync(service.policyFile));
      await verifyAll(served.bundles.slice(0, WARM_UP), bundleVerifier(policy));
      const some = served.bundles.slice(0, ALONE);
      const alone = await verifyAll(some, (bundle) => verifyBundle(bundle, policy));
      const here = await fastPrimitives();
      // One that has seen no other for each, made before time is taken: to make one takes a copy of the policy.
      const verifiers = some.map(() => bundleVerifier(policy, undefined, here)).values();
      const fast = await verifyAll(some, (bundle) => (verifiers.next().value as BundleVerifier)(bundle));
      const apart = await verifyApart(some, service.policyFile);
      const together = await verifyAll(served.bundles, bundleVerifier(policy));
      const byCommand = verifyByCommand(some, service.policyFile);
      return [
        figure("proof bundles built and served", bundles / served.seconds, "bundles/s"),
        figure("  CPU time of the service", served.cpu / bundles, "us/bundle"),
        figure("size of a proof bundle", served.bundles[0]?.length ?? 0, "bytes"),
        figure("proof bundles verified offline, each by itself", alone.perSecond, "bundles/s"),
        figure("  CPU time of each verifier", alone.cpu, "us/bundle"),
        figure("  CPU time of each, with libsodium and hash-wasm", fast.cpu, "us/bundle"),
        figure("  on all cores, with libsodium and hash-wasm", apart, "bundles/s"),
        figure("proof bundles of one anchor verified by one verifier", together.perSecond, "bundles/s"),
        figure("  CPU time of the one verifier", together.cpu, "us/bundle"),
        figure("the same in one file, by `warifu verify` on all cores", byCommand, "bundles/s"),
      ];
    }),
});

/** @returns bundles a second, and microseconds of CPU a bundle */
async function verifyAll(
  bundles: readonly Uint8Array[],
  verify: BundleVerifier,
): Promise<{ readonly perSecond: number; readonly cpu: number }> {
  const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
  for (const bundle of bundles)
    if ((await verify(bundle)).outcome !== "holds") throw new TypeError("a bundle of the bench does not verify");
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: bundles.length / seconds, cpu: (user + system) / bundles.length };
}

/** Each by itself, on as many threads as there are cores. @returns bundles a second */
async function verifyApart(bundles: readonly Uint8Array[], policyFile: string): Promise<number> {
  const share = Math.ceil(bundles.length / availableParallelism());
  const threads = Array.from({ length: availableParallelism() }, (_, at) => {
    const work: LoneWork = { bundles: bundles.slice(at * share, (at + 1) * share), policyFile };
    return new Worker(LONE_VERIFIER, { workerData: work });
  });
  await Promise.all(threads.map((thread) => once(thread, "message")));
  const started = performance.now();
  const verified = threads.map((thread) => once(thread, "message"));
  for (const thread of threads) thread.postMessage("begin");
  await Promise.all(verified);
  return bundles.length / ((performance.now() - started) / 1000);
}

/** With the start of the command. @returns bundles a second */
function verifyByCommand(bundles: readonly Uint8Array[], policyFile: string): number {
  const folder = mkdtempSync(join(tmpdir(), "warifu-bench-"));
  try {
    const lines = bundles.map((bundle) => `${JSON.stringify(JSON.parse(Buffer.from(bundle).toString()))}\n`);
    const file = join(folder, "bundles.ndjson");
    writeFileSync(file, lines.join("").repeat(COPIES));
    const args = [COMMAND, "verify", file, "--policy", policyFile];
    // Whoever runs it first in a checkout packs it.
    spawnSync(process.execPath, [COMMAND, "verify", "--help"]);
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new TypeError(`the bundles of the bench do not verify: ${stderr}`);
    return (COPIES * bundles.length) / ((performance.now() - started) / 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchBundles(
  service: BenchService,
  ids: readonly string[],
  connections: number,
): Promise<{ seconds: number; bundles: readonly Uint8Array[] }> {
  const { url } = service.target;
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  const { host } = new URL(url);
  const bundles: Uint8Array[] = [];
  let next = 0;
  const started = performance.now();
  const work = async (connection: Connection): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const { status, body } = await connection.ask(`GET /v1/records/${id}/bundle HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      if (status !== 200) throw new TypeError(`no bundle: ${status}`);
      bundles.push(body);
    }
  };
  await Promise.all(opened.map(work));
  const seconds = (performance.now() - started) / 1000;
  for (const connection of opened) connection.close();
  return { seconds, bundles };
}

async function acknowledgedIds(
  service: BenchService,
  workload: Workload,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count)
    ids.push(...(await idsOf(service, batchOf(workload, first + ids.length, Math.min(BATCH, count - ids.length)))));
  return ids;
}

async function idsOf(service: BenchService, body: string): Promise<string[]> {
  const response = await fetch(`${service.target.url}/v1/records`, {
    method: "POST",
    headers: { authorization: `Bearer ${service.target.apiKey}`, "content-type": "application/x-ndjson" },
    body,
  });
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

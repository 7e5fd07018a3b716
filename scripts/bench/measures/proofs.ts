/** Proof bundles: built and served by the service, then verified offline. */
import { readFileSync } from "node:fs";
import { parsePolicy } from "../../../src/core/policy.ts";
import { bundleVerifier, verifyBundle, type BundleVerifier } from "../../../src/verify/verify-bundle.ts";
import { connections, figure, measure, records, SEED } from "../measure.ts";
import { sendBatches, untilFinal, withCpuOf, withService } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";
import { batchOf, type Workload } from "../workload.ts";

const BATCH = 2_000;

export const proofs = measure({
  name: "proofs",
  title: "Proofs",
  parameters: {
    records: { ...records(100_000, 20_000), what: "records in the log before" },
    bundles: { what: "bundles asked for", usual: 2_000, quick: 500, least: 1, most: BATCH },
    connections: connections(8),
    seed: SEED,
  },
  run: ({ records, bundles, connections, seed }) =>
    withService(startBenchService, async (service) => {
      const workload: Workload = { seed, shape: "reading" };
      await sendBatches(service, workload, { first: 0, records, batch: BATCH, connections: 4 });
      const ids = await acknowledgedIds(service, batchOf(workload, records, bundles));
      await untilFinal(service);
      const served = await withCpuOf(service, () => fetchBundles(service, ids, connections));
      const policy = parsePolicy(readFileSync(service.policyFile));
      const alone = await verifyAll(served.bundles, (bundle) => verifyBundle(bundle, policy));
      const together = await verifyAll(served.bundles, bundleVerifier(policy));
      return [
        figure("proof bundles built and served", bundles / served.seconds, "bundles/s"),
        figure("  CPU time of the service", served.cpu / bundles, "us/bundle"),
        figure("size of a proof bundle", served.bundles[0]?.length ?? 0, "bytes"),
        figure("proof bundles verified offline, each by itself", alone.perSecond, "bundles/s"),
        figure("  CPU time of the verifier", alone.cpu, "us/bundle"),
        figure("proof bundles of one anchor verified by one verifier", together.perSecond, "bundles/s"),
        figure("  CPU time of the verifier", together.cpu, "us/bundle"),
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

async function fetchBundles(
  service: BenchService,
  ids: readonly string[],
  connections: number,
): Promise<{ seconds: number; bundles: readonly Uint8Array[] }> {
  const bundles: Uint8Array[] = [];
  let next = 0;
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const response = await fetch(`${service.target.url}/v1/records/${id}/bundle`);
      if (!response.ok) throw new TypeError(`no bundle: ${response.status} ${await response.text()}`);
      bundles.push(new Uint8Array(await response.arrayBuffer()));
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return { seconds: (performance.now() - started) / 1000, bundles };
}

async function acknowledgedIds(service: BenchService, body: string): Promise<string[]> {
  const response = await fetch(`${service.target.url}/v1/records`, {
    method: "POST",
    headers: { authorization: `Bearer ${service.target.apiKey}`, "content-type": "application/x-ndjson" },
    body,
  });
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

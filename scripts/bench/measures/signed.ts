/** Records that are signed, and verified before they are acknowledged. */
import { createClient } from "../../../src/client/client.ts";
import type { Body } from "../load.ts";
import { BATCH, connections, figure, measure, records, SEED } from "../measure.ts";
import { sendBodies, withCpuOf, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { signedBatchOf, signingDevices } from "../workload.ts";

export const signed = measure({
  name: "signed",
  title: "Signed records: each a JWS (Ed25519) that is verified (NDJSON)",
  parameters: { batch: BATCH, connections: connections(4), records: records(160_000, 40_000), seed: SEED },
  run: ({ batch, connections, records, seed }) =>
    withService(startBenchService, async (service) => {
      const devices = await signingDevices(seed);
      const officer = createClient({ url: service.target.url, apiKey: service.officerKey });
      for (const { source, key } of devices) await officer.registerSource(source, { key });
      const bodies: Body[] = [];
      for (let first = 0; first < records; first += batch) {
        const count = Math.min(batch, records - first);
        bodies.push({ bytes: Buffer.from(await signedBatchOf(devices, seed, first, count)), records: count });
      }
      const { acknowledged, seconds, cpu } = await withCpuOf(service, () => sendBodies(service, bodies, connections));
      return [
        figure("ingest in batches, each record signed by its source", acknowledged / seconds, "records/s"),
        figure("  CPU time of the service", cpu / acknowledged, "us/record"),
      ];
    }),
});

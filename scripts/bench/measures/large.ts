/** Many records into one log: whether memory and the cost of a record stay what they are. */
import { BATCH, connections, figure, measure, records, SEED } from "../measure.ts";
import { sendBatches, withCpuOf, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { spreadOf } from "../../../src/core/spread.ts";

const STEP = 100_000;
const WARM_UP = 20_000;
/** Steps at the start, and at the end, of which the median is taken. */
const COMPARED = 5;

export const large = measure({
  name: "large",
  title: "Many records into one log",
  parameters: { batch: BATCH, connections: connections(4), records: records(2_000_000, 1_200_000), seed: SEED },
  isExtra: true,
  run: ({ batch, connections, records, seed }) =>
    withService(startBenchService, async (service) => {
      const workload = { seed, shape: "reading" } as const;
      const steps: { cpuPerRecord: number; mib: number }[] = [];
      await sendBatches(service, workload, { first: 0, records: WARM_UP, batch, connections });
      for (let first = WARM_UP; first < records; first += STEP) {
        const { acknowledged, seconds, cpu } = await withCpuOf(service, () =>
          sendBatches(service, workload, { first, records: STEP, batch, connections }),
        );
        const step = { cpuPerRecord: cpu / acknowledged, mib: (await service.memory()).rss / 2 ** 20 };
        steps.push(step);
        process.stderr.write(
          `  ${first + STEP} records: ${Math.round(acknowledged / seconds)} records/s, ` +
            `${step.cpuPerRecord.toFixed(1)} us CPU per record, ${Math.round(step.mib)} MiB\n`,
        );
      }
      const cost = steps.map(({ cpuPerRecord }) => cpuPerRecord);
      const [start, end] = [spreadOf(cost.slice(0, COMPARED)).median, spreadOf(cost.slice(-COMPARED)).median];
      return [
        figure("cost per record at the start (20,000 to 520,000, median of five)", start, "us CPU"),
        figure("cost per record at the end (the last 500,000, median of five)", end, "us CPU"),
        figure("ratio of the two", end / start, "x"),
        figure("memory of the service after 220,000 records", steps[1]?.mib ?? Number.NaN, "MiB"),
        figure("memory of the service at the end", steps.at(-1)?.mib ?? Number.NaN, "MiB"),
      ];
    }),
});

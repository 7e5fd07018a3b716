/** What others notice of a device that sends ten times its quota. */
import { createClient } from "../../../src/client/client.ts";
import { measureFlood, QUOTA } from "../flood.ts";
import { figure, measure, SEED } from "../measure.ts";
import { withService } from "../sending.ts";
import { startBenchService } from "../service.ts";

export const fairness = measure({
  name: "fairness",
  title: "One device sends ten times its quota; 20 others send 10 records a second each",
  parameters: {
    rounds: { what: "rounds, each without the flood and beside it", usual: 5, quick: 1, least: 1, most: 100 },
    seconds: { what: "seconds of each", usual: 10, quick: 5, least: 1, most: 600 },
    seed: SEED,
  },
  run: (values) =>
    withService(
      () => startBenchService({ WARIFU_SOURCE_RECORDS_PER_SECOND: String(QUOTA) }),
      async ({ target, adminKey }) => {
        const admin = createClient({ url: target.url, apiKey: adminKey });
        const { key } = await admin.issueKey("wild", "submitter", { sources: ["bench/wild"] });
        const { quietP99, floodedP99, ...flood } = await measureFlood(target, { ...target, apiKey: key }, values);
        return [
          figure("  p99 of the others, without it", quietP99, "ms"),
          figure("  p99 of the others, beside it", floodedP99, "ms"),
          figure("  ratio of the two", floodedP99 / quietP99, "x"),
          figure("records of the flood that were taken", flood.floodTaken),
          figure("records of the flood that were refused", flood.floodRefused),
        ];
      },
    ),
});

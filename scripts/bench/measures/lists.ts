/** How long everything that the explorer lists takes in a large log: at its beginning, in its middle, at its end. */
import { connections, figure, measure, records, SEED, type Figure } from "../measure.ts";
import { fillLog, untilFinal, withService } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";
import { percentile } from "../statistics.ts";

const BATCH = 2_000;

export const lists = measure({
  name: "lists",
  title: "Lists of a large log",
  parameters: {
    records: { ...records(1_000_000, 20_000), what: "records in the log" },
    times: { what: "times that each list is asked for", usual: 25, quick: 5, least: 1, most: 1_000 },
    connections: connections(4),
    seed: SEED,
  },
  isExtra: true,
  run: ({ records, times, connections, seed }) =>
    withService(startBenchService, async (service) => {
      await fillLog(service, { seed, shape: "reading" }, { first: 0, records, batch: BATCH, connections });
      await untilFinal(service);
      return timesOfLists(service, times);
    }),
});

/** How long each list takes: the median and the longest, in milliseconds. The first answer counts like all others. */
async function timesOfLists(service: BenchService, times: number): Promise<Figure[]> {
  const { treeSize } = await service.status();
  const source = await nameOfFirstSource(service);
  const figures: Figure[] = [];
  for (const path of pathsOf(treeSize, source)) {
    const took: number[] = [];
    for (let n = 0; n < times; n++) took.push(await timeOf(`${service.target.url}${path}`));
    took.sort((a, b) => a - b);
    figures.push(figure(`${path}, median`, percentile(took, 0.5), "ms"), figure("  longest", took.at(-1) ?? 0, "ms"));
  }
  return figures;
}

function pathsOf(treeSize: number, source: string): string[] {
  const middle = Math.floor(treeSize / 2);
  const named = encodeURIComponent(source);
  return [
    "/v1/status",
    "/v1/growth",
    ...["", `&cursor=${middle}`, "&cursor=200"].map((from) => `/v1/records?order=newest&limit=50${from}`),
    `/v1/records?order=newest&limit=50&source=${named}&cursor=${middle}`,
    `/v1/records?order=newest&limit=50&type=sensor-reading&cursor=${middle}`,
    `/v1/records?order=newest&limit=50&type=citizen-report&cursor=${middle}`,
    `/v1/checkpoints?limit=25&cursor=${middle}`,
    ...["/v1/anchors?limit=25", "/v1/cosignatures?limit=25"],
    ...["/v1/sources?limit=10", "/v1/sources?limit=5&reputation=true&cursor=30", `/v1/sources/${named}`],
    ...["/v1/traffic", `/v1/places?cursor=${middle}`, "/v1/rights"],
  ];
}

async function timeOf(address: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(address);
  await response.arrayBuffer();
  if (!response.ok) throw new TypeError(`no list: ${response.status} from ${address}`);
  return performance.now() - begun;
}

async function nameOfFirstSource({ target }: BenchService): Promise<string> {
  const response = await fetch(`${target.url}/v1/sources?limit=1`);
  const { items } = (await response.json()) as { readonly items: readonly { readonly name: string }[] };
  return items[0]?.name ?? "";
}

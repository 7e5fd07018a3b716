/** How long everything that the explorer lists takes in a large log: at its beginning, in its middle, at its end. */
import { TILE_WIDTH, tilePath } from "../../../src/core/tile.ts";
import { connections, figure, measure, records, SEED, type Figure, type Values } from "../measure.ts";
import { fillLog, untilFinal, withCpuOf, withService } from "../sending.ts";
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
      return [...(await timesOfLists(service, times)), ...(await costOfLargeAnswers(service, { times, connections }))];
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

/** What the largest answers cost the service, and how long they hold its thread, by which everybody else waits. */
async function costOfLargeAnswers(
  service: BenchService,
  { times, connections }: Values<"times" | "connections">,
): Promise<Figure[]> {
  const { treeSize } = await service.status();
  const page = (n: number): string => `/v1/records?limit=1000&cursor=${(n * 1_000) % treeSize}`;
  const bundles = Math.floor(treeSize / TILE_WIDTH);
  const bundle = (n: number): string => `/log/${tilePath({ level: "entries", index: n % bundles, width: TILE_WIDTH })}`;
  const answers = [
    { what: "a page of 1,000 records", path: page },
    { what: "an entry bundle", path: bundle },
    { what: "an entry bundle, compressed", path: bundle, encoding: "gzip" },
  ];
  const figures: Figure[] = [];
  for (const { what, path, encoding = "identity" } of answers) {
    await service.loop();
    let asked = 0;
    const ask = async (): Promise<void> => {
      while (asked < times) await timeOf(`${service.target.url}${path(asked++)}`, encoding);
    };
    const { cpu } = await withCpuOf(service, async () => {
      await Promise.all(Array.from({ length: connections }, ask));
      return {};
    });
    figures.push(
      figure(`CPU time of the service for ${what}`, cpu / times / 1_000, "ms"),
      figure(`  longest that its thread is held beside ${what}`, (await service.loop()).longestHoldMs, "ms"),
    );
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

async function timeOf(address: string, encoding = "gzip"): Promise<number> {
  const begun = performance.now();
  const response = await fetch(address, { headers: { "accept-encoding": encoding } });
  await response.arrayBuffer();
  if (!response.ok) throw new TypeError(`no list: ${response.status} from ${address}`);
  return performance.now() - begun;
}

async function nameOfFirstSource({ target }: BenchService): Promise<string> {
  const response = await fetch(`${target.url}/v1/sources?limit=1`);
  const { items } = (await response.json()) as { readonly items: readonly { readonly name: string }[] };
  return items[0]?.name ?? "";
}

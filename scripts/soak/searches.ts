/** Pages of records and searches for them, as anybody may ask a service for them, and how long each takes. */
import { percentile } from "../bench/statistics.ts";
import type { BenchService } from "../bench/service.ts";

const TIMES = 15;

/** Paths by what they ask for. */
export async function searchesOf(
  { target }: BenchService,
  treeSize: number,
): Promise<Readonly<Record<string, string>>> {
  const middle = Math.floor(treeSize / 2);
  const answer = await fetch(`${target.url}/v1/records?limit=1&cursor=${middle}`);
  const { items } = (await answer.json()) as {
    readonly items: readonly { readonly source: string; readonly leafHash: string; readonly receivedAt: string }[];
  };
  const { source = "", leafHash = "", receivedAt = "" } = items[0] ?? {};
  const ofSource = `/v1/records?limit=50&source=${encodeURIComponent(source)}`;
  const since = encodeURIComponent(receivedAt);
  return {
    "page, middle": `/v1/records?limit=50&cursor=${middle}`,
    "page of one source, beginning": ofSource,
    "page of one source, middle": `${ofSource}&cursor=${middle}`,
    "page of one source, newest": `${ofSource}&order=newest`,
    "page of one type, middle": `/v1/records?limit=50&type=sensor-reading&cursor=${middle}`,
    "page of a type that there is not": `/v1/records?limit=50&type=citizen-report&cursor=${middle}`,
    "page of a source and a time": `${ofSource}&since=${since}`,
    "by leaf hash": `/v1/records?hash=${leafHash}`,
    "by a hash that there is not": `/v1/records?hash=${"5a".repeat(32)}`,
  };
}

/** Medians in milliseconds, as whoever asks sees them. */
export async function timesOf(
  { target }: BenchService,
  paths: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const times: Record<string, number> = {};
  for (const [name, path] of Object.entries(paths)) {
    const took: number[] = [];
    for (let n = 0; n < TIMES; n++) took.push(await timeOf(`${target.url}${path}`));
    took.sort((a, b) => a - b);
    times[`${name}, ms`] = percentile(took, 0.5);
  }
  return times;
}

async function timeOf(address: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(address);
  await response.arrayBuffer();
  if (!response.ok) throw new TypeError(`${response.status} from ${address}`);
  return performance.now() - begun;
}

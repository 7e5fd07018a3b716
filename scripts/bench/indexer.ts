/**
 * The steady state of the index of anchors on anvil: what one block costs in CPU time of this process and in requests to the
 * node, when the index follows block by block.
 */
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Alarms } from "../../src/alarms/alarms.ts";
import { trackBlocks } from "../../src/chain/block-tracker.ts";
import { readOnlyChain } from "../../src/chain/rpc/read-only-chain.ts";
import { Indexing } from "../../src/watch/indexing.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "../../src/store/sqlite/anchor-index.ts";
import { anchorMined, connectDeployed, growingLog } from "../../test/support/anchored-log.ts";
import { startAnvil, type TestChain } from "../../test/support/chains.ts";
import { patientServer } from "../../test/support/patient-server.ts";

/** What a block cost. */
export interface IndexerCost {
  readonly blocks: number;
  readonly anchors: number;
  readonly cpuMsPerBlock: number;
  readonly requestsPerBlock: number;
  /** Of those, searches for events. */
  readonly searchesPerBlock: number;
  /** A round that finds no new block. */
  readonly cpuMsPerIdleRound: number;
  readonly requestsPerIdleRound: number;
}

const ANCHOR_EVERY = 20;
const START_SIZE = 256;

/**
 * Follows `blocks` blocks, every twentieth with an anchor: once directly, for the CPU time, and once through a proxy that
 * counts requests, which itself takes time.
 */
export async function measureIndexer(blocks: number): Promise<IndexerCost> {
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const node = await startAnvil({ args: ["--slots-in-an-epoch", "2"] });
  const counter = await countRequests(node.rpcUrl);
  try {
    const cpu = await follow(node, node.rpcUrl, blocks, cpuMs);
    const requests = await follow(node, counter.url, blocks, () => counter.seen.length);
    const searches = await follow(
      node,
      counter.url,
      blocks,
      () => counter.seen.filter((method) => method === "eth_getLogs").length,
    );
    return {
      blocks,
      anchors: Math.floor(blocks / ANCHOR_EVERY),
      cpuMsPerBlock: cpu.following / blocks,
      requestsPerBlock: requests.following / blocks,
      searchesPerBlock: searches.following / blocks,
      cpuMsPerIdleRound: cpu.idle / blocks,
      requestsPerIdleRound: requests.idle / blocks,
    };
  } finally {
    await counter.stop();
    await node.stop();
  }
}

/** The totals of `meter` over the rounds that find a block, and over as many that find none. */
async function follow(
  node: TestChain,
  rpcUrl: string,
  blocks: number,
  meter: () => number,
): Promise<{ following: number; idle: number }> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-bench-index-"));
  const writer = await connectDeployed(node);
  const chain = await readOnlyChain({ rpcUrl, contract: writer.contract });
  const { index } = openSqliteAnchorIndex(join(folder, ANCHOR_INDEX_FILE));
  const log = growingLog(START_SIZE);
  const roots = new Map([[log.first.treeSize, log.first.rootHash]]);
  let size = START_SIZE;
  const indexing = new Indexing({
    chain,
    tracker: trackBlocks(chain, { now: Date.now }),
    index,
    log: {
      publishedSize: () => size,
      rootAt: async (treeSize) => roots.get(treeSize) ?? new Uint8Array(32),
      checkpointAt: async () => "",
      isOurs: async () => true,
    },
    evidenceFolder: join(folder, "evidence"),
    now: Date.now,
    alarms: new Alarms(Date.now, ({ message }) => {
      throw new TypeError(message);
    }),
  });
  const cost = async (): Promise<number> => {
    const before = meter();
    await indexing.poll();
    return meter() - before;
  };
  try {
    await anchorMined(writer, log.first);
    await indexing.poll();
    const sum = { following: 0, idle: 0 };
    for (let block = 1; block <= blocks; block++) {
      if (block % ANCHOR_EVERY === 0) {
        const call = log.next((size += START_SIZE));
        roots.set(call.treeSize, call.rootHash);
        await anchorMined(writer, call);
      } else await node.ask("evm_mine");
      sum.following += await cost();
    }
    for (let round = 0; round < blocks; round++) sum.idle += await cost();
    if ((await index.newest(chain))?.treeSize !== size) throw new TypeError("the index did not follow");
    return sum;
  } finally {
    await index.close();
    await chain.close();
    await writer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Forwards requests and records their methods. */
async function countRequests(rpcUrl: string): Promise<{ url: string; seen: string[]; stop: () => Promise<void> }> {
  const seen: string[] = [];
  const server = patientServer((request, response) => {
    const serve = async (): Promise<void> => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      seen.push((JSON.parse(body) as { method: string }).method);
      const answer = await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
      response.end(await answer.text());
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, seen, stop };
}

/**
 * How long anchors take until they are final, under each rule by which a block becomes final: the real service on anvil, with
 * blocks at a steady pace, and the times that the service itself reports of each anchor. It waits for real blocks, so figures
 * differ a little from run to run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { createClient, type AnchorView, type Client } from "../../../src/client/client.ts";
import { Chance } from "../../../test/support/chance.ts";
import { startAnvil, type TestChain } from "../../../test/support/chains.ts";
import { startFaultyNode } from "../../../test/support/faulty-node.ts";
import { figure, measure, type Figure } from "../measure.ts";
import { untilFinal, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { recordOf } from "../workload.ts";

const ANCHORS = { what: "anchors", usual: 20, quick: 3, least: 1, most: 10_000 };
const PACE = { what: "seconds from block to block", usual: 1, least: 1, most: 60 };
const PHASES = { what: "seed of the moments at which records come", usual: 1, least: 0, most: 2 ** 32 - 1 };
/** How often the service, and this bench, look whether something has changed. */
const LOOK_SECONDS = 0.1;
const LONGEST_WAIT_SECONDS = 600;

export const finalityByTag = measure({
  name: "finality-tag",
  title: "Time until an anchor is final, where the chain names its final block: two epochs below the newest",
  parameters: {
    epoch: { what: "blocks in an epoch", usual: 2, least: 0, most: 64 },
    ...{ anchors: ANCHORS, pace: PACE, seed: PHASES },
  },
  isExtra: true,
  run: ({ epoch, anchors, pace, seed }) =>
    withAnvil(["--block-time", String(pace), "--slots-in-an-epoch", String(epoch)], (node) =>
      measureAnchors(node.rpcUrl, {}, { anchors, pace, seed }),
    ),
});

export const finalityByConfirmations = measure({
  name: "finality-confirmations",
  title: "Time until an anchor is final, where so many blocks on top make a block final",
  parameters: {
    confirmations: { what: "blocks on top", usual: 4, least: 1, most: 128 },
    ...{ anchors: ANCHORS, pace: PACE, seed: PHASES },
  },
  isExtra: true,
  run: ({ confirmations, anchors, pace, seed }) =>
    withAnvil(["--block-time", String(pace)], async (node) => {
      // The rule is for chains that name no final block: here, anvil behind a node that does not pass the name on.
      const nameless = await startFaultyNode(node.rpcUrl);
      nameless.setFault((request, forward) => (request.params[0] === "finalized" ? { result: null } : forward()));
      const settings = { WARIFU_CONFIRMATIONS: String(confirmations) };
      try {
        return await measureAnchors(nameless.rpcUrl, settings, { anchors, pace, seed });
      } finally {
        await nameless.stop();
      }
    }),
});

async function withAnvil<T>(args: readonly string[], use: (node: TestChain) => Promise<T>): Promise<T> {
  const node = await startAnvil({ args });
  try {
    return await use(node);
  } finally {
    await node.stop();
  }
}

interface Course {
  readonly anchors: number;
  readonly pace: number;
  readonly seed: number;
}

function measureAnchors(rpcUrl: string, settings: NodeJS.ProcessEnv, course: Course): Promise<readonly Figure[]> {
  const start = () =>
    startBenchService({
      WARIFU_RPC_URL: rpcUrl,
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_ANCHOR_RECORDS: "1",
      WARIFU_ANCHOR_JITTER: "0",
      WARIFU_CHAIN_POLL_SECONDS: String(LOOK_SECONDS),
      ...settings,
    });
  return withService(start, async (service) => {
    // What the log says about itself at the start is anchored first.
    await untilFinal(service);
    const client = createClient(service.target);
    return figuresOf(await anchorsOf(client, course));
  });
}

/** Sends a record at some moment between two blocks, waits until its anchor is in one, and goes on. */
async function anchorsOf(client: Client, { anchors, pace, seed }: Course): Promise<readonly AnchorView[]> {
  const chance = new Chance(seed, "finality");
  const newest = async (): Promise<AnchorView | undefined> => (await client.anchors({ limit: 1 })).items[0];
  const first = ((await newest())?.anchorId ?? 0) + 1;
  for (let sent = 0; sent < anchors; sent++) {
    await sleep(1_000 * pace * chance.between(0, 1));
    await client.submit([JSON.parse(recordOf({ seed, shape: "reading" }, sent))]);
    await until(async () => {
      const anchor = await newest();
      return anchor !== undefined && anchor.anchorId >= first + sent && anchor.blockNumber !== null;
    });
  }
  const ours = async (): Promise<readonly AnchorView[]> =>
    (await client.anchors({ limit: anchors + 1 })).items.filter(({ anchorId }) => anchorId >= first);
  await until(async () => (await ours()).every(({ state }) => state === "finalized"));
  return (await ours()).toReversed();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += LOOK_SECONDS) {
    if (waited > LONGEST_WAIT_SECONDS) throw new TypeError("an anchor was not made, or is not final, in time");
    await sleep(1_000 * LOOK_SECONDS);
  }
}

/** A figure of each step for each anchor. */
function figuresOf(anchors: readonly AnchorView[]): readonly Figure[] {
  return anchors.flatMap(({ latencyMs: { include, finalize, total } }) => [
    figure("from sent to seen in a block", seconds(include), "s"),
    figure("from there to seen to be final", seconds(finalize), "s"),
    figure("from the signed head to final", seconds(total), "s"),
  ]);
}

function seconds(ms: number | null): number {
  return (ms ?? Number.NaN) / 1_000;
}

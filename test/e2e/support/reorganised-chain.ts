// A chain of which a test makes every block, and which it reorganises again and again, also below what was final; and what must
// be true of anchors on it in the end.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import type { AnchorEvent } from "../../../src/chain/chain.ts";
import { readOnlyChain } from "../../../src/chain/rpc/read-only-chain.ts";
import type { AnchorJournal } from "../../../src/store/anchor-journal.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { deployPublicly, type PublicContract } from "../../support/public-contract.ts";

// No local chain, so that nothing is deployed anew when a reorg takes something away.
const CHAIN_ID = 7_777;
const BLOCK_MS = 100;
/** anvil calls final what is twice as many blocks deep: some reorgs go deeper than that. */
const SLOTS = 3;
const DEEPEST_REORG = 8;
/**
 * States that anvil keeps, in memory: more than a reorg or a service goes back to. By default it writes older ones to disk and
 * drops them after 3,600 blocks; each is larger than the one before.
 */
const STATES = 128;

/** A chain with a contract that no reorg reaches. */
export interface ReorganisedChain {
  readonly chain: TestChain;
  readonly anchorer: PublicContract;
  /** Settings of a service that anchors there. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Starts it. */
export async function startReorganisedChain(origin: string): Promise<ReorganisedChain> {
  const args = ["--slots-in-an-epoch", String(SLOTS), "--prune-history", String(STATES)];
  const chain = await startAnvil({ chainId: CHAIN_ID, args });
  const anchorer = await deployPublicly(chain, origin);
  // So that no reorg reaches down to the contract.
  await chain.ask("anvil_mine", `0x${(2 * DEEPEST_REORG).toString(16)}`);
  // From here on the test makes every block: anvil's own mining, in the middle of a reorg, leaves a chain with a hole in it
  // or with a state that is not its blocks'.
  await chain.ask("evm_setAutomine", false);
  const environment = {
    WARIFU_ORIGIN: origin,
    WARIFU_RPC_URL: chain.rpcUrl,
    WARIFU_CONTRACT: anchorer.contract,
    WARIFU_ANCHOR_KEY: anchorer.anchorKey,
    WARIFU_ANCHOR_SECONDS: "0.3",
    WARIFU_ANCHOR_BUMP_SECONDS: "0.6",
    WARIFU_MAX_DAILY_COST: "1000",
    WARIFU_CHAIN_POLL_SECONDS: "0.1",
    WARIFU_LOG_LEVEL: "warn",
  };
  return { chain, anchorer, environment };
}

/**
 * One block after another until the run has ended, and in between, until it stops, reorgs of a random depth, some below what
 * was final. @returns how many reorgs
 */
export async function makeBlocks(
  { ask }: TestChain,
  run: { readonly stopping: boolean; readonly ended: boolean },
): Promise<number> {
  let [count, nextReorg] = [0, performance.now()];
  while (!run.ended) {
    await sleep(BLOCK_MS);
    await ask("evm_mine");
    if (run.stopping || performance.now() < nextReorg) continue;
    // Most are short; one of eight goes as deep as it may.
    const depth = 1 + Math.floor(Math.random() * (Math.random() < 0.125 ? DEEPEST_REORG : SLOTS));
    await ask("anvil_reorg", depth, []);
    // A reorg sets the chain's clock back to where it forked: in the end, services would take their own clock for wrong.
    await ask("evm_setTime", Math.floor(Date.now() / 1_000));
    count++;
    nextReorg = performance.now() + 200 + Math.random() * 800;
  }
  return count;
}

/** What is looked at of a service's status. */
interface Status {
  readonly treeSize: number;
  readonly finalizedSize: number;
  readonly anchoring: { readonly lagSeconds: number };
}

/**
 * Waits until every entry is under a final anchor, but for a beacon at the end, which goes with the next records. Nothing
 * submits any more, and no reorg happens. The service may be started again meanwhile.
 */
export async function untilFinal(url: string): Promise<void> {
  const deadline = performance.now() + 180_000;
  let seen: unknown;
  while (performance.now() < deadline) {
    const status = await statusOf(url);
    if (typeof status !== "string") {
      const { treeSize, finalizedSize, anchoring } = status;
      if (treeSize === finalizedSize || (treeSize === finalizedSize + 1 && anchoring.lagSeconds === 0)) return;
    }
    seen = status;
    await sleep(100);
  }
  expect.fail(`not everything became final: ${JSON.stringify(seen)}`);
}

/** @returns why it does not answer, if it does not */
async function statusOf(url: string): Promise<Status | string> {
  try {
    return (await (await fetch(`${url}/v1/status`)).json()) as Status;
  } catch (error) {
    return String(error);
  }
}

/** What the contract recorded and what the store calls final is the same, each size once. @returns how many anchors */
export async function assertAnchoredOnce(
  journal: Pick<AnchorJournal, "anchorsIn">,
  { chain, anchorer }: ReorganisedChain,
): Promise<number> {
  const events = await anchorsOf(chain, anchorer);
  const sizes = events.map(({ treeSize }) => treeSize);
  expect(new Set(sizes).size).to.equal(sizes.length);
  const final = await journal.anchorsIn(["finalized"]);
  expect(final.map(({ treeSize }) => treeSize)).to.deep.equal(sizes);
  expect(final.map(({ transactionHash }) => transactionHash)).to.deep.equal(
    events.map(({ transactionHash }) => transactionHash),
  );
  expect(final.map(({ blockHash }) => blockHash)).to.deep.equal(events.map(({ blockHash }) => blockHash));
  return events.length;
}

async function anchorsOf({ rpcUrl }: TestChain, { contract }: PublicContract): Promise<AnchorEvent[]> {
  const reader = await readOnlyChain({ rpcUrl, contract });
  try {
    return await reader.anchorEvents();
  } finally {
    await reader.close();
  }
}

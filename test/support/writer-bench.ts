// A ledger, its contract on a real chain, and the anchoring stages over it, by way of nodes that a test can make lie.
// Blocks come when the test says so, and so does time.

import { JsonRpcProvider, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain, type ChainOptions } from "../../src/chain/nodes/connect-chain.ts";
import { logIdOf } from "../../src/core/record.ts";
import { anchor } from "../../src/anchor/rounds.ts";
import { type WriterStep } from "../../src/anchor/write-anchor.ts";
import { confirm, type Confirmation, type FinalityDoubts } from "../../src/anchor/follow-anchors.ts";
import { DOUBT_LOOKS, DOUBT_MS } from "../../src/core/finality-doubt.ts";
import type { StoredAnchor } from "../../src/store/anchor-journal.ts";
import { startAnvil, startHardhat, type TestChain } from "./chains.ts";
import { startFaultyNode, type FaultyNode } from "./faulty-node.ts";
import { expectClean, keyed, openLedger, ORIGIN, reading, type TestLedger } from "./ledger.ts";
import { anchoringParts, type TestAnchoringParts, storedContract } from "./anchoring-parts.ts";

export const GWEI: bigint = 10n ** 9n;

/** A client, and by which name it takes what only test nodes can do. */
export type Client = {
  readonly client: string;
  readonly start: () => Promise<TestChain>;
  readonly prefix: "hardhat" | "anvil";
};

/** Both clients. anvil's final block lags two behind; Hardhat calls its newest block final. */
export const CLIENTS: readonly Client[] = [
  { client: "Hardhat", start: startHardhat, prefix: "hardhat" },
  { client: "anvil", start: () => startAnvil({ args: ["--slots-in-an-epoch", "1"] }), prefix: "anvil" },
];

export type BenchOptions = {
  /** Nodes of the writer, all in front of the same chain. */
  readonly nodes?: number;
  readonly more?: Partial<ChainOptions>;
};

/** What anchoring tests work with. */
export class WriterBench {
  readonly node: TestChain;
  readonly prefix: string;
  readonly ledger: TestLedger;
  readonly faulty: readonly FaultyNode[];
  /** By way of the faulty nodes. */
  readonly chain: Chain;
  parts: TestAnchoringParts;
  /** POSIX milliseconds, for the stages and for the pauses of nodes. Never before the newest block. */
  clock: number;
  readonly #doubts: FinalityDoubts = new Map();
  #submitted = 0;

  private constructor(
    { node, prefix }: { readonly node: TestChain; readonly prefix: string },
    ledger: TestLedger,
    faulty: readonly FaultyNode[],
    chain: Chain,
    clock: number,
  ) {
    [this.node, this.prefix, this.ledger, this.faulty, this.chain] = [node, prefix, ledger, faulty, chain];
    this.clock = clock;
    this.parts = anchoringParts(ledger, chain, () => this.clock);
  }

  /** A new contract and a ledger of 12 entries; the next block comes with {@link mine}. */
  static async over(
    node: TestChain,
    prefix: string,
    { nodes = 1, more = {} }: BenchOptions = {},
  ): Promise<WriterBench> {
    await node.ask("evm_setAutomine", true);
    await setBaseFee(node, prefix, 1n * GWEI);
    await node.ask(`${prefix}_setBalance`, new Wallet(LOCAL_DEV_KEY).address, "0x56bc75e2d63100000");
    const faulty = await Promise.all(Array.from({ length: nodes }, () => startFaultyNode(node.rpcUrl)));
    const rpcUrl = faulty.map((one) => one.rpcUrl);
    const made: { bench?: WriterBench } = {};
    const now = (): number => made.bench?.clock ?? Date.now();
    const chain = await connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY, requestTimeoutMs: 5_000, now, ...more });
    await chain.deploy(logIdOf(ORIGIN));
    await node.ask("evm_setAutomine", false);
    const ledger = await openLedger();
    await ledger.store.setContract(await storedContract(chain));
    const newest = (await chain.block("latest"))?.time ?? 0;
    const bench = new WriterBench({ node, prefix }, ledger, faulty, chain, Math.max(Date.now(), newest * 1_000));
    made.bench = bench;
    await bench.submit(10);
    // What a test looks at begins after the deployment.
    for (const one of faulty) one.seen.length = 0;
    return bench;
  }

  /** Records, each with a key of its own. */
  async submit(count: number): Promise<void> {
    await this.ledger.submit(keyed(reading, count, `bench-${this.#submitted++}`));
  }

  /** What the writer does in one round, as `STEP SIZE` or `STEP WHY`. */
  async write(isDue?: (anchoredSize: number) => boolean): Promise<string> {
    const step = await anchor(this.parts, isDue);
    if (step.step === "refused") return `refused ${step.reason}`;
    if (step.step === "blocked") return `blocked ${step.obstacle}`;
    return isSent(step) ? `${step.step} ${step.anchor.treeSize}` : step.step;
  }

  /** What became of the anchors, as `SIZE CHANGE`. */
  async follow(): Promise<string[]> {
    return (await this.#confirm()).map(({ anchor: { treeSize }, change }) => `${treeSize} ${change}`);
  }

  /** One look, or as many over as long a time as it takes to believe that what was final is gone. */
  async #confirm(): Promise<Confirmation[]> {
    for (let look = 1; ; look++) {
      const seen = await confirm(this.parts, this.#doubts);
      if (look === DOUBT_LOOKS || !seen.some(({ change }) => change === "doubted")) return seen;
      this.clock += DOUBT_MS / (DOUBT_LOOKS - 1);
    }
  }

  /** Everything that was ever signed, oldest first. */
  async rows(): Promise<StoredAnchor[]> {
    return (await this.ledger.store.anchors(1_000, 100)).reverse();
  }

  async states(): Promise<string[]> {
    return (await this.rows()).map(({ treeSize, state }) => `${treeSize} ${state}`);
  }

  async newest(): Promise<StoredAnchor> {
    return (await this.rows()).at(-1) as StoredAnchor;
  }

  /** Sizes that the contract recorded, by its own events. */
  async anchored(): Promise<number[]> {
    return (await this.chain.anchorEvents()).map(({ treeSize }) => treeSize);
  }

  async mine(blocks = 1): Promise<void> {
    for (let i = 0; i < blocks; i++) await this.node.ask("evm_mine");
  }

  /** The price in the block that {@link mine} makes now. */
  async mineAt(gwei: bigint): Promise<void> {
    await setBaseFee(this.node, this.prefix, gwei * GWEI);
  }

  /** Makes every node answer so; without a fault, as the chain does. */
  setFault(fault?: Parameters<FaultyNode["setFault"]>[0]): void {
    for (const one of this.faulty) one.setFault(fault);
  }

  drop(transactionHash: string): Promise<unknown> {
    return this.node.ask(`${this.prefix}_dropTransaction`, transactionHash);
  }

  /** Sends something else with the anchoring key, as somebody who uses the account for other things. */
  async sendOther(gwei = 3n): Promise<string> {
    const provider = new JsonRpcProvider(this.node.rpcUrl, undefined, { cacheTimeout: -1 });
    try {
      const wallet = new Wallet(LOCAL_DEV_KEY, provider);
      const fees = { maxFeePerGas: gwei * GWEI, maxPriorityFeePerGas: gwei * GWEI };
      const nonce = await provider.getTransactionCount(wallet.address, "latest");
      const { hash } = await wallet.sendTransaction({ to: wallet.address, nonce, gasLimit: 21_000, ...fees });
      return hash;
    } finally {
      provider.destroy();
    }
  }

  /** Rounds until the whole log is final; nothing may be outstanding then. */
  async settle(): Promise<void> {
    const { store, log } = this.ledger;
    for (let round = 0; round < 30; round++) {
      await this.#confirm();
      if ((await store.newestFinalAnchor())?.treeSize === log.tree.publishedSize) break;
      await anchor(this.parts);
      await this.mine(3);
    }
  }

  /** After everything: each anchor once, the final rows are the contract's, and the audit finds nothing. */
  async expectSettled(sizes: readonly number[]): Promise<void> {
    await this.settle();
    const events = await this.chain.anchorEvents();
    const final = await this.ledger.store.anchorsIn(["finalized"]);
    const told = { events: events.map(({ treeSize }) => treeSize), final: final.map(({ treeSize }) => treeSize) };
    if (JSON.stringify(told) !== JSON.stringify({ events: sizes, final: sizes }))
      throw new RangeError(
        `${JSON.stringify(told)} instead of ${JSON.stringify(sizes)}; ${(await this.states()).join(", ")}`,
      );
    const { chainId, contract } = this.chain;
    await expectClean(this.ledger.folder, { chain: { chainId, contract, events } });
  }

  async close(): Promise<void> {
    this.setFault();
    await this.node.ask("evm_setAutomine", true);
    await this.mine();
    await this.ledger.close();
    await this.chain.close();
    await Promise.all(this.faulty.map((one) => one.stop()));
  }
}

async function setBaseFee(node: TestChain, prefix: string, wei: bigint): Promise<void> {
  await node.ask(`${prefix}_setNextBlockBaseFeePerGas`, `0x${wei.toString(16)}`);
  await node.ask("evm_mine");
}

function isSent(step: WriterStep): step is Extract<WriterStep, { step: "anchored" | "replaced" | "sentAgain" }> {
  return step.step === "anchored" || step.step === "replaced" || step.step === "sentAgain";
}

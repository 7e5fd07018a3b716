/**
 * A day of anchoring on a simulated fee market, an anchor due every minute. Our writer (the real
 * stages over SQLite) against two naive ones that send every anchor separately and wait. Time is simulated and randomness
 * follows from the seed, so every run gives the same figures.
 *
 * The market: a base fee by EIP-1559 that follows a day's demand, highest in the afternoon, with spikes in which the tip
 * rises too. The naive writers pay a gas price (EIP-1559: tip and fee cap alike), as code without a fee policy does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Alarms } from "../../src/alarms/alarms.ts";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { agreedChain } from "../../src/chain/nodes/quorum-chain.ts";
import { anchorGasLimit, encodeAnchor } from "../../src/chain/rpc/anchor-contract.ts";
import { openLocalSigner } from "../../src/chain/signers/local-signer.ts";
import { signTransaction } from "../../src/chain/rpc/transactions.ts";
import { consistencyRanges } from "../../src/core/merkle.ts";
import { ancestorAt, type Block } from "../../test/simulation/support/block-tree.ts";
import { Chance } from "../../test/support/chance.ts";
import { ChainModel, GWEI } from "../../test/simulation/support/chain-model.ts";
import { CHAIN_ID, CONTRACT } from "../../test/simulation/support/contract-model.ts";
import { modelNode } from "../../test/simulation/support/model-node.ts";
import { openLedger, reading, type TestLedger } from "../../test/support/ledger.ts";
import { percentile } from "./statistics.ts";

/** A writer's results. */
export interface FeeDay {
  readonly writer: string;
  /** Mined transactions. */
  readonly mined: number;
  readonly spentEther: number;
  readonly replaced: number;
  /** From the minute that an anchor was due until a block covered it. */
  readonly medianLagSeconds: number;
  readonly longestLagSeconds: number;
  /** Share of the due anchors that a later, larger one covered. */
  readonly coveredLater: number;
  /** The most that one transaction cost. */
  readonly dearestEther: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BEGIN = Date.UTC(2026, 10, 22);
const POLL_MS = 12_000;
const USUAL_GWEI = 3;
const SPIKES = 8;
// A naive writer's day may end late: anchors still waiting at its end count too.
const LONGEST_DAY_MS = 72 * HOUR_MS;
const ETHER = 10n ** 18n;
const SIGNER = openLocalSigner(`0x${"4b".repeat(32)}`, CHAIN_ID);

/** What the day is like. */
export interface FeeDayOptions {
  readonly seed: number;
  /** Anchors due, one a minute. */
  readonly due: number;
}

/** A day of each writer on the same market. */
export async function feeMarketDays(options: FeeDayOptions): Promise<readonly FeeDay[]> {
  return [
    await ourDay(options),
    await naiveDay(options, "bidding 1.2 times the current price and never replacing", 12n),
    await naiveDay(options, "bidding 10 times the current price and never replacing", 100n),
  ];
}

interface Spike {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

/** A chain without faults, whose fees change as time passes. */
class Market {
  readonly model: ChainModel;
  readonly #spikes: readonly Spike[];

  constructor(seed: number) {
    const chance = new Chance(seed, "market");
    this.#spikes = Array.from({ length: SPIKES }, (_, at) => {
      const from = BEGIN + Math.round(chance.between(at, at + 0.8) * (24 / SPIKES) * HOUR_MS);
      return { from, to: from + chance.whole(5, 45) * MINUTE_MS, factor: chance.pick([4, 8, 20, 60]) };
    });
    this.model = new ChainModel({
      begin: BEGIN,
      chance: new Chance(seed, "chain"),
      clients: ["geth"],
      balance: 1_000n * ETHER,
      demand: (now) => USUAL_GWEI * Number(GWEI) * dailyCurve(now),
      onEvent: () => undefined,
    });
  }

  advanceTo(time: number): void {
    while (this.model.now < time) {
      const { now } = this.model;
      const spike = this.#spikes.find(({ from, to }) => from <= now && now < to);
      this.model.spike = spike?.factor ?? 1;
      this.model.advanceTo(Math.min(time, now + 12_000));
    }
  }
}

/** Between 0.5 and 1.5 times the usual demand, lowest at four in the morning. */
function dailyCurve(now: number): number {
  return 1 - 0.5 * Math.cos((2 * Math.PI * ((((now - BEGIN) / HOUR_MS) % 24) - 4)) / 24);
}

async function ourDay({ seed, due }: FeeDayOptions): Promise<FeeDay> {
  const market = new Market(seed);
  const { model } = market;
  return withLedger(
    seed,
    () => model.now,
    async (ledger) => {
      const view = model.nodes[0] as ChainModel["nodes"][number];
      const ailments = { silence: 0, silentlyDone: 0, lies: undefined };
      const node = modelNode({
        model,
        view,
        ailments,
        chance: new Chance(seed, "questions"),
        onFault: () => undefined,
      });
      const { store, tree, publisher } = ledger.log;
      const now = (): number => model.now;
      let replaced = 0;
      const anchoring = new Anchoring({
        store,
        tree,
        publisher,
        chain: agreedChain({ nodes: [node], signer: SIGNER, now }),
        now,
        everyRecords: 1_000_000,
        everyMs: 55_000,
        jitter: 0,
        random: () => 0,
        pollMs: 24 * HOUR_MS,
        maxLagMs: 24 * HOUR_MS,
        bumpAfterMs: 48_000,
        spending: { perAnchor: ETHER / 100n, perDay: ETHER },
        minBalance: 0n,
        maxHeadAgeMs: 0,
        maxFinalityAgeMs: 0,
        recordBeacon: async () => undefined,
        smallestSize: () => 0,
        cosign: async ({ note }) => note,
        lookAtChain: async () => true,
        alarms: new Alarms(now),
        onEvent: (event) => void (replaced += event.event === "anchored" && event.step === "replaced" ? 1 : 0),
        onStop: () => undefined,
      });
      const dueSizes: number[] = [];
      for (
        let at = BEGIN;
        dueSizes.length < due || model.tip.state.head.treeSize < (dueSizes.at(-1) ?? 0);
        at += POLL_MS
      ) {
        market.advanceTo(at);
        if (dueSizes.length < due && model.now >= BEGIN + dueSizes.length * MINUTE_MS) {
          await ledger.submit([reading(dueSizes.length)]);
          dueSizes.push(tree.publishedSize);
        }
        await anchoring.round();
      }
      return dayOf("Warifu", model.tip, dueSizes, replaced);
    },
  );
}

/** Sends every anchor when it is due, at the given tenths of the current price, and waits for all of them. */
async function naiveDay({ seed, due }: FeeDayOptions, writer: string, tenths: bigint): Promise<FeeDay> {
  const market = new Market(seed);
  const { model } = market;
  return withLedger(
    seed,
    () => BEGIN,
    async ({ log: { tree }, submit }) => {
      const view = model.nodes[0] as ChainModel["nodes"][number];
      const dueSizes: number[] = [];
      for (let nonce = 0, previous = 0; nonce < due; nonce++) {
        market.advanceTo(BEGIN + nonce * MINUTE_MS);
        await submit([reading(nonce)]);
        const treeSize = tree.publishedSize;
        const consistencyProof: Uint8Array[] = [];
        for (const range of previous === 0 ? [] : consistencyRanges(previous, treeSize))
          consistencyProof.push(await tree.rangeHash(range));
        const price = ((view.tip.baseFee + model.suggestedTip) * tenths) / 10n;
        const call = { treeSize, rootHash: await tree.rootAt(treeSize), consistencyProof };
        const signed = await signTransaction(SIGNER, {
          chainId: CHAIN_ID,
          nonce,
          to: CONTRACT,
          data: encodeAnchor(call),
          gasLimit: anchorGasLimit(consistencyProof.length),
          maxFeePerGas: price,
          maxPriorityFeePerGas: price,
        });
        model.submit(view, signed.raw, signed.transactionHash);
        dueSizes.push(treeSize);
        previous = treeSize;
      }
      while (model.tip.state.nonce < due && model.now < BEGIN + LONGEST_DAY_MS) market.advanceTo(model.now + MINUTE_MS);
      return dayOf(writer, model.tip, dueSizes, 0);
    },
  );
}

async function withLedger<T>(seed: number, now: () => number, use: (ledger: TestLedger) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-fees-"));
  const chance = new Chance(seed, "ledger");
  const ledger = await openLedger({ folder, now, randomBytes: (length) => chance.bytes(length) });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the canonical chain says about a day. */
function dayOf(writer: string, tip: Block, dueSizes: readonly number[], replaced: number): FeeDay {
  const blocks = Array.from({ length: tip.number + 1 }, (_, height) => ancestorAt(tip, height) as Block);
  const mined = blocks.flatMap((block) => block.mined.map((one) => ({ ...one, time: block.time * 1000 })));
  const lags: number[] = [];
  let at = 0;
  for (const [minute, size] of dueSizes.entries()) {
    while (at < mined.length && (mined[at]?.recorded?.head.treeSize ?? 0) < size) at++;
    const coveredAt = mined[at]?.time ?? BEGIN + LONGEST_DAY_MS;
    lags.push((coveredAt - BEGIN - minute * MINUTE_MS) / 1000);
  }
  lags.sort((a, b) => a - b);
  const own = new Set(mined.flatMap(({ recorded }) => (recorded ? [recorded.head.treeSize] : [])));
  const later = dueSizes.filter((size) => !own.has(size)).length;
  const paid = mined.map((one) => Number(one.paid) / Number(ETHER));
  return {
    writer,
    mined: mined.length,
    spentEther: paid.reduce((sum, one) => sum + one, 0),
    replaced,
    medianLagSeconds: percentile(lags, 0.5),
    longestLagSeconds: lags.at(-1) ?? Number.NaN,
    coveredLater: later / dueSizes.length,
    dearestEther: Math.max(...paid),
  };
}

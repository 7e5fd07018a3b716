// Beacons on a real chain: when one is entered and when none is, and which one a bundle carries.
// Invariant: an idle log does not grow, and a chain that fails costs a beacon and nothing else.

import { expect } from "chai";

import type { Chain } from "../../src/chain/chain.ts";
import { rpcChainView } from "../../src/chain/nodes/chain-view.ts";
import { beaconInBody } from "../../src/core/beacon.ts";
import { parseBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { logIdOf } from "../../src/core/record.ts";
import type { StoredEntry } from "../../src/store/log-store.ts";
import type { AppendedEntry } from "../../src/write/append.ts";
import { recordBeacon, type BeaconParts } from "../../src/anchor/beacon.ts";
import { KeptParts } from "../../src/read/kept-parts.ts";
import { anchorFor, prove, type ProveOptions } from "../../src/read/prove.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { connect } from "../support/anchored-log.ts";
import { blockFixture } from "../support/chain-fixture.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { expectClean, openLedger, ORIGIN, reading, type TestLedger } from "../support/ledger.ts";
import { anchorFinally, strictPolicy } from "../support/final-anchor.ts";

describe("stage beacon", () => {
  let node: TestChain;
  let chain: Chain;
  let ledger: TestLedger;
  let missed: WarifuError[];
  beforeEach(async () => {
    // The block that anvil calls final lags two behind with this.
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    chain = await connect(node);
    await chain.deploy(logIdOf(ORIGIN));
    ledger = await openLedger();
    missed = [];
    await blocks(4);
  });
  afterEach(async () => {
    await ledger.close();
    await chain.close();
    await node.stop();
  });

  const blocks = (count: number): Promise<unknown> => node.ask("anvil_mine", `0x${count.toString(16)}`);
  const enter = (change: Partial<BeaconParts> = {}): Promise<AppendedEntry | undefined> =>
    recordBeacon({
      store: ledger.store,
      events: ledger.log.events,
      chain,
      writer: ledger.log.writer,
      onMissed: (reason) => missed.push(reason),
      ...change,
    });
  const submitOne = async (number: number): Promise<number> => (await ledger.submit([reading(number)]))[0]!.leafIndex;
  const bundleOf = async (leafIndex: number, options: ProveOptions = { chain }): Promise<string> => {
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    return prove(entry!, await anchorFor(entry!, ledger.store), ledger.store, ledger.log.tree, options);
  };
  const beaconOfBundle = (text: string): number | undefined => {
    const { beacon } = parseBundle(utf8(text));
    return beacon === null ? undefined : beaconInBody(utf8(beacon.body)).blockNumber;
  };

  it("enters the newest final block, as a durable event of the log itself", async () => {
    const entry = await enter();
    const final = (await chain.block("finalized"))!;
    expect(beaconInBody(entry!.body)).to.deep.equal({
      chainId: 31_337,
      blockNumber: final.number,
      blockHash: final.hash,
      blockTime: final.time,
    });
    expect(final.number).to.be.lessThan((await chain.block("latest"))!.number);
    expect(entry).to.include({ kind: "beacon", sourceName: ORIGIN, leafIndex: 2 });
    expect((await ledger.store.newestOfKind("beacon"))?.leafIndex).to.equal(2);
    await ledger.close();
    const { notes } = await expectClean(ledger.folder);
    expect(notes.join()).to.include("beacons were not compared with the chain");
    ledger = await openLedger({ folder: ledger.folder });
  });

  it("enters none while the log has nothing newer than the last one, however the chain grows", async () => {
    expect((await enter())?.leafIndex).to.equal(2);
    for (let round = 0; round < 3; round++) {
      await blocks(1);
      expect(await enter()).to.equal(undefined);
    }
    await submitOne(1);
    expect((await enter())?.leafIndex).to.equal(4);
    expect(missed).to.deep.equal([]);
  });

  it("enters none in an empty log", async () => {
    expect(await enter({ store: { treeSize: () => 0 } })).to.equal(undefined);
    expect(ledger.log.tree.size).to.equal(2);
  });

  it("enters none while the chain has no newer final block, and none of a node that lags", async () => {
    await enter();
    await submitOne(1);
    expect(await enter()).to.equal(undefined);
    const lagging = { chainId: chain.chainId, isLocal: true, block: () => chain.block(1) };
    expect(await enter({ chain: lagging })).to.equal(undefined);
    const young = { chainId: chain.chainId, isLocal: true, block: async () => undefined };
    expect(await enter({ chain: young })).to.equal(undefined);
    await blocks(1);
    expect((await enter())?.leafIndex).to.equal(4);
    expect(missed).to.deep.equal([]);
  });

  it("enters the newer of two blocks of one second", async () => {
    await enter();
    await submitOne(1);
    const [last, next] = [(await chain.block("finalized"))!, (await chain.block("latest"))!];
    for (const [blockNumber, isEntered] of [
      [last.number, false],
      [last.number + 1, true],
    ] as const) {
      const block = blockFixture({ blockNumber, blockTime: last.time });
      const twin = {
        chainId: chain.chainId,
        isLocal: true,
        block: async () => ({ ...next, ...block, number: blockNumber }),
      };
      expect((await enter({ chain: twin })) !== undefined, `block ${blockNumber}`).to.equal(isEntered);
    }
  });

  it("tells of a chain that gives no answer, or a false one, and lets anchoring go on", async () => {
    const final = (await chain.block("finalized"))!;
    const failing = async (): Promise<never> => {
      throw new WarifuError("CHAIN_UNREACHABLE", "timeout");
    };
    expect(await enter({ chain: { chainId: 31_337, isLocal: true, block: failing } })).to.equal(undefined);
    const lying = async () => ({ ...final, hash: `0x${"12".repeat(32)}` });
    expect(await enter({ chain: { chainId: 31_337, isLocal: true, block: lying } })).to.equal(undefined);
    await node.stop();
    expect(await enter()).to.equal(undefined);
    expect(missed.map(({ code }) => code)).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "CHAIN_EVIDENCE_INVALID",
      "CHAIN_UNREACHABLE",
    ]);
    expect(ledger.log.tree.size).to.equal(2);
  });

  it("throws what is wrong with the log itself, and a defect of the chain's code", async () => {
    const defect = async (): Promise<never> => {
      throw new TypeError("a defect");
    };
    const outcome = await enter({ chain: { chainId: 31_337, isLocal: true, block: defect } }).then(
      () => "an entry",
      String,
    );
    expect(outcome).to.equal("TypeError: a defect");
    await ledger.pipeline.close();
    await expectRejection("STOPPED", enter());
    expect(missed).to.deep.equal([]);
  });

  it("puts the newest beacon below the record into its bundle, and none where there is none", async () => {
    const early = await submitOne(1);
    const first = beaconInBody((await enter())!.body).blockNumber;
    const between = await submitOne(2);
    await blocks(3);
    const second = beaconInBody((await enter())!.body).blockNumber;
    const late = await submitOne(3);
    await anchorFinally(ledger, chain);
    const numbers = [];
    for (const leafIndex of [early, between, late]) numbers.push(beaconOfBundle(await bundleOf(leafIndex)));
    expect(numbers).to.deep.equal([undefined, first, second]);
    const options = { chain, kept: new KeptParts() };
    for (const at of [1, 0, 2, 1, 0, 2])
      expect(beaconOfBundle(await bundleOf([early, between, late][at]!, options))).to.equal(numbers[at]);
    await blocks(3);
    const view = rpcChainView([node.rpcUrl]);
    for (const [at, leafIndex] of [early, between, late].entries()) {
      const verdict = await verifyBundle(utf8(await bundleOf(leafIndex)), strictPolicy(chain), view);
      expect(verdict.outcome, JSON.stringify(verdict.steps.at(-1))).to.equal("holds");
      const { after, before } = verdict.record!;
      expect([after?.blockNumber, after?.checked]).to.deep.equal(
        at === 0 ? [undefined, undefined] : [numbers[at], true],
      );
      if (after) expect(after.time).to.be.at.most(before.time);
    }
    // A bundle of the second beacon itself has the first one below it.
    expect(beaconOfBundle(await bundleOf(between + 1))).to.equal(first);
  });

  it("leaves out a beacon that does not fit the anchor, and one whose block is gone", async () => {
    const beacon = (await enter())!;
    const leafIndex = await submitOne(1);
    const { blockNumber } = beaconInBody(beacon.body);
    await anchorFinally(ledger, chain);
    const other = { blockHashAt: async () => `0x${"12".repeat(32)}` };
    const lagging = { blockHashAt: async () => undefined };
    const silent = {
      blockHashAt: async (): Promise<never> => {
        throw new WarifuError("CHAIN_UNREACHABLE", "timeout");
      },
    };
    expect(beaconOfBundle(await bundleOf(leafIndex, { chain: other }))).to.equal(undefined);
    // Who does not answer, or not yet, does not contradict.
    for (const options of [{ chain: lagging }, { chain: silent }, {}])
      expect(beaconOfBundle(await bundleOf(leafIndex, options))).to.equal(blockNumber);
    const broken = { blockHashAt: async () => Promise.reject(new TypeError("a defect")) };
    expect(await bundleOf(leafIndex, { chain: broken }).catch(String)).to.equal("TypeError: a defect");
  });

  it("is kept once it is checked, for all leaves before the next one, and not where it is damaged", async () => {
    const beacon = (await enter())!;
    const leafIndex = await submitOne(1);
    const next = await submitOne(2);
    const { blockNumber } = beaconInBody(beacon.body);
    await anchorFinally(ledger, chain);
    const kept = new KeptParts();
    const damaged = { bodyOf: async () => Promise.reject(new WarifuError("STORE_DAMAGED", "changed")) };
    await expectRejection("STORE_DAMAGED", bundleOf(leafIndex, { check: damaged, kept }));
    let checked = 0;
    const intact = { bodyOf: async (entry: StoredEntry) => (checked++, ledger.log.check.bodyOf(entry)) };
    for (const leaf of [leafIndex, next, leafIndex])
      expect(beaconOfBundle(await bundleOf(leaf, { check: intact, kept }))).to.equal(blockNumber);
    expect(checked).to.equal(1);
  });

  it("asks again where the chain was silent or contradicted, and not once it has the block", async () => {
    const beacon = (await enter())!;
    const leafIndex = await submitOne(1);
    const { blockNumber, blockHash } = beaconInBody(beacon.body);
    await anchorFinally(ledger, chain);
    const kept = new KeptParts();
    const silent = (): never => {
      throw new WarifuError("CHAIN_UNREACHABLE", "timeout");
    };
    const answers: [answer: () => string | undefined, shown: number | undefined][] = [
      [silent, blockNumber],
      [() => undefined, blockNumber],
      [() => `0x${"12".repeat(32)}`, undefined],
      [() => blockHash, blockNumber],
      [() => expect.fail("asked once more"), blockNumber],
    ];
    for (const [answer, shown] of answers) {
      const asked = { blockHashAt: async () => answer() };
      expect(beaconOfBundle(await bundleOf(leafIndex, { chain: asked, kept }))).to.equal(shown);
    }
  });

  it("takes the beacon before those whose blocks a reorg below finality took away", async () => {
    await submitOne(0);
    const kept = beaconInBody((await enter())!.body).blockNumber;
    await submitOne(0);
    await blocks(6);
    const lost = beaconInBody((await enter())!.body);
    const leafIndex = await submitOne(1);
    // Its block and those above it: the chain called it final two blocks ago.
    await node.ask("anvil_reorg", 5, []);
    await blocks(4);
    expect(await chain.blockHashAt(lost.blockNumber)).to.not.equal(lost.blockHash);
    await anchorFinally(ledger, chain);
    await blocks(3);
    const bundle = await bundleOf(leafIndex);
    expect(beaconOfBundle(bundle)).to.equal(kept);
    const verdict = await verifyBundle(utf8(bundle), strictPolicy(chain), rpcChainView([node.rpcUrl]));
    expect(verdict.outcome).to.equal("holds");
  });

  it("goes on with the beacons of a local chain that was started anew, lower as they are", async () => {
    await blocks(40);
    const lost = (await enter())!;
    const old = await submitOne(1);
    await chain.close();
    await node.stop();
    const later = beaconInBody(lost.body).blockTime + 3_600;
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1", "--timestamp", String(later)] });
    chain = await connect(node);
    await chain.deploy(logIdOf(ORIGIN));
    await blocks(4);
    const fresh = (await enter())!;
    const young = await submitOne(2);
    expect(beaconInBody(fresh.body).blockNumber).to.be.lessThan(beaconInBody(lost.body).blockNumber);
    await anchorFinally(ledger, chain);
    expect(beaconOfBundle(await bundleOf(old))).to.equal(undefined);
    expect(beaconOfBundle(await bundleOf(old, {}))).to.equal(undefined);
    await blocks(3);
    const verdict = await verifyBundle(utf8(await bundleOf(young)), strictPolicy(chain), rpcChainView([node.rpcUrl]));
    expect([verdict.outcome, verdict.record?.after?.blockNumber]).to.deep.equal([
      "holds",
      beaconInBody(fresh.body).blockNumber,
    ]);
  });
});

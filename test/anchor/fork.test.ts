// Anchoring across a hardfork that gives headers further fields, on a real chain that crosses it.

import { expect } from "chai";

import { Alarms, type Alarm } from "../../src/alarms/alarms.ts";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { keyed, openLedger, reading, type TestLedger } from "../support/ledger.ts";
import { startForkedChain, type Fork } from "../support/forked-chain.ts";
import { anchoringParts } from "../support/anchoring-parts.ts";

const UNREADABLE: Fork["fields"] = () => [{ bytes: "0x09" }];
const AMSTERDAM: Fork["fields"] = () => [
  { bytes: `0x${"ac".repeat(32)}`, json: { blockAccessListHash: `0x${"ac".repeat(32)}` } },
  { bytes: "0x05d4", json: { slotNumber: "0x5d4" } },
];

describe("anchoring across a fork", () => {
  let anvil: TestChain;
  let ledger: TestLedger;
  const closers: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    anvil = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    ledger = await openLedger();
    closers.push(
      () => anvil.stop(),
      () => ledger.close(),
    );
  });
  afterEach(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });

  const over = async (fork: Fork) => {
    const node = await startForkedChain(anvil.rpcUrl, fork);
    const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    const { promise: alarmed, resolve } = Promise.withResolvers<Alarm>();
    const alarms = new Alarms(Date.now, resolve);
    const parts = anchoringParts(ledger, chain, Date.now);
    const anchoring = new Anchoring({ ...anchoringDefaults(), ...parts, alarms });
    closers.push(
      () => node.stop(),
      () => chain.close(),
      () => anchoring.close(),
    );
    return { anchoring, alarmed };
  };
  const record = async (key: string): Promise<number> => {
    await ledger.pipeline.submit(keyed(reading, 1, key));
    return ledger.log.tree.publishedSize;
  };

  it("truth E1: goes on: what is recorded before, at and after it becomes final", async () => {
    const { anchoring } = await over({ from: 3, fields: AMSTERDAM });
    await anchoring.start();
    for (const key of ["a", "b", "c", "d"]) {
      const size = await record(key);
      for (let round = 0; anchoring.status.finalizedSize < size && round < 20; round++) {
        await anchoring.round();
        await anvil.ask("evm_mine");
      }
      expect(anchoring.status.finalizedSize).to.be.at.least(size);
    }
    expect(Number(await anvil.ask("eth_blockNumber"))).to.be.greaterThan(4);
  });

  it("truth E1: headers that cannot be read refuse no start: records are taken, and the alarm tells", async () => {
    const { anchoring, alarmed } = await over({ from: 0, fields: UNREADABLE });
    await anchoring.start();
    await record("a");
    const { code, severity, message } = await alarmed;
    expect([code, severity]).to.deep.equal(["chain-unreachable", "red"]);
    expect(message).to.match(/the fields of the block's header do not have the block's hash/);
  });
});

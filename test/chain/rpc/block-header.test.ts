// Headers of forks that came after this program, from a chain that crosses them: what was proven before stays so, and what
// comes after is proven with the fields that the fork brought, known or not.

import { expect } from "chai";
import { keccak256 } from "ethers";

import type { Chain } from "../../../src/chain/chain.ts";
import { checkChainEvidence } from "../../../src/core/chain-evidence.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import type { FaultyNode } from "../../support/faulty-node.ts";
import { anchorMined, connect, connectDeployed, growingLog } from "../../support/anchored-log.ts";
import { startForkedChain, type Fork, type ForkField } from "../../support/forked-chain.ts";

const named = (name: string, bytes: string, json = bytes): ForkField => ({ bytes, json: { [name]: json } });
const AMSTERDAM = [named("blockAccessListHash", `0x${"ac".repeat(32)}`), named("slotNumber", "0x05d4")].map(
  (field, at) => (at === 1 ? { bytes: "0x05d4", json: { slotNumber: "0x5d4" } } : field),
);

const FORKS: { name: string; fork: Omit<Fork, "from"> }[] = [
  { name: "Amsterdam's two fields", fork: { fields: () => AMSTERDAM } },
  {
    name: "a field that nobody knows behind them",
    fork: { fields: () => [...AMSTERDAM, named("futureRoot", `0x${"f0".repeat(32)}`)] },
  },
  {
    name: "unknown fields whose names come in another order, beside members that no header has",
    fork: {
      fields: (at) =>
        [
          { bytes: "0x", json: {} },
          named("alpha", `0x${"0a".repeat(32)}`),
          { bytes: "0x07", json: { count: "0x7" } },
        ].map((field, place) =>
          place === 0 ? { bytes: at % 2 ? "0x" : "0x01", json: { flag: at % 2 ? "0x0" : "0x1" } } : field,
        ),
      beside: { l1BlockNumber: "0x123", sendRoot: `0x${"0b".repeat(32)}`, note: "text" },
    },
  },
  {
    name: "a number as bytes with a zero in front",
    fork: { fields: () => [named("padded", "0x0007")] },
  },
  {
    name: "fields that JSON does not name, from a node that hands headers out as bytes",
    fork: { fields: () => [{ bytes: `0x${"0c".repeat(32)}` }, { bytes: "0x09" }], hasRawHeaders: true },
  },
  {
    name: "more unknown fields than can be tried, from a node that hands headers out as bytes",
    fork: {
      fields: () => Array.from({ length: 9 }, (_, at) => named(`field${at}`, `0x${"0d".repeat(31)}0${at}`)).reverse(),
      hasRawHeaders: true,
    },
  },
];

describe("headers across a fork", () => {
  let anvil: TestChain;
  let node: FaultyNode;
  let chain: Chain;
  const setUp = async (fork: Omit<Fork, "from">): Promise<void> => {
    const deployed = await connectDeployed(anvil);
    const contract = deployed.contract;
    await deployed.close();
    const from = Number(await anvil.ask("eth_blockNumber")) + 3;
    node = await startForkedChain(anvil.rpcUrl, { from, ...fork });
    chain = await connect(node, { contract });
  };
  beforeEach(async () => {
    anvil = await startAnvil();
  });
  afterEach(async () => {
    await chain.close();
    await node.stop();
    await anvil.stop();
  });

  for (const { name, fork } of FORKS)
    it(`truth E1: anchors on both sides of it are proven: ${name}`, async () => {
      await setUp(fork);
      const log = growingLog(10);
      for (const call of [log.first, ...[20, 30, 40, 50].map((size) => log.next(size))]) {
        const { transactionHash } = await anchorMined(chain, call);
        const fact = checkChainEvidence((await chain.evidenceOf(transactionHash)).evidence);
        const block = await chain.block(fact.blockNumber);
        expect(fact.treeSize).to.equal(call.treeSize);
        expect(block?.hash).to.equal(fact.blockHash);
        expect(keccak256(block?.header ?? "0x")).to.equal(fact.blockHash);
      }
    });

  it("truth E1: fields that fit once are tried first, so that later headers cost one hash more and no request", async () => {
    await setUp({ fields: () => [named("futureRoot", `0x${"f0".repeat(32)}`)] });
    await anvil.ask("anvil_mine", "0x5");
    const newest = await chain.block("latest");
    expect(newest).not.to.equal(undefined);
    await chain.block((newest?.number ?? 0) - 1);
    expect(node.seen.filter(({ method }) => method === "debug_getRawHeader")).to.have.length(0);
  });

  it("truth E1: what fits nothing is refused, and the node is asked for bytes once if it has none", async () => {
    await setUp({ fields: () => [{ bytes: "0x09" }] });
    await anvil.ask("anvil_mine", "0x5");
    for (let look = 0; look < 3; look++) await expectRejection("CHAIN_EVIDENCE_INVALID", chain.block("latest"));
    expect(node.seen.filter(({ method }) => method === "debug_getRawHeader")).to.have.length(1);
  });

  it("truth E1: bytes whose number, time or parent are not those that the node named are refused", async () => {
    await setUp({
      fields: () => [{ bytes: "0x09" }],
      beside: { timestamp: "0x1" },
      hasRawHeaders: true,
    });
    await anvil.ask("anvil_mine", "0x5");
    await expectRejection("CHAIN_EVIDENCE_INVALID", chain.block("latest"));
  });
});

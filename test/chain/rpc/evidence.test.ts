// Evidence built from what real nodes answer, and from what a lying one answers. The verifier's own check judges it.

import { expect } from "chai";

import type { AnchorCall, Chain, ProvenAnchor } from "../../../src/chain/chain.ts";
import { checkChainEvidence, type ChainEvidence } from "../../../src/core/chain-evidence.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import { startAnvil, startHardhat, type TestChain } from "../../support/chains.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode } from "../../support/faulty-node.ts";
import {
  anchor,
  anchorMined,
  connect,
  connectDeployed,
  growingLog,
  holdMining,
  mine,
} from "../../support/anchored-log.ts";
import {
  anchorAmongOthers,
  TRANSACTION_TYPES,
  type Neighbours,
  type TransactionType,
} from "../../support/mixed-block.ts";

type Changes = { readonly [field: string]: unknown };

const OTHER_HASH = `0x${"ab".repeat(32)}`;
const OTHER_ADDRESS = `0x${"ab".repeat(20)}`;

const CLIENTS: { client: string; start: () => Promise<TestChain>; types: readonly TransactionType[] }[] = [
  // Hardhat has no blob transactions, and no eth_getBlockReceipts.
  { client: "Hardhat", start: startHardhat, types: [0, 1, 2, 4] },
  { client: "anvil", start: startAnvil, types: TRANSACTION_TYPES },
];

for (const { client, start, types } of CLIENTS) {
  describe(`evidence from ${client}`, () => {
    let node: TestChain;
    let chain: Chain;
    before(async () => {
      node = await start();
    });
    beforeEach(async () => {
      chain = await connectDeployed(node);
    });
    afterEach(() => chain.close());
    after(() => node.stop());

    /** What the checked evidence says, against what was sent and where the node says it is. */
    const expectFact = async (proven: ProvenAnchor, call: AnchorCall, previousSize: number): Promise<void> => {
      const { evidence, paid } = proven;
      const hash = evidence.transaction.hash;
      const where = await chain.transactionState(hash);
      const { timestamp } = (await node.ask("eth_getBlockByHash", evidence.block.hash, false)) as { timestamp: string };
      const fact = checkChainEvidence(evidence);
      // What the node itself says that it cost.
      const place = { blockNumber: fact.blockNumber, blockHash: fact.blockHash };
      expect(where).to.deep.equal({ state: "included", ...place, paid });
      expect(paid > 0n).to.equal(true);
      const { gasUsed } = (await node.ask("eth_getTransactionReceipt", hash)) as { gasUsed: string };
      expect(proven).to.include({ gasUsed: Number(gasUsed), dataFee: null });
      expect(fact).to.deep.include({
        chainId: 31_337,
        contract: chain.contract,
        blockTime: Number(timestamp),
        transactionHash: hash,
        treeSize: call.treeSize,
        rootHash: call.rootHash,
        previousSize,
      });
    };

    it("holds for an anchor that is alone in its block, with and without a proof", async () => {
      const log = growingLog(200);
      const [first, second] = [log.first, log.next(512)];
      const alone = await chain.evidenceOf((await anchorMined(chain, first)).transactionHash);
      expect(alone.evidence.receipt.proof).to.have.length(1);
      await expectFact(alone, first, 0);
      await expectFact(await chain.evidenceOf((await anchorMined(chain, second)).transactionHash), second, 200);
    });

    // 128 is the first index whose key in the trie has two bytes; 16 fills the first branch.
    const neighbourhoods: readonly Neighbours[] = [
      { before: 1, after: 1, types: [0, 2] },
      { before: 15, after: 1, types },
      { before: 16, after: 0, types: [0, 1, 2, 4] },
      { before: 127, after: 0, types: [0] },
      { before: 129, after: 3, types: [0, 1, 2] },
    ];
    for (const neighbours of neighbourhoods) {
      const { before, after } = neighbours;
      it(`holds after ${before} and before ${after} transactions of types ${neighbours.types.join(", ")}`, async () => {
        const { first } = growingLog(256);
        const { transactionHash } = await anchorAmongOthers(node, chain, first, neighbours);
        const proven = await chain.evidenceOf(transactionHash);
        const { evidence } = proven;
        expect(evidence.transaction.index).to.equal(before);
        const found = await typesInBlock(node, evidence.block.hash);
        expect(found).to.have.length(before + 1 + after);
        expect(new Set(found)).to.deep.equal(new Set([...neighbours.types, 2]));
        await expectFact(proven, first, 0);
      });
    }

    it("is refuted when any byte of it changes", async () => {
      const { transactionHash } = await anchorAmongOthers(node, chain, growingLog(256).first, {
        before: 2,
        after: 2,
        types: [0, 2],
      });
      const { evidence } = await chain.evidenceOf(transactionHash);
      let changes = 0;
      for (const changed of withOneByteChanged(evidence)) {
        expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(changed));
        changes++;
      }
      expect(changes).to.be.greaterThan(1_500);
    });

    it("is refuted under another index, chain or contract", async () => {
      const { transactionHash } = await anchorAmongOthers(node, chain, growingLog(256).first, {
        before: 2,
        after: 2,
        types: [0, 2],
      });
      const { evidence } = await chain.evidenceOf(transactionHash);
      const { transaction } = evidence;
      const others = [0, 1, 2, 3, 4, 5, 128].filter((index) => index !== transaction.index);
      const changed = [
        ...others.map((index) => ({ ...evidence, transaction: { ...transaction, index } })),
        { ...evidence, chainId: 1 },
        { ...evidence, contract: OTHER_ADDRESS },
      ];
      for (const wrong of changed) expectCode("CHAIN_EVIDENCE_INVALID", () => checkChainEvidence(wrong));
    });

    it("is not made of a transaction that waits, that nobody knows, or that a reorg took away", async () => {
      await expectRejection("NOT_ANCHORED_YET", chain.evidenceOf(OTHER_HASH));
      await holdMining(node);
      const signed = await anchor(chain, growingLog(256).first);
      await expectRejection("NOT_ANCHORED_YET", chain.evidenceOf(signed.transactionHash));
      await mine(node);
      await chain.evidenceOf(signed.transactionHash);
      if (client !== "anvil") return;
      await node.ask("anvil_reorg", 1, []);
      await expectRejection("NOT_ANCHORED_YET", chain.evidenceOf(signed.transactionHash));
    });

    it("is not made of a transaction that recorded nothing", async () => {
      const { first } = growingLog(256);
      await anchorMined(chain, first);
      const sameHead = await anchorMined(chain, first);
      await expectRejection("NO_ANCHOR_IN_RECEIPT", chain.evidenceOf(sameHead.transactionHash), /no event/);
      const reverted = await anchorMined(chain, { ...first, treeSize: 100 });
      await expectRejection("NO_ANCHOR_IN_RECEIPT", chain.evidenceOf(reverted.transactionHash), /failed on the chain/);
    });
  });
}

describe("evidence from a node that lies", () => {
  let node: TestChain;
  let liar: FaultyNode;
  let chain: Chain;
  let transactionHash: string;
  before(async () => {
    node = await startAnvil();
    liar = await startFaultyNode(node.rpcUrl);
    const honest = await connectDeployed(node);
    chain = await connect(liar, { contract: honest.contract });
    const call = growingLog(256).first;
    ({ transactionHash } = await anchorAmongOthers(node, honest, call, { before: 2, after: 2, types: [0, 2] }));
    await honest.close();
  });
  afterEach(() => liar.setFault());
  after(async () => {
    await chain.close();
    await liar.stop();
    await node.stop();
  });

  /** Changes the result of one method. */
  const lie = (method: string, change: (result: never) => unknown): void =>
    liar.setFault(async (request, forward) => {
      const answer = await forward();
      return request.method === method ? { result: change(answer.result as never) } : answer;
    });

  const withFields =
    (changes: Changes) =>
    (result: Changes): Changes => ({ ...result, ...changes });

  const ours = (change: (receipt: Changes) => Changes) => (receipts: Changes[]) =>
    receipts.map((receipt) => (receipt["transactionHash"] === transactionHash ? change(receipt) : receipt));

  const firstLog = (changes: Changes) => (receipt: Changes) => ({
    ...receipt,
    logs: [{ ...(receipt["logs"] as Changes[])[0], ...changes }],
  });

  const HEADER_LIES: readonly Changes[] = [
    { stateRoot: OTHER_HASH },
    { receiptsRoot: OTHER_HASH },
    { number: "0x1" },
    { timestamp: "0x1" },
    { miner: OTHER_ADDRESS },
    { extraData: "0x00" },
    { requestsHash: null },
    { baseFeePerGas: "0x1" },
    { transactions: [OTHER_HASH] },
    { hash: OTHER_HASH, receiptsRoot: OTHER_HASH },
  ];
  for (const changes of HEADER_LIES)
    it(`is not made of a block with another ${Object.keys(changes).join(" and ")}`, async () => {
      lie("eth_getBlockByHash", withFields(changes));
      const reason =
        "transactions" in changes
          ? /does not hold the transaction/
          : "hash" in changes
            ? /another block than it was asked for/
            : /one is wrong, or this chain has others/;
      await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash), reason);
    });

  const RECEIPT_LIES: { readonly [name: string]: (receipts: Changes[]) => Changes[] } = {
    "status 1 and no event": ours(withFields({ logs: [] })),
    "another status": ours(withFields({ status: "0x0" })),
    "an event from another address": ours(firstLog({ address: OTHER_ADDRESS })),
    "an event with another root": ours(firstLog({ topics: [OTHER_HASH, OTHER_HASH, OTHER_HASH] })),
    "an event with another previous size": ours(firstLog({ data: `0x${"00".repeat(31)}05` })),
    "another index": ours(withFields({ transactionIndex: "0x0" })),
    "an index beyond everything": ours(withFields({ transactionIndex: "0xffffffff" })),
    "a type that nobody knows": ours(withFields({ type: "0x7e" })),
    "the first of them missing": (receipts) => receipts.slice(1),
    "the last of them missing": (receipts) => receipts.slice(0, -1),
    "all from ours on missing": (receipts) => receipts.slice(0, 2),
    "two receipts in the other order": ([a, b, ...rest]) => [b!, a!, ...rest],
  };
  for (const [name, change] of Object.entries(RECEIPT_LIES))
    it(`is not made of receipts with ${name}`, async () => {
      lie("eth_getBlockReceipts", change);
      await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash));
    });

  it("says which type of receipt it does not know", async () => {
    lie("eth_getBlockReceipts", ours(withFields({ type: "0x6a" })));
    await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash), /receipt of type 106/);
  });

  it("is not made of a receipt that names another block or place", async () => {
    for (const changes of [{ transactionIndex: "0x0" }, { transactionIndex: "0x63" }]) {
      lie("eth_getTransactionReceipt", withFields(changes));
      await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash));
    }
    lie("eth_getTransactionReceipt", withFields({ blockHash: OTHER_HASH }));
    await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash), /no longer has the block/);
  });

  it("is not made of another transaction", async () => {
    const lies = [
      { nonce: "0x63" },
      { input: "0x" },
      { chainId: "0x1" },
      { type: "0x0" },
      { s: "0x1" },
      { to: OTHER_ADDRESS },
    ];
    for (const changes of lies) {
      lie("eth_getTransactionByHash", withFields(changes));
      await expectRejection("CHAIN_EVIDENCE_INVALID", chain.evidenceOf(transactionHash));
    }
  });

  it("is not made of answers in a form that is none", async () => {
    const lies: [string, unknown][] = [
      ["eth_getTransactionReceipt", []],
      ["eth_getBlockByHash", { hash: 7 }],
      ["eth_getBlockByHash", "0x"],
      ["eth_getTransactionByHash", null],
      ["eth_getTransactionByHash", { type: "0x2" }],
    ];
    for (const [method, result] of lies) {
      lie(method, () => result);
      await expectRejection("CHAIN_UNREACHABLE", chain.evidenceOf(transactionHash));
    }
  });

  it("tells what a receipt names beside gas, if that can be read, and is the same without it", async () => {
    const plain = await chain.evidenceOf(transactionHash);
    const named = async (fields: Changes): Promise<bigint | null> => {
      lie("eth_getBlockReceipts", ours(withFields(fields)));
      const { dataFee, ...rest } = await chain.evidenceOf(transactionHash);
      expect({ ...rest, dataFee: null }).to.deep.equal(plain);
      return dataFee;
    };
    expect(await named({ l1Fee: "0x2a" })).to.equal(42n);
    expect(await named({ blobGasUsed: "0x20000", blobGasPrice: "0x3" })).to.equal(393_216n);
    expect(await named({ l1Fee: "0x1", blobGasUsed: "0x2", blobGasPrice: "0x3" })).to.equal(7n);
    for (const l1Fee of [42, "42", "0x", `0x${"f".repeat(65)}`, null, {}])
      expect(await named({ l1Fee })).to.equal(null);
    expect(await named({ blobGasUsed: "0x0", blobGasPrice: "0x1" })).to.equal(null);
  });

  it("is made of single receipts where the node does not hand out all at once", async () => {
    const whole = await chain.evidenceOf(transactionHash);
    liar.setFault((request, forward) =>
      request.method === "eth_getBlockReceipts"
        ? { error: { code: -32601, message: "the method does not exist" } }
        : forward(),
    );
    expect(await chain.evidenceOf(transactionHash)).to.deep.equal(whole);
  });

  it("is the same or is refused with an error of ours, whatever field of whatever answer is replaced", async () => {
    const fields: [string, string][] = [];
    liar.setFault(async (request, forward) => {
      const answer = await forward();
      const result = answer.result;
      if (typeof result === "object" && result !== null && !Array.isArray(result))
        for (const field of Object.keys(result)) fields.push([request.method, field]);
      return answer;
    });
    const whole = await chain.evidenceOf(transactionHash);
    for (const [method, field] of fields)
      for (const value of [undefined, {}, `0x${"f".repeat(64)}`]) {
        lie(method, withFields({ [field]: value }));
        const outcome: unknown = await chain.evidenceOf(transactionHash).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome, `${method}.${field} = ${value}`).to.be.instanceOf(WarifuError);
        else expect(outcome, `${method}.${field} = ${value}`).to.deep.equal(whole);
      }
    expect(fields.length).to.be.greaterThan(40);
  });
});

async function typesInBlock({ ask }: TestChain, hash: string): Promise<number[]> {
  const block = (await ask("eth_getBlockByHash", hash, true)) as { transactions: { type: string }[] };
  return block.transactions.map(({ type }) => Number(type));
}

/** Each piece of evidence that differs in one byte of one of its hexadecimal texts. */
function* withOneByteChanged(evidence: ChainEvidence): Generator<ChainEvidence> {
  const text = JSON.stringify(evidence);
  for (const { 0: hex, index } of text.matchAll(/0x[0-9a-f]*/g))
    for (let at = index + 2; at < index + hex.length; at += 2) {
      const byte = (Number.parseInt(text.slice(at, at + 2), 16) ^ 0x01).toString(16).padStart(2, "0");
      yield JSON.parse(text.slice(0, at) + byte + text.slice(at + 2)) as ChainEvidence;
    }
}

// Nodes that lie about what was mined: receipts without an event, another contract's event, another root, another block,
// another hash for a height, a frozen view; what is in the form of a client over both, with one node and with two.
// Invariant: what one node alone says is never final where two are asked, and a lie never moves an anchor.

import { expect } from "chai";

import type { TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import type { Fault, RpcAnswer, RpcRequest } from "../support/faulty-node.ts";
import { CLIENTS, WriterBench } from "../support/writer-bench.ts";

type Json = Record<string, unknown>;

/** Changes the results of these methods; errors and nulls are handed on as they are. */
const altering =
  (methods: readonly string[], change: (result: Json, request: RpcRequest) => unknown): Fault =>
  async (request, forward) => {
    const answer = await forward();
    const { result } = answer as { result?: Json | Json[] };
    if (!methods.includes(request.method) || typeof result !== "object" || result === null) return answer;
    return { result: Array.isArray(result) ? result.map((one) => change(one, request)) : change(result, request) };
  };

const RECEIPTS = ["eth_getTransactionReceipt", "eth_getBlockReceipts"];
const OTHER = `0x${"5e".repeat(20)}`;
const OTHER_HASH = `0x${"5e".repeat(32)}`;

/** What of a receipt's only log is replaced; logs of other receipts are left alone. */
const withLog =
  (change: (log: Json) => Json) =>
  (receipt: Json): Json => ({ ...receipt, logs: (receipt["logs"] as Json[]).map(change) });

const LYING_RECEIPTS: { readonly [lie: string]: (receipt: Json) => Json } = {
  "status 1 and no event": (receipt) => ({ ...receipt, status: "0x1", logs: [], logsBloom: `0x${"00".repeat(256)}` }),
  "an event from another address": withLog((log) => ({ ...log, address: OTHER })),
  "another root": withLog((log) => ({ ...log, topics: [...(log["topics"] as string[]).slice(0, -1), OTHER_HASH] })),
  "another root in its data": withLog((log) => ({ ...log, data: OTHER_HASH + "00".repeat(32) })),
  "another block": (receipt) => ({ ...receipt, blockHash: OTHER_HASH }),
};

for (const { client, start, prefix } of CLIENTS)
  describe(`an anchor over ${client} and nodes that lie`, () => {
    let node: TestChain;
    let bench: WriterBench;
    before(async () => {
      node = await start();
    });
    after(() => node.stop());
    afterEach(() => bench.close());
    const open = async (nodes: number): Promise<void> => {
      bench = await WriterBench.over(node, prefix, { nodes, more: { requestTimeoutMs: 60_000 } });
    };
    /** What a node says apart from its receipts and blocks has no form of its own in either client: tried over one. */
    const itOverOne = (title: string, test: () => Promise<void>): void => {
      if (client === "anvil") it(title, test);
    };

    const honest: Fault = (_request, forward) => forward();
    const conflicts = (): string => bench.chain.health().conflicts.join("; ");

    for (const [lie, change] of Object.entries(LYING_RECEIPTS))
      it(`B15 ${lie}: it stays as it was; with an honest second node it becomes final`, async () => {
        await open(2);
        await bench.write();
        await bench.mine(3);
        bench.setFault(altering(RECEIPTS, change));
        expect(await bench.follow()).to.deep.equal(["12 contradicted"]);
        expect(await bench.follow()).to.deep.equal(["12 contradicted"]);
        expect(await bench.states()).to.deep.equal(["12 submitted"]);
        bench.faulty[1]!.setFault(honest);
        expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
        bench.setFault();
        await bench.expectSettled([12]);
      });

    itOverOne("B15 what only looks mined: a receipt for a transaction that is in no block", async () => {
      await open(2);
      await bench.write();
      const { transactionHash } = await bench.newest();
      const invented: Fault = async ({ method }, forward) => {
        if (method !== "eth_getTransactionReceipt") return forward();
        const place = { blockNumber: "0x1", blockHash: OTHER_HASH, transactionIndex: "0x0" };
        return {
          result: { transactionHash, status: "0x1", gasUsed: "0x1", effectiveGasPrice: "0x1", logs: [], ...place },
        };
      };
      // One of them lies about our transaction, and about nothing else.
      bench.faulty[0]!.setFault(invented);
      expect(await bench.follow()).to.deep.equal(["12 contradicted"]);
      expect(await bench.states()).to.deep.equal(["12 submitted"]);
      // The liar keeps nobody from going on.
      await bench.submit(5);
      bench.clock += 60_000;
      expect(await bench.write()).to.equal("replaced 17");
      bench.setFault();
      await bench.expectSettled([17]);
    });

    itOverOne(
      "B15 what only looks mined, and no usable word of the block: the liar keeps nobody from going on",
      async () => {
        await open(3);
        await bench.write();
        const { transactionHash } = await bench.newest();
        const paid = { gasUsed: "0x1", effectiveGasPrice: "0x1" };
        const place = { blockNumber: "0x1", blockHash: OTHER_HASH, transactionIndex: "0x0" };
        const invented: Fault = ({ method }, forward) => {
          if (method === "eth_getBlockByHash") return { result: "0x" };
          if (method !== "eth_getTransactionReceipt") return forward();
          return { result: { transactionHash, status: "0x1", logs: [], ...paid, ...place } };
        };
        bench.faulty[0]!.setFault(invented);
        expect(await bench.follow()).to.deep.equal(["12 contradicted"]);
        bench.setFault();
        await bench.expectSettled([12]);
      },
    );

    /** What the one node says of this transaction is no receipt; everything else is true. */
    const unreadable =
      (transactionHashes: readonly string[]): Fault =>
      async ({ method, params }, forward) =>
        method === "eth_getTransactionReceipt" && transactionHashes.includes(params[0] as string)
          ? { result: {} }
          : forward();
    const hashes = async (): Promise<string[]> => (await bench.rows()).map(({ transactionHash }) => transactionHash);
    const writeMore = async (size: number): Promise<void> => {
      await bench.submit(5);
      expect(await bench.write()).to.equal(`anchored ${size}`);
      await bench.mine(3);
    };

    itOverOne(
      "B15 what one node says of one anchor cannot be read: the others go on, and so does the writer",
      async () => {
        await open(1);
        await bench.write();
        await bench.mine(3);
        bench.setFault(unreadable(await hashes()));
        expect(await bench.follow()).to.deep.equal(["12 unreadable"]);
        await writeMore(17);
        expect(await bench.follow()).to.deep.equal(["12 unreadable", "17 included", "17 finalized"]);
        expect(await bench.states()).to.deep.equal(["12 submitted", "17 finalized"]);
        bench.setFault();
        expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
        await bench.expectSettled([12, 17]);
      },
    );

    itOverOne("B15 a node that gives no answer, or none about any anchor, ends the round", async () => {
      await open(1);
      await bench.write();
      await bench.mine(3);
      bench.setFault((_request, _forward, { response }) => void response.destroy());
      await expectRejection("CHAIN_UNREACHABLE", bench.follow(), /eth_getTransactionReceipt/);
      bench.setFault();
      for (const size of [17, 22, 27, 32]) await writeMore(size);
      bench.setFault(unreadable((await hashes()).slice(1)));
      expect(await bench.follow()).to.include.members(["12 finalized", "17 unreadable", "32 unreadable"]);
      await writeMore(37);
      bench.setFault(unreadable((await hashes()).slice(1)));
      await expectRejection("CHAIN_UNREACHABLE", bench.follow());
      bench.setFault();
      await bench.expectSettled([12, 17, 22, 27, 32, 37]);
    });

    itOverOne("B12 while finality stalls, one block is asked for in a round, however many anchors wait", async () => {
      await open(1);
      const stalledAt = (await node.ask("eth_blockNumber")) as string;
      const stalled: Fault = async ({ method, params }, forward) =>
        method === "eth_getBlockByNumber" && params[0] === "finalized"
          ? { result: await node.ask(method, stalledAt, false) }
          : forward();
      bench.setFault(stalled);
      await bench.write();
      await bench.mine();
      for (const size of [17, 22, 27]) await writeMore(size);
      expect(await bench.follow()).to.have.length(4);
      const { seen } = bench.faulty[0]!;
      seen.length = 0;
      expect(await bench.follow()).to.deep.equal([]);
      const asked = seen.filter(({ method, params }) => method === "eth_getBlockByNumber" && params[0] !== "finalized");
      expect(asked.map(({ params }) => Number(params[0]))).to.deep.equal([(await bench.newest()).blockNumber]);
      // A reorg in the middle of a round: below one of the new branch is one of the old.
      const [first] = await bench.rows();
      await bench.ledger.store.updateAnchor(first!.anchorId, { blockHash: OTHER_HASH });
      bench.setFault();
      expect(await bench.follow()).to.deep.equal(["12 reorged", "17 finalized", "22 finalized", "27 finalized"]);
      expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
      await bench.expectSettled([12, 17, 22, 27]);
    });

    it("B15 status 0 for one that anchored: it is not given up on one node's word", async () => {
      await open(2);
      await bench.write();
      await bench.mine(3);
      bench.faulty[0]!.setFault(altering(RECEIPTS, (receipt) => ({ ...receipt, status: "0x0" })));
      expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
      bench.setFault();
      await bench.expectSettled([12]);
    });

    it("B16 one node lies about the hash of our block: not final, a conflict; final when they agree again", async () => {
      await open(2);
      await bench.write();
      await bench.mine(3);
      const lying = altering(["eth_getBlockByNumber"], (block, { params }) => {
        const height = Number(params[0]);
        return height > 0 && Number.isInteger(height) ? { ...block, hash: OTHER_HASH } : block;
      });
      bench.faulty[1]!.setFault(lying);
      expect(await bench.follow()).to.deep.equal(["12 included"]);
      expect(conflicts()).to.match(
        /do not agree on the block at height \d+: 127\.0\.0\.1:\d+ against 127\.0\.0\.1:\d+/,
      );
      expect(await bench.follow()).to.deep.equal([]);
      expect(await bench.states()).to.deep.equal(["12 included"]);
      // Whichever of the two it is.
      bench.setFault();
      bench.faulty[0]!.setFault(lying);
      expect(await bench.follow()).to.deep.equal([]);
      bench.setFault();
      expect(await bench.follow()).to.deep.equal(["12 finalized"]);
      expect(conflicts()).to.equal("");
      await bench.expectSettled([12]);
    });

    itOverOne("B16 one node of three lies about our block alone: the others decide, and the lie is told", async () => {
      await open(3);
      await bench.write();
      await bench.mine(3);
      const { blockNumber } = (await bench.chain.transactionState((await bench.newest()).transactionHash)) as {
        blockNumber: number;
      };
      const lying = altering(["eth_getBlockByNumber"], (block, { params }) =>
        Number(params[0]) === blockNumber ? { ...block, hash: OTHER_HASH } : block,
      );
      bench.faulty[1]!.setFault(lying);
      expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
      // Not forgotten because they agree on every other block.
      await bench.chain.blockHashAt(blockNumber - 1);
      await bench.chain.block("latest");
      expect(conflicts()).to.contain(`the block at height ${blockNumber}`);
      bench.setFault();
      expect(await bench.follow()).to.deep.equal([]);
      expect(conflicts()).to.equal("");
    });

    it("B16 one node hides our transaction, or shows it alone: the one that shows it must prove it", async () => {
      await open(2);
      await bench.write();
      await bench.mine(3);
      const hiding: Fault = async (request, forward) => {
        const isOurs = [...RECEIPTS, "eth_getTransactionByHash"].includes(request.method);
        return isOurs ? ({ result: null } satisfies RpcAnswer) : forward();
      };
      bench.faulty[0]!.setFault(hiding);
      expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
      bench.setFault();
      await bench.expectSettled([12]);
    });

    it("B16 one node lies about the contract's head: nothing is built on it, neither on the lie nor on the truth", async () => {
      await open(2);
      await bench.write();
      await bench.mine();
      await bench.follow();
      await bench.submit(5);
      const lying: Fault = async (request, forward) => {
        const answer = await forward();
        const data = (request.params[0] as { data?: string } | undefined)?.data ?? "";
        // `head()` gives three words; the size is the first.
        const { result } = answer as { result?: string };
        if (request.method !== "eth_call" || data.length !== 10 || result?.length !== 2 + 3 * 64) return answer;
        return { result: `0x${"b".padStart(64, "0")}${result.slice(66)}` };
      };
      bench.faulty[0]!.setFault(lying);
      await expectRejection("CHAIN_MISMATCH", bench.write(), /do not agree on the contract's head/);
      expect(await bench.states()).to.have.length(1);
      bench.setFault();
      expect(await bench.write()).to.equal("anchored 17");
      await bench.expectSettled([12, 17]);
    });

    itOverOne(
      "B17 one node of two is frozen on an old head: nothing gets ahead of it; one of three holds nobody up",
      async () => {
        for (const [nodes, wanted] of [
          [2, "12 submitted"],
          [3, "12 finalized"],
        ] as const) {
          await open(nodes);
          const frozenAt = (await node.ask("eth_blockNumber")) as string;
          const frozen: Fault = async (request, forward) => {
            const { method, params } = request;
            if (method === "eth_blockNumber") return { result: frozenAt };
            if (RECEIPTS.includes(method)) return { result: null };
            const isAbove = method === "eth_getBlockByNumber" && Number(params[0]) > Number(frozenAt);
            if (isAbove) return { result: null };
            const isNamed = method === "eth_getBlockByNumber" && !Number.isInteger(Number(params[0]));
            return isNamed ? { result: await node.ask(method, frozenAt, false) } : forward();
          };
          await bench.write();
          await bench.mine(4);
          bench.faulty[0]!.setFault(frozen);
          await bench.follow();
          // With two, the block of the anchor is one that only one node has: included at most, never final.
          const [state] = await bench.states();
          expect(state).to.be.oneOf(nodes === 2 ? [wanted, "12 included"] : [wanted]);
          bench.setFault();
          if (nodes === 2) await bench.close();
        }
        await bench.expectSettled([12]);
      },
    );
  });

// A verifier's own look at the chain: agreement of all endpoints or no answer, and the whole verifier on top of it.

import { expect } from "chai";

import { freePort } from "../../../scripts/free-port.ts";
import type { Chain } from "../../../src/chain/chain.ts";
import { rpcChainView } from "../../../src/chain/nodes/chain-view.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type Fault, type FaultyNode } from "../../support/faulty-node.ts";
import { connectDeployed } from "../../support/anchored-log.ts";

describe("a verifier's view of the chain", () => {
  let node: TestChain;
  let second: FaultyNode;
  let chain: Chain;
  before(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    second = await startFaultyNode(node.rpcUrl);
    chain = await connectDeployed(node);
    await node.ask("anvil_mine", "0x10");
  });
  afterEach(() => second.setFault());
  after(async () => {
    await chain.close();
    await second.stop();
    await node.stop();
  });

  const both = (requestTimeoutMs = 60_000): ReturnType<typeof rpcChainView> =>
    rpcChainView([node.rpcUrl, second.rpcUrl], { requestTimeoutMs });

  it("is the same as the chain's own, with one endpoint or two", async () => {
    for (const view of [rpcChainView([node.rpcUrl]), both()]) {
      expect(await view.chainId()).to.equal(31_337);
      expect(await view.blockHashAt(3)).to.equal(await chain.blockHashAt(3));
      expect(await view.blockHashAt(1_000)).to.equal(undefined);
      expect(await view.finalizedHeight()).to.equal(await chain.finalizedHeight());
      expect(await view.codeHashOf(chain.contract)).to.equal(await chain.codeHash());
    }
  });

  const LIES: { readonly [name: string]: { readonly fault: Fault; readonly ask: keyof ReturnType<typeof both> } } = {
    "chain id": {
      ask: "chainId",
      fault: ({ method }, forward) => (method === "eth_chainId" ? { result: "0x1" } : forward()),
    },
    "block at height 3": {
      ask: "blockHashAt",
      fault: async ({ method }, forward) => {
        const { result } = await forward();
        return {
          result: method === "eth_getBlockByNumber" ? { ...(result as object), hash: `0x${"12".repeat(32)}` } : result,
        };
      },
    },
    "contract's code": {
      ask: "codeHashOf",
      fault: ({ method }, forward) => (method === "eth_getCode" ? { result: "0x5f5ffd" } : forward()),
    },
  };
  for (const [what, { fault, ask }] of Object.entries(LIES))
    it(`is refused when the endpoints do not agree on the ${what}`, async () => {
      second.setFault(fault);
      const view = both();
      const asking =
        ask === "codeHashOf"
          ? view.codeHashOf(chain.contract)
          : ask === "chainId"
            ? view.chainId()
            : view.blockHashAt(3);
      const error = await expectRejection("CHAIN_MISMATCH", asking, /do not agree/);
      expect(error.message).to.contain(what);
      for (const { rpcUrl } of [node, second]) expect(error.message).to.contain(`${new URL(rpcUrl).host} says `);
      expect(error.details["expected"]).not.to.equal(error.details["given"]);
    });

  it("is final only as far as all of them say", async () => {
    const agreed = await both().finalizedHeight();
    second.setFault(async ({ params }, forward) => {
      const { result } = await forward();
      return { result: params[0] === "finalized" ? { ...(result as object), number: "0x2" } : result };
    });
    expect(agreed).to.be.greaterThan(2);
    expect(await both().finalizedHeight()).to.equal(2);
  });

  it("waits for an endpoint that does not have the block yet", async () => {
    second.setFault(({ method }, forward) => (method === "eth_getBlockByNumber" ? { result: null } : forward()));
    await expectRejection(
      "CHAIN_UNREACHABLE",
      both().blockHashAt(3),
      /not all RPC endpoints have the block at height 3/,
    );
  });

  it("is not given by one endpoint alone when the other is down, silent or no chain", async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    await expectRejection("CHAIN_UNREACHABLE", rpcChainView([node.rpcUrl, gone]).chainId());
    second.setFault(() => undefined);
    await expectRejection("CHAIN_UNREACHABLE", both(400).blockHashAt(3), /no answer within/);
    second.setFault((_request, _forward, { response }) => void response.end("<html>"));
    await expectRejection("CHAIN_UNREACHABLE", both().finalizedHeight());
  });

  it("comes back with the endpoint", async () => {
    const view = both();
    second.setFault((_request, _forward, { response }) => void response.destroy());
    await expectRejection("CHAIN_UNREACHABLE", view.chainId());
    second.setFault();
    expect(await view.chainId()).to.equal(31_337);
  });

  it("takes a number of confirmations where the chain names no finalized block", async () => {
    second.setFault(({ params }, forward) => (params[0] === "finalized" ? { result: null } : forward()));
    const head = Number(await node.ask("eth_blockNumber"));
    expect(await rpcChainView([second.rpcUrl], { confirmations: 5 }).finalizedHeight()).to.equal(head - 5);
    await expectRejection("CHAIN_UNREACHABLE", rpcChainView([second.rpcUrl]).finalizedHeight());
  });

  it("asks nothing before it is asked, and refuses to be made of nothing", async () => {
    const before = second.seen.length;
    rpcChainView([second.rpcUrl]);
    expect(second.seen).to.have.length(before);
    expectCode("CONFIG_INVALID", () => rpcChainView([]));
    await expectRejection("CONFIG_INVALID", rpcChainView(["node.example:8545"]).chainId());
  });
});

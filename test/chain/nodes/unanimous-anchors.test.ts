// The anchors that an auditor compares a log with, asked of two nodes: what both show counts, a node that lags behind
// contradicts nobody, and one that hides or invents an anchor is found out, with who says what.

import { expect } from "chai";

import { freePort } from "../../../scripts/free-port.ts";
import { agreedAnchors } from "../../../src/chain/nodes/unanimous-anchors.ts";
import type { Chain } from "../../../src/chain/chain.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { anchorMined, connectDeployed, growingLog } from "../../support/anchored-log.ts";

describe("the anchors that an auditor's nodes agree on", () => {
  let honest: TestChain;
  let other: TestChain;
  let chains: readonly [Chain, Chain];
  beforeEach(async () => {
    [honest, other] = [await startAnvil(), await startAnvil()];
    chains = [await connectDeployed(honest), await connectDeployed(other)];
    // The first deployment of one account has one address on every chain.
    expect(chains[0].contract).to.equal(chains[1].contract);
    const first = growingLog(10).first;
    for (const chain of chains) await anchorMined(chain, first);
  });
  afterEach(async () => {
    for (const chain of chains) await chain.close();
    await honest.stop();
    await other.stop();
  });

  const reader = (urls: readonly string[] = [honest.rpcUrl, other.rpcUrl], chainId = 31_337) =>
    agreedAnchors(urls, { chainId, contract: chains[0].contract });
  const hostOf = ({ rpcUrl }: TestChain): string => new URL(rpcUrl).host;
  /** Takes the log of each from the first anchor's size on to another. */
  const grow = async (chain: Chain, size: number): Promise<void> => {
    const log = growingLog(10);
    await anchorMined(chain, log.next(size));
  };

  it("are all of them, with one node and with two", async () => {
    for (const chain of chains) await grow(chain, 20);
    for (const urls of [[honest.rpcUrl], [honest.rpcUrl, other.rpcUrl]]) {
      const { anchors, lacking } = await reader(urls).anchorEvents();
      expect([anchors.map(({ treeSize }) => treeSize), lacking]).to.deep.equal([[10, 20], undefined]);
      expect(await reader(urls).codeHash()).to.equal(await chains[0].codeHash());
    }
  });

  it("are those up to the height that both have, and the node that lags is named", async () => {
    await grow(chains[0], 20);
    for (const urls of [
      [honest.rpcUrl, other.rpcUrl],
      [other.rpcUrl, honest.rpcUrl],
    ]) {
      const { anchors, lacking } = await reader(urls).anchorEvents();
      expect(anchors.map(({ treeSize }) => treeSize)).to.deep.equal([10]);
      expect(lacking).to.deep.include({ ahead: [hostOf(honest)], behind: [hostOf(other)] });
      expect(lacking?.height).to.be.greaterThan(0);
    }
  });

  it("truth E3: are open until they are final by the auditor's rule, which the slowest node decides", async () => {
    // anvil calls a block final when 64 are on top.
    for (const node of [honest, other]) await node.ask("anvil_mine", "0x64");
    for (const chain of chains) await grow(chain, 20);
    const sizes = async (urls: readonly string[]) => {
      const finality = { confirmations: undefined };
      const chosen = agreedAnchors(urls, { chainId: 31_337, contract: chains[0].contract, finality });
      const { anchors, open } = await chosen.anchorEvents();
      return [anchors, open].map((some) => some.map(({ treeSize }) => treeSize));
    };
    expect(await sizes([honest.rpcUrl])).to.deep.equal([[10], [20]]);
    await honest.ask("anvil_mine", "0x64");
    expect(await sizes([honest.rpcUrl])).to.deep.equal([[10, 20], []]);
    expect(await sizes([honest.rpcUrl, other.rpcUrl])).to.deep.equal([[10], [20]]);
    const { anchors, open } = await reader([other.rpcUrl]).anchorEvents();
    expect([anchors.length, open.length]).to.deep.equal([2, 0]);
  });

  it("are not hampered by a node that lags where nothing was anchored since", async () => {
    await honest.ask("anvil_mine", "0x5");
    const { anchors, lacking } = await reader().anchorEvents();
    expect([anchors.length, lacking]).to.deep.equal([1, undefined]);
  });

  it("are none when one node hides an anchor that the other has", async () => {
    await grow(chains[0], 20);
    await other.ask("anvil_mine", "0x5");
    const { message } = await expectRejection("CHAIN_MISMATCH", reader().anchorEvents(), /anchor 2 up to block/);
    expect(message).to.match(new RegExp(`${hostOf(honest)} says size 20 with root [0-9a-f]{64} by 0x[0-9a-f]{64}, `));
    expect(message).to.contain(`${hostOf(other)} says there is none`);
  });

  it("are none when one node has another anchor in the place of one", async () => {
    await grow(chains[0], 20);
    await grow(chains[1], 30);
    const { message } = await expectRejection("CHAIN_MISMATCH", reader().anchorEvents());
    expect(message)
      .to.contain(`${hostOf(honest)} says size 20`)
      .and.contain(`${hostOf(other)} says size 30`);
  });

  it("are none while one node is down, serves another chain, or has no such contract, and that node is named", async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    await expectRejection("CHAIN_UNREACHABLE", reader([honest.rpcUrl, gone]).anchorEvents(), /no usable answer/);
    const empty = await startAnvil();
    const foreign = await startAnvil({ chainId: 5_151 });
    try {
      for (const [node, said] of [
        [empty, "there is no CheckpointAnchor"],
        [foreign, "the endpoint serves chain 5151"],
      ] as const) {
        const asked = reader([honest.rpcUrl, node.rpcUrl]).anchorEvents();
        const { message } = await expectRejection("CHAIN_WRONG", asked);
        expect(message).to.contain(`${hostOf(node)}: ${said}`);
      }
      await expectRejection("CHAIN_MISMATCH", reader([honest.rpcUrl, empty.rpcUrl]).codeHash(), /contract's code/);
    } finally {
      await empty.stop();
      await foreign.stop();
    }
  });
});

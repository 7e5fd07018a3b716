// The drill for a stolen anchoring key, on a real chain that is not local: what the thief can do, and how the log goes on.
// Invariant: whatever the thief anchors, an honest head that was anchored before stays provable, and the log continues from it.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import type { AnchorCall, Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { checkChainEvidence } from "../../src/core/chain-evidence.ts";
import { anchorMined, callOf, holdMining, mine } from "../support/anchored-log.ts";
import { createSyntheticLog, type SyntheticLog } from "../contracts/support/synthetic-log.ts";
import { administratorsOn, type Administrators, type Changed } from "../support/administrator.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import type { TestAccount } from "../support/keystores.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const HONEST_SIZE = 512;

describe("a stolen anchoring key", () => {
  let node: TestChain;
  let people: Administrators;
  let old: Changed;
  let honest: SyntheticLog;
  let closers: (() => Promise<void>)[];

  beforeEach(async () => {
    closers = [];
    node = await startAnvil({ chainId: 5_151, args: ["--slots-in-an-epoch", "1"] });
    people = await administratorsOn(node);
    old = await people.deploy();
    honest = createSyntheticLog(HONEST_SIZE, "honest");
    const service = await connectAs(people.anchorer, old.contract);
    await includedAnchor(service, callOf({ ...honest, proof: [] }));
  });
  afterEach(async () => {
    for (const close of closers) await close();
    await node.stop();
  });

  const connectAs = async ({ open }: TestAccount, contract: string): Promise<Chain> => {
    const chain = await connectChain({ rpcUrl: node.rpcUrl, signer: open, contract });
    closers.push(() => chain.close());
    return chain;
  };
  const includedAnchor = async (chain: Chain, call: AnchorCall): Promise<string> => {
    const { transactionHash } = await anchorMined(chain, call);
    expect((await chain.transactionState(transactionHash)).state).to.equal("included");
    return transactionHash;
  };
  const expectRevert = async (chain: Chain, call: AnchorCall): Promise<void> => {
    const { transactionHash } = await anchorMined(chain, call);
    expect((await chain.transactionState(transactionHash)).state).to.equal("failed");
  };

  const next = (): AnchorCall => callOf(honest.extend(768));
  const THEFTS: [what: string, call: () => AnchorCall][] = [
    ["leaves that nobody holds", () => callOf(honest.extend(700, "garbage"))],
    // A root does not bind its size: the next honest head under another size of the same shape.
    ["a false size", () => ({ ...next(), treeSize: 1_000 })],
  ];
  for (const [what, theft] of THEFTS)
    it(`that anchors ${what} is answered by revoke, close and a successor`, async () => {
      const thief = await connectAs(people.anchorer, old.contract);
      await includedAnchor(thief, theft());
      // The honest log is blocked: nothing that it has extends what the thief put there.
      await expectRevert(thief, next());

      const { address } = people.anchorer;
      const revoked = await people.command(["revoke-anchorer", address, "--contract", old.contract], people.admin);
      expect([revoked.changed, revoked.treeSize]).to.deep.equal([true, theft().treeSize]);
      await expectRevert(thief, { ...theft(), treeSize: theft().treeSize + 1 });
      const closed = await people.command(["close", "--contract", old.contract], people.closer);
      expect(closed.isClosed).to.equal(true);
      await expectRevert(thief, theft());

      const fresh = await people.account("fresh");
      const head = ["--size", String(HONEST_SIZE), "--root", honest.root.toString("hex")];
      const successor = await people.deploy(["--successor-of", old.contract, ...head], fresh);
      expect(successor.contract).not.to.equal(old.contract);
      expect([successor.treeSize, successor.rootHash]).to.deep.equal([HONEST_SIZE, `0x${honest.root.toString("hex")}`]);
      const status = await people.command(["status", "--contract", successor.contract]);
      expect([status.anchorers, status.closers, status.admin]).to.deep.equal([
        [fresh.address],
        [people.closer.address],
        people.admin.address,
      ]);
      await expectRevert(await connectAs(people.anchorer, successor.contract), next());

      // The log goes on, by a proof from the honest head.
      const service = await connectAs(fresh, successor.contract);
      const transactionHash = await includedAnchor(service, next());
      const events = await service.anchorEvents();
      expect(events.map(({ treeSize, previousSize }) => [treeSize, previousSize])).to.deep.equal([
        [HONEST_SIZE, 0],
        [768, HONEST_SIZE],
      ]);
      const fact = checkChainEvidence((await service.evidenceOf(transactionHash)).evidence);
      expect([fact.contract, fact.treeSize]).to.deep.equal([successor.contract, 768]);
    });

  it("B13 has no successor while its contract is open, nor from a head that this never recorded", async () => {
    const thief = await connectAs(people.anchorer, old.contract);
    await includedAnchor(thief, callOf(honest.extend(700, "garbage")));
    const deploy = (size: number, root: Buffer): Promise<Changed> =>
      people.deploy(["--successor-of", old.contract, "--size", String(size), "--root", root.toString("hex")]);
    const refusal = async (size: number, root: Buffer): Promise<string> =>
      deploy(size, root).then(
        () => "deployed",
        (error: Error) => error.message,
      );
    expect(await refusal(HONEST_SIZE, honest.root)).to.match(/is not closed: close it first/);
    await people.command(["close", "--contract", old.contract], people.closer);
    const before = await node.ask("eth_blockNumber");
    expect(await refusal(768, honest.extend(768).root)).to.match(/never recorded the head of 768 entries/);
    expect(await refusal(HONEST_SIZE, honest.extend(768).root)).to.match(/never recorded the head of 512 entries/);
    expect(await node.ask("eth_blockNumber"), "nothing was sent").to.equal(before);
    expect((await deploy(HONEST_SIZE, honest.root)).treeSize).to.equal(HONEST_SIZE);
  });
});

describe("an anchoring key that is replaced in peace", () => {
  it("leaves the anchor that is under way valid, and the next one is the new key's", async () => {
    const node = await startAnvil({ chainId: 5_151 });
    const people = await administratorsOn(node);
    const { contract } = await people.deploy();
    const fresh = await people.account("fresh");
    const before = await connectChain({ rpcUrl: node.rpcUrl, signer: people.anchorer.open, contract });
    const log = createSyntheticLog(300);

    await holdMining(node);
    const underWay = await before.sign(callOf({ ...log, proof: [] }));
    await before.send(underWay);
    const granting = people.command(["grant-anchorer", fresh.address, "--contract", contract], people.admin);
    while (((await node.ask("txpool_status")) as { pending: string }).pending !== "0x2") await sleep(20);
    await mine(node);
    expect((await granting).changed).to.equal(true);
    const place = await before.transactionState(underWay.transactionHash);
    expect(place.state).to.equal("included");

    const after = await connectChain({ rpcUrl: node.rpcUrl, signer: fresh.open, contract });
    const revoking = ["revoke-anchorer", people.anchorer.address, "--contract", contract];
    expect((await people.command(revoking, people.admin)).changed).to.equal(true);
    expect((await people.command(revoking, people.admin)).changed, "nothing is left to do").to.equal(false);
    expect(await after.transactionState(underWay.transactionHash)).to.deep.equal(place);
    expect(checkChainEvidence((await after.evidenceOf(underWay.transactionHash)).evidence).treeSize).to.equal(300);
    const late = await anchorMined(before, callOf(log.extend(400)));
    expect((await before.transactionState(late.transactionHash)).state).to.equal("failed");
    await anchorMined(after, callOf(log.extend(400)));
    expect((await after.head()).treeSize).to.equal(400);
    await expectRejection("CHAIN_REFUSED", after.deploy(new Uint8Array(32)), /not a local one/);
    await Promise.all([before.close(), after.close()]);
    await node.stop();
  });
});

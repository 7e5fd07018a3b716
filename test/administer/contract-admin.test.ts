// What the administrators of a contract do: each change with the account that may make it, once, and into a block. What
// the contract would refuse is refused before anything is signed, and a signer that goes wrong sends nothing.

import { Wallet } from "ethers";
import { expect } from "chai";

import { openLocalSigner } from "../../src/chain/signers/local-signer.ts";
import { openExternalSigner } from "../../src/chain/signers/external-signer.ts";
import {
  changeContract,
  deployCheckpointAnchor,
  EMPTY_HEAD,
  type ContractChange,
  type Deployment,
} from "../../src/administer/contract-admin.ts";
import { readContract, readRoleHolders } from "../../src/administer/contract-state.ts";
import type { AnchorSigner } from "../../src/chain/signer.ts";
import { openRpc, type Rpc } from "../../src/chain/rpc/rpc.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startFaultyNode } from "../support/faulty-node.ts";
import { startSigner, withHighS } from "../support/signer.ts";

const CHAIN_ID = 5_151;
const DEVELOPMENT = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const OUTSIDER = `0x${"11".repeat(20)}`;

describe("administering a contract", () => {
  let node: TestChain;
  let rpc: Rpc;
  let admin: AnchorSigner;
  let closer: AnchorSigner;
  let other: AnchorSigner;
  let deployment: Deployment;
  let contract: string;

  const fundedSigner = async (): Promise<AnchorSigner> => {
    const signer = openLocalSigner(Wallet.createRandom().privateKey, CHAIN_ID);
    await node.ask("anvil_setBalance", signer.address, "0x56bc75e2d63100000");
    return signer;
  };
  const change = (what: ContractChange, signer = admin, waitMs = 5_000) =>
    changeContract({ rpc, signer, waitMs }, contract, what);
  const holders = () => rpc.ask("eth_blockNumber", []).then((height) => readRoleHolders(rpc, contract, Number(height)));
  const sentBy = async ({ address }: AnchorSigner) =>
    Number(await node.ask("eth_getTransactionCount", address, "pending"));

  beforeEach(async () => {
    node = await startAnvil({ chainId: CHAIN_ID });
    rpc = await openRpc(node.rpcUrl);
    [admin, closer, other] = [await fundedSigner(), await fundedSigner(), await fundedSigner()];
    deployment = {
      logId: new Uint8Array(32).fill(9),
      start: EMPTY_HEAD,
      maxGrowth: 1_000,
      adminDelay: 60,
      admin: admin.address,
      anchorer: other.address,
      closer: closer.address,
    };
    const { state } = await deployCheckpointAnchor({ rpc, signer: admin, waitMs: 5_000 }, deployment);
    contract = state.contract;
  });
  afterEach(async () => {
    rpc.close();
    await node.stop();
  });

  it("deploys what was asked for, on a chain that is not local", async () => {
    const state = await readContract(rpc, contract);
    expect(state).to.include({
      chainId: CHAIN_ID,
      contract,
      logId: `0x${"09".repeat(32)}`,
      treeSize: 0,
      isClosed: false,
      maxGrowth: 1_000,
      admin: admin.address,
      offered: null,
    });
    expect(await holders()).to.deep.equal({ anchorer: [other.address], closer: [closer.address] });
  });

  it("gives and takes each role, and says who holds it in the end", async () => {
    for (const role of ["anchorer", "closer"] as const) {
      expect(await change({ kind: "grant", role, account: OUTSIDER })).to.include({
        blockNumber: (await readContract(rpc, contract)).blockNumber,
      });
      expect((await holders())[role]).to.have.members([role === "closer" ? closer.address : other.address, OUTSIDER]);
      await change({ kind: "revoke", role, account: OUTSIDER });
    }
    await change({ kind: "revoke", role: "anchorer", account: other.address });
    expect(await holders()).to.deep.equal({ anchorer: [], closer: [closer.address] });
  });

  it("sends nothing for what is so already", async () => {
    const before = await sentBy(admin);
    expect(await change({ kind: "grant", role: "anchorer", account: other.address })).to.equal(undefined);
    expect(await change({ kind: "revoke", role: "closer", account: OUTSIDER })).to.equal(undefined);
    expect(await change({ kind: "accept-admin" })).to.equal(undefined);
    expect(await sentBy(admin)).to.equal(before);
    await change({ kind: "close" }, closer);
    expect(await change({ kind: "close" }, closer)).to.equal(undefined);
    expect([await sentBy(closer), (await readContract(rpc, contract)).isClosed]).to.deep.equal([1, true]);
  });

  it("refuses whoever may not, by name, before anything is signed", async () => {
    const asked: string[] = [];
    const watched: AnchorSigner = {
      address: other.address,
      sign: (transaction) => {
        asked.push(transaction.data);
        return other.sign(transaction);
      },
    };
    const wrong: [ContractChange, RegExp][] = [
      [{ kind: "grant", role: "anchorer", account: OUTSIDER }, /is not the contract's admin, 0x[0-9a-f]{40} is/],
      [{ kind: "revoke", role: "closer", account: closer.address }, /is not the contract's admin/],
      [{ kind: "offer-admin", account: OUTSIDER }, /is not the contract's admin/],
      [{ kind: "accept-admin" }, /was not offered/],
      [{ kind: "close" }, /may not close the contract/],
    ];
    for (const [what, says] of wrong) {
      const { message } = await expectRejection("CHAIN_REFUSED", change(what, watched), says);
      expect(message).to.include(other.address.slice(0, 8));
    }
    expect(asked).to.deep.equal([]);
  });

  it("hands the place of the admin over in two steps, with the delay between them", async () => {
    await change({ kind: "offer-admin", account: other.address });
    expect(await change({ kind: "offer-admin", account: other.address }), "offered already").to.equal(undefined);
    expect((await readContract(rpc, contract)).offered?.account).to.equal(other.address);
    await expectRejection("CHAIN_REFUSED", change({ kind: "accept-admin" }, other), /can be accepted after 20/);
    await node.ask("evm_increaseTime", 61);
    await node.ask("evm_mine");
    await change({ kind: "accept-admin" }, other);
    expect(await readContract(rpc, contract)).to.include({ admin: other.address, offered: null });
    await expectRejection("CHAIN_REFUSED", change({ kind: "grant", role: "closer", account: OUTSIDER }));
  });

  it("gives no role to an account that everybody can use", async () => {
    for (const what of ["anchorer", "closer"] as const)
      await expectRejection("CONFIG_INVALID", change({ kind: "grant", role: what, account: DEVELOPMENT }), /published/);
    await expectRejection("CONFIG_INVALID", change({ kind: "offer-admin", account: DEVELOPMENT }), /published/);
    for (const role of ["admin", "anchorer", "closer"]) {
      const wanted = { ...deployment, [role]: DEVELOPMENT };
      await expectRejection("CONFIG_INVALID", deployCheckpointAnchor({ rpc, signer: admin, waitMs: 1 }, wanted));
    }
    expect(await sentBy(admin)).to.equal(1);
  });

  it("B21 sends nothing when the signer gives something else", async () => {
    const wallet = Wallet.createRandom();
    await node.ask("anvil_setBalance", wallet.address, "0x56bc75e2d63100000");
    await change({ kind: "grant", role: "closer", account: wallet.address.toLowerCase() });
    const program = await startSigner(wallet);
    const elsewhere = openExternalSigner({ url: program.url, address: wallet.address }, CHAIN_ID);
    const height = await node.ask("eth_blockNumber");
    program.giveInstead(withHighS);
    await expectRejection("SIGNER_FAILED", change({ kind: "close" }, elsewhere), /high s/);
    program.signInstead((wanted) => ({ ...wanted, maxFeePerGas: 10n ** 12n }));
    await expectRejection("SIGNER_FAILED", change({ kind: "close" }, elsewhere), /another fee cap/);
    program.behave((_, __, { response }) => void response.writeHead(503).end());
    await expectRejection("SIGNER_FAILED", change({ kind: "close" }, elsewhere), /HTTP status 503/);
    expect([await node.ask("eth_blockNumber"), await sentBy(elsewhere)]).to.deep.equal([height, 0]);
    program.giveInstead((raw) => raw);
    await change({ kind: "close" }, elsewhere);
    expect((await readContract(rpc, contract)).isClosed).to.equal(true);
    await program.stop();
  });

  it("says which transaction it gave up waiting for, and goes on from there when it is asked again", async () => {
    await node.ask("evm_setAutomine", false);
    const late = change({ kind: "grant", role: "anchorer", account: OUTSIDER }, admin, 300);
    await expectRejection("CHAIN_UNREACHABLE", late, /no block holds transaction 0x[0-9a-f]{64} yet/);
    await node.ask("evm_mine");
    expect(await change({ kind: "grant", role: "anchorer", account: OUTSIDER })).to.equal(undefined);
    expect((await holders()).anchorer).to.deep.equal([other.address, OUTSIDER]);
  });

  it("refuses what the chain would, and what is no contract", async () => {
    const impossible = { ...deployment, logId: new Uint8Array(32) };
    const deploying = deployCheckpointAnchor({ rpc, signer: admin, waitMs: 1_000 }, impossible);
    await expectRejection("CHAIN_REFUSED", deploying, /the chain would refuse it, so nothing was sent/);
    expect(await sentBy(admin)).to.equal(1);
    await expectRejection(
      "CHAIN_WRONG",
      changeContract({ rpc, signer: admin, waitMs: 1 }, OUTSIDER, { kind: "close" }),
    );
    const poor = openLocalSigner(Wallet.createRandom().privateKey, CHAIN_ID);
    await change({ kind: "grant", role: "closer", account: poor.address });
    await expectRejection("CHAIN_REFUSED", change({ kind: "close" }, poor), /funds|the chain would refuse/i);
    await node.ask("anvil_setChainId", 1);
    await expectRejection("CHAIN_WRONG", change({ kind: "close" }, closer), /serves chain 1/);
  });

  it("signs nothing that could cost more than was allowed, whatever the node says of gas and prices", async () => {
    const proxy = await startFaultyNode(node.rpcUrl);
    const over = await openRpc(proxy.rpcUrl);
    const asked: unknown[] = [];
    const watched: AnchorSigner = {
      ...admin,
      sign: (transaction) => (asked.push(transaction), admin.sign(transaction)),
    };
    const grant = (maxCost?: bigint) =>
      changeContract({ rpc: over, signer: watched, waitMs: 5_000, maxCost }, contract, {
        kind: "grant",
        role: "anchorer",
        account: OUTSIDER,
      });
    for (const [lie, answer] of [
      ["eth_maxPriorityFeePerGas", "0x9184e72a000"],
      ["eth_estimateGas", "0x77359400"],
    ] as const) {
      proxy.setFault(({ method }, forward) => (method === lie ? { result: answer } : forward()));
      await expectRejection("CHAIN_REFUSED", grant(), /could cost .* ether, and 0\.5 is the most/);
    }
    proxy.setFault();
    await expectRejection("CHAIN_REFUSED", grant(1_000n), /nothing was sent/);
    expect([asked, await sentBy(admin)]).to.deep.equal([[], 1]);
    expect(await grant()).to.include({ nonce: 1 });
    over.close();
    await proxy.stop();
  });

  it("finds the holders in ranges of whatever length the node takes, back to the deployment", async () => {
    await change({ kind: "grant", role: "anchorer", account: OUTSIDER });
    await node.ask("anvil_mine", "0x32");
    // A handover grants the admin's role as the deployment does, but it is not where the search ends.
    await change({ kind: "offer-admin", account: closer.address });
    await node.ask("evm_increaseTime", 61);
    await node.ask("evm_mine");
    await change({ kind: "accept-admin" }, closer);
    await change({ kind: "revoke", role: "anchorer", account: other.address }, closer);
    const proxy = await startFaultyNode(node.rpcUrl);
    proxy.setFault(async ({ method, params }, forward) => {
      if (method !== "eth_getLogs") return forward();
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      if (Number(toBlock) - Number(fromBlock) > 10) return { error: { code: -32005, message: "range too long" } };
      const { result } = await forward();
      const logs = result as unknown[];
      return { result: [...logs, ...logs].reverse() };
    });
    const over = await openRpc(proxy.rpcUrl);
    const height = Number(await over.ask("eth_blockNumber", []));
    expect(await readRoleHolders(over, contract, height)).to.deep.equal({
      anchorer: [OUTSIDER],
      closer: [closer.address],
    });
    proxy.setFault(({ method }, forward) => (method === "eth_getLogs" ? { result: "none" } : forward()));
    await expectRejection("CHAIN_UNREACHABLE", readRoleHolders(over, contract, height), /wrong form/);
    over.close();
    await proxy.stop();
  });
});

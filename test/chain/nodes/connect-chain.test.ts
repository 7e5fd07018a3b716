// What is refused before anything can go wrong: another chain, a key that everybody knows, a deployment where it costs.
// And what an auditor without a key can ask.

import { expect } from "chai";
import { HDNodeWallet, keccak256, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../../src/chain/nodes/connect-chain.ts";
import { sendAndWait } from "../../../src/administer/included-transaction.ts";
import { isLoopback, parseHttpEndpoint } from "../../../src/chain/rpc/json-rpc-http.ts";
import { openLocalSigner } from "../../../src/chain/signers/local-signer.ts";
import { openRpc } from "../../../src/chain/rpc/rpc.ts";
import { readOnlyChain } from "../../../src/chain/rpc/read-only-chain.ts";
import { checkChainEvidence } from "../../../src/core/chain-evidence.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode } from "../../support/faulty-node.ts";
import { anchorMined, connect, connectDeployed, growingLog, LOG_ID } from "../../support/anchored-log.ts";

const development = HDNodeWallet.fromPhrase(
  "test test test test test test test test test test test junk",
  "",
  "m/44'/60'/0'/0",
);
const developmentKey = (index: number): string => development.deriveChild(index).privateKey;

describe("connecting to a chain that is not local", () => {
  let node: TestChain;
  before(async () => {
    node = await startAnvil({ chainId: 1 });
  });
  after(() => node.stop());

  it("refuses each of the twenty development keys, and says what to do", async () => {
    expect(developmentKey(0)).to.equal(LOCAL_DEV_KEY);
    for (let index = 0; index < 20; index++) {
      const anchorKey = developmentKey(index);
      const error = await expectRejection(
        "CONFIG_INVALID",
        connectChain({ rpcUrl: node.rpcUrl, anchorKey }),
        /published development key.*make a key of your own for chain 1$/,
      );
      expect(`${error.message} ${error.stack}`).not.to.contain(anchorKey.slice(2, 20));
    }
  });

  it("takes any other key", async () => {
    for (const anchorKey of [developmentKey(20), Wallet.createRandom().privateKey]) {
      const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey, chainId: 1 });
      expect([chain.chainId, chain.isLocal]).to.deep.equal([1, false]);
      await chain.close();
    }
  });

  it("does not deploy", async () => {
    const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: Wallet.createRandom().privateKey });
    await expectRejection(
      "CHAIN_REFUSED",
      chain.deploy(LOG_ID),
      /not a local one: deploy with `warifu contract deploy`/,
    );
    expect(await node.ask("eth_blockNumber")).to.equal("0x0");
    await chain.close();
  });
});

describe("connecting to a local chain's id elsewhere", () => {
  for (const chainId of [31_337, 1_337])
    it(`truth E3: takes no development key on chain ${chainId} and deploys nothing, unless every node is on this machine`, async () => {
      const node = await startAnvil({ chainId });
      // The same node at an address that says nothing about whose machine it is on.
      const elsewhere = node.rpcUrl.replace("127.0.0.1", "0.0.0.0");
      for (const rpcUrl of [elsewhere, [node.rpcUrl, elsewhere], [elsewhere, node.rpcUrl]]) {
        const own = await connectChain({ rpcUrl, anchorKey: Wallet.createRandom().privateKey });
        expect(own.isLocal).to.equal(false);
        await expectRejection("CHAIN_REFUSED", own.deploy(LOG_ID), /not a local one/);
        await own.close();
        const known = connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY });
        await expectRejection("CONFIG_INVALID", known, /published development key/);
      }
      await node.stop();
    });

  it("truth E3: an administrator's development key is refused there as well", async () => {
    const node = await startAnvil();
    const rpc = await openRpc(node.rpcUrl.replace("127.0.0.1", "0.0.0.0"));
    const signer = openLocalSigner(LOCAL_DEV_KEY, 31_337);
    const call = { to: signer.address, data: "0x" };
    await expectRejection("CONFIG_INVALID", sendAndWait({ rpc, signer, waitMs: 1_000 }, call), /published development/);
    rpc.close();
    await node.stop();
  });

  for (const [host, expected] of [
    ["localhost", true],
    ["chain.localhost", true],
    ["127.8.9.10", true],
    ["[::1]", true],
    ["[::ffff:127.0.0.1]", true],
    ["0.0.0.0", false],
    ["localhost.example", false],
    ["127.0.0.1.example", false],
    ["[::2]", false],
    ["192.168.1.5", false],
    ["geth", false],
  ] as const)
    it(`truth E3: ${host} is ${expected ? "" : "not "}this machine`, () => {
      expect(isLoopback(parseHttpEndpoint(`http://user:secret@${host}:8545/key`, 1, "it"))).to.equal(expected);
    });
});

describe("connecting to a local chain", () => {
  for (const chainId of [31_337, 1_337])
    it(`takes a development key on chain ${chainId} and deploys`, async () => {
      const node = await startAnvil({ chainId });
      const chain = await connectDeployed(node);
      expect(chain.isLocal).to.equal(true);
      expect((await chain.head()).treeSize).to.equal(0);
      await chain.close();
      await node.stop();
    });

  it("gives up a deployment that no block takes in, and one that fails", async () => {
    const node = await startAnvil({ args: ["--no-mining"] });
    let clock = 0;
    const chain = await connect(node, { requestTimeoutMs: 60_000, now: () => (clock += 1_000) });
    await expectRejection("CHAIN_UNREACHABLE", chain.deploy(LOG_ID), /in no block: does it mine/);
    await node.ask("anvil_dropAllTransactions");
    await node.ask("evm_setAutomine", true);
    // The constructor refuses the zero log id: nothing is sent that the chain would refuse.
    await expectRejection("CHAIN_REFUSED", chain.deploy(new Uint8Array(32)), /would refuse it, so nothing was sent/);
    expect(await chain.hasContract()).to.equal(false);
    await chain.close();
    await node.stop();
  });

  for (const hardfork of ["london", "paris"])
    it(`truth E5: says why nothing can be deployed under ${hardfork}`, async () => {
      const node = await startAnvil({ args: ["--hardfork", hardfork] });
      const chain = await connect(node);
      await expectRejection("CHAIN_REFUSED", chain.deploy(LOG_ID), /needs a chain with the Shanghai fork \(PUSH0\)/);
      expect(await node.ask("eth_blockNumber")).to.equal("0x0");
      await Promise.all([chain.close(), node.stop()]);
    });

  it("truth E1: a deployment takes as much gas as the chain estimates, where that is more than ever was measured", async () => {
    const node = await startAnvil();
    const dear = await startFaultyNode(node.rpcUrl);
    dear.setFault(async ({ method }, forward) => (method === "eth_estimateGas" ? { result: "0xd0b90d" } : forward()));
    const chain = await connectDeployed(dear);
    const { transactions } = (await node.ask("eth_getBlockByNumber", "0x1", true)) as {
      transactions: { gas: string }[];
    };
    expect(Number(transactions[0]?.gas)).to.equal(2 ** 24);
    await Promise.all([chain.close(), dear.stop(), node.stop()]);
  });

  it("refuses what is no key, and does not repeat it", async () => {
    const node = await startAnvil();
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const wrong = [
      "",
      "0x",
      "0x1234",
      LOCAL_DEV_KEY.slice(2),
      `${LOCAL_DEV_KEY}00`,
      `0x${"0".repeat(64)}`,
      `0x${order}`,
    ];
    for (const anchorKey of wrong) {
      const error = await expectRejection("CONFIG_INVALID", connect(node, { anchorKey }), /must be a private key/);
      expect(error.cause).to.equal(undefined);
      if (anchorKey.length > 8) expect(`${error.message} ${error.stack}`).not.to.contain(anchorKey.slice(2, 20));
    }
    await node.stop();
  });

  it("refuses to sign once the endpoint serves another chain", async () => {
    const node = await startAnvil();
    const chain = await connectDeployed(node);
    await node.ask("anvil_setChainId", 5);
    await expectRejection("CHAIN_WRONG", chain.sign(growingLog(256).first), /serves chain 5, not chain 31337/);
    await expectRejection("CHAIN_WRONG", chain.deploy(LOG_ID));
    await chain.close();
    await node.stop();
  });
});

describe("a chain for reading", () => {
  it("answers everything but what takes a key", async () => {
    const node = await startAnvil();
    const operator = await connectDeployed(node);
    const { first } = growingLog(256);
    const { transactionHash } = await anchorMined(operator, first);
    const { contract } = operator;
    const reader = await readOnlyChain({ rpcUrl: node.rpcUrl, chainId: 31_337, contract });
    expect(await reader.hasContract()).to.equal(true);
    expect(await reader.codeHash()).to.equal(keccak256((await node.ask("eth_getCode", contract, "latest")) as string));
    expect(await reader.head()).to.deep.equal({ treeSize: 256, rootHash: first.rootHash, isClosed: false });
    expect(await reader.anchorEvents()).to.deep.equal(await operator.anchorEvents());
    expect(checkChainEvidence((await reader.evidenceOf(transactionHash)).evidence).treeSize).to.equal(256);
    expect(reader).not.to.have.any.keys("sign", "send", "deploy", "nextNonce");
    await expectRejection("CHAIN_WRONG", readOnlyChain({ rpcUrl: node.rpcUrl, chainId: 1 }));
    await Promise.all([operator.close(), reader.close(), node.stop()]);
  });

  it("sees that the log was closed, and at which head", async () => {
    const node = await startAnvil();
    const operator = await connectDeployed(node);
    const { first } = growingLog(256);
    await anchorMined(operator, first);
    const closing = { from: development.deriveChild(0).address, to: operator.contract, data: "0x43d726d6" };
    await node.ask("eth_sendTransaction", closing);
    await node.ask("evm_mine");
    expect(await operator.head()).to.deep.equal({ treeSize: 256, rootHash: first.rootHash, isClosed: true });
    await Promise.all([operator.close(), node.stop()]);
  });
});

describe("finality and reorgs", () => {
  let node: TestChain;
  beforeEach(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "2"] });
  });
  afterEach(() => node.stop());

  it("follows the block that the chain calls final", async () => {
    const chain = await connect(node);
    const seen: number[] = [];
    for (let height = 0; height < 12; height += 4) {
      seen.push(await chain.finalizedHeight());
      await node.ask("anvil_mine", "0x4");
    }
    expect(seen).to.deep.equal([0, 0, 4]);
    await chain.close();
  });

  it("lets a transaction that a reorg took away be sent again, and anchors once", async () => {
    const chain = await connectDeployed(node);
    const signed = await anchorMined(chain, growingLog(256).first);
    const before = await chain.transactionState(signed.transactionHash);
    await node.ask("anvil_reorg", 1, []);
    expect(await chain.transactionState(signed.transactionHash)).to.deep.equal({ state: "unknown" });
    expect(await chain.anchorEvents()).to.deep.equal([]);
    const { blockNumber, blockHash } = before as { blockNumber: number; blockHash: string };
    expect(await chain.blockHashAt(blockNumber)).not.to.equal(blockHash);
    await chain.send(signed);
    await node.ask("evm_mine");
    expect(await chain.transactionState(signed.transactionHash)).to.include({ state: "included" });
    expect(await chain.anchorEvents()).to.have.length(1);
    await chain.close();
  });
});

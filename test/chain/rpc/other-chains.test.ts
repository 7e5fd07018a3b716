// Chains that are not Ethereum's main one, each whole: an OP Stack rollup, a consortium whose validators seal the blocks, gas
// for nothing, and transactions from before EIP-1559. What was anchored there is proven and verified; where nothing could be
// proven, nobody gets as far as paying for an anchor.

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import { hexlify } from "ethers";

import type { Chain } from "../../../src/chain/chain.ts";
import { toObject } from "../../../src/chain/rpc/rpc-values.ts";
import { encodeReceipt } from "../../../src/chain/rpc/block-encoding.ts";
import { recordBeacon } from "../../../src/anchor/beacon.ts";
import { parseBundle } from "../../../src/core/bundle.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { checkChainEvidence } from "../../../src/core/chain-evidence.ts";
import { formatPolicy, parsePolicy, type Policy } from "../../../src/core/policy.ts";
import { parseConfig } from "../../../src/config.ts";
import { openChain } from "../../../src/service/open-chain.ts";
import { policyOf } from "../../../src/service/own-policy.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { logIdOf } from "../../../src/core/record.ts";
import { anchorFor, prove } from "../../../src/read/prove.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import type { Verdict } from "../../../src/verify/verdict.ts";
import { rpcChainView } from "../../../src/chain/nodes/chain-view.ts";
import { validatorAddresses, type Consensus } from "../../support/bft-header.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type Fault, type FaultyNode } from "../../support/faulty-node.ts";
import { anchorFinally, strictPolicy } from "../../support/final-anchor.ts";
import { startForkedChain } from "../../support/forked-chain.ts";
import {
  anchor,
  anchorMined,
  connect,
  connectDeployed,
  growingLog,
  holdMining,
  mine,
} from "../../support/anchored-log.ts";
import { openLedger, ORIGIN, reading, report, SIGNER } from "../../support/ledger.ts";

const AT_ONCE = ["--slots-in-an-epoch", "0"];

/** The verdict on a record's bundle that was made on this chain, under the policy of somebody who knows what is in `known`. */
async function verdictOn(chain: Chain, known: Partial<Policy["chain"]>, anchorIt = anchorFinally): Promise<Verdict> {
  const ledger = await openLedger();
  try {
    const { store, events, writer } = ledger.log;
    const onMissed = (reason: Error): never => {
      throw reason;
    };
    expect(await recordBeacon({ store, events, chain, writer, onMissed })).to.not.equal(undefined);
    const [, about] = await ledger.submit([reading(1), report(2), reading(3)]);
    await anchorIt(ledger, chain);
    const leafIndex = about?.leafIndex ?? 0;
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    const bytes = utf8(
      await prove(entry!, await anchorFor(entry!, ledger.store), ledger.store, ledger.log.tree, { chain }),
    );
    const policy = strictPolicy(chain);
    const trustedBlocks = known.validators ? [] : [parseBundle(bytes).chain.block.hash];
    return await verifyBundle(bytes, { ...policy, trustedBlocks, chain: { ...policy.chain, ...known } });
  } finally {
    await ledger.close();
  }
}

describe("an OP Stack rollup", () => {
  let node: TestChain;
  let faulty: FaultyNode;
  let chain: Chain;
  before(async () => {
    node = await startAnvil({ args: ["--network", "optimism", "--hardfork", "isthmus", ...AT_ONCE] });
    faulty = await startFaultyNode(node.rpcUrl);
    chain = await connect(faulty);
    await chain.deploy(logIdOf(ORIGIN));
  });
  after(async () => {
    await chain?.close();
    await faulty?.stop();
    await node?.stop();
  });

  const deposit = async (): Promise<void> => {
    const from = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    const what = { type: "0x7e", sourceHash: `0x${"5a".repeat(32)}`, mint: "0x0", isSystemTx: false, gas: "0x186a0" };
    await node.ask("eth_sendTransaction", { from, to: `0x${"00".repeat(19)}aa`, value: "0x0", ...what });
  };

  it("truth F5: an anchor in a block with a deposit is proven, and its bundle verifies", async () => {
    const verdict = await verdictOn(chain, {}, async (ledger, on) => {
      await holdMining(node);
      const send = on.send.bind(on);
      // The block is made once the anchor has been sent.
      const mining = {
        ...on,
        get contract() {
          return on.contract;
        },
        send: async (signed: Parameters<Chain["send"]>[0]) => {
          const refusal = await send(signed);
          await deposit();
          await mine(node);
          return refusal;
        },
      };
      await anchorFinally(ledger, mining);
    });
    expect(verdict.outcome, verdict.steps.at(-1)?.detail).to.equal("holds");
    const { blockNumber } = verdict.record!.anchor;
    const receipts = (await node.ask("eth_getBlockReceipts", `0x${blockNumber.toString(16)}`)) as Record<
      string,
      unknown
    >[];
    expect(receipts.map(({ type }) => type)).to.have.members(["0x2", "0x7E"]);
    expect(receipts.find(({ type }) => type === "0x7E")).to.include({ depositReceiptVersion: "0x1" });
  });

  it("truth F5: the probe at the start takes it, and refuses one whose deposits hold something else", async () => {
    await deposit();
    expect(await chain.headerForm()).to.equal("ethereum");
    for (const change of [
      { depositReceiptVersion: null },
      { depositNonce: "0x99" },
      { type: "0x7d" },
      { type: "0x6a" },
    ]) {
      faulty.setFault(async ({ method }, forward) => {
        const { result } = await forward();
        if (method !== "eth_getBlockReceipts") return { result };
        const isDeposit = ({ type }: Record<string, unknown>): boolean => type === "0x7E";
        return {
          result: (result as Record<string, unknown>[]).map((one) => (isDeposit(one) ? { ...one, ...change } : one)),
        };
      });
      await expectRejection(
        "CHAIN_WRONG",
        chain.headerForm(),
        /no anchor on chain 31337 could be proven, so none is sent: /,
      );
    }
    faulty.setFault();
  });

  it("truth F5: a deposit's receipt has six fields where it says its version, else four, as has one of type 0x7d", () => {
    const receipt = { status: "0x1", cumulativeGasUsed: "0x5208", logsBloom: `0x${"00".repeat(256)}`, logs: [] };
    const fields = [Uint8Array.of(1), Uint8Array.of(0x52, 0x08), new Uint8Array(256), []];
    const encoded = (more: object): string => hexlify(encodeReceipt(toObject({ ...receipt, ...more }, "test")));
    const version = { depositNonce: "0x7", depositReceiptVersion: "0x1" };
    const six = [...fields, Uint8Array.of(7), Uint8Array.of(1)];
    expect(encoded({ type: "0x7e", ...version })).to.equal(`0x7e${hexlify(RLP.encode(six)).slice(2)}`);
    for (const [type, more] of [
      ["0x7e", { depositNonce: "0x7" }],
      ["0x7d", version],
    ] as const)
      expect(encoded({ type, ...more })).to.equal(`${type}${hexlify(RLP.encode(fields)).slice(2)}`);
  });
});

describe("a consortium whose validators seal the blocks", () => {
  it("truth F6: the service takes it with its finality, and its own policy names form, finality and validators", async () => {
    const anvil = await startAnvil({ args: AT_ONCE });
    const deployed = await connectDeployed(anvil);
    const { contract } = deployed;
    await deployed.close();
    for (let block = 0; block < 3; block++) await anvil.ask("evm_mine");
    const node = await startForkedChain(anvil.rpcUrl, { from: 1, fields: () => [], consensus: { form: "besu-qbft" } });
    const sealed = { WARIFU_FINALITY: "bft", WARIFU_VALIDATORS: validatorAddresses(4).join(",") };
    const opened = async (rpcUrl: string, more: Record<string, string>): Promise<Policy> => {
      await using closing = new AsyncDisposableStack();
      const account = { WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY, WARIFU_CONTRACT: contract };
      const config = parseConfig({ WARIFU_RPC_URL: rpcUrl, ...account, ...more });
      const { chain } = await openChain(config, { contract: async () => undefined }, closing, () => undefined);
      return await policyOf(config, chain, SIGNER.key, { keys: [], quorum: 0 });
    };
    try {
      const policy = await opened(node.rpcUrl, sealed);
      const named = { headerForm: "besu-qbft", finality: "bft", validators: validatorAddresses(4) };
      expect(policy.chain).to.deep.include(named);
      expect(parsePolicy(utf8(formatPolicy(policy))).chain).to.deep.include(named);
      const others = { ...sealed, WARIFU_VALIDATORS: validatorAddresses(8).slice(4).join(",") };
      await expectRejection("CHAIN_WRONG", opened(node.rpcUrl, others), /seals of 0 of the 4 validators/);
      expect((await opened(anvil.rpcUrl, {})).chain).not.to.have.any.keys("headerForm", "finality", "validators");
      for (const [name, value] of Object.entries(sealed))
        await expectRejection(
          "CONFIG_INVALID",
          opened(anvil.rpcUrl, { [name]: value }),
          new RegExp(`${name}.*have no seals`),
        );
      node.setFault(async ({ method, params }) => {
        const result = (await anvil.ask(method, ...params)) as object;
        return { result: method === "eth_getBlockByNumber" ? { ...result, extraData: "0x1234" } : result };
      });
      await expectRejection(
        "CHAIN_WRONG",
        opened(node.rpcUrl, {}),
        /no anchor on chain 31337 could be proven, so none is sent/,
      );
    } finally {
      await node.stop();
      await anvil.stop();
    }
  });

  const CASES: readonly Consensus[] = [
    { form: "besu-qbft", round: 2 },
    { form: "besu-ibft2" },
    { form: "quorum-ibft" },
  ];
  for (const consensus of CASES)
    it(`truth F6: ${consensus.form}: an anchor is proven, and its bundle holds by the seals alone and by the node`, async () => {
      const anvil = await startAnvil({ args: AT_ONCE });
      const deployed = await connectDeployed(anvil);
      const { contract } = deployed;
      await deployed.close();
      const node = await startForkedChain(anvil.rpcUrl, { from: 1, fields: () => [], consensus });
      const chain = await connect(node, { contract, confirmations: 0, validators: validatorAddresses(4) });
      try {
        for (let block = 0; block < 3; block++) await anvil.ask("evm_mine");
        expect(await chain.headerForm()).to.equal(consensus.form);
        const known = { headerForm: consensus.form, finality: "bft", validators: validatorAddresses(4) } as const;
        const verdict = await verdictOn(chain, known);
        expect(verdict.outcome, verdict.steps.at(-1)?.detail).to.equal("holds");
        expect(verdict.steps.at(-1)?.fact).to.deep.include({ by: "validators" });
        expect(verdict.record?.after?.checked).to.equal(true);
        const view = rpcChainView([node.rpcUrl], { confirmations: 0 });
        const { blockNumber, blockHash } = verdict.record!.anchor;
        expect(await view.finalizedHeight()).to.be.at.least(blockNumber);
        expect(await view.blockHashAt(blockNumber)).to.equal(blockHash);
        expect(await view.newestTime?.()).to.be.greaterThan(0);
      } finally {
        await chain.close();
        await node.stop();
        await anvil.stop();
      }
    });
});

describe("a node of a consortium that shows what the validators did not seal", () => {
  const UNSEALED: readonly (readonly [what: string, consensus: Consensus, pattern: RegExp])[] = [
    ["half of them", { form: "besu-qbft", signers: [0, 1] }, /seals of 2 of the 4 validators .* 3 must/],
    ["others", { form: "besu-ibft2", validators: 8, signers: [4, 5, 6, 7] }, /seals of 0 of the 4/],
    ["nobody", { form: "quorum-ibft", signers: [] }, /seals of 0 of the 4/],
    ["a stranger", { form: "besu-qbft", validators: 3, signers: [0, 1, 2, 9] }, /nobody whom the block names/],
  ];
  for (const [what, consensus, pattern] of UNSEALED)
    it(`truth F6: gets none of it believed: sealed by ${what}`, async () => {
      const anvil = await startAnvil({ args: AT_ONCE });
      const deployed = await connectDeployed(anvil);
      const { contract } = deployed;
      const { transactionHash } = await anchorMined(deployed, growingLog(10).first);
      await deployed.close();
      const node = await startForkedChain(anvil.rpcUrl, { from: 1, fields: () => [], consensus });
      const chain = await connect(node, { contract, confirmations: 0, validators: validatorAddresses(4) });
      const credulous = await connect(node, { contract, confirmations: 0 });
      try {
        const { hash, number } = (await credulous.block("latest"))!;
        expect(await credulous.finalizedHeight()).to.equal(number);
        for (const question of [
          () => chain.finalizedHeight(),
          () => chain.block("latest"),
          () => chain.block("finalized"),
          () => chain.blockByHash(hash),
          () => chain.blockHashAt(number),
          () => chain.evidenceOf(transactionHash),
        ])
          await expectRejection("CHAIN_WRONG", question(), pattern);
        // The first block is sealed by nobody, and names the chain.
        expect(await chain.blockHashAt(0)).to.equal(await credulous.blockHashAt(0));
      } finally {
        await Promise.all([chain.close(), credulous.close(), node.stop(), anvil.stop()]);
      }
    });

  it("truth F6: gets none of it believed: an Ethereum block, which has its hash without any seal", async () => {
    const node = await startAnvil({ args: AT_ONCE });
    await node.ask("evm_mine");
    const chain = await connect(node, { confirmations: 0, validators: validatorAddresses(4) });
    await expectRejection("CHAIN_WRONG", chain.finalizedHeight(), /seals of 0 of the 4/);
    await Promise.all([chain.close(), node.stop()]);
  });
});

describe("a chain on which gas is free, and one from before EIP-1559", () => {
  let node: TestChain;
  let free: FaultyNode;
  let chain: Chain;
  /** What a node says for whom gas costs nothing. */
  const asFree: Fault = ({ method }, forward) =>
    method === "eth_gasPrice" || method === "eth_maxPriorityFeePerGas" ? { result: "0x0" } : forward();
  before(async () => {
    node = await startAnvil({ args: ["--base-fee", "0", "--gas-price", "0", ...AT_ONCE] });
    await node.ask("anvil_setBalance", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x0");
    free = await startFaultyNode(node.rpcUrl);
    free.setFault(asFree);
    chain = await connectDeployed(free);
  });
  after(async () => {
    await chain?.close();
    await free?.stop();
    await node?.stop();
  });

  it("truth F6: anchors cost nothing, are of every type, and prove which; an account with no funds can send them", async () => {
    const log = growingLog(10);
    for (const [at, transactionType] of ([0, 1, 2] as const).entries()) {
      const typed = await connect(free, { contract: chain.contract, transactionType });
      await node.ask("anvil_setNextBlockBaseFeePerGas", "0x0");
      const { transactionHash } = await anchorMined(typed, at === 0 ? log.first : log.next(10 + 10 * at));
      const { evidence, paid } = await typed.evidenceOf(transactionHash);
      expect(paid).to.equal(0n);
      const fact = checkChainEvidence(evidence);
      expect(fact.transactionType).to.equal(transactionType === 2 ? undefined : transactionType);
      expect(await typed.transactionState(transactionHash)).to.include({ state: "included", paid: 0n });
      await typed.close();
    }
  });

  it("truth F6: a node from before EIP-1559, which names neither type nor price of what a receipt is of, is enough", async () => {
    const old = await startFaultyNode(node.rpcUrl);
    old.setFault(async (request, forward, http) => {
      const { method } = request;
      const { result, error } = (await asFree(request, forward, http)) ?? {};
      if (error !== undefined) return { error };
      const without = (value: unknown): unknown => {
        const { effectiveGasPrice: _, type: __, ...rest } = value as Record<string, unknown>;
        return rest;
      };
      if (method === "eth_getTransactionReceipt" && result !== null) return { result: without(result) };
      if (method === "eth_getTransactionByHash" && result !== null) return { result: without(result) };
      return { result };
    });
    const legacy = await connect(old, { contract: chain.contract, transactionType: 0 });
    await node.ask("anvil_setNextBlockBaseFeePerGas", "0x0");
    const { transactionHash } = await anchor(legacy, growingLogFrom(await chain.head()));
    await node.ask("evm_mine");
    expect(await legacy.transactionState(transactionHash)).to.include({ state: "included", paid: undefined });
    expect(checkChainEvidence((await legacy.evidenceOf(transactionHash)).evidence).transactionType).to.equal(0);
    await legacy.close();
    await old.stop();
  });
});

/** The call that takes the log of these tests ten entries on. */
function growingLogFrom({
  treeSize,
}: {
  readonly treeSize: number;
}): ReturnType<ReturnType<typeof growingLog>["next"]> {
  const log = growingLog(10);
  let call = log.first;
  for (let size = 20; size <= treeSize + 10; size += 10) call = log.next(size);
  return call;
}

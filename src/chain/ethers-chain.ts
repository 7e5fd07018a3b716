/**
 * The operator's chain over one JSON-RPC node, with ethers: the questions of everybody else (read-only-chain.ts), and the
 * transactions of the anchoring account.
 */
import { getCreateAddress, type Wallet } from "ethers";

import { WarifuError } from "../core/errors.ts";
import { anchorGasLimit, DEPLOY_GAS_LIMIT, encodeAnchor, encodeDeployment } from "./anchor-contract.ts";
import { isLocalChain, openAnchorKey } from "./anchor-key.ts";
import type { Chain } from "./chain.ts";
import { transactionState } from "./questions.ts";
import { openConnection, readerOver, type Connection, type ReadOnlyChainOptions } from "./read-only-chain.ts";
import type { Rpc } from "./rpc.ts";
import { nextNonce, sendTransaction, signTransaction } from "./transactions.ts";

/** How to reach the chain and as whom. Without a contract, a local chain can be deployed to. */
export interface ChainOptions extends ReadOnlyChainOptions {
  /** Private key of the anchoring account, 32 bytes in hexadecimal behind `0x`. */
  readonly anchorKey: string;
}

/** How often, and for how many times the longest request, a deployment is looked for. */
const DEPLOY_POLL_MS = 50;
const DEPLOY_TIMEOUTS = 3;

/**
 * Connects to a chain. Nothing is sent to it but questions until {@link Chain.send} or {@link Chain.deploy}.
 * @throws CHAIN_UNREACHABLE; CHAIN_WRONG when it is another chain; CONFIG_INVALID for a bad address or key, also for a
 * published development key on a chain that is not local
 */
export async function connectChain(options: ChainOptions): Promise<Chain> {
  const connection = await openConnection(options);
  try {
    return chainOver(connection, openAnchorKey(options.anchorKey, connection.rpc.chainId));
  } catch (error) {
    connection.rpc.close();
    throw error;
  }
}

function chainOver(connection: Connection, wallet: Wallet): Chain {
  const { rpc } = connection;
  return {
    ...readerOver(connection),
    // Not copied with the rest: it changes with a deployment.
    get contract() {
      return connection.contract;
    },
    sign: (call) => {
      const gasLimit = anchorGasLimit(call.consistencyProof.length);
      return signTransaction(rpc, wallet, { to: connection.contract, data: encodeAnchor(call), gasLimit });
    },
    send: (anchor) => sendTransaction(rpc, anchor),
    nextNonce: () => nextNonce(rpc, wallet.address),
    deploy: (logId) => deployContract(connection, wallet, logId),
  };
}

/** Waits until the deployment is in a block: on a chain of one's own that takes no time to speak of. */
async function deployContract(connection: Connection, wallet: Wallet, logId: Uint8Array): Promise<void> {
  const { rpc } = connection;
  if (!isLocalChain(rpc.chainId))
    throw new WarifuError(
      "CHAIN_REFUSED",
      `chain ${rpc.chainId} is not a local one: deploy with Ignition, then name the contract`,
      { details: { reason: "not-local" } },
    );
  const data = await encodeDeployment(logId, wallet.address);
  const signed = await signTransaction(rpc, wallet, { to: null, data, gasLimit: DEPLOY_GAS_LIMIT });
  await sendTransaction(rpc, signed);
  await untilIncluded(rpc, signed.transactionHash);
  connection.contract = getCreateAddress({ from: wallet.address, nonce: signed.nonce }).toLowerCase();
}

async function untilIncluded(rpc: Rpc, transactionHash: string): Promise<void> {
  const deadline = performance.now() + DEPLOY_TIMEOUTS * rpc.timeoutMs;
  while (performance.now() < deadline) {
    const { state } = await transactionState(rpc, transactionHash);
    if (state === "included") return;
    if (state === "failed")
      throw new WarifuError("CHAIN_REFUSED", "the deployment failed on the chain", { details: { reason: "failed" } });
    await new Promise((resolve) => setTimeout(resolve, DEPLOY_POLL_MS));
  }
  throw new WarifuError("CHAIN_UNREACHABLE", "the chain puts the deployment in no block: does it mine?");
}

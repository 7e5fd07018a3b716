/**
 * One JSON-RPC node as the operator's chain uses it: the questions anybody may ask (read-only-chain.ts), and those about the
 * anchoring account.
 */
import { toCount } from "./rpc-values.ts";
import type { ChainNode } from "../chain.ts";
import { balanceOf, marketFees, transactionCount } from "./queries.ts";
import { openConnection, readerOver, type ReadOnlyChainOptions } from "./read-only-chain.ts";
import { estimatedGas, sendTransaction } from "./transactions.ts";

/**
 * Connects to a node.
 * @throws CHAIN_UNREACHABLE; CHAIN_WRONG when it serves another chain; CONFIG_INVALID for a bad address
 */
export async function connectNode(options: ReadOnlyChainOptions): Promise<ChainNode> {
  const connection = await openConnection(options);
  const { rpc } = connection;
  return {
    ...readerOver(connection),
    // A getter, not a copy: it changes with a deployment.
    get contract() {
      return connection.contract;
    },
    name: new URL(options.rpcUrl).host,
    counts: rpc.counts,
    useContract: (address) => {
      connection.contract = address;
    },
    chainIdNow: async () => toCount(await rpc.ask("eth_chainId", []), "eth_chainId"),
    transactionCount: (account, height) => transactionCount(rpc, account, height),
    balance: (account) => balanceOf(rpc, account),
    marketFees: () => marketFees(rpc),
    estimatedGas: (account, call) => estimatedGas(rpc, account, call),
    send: (anchor) => sendTransaction(rpc, anchor),
  };
}

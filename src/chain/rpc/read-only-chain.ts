/**
 * A contract on a chain, read without a key: for auditors, and as the reading half of the operator's chain.
 */
import { keccak256 } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import { readHead, readLogId, readMaxGrowth } from "./anchor-contract.ts";
import { eventsBetween, readAnchorEvents } from "./anchor-events.ts";
import { isLocalChain } from "../local-chains.ts";
import { ADDRESS } from "./rpc-values.ts";
import type { FinalityRule, ReadOnlyChain } from "../chain.ts";
import { buildEvidence } from "./evidence.ts";
import { probeEvidence } from "./probe-evidence.ts";
import {
  blockByHash,
  blockHashAt,
  blockNamed,
  codeAt,
  finalizedHeight,
  newestHeight,
  transactionState,
} from "./queries.ts";
import { openRpc, type Rpc } from "./rpc.ts";
import { assertChain } from "./transactions.ts";

/** Where the chain and the contract are. */
export interface ReadOnlyChainOptions {
  /** http or https; user name and password in it become a header. */
  readonly rpcUrl: string;
  /** The chain that it must be. */
  readonly chainId?: number | undefined;
  /** Take the given chain id without asking: the node is one of several and does not answer at present. */
  readonly isChainKnown?: boolean | undefined;
  /** Address of the log's contract, lower case. */
  readonly contract?: string | undefined;
  /** Longest time for one request. */
  readonly requestTimeoutMs?: number | undefined;
  /** If the chain names no finalized block: a block is final with this many blocks on top; 0: as soon as it is there. */
  readonly confirmations?: number | undefined;
  /** Addresses of those who seal the chain's blocks, lower case: then no block counts without a quorum of their seals. */
  readonly validators?: readonly string[] | undefined;
}

/** An open connection, and the contract it is currently about. */
export interface Connection {
  readonly rpc: Rpc;
  readonly confirmations: number | undefined;
  contract: string;
}

const NO_CONTRACT = "0x0000000000000000000000000000000000000000";

/**
 * Connects for reading.
 * @throws CHAIN_UNREACHABLE; CHAIN_WRONG when it is another chain; CONFIG_INVALID for a bad address
 */
export async function readOnlyChain(options: ReadOnlyChainOptions): Promise<ReadOnlyChain> {
  return readerOver(await openConnection(options));
}

/** @throws as {@link readOnlyChain} */
export async function openConnection(options: ReadOnlyChainOptions): Promise<Connection> {
  const { contract = NO_CONTRACT, chainId, confirmations, validators } = options;
  if (!ADDRESS.test(contract))
    throw new WarifuError("CONFIG_INVALID", "the contract's address must be 20 bytes, lower-case hexadecimal after 0x");
  const known = options.isChainKnown === true ? chainId : undefined;
  const rpc = await openRpc(options.rpcUrl, options.requestTimeoutMs, known);
  try {
    if (chainId !== undefined) assertChain(rpc.chainId, chainId);
  } catch (error) {
    rpc.close();
    throw error;
  }
  return { rpc: { ...rpc, validators }, contract, confirmations };
}

/** Questions about the contract that is the connection's at the time of asking. */
export function readerOver(connection: Connection): ReadOnlyChain {
  const { rpc } = connection;
  // The form is found whoever sealed the blocks, even nobody.
  const unsealed = { ...rpc, validators: undefined };
  return {
    chainId: rpc.chainId,
    get contract() {
      return connection.contract;
    },
    isLocal: isLocalChain(rpc.chainId, rpc.isLoopback),
    finality: finalityRule(connection.confirmations),
    headerForm: () => probeEvidence(unsealed),
    hasContract: async () => (await codeAt(rpc, connection.contract)) !== "0x",
    codeHash: async () => keccak256(await codeAt(rpc, connection.contract)),
    logId: () => readLogId(rpc, connection.contract),
    maxGrowth: () => readMaxGrowth(rpc, connection.contract),
    head: (height) => readHead(rpc, connection.contract, height ?? "latest"),
    transactionState: (transactionHash) => transactionState(rpc, transactionHash),
    block: (which) => blockNamed(rpc, which, connection.confirmations),
    blockByHash: (hash) => blockByHash(rpc, hash),
    anchorEventsIn: (from, to) => eventsBetween(rpc, connection.contract, from, to),
    blockHashAt: (number) => blockHashAt(rpc, number),
    finalizedHeight: () => finalizedHeight(rpc, connection.confirmations),
    anchorEvents: async () => {
      const newest = await newestHeight(rpc);
      const { treeSize } = await readHead(rpc, connection.contract, newest);
      return readAnchorEvents(rpc, connection.contract, newest, treeSize);
    },
    evidenceOf: (transactionHash) => buildEvidence(rpc, connection.contract, transactionHash),
    close: async () => rpc.close(),
  };
}

function finalityRule(confirmations: number | undefined): FinalityRule {
  if (confirmations === undefined) return "tag";
  return confirmations === 0 ? "bft" : `depth:${confirmations}`;
}

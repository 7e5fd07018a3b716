/**
 * The contract as the service calls it; administrators use administer/contract-admin.ts instead. The generated types are
 * imported by the factory's own path, since their barrels cannot be loaded as they are. Results are in the terms of the
 * chain interface.
 */
import { isError } from "ethers";

import { CheckpointAnchor__factory } from "../../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { fromHex } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { EMPTY_ROOT } from "../../core/merkle.ts";
import { DEFAULT_MAX_GROWTH } from "../max-growth.ts";
import { unusable } from "./rpc-values.ts";
import type { AnchorCall, AnchoredHead, AnchorEvent } from "../chain.ts";
import { nodeMessageOf, type Rpc } from "./rpc.ts";

const abi = CheckpointAnchor__factory.createInterface();

/** First topic of the event CheckpointAnchored. */
export const ANCHORED_TOPIC: string = abi.getEvent("CheckpointAnchored").topicHash;

/**
 * Gas limit of an anchor whose proof has this many hashes. The call's shape is fixed, so nothing is estimated: it is one and
 * a half times what was measured (60,600 for 22 hashes), which is also more than the calldata floor of EIP-7623.
 */
export function anchorGasLimit(proofHashes: number): number {
  return 60_000 + 1_800 * proofHashes;
}

/** Calldata of an anchor. */
export function encodeAnchor({ treeSize, rootHash, consistencyProof }: AnchorCall): string {
  return abi.encodeFunctionData("anchor", [treeSize, rootHash, [...consistencyProof]]);
}

/** Calldata of a deployment for an empty log, in which one account has all roles. */
export async function encodeDeployment(logId: Uint8Array, account: string): Promise<string> {
  const factory = new CheckpointAnchor__factory();
  const call = await factory.getDeployTransaction(
    logId,
    0,
    EMPTY_ROOT,
    DEFAULT_MAX_GROWTH,
    account,
    0,
    account,
    account,
  );
  return call.data;
}

/**
 * The head at a block. Whether the log is closed is asked first: closing cannot be undone and ends all change, so the two
 * answers always describe one moment, whatever happens between them.
 * @throws CHAIN_WRONG when no CheckpointAnchor is at the address; CHAIN_UNREACHABLE
 */
export async function readHead(rpc: Rpc, address: string, blockTag: string | number): Promise<AnchoredHead> {
  const contract = CheckpointAnchor__factory.connect(address, rpc.provider);
  try {
    const isClosed = await contract.isClosed({ blockTag });
    const { size, root } = await contract.head({ blockTag });
    return { treeSize: countOf(size, "eth_call"), rootHash: bytesOf(root), isClosed };
  } catch (error) {
    throw asHeadFailure(error, rpc, address);
  }
}

/**
 * Id of the log that the contract was deployed for: SHA-256 of its origin.
 * @throws as {@link readHead}
 */
export async function readLogId(rpc: Rpc, address: string): Promise<Uint8Array> {
  try {
    return bytesOf(await CheckpointAnchor__factory.connect(address, rpc.provider).logId());
  } catch (error) {
    throw asHeadFailure(error, rpc, address);
  }
}

/**
 * Most leaves that one anchor may add. A limit too large to be represented here is as good as no limit.
 * @throws as {@link readHead}
 */
export async function readMaxGrowth(rpc: Rpc, address: string): Promise<number> {
  try {
    const maxGrowth = await CheckpointAnchor__factory.connect(address, rpc.provider).maxGrowth();
    return Math.min(Number(maxGrowth), Number.MAX_SAFE_INTEGER);
  } catch (error) {
    throw asHeadFailure(error, rpc, address);
  }
}

function asHeadFailure(error: unknown, rpc: Rpc, contract: string): WarifuError {
  // Answered, but not as a CheckpointAnchor does: the call failed, or gave something else.
  if (isError(error, "BAD_DATA") || /revert|opcode|out of gas/i.test(nodeMessageOf(error) ?? ""))
    return new WarifuError("CHAIN_WRONG", `there is no CheckpointAnchor at ${contract} on chain ${rpc.chainId}`, {
      details: { contract, chainId: rpc.chainId },
    });
  if (error instanceof WarifuError) return error;
  // ethers throws its own kind of error for a closed provider.
  return new WarifuError("CHAIN_UNREACHABLE", "eth_call: the connection was closed", {
    details: { method: "eth_call" },
  });
}

/**
 * Contents of a CheckpointAnchored event.
 * @throws CHAIN_UNREACHABLE when it is not one
 */
export function decodeAnchored(
  topics: string[],
  data: string,
): Pick<AnchorEvent, "treeSize" | "rootHash" | "previousSize"> {
  const { size, root, previousSize } = decodeOrRefuse(topics, data);
  return {
    treeSize: countOf(size, "eth_getLogs"),
    rootHash: bytesOf(root),
    previousSize: countOf(previousSize, "eth_getLogs"),
  };
}

function decodeOrRefuse(topics: string[], data: string): { size: bigint; root: string; previousSize: bigint } {
  try {
    const { size, root, previousSize } = abi.decodeEventLog("CheckpointAnchored", data, topics);
    return { size, root, previousSize };
  } catch {
    return unusable("eth_getLogs");
  }
}

function countOf(value: bigint, method: string): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : unusable(method);
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.slice(2), "a node's answer", 32);
}

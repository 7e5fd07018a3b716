/**
 * What a CheckpointAnchor tells its administrators about itself: its head, and who holds which role.
 *
 * The contract keeps no list of a role's holders, so we collect them from its events and then ask about each. The search
 * goes back from the newest block and ends at the deployment, whose block nobody has to know: it is the transaction that
 * made somebody admin without taking the role from anybody.
 */
import { id, keccak256, ZeroHash } from "ethers";

import { CheckpointAnchor__factory } from "../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { readHead, readLogId } from "../chain/rpc/anchor-contract.ts";
import { HASH, quantity, toCount, toObject, unusable } from "../chain/rpc/rpc-values.ts";
import { codeAt, newestHeight } from "../chain/rpc/queries.ts";
import type { Rpc } from "../chain/rpc/rpc.ts";
import { searchBack } from "../chain/rpc/search-back.ts";

const abi = CheckpointAnchor__factory.createInterface();
const GRANTED = abi.getEvent("RoleGranted").topicHash;
const REVOKED = abi.getEvent("RoleRevoked").topicHash;
const ADMIN_ROLE = ZeroHash;

/** What an account may do besides administering. */
export type ContractRole = "anchorer" | "closer";

/** The roles by their names in the contract. */
export const ROLE_IDS: Readonly<Record<ContractRole, string>> = {
  anchorer: id("ANCHOR_ROLE"),
  closer: id("CLOSE_ROLE"),
};

/** The contract at one block. Addresses, hashes and roots are hexadecimal after `0x`, lower case. */
export interface ContractState {
  readonly chainId: number;
  readonly contract: string;
  readonly blockNumber: number;
  readonly codeHash: string;
  /** SHA-256 of the log's origin. */
  readonly logId: string;
  readonly treeSize: number;
  readonly rootHash: string;
  /** POSIX seconds. */
  readonly anchoredAt: number;
  readonly isClosed: boolean;
  /** Most leaves that one anchor may add. */
  readonly maxGrowth: number;
  /** The zero address when there is none. */
  readonly admin: string;
  /** Who was offered the admin role, and the POSIX second after which they can accept. */
  readonly offered: { readonly account: string; readonly after: number } | null;
}

/**
 * Reads the contract at that height, or else at the newest block.
 * @throws CHAIN_WRONG when there is no CheckpointAnchor at the address; CHAIN_UNREACHABLE
 */
export async function readContract(rpc: Rpc, address: string, height?: number): Promise<ContractState> {
  const blockNumber = height ?? (await newestHeight(rpc));
  const blockTag = blockNumber;
  const { treeSize, rootHash, isClosed } = await readHead(rpc, address, blockTag);
  const contract = CheckpointAnchor__factory.connect(address, rpc.provider);
  const [logId, code, head, maxGrowth, admin, offered] = await answered(
    Promise.all([
      readLogId(rpc, address),
      codeAt(rpc, address),
      contract.head({ blockTag }),
      contract.maxGrowth({ blockTag }),
      contract.defaultAdmin({ blockTag }),
      contract.pendingDefaultAdmin({ blockTag }),
    ]),
  );
  return {
    chainId: rpc.chainId,
    contract: address,
    blockNumber,
    codeHash: keccak256(code),
    logId: `0x${toHex(logId)}`,
    treeSize,
    rootHash: `0x${toHex(rootHash)}`,
    anchoredAt: Number(head.time),
    isClosed,
    // A limit too large to be represented here is as good as no limit.
    maxGrowth: Math.min(Number(maxGrowth), Number.MAX_SAFE_INTEGER),
    admin: admin.toLowerCase(),
    offered:
      offered.schedule === 0n ? null : { account: offered.newAdmin.toLowerCase(), after: Number(offered.schedule) },
  };
}

/** Whether the account holds the role, at the newest block or at that height. */
export async function holdsRole(
  rpc: Rpc,
  address: string,
  role: ContractRole,
  account: string,
  height?: number,
): Promise<boolean> {
  const contract = CheckpointAnchor__factory.connect(address, rpc.provider);
  return answered(contract.hasRole(ROLE_IDS[role], account, { blockTag: height ?? "latest" }));
}

/**
 * Every account that holds a role at a height, in the order in which they first got it.
 * @throws CHAIN_UNREACHABLE
 */
export async function readRoleHolders(
  rpc: Rpc,
  address: string,
  height: number,
): Promise<Readonly<Record<ContractRole, readonly string[]>>> {
  const grants = await grantsUpTo(rpc, address, height);
  const holders = async (role: ContractRole): Promise<string[]> => {
    const accounts = grants.filter((grant) => grant.role === ROLE_IDS[role]).map(({ account }) => account);
    const holding: string[] = [];
    for (const account of new Set(accounts))
      if (await holdsRole(rpc, address, role, account, height)) holding.push(account);
    return holding;
  };
  return { anchorer: await holders("anchorer"), closer: await holders("closer") };
}

interface RoleEvent {
  readonly isGrant: boolean;
  readonly role: string;
  readonly account: string;
  readonly transactionHash: string;
}

/** Grants from the deployment on, oldest first. */
async function grantsUpTo(rpc: Rpc, address: string, height: number): Promise<RoleEvent[]> {
  let events: RoleEvent[] = [];
  for await (const found of searchBack(height, (from, to) => roleEvents(rpc, address, from, to))) {
    events = [...found, ...events];
    if (found.some((event) => isDeployment(event, found))) break;
  }
  return events.filter(({ isGrant }) => isGrant);
}

/** A handover, in contrast, takes the role from its holder in the same transaction. */
function isDeployment({ isGrant, role, transactionHash }: RoleEvent, events: readonly RoleEvent[]): boolean {
  const replaces = events.some((one) => one.transactionHash === transactionHash && !one.isGrant && one.role === role);
  return isGrant && role === ADMIN_ROLE && !replaces;
}

async function roleEvents(rpc: Rpc, address: string, from: number, to: number): Promise<RoleEvent[]> {
  const method = "eth_getLogs";
  const range = { fromBlock: quantity(from), toBlock: quantity(to) };
  const answer = await rpc.ask(method, [{ address, topics: [[GRANTED, REVOKED]], ...range }]);
  if (!Array.isArray(answer)) return unusable(method);
  const placed = answer.map((item) => {
    const log = toObject(item, method);
    const [topic = "", role = "", account = ""] = log.strings("topics", HASH);
    const event = {
      isGrant: topic === GRANTED,
      role,
      account: `0x${account.slice(-40)}`,
      transactionHash: log.string("transactionHash", HASH),
    };
    return {
      event,
      at: [toCount(log.string("blockNumber"), method), toCount(log.string("logIndex"), method)] as const,
    };
  });
  return placed.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]).map(({ event }) => event);
}

/** An answer to a call of the contract; ethers throws its own errors for what it cannot decode. */
async function answered<T>(calls: Promise<T>): Promise<T> {
  try {
    return await calls;
  } catch (error) {
    throw error instanceof WarifuError ? error : unusable("eth_call");
  }
}

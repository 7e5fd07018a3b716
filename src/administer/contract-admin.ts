/**
 * What the administrators of a CheckpointAnchor do: decide who may anchor and who may close, close, and deploy. Each change
 * is checked before anything is signed, so one that is already made costs nothing, and one that the contract would refuse is
 * refused with a reason. Each is then followed until it is in a block.
 */
import { getCreateAddress } from "ethers";

import { CheckpointAnchor__factory } from "../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { equalBytes, fromHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { EMPTY_ROOT } from "../core/merkle.ts";
import { formatSecond } from "../core/timestamp.ts";
import { readAnchorEvents } from "../chain/rpc/anchor-events.ts";
import { assertOwnAccount } from "../chain/signers/development-keys.ts";
import type { AnchorEvent } from "../chain/chain.ts";
import { holdsRole, readContract, ROLE_IDS, type ContractRole, type ContractState } from "./contract-state.ts";
import { sendAndWait, type Included, type Sender } from "./included-transaction.ts";
import { blockNamed, newestHeight } from "../chain/rpc/queries.ts";
import type { Rpc } from "../chain/rpc/rpc.ts";

const abi = CheckpointAnchor__factory.createInterface();

/** A change of the contract. Accounts are lower case, after `0x`. */
export type ContractChange =
  | { readonly kind: "grant" | "revoke"; readonly role: ContractRole; readonly account: string }
  | { readonly kind: "close" }
  /** Offers the admin role; the other account has to accept it once the contract's delay is over. */
  | { readonly kind: "offer-admin"; readonly account: string }
  | { readonly kind: "accept-admin" };

/** Who makes a change, where, how long to wait for a block, and what it may cost. */
export type Administration = Sender;

/**
 * Makes a change.
 * @returns where it was included; `undefined` when it was already made, so nothing was sent
 * @throws CHAIN_REFUSED when the account may not make it, or the change failed; CONFIG_INVALID for a published development
 * account on a chain that is not local; CHAIN_WRONG, CHAIN_UNREACHABLE, SIGNER_FAILED
 */
export async function changeContract(
  administration: Administration,
  contract: string,
  change: ContractChange,
): Promise<Included | undefined> {
  const { rpc, signer } = administration;
  const state = await readContract(rpc, contract);
  if (change.kind === "grant" || change.kind === "offer-admin")
    assertOwnAccount(change.account, rpc.chainId, rpc.isLoopback);
  if (await isMade(rpc, state, change, signer.address)) return undefined;
  await assertMay(rpc, state, change, signer.address);
  return sendAndWait(administration, { to: contract, data: encodeChange(change) });
}

/** Whether the change is already made in this state; roles are looked up at the newest block or at that height. */
export async function isMade(
  rpc: Rpc,
  state: ContractState,
  change: ContractChange,
  sender: string,
  height?: number,
): Promise<boolean> {
  switch (change.kind) {
    case "grant":
      return holdsRole(rpc, state.contract, change.role, change.account, height);
    case "revoke":
      return !(await holdsRole(rpc, state.contract, change.role, change.account, height));
    case "close":
      return state.isClosed;
    case "offer-admin":
      return state.offered?.account === change.account;
    case "accept-admin":
      return state.admin === sender;
  }
}

/** The contract would refuse anybody else too, but at the price of a transaction. */
async function assertMay(rpc: Rpc, state: ContractState, change: ContractChange, sender: string): Promise<void> {
  switch (change.kind) {
    case "grant":
    case "revoke":
    case "offer-admin":
      return state.admin === sender ? undefined : refuse(`${sender} is not the contract's admin, ${state.admin} is`);
    case "close":
      if (await holdsRole(rpc, state.contract, "closer", sender)) return undefined;
      return refuse(`${sender} may not close the contract`);
    case "accept-admin":
      if (state.offered?.account !== sender) return refuse(`${sender} was not offered to be the contract's admin`);
      return assertDelayOver(rpc, state.offered.after);
  }
}

async function assertDelayOver(rpc: Rpc, after: number): Promise<void> {
  const now = (await blockNamed(rpc, "latest"))?.time ?? 0;
  if (now <= after) refuse(`the offer can be accepted after ${formatSecond(after)}`);
}

function encodeChange(change: ContractChange): string {
  switch (change.kind) {
    case "grant":
      return abi.encodeFunctionData("grantRole", [ROLE_IDS[change.role], change.account]);
    case "revoke":
      return abi.encodeFunctionData("revokeRole", [ROLE_IDS[change.role], change.account]);
    case "close":
      return abi.encodeFunctionData("close");
    case "offer-admin":
      return abi.encodeFunctionData("beginDefaultAdminTransfer", [change.account]);
    case "accept-admin":
      return abi.encodeFunctionData("acceptDefaultAdminTransfer");
  }
}

/** A tree head that a contract can start at. */
export interface StartHead {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** The head of a log without entries. */
export const EMPTY_HEAD: StartHead = { treeSize: 0, rootHash: EMPTY_ROOT };

/** A contract to be. Accounts are lower case, after `0x`. */
export interface Deployment {
  /** SHA-256 of the log's origin. */
  readonly logId: Uint8Array;
  readonly start: StartHead;
  /** Most leaves that one anchor may add. */
  readonly maxGrowth: number;
  /** Seconds between the two steps that hand over the admin role. */
  readonly adminDelay: number;
  readonly admin: string;
  readonly anchorer: string;
  readonly closer: string;
}

/**
 * Deploys a contract, on any chain, and returns its state as the node then shows it.
 * @throws CONFIG_INVALID for a published development account on a chain that is not local; CHAIN_REFUSED,
 *   CHAIN_UNREACHABLE, SIGNER_FAILED
 */
export async function deployCheckpointAnchor(
  administration: Administration,
  deployment: Deployment,
): Promise<Included & { readonly state: ContractState }> {
  const { rpc, signer } = administration;
  const { admin, anchorer, closer, logId, start, maxGrowth, adminDelay } = deployment;
  for (const account of [admin, anchorer, closer]) assertOwnAccount(account, rpc.chainId, rpc.isLoopback);
  const { data } = await new CheckpointAnchor__factory().getDeployTransaction(
    logId,
    start.treeSize,
    start.rootHash,
    maxGrowth,
    admin,
    adminDelay,
    anchorer,
    closer,
  );
  const included = await sendAndWait(administration, { to: null, data });
  const contract = getCreateAddress({ from: signer.address, nonce: included.nonce }).toLowerCase();
  return { ...included, state: await readContract(rpc, contract) };
}

/**
 * What a successor takes over from a contract once that is closed: if both could grow, one log would have two heads.
 * @returns the old contract, and its anchors, oldest first
 * @throws CHAIN_REFUSED while it is open; CHAIN_WRONG when there is no such contract; CHAIN_UNREACHABLE
 */
export async function readClosedContract(
  rpc: Rpc,
  contract: string,
): Promise<{ readonly state: ContractState; readonly anchors: readonly AnchorEvent[] }> {
  const state = await readContract(rpc, contract);
  if (!state.isClosed) refuse(`${contract} is not closed: close it first, or the log has two heads`);
  return { state, anchors: await readAnchorEvents(rpc, contract, await newestHeight(rpc), state.treeSize) };
}

/** Whether the old contract recorded that head: a successor that starts at any other can never fit the log. */
export function isRecorded(anchors: readonly AnchorEvent[], { treeSize, rootHash }: StartHead): boolean {
  if (treeSize === 0) return equalBytes(rootHash, EMPTY_ROOT);
  return anchors.some((anchor) => anchor.treeSize === treeSize && equalBytes(anchor.rootHash, rootHash));
}

/** Bytes of a log id as {@link ContractState} has it. */
export function logIdBytes({ logId }: ContractState): Uint8Array {
  return fromHex(logId.slice(2), "log id", 32);
}

function refuse(reason: string): never {
  throw new WarifuError("CHAIN_REFUSED", reason, { details: { reason: "not-allowed" } });
}

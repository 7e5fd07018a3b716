/**
 * Composes the administration of a log's contract: which chain, which contract, whose key, and, for a successor, the last
 * head that the data folder vouches for. Needs no running service, and never the anchoring key.
 */
import { openAnchorSigner, type SignerOptions } from "./account-keys.ts";
import {
  changeContract,
  deployCheckpointAnchor,
  EMPTY_HEAD,
  isRecorded,
  logIdBytes,
  readClosedContract,
  type ContractChange,
  type Deployment,
  type StartHead,
} from "./chain/contract-admin.ts";
import { readContract, readRoleHolders, type ContractState } from "./chain/contract-state.ts";
import type { Included } from "./chain/included-transaction.ts";
import { openRpc, type Rpc } from "./chain/rpc.ts";
import { assertChain } from "./chain/transactions.ts";
import type { Config } from "./config.ts";
import { codeOf, WarifuError } from "./core/errors.ts";
import { logIdOf } from "./core/record.ts";
import type { LedgerStore } from "./store/ledger-store.ts";
import { readSqliteLedger } from "./store/sqlite-ledger.ts";

/** Where the contract is. What is left out comes from the settings, then from the data folder. */
export interface ContractPlace {
  readonly config: Config;
  readonly rpcUrl?: string | undefined;
  /** Address. */
  readonly contract?: string | undefined;
}

/** Who changes it. */
export interface ContractAuthor extends ContractPlace {
  readonly signer: SignerOptions;
  /** How long to wait for a block. */
  readonly waitMs: number;
  /** Wei. */
  readonly maxCost?: bigint | undefined;
}

/** A contract and who holds its roles. */
export interface ContractStatus extends ContractState {
  readonly anchorers: readonly string[];
  readonly closers: readonly string[];
}

/** What a change led to; `included` is `null` when it was made before. */
export interface ContractChanged {
  readonly state: ContractState;
  readonly included: Included | null;
}

/**
 * How the contract stands.
 * @throws USAGE when no contract is known; CHAIN_WRONG, CHAIN_UNREACHABLE
 */
export function contractStatus(place: ContractPlace): Promise<ContractStatus> {
  return withRpc(place, async (rpc) => {
    const state = await readContract(rpc, await contractAt(place));
    const { anchorer, closer } = await readRoleHolders(rpc, state.contract, state.blockNumber);
    return { ...state, anchorers: anchorer, closers: closer };
  });
}

/**
 * Changes the contract and waits for the block.
 * @throws as {@link changeContract}; USAGE, CONFIG_INVALID
 */
export function administer(author: ContractAuthor, change: ContractChange): Promise<ContractChanged> {
  const { waitMs, maxCost } = author;
  return withRpc(author, async (rpc) => {
    const contract = await contractAt(author);
    const signer = await openAnchorSigner(author.signer, rpc.chainId);
    const included = await changeContract({ rpc, signer, waitMs, maxCost }, contract, change);
    return { state: await readContract(rpc, contract), included: included ?? null };
  });
}

/** A contract to deploy; of a successor, what is left out is as it was in the contract before it. */
export interface NewContract extends Pick<Deployment, "admin" | "anchorer" | "closer" | "adminDelay"> {
  readonly successorOf?: string | undefined;
  /** The head to start at. Of a successor: the newest final anchor of the data folder that the old contract recorded. */
  readonly start?: StartHead | undefined;
  readonly maxGrowth?: number | undefined;
}

/** Most leaves that one anchor may add, where nothing else is said. */
const MAX_GROWTH = 100_000_000;

/**
 * Deploys a contract for the log of the settings, or a successor for the log of another contract.
 * @throws USAGE when there is no head to start at; CHAIN_REFUSED when the contract before it is open, or never held that
 *   head; CONFIG_INVALID, CHAIN_WRONG, CHAIN_UNREACHABLE, SIGNER_FAILED
 */
export function deployContract(author: ContractAuthor, wanted: NewContract): Promise<ContractChanged> {
  const { waitMs, maxCost } = author;
  return withRpc(author, async (rpc) => {
    const { admin, anchorer, closer, adminDelay } = wanted;
    const roles = { admin, anchorer, closer, adminDelay };
    const inherited = await inheritance(rpc, author.config, wanted);
    const signer = await openAnchorSigner(author.signer, rpc.chainId);
    const { state, ...included } = await deployCheckpointAnchor(
      { rpc, signer, waitMs, maxCost },
      { ...roles, ...inherited },
    );
    return { state, included };
  });
}

async function inheritance(
  rpc: Rpc,
  config: Config,
  { successorOf, start, maxGrowth }: NewContract,
): Promise<Pick<Deployment, "logId" | "start" | "maxGrowth">> {
  if (successorOf === undefined)
    return { logId: logIdOf(config.origin), start: start ?? EMPTY_HEAD, maxGrowth: maxGrowth ?? MAX_GROWTH };
  const { state, anchors } = await readClosedContract(rpc, successorOf);
  const head = start ?? (await ownFinalHeads(config)).find((candidate) => isRecorded(anchors, candidate));
  if (head === undefined)
    throw new WarifuError(
      "USAGE",
      `the data folder ${config.dataDir} has no final anchor in ${successorOf}: name the last honest head with --size and --root`,
    );
  if (!isRecorded(anchors, head))
    throw new WarifuError(
      "CHAIN_REFUSED",
      `${successorOf} never recorded the head of ${head.treeSize} entries with that root: no log can go on from it`,
      { details: { reason: "not-recorded", treeSize: head.treeSize } },
    );
  return { logId: logIdBytes(state), start: head, maxGrowth: maxGrowth ?? state.maxGrowth };
}

/** Heads that this log's own service anchored and saw final, the largest first. */
async function ownFinalHeads(config: Config): Promise<StartHead[]> {
  const anchors = await fromLedger(config, (store) => store.anchorsIn(["finalized"]));
  return (anchors ?? []).toSorted((a, b) => b.treeSize - a.treeSize);
}

async function withRpc<T>({ config, rpcUrl }: ContractPlace, act: (rpc: Rpc) => Promise<T>): Promise<T> {
  const { chain } = config;
  const rpc = await openRpc(rpcUrl ?? chain.rpcUrls?.[0] ?? `http://127.0.0.1:${chain.port}`);
  try {
    if (chain.chainId !== undefined) assertChain(rpc.chainId, chain.chainId);
    return await act(rpc);
  } finally {
    rpc.close();
  }
}

async function contractAt({ config, contract }: ContractPlace): Promise<string> {
  const named = contract ?? config.chain.contract ?? (await fromLedger(config, (store) => store.contract()))?.contract;
  if (named !== undefined) return named.toLowerCase();
  throw new WarifuError("USAGE", "there is no contract: name one with --contract or WARIFU_CONTRACT");
}

/** What the data folder's ledger says; `undefined` when there is none, as on the machine of an administrator. */
async function fromLedger<T>({ dataDir }: Config, read: (store: LedgerStore) => Promise<T>): Promise<T | undefined> {
  let store: LedgerStore;
  try {
    store = readSqliteLedger(dataDir);
  } catch (error) {
    if (codeOf(error) !== "NOT_FOUND") throw error;
    return undefined;
  }
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/**
 * Composes the administration of a log's contract: which chain, which contract, whose key and, for a successor, the last
 * head that the data folder vouches for. It needs no running service and never uses the anchoring key.
 */
import { openAnchorSigner, type SignerOptions } from "../keys/account-keys.ts";
import { isLocalChain } from "../chain/local-chains.ts";
import { agreedContract, agreedContractFrom } from "./agreed-contract.ts";
import { agreed } from "../chain/nodes/chain-view.ts";
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
} from "./contract-admin.ts";
import { deploymentRisks } from "./deployment-risks.ts";
import { readRoleHolders, type ContractState } from "./contract-state.ts";
import type { Included } from "./included-transaction.ts";
import { newestHeight } from "../chain/rpc/queries.ts";
import { openRpc, type Rpc } from "../chain/rpc/rpc.ts";
import { assertChain } from "../chain/rpc/transactions.ts";
import type { Config } from "../config.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { DEFAULT_MAX_GROWTH } from "../chain/max-growth.ts";
import { logIdOf } from "../core/record.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import { readLedger } from "../store/open.ts";

/** Where the contract is. Missing values come from the settings, then from the data folder. */
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

/** The result of a change; `included` is `null` when it had already been made. */
export interface ContractChanged {
  readonly state: ContractState;
  readonly included: Included | null;
}

/**
 * The state of the contract, on which all nodes agree.
 * @throws USAGE when no contract is known; CHAIN_WRONG, CHAIN_UNREACHABLE; CHAIN_MISMATCH when they contradict each other
 */
export function contractStatus(place: ContractPlace): Promise<ContractStatus> {
  return withNodes(place, async (nodes) => {
    const state = await agreedContract(nodes, { contract: await contractAt(place) });
    const holders = async (node: Rpc): Promise<string> =>
      JSON.stringify(await readRoleHolders(node, state.contract, state.blockNumber));
    const said = nodes.map(async (node) => ({ node: node.host, value: await holders(node) }));
    const text = agreed(`holders of roles at block ${state.blockNumber}`, await Promise.all(said));
    const { anchorer, closer } = JSON.parse(text) as Awaited<ReturnType<typeof readRoleHolders>>;
    return { ...state, anchorers: anchorer, closers: closer };
  });
}

/**
 * Changes the contract and waits for the block. All nodes must agree on its state, before and after: otherwise
 * a node that says "already revoked" would leave a thief in place.
 * @throws as {@link changeContract}; CHAIN_MISMATCH, USAGE, CONFIG_INVALID
 */
export function administer(author: ContractAuthor, change: ContractChange): Promise<ContractChanged> {
  const { waitMs, maxCost } = author;
  return withNodes(author, async (nodes) => {
    const [rpc] = nodes;
    const contract = await contractAt(author);
    const signer = await openAnchorSigner(author.signer, rpc.chainId);
    const question = { contract, change: { change, sender: signer.address } };
    await agreedContract(nodes, question);
    const included = await changeContract({ rpc, signer, waitMs, maxCost }, contract, change);
    const height = included?.blockNumber ?? (await newestHeight(rpc));
    return { state: await agreedContractFrom(nodes, height, question, waitMs), included: included ?? null };
  });
}

/** A new contract. */
export interface ContractDeployed extends ContractChanged {
  /** What is unwise about it on a chain that is not local. */
  readonly warnings: readonly string[];
}

/** A contract to deploy; a successor takes missing values from the contract before it. */
export interface NewContract extends Pick<Deployment, "admin" | "anchorer" | "closer" | "adminDelay"> {
  readonly successorOf?: string | undefined;
  /**
   * The head to start at. Default for a successor: the newest final anchor in the data folder that the old contract
   * recorded.
   */
  readonly start?: StartHead | undefined;
  readonly maxGrowth?: number | undefined;
}

/**
 * Deploys a contract for the log of the settings, or a successor for the log of another contract.
 * @throws USAGE when there is no head to start at; CHAIN_REFUSED when the contract before it is still open, or never held
 * that head; CHAIN_MISMATCH, CONFIG_INVALID, CHAIN_WRONG, CHAIN_UNREACHABLE, SIGNER_FAILED
 */
export function deployContract(author: ContractAuthor, wanted: NewContract): Promise<ContractDeployed> {
  const { waitMs, maxCost } = author;
  return withNodes(author, async (nodes) => {
    const [rpc] = nodes;
    const { admin, anchorer, closer, adminDelay } = wanted;
    const roles = { admin, anchorer, closer, adminDelay };
    const inherited = await inheritance(nodes, author, wanted);
    const signer = await openAnchorSigner(author.signer, rpc.chainId);
    const deployment = { ...roles, ...inherited };
    const { state: deployed, ...included } = await deployCheckpointAnchor({ rpc, signer, waitMs, maxCost }, deployment);
    const { contract } = deployed;
    const state = await agreedContractFrom(nodes, included.blockNumber, { contract }, waitMs);
    const isLocal = nodes.every((node) => isLocalChain(node.chainId, node.isLoopback));
    return { state, included, warnings: isLocal ? [] : deploymentRisks(deployment) };
  });
}

async function inheritance(
  nodes: Nodes,
  { config, waitMs }: ContractAuthor,
  { successorOf, start, maxGrowth }: NewContract,
): Promise<Pick<Deployment, "logId" | "start" | "maxGrowth">> {
  if (successorOf === undefined)
    return { logId: logIdOf(config.origin), start: start ?? EMPTY_HEAD, maxGrowth: maxGrowth ?? DEFAULT_MAX_GROWTH };
  const { state } = await readClosedContract(nodes[0], successorOf);
  await agreedContractFrom(nodes, state.blockNumber, { contract: successorOf }, waitMs);
  const shown = await Promise.all(nodes.map((node) => readClosedContract(node, successorOf)));
  const isKnown = (candidate: StartHead): boolean => shown.every(({ anchors }) => isRecorded(anchors, candidate));
  const head = start ?? (await ownFinalHeads(config)).find(isKnown);
  if (head === undefined)
    throw new WarifuError(
      "USAGE",
      `the data folder ${config.dataDir} has no final anchor in ${successorOf}: name the last honest head with --size and --root`,
    );
  if (!isKnown(head))
    throw new WarifuError(
      "CHAIN_REFUSED",
      `${successorOf} never recorded the head of ${head.treeSize} entries with that root: no log can go on from it`,
      { details: { reason: "not-recorded", treeSize: head.treeSize } },
    );
  return { logId: logIdBytes(state), start: head, maxGrowth: maxGrowth ?? state.maxGrowth };
}

/** Heads that this log's own service anchored and saw become final, largest first. */
async function ownFinalHeads(config: Config): Promise<StartHead[]> {
  const anchors = await fromLedger(config, (store) => store.anchorsIn(["finalized"]));
  return (anchors ?? []).toSorted((a, b) => b.treeSize - a.treeSize);
}

/** The first sends; all are asked. */
type Nodes = readonly [Rpc, ...Rpc[]];

async function withNodes<T>({ config, rpcUrl }: ContractPlace, act: (nodes: Nodes) => Promise<T>): Promise<T> {
  const { chain } = config;
  const local = [`http://127.0.0.1:${chain.port}`];
  const nodes: Rpc[] = [];
  try {
    for (const url of rpcUrl === undefined ? (chain.rpcUrls ?? local) : [rpcUrl]) nodes.push(await openRpc(url));
    const chainId = agreed(
      "chain id",
      nodes.map((node) => ({ node: node.host, value: node.chainId })),
    );
    if (chain.chainId !== undefined) assertChain(chainId, chain.chainId);
    return await act(nodes as unknown as Nodes);
  } finally {
    for (const node of nodes) node.close();
  }
}

async function contractAt({ config, contract }: ContractPlace): Promise<string> {
  const named = contract ?? config.chain.contract ?? (await fromLedger(config, (store) => store.contract()))?.contract;
  if (named !== undefined) return named.toLowerCase();
  throw new WarifuError("USAGE", "there is no contract: name one with --contract or WARIFU_CONTRACT");
}

/** What the data folder's ledger says; `undefined` when there is none, as on an administrator's machine. */
async function fromLedger<T>(config: Config, read: (store: AnchorJournal) => Promise<T>): Promise<T | undefined> {
  let store: LedgerStore;
  try {
    store = await readLedger(config);
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

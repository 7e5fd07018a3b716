/**
 * The operator's chain: what several nodes agree on, and the anchoring account's transactions.
 *
 * Nothing is final on one node's word where two are configured. What proves itself (chain evidence, a block by its hash) is
 * taken from any node that has it; heights, nonces and prices are those that a quorum reaches, so that a single node can
 * neither advance nor inflate them; on everything else a quorum must agree.
 */
import { getCreateAddress } from "ethers";

import { equalBytes, toHex } from "../../core/bytes.ts";
import { checkChainEvidence } from "../../core/chain-evidence.ts";
import { WarifuError } from "../../core/errors.ts";
import { openingFees } from "../../core/gas-fees.ts";
import { anchorGasLimit, encodeAnchor, encodeDeployment } from "../rpc/anchor-contract.ts";
import type { AnchorSigner, TransactionType } from "../signer.ts";
import type {
  AnchorEvent,
  AnchoredHead,
  BlockHeader,
  BlockName,
  SendRefusal,
  Chain,
  ChainNode,
  SignedAnchor,
  SigningOrder,
  TransactionState,
} from "../chain.ts";
import { assertTaken } from "../rpc/send-refusal.ts";
import { Endpoints, type Answer } from "./endpoints.ts";
import { assertChain, signTransaction } from "../rpc/transactions.ts";

/** How often, and for how long, to look for a deployment. */
const DEPLOY_POLL_MS = 50;
const DEPLOY_TIMEOUT_MS = 30_000;
/** After this many events that a node cannot prove, the rest of what it alone shows in that answer is skipped. */
const MOST_DISPROVED = 16;

export interface AgreedChainOptions {
  /** At least one. */
  readonly nodes: readonly [ChainNode, ...ChainNode[]];
  readonly signer: AnchorSigner;
  /** Type of the transactions; that of the chain's time by default. */
  readonly transactionType?: TransactionType | undefined;
  /** POSIX milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** The chain over these nodes. */
export function agreedChain({ nodes, signer, transactionType, now = Date.now }: AgreedChainOptions): Chain {
  const endpoints = new Endpoints(nodes, now);
  const [first] = nodes;
  return {
    chainId: first.chainId,
    isLocal: nodes.every((node) => node.isLocal),
    finality: first.finality,
    account: signer.address,
    get contract() {
      return first.contract;
    },
    ...contractSide(endpoints, first),
    ...blockSide(endpoints),
    ...accountSide(endpoints, first, { signer, transactionType }),
    health: () => endpoints.health(),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** What the contract says. */
function contractSide(endpoints: Endpoints, first: ChainNode) {
  // It never changes, so it is asked once per contract.
  const growth = new Map<string, number>();
  return {
    headerForm: () => endpoints.agree("form of headers", (node) => node.headerForm(), String),
    hasContract: () => endpoints.agree("contract", (node) => node.hasContract(), String),
    codeHash: async () => {
      // Asking what the contract is also checks again which chain it is on.
      await assertSameChain(endpoints, first.chainId);
      return endpoints.agree("contract's code", (node) => node.codeHash(), String);
    },
    logId: () => endpoints.agree("contract's log id", (node) => node.logId(), toHex),
    maxGrowth: async () => {
      const { contract } = first;
      const limit =
        growth.get(contract) ?? (await endpoints.agree("contract's growth", (node) => node.maxGrowth(), String));
      growth.set(contract, limit);
      return limit;
    },
    head: (height) => agreedHead(endpoints, height),
    anchorEvents: () => endpoints.first((node) => node.anchorEvents()),
    anchorEventsIn: (from, to) => provenEvents(endpoints, from, to),
    evidenceOf: (hash) => endpoints.first((node) => node.evidenceOf(hash)),
  } satisfies Partial<Chain>;
}

/** What blocks and transactions the chain has. */
function blockSide(endpoints: Endpoints) {
  return {
    transactionState: (hash) => agreedState(endpoints, hash),
    block: (which) => agreedBlock(endpoints, which),
    blockByHash: (hash) => anyBlock(endpoints, hash),
    blockHashAt: (number) => agreedHash(endpoints, number),
    finalizedHeight: () => endpoints.reached((node) => node.finalizedHeight()),
  } satisfies Partial<Chain>;
}

/** What the anchoring account does. */
function accountSide(
  endpoints: Endpoints,
  first: ChainNode,
  { signer, transactionType }: Pick<AgreedChainOptions, "signer" | "transactionType">,
) {
  const nextNonce = (): Promise<number> => endpoints.reached((node) => node.transactionCount(signer.address));
  const marketFees = async () => ({
    baseFee: await endpoints.reached(async (node) => (await node.marketFees()).baseFee),
    tip: await endpoints.reached(async (node) => (await node.marketFees()).tip),
  });
  let type = transactionType;
  const sign = async (call: UnsignedCall, order: SigningOrder = {}): Promise<SignedAnchor> => {
    const { chainId } = first;
    await assertSameChain(endpoints, chainId);
    const nonce = order.nonce ?? (await nextNonce());
    const fees = order.fees ?? openingFees(await marketFees());
    type ??= await usualType(endpoints);
    return signTransaction(signer, { type, chainId, nonce, ...call, ...fees });
  };
  return {
    nextNonce,
    marketFees,
    gasLimitOf: anchorGasLimit,
    sign: (call, order) => {
      const gasLimit = anchorGasLimit(call.consistencyProof.length);
      return sign({ to: first.contract, data: encodeAnchor(call), gasLimit }, order);
    },
    send: (anchor) => broadcast(endpoints, anchor),
    finalNonce: (account, finalHeight) => endpoints.reached((node) => node.transactionCount(account, finalHeight)),
    balance: () => endpoints.reached((node) => node.balance(signer.address)),
    deploy: (logId) => deploy(endpoints, { chainId: first.chainId, signer, sign }, logId),
  } satisfies Partial<Chain>;
}

/** A transaction whose nonce and fees are not settled yet. */
interface UnsignedCall {
  readonly to: string | null;
  readonly data: string;
  readonly gasLimit: number;
}

/** A new contract, on a local chain only: elsewhere a person decides who administers it. */
async function deploy(
  endpoints: Endpoints,
  {
    chainId,
    signer,
    sign,
  }: {
    readonly chainId: number;
    readonly signer: AnchorSigner;
    readonly sign: (call: UnsignedCall) => Promise<SignedAnchor>;
  },
  logId: Uint8Array,
): Promise<void> {
  const { nodes } = endpoints;
  if (!nodes.every((node) => node.isLocal))
    throw new WarifuError(
      "CHAIN_REFUSED",
      `chain ${chainId} is not a local one: deploy with \`warifu contract deploy\`, then name the contract in WARIFU_CONTRACT`,
      { details: { reason: "not-local" } },
    );
  const data = await encodeDeployment(logId, signer.address);
  const gasLimit = await endpoints.reached((node) => node.estimatedGas(signer.address, { to: null, data }));
  const signed = await sign({ to: null, data, gasLimit });
  assertTaken(await broadcast(endpoints, signed));
  await untilDeployed(endpoints, signed.transactionHash);
  const address = getCreateAddress({ from: signer.address, nonce: signed.nonce }).toLowerCase();
  for (const node of nodes) node.useContract(address);
}

/** A chain does not go back to before EIP-1559. */
async function usualType(endpoints: Endpoints): Promise<TransactionType> {
  const isLegacy = await endpoints.agree(
    "chain's fees",
    async (node) => (await node.marketFees()).isLegacy === true,
    String,
  );
  return isLegacy ? 0 : 2;
}

async function assertSameChain(endpoints: Endpoints, chainId: number): Promise<void> {
  assertChain(await endpoints.agree("chain id", (node) => node.chainIdNow(), String), chainId);
}

/** With several nodes, at a height that a quorum has: their newest blocks may differ. */
async function agreedHead(endpoints: Endpoints, height: number | undefined): Promise<AnchoredHead> {
  const at = height ?? (endpoints.nodes.length === 1 ? undefined : await newestHeight(endpoints));
  return endpoints.agree(
    "contract's head",
    (node) => node.head(at),
    ({ treeSize, rootHash, isClosed }) => `${treeSize} ${toHex(rootHash)} ${isClosed}`,
  );
}

async function newestHeight(endpoints: Endpoints): Promise<number> {
  return heightOf(endpoints, "latest", new Map());
}

/** The largest height that a quorum reaches under that name. @param shown gets the block that each node named */
async function heightOf(
  endpoints: Endpoints,
  name: "latest" | "finalized",
  shown: Map<ChainNode, BlockHeader>,
): Promise<number> {
  return endpoints.reached(async (node) => {
    const block = await node.block(name);
    // Not height 0: if another node is silent, that would become the height a quorum reaches.
    if (block === undefined) throw new WarifuError("CHAIN_UNREACHABLE", `${node.name} names no ${name} block`);
    if (name === "latest") endpoints.noteHeight(node, block.number);
    shown.set(node, block);
    return block.number;
  });
}

async function agreedBlock(endpoints: Endpoints, which: BlockName): Promise<BlockHeader | undefined> {
  const shown = new Map<ChainNode, BlockHeader>();
  const height = typeof which === "number" ? which : await heightOf(endpoints, which, shown);
  const answers = await endpoints.ask(async (node) => {
    const block = shown.get(node);
    // A node that named the block at that height has already shown it.
    return block?.number === height ? block : node.block(height);
  });
  return agreedAt(endpoints, height, answers, ({ hash }) => hash);
}

async function agreedHash(endpoints: Endpoints, height: number): Promise<string | undefined> {
  const answers = await endpoints.ask((node) => node.blockHashAt(height));
  // Keyed by height: a lie about one block must not be forgotten because the nodes agree on the next one.
  return agreedAt(endpoints, height, answers, (hash) => hash, `block at height ${height}`);
}

/** A node that lags behind has no answer for a height yet, which is not a contradiction. */
function agreedAt<T>(
  endpoints: Endpoints,
  height: number,
  answers: readonly Answer<T | undefined>[],
  hashOf: (value: T) => string,
  what = "canonical block",
): T | undefined {
  const found = answers.filter((answer): answer is Answer<T> => answer.value !== undefined);
  if (found.length === 0) return undefined;
  if (found.length < endpoints.quorum)
    throw new WarifuError("CHAIN_UNREACHABLE", `not enough endpoints have the block at height ${height} yet`);
  return endpoints.agreement(height === 0 ? "first block" : what, found, hashOf);
}

async function anyBlock(endpoints: Endpoints, hash: string): Promise<BlockHeader | undefined> {
  return (await endpoints.ask((node) => node.blockByHash(hash))).find(({ value }) => value !== undefined)?.value;
}

/**
 * One node is enough to say that a block holds it: the evidence that follows shows whether that is true. A failure leaves no
 * evidence, and nothing proves what it cost, so a quorum must agree on these.
 */
async function agreedState(endpoints: Endpoints, transactionHash: string): Promise<TransactionState> {
  const states = (await endpoints.ask((node) => node.transactionState(transactionHash))).map(({ value }) => value);
  const mined = states.filter((found) => "paid" in found);
  const groups = Map.groupBy(mined, ({ state, blockHash, paid }) => `${state} ${blockHash} ${paid}`);
  const agreed = [...groups.values()].find(({ length }) => length >= endpoints.quorum) ?? [];
  if (agreed[0]) return agreed[0];
  const claimed = mined.find(({ state }) => state === "included");
  if (claimed) return { ...claimed, paid: undefined };
  const isKnown = states.some(({ state }) => state !== "unknown");
  return { state: isKnown ? "waiting" : "unknown" };
}

/**
 * What a quorum shows, and what a single node can prove: a node that leaves an event out must not hide it, and one that
 * invents events in a real block must neither raise an alarm nor keep the service busy with thousands of them.
 */
async function provenEvents(endpoints: Endpoints, from: number, to: number): Promise<AnchorEvent[]> {
  const answers = await endpoints.ask((node) => node.anchorEventsIn(from, to));
  const shown = Map.groupBy(
    answers.flatMap(({ node, value }) => value.map((event) => ({ node, event }))),
    ({ event: { blockHash, logIndex, transactionHash, treeSize, previousSize, rootHash } }) =>
      [blockHash, logIndex, transactionHash, treeSize, previousSize, toHex(rootHash)].join(" "),
  );
  const events: AnchorEvent[] = [];
  const disproved = new Map<ChainNode, number>();
  for (const alike of shown.values()) {
    const [{ node, event }] = alike as [(typeof alike)[number]];
    const failures = disproved.get(node) ?? 0;
    if (alike.length >= endpoints.quorum) events.push(event);
    else if (failures === MOST_DISPROVED) endpoints.noteConflict(node, "contract's anchors");
    else if (await isProven(endpoints, event)) events.push(event);
    else disproved.set(node, failures + 1);
  }
  return events.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

async function isProven(endpoints: Endpoints, event: AnchorEvent): Promise<boolean> {
  try {
    const { evidence } = await endpoints.first((node) => node.evidenceOf(event.transactionHash));
    const fact = checkChainEvidence(evidence);
    return (
      fact.blockHash === event.blockHash &&
      fact.treeSize === event.treeSize &&
      equalBytes(fact.rootHash, event.rootHash)
    );
  } catch (error) {
    if (error instanceof WarifuError) return false;
    throw error;
  }
}

/** Sends to all of them: it is enough that one accepts it. A refusal with a reason says more than silence. */
async function broadcast(endpoints: Endpoints, anchor: SignedAnchor): Promise<SendRefusal | undefined> {
  const outcomes = await Promise.allSettled(endpoints.nodes.map((node) => node.send(anchor)));
  if (outcomes.some((outcome) => outcome.status === "fulfilled" && outcome.value === undefined)) return undefined;
  const refusals = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  if (refusals.length > 0) return refusals[0];
  throw (outcomes[0] as PromiseRejectedResult).reason;
}

/** Waits until a quorum says that the deployment is in a block: on a local chain this takes almost no time. */
async function untilDeployed(endpoints: Endpoints, transactionHash: string): Promise<void> {
  const deadline = endpoints.now() + DEPLOY_TIMEOUT_MS;
  while (endpoints.now() < deadline) {
    const { state } = await agreedState(endpoints, transactionHash);
    if (state === "included") return;
    if (state === "failed")
      throw new WarifuError("CHAIN_REFUSED", "the deployment failed on the chain", { details: { reason: "failed" } });
    await new Promise((resolve) => setTimeout(resolve, DEPLOY_POLL_MS));
  }
  throw new WarifuError("CHAIN_UNREACHABLE", "the chain puts the deployment in no block: does it mine?");
}

// One node of the model as the service asks it: it takes its time, is silent at times, and may lie (liar.ts). What a real
// node's adapter checks before it answers (headers have their hash, evidence holds together) is kept here too, so a lie is
// one that an adapter would let through.

import { setImmediate } from "node:timers/promises";

import type { ChainNode, SendRefusal, SignedAnchor, TransactionState } from "../../../src/chain/chain.ts";
import { refusalOf, saysHasIt } from "../../../src/chain/rpc/send-refusal.ts";
import { shownAnchor } from "../../../src/core/chain-evidence.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import { logIdOf } from "../../../src/core/record.ts";
import { ORIGIN } from "../../support/ledger.ts";
import { ancestorAt, evidenceIn, eventsIn, headerIn, type Block } from "./block-tree.ts";
import type { Chance } from "../../support/chance.ts";
import type { ChainModel, NodeView } from "./chain-model.ts";
import { CHAIN_ID, CONTRACT } from "./contract-model.ts";
import type { Lies } from "./liar.ts";

/** What ails a node at present. */
export interface Ailments {
  /** Share of the questions that it does not answer. */
  silence: number;
  /** Of those, the share that it has acted upon. */
  silentlyDone: number;
  lies: Lies | undefined;
}

export interface ModelNodeOptions {
  readonly model: ChainModel;
  readonly view: NodeView;
  readonly chance: Chance;
  readonly ailments: Ailments;
  /** Told of each fault that a question met. */
  readonly onFault: (kind: string) => void;
}

const CODE_HASH = `0x${"c0".repeat(32)}`;

const TIMEOUT_MS = 3_000;
const LOG_ID = logIdOf(ORIGIN);

/** The node as the service sees it. */
export function modelNode(options: ModelNodeOptions): ChainNode {
  const { model, view } = options;
  const ask = <T>(method: keyof ChainNode, honest: () => T, subject?: string): Promise<T> =>
    answer(options, method, honest, subject);
  const at = (height: number | undefined): Block => {
    const block = height === undefined ? view.tip : ancestorAt(view.tip, height);
    return block ?? said("eth_call", "header not found");
  };
  return {
    name: view.name,
    chainId: CHAIN_ID,
    contract: CONTRACT,
    isLocal: false,
    finality: "tag",
    hasContract: () => ask("hasContract", () => true),
    headerForm: () => ask("headerForm", () => "ethereum" as const),
    codeHash: () => ask("codeHash", () => CODE_HASH),
    logId: () => ask("logId", () => LOG_ID),
    maxGrowth: () => ask("maxGrowth", () => 2 ** 26),
    head: (height) => ask("head", () => ({ ...at(height).state.head, isClosed: false })),
    transactionState: (hash) => ask("transactionState", () => stateOf(model, view, hash), hash),
    block: (which) =>
      ask("block", () => {
        const height = which === "latest" ? view.tip.number : which === "finalized" ? view.tip.finalHeight : which;
        const block = ancestorAt(view.tip, height);
        return block && headerIn(block);
      }),
    blockByHash: (hash) =>
      ask("blockByHash", () => {
        const block = model.blockByHash(hash);
        return block && block.number <= view.tip.number ? headerIn(block) : undefined;
      }),
    anchorEventsIn: (from, to) => ask("anchorEventsIn", () => blocksOf(view.tip, from, to).flatMap(eventsIn)),
    blockHashAt: (height) => ask("blockHashAt", () => ancestorAt(view.tip, height)?.hash),
    finalizedHeight: () => ask("finalizedHeight", () => view.tip.finalHeight),
    anchorEvents: () => ask("anchorEvents", () => blocksOf(view.tip, 0, view.tip.number).flatMap(eventsIn)),
    evidenceOf: (hash) =>
      ask(
        "evidenceOf",
        () => {
          const block = model.blockWith(hash, view.tip);
          if (!block) throw new WarifuError("NOT_ANCHORED_YET", `no block holds the transaction ${hash}`);
          const evidence = evidenceIn(block, hash);
          const fact = shownAnchor(evidence);
          if ("lacking" in fact) throw new WarifuError("NO_ANCHOR_IN_RECEIPT", fact.lacking);
          const mined = block.mined.find(({ sent }) => sent.hash === hash);
          return { evidence, paid: mined?.paid ?? 0n, gasUsed: mined?.gasUsed ?? 0, dataFee: null };
        },
        hash,
      ),
    close: async () => undefined,
    useContract: () => undefined,
    counts: { sent: 0, limited: 0 },
    chainIdNow: () => ask("chainIdNow", () => CHAIN_ID),
    transactionCount: (_, height) => ask("transactionCount", () => at(height).state.nonce),
    balance: () => ask("balance", () => view.tip.state.balance),
    // The contract is there from the beginning: nothing is ever deployed.
    estimatedGas: async () => 0,
    marketFees: () => ask("marketFees", () => ({ baseFee: view.tip.baseFee, tip: model.suggestedTip })),
    send: (anchor) => ask("send", () => send(model, view, anchor), anchor.transactionHash),
  };
}

/** Blocks from one height to another, both included, in their order. */
function blocksOf(tip: Block, from: number, to: number): Block[] {
  const blocks: Block[] = [];
  for (let at = ancestorAt(tip, Math.min(to, tip.number)); at && at.number >= from; at = at.parent) blocks.unshift(at);
  return blocks;
}

async function answer<T>(
  { model, chance, ailments, onFault }: ModelNodeOptions,
  method: keyof ChainNode,
  honest: () => T,
  subject: string | undefined,
): Promise<T> {
  model.advance(chance.happens(0.004) ? chance.between(500, 8_000) : chance.between(1, 20));
  // Whatever else the service does gets its turn.
  if (chance.happens(0.01)) await setImmediate();
  if (ailments.silence > 0 && chance.happens(ailments.silence)) {
    onFault(method === "send" ? "time-out of a transaction" : "time-out");
    if (method === "send" && chance.happens(ailments.silentlyDone))
      await Promise.resolve(honest()).catch(() => undefined);
    model.advance(TIMEOUT_MS);
    throw new WarifuError("CHAIN_UNREACHABLE", `${method}: no answer in time`, { details: { method } });
  }
  const lie = ailments.lies?.about(method, subject);
  if (lie !== undefined) {
    onFault("lie");
    return (await lie()) as T;
  }
  return honest();
}

function stateOf(model: ChainModel, view: NodeView, hash: string): TransactionState {
  const block = model.blockWith(hash, view.tip);
  const mined = block?.mined.find(({ sent }) => sent.hash === hash);
  if (!block || !mined) return { state: view.pool.has(hash) ? "waiting" : "unknown" };
  const { number, hash: blockHash } = block;
  return { state: mined.succeeded ? "included" : "failed", blockNumber: number, blockHash, paid: mined.paid };
}

/** As src/chain/rpc/transactions.ts does it with a node's refusal. */
function send(model: ChainModel, view: NodeView, { raw, transactionHash }: SignedAnchor): SendRefusal | undefined {
  const words = model.submit(view, raw, transactionHash);
  if (words === undefined || saysHasIt(words) || stateOf(model, view, transactionHash).state !== "unknown")
    return undefined;
  const refusal = refusalOf(words);
  if (refusal) return refusal;
  throw unknownWords("eth_sendRawTransaction", words);
}

/** What a node that said so is made of: an error with its words. */
function unknownWords(method: string, words: string): WarifuError {
  return new WarifuError("NODE_REFUSED", `${method}: ${words}`, { details: { method, rpcMessage: words } });
}

function said(method: string, words: string): never {
  throw unknownWords(method, words);
}

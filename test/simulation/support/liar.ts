// What a lying node says. For a while it lies about some things, every time or now and then; what it shows is consistent in
// itself, down to blocks that never were, with headers, receipts and proofs.

import type { ChainNode, SendRefusal, TransactionState } from "../../../src/chain/chain.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import { refusalOf } from "../../../src/chain/rpc/send-refusal.ts";
import { ancestorAt, eventsIn, evidenceIn, headerIn, nextBlock, type Block } from "./block-tree.ts";
import type { Chance } from "../../support/chance.ts";
import { GWEI, type ChainModel, type NodeView } from "./chain-model.ts";
import type { SentTransaction } from "./contract-model.ts";

/** What is lied about: each can be a liar's subject. */
const SUBJECTS: readonly (readonly (keyof ChainNode)[])[] = [
  ["transactionState", "evidenceOf"],
  ["transactionState"],
  ["evidenceOf"],
  ["head"],
  ["block", "blockHashAt", "blockByHash"],
  ["finalizedHeight"],
  ["transactionCount"],
  ["balance"],
  ["marketFees"],
  ["anchorEventsIn", "anchorEvents"],
  ["send"],
  ["chainIdNow", "codeHash", "hasContract", "logId"],
];

/** The lies of one node over some time. */
export class Lies {
  readonly #model: ChainModel;
  readonly #view: NodeView;
  readonly #chance: Chance;
  readonly #subjects: ReadonlySet<keyof ChainNode>;
  readonly #share: number;
  readonly #forged = new Map<string, Block>();

  constructor(model: ChainModel, view: NodeView, chance: Chance) {
    this.#model = model;
    this.#view = view;
    this.#chance = chance;
    const some = Array.from({ length: chance.whole(1, 3) }, () => chance.pick(SUBJECTS));
    this.#subjects = new Set(chance.happens(0.15) ? SUBJECTS.flat() : some.flat());
    this.#share = chance.happens(0.5) ? 1 : chance.between(0.1, 0.9);
  }

  /** What it is about, for the trace. */
  get subjects(): string {
    return [...this.#subjects].join(" ");
  }

  /** The lie in the place of an answer; `undefined` when it says the truth this time. */
  about(method: keyof ChainNode, subject: string | undefined): (() => unknown) | undefined {
    if (!this.#subjects.has(method) || !this.#chance.happens(this.#share)) return undefined;
    return () => this.#lie(method, subject ?? "");
  }

  #lie(method: keyof ChainNode, subject: string): unknown {
    const chance = this.#chance;
    const { tip } = this.#view;
    switch (method) {
      case "transactionState":
        return this.#stateOf(subject);
      case "evidenceOf":
        return this.#evidenceOf(subject);
      case "head":
        return {
          treeSize: chance.pick([0, tip.state.head.treeSize, tip.state.head.treeSize + 17, 2 ** 40]),
          rootHash: chance.bytes(32),
          isClosed: chance.happens(0.3),
        };
      case "block":
        return chance.happens(0.2) ? undefined : headerIn(this.#block());
      case "blockByHash":
        return undefined;
      case "blockHashAt":
        return chance.happens(0.2) ? undefined : chance.hash();
      case "finalizedHeight":
        return chance.pick([0, tip.number, tip.number + 1_000_000]);
      case "transactionCount":
        return chance.pick([0, Math.max(0, tip.state.nonce - 1), tip.state.nonce + 1, tip.state.nonce + 1_000]);
      case "balance":
        return chance.pick([0n, 10n ** 24n]);
      case "marketFees":
        return chance.pick([
          { baseFee: tip.baseFee * 10_000n, tip: 5_000n * GWEI },
          { baseFee: 0n, tip: 0n },
        ]);
      case "anchorEventsIn":
      case "anchorEvents":
        return chance.happens(0.5) ? [] : eventsIn(this.#inventedAnchor());
      case "send":
        return this.#send();
      case "chainIdNow":
        return 1;
      case "hasContract":
        return false;
      case "codeHash":
        return chance.hash();
      case "logId":
        return chance.bytes(32);
      default:
        throw new TypeError(`there is no lie about ${method}`);
    }
  }

  #stateOf(transactionHash: string): TransactionState {
    const { number, hash } = this.#chance.happens(0.5) ? this.#view.tip : this.#forgery(transactionHash);
    const paid = this.#chance.pick([0n, 10n ** 24n]);
    const place = { blockNumber: number, blockHash: hash, paid };
    return this.#chance.pick<TransactionState>([
      { state: "unknown" },
      { state: "waiting" },
      { state: "failed", ...place },
      { state: "included", ...place },
      { state: "included", ...place },
    ]);
  }

  #evidenceOf(transactionHash: string): unknown {
    const forged = this.#forgery(transactionHash);
    if (
      forged.mined.some(({ sent, recorded }) => recorded && sent.hash === transactionHash) &&
      this.#chance.happens(0.7)
    )
      return {
        evidence: evidenceIn(forged, transactionHash),
        paid: this.#chance.pick([0n, 10n ** 24n]),
        ...{ gasUsed: 0, dataFee: null },
      };
    const isProven = this.#chance.happens(0.3);
    if (this.#chance.happens(0.5)) throw new WarifuError("NOT_ANCHORED_YET", "no block holds it");
    throw new WarifuError(isProven ? "NO_ANCHOR_IN_RECEIPT" : "CHAIN_EVIDENCE_INVALID", "it does not fit");
  }

  #send(): SendRefusal | undefined {
    if (this.#chance.happens(0.4)) return undefined;
    return refusalOf(
      this.#chance.pick(["nonce too low", "insufficient funds", "intrinsic gas too low", "fee too low"]),
    );
  }

  /** A block that never was, on top of the chain as it is. */
  #block(): Block {
    const { tip } = this.#view;
    const parent = ancestorAt(tip, Math.max(0, tip.number - this.#chance.whole(0, 40))) ?? tip;
    return this.#blockOn(parent, []);
  }

  /** A block that never was and holds that transaction, if it is one that the node has seen. */
  #forgery(transactionHash: string): Block {
    const known = this.#forged.get(transactionHash);
    if (known) return known;
    const sent = this.#model.sentTransactions().find(({ hash }) => hash === transactionHash);
    let parent = this.#view.tip;
    while (sent && parent.parent && parent.state.nonce > sent.nonce) parent = parent.parent;
    const forged = this.#blockOn(parent, sent ? [sent] : []);
    this.#forged.set(transactionHash, forged);
    return forged;
  }

  /** An anchor that nobody sent, in a block that never was. */
  #inventedAnchor(): Block {
    const { tip } = this.#view;
    const block = this.#blockOn(tip, []);
    const [sent] = this.#model.sentTransactions();
    if (!sent) return block;
    const { treeSize } = tip.state.head;
    const head = { treeSize: treeSize + this.#chance.whole(1, 9), rootHash: this.#chance.bytes(32) };
    const mined = { sent, succeeded: true, gasUsed: 50_000, paid: 0n, recorded: { head, previousSize: treeSize } };
    const isCanonical = this.#chance.happens(0.5);
    return { ...block, mined: [mined], ...(isCanonical && { number: tip.number, hash: tip.hash }) };
  }

  #blockOn(below: Block, candidates: readonly SentTransaction[]): Block {
    const parent = this.#chance.happens(0.7) ? below : { ...below, number: 1_000_000_000 };
    return nextBlock(
      parent,
      { time: parent.time + 12, fullness: 1, finalHeight: parent.number, candidates },
      this.#chance,
    );
  }
}

// A public chain in miniature: a tree of blocks every twelve seconds or so, several nodes with views and pools of their
// own, a fee market, finality some blocks behind the newest. Everything that happens does so at a simulated time, in an
// order that follows from the seed.

import type { Chance } from "../../support/chance.ts";
import { ancestorAt, firstBlock, nextBaseFee, nextBlock, type Block } from "./block-tree.ts";
import { readTransaction, type SentTransaction } from "./contract-model.ts";
import { TransactionPool, type Client } from "./transaction-pool.ts";

export const GWEI = 1_000_000_000n;
/** A block is final when so many are on top of it, at the end of its epoch. */
const FINAL_DEPTH = 16;
const EPOCH = 8;
// Least tip that gets a transaction into a block while nobody competes.
const QUIET_TIP = GWEI / 10n;
const BLOCK_MS = 12_000;

/** One node's view of the chain. */
export interface NodeView {
  readonly name: string;
  readonly client: Client;
  readonly pool: TransactionPool;
  tip: Block;
  /** It follows the chain no more while this is true. */
  isFrozen: boolean;
  /** How long a new block takes to get to it. */
  lagMs: number;
}

/** How a chain begins, and how it behaves. */
export interface ChainModelOptions {
  /** POSIX milliseconds. */
  readonly begin: number;
  readonly chance: Chance;
  readonly clients: readonly Client[];
  /** Wei. */
  readonly balance: bigint;
  /** What the others are willing to pay for a unit of gas at a time, in wei. */
  readonly demand: (now: number) => number;
  /** Told of what happens. */
  readonly onEvent: (event: string) => void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** The chain and its nodes. */
export class ChainModel {
  readonly nodes: readonly NodeView[];
  readonly #options: ChainModelOptions;
  readonly #chance: Chance;
  readonly #due: Due[] = [];
  // Every transaction that a node ever took, by hash; and the blocks that hold it, canonical or not.
  readonly #sent = new Map<string, SentTransaction>();
  readonly #blocksOf = new Map<string, Block[]>();
  readonly #blocks = new Map<string, Block>();
  readonly #everFinal = new Set<string>();
  #now: number;
  #leastTip = QUIET_TIP;
  #order = 0;
  #tip: Block;
  /** While true, no block is made. */
  isHalted = false;
  /** While true, nothing more becomes final. */
  isFinalityStalled = false;
  /** By how much the others pay more than they do usually. */
  spike = 1;
  /** Share of blocks in which a builder takes an older version of a transaction that was replaced. */
  staleBuilders = 0;
  /** How long builders do not see a new transaction. */
  delayMs = 0;
  /** Whether a reorg has gone below what was final. */
  hasRevertedFinality = false;
  /** Added to the account's funds by the next block. */
  pendingFunds = 0n;

  constructor(options: ChainModelOptions) {
    const { begin, chance, clients, balance, demand } = options;
    this.#options = options;
    this.#chance = chance;
    this.#now = begin;
    this.#tip = firstBlock(Math.floor(begin / 1000), BigInt(Math.round(demand(begin))), balance);
    this.#remember(this.#tip);
    this.nodes = clients.map((client, at) => ({
      name: `node-${"abc"[at] ?? at}`,
      client,
      pool: new TransactionPool(client),
      tip: this.#tip,
      isFrozen: false,
      lagMs: 500,
    }));
    this.#noteFinal();
    this.#after(BLOCK_MS, () => this.#makeBlock());
  }

  /** POSIX milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** The newest block of the canonical chain. */
  get tip(): Block {
    return this.#tip;
  }

  /** What the nodes suggest on top of the base fee: a little more than what the newest block asked. */
  get suggestedTip(): bigint {
    const suggested = this.#leastTip + this.#leastTip / 10n;
    return suggested > GWEI ? suggested : GWEI;
  }

  /** Lets time pass, and everything happen that is due. */
  advance(ms: number): void {
    this.advanceTo(this.#now + Math.round(ms));
  }

  /** @param time POSIX milliseconds, a whole number */
  advanceTo(time: number): void {
    for (let next = this.#due[0]; next !== undefined && next.at <= time; next = this.#due[0]) {
      this.#due.shift();
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    this.#now = Math.max(this.#now, time);
  }

  #after(ms: number, act: () => void): void {
    const due = { at: this.#now + Math.round(ms), order: this.#order++, act };
    let at = this.#due.length;
    while (at > 0 && isLater(this.#due[at - 1] as Due, due)) at--;
    this.#due.splice(at, 0, due);
  }

  /** Hands a transaction to a node. @returns the node's words when it does not take it */
  submit(node: NodeView, raw: string, hash: string): string | undefined {
    const sent = this.#sent.get(hash) ?? readTransaction(hash, raw);
    const said = node.pool.add(sent, node.tip.state, nextBaseFee(node.tip), this.#now + this.delayMs);
    if (said !== undefined) return said;
    this.#sent.set(hash, sent);
    const visibleAt = this.#now + this.delayMs;
    for (const other of this.nodes)
      if (other !== node) this.#after(this.#chance.between(100, 4_000), () => this.#gossip(other, sent, visibleAt));
    return undefined;
  }

  #gossip(node: NodeView, sent: SentTransaction, visibleAt: number): void {
    node.pool.add(sent, node.tip.state, nextBaseFee(node.tip), visibleAt);
  }

  /** A transaction falls out of the pools. */
  drop(transactionHash: string): void {
    for (const { pool } of this.nodes) pool.drop(transactionHash);
  }

  /** The block on this branch that holds a transaction. */
  blockWith(transactionHash: string, tip: Block = this.#tip): Block | undefined {
    return this.#blocksOf.get(transactionHash)?.find((block) => ancestorAt(tip, block.number) === block);
  }

  blockByHash(hash: string): Block | undefined {
    return this.#blocks.get(hash);
  }

  /** Whether the canonical chain had that block as a final one at some time. */
  wasFinal(hash: string): boolean {
    return this.#everFinal.has(hash);
  }

  /** Everything that was ever taken by a node. */
  sentTransactions(): SentTransaction[] {
    return [...this.#sent.values()];
  }

  #makeBlock(): void {
    if (!this.isHalted) {
      const awake = this.nodes.filter(({ isFrozen }) => !isFrozen);
      const { pool } = this.#chance.pick(awake.length > 0 ? awake : this.nodes);
      const block = this.#build(this.#tip, Math.floor(this.#now / 1000), this.#eligible(pool.visible(this.#now)));
      this.#moveTo(block);
    }
    this.#after(BLOCK_MS * this.#chance.between(0.85, 1.15), () => this.#makeBlock());
  }

  /** While the others would pay more than the base fee, which rises slowly, they outbid each other. */
  #tipAskedBy(demand: number, baseFee: number): bigint {
    const excess = demand - baseFee;
    if (excess < baseFee / 2) return QUIET_TIP;
    return BigInt(Math.round(excess * this.#chance.between(0.2, 0.6)));
  }

  /** What pays enough; now and then an older version in the place of its replacement, as a builder may have kept it. */
  #eligible(visible: readonly SentTransaction[]): SentTransaction[] {
    const baseFee = nextBaseFee(this.#tip);
    const demand = this.spike * this.#options.demand(this.#now);
    this.#leastTip = this.#tipAskedBy(demand, Number(baseFee));
    const chosen = visible.map((sent) => {
      if (!this.#chance.happens(this.staleBuilders)) return sent;
      return this.#chance.pick([...this.#sent.values()].filter(({ nonce }) => nonce === sent.nonce)) ?? sent;
    });
    return chosen.filter(({ maxTip, maxFee }) => maxTip >= this.#leastTip && maxFee >= baseFee + this.#leastTip);
  }

  #build(parent: Block, time: number, candidates: readonly SentTransaction[]): Block {
    const baseFee = Number(nextBaseFee(parent));
    const fullness = Math.min(
      2,
      Math.max(0, ((this.spike * this.#options.demand(this.#now)) / baseFee) * this.#chance.between(0.7, 1.3)),
    );
    const finalHeight = this.isFinalityStalled
      ? parent.finalHeight
      : Math.max(parent.finalHeight, finalAt(parent.number + 1));
    const block = nextBlock(
      parent,
      { time: Math.max(time, parent.time + 1), fullness, finalHeight, candidates, funds: this.pendingFunds },
      this.#chance,
    );
    this.pendingFunds = 0n;
    this.#remember(block);
    return block;
  }

  #remember(block: Block): void {
    this.#blocks.set(block.hash, block);
    for (const { sent } of block.mined)
      this.#blocksOf.set(sent.hash, [...(this.#blocksOf.get(sent.hash) ?? []), block]);
  }

  #moveTo(block: Block): void {
    this.#tip = block;
    this.#noteFinal();
    for (const { sent, succeeded, recorded } of block.mined)
      this.#options.onEvent(
        `block ${block.number} ${block.hash.slice(0, 10)} holds ${sent.hash.slice(0, 10)} nonce ${sent.nonce} ` +
          (recorded ? `size ${recorded.head.treeSize}` : succeeded ? "no change" : "failed"),
      );
    for (const node of this.nodes) this.#after(node.lagMs * this.#chance.between(0.5, 1.5), () => this.follow(node));
  }

  #noteFinal(): void {
    for (let at = ancestorAt(this.#tip, this.#tip.finalHeight); at && !this.#everFinal.has(at.hash); at = at.parent)
      this.#everFinal.add(at.hash);
  }

  /** A node takes over the newest block, unless it is frozen. */
  follow(node: NodeView): void {
    if (node.isFrozen || node.tip === this.#tip) return;
    node.tip = this.#tip;
    node.pool.settle(node.tip.state.nonce);
  }

  /**
   * Replaces the newest `depth` blocks by other ones, one more. What they held is taken up again, waits in the pools once
   * more, or is forgotten.
   */
  reorg(depth: number): void {
    const ancestor = ancestorAt(this.#tip, this.#tip.number - depth);
    if (ancestor === undefined || depth === 0) return;
    const isBelowFinality = ancestor.number < this.#tip.finalHeight;
    if (isBelowFinality) this.hasRevertedFinality = true;
    this.#options.onEvent(`reorg of ${depth} to block ${ancestor.number}${isBelowFinality ? ", below finality" : ""}`);
    const orphaned: SentTransaction[] = [];
    for (let at = this.#tip; at !== ancestor; at = at.parent as Block)
      orphaned.unshift(...at.mined.map(({ sent }) => sent));
    const kept = orphaned.filter(() => this.#chance.happens(0.5));
    const returned = orphaned.filter((sent) => !kept.includes(sent) && this.#chance.happens(0.6));
    const end = Math.floor(this.#now / 1000);
    let block = ancestor;
    for (let at = 1; at <= depth + 1; at++) {
      const time = ancestor.time + Math.floor(((end - ancestor.time) * at) / (depth + 1));
      const mine = kept.filter(({ nonce }) => nonce >= block.state.nonce && this.#chance.happens(0.5));
      block = this.#build(block, time, mine);
    }
    this.#moveTo(block);
    for (const node of this.nodes)
      for (const sent of returned)
        this.#after(this.#chance.between(200, 3_000), () => this.#gossip(node, sent, this.#now));
  }
}

function isLater(a: Due, b: Due): boolean {
  return a.at > b.at || (a.at === b.at && a.order > b.order);
}

/** Height that is final when the newest block has this number. */
function finalAt(number: number): number {
  return Math.max(0, Math.floor((number - FINAL_DEPTH) / EPOCH) * EPOCH);
}

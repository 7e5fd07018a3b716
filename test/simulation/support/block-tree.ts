// Blocks of the model's chain: a tree in which each block knows its parent, the contract's head and the account after it,
// and which of its ancestors is final. Headers, receipts and proofs are real: the verifier's own check accepts them.

import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";

import type { AnchorEvent, BlockHeader } from "../../../src/chain/chain.ts";
import { toHex } from "../../../src/core/bytes.ts";
import type { ChainEvidence } from "../../../src/core/chain-evidence.ts";
import type { Chance } from "../../support/chance.ts";
import {
  anchoredLog,
  CHAIN_ID,
  CONTRACT,
  EMPTY_HEAD,
  execute,
  type Head,
  type SentTransaction,
} from "./contract-model.ts";
import { receiptsTrie } from "./receipts-trie.ts";

/** A transaction in a block. */
export interface MinedTransaction {
  readonly sent: SentTransaction;
  readonly succeeded: boolean;
  readonly gasUsed: number;
  /** Wei. */
  readonly paid: bigint;
  /** What it recorded; `undefined` when it failed or changed nothing. */
  readonly recorded: { readonly head: Head; readonly previousSize: number } | undefined;
}

/** The account and the contract after a block. */
export interface ChainState {
  readonly nonce: number;
  /** Wei. */
  readonly balance: bigint;
  readonly head: Head;
}

/** A block. */
export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly parent: Block | undefined;
  /** POSIX seconds. */
  readonly time: number;
  /** Wei. */
  readonly baseFee: bigint;
  /** Gas used against the target: 1 leaves the base fee as it is, 2 is a full block. */
  readonly fullness: number;
  /** RLP. */
  readonly header: string;
  readonly mined: readonly MinedTransaction[];
  readonly state: ChainState;
  /** Height of the newest ancestor that is final by this block. */
  readonly finalHeight: number;
}

/** What goes into a block. */
export interface BlockContent {
  readonly time: number;
  readonly fullness: number;
  readonly finalHeight: number;
  /** In the order of the block; those that cannot be in it are left out. */
  readonly candidates: readonly SentTransaction[];
  readonly funds?: bigint;
}

const NO_BYTES = new Uint8Array(0);
const HASH = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const NO_BLOOM = new Uint8Array(256);
const FULL_BLOOM = new Uint8Array(256).fill(0xff);
const NO_RECEIPTS = keccak_256(RLP.encode(NO_BYTES));

/** The first block. */
export function firstBlock(time: number, baseFee: bigint, balance: bigint): Block {
  const state = { nonce: 0, balance, head: EMPTY_HEAD };
  const header = headerOf({
    number: 0,
    parentHash: HASH(0),
    receiptsRoot: NO_RECEIPTS,
    bloom: NO_BLOOM,
    time,
    baseFee,
    mix: HASH(1),
  });
  return { number: 0, ...header, parent: undefined, time, baseFee, fullness: 1, mined: [], state, finalHeight: 0 };
}

/** The base fee of a block's successor: EIP-1559. */
export function nextBaseFee({ baseFee, fullness }: Block): bigint {
  const change = (baseFee * BigInt(Math.round((fullness - 1) * 1e6))) / 8_000_000n;
  const next = baseFee + change;
  return next < 7n ? 7n : next;
}

/** A successor of `parent`. */
export function nextBlock(parent: Block, content: BlockContent, chance: Chance): Block {
  const baseFee = nextBaseFee(parent);
  const number = parent.number + 1;
  const { mined, state } = run(parent, baseFee, content);
  const receiptsRoot = mined.length === 0 ? NO_RECEIPTS : receiptsTrie(mined.map(receiptOf)).root;
  const bloom = mined.some(({ recorded }) => recorded) ? FULL_BLOOM : NO_BLOOM;
  const { time, fullness, finalHeight } = content;
  const parentHash = Buffer.from(parent.hash.slice(2), "hex");
  const header = headerOf({ number, parentHash, receiptsRoot, bloom, time, baseFee, mix: chance.bytes(32) });
  return { number, ...header, parent, time, baseFee, fullness, mined, state, finalHeight };
}

function run(parent: Block, baseFee: bigint, { candidates, funds = 0n }: BlockContent): Pick<Block, "mined" | "state"> {
  const mined: MinedTransaction[] = [];
  let state: ChainState = { ...parent.state, balance: parent.state.balance + funds };
  for (const sent of candidates) {
    if (sent.nonce !== state.nonce || sent.maxFee < baseFee) continue;
    if (state.balance < sent.maxFee * BigInt(sent.gasLimit)) continue;
    const { succeeded, head, gasUsed } = execute(sent, state.head);
    const tip = sent.maxTip < sent.maxFee - baseFee ? sent.maxTip : sent.maxFee - baseFee;
    const paid = BigInt(gasUsed) * (baseFee + tip);
    const recorded = head === state.head ? undefined : { head, previousSize: state.head.treeSize };
    mined.push({ sent, succeeded, gasUsed, paid, recorded });
    state = { nonce: state.nonce + 1, balance: state.balance - paid, head };
  }
  return { mined, state };
}

interface HeaderParts {
  readonly number: number;
  readonly parentHash: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly bloom: Uint8Array;
  readonly time: number;
  readonly baseFee: bigint;
  readonly mix: Uint8Array;
}

/** A header with the 21 fields of 2025. */
function headerOf(parts: HeaderParts): { hash: string; header: string } {
  const fields = [
    parts.parentHash,
    HASH(2), // ommers
    HASH(3).subarray(12), // fee recipient
    HASH(4), // state root
    HASH(5), // transactions root
    parts.receiptsRoot,
    parts.bloom,
    0, // difficulty
    parts.number,
    30_000_000, // gas limit
    15_000_000, // gas used
    parts.time,
    NO_BYTES, // extra data
    parts.mix,
    HASH(0).subarray(24), // nonce
    parts.baseFee,
    HASH(9), // withdrawals root
    0, // blob gas used
    0, // excess blob gas
    HASH(10), // parent beacon block root
    HASH(11), // requests hash
  ];
  const header = RLP.encode(fields);
  return { hash: `0x${toHex(keccak_256(header))}`, header: `0x${toHex(header)}` };
}

/** A receipt as the trie holds it: EIP-2718, type 2. */
function receiptOf(
  { succeeded, recorded }: MinedTransaction,
  at: number,
  all: readonly MinedTransaction[],
): Uint8Array {
  const gasUsed = all.slice(0, at + 1).reduce((sum, one) => sum + one.gasUsed, 0);
  const logs = recorded ? [anchoredLog(recorded.head, recorded.previousSize)] : [];
  const fields = [succeeded ? 1 : 0, gasUsed, recorded ? FULL_BLOOM : NO_BLOOM, logs];
  return Uint8Array.from([2, ...RLP.encode(fields)]);
}

/** The ancestor of that height, or the block itself; `undefined` above it. */
export function ancestorAt(block: Block, height: number): Block | undefined {
  let at: Block | undefined = block.number < height || height < 0 ? undefined : block;
  while (at !== undefined && at.number > height) at = at.parent;
  return at;
}

/** The evidence for a transaction of a block. */
export function evidenceIn(block: Block, transactionHash: string): ChainEvidence {
  const index = block.mined.findIndex(({ sent }) => sent.hash === transactionHash);
  const mined = block.mined[index] as MinedTransaction;
  const receipts = block.mined.map(receiptOf);
  const prefixed = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
  return {
    chainId: CHAIN_ID,
    contract: CONTRACT,
    block: { hash: block.hash, header: block.header },
    transaction: { hash: transactionHash, index, raw: mined.sent.raw },
    receipt: {
      raw: prefixed(receipts[index] as Uint8Array),
      proof: (receiptsTrie(receipts).proofs[index] as readonly Uint8Array[]).map(prefixed),
    },
  };
}

/** The anchors that a block recorded. */
export function eventsIn({ number, hash, mined }: Block): AnchorEvent[] {
  return mined.flatMap(({ sent, recorded }, logIndex) =>
    recorded
      ? [
          {
            ...recorded.head,
            previousSize: recorded.previousSize,
            blockNumber: number,
            blockHash: hash,
            transactionHash: sent.hash,
            logIndex,
          },
        ]
      : [],
  );
}

/** The header as a node names it. */
export function headerIn({ number, hash, parent, time, header }: Block): BlockHeader {
  return { number, hash, parentHash: parent?.hash ?? `0x${"00".repeat(32)}`, time, header };
}

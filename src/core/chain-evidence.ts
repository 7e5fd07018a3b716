/**
 * Evidence that the contract recorded a checkpoint: block header, transaction, receipt, and the receipt's Merkle-Patricia
 * proof to the header's receipts root. Once the block's hash is trusted, nothing else is needed: no RPC, no explorer.
 * Ethereum Yellow Paper section 4.3 (header, receipt) and appendices B (RLP) and D (trie); EIP-155, EIP-2718, EIP-2930, EIP-1559.
 *
 * Every byte handed over is attacker-controlled; nothing in it counts until it is hashed up to the block hash.
 */
import { CHAIN_HASH, LOWER_CASE_ADDRESS } from "./address.ts";
import { equalBytes, fromHex, toHex, utf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { headerWithHash, type HashedHeader, type HeaderForm } from "./header-form.ts";
import { keccak256, type Keccak256 } from "./keccak256.ts";
import { decodeRlp, encodeRlpNumber, type Rlp } from "./rlp.ts";
import type { ObjectReader } from "./object-reader.ts";
import { LAST_SECOND } from "./timestamp.ts";

/** The evidence in a bundle. Hexadecimal is lower case with the prefix `0x`. */
export interface ChainEvidence {
  readonly chainId: number;
  /** Address of the contract. */
  readonly contract: string;
  readonly block: { readonly hash: string; /** RLP. */ readonly header: string };
  /** `raw` is the signed transaction, of type 0, 1 or 2; `index` its place in the block. */
  readonly transaction: { readonly hash: string; readonly index: number; readonly raw: string };
  /** `raw` is the receipt as the trie holds it; `proof` the trie's nodes from the root down. */
  readonly receipt: { readonly raw: string; readonly proof: readonly string[] };
}

/**
 * What checked evidence says. It is true provided that the block with that hash is on the chain; only the chain id and the
 * transaction hash are not proven by the block, since neither header nor receipt contains them.
 */
export interface AnchorFact {
  readonly chainId: number;
  readonly contract: string;
  readonly blockHash: string;
  readonly blockNumber: number;
  /** POSIX seconds. */
  readonly blockTime: number;
  readonly transactionHash: string;
  /** The transaction's type, if it is not 2, that of EIP-1559. */
  readonly transactionType?: 0 | 1;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly previousSize: number;
}

/** The block is shown to hold a receipt of the transaction, but that receipt records no such anchor. */
export interface NoAnchor {
  /** What is missing, for people. */
  readonly lacking: string;
}

const HEX = /^0x(?:[0-9a-f]{2})*$/;
/** Number of fields in the oldest headers. Hard forks append more, so any number of further ones is accepted. */
const HEADER_FIELDS = 15;
/** Calldata of an anchor without hashes: the selector and four words. */
const CALL_BYTES = 132;
const EVENT_TOPIC = keccak256(utf8("CheckpointAnchored(uint64,bytes32,uint64)"));
const ANCHOR_SELECTOR = keccak256(utf8("anchor(uint64,bytes32,bytes32[])")).slice(0, 4);

/**
 * The evidence in an object of a bundle; only its form is checked.
 * @throws the reader's code
 */
export function readChainEvidence(reader: ObjectReader): ChainEvidence {
  const block = reader.object("block");
  const transaction = reader.object("transaction");
  const receipt = reader.object("receipt");
  const evidence = {
    chainId: reader.count("chainId"),
    contract: reader.string("contract", LOWER_CASE_ADDRESS),
    block: { hash: block.string("hash", CHAIN_HASH), header: block.string("header", HEX) },
    transaction: {
      hash: transaction.string("hash", CHAIN_HASH),
      index: transaction.count("index"),
      raw: transaction.string("raw", HEX),
    },
    receipt: { raw: receipt.string("raw", HEX), proof: receipt.strings("proof", HEX) },
  };
  for (const part of [block, transaction, receipt, reader]) part.end();
  return evidence;
}

/**
 * Checks that the evidence holds together, from the transaction up to the block hash.
 * @param form of the chain's headers; without it, any form is accepted: they differ only in which seals the hash covers
 * @param hashOf computes Keccak-256
 * @throws CHAIN_EVIDENCE_INVALID naming the link that does not hold
 */
export function checkChainEvidence(evidence: ChainEvidence, form?: HeaderForm, hashOf?: Keccak256): AnchorFact {
  const fact = shownAnchor(evidence, form, hashOf);
  return "lacking" in fact ? refuse(fact.lacking) : fact;
}

/**
 * What the evidence shows: an anchor, or that the block holds a receipt of the transaction that records none.
 * @throws as {@link checkChainEvidence}, for the other links
 */
export function shownAnchor(
  evidence: ChainEvidence,
  form?: HeaderForm,
  hashOf: Keccak256 = keccak256,
): AnchorFact | NoAnchor {
  const header = openHeader(evidence.block, form, hashOf);
  const sent = openTransaction(evidence, hashOf);
  const proof = evidence.receipt.proof.map(bytesOf);
  const proven = provenValue(header.receiptsRoot, evidence.transaction.index, proof, hashOf);
  const receipt = bytesOf(evidence.receipt.raw);
  if (!equalBytes(proven, receipt)) refuse("the receipt is not the one that its proof leads to");
  const event = anchoredEvent(receipt, bytesOf(evidence.contract), sent);
  if ("lacking" in event) return event;
  const { type } = sent;
  return {
    chainId: evidence.chainId,
    contract: evidence.contract,
    blockHash: evidence.block.hash,
    blockNumber: header.number,
    blockTime: header.time,
    transactionHash: evidence.transaction.hash,
    ...(type !== 2 && { transactionType: type }),
    ...event,
  };
}

/** The parts of a header that are used here. */
export interface OpenedHeader extends HashedHeader {
  readonly number: number;
  /** POSIX seconds. */
  readonly time: number;
  readonly receiptsRoot: Uint8Array;
}

/**
 * The header of the block with that hash.
 * @param form as of {@link checkChainEvidence}; `hashOf` likewise
 * @throws CHAIN_EVIDENCE_INVALID when it has another hash, or is not a header
 */
export function openHeader(block: ChainEvidence["block"], form?: HeaderForm, hashOf?: Keccak256): OpenedHeader {
  const bytes = bytesOf(block.header);
  const hashed = headerWithHash(bytes, bytesOf(block.hash), form, hashOf);
  if (hashed === undefined) return refuse("the block header does not have the block's hash");
  const fields = listOf(decode(bytes, "block header"), "block header");
  if (fields.length < HEADER_FIELDS) refuse("the block header is malformed");
  const time = uintOf(bytesAt(fields, 11, "block header"));
  if (time > LAST_SECOND) refuse("the block's time is out of range");
  return {
    ...hashed,
    receiptsRoot: bytesAt(fields, 5, "block header"),
    number: uintOf(bytesAt(fields, 8, "block header")),
    time,
  };
}

interface SentAnchor {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
}

/** How transactions of a type are laid out; all fields but the access list are strings. */
interface TransactionLayout {
  readonly fields: number;
  readonly to: number;
  readonly data: number;
  readonly accessList?: number;
}
const LAYOUTS: { readonly [type in 0 | 1 | 2]: TransactionLayout } = {
  0: { fields: 9, to: 3, data: 5 },
  1: { fields: 11, to: 4, data: 6, accessList: 7 },
  2: { fields: 12, to: 5, data: 7, accessList: 8 },
};
/** Index of `v` in a transaction of type 0; that part of the signature names the chain (EIP-155). */
const LEGACY_V = 6;
/** First bytes of an RLP string or list; transaction types have lower values. */
const FIRST_OF_LISTS = 0xc0;

/**
 * The call in the transaction, which also names the chain id, as neither header nor receipt does. Nothing shows that the
 * block holds this very transaction, and nothing needs to: what it sent is compared with the event that the receipt proves.
 */
function openTransaction(
  { transaction, chainId, contract }: ChainEvidence,
  hashOf: Keccak256,
): SentAnchor & { readonly type: 0 | 1 | 2 } {
  const raw = bytesOf(transaction.raw);
  if (!equalBytes(hashOf(raw), bytesOf(transaction.hash))) refuse("the transaction does not have its hash");
  const { type, payload } = typed(raw, "transaction");
  const { fields: count, to, data: dataField, accessList } = LAYOUTS[type];
  const fields = listOf(decode(payload, "transaction"), "transaction");
  const isMalformed = fields.some((field, at) => Array.isArray(field) !== (at === accessList));
  if (fields.length !== count || isMalformed) refuse("the transaction is malformed");
  if (chainIdIn(fields, type) !== chainId) refuse("the transaction is for another chain");
  if (!equalBytes(bytesAt(fields, to, "transaction"), bytesOf(contract)))
    refuse("the transaction calls another contract");
  const data = bytesAt(fields, dataField, "transaction");
  if (!isAnchorCall(data)) refuse("the transaction does not anchor");
  return { type, treeSize: wordOf(data.subarray(4, 36)), rootHash: data.slice(36, 68) };
}

/** EIP-2718: a byte for the type, then a payload that depends on it; type 0 has no such byte and is a list. */
function typed(bytes: Uint8Array, what: string): { type: 0 | 1 | 2; payload: Uint8Array } {
  const [first = 0] = bytes;
  if (first >= FIRST_OF_LISTS) return { type: 0, payload: bytes };
  if (first === 1 || first === 2) return { type: first, payload: bytes.subarray(1) };
  return refuse(`the ${what} is of no type that anchors have: 0, 1 (EIP-2930) or 2 (EIP-1559)`);
}

/** `undefined` for a transaction of type 0 that is valid on any chain. */
function chainIdIn(fields: readonly Rlp[], type: 0 | 1 | 2): number | undefined {
  if (type !== 0) return uintOf(bytesAt(fields, 0, "transaction"));
  const v = uintOf(bytesAt(fields, LEGACY_V, "transaction"));
  return v >= 35 ? Math.floor((v - 35) / 2) : undefined;
}

/**
 * Checks the calldata: the selector, two words, then a list of words in its only encoding, which is its offset, its length
 * and the words.
 */
function isAnchorCall(data: Uint8Array): boolean {
  if (data.length < CALL_BYTES || !equalBytes(data.subarray(0, 4), ANCHOR_SELECTOR)) return false;
  const words = Math.floor((data.length - CALL_BYTES) / 32);
  if (data.length !== CALL_BYTES + 32 * words) return false;
  return equalBytes(data.subarray(68, 100), sizeWord(96)) && equalBytes(data.subarray(100, 132), sizeWord(words));
}

/** The first event of the contract in the receipt that records what the transaction sent. */
function anchoredEvent(
  receipt: Uint8Array,
  contract: Uint8Array,
  { type, treeSize, rootHash }: SentAnchor & { readonly type: 0 | 1 | 2 },
): (SentAnchor & { previousSize: number }) | NoAnchor {
  const { type: given, payload } = typed(receipt, "receipt");
  const fields = listOf(decode(payload, "receipt"), "receipt");
  if (given !== type || fields.length !== 4) refuse("the receipt is not that of a transaction of this type");
  const sent = { treeSize, rootHash };
  if (!equalBytes(bytesAt(fields, 0, "receipt"), Uint8Array.of(1)))
    return { lacking: "the transaction failed on the chain" };
  for (const log of listOf(fields[3], "receipt").map((entry) => listOf(entry, "receipt"))) {
    if (log.length !== 3) refuse("the receipt is malformed");
    const topics = listOf(log[1], "receipt").map((_, at, all) => bytesAt(all, at, "receipt"));
    if (!equalBytes(bytesAt(log, 0, "receipt"), contract) || !isAnchorOf(sent, topics)) continue;
    return { ...sent, previousSize: wordOf(bytesAt(log, 2, "receipt")) };
  }
  return { lacking: "the receipt has no event of the contract that records this checkpoint" };
}

function isAnchorOf(sent: SentAnchor, topics: readonly Uint8Array[]): boolean {
  const wanted = [EVENT_TOPIC, sizeWord(sent.treeSize), sent.rootHash];
  return topics.length === 3 && wanted.every((word, at) => equalBytes(word, topics[at] as Uint8Array));
}

/**
 * The value at key RLP(index) of the trie with that root; each node on the way down is checked against its hash. Embedded
 * nodes do not occur, because a receipt is longer than a hash; nor do values at branches, because no index's key is a
 * prefix of another's.
 */
function provenValue(root: Uint8Array, index: number, proof: readonly Uint8Array[], hashOf: Keccak256): Uint8Array {
  const key = nibblesOf(encodeRlpNumber(index));
  let reference: Rlp | undefined = root;
  let at = 0;
  for (const [depth, bytes] of proof.entries()) {
    const node = openNode(bytes, reference, hashOf);
    if (node.length === 17) {
      reference = node[key[at++] ?? 16];
      continue;
    }
    const { path, isLeaf } = decodePath(bytesAt(node, 0, "trie node"));
    if (path.some((nibble, i) => key[at + i] !== nibble)) refuse("the receipt's proof is of another transaction");
    at += path.length;
    reference = node[1];
    if (!isLeaf) continue;
    if (at !== key.length) refuse("the receipt's proof is of another transaction");
    if (depth !== proof.length - 1) refuse("the receipt's proof has nodes to spare");
    return bytesAt(node, 1, "trie node");
  }
  return refuse("the receipt's proof ends early");
}

/** Decodes the node that the node above refers to by hash. */
function openNode(bytes: Uint8Array, reference: Rlp | undefined, hashOf: Keccak256): Rlp[] {
  if (!(reference instanceof Uint8Array) || !equalBytes(hashOf(bytes), reference))
    refuse("the receipt's proof does not lead to the header's receipts root");
  const node = listOf(decode(bytes, "trie node"), "trie node");
  return node.length === 17 || node.length === 2 ? node : refuse("the trie node is malformed");
}

/** Hex-prefix encoding, Yellow Paper appendix C. */
function decodePath(encoded: Uint8Array): { path: number[]; isLeaf: boolean } {
  const nibbles = nibblesOf(encoded);
  const flag = nibbles[0] ?? refuse("the trie node is malformed");
  return { path: nibbles.slice(flag % 2 === 1 ? 1 : 2), isLeaf: flag >= 2 };
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

function decode(bytes: Uint8Array, what: string): Rlp {
  try {
    return decodeRlp(bytes);
  } catch (cause) {
    throw new WarifuError("CHAIN_EVIDENCE_INVALID", `the ${what} is not RLP`, { cause });
  }
}

function listOf(value: Rlp | undefined, what: string): Rlp[] {
  return Array.isArray(value) ? value : refuse(`the ${what} is malformed`);
}

function bytesAt(fields: readonly Rlp[], at: number, what: string): Uint8Array {
  const value = fields[at];
  return value instanceof Uint8Array ? value : refuse(`the ${what} is malformed`);
}

/** A number in as few bytes as possible, none for 0: chains use no other spelling. */
function uintOf(bytes: Uint8Array): number {
  return bytes.length <= 6 && bytes[0] !== 0
    ? bytes.reduce((value, byte) => value * 256 + byte, 0)
    : refuse("a number is out of range, or not in its shortest form");
}

/** A number in a 32-byte word of the ABI. */
function wordOf(word: Uint8Array): number {
  const value = word.length === 32 ? BigInt(`0x${toHex(word)}`) : -1n;
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : refuse("a number is out of range");
}

/** The word of a number, as topics hold it. */
function sizeWord(size: number): Uint8Array {
  return fromHex(size.toString(16).padStart(64, "0"), "size");
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.slice(2), "chain evidence");
}

function refuse(reason: string): never {
  throw new WarifuError("CHAIN_EVIDENCE_INVALID", reason);
}

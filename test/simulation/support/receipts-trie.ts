// A Merkle-Patricia trie over the receipts of one small block, built at once and without waiting: Yellow Paper appendix D.
// Receipts are longer than a hash, so no node stands within another; no key begins another, so no branch has a value.

import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";

/** A receipts trie. */
export interface ReceiptsTrie {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** For each receipt the trie's nodes from the root down. */
  readonly proofs: readonly (readonly Uint8Array[])[];
}

interface Item {
  readonly index: number;
  readonly path: readonly number[];
  readonly value: Uint8Array;
}

/** The trie of these receipts, at least one. */
export function receiptsTrie(receipts: readonly Uint8Array[]): ReceiptsTrie {
  const proofs: Uint8Array[][] = receipts.map(() => []);
  const items = receipts.map((value, index) => ({ index, path: nibblesOf(RLP.encode(index)), value }));
  const root = build(items, 0, proofs);
  return { root, proofs };
}

/** Hash of the node over items that agree up to `depth`; its bytes go in front of the items' proofs. */
function build(items: readonly Item[], depth: number, proofs: Uint8Array[][]): Uint8Array {
  const [first] = items as readonly [Item, ...Item[]];
  const node = RLP.encode(
    items.length === 1 ? [packed(first.path.slice(depth), 2), first.value] : inner(items, depth, proofs),
  );
  for (const { index } of items) (proofs[index] as Uint8Array[]).unshift(node);
  return keccak_256(node);
}

function inner(items: readonly Item[], depth: number, proofs: Uint8Array[][]): Uint8Array[] {
  const [first] = items as readonly [Item, ...Item[]];
  let shared = depth;
  while (items.every(({ path }) => path[shared] === first.path[shared])) shared++;
  if (shared > depth) return [packed(first.path.slice(depth, shared), 0), build(items, shared, proofs)];
  const slots = Array.from({ length: 16 }, (_, nibble) => {
    const below = items.filter(({ path }) => path[depth] === nibble);
    return below.length === 0 ? new Uint8Array(0) : build(below, depth + 1, proofs);
  });
  return [...slots, new Uint8Array(0)];
}

/** Hex-prefix encoding, Yellow Paper appendix C. `flag`: 2 for a leaf, 0 for an extension. */
function packed(path: readonly number[], flag: number): Uint8Array {
  const nibbles = path.length % 2 === 1 ? [flag + 1, ...path] : [flag, 0, ...path];
  return Uint8Array.from(
    { length: nibbles.length / 2 },
    (_, at) => 16 * (nibbles[2 * at] ?? 0) + (nibbles[2 * at + 1] ?? 0),
  );
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

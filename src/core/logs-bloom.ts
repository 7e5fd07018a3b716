/**
 * What a block's header says about the events in the block: its Bloom filter has the address and the topics of each.
 * Yellow Paper section 4.3.1. A filter has no false negatives, so a header that was checked against its hash can rule out
 * an anchor, which an empty list of events from a node cannot.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromHex, utf8 } from "./bytes.ts";
import { decodeRlp } from "./rlp.ts";

const BLOOM_FIELD = 6;
const BLOOM_BYTES = 256;
const TOPIC_BITS = bitsOf(keccak_256(utf8("CheckpointAnchored(uint64,bytes32,uint64)")));

/**
 * Whether the block may hold an anchor of `contract`; also true when `header` is not a header with a filter.
 * @param header RLP, hexadecimal with the prefix `0x`
 * @param contract address, hexadecimal with the prefix `0x`
 * @throws ENCODING_INVALID
 */
export function mayHoldAnchor(header: string, contract: string): boolean {
  const fields = decodeRlp(fromHex(header.slice(2), "block header"));
  const bloom = Array.isArray(fields) ? fields[BLOOM_FIELD] : undefined;
  if (!(bloom instanceof Uint8Array) || bloom.length !== BLOOM_BYTES) return true;
  const wanted = [...TOPIC_BITS, ...bitsOf(fromHex(contract.slice(2), "address"))];
  return wanted.every((bit) => ((bloom[BLOOM_BYTES - 1 - (bit >> 3)] as number) & (1 << (bit & 7))) !== 0);
}

/** The three bits, 0 <= bit < 2048, that one value sets: the low 11 bits of the first three pairs of bytes of its hash. */
function bitsOf(value: Uint8Array): number[] {
  const hash = keccak_256(value);
  return [0, 2, 4].map((at) => (((hash[at] as number) << 8) | (hash[at + 1] as number)) & 0x7ff);
}

/**
 * Headers of Bitcoin's blocks, as `bitcoin-cli getblockheader HASH false` and block explorers give them: proofs of
 * OpenTimestamps lead to them. Whoever names a header must know whether its block is on Bitcoin's chain.
 */
import { fromHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** A block that a verifier names. */
export interface BitcoinBlock {
  readonly height: number;
  /** The header's 80 bytes, in lower-case hexadecimal. */
  readonly header: string;
}

/** The parts of a header that timestamps need. */
export interface BitcoinHeader {
  /** In the byte order of proofs, which is the reverse of how explorers print it. */
  readonly merkleRoot: Uint8Array;
  /** When its miner says it was made, POSIX seconds; Bitcoin allows two hours into the future. */
  readonly time: number;
}

const HEADER_BYTES = 80;
const [MERKLE_ROOT, TIME, BITS] = [36, 68, 72];

/**
 * Reads a header. Its proof of work is checked against the target that the header itself states, which catches typing
 * errors.
 * @throws ENCODING_INVALID
 */
export function readBitcoinHeader(header: string): BitcoinHeader {
  const bytes = fromHex(header, "Bitcoin header", HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const bits = view.getUint32(BITS, true);
  const target = BigInt(bits & 0x7fffff) << (8n * BigInt(Math.max(0, (bits >>> 24) - 3)));
  if (littleEndian(sha256(sha256(bytes))) > target)
    throw new WarifuError("ENCODING_INVALID", "this is no header of a Bitcoin block: its hash is above its own target");
  return { merkleRoot: bytes.slice(MERKLE_ROOT, TIME), time: view.getUint32(TIME, true) };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

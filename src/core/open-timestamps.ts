/**
 * Proofs of OpenTimestamps, the files `.ots` of its standard client: from the SHA-256 of what was stamped, over appended and
 * prepended bytes and further hashes, to the Merkle root of a Bitcoin block, or, until there is one, to a calendar that
 * promises it. Format: python-opentimestamps, core/serialize.py, core/op.py, core/notary.py and core/timestamp.py.
 */
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Largest proof that is read; those of today's calendars have about 3,000 bytes. */
export const MAX_PROOF_BYTES = 65_536;
/** The format's own limits: for an operand or payload, for a message on the way, for operations in a row. */
const [MOST_OPERAND_BYTES, MOST_MESSAGE_BYTES, MOST_OPERATIONS] = [8_192, 4_096, 256];

const DIGEST_BYTES = 32;
/** The file's magic, version 1, and that what follows is a SHA-256. */
const START = concatBytes(
  fromHex("00", "magic"),
  utf8("OpenTimestamps"),
  fromHex("000050726f6f6600bf89e2e884e892940108", "magic"),
);

const [ATTESTATION, FORK] = [0x00, 0xff];
const [SHA256, APPEND, PREPEND] = [0x08, 0xf0, 0xf1];
/**
 * SHA-1, RIPEMD-160, Keccak-256, and the reversed and hexadecimal message: not computed, since calendars do not use them.
 */
const NOT_COMPUTED = [0x02, 0x03, 0x67, 0xf2, 0xf3];
const [BITCOIN, PENDING] = ["0588960d73d71901", "83dfe30d2ef90c8e"];

/** An attestation that a proof leads to. */
export interface Attestation {
  /** The attested message: the block's Merkle root, or what the calendar was given. `undefined` if it was not computed. */
  readonly message: Uint8Array | undefined;
  /** Height of the Bitcoin block. */
  readonly bitcoinBlock?: number;
  /** Whether a calendar promises a block that is yet to come. */
  readonly isPending: boolean;
  /** Its place in the bytes, and whether it is the last branch of its fork, so that other bytes can take its place. */
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** The bytes that lead on from the digest, as a proof file. */
export function formatProof(digest: Uint8Array, timestamp: Uint8Array): Uint8Array {
  return concatBytes(START, digest, timestamp);
}

/**
 * All attestations that a proof about `stamped` leads to.
 * @throws TIMESTAMP_INVALID it is no such proof, or about something else
 */
export function attestationsIn(proof: Uint8Array, stamped: Uint8Array): Attestation[] {
  if (!equalBytes(proof.subarray(0, START.length), START)) throw malformed("is no OpenTimestamps proof of a SHA-256");
  const end = START.length + DIGEST_BYTES;
  const digest = sha256(stamped);
  if (!equalBytes(proof.subarray(START.length, end), digest)) throw malformed("is about other bytes than these");
  return attestationsFrom(proof, digest, end);
}

/**
 * All attestations that bytes lead to which continue from `message`, such as a calendar's answer.
 * @throws TIMESTAMP_INVALID
 */
export function attestationsFrom(bytes: Uint8Array, message: Uint8Array, from = 0): Attestation[] {
  if (bytes.length > MAX_PROOF_BYTES) throw malformed(`is longer than ${MAX_PROOF_BYTES} bytes`);
  const reader = new ProofReader(bytes, from);
  const found = reader.branches(message, 0);
  if (!reader.isAtEnd) throw malformed("has more than it should");
  return found;
}

class ProofReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads what follows a message: one branch or several, each but the last after the byte of a fork. */
  branches(message: Uint8Array | undefined, depth: number): Attestation[] {
    if (depth > MOST_OPERATIONS) throw malformed("has more operations than it may");
    const found: Attestation[] = [];
    for (;;) {
      const start = this.#at;
      const first = this.#byte();
      const isLast = first !== FORK;
      const tag = isLast ? first : this.#byte();
      if (tag === ATTESTATION) found.push(this.#attestation({ message, start, isLast }));
      else found.push(...this.branches(this.#operation(tag, message), depth + 1));
      if (isLast) return found;
    }
  }

  #attestation(place: Pick<Attestation, "message" | "start" | "isLast">): Attestation {
    const kind = toHex(this.#take(8));
    const payload = new ProofReader(this.#operand(), 0);
    const block = kind === BITCOIN && { bitcoinBlock: payload.#number() };
    return { ...place, ...block, isPending: kind === PENDING, end: this.#at };
  }

  #operation(tag: number, message: Uint8Array | undefined): Uint8Array | undefined {
    if (NOT_COMPUTED.includes(tag)) return undefined;
    if (tag === SHA256) return message && sha256(message);
    if (tag !== APPEND && tag !== PREPEND) throw malformed("has an operation that OpenTimestamps does not have");
    const operand = this.#operand();
    if (message === undefined) return undefined;
    if (message.length + operand.length > MOST_MESSAGE_BYTES) throw malformed("makes a message that is too long");
    return tag === APPEND ? concatBytes(message, operand) : concatBytes(operand, message);
  }

  #operand(): Uint8Array {
    const length = this.#number();
    if (length > MOST_OPERAND_BYTES) throw malformed("has a part that is too long");
    return this.#take(length);
  }

  /** Seven bits per byte, the lowest first. */
  #number(): number {
    let [number, weight, byte] = [0, 1, 0];
    do {
      byte = this.#byte();
      number += (byte & 0x7f) * weight;
      if (number > Number.MAX_SAFE_INTEGER) throw malformed("has a number that is too large");
      weight *= 128;
    } while (byte >= 0x80);
    return number;
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed("is cut off");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function malformed(what: string): WarifuError {
  return new WarifuError("TIMESTAMP_INVALID", `the OpenTimestamps proof ${what}`);
}

/**
 * A beacon: a block of the chain, named in the log. Every entry after it is newer than that block. It is the content of
 * a body of the kind `beacon`, and a member of proof bundles.
 *
 *     {"blockHash":"0x…","blockNumber":…,"blockTime":…,"chainId":…,"header":"0x…"}
 *
 * Invariant: a beacon proves itself. It contains the header, so number and time need no other source once the hash is
 * trusted.
 */
import { CHAIN_HASH } from "./address.ts";
import { parseBody, type Body } from "./body.ts";
import { fromBase64, toBase64 } from "./bytes.ts";
import { openHeader } from "./chain-evidence.ts";
import { ENTRY_BYTES } from "./entry.ts";
import { WarifuError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import type { Keccak256 } from "./keccak256.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of a beacon. */
export const BEACON_VCT = "warifu:beacon:1";
/** Name of the content in that body. */
export const BEACON_CONTENT = "beacon";

/** A block, as a beacon names it. */
export interface Beacon {
  readonly chainId: number;
  readonly blockNumber: number;
  /** Hexadecimal with the prefix `0x`. */
  readonly blockHash: string;
  /** POSIX seconds. */
  readonly blockTime: number;
}

/** A beacon in a bundle: an entry of the same tree as the record's, at a lower leaf index. */
export interface BeaconProof {
  /** The 79 bytes in the log. */
  readonly entry: Uint8Array;
  /** Canonical JSON text of the body. */
  readonly body: string;
  /** C2SP tlog-proof against the same checkpoint as the record's. */
  readonly proof: string;
}

const HEX = /^0x(?:[0-9a-f]{2})+$/;

/**
 * Content of a beacon's body.
 * @param block a block's hash and the RLP of its header, lower-case hexadecimal with the prefix `0x`
 * @throws CHAIN_EVIDENCE_INVALID when the header does not have that hash
 */
export function beaconContent(chainId: number, block: { readonly hash: string; readonly header: string }): JsonObject {
  const { hash, header } = block;
  const { number, time } = openHeader({ hash, header });
  return { blockHash: hash, blockNumber: number, blockTime: time, chainId, header };
}

/**
 * The beacon in the content of a body.
 * @param hashOf computes Keccak-256, as of `openHeader`
 * @throws BODY_INVALID unknown or missing member, wrong form, or a number or time that is not the header's;
 *   CHAIN_EVIDENCE_INVALID when the header does not have the hash
 */
export function parseBeacon(content: JsonObject, hashOf?: Keccak256): Beacon {
  const reader = new ObjectReader(content, BEACON_CONTENT, "BODY_INVALID");
  const beacon = {
    chainId: reader.count("chainId"),
    blockNumber: reader.count("blockNumber"),
    blockHash: reader.string("blockHash", CHAIN_HASH),
    blockTime: reader.count("blockTime"),
  };
  const block = { hash: beacon.blockHash, header: reader.string("header", HEX) };
  const { number, time } = openHeader(block, undefined, hashOf);
  reader.end();
  if (number !== beacon.blockNumber) reader.fail("blockNumber", "is not the one in the block's header");
  if (time !== beacon.blockTime) reader.fail("blockTime", "is not the one in the block's header");
  return beacon;
}

/**
 * The beacon in a body.
 * @param hashOf as of {@link parseBeacon}
 * @throws BODY_INVALID also when it is the body of something else; CHAIN_EVIDENCE_INVALID
 */
export function beaconOf({ contentName, vct, content }: Body, hashOf?: Keccak256): Beacon {
  if (contentName !== BEACON_CONTENT || vct !== BEACON_VCT)
    throw new WarifuError("BODY_INVALID", `the body is not one of ${BEACON_VCT}`);
  return parseBeacon(content, hashOf);
}

/** @throws as {@link beaconOf} and {@link parseBody} */
export function beaconInBody(body: Uint8Array): Beacon {
  return beaconOf(parseBody(body));
}

/**
 * Whether `later` can come after `earlier` on one chain. Block times alone may be equal; of two blocks, one is higher.
 */
export function isBlockAfter(later: Omit<Beacon, "blockHash">, earlier: Omit<Beacon, "blockHash">): boolean {
  return (
    later.chainId === earlier.chainId && later.blockNumber > earlier.blockNumber && later.blockTime >= earlier.blockTime
  );
}

/** The member of a bundle. */
export function beaconMember({ entry, body, proof }: BeaconProof): object {
  return { entry: toBase64(entry), body, proof };
}

/**
 * The beacon in an object of a bundle; only its form is checked.
 * @throws the reader's code
 */
export function readBeaconProof(reader: ObjectReader): BeaconProof {
  const beacon = {
    entry: fromBase64(reader.string("entry"), "beacon.entry", ENTRY_BYTES),
    body: reader.string("body"),
    proof: reader.string("proof"),
  };
  reader.end();
  return beacon;
}

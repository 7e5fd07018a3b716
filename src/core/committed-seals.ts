/**
 * The validators' seals on a block, which prove offline that the block is final, to anybody who knows the validators. No
 * node is asked, and the log's operator cannot forge seals.
 *
 * A quorum is two thirds of the validators, rounded up: calculateRequiredValidatorQuorum of Besu's BftHelpers, QuorumSize of
 * GoQuorum from its `ceil2Nby3Block` on. Before that block GoQuorum took 2F+1, which for 5 validators is one less; such a
 * block may stay undecided here. Once two thirds have sealed a block, no other block of that height can be final, unless a
 * third of the validators cheat.
 */
import { toHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import type { Sealing } from "./header-form.ts";
import { signerAddress } from "./secp256k1.ts";

/** How many of a verifier's validators sealed a block. */
export interface SealCount {
  /** How many of them sealed it, each counted once. */
  readonly known: number;
  readonly validators: number;
  /** How many make a quorum. */
  readonly quorum: number;
  /** Whether the block is thereby shown to be final. */
  readonly isFinal: boolean;
}

/** The most seals that are checked, since each takes about a millisecond and a stranger may have made the block. */
const MOST_SEALS = 256;

/** The first block of a chain, which nobody seals. */
const UNSEALED: Sealing = { signedHash: new Uint8Array(32), seals: [], validators: [] };

/**
 * Counts the seals of known validators.
 * @param sealing of a header in a form that has seals
 * @param known their addresses, lower case with the prefix `0x`, each once
 * @throws CHAIN_EVIDENCE_INVALID when a seal is no signature, or is by nobody whom the block itself names
 */
export function countSeals(sealing: Sealing | undefined, known: readonly string[]): SealCount {
  const { signedHash, seals, validators } = sealing ?? UNSEALED;
  if (seals.length > MOST_SEALS) refuse(`the block has more than ${MOST_SEALS} seals`);
  const signers = new Set(seals.map((seal) => signerAddress(signedHash, seal) ?? refuse("a seal is no signature")));
  const named = new Set(validators.map((address) => `0x${toHex(address)}`));
  if (named.size > 0 && [...signers].some((address) => !named.has(address)))
    refuse("a seal is by nobody whom the block names as a validator");
  const knownSigners = known.filter((address) => signers.has(address)).length;
  const quorum = quorumOf(known.length);
  // If the block names no validators, all signers must be known: an unknown one may come from a seal that was changed.
  const isWhole = named.size > 0 ? signers.size >= quorumOf(named.size) : signers.size === knownSigners;
  return {
    known: knownSigners,
    validators: known.length,
    quorum,
    isFinal: isWhole && known.length > 0 && knownSigners >= quorum,
  };
}

function quorumOf(validators: number): number {
  return Math.ceil((2 * validators) / 3);
}

function refuse(reason: string): never {
  throw new WarifuError("CHAIN_EVIDENCE_INVALID", reason);
}

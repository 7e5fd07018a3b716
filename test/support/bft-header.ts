// Headers of chains whose validators seal each block, made from the clients' own rules by other libraries: ethers signs,
// @ethereumjs/rlp encodes. Fixed keys, the same bytes in every run.
// Besu: QbftExtraDataCodec, IbftExtraDataCodec and BftBlockHashing of hyperledger/besu. GoQuorum: core/types/istanbul.go and
// the two engines of Consensys/quorum.
// Invariant: no code of src/ takes part.

import { RLP, type Input } from "@ethereumjs/rlp";
import { computeAddress, getBytes, keccak256, SigningKey, toBeArray } from "ethers";

import type { HeaderForm } from "../../src/core/header-form.ts";

/** How the validators of a chain sealed a block; four of them, all in round 0, by default. */
export type Consensus = {
  readonly form: Exclude<HeaderForm, "ethereum">;
  /** GoQuorum's QBFT as it was before its release. */
  readonly isPreRelease?: boolean;
  /** Of the chain, as the header names them. */
  readonly validators?: number;
  /** Which of them sealed it, by number; one that is given twice sealed twice. */
  readonly signers?: readonly number[];
  /** A contract names the validators, and the header does not. */
  readonly isByContract?: boolean;
  readonly round?: number;
  /** A vote on a validator, as the header holds it. */
  readonly vote?: Input;
  /** Changes the seals. */
  readonly seals?: (seals: Uint8Array[]) => Uint8Array[];
  /** Changes `extraData` once the seals are there. */
  readonly extraData?: (extraData: Uint8Array) => Uint8Array;
};

const EXTRA_FIELD = 12;
const VANITY = Uint8Array.from({ length: 32 }, (_, at) => at);
/** "Istanbul practical byzantine fault tolerance" in part, as mix hash of all of them. */
export const BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

const keyOf = (index: number): SigningKey => new SigningKey(`0x${(index + 1).toString(16).padStart(64, "0")}`);

/** Address of a validator, lower case. */
export function validatorAddress(index: number): string {
  return computeAddress(keyOf(index)).toLowerCase();
}

/** Addresses of the first few validators. */
export function validatorAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => validatorAddress(index));
}

/** The three ways in which `extraData` is written: as it is served, in the block's hash, and in what is sealed. */
type Written = {
  readonly served: (seals: Uint8Array[]) => Uint8Array;
  readonly hashed: Uint8Array;
  readonly sealed: Uint8Array;
};

/** The header of these fields, sealed, and the block's hash. */
export function sealedHeader(
  fields: readonly Uint8Array[],
  consensus: Consensus,
): { readonly header: Uint8Array; readonly hash: string } {
  const withExtra = (extra: Uint8Array): Uint8Array =>
    RLP.encode(fields.map((field, at) => (at === EXTRA_FIELD ? extra : field)));
  const written = writtenAs(consensus, withExtra);
  const hash = keccak256(withExtra(written.hashed));
  const signed =
    consensus.form === "quorum-ibft"
      ? keccak256(Uint8Array.from([...getBytes(hash), 2]))
      : keccak256(withExtra(written.sealed));
  const { validators = 4, signers = Array.from({ length: validators }, (_, index) => index) } = consensus;
  const seals = signers.map((index) => sealOf(index, signed));
  const served = written.served(consensus.seals?.(seals) ?? seals);
  return { header: withExtra(consensus.extraData?.(served) ?? served), hash };
}

/** r, s and the parity of the point. */
function sealOf(index: number, digest: string): Uint8Array {
  const { r, s, yParity } = keyOf(index).sign(digest);
  return Uint8Array.from([...getBytes(r), ...getBytes(s), yParity]);
}

function writtenAs(consensus: Consensus, withExtra: (extra: Uint8Array) => Uint8Array): Written {
  const { form, isPreRelease, validators = 4, isByContract, round = 0, vote } = consensus;
  const named = isByContract ? [] : validatorAddresses(validators).map((address) => getBytes(address));
  if (form === "quorum-ibft") return istanbul(named, withExtra);
  if (form === "besu-ibft2" || isPreRelease) {
    const [head, fixed] = [
      [VANITY, named, vote ?? new Uint8Array(0)],
      Uint8Array.from([0, 0, round >> 8, round & 255]),
    ];
    return {
      served: (seals) => RLP.encode([...head, fixed, seals]),
      hashed: RLP.encode(head),
      sealed: RLP.encode([...head, fixed]),
    };
  }
  const [head, scalar] = [[VANITY, named, vote ?? []], round === 0 ? new Uint8Array(0) : toBeArray(round)];
  return {
    served: (seals) => RLP.encode([...head, scalar, seals]),
    hashed: RLP.encode([...head, new Uint8Array(0), []]),
    sealed: RLP.encode([...head, scalar, []]),
  };
}

/** The proposer seals the header without any seal; the validators seal its hash, which has the proposer's. */
function istanbul(named: Uint8Array[], withExtra: (extra: Uint8Array) => Uint8Array): Written {
  const extra = (proposerSeal: Uint8Array, seals: Uint8Array[]): Uint8Array =>
    Uint8Array.from([...VANITY, ...RLP.encode([named, proposerSeal, seals])]);
  const proposal = keccak256(withExtra(extra(new Uint8Array(0), [])));
  const proposerSeal = sealOf(0, keccak256(proposal));
  const hashed = extra(proposerSeal, []);
  return { served: (seals) => extra(proposerSeal, seals), hashed, sealed: hashed };
}

/**
 * The parts that bundles share: bundles of one anchor have the same checkpoint, the same evidence from the chain and mostly
 * the same beacon. Each is checked once, under one policy, and remembered: a checkpoint by its exact text, the others by the
 * objects that were read from one. Failures are not remembered, so that nothing wrong in one bundle affects the verdict on
 * another.
 *
 * Invariant: what is remembered follows from its text and the policy alone, and no caller can change it.
 */
import { beaconOf, type Beacon, type BeaconProof } from "../core/beacon.ts";
import { KnownParts } from "../core/bundle.ts";
import { equalBytes, utf8 } from "../core/bytes.ts";
import { checkChainEvidence, openHeader, type AnchorFact, type ChainEvidence } from "../core/chain-evidence.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { countSeals, type SealCount } from "../core/committed-seals.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash, verifyInclusion } from "../core/merkle.ts";
import type { HeaderForm } from "../core/header-form.ts";
import type { VerifiedSignature } from "../core/note.ts";
import type { Policy } from "../core/policy.ts";
import type { Primitives } from "../core/primitives.ts";
import { logIdOf } from "../core/record.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import { checkBodyOf } from "./check-body.ts";

/** A checkpoint whose signature under the policy's key holds. */
export interface OpenedNote {
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly VerifiedSignature[];
}

/** A beacon that is in the tree, and its place. */
export interface PlacedBeacon {
  readonly beacon: Beacon;
  readonly leafIndex: number;
  /** As of {@link ShownAnchor}. */
  readonly seals?: SealCount;
}

/** The anchor that evidence shows. */
export interface ShownAnchor {
  readonly fact: AnchorFact;
  /** Who sealed the block, where the policy knows the chain's validators. */
  readonly seals?: SealCount;
}

/** The most results remembered of each kind. Bundles come in runs of one anchor, so a few are enough. */
const MOST_REMEMBERED = 16;

/** Results under one policy. */
export class SharedParts {
  readonly policy: Policy;
  /** Evidence and beacons as the bundles have them, without a verdict. */
  readonly known = new KnownParts();
  readonly #here: Primitives;
  readonly #notes = new Remembered<OpenedNote>();
  readonly #anchors = new Remembered<ShownAnchor>();
  readonly #beacons = new Remembered<PlacedBeacon>();

  /**
   * @param policy must not change afterwards
   * @param here verifies signatures of checkpoints and hashes headers, transactions and receipts
   */
  constructor(policy: Policy, here: Primitives = {}) {
    this.policy = policy;
    this.#here = here;
  }

  /** Opens a checkpoint under the policy's keys. @throws as `openCheckpoint` */
  openNote(note: string): OpenedNote {
    const { log, witnesses } = this.policy;
    return this.#notes.get([note], () => openCheckpoint(utf8(note), log, witnesses.keys, this.#here.verifyEd25519));
  }

  /** The anchor that the evidence shows. @throws as `checkChainEvidence` and `countSeals` */
  anchorIn(evidence: ChainEvidence): ShownAnchor {
    const { fact, ...seals } = this.#anchors.get([evidence], () => ({
      fact: checkChainEvidence(evidence, this.#form, this.#here.keccak256),
      ...this.#sealsOn(evidence.block),
    }));
    // A copy: the verdict that it becomes part of belongs to the caller.
    return { fact: { ...fact, rootHash: fact.rootHash.slice() }, ...seals };
  }

  /**
   * Checks that the log itself entered the beacon into the tree of that checkpoint.
   * @throws ENTRY_INVALID, BODY_MISMATCH, BODY_INVALID, ORIGIN_MISMATCH, PROOF_INVALID, INCLUSION_MISMATCH
   */
  placeBeacon(given: BeaconProof, head: Checkpoint): PlacedBeacon {
    return this.#beacons.get([head.note, given], () => {
      const { header, ...placed } = place(given, head, this.policy.log.name, this.#here);
      return { ...placed, ...this.#sealsOn({ hash: placed.beacon.blockHash, header }) };
    });
  }

  get #form(): HeaderForm {
    return this.policy.chain.headerForm ?? "ethereum";
  }

  /** Who sealed a block, if the policy names validators. */
  #sealsOn(block: ChainEvidence["block"]): { readonly seals?: SealCount } {
    const { validators } = this.policy.chain;
    return validators
      ? { seals: countSeals(openHeader(block, this.#form, this.#here.keccak256).sealing, validators) }
      : {};
  }
}

/** The newest few results, by what they follow from. Comparing texts costs less than building keys from them. */
class Remembered<T> {
  readonly #results: { readonly from: readonly (string | object)[]; readonly value: T }[] = [];

  /** @param from texts, and objects that nobody changes; the same number of them each time */
  get(from: readonly (string | object)[], check: () => T): T {
    const known = this.#results.find((one) => one.from.every((part, at) => part === from[at]));
    if (known) return known.value;
    const value = check();
    if (this.#results.length === MOST_REMEMBERED) this.#results.pop();
    this.#results.unshift({ from, value });
    return value;
  }
}

function place(
  given: BeaconProof,
  { note, treeSize, rootHash }: Checkpoint,
  origin: string,
  { keccak256 }: Primitives,
): PlacedBeacon & { readonly header: string } {
  const entry = decodeEntry(given.entry);
  assertOwnEvent(entry, origin);
  const body = checkBodyOf(entry, utf8(given.body), origin);
  const beacon = beaconOf(body, keccak256);
  const { checkpoint, leafIndex, hashes: proof } = parseTlogProof(given.proof);
  if (checkpoint !== note)
    throw new WarifuError("INCLUSION_MISMATCH", "the beacon is proven against another checkpoint than the record");
  // No record is outside of the tree.
  if (leafIndex >= treeSize) throw notBelow(leafIndex);
  verifyInclusion({ leafHash: leafHash(given.entry), leafIndex, treeSize, rootHash, proof });
  return { beacon, leafIndex, header: body.content["header"] as string };
}

/** The error for a beacon that came after the record. */
export function notBelow(leafIndex: number): WarifuError {
  return new WarifuError("INCLUSION_MISMATCH", `the beacon at leaf ${leafIndex} is not below the record`);
}

/** Only the log itself enters beacons: a source's record that looks like one is not a beacon. */
function assertOwnEvent(entry: Entry, origin: string): void {
  if (entry.kind !== "beacon" || !equalBytes(entry.sourceId, logIdOf(origin)))
    throw new WarifuError("BODY_MISMATCH", "what is given as a beacon is not an entry of that kind by the log itself");
}

/**
 * The steps of the verifier, each a check of its own. A step gives its value and what was found. If there was nothing to
 * check, or nobody to ask, it says `unchecked`, with a code if the policy requires the check nevertheless. Faults are
 * thrown.
 */
import { openClaims, type Body } from "../core/body.ts";
import { bodyBytes, parseBundle, type ProofBundle } from "../core/bundle.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import type { AnchorFact } from "../core/chain-evidence.ts";
import { countCosigned, type Checkpoint } from "../core/checkpoint.ts";
import type { SealCount } from "../core/committed-seals.ts";
import type { Opening } from "../core/opening.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import { logSignatures } from "../core/log-keys.ts";
import { leafHash, verifyInclusion } from "../core/merkle.ts";
import { keyOfKnown, type Policy } from "../core/policy.ts";
import { isOriginal, receivedIn } from "../core/received.ts";
import { SOURCE_NAME, sourceIdOf } from "../core/record.ts";
import { openConflict } from "../core/source-conflict.ts";
import { CONFLICT_CLAIM, isSourceEvent, sourceEventOf, type SeqConflict } from "../core/source-event.ts";
import { keyThumbprint, type SourceKey } from "../core/source-key.ts";
import { keyOfSignature } from "../core/source-signature.ts";
import { parseTlogProof, type TlogProof } from "../core/tlog-proof.ts";
import { checkBeacon, isBeaconOnChain } from "./check-beacon.ts";
import { checkBodyOf } from "./check-body.ts";
import { errorFact } from "./error-fact.ts";
import type { OpenedNote, PlacedBeacon, SharedParts, ShownAnchor } from "./shared-parts.ts";
import { shownClaims, signingOf, type Signing } from "./signing.ts";
import type { StepFact } from "./step-fact.ts";
import type { BlockTime, ChainView, StampedTime } from "./verdict.ts";

/** The result of a step. */
export interface Checked<T> {
  readonly value: T;
  readonly fact: StepFact;
  /** Nothing was checked. */
  readonly isUnchecked?: boolean;
  /** Set if the policy requires what was not checked. */
  readonly code?: ErrorCode;
}

/** The checkpoint of a bundle, opened under the policy's keys. */
export interface OpenedCheckpoint extends OpenedNote {
  readonly proof: TlogProof;
}

export function bundleStep(bytes: Uint8Array, { known }: SharedParts): Checked<ProofBundle> {
  return holds(parseBundle(bytes, known), { id: "form" });
}

export function entryStep(bundle: ProofBundle): Checked<Entry> {
  const entry = decodeEntry(bundle.entry);
  return holds(entry, { id: "entry", kind: entry.kind });
}

export function bodyStep(bundle: ProofBundle, entry: Entry, policy: Policy): Checked<Body | null> {
  const bytes = bodyBytes(bundle);
  if (bytes === null) return unchecked(null, { id: "body-withheld" });
  const body = checkBodyOf(entry, bytes, policy.log.name);
  return holds(body, { id: "body-committed", vct: body.vct });
}

export function openingsStep(bundle: ProofBundle, body: Body | null): Checked<readonly Opening[]> {
  if (bundle.openings.length === 0) return unchecked([], { id: "no-opening" });
  if (body === null) throw new WarifuError("OPENING_MISMATCH", "there are openings but no body that they could open");
  const openings = openClaims(body, bundle.openings);
  return holds(openings, { id: "opened", count: openings.length });
}

/** The source's name belongs to its id; a signature, where it can be seen, verifies; a known source has signed. */
export async function sourceStep(
  bundle: ProofBundle,
  entry: Entry,
  body: Body | null,
  openings: readonly Opening[],
  policy: Policy,
): Promise<Checked<Signing | undefined>> {
  assertSource(bundle.source, entry, policy.log.name);
  if (entry.kind !== "record") return logStep(body, openings, policy);
  const signing = await signingOf(bundle.source, body, openings);
  const keys = keysOf(bundle.source, policy);
  // If the policy names no key of a source, it cannot be said who signed.
  if (keys.length > 0) return underKnownKeys(signing, keys);
  return unchecked(signing, { id: "signature", state: signing.state, isKeyKnown: false });
}

function keysOf(source: string, { sources }: Policy): SourceKey[] {
  return sources.filter(({ name }) => name === source).map(keyOfKnown);
}

/** For the log's own events there is only the log's word, except where one states what a source signed. */
async function logStep(
  body: Body | null,
  openings: readonly Opening[],
  policy: Policy,
): Promise<Checked<Signing | undefined>> {
  const mayTell = body && isSourceEvent(body) && body.content["action"] === "conflict";
  const event = mayTell ? sourceEventOf(body) : undefined;
  if (event?.action === "conflict") return conflictStep(event, openings, policy);
  return holds(undefined, { id: "source-is-log" });
}

/** The log states that a source signed two records under one number; the second one proves it, if its key is known. */
async function conflictStep(
  event: SeqConflict,
  openings: readonly Opening[],
  policy: Policy,
): Promise<Checked<undefined>> {
  const { name: source, seq } = event;
  const keys = keysOf(source, policy);
  const isKeyKnown = keys.length > 0;
  const shown = openings.find(({ name }) => name === CONFLICT_CLAIM);
  const fact: StepFact = { id: "conflict", source, seq, isShown: shown !== undefined, isKeyKnown };
  if (shown === undefined) return { ...unchecked(undefined, fact), ...(isKeyKnown && { code: "SIGNATURE_NOT_SHOWN" }) };
  const { evidence } = await openConflict(shown.value, event);
  if (!isKeyKnown) return unchecked(undefined, fact);
  assertKnown(keyOfSignature(evidence), keys);
  return holds(undefined, fact);
}

/** A source whose key the policy names must sign what it sends. */
function underKnownKeys(signing: Signing, keys: readonly SourceKey[]): Checked<Signing> {
  if ("key" in signing) assertKnown(signing.key, keys);
  const fact: StepFact = { id: "signature", state: signing.state, isKeyKnown: true };
  if (signing.state === "verified") return holds(signing, fact);
  if (signing.state === "none")
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the policy knows a key of this source, but it did not sign");
  return { ...unchecked(signing, fact), code: "SIGNATURE_NOT_SHOWN" };
}

function assertKnown(used: SourceKey, keys: readonly SourceKey[]): void {
  if (!keys.some((key) => keyThumbprint(key) === keyThumbprint(used)))
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "signed, but by no key that the policy knows of this source");
}

function assertSource(name: string, { kind, sourceId }: Entry, origin: string): void {
  if ((kind === "record") === (name === origin))
    throw new WarifuError("BODY_MISMATCH", "records are of sources, and all other entries of the log itself");
  if (kind === "record" && !SOURCE_NAME.test(name))
    throw new WarifuError("BODY_MISMATCH", "the source's name is not a valid source name");
  if (!equalBytes(sourceId, sourceIdOf(origin, name)))
    throw new WarifuError("BODY_MISMATCH", "the source's name does not belong to the entry's source id");
}

export function checkpointStep(bundle: ProofBundle, shared: SharedParts): Checked<OpenedCheckpoint> {
  const proof = parseTlogProof(bundle.proof);
  const opened = shared.openNote(proof.checkpoint);
  const { origin, treeSize } = opened.checkpoint;
  const signatures = logSignatures(shared.policy.log, opened.signatures);
  return holds({ proof, ...opened }, { id: "checkpoint", origin, treeSize, ...(signatures && { signatures }) });
}

export function witnessesStep({ signatures }: OpenedCheckpoint, policy: Policy): Checked<number> {
  const { keys, quorum } = policy.witnesses;
  const cosigned = countCosigned(signatures, keys);
  if (cosigned < quorum)
    throw new WarifuError("QUORUM_MISSING", `${cosigned} witnesses cosigned, the policy asks for ${quorum}`);
  if (cosigned === 0) return unchecked(0, { id: "no-cosignature-asked" });
  return holds(cosigned, { id: "cosigned", count: cosigned, quorum });
}

export function inclusionStep(bundle: ProofBundle, { proof, checkpoint }: OpenedCheckpoint): Checked<number> {
  verifyInclusion({
    leafHash: leafHash(bundle.entry),
    leafIndex: proof.leafIndex,
    treeSize: checkpoint.treeSize,
    rootHash: checkpoint.rootHash,
    proof: proof.hashes,
  });
  return holds(proof.leafIndex, { id: "included", leafIndex: proof.leafIndex });
}

/** Size and root are compared together: a root alone does not fix its size. */
export function anchorStep(bundle: ProofBundle, head: Checkpoint, shared: SharedParts): Checked<ShownAnchor> {
  const { policy } = shared;
  const shown = shared.anchorIn(bundle.chain);
  const { fact } = shown;
  if (fact.chainId !== policy.chain.id || fact.contract !== policy.chain.contract)
    throw new WarifuError(
      "CHAIN_MISMATCH",
      "the anchor is on another chain or in another contract than the policy names",
      {
        details: { expected: `${policy.chain.id} ${policy.chain.contract}`, given: `${fact.chainId} ${fact.contract}` },
      },
    );
  if (fact.treeSize !== head.treeSize || !equalBytes(fact.rootHash, head.rootHash))
    throw new WarifuError("ANCHOR_MISMATCH", "the contract recorded another tree head than the log signed", {
      details: { expected: toHex(head.rootHash), given: toHex(fact.rootHash) },
    });
  const { contract, chainId, blockNumber, blockTime } = fact;
  return holds(shown, { id: "anchored", contract, chainId, blockNumber, blockTime });
}

export function beaconStep(
  { beacon: given }: ProofBundle,
  { proof: { leafIndex }, checkpoint }: OpenedCheckpoint,
  anchor: AnchorFact,
  shared: SharedParts,
): Checked<PlacedBeacon | null> {
  if (given === null) return unchecked(null, { id: "no-beacon" });
  const placed = checkBeacon(given, { leafIndex, checkpoint, anchor }, shared);
  const { blockNumber, blockTime } = placed.beacon;
  return holds(placed, { id: "beacon", blockNumber, blockTime });
}

/** Neither an authority nor a block of the policy was found to have stamped the checkpoint. */
export function noTimestamp(
  { timestamps }: Policy,
  fact: StepFact = errorFact(
    new WarifuError("TIMESTAMP_MISSING", "no timestamp by an authority of the policy was checked"),
  ),
): Checked<readonly (StampedTime | BlockTime)[]> {
  const code = "TIMESTAMP_MISSING";
  return { ...unchecked([], fact), ...(timestamps?.required && { code }) };
}

/** Checks whether the record commits to these bytes as the ones it was made from. */
export function originalStep(original: Uint8Array, body: Body | null, openings: readonly Opening[]): Checked<void> {
  const received = body ? receivedIn(shownClaims(body, openings)) : undefined;
  if (received && isOriginal(original, received)) {
    const { adapter, at, size } = received;
    return holds(undefined, { id: "original", adapter, at, size });
  }
  if (received)
    throw new WarifuError("ORIGINAL_MISMATCH", "the record was made of other bytes than these", {
      details: { expected: received.sha256, size: received.size },
    });
  if (body && body.digests.length === openings.length)
    throw new WarifuError("ORIGINAL_MISMATCH", "the record does not say that it was made of other bytes");
  return { ...unchecked(undefined, { id: "original-not-shown" }), code: "ORIGINAL_NOT_SHOWN" };
}

/** Whether somebody whom the verifier trusts confirms each of the two blocks. */
export interface BlocksOnChain {
  readonly anchor: boolean;
  readonly beacon: boolean;
}

/** The verdict depends on whether the anchor's block is on the chain; the beacon's block may remain a claim. */
export async function chainStep(
  anchor: ShownAnchor,
  placed: PlacedBeacon | null,
  policy: Policy,
  view: ChainView | undefined,
): Promise<Checked<BlocksOnChain>> {
  const by = await whoHasBlock(anchor, policy, view);
  const isChecked = by !== "nobody";
  const isBeaconChecked = placed !== null && (await isBeaconOnChain(placed, policy, view));
  const { blockNumber } = anchor.fact;
  const named = placed && { beacon: { blockNumber: placed.beacon.blockNumber, isChecked: isBeaconChecked } };
  const value = { anchor: isChecked, beacon: isBeaconChecked };
  const fact: StepFact = { id: "block", blockNumber, by, ...named };
  return isChecked ? holds(value, fact) : unchecked(value, fact);
}

/**
 * Who confirms the anchor's block: a trusted hash, the verifier's nodes, a quorum of the chain's validators, or nobody where
 * the policy accepts evidence alone.
 */
async function whoHasBlock(
  { fact: anchor, seals }: ShownAnchor,
  policy: Policy,
  view: ChainView | undefined,
): Promise<"trust" | "nodes" | "validators" | "nobody"> {
  const { blockHash } = anchor;
  if (policy.trustedBlocks.includes(blockHash)) return "trust";
  if (view) {
    await askChain(anchor, policy, view);
    return "nodes";
  }
  // The policy names blocks to trust, and this is not one of them.
  if (policy.trustedBlocks.length > 0)
    throw new WarifuError("CHAIN_MISMATCH", `the anchor's block ${blockHash} is not one that you trust`);
  if (seals) return sealedOrOpen(anchor, seals);
  if (policy.chain.accept === "evidence") return "nobody";
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `nobody was asked whether the chain has block ${blockHash}: give a block hash that you trust, or an RPC endpoint`,
  );
}

/**
 * Too few seals refute nothing: the bundle may omit some, or the chain's validators may have changed since the policy was
 * made.
 */
function sealedOrOpen({ blockNumber }: AnchorFact, seals: SealCount): "validators" {
  const { known, validators, quorum, isFinal } = seals;
  if (isFinal) return "validators";
  throw new WarifuError(
    "NOT_ANCHORED_YET",
    `block ${blockNumber} is not shown to be final: of the ${validators} validators that the policy names, ${known} sealed it, ` +
      `and ${quorum} must, as must two thirds of those that the block names`,
    { details: { known, validators, quorum } },
  );
}

async function askChain(anchor: AnchorFact, policy: Policy, view: ChainView): Promise<void> {
  if ((await view.chainId()) !== anchor.chainId)
    throw new WarifuError(
      "CHAIN_WRONG",
      "the endpoint serves another chain than the anchor is on and the policy names",
    );
  const hash = await view.blockHashAt(anchor.blockNumber);
  if (hash === undefined) refuseShortChain(anchor, await view.newestTime?.());
  if (hash !== anchor.blockHash)
    throw new WarifuError("CHAIN_MISMATCH", `the chain has another block at height ${anchor.blockNumber}`, {
      details: { expected: anchor.blockHash, given: hash },
    });
  if (policy.chain.codeHash !== undefined && (await view.codeHashOf(anchor.contract)) !== policy.chain.codeHash)
    throw new WarifuError("CHAIN_MISMATCH", "the contract's code is not the one that the policy names");
  if ((await view.finalizedHeight()) < anchor.blockNumber)
    throw new WarifuError("NOT_ANCHORED_YET", `block ${anchor.blockNumber} is on the chain but not final yet`);
}

/** A node whose chain is too short is lagging behind, unless its newest block is later than the missing one. */
function refuseShortChain({ blockNumber, blockTime }: AnchorFact, newestTime = 0): never {
  if (newestTime >= blockTime)
    throw new WarifuError(
      "CHAIN_WRONG",
      `the endpoint's chain has no block ${blockNumber}, though its newest block is later than that: it is another chain ` +
        "than the one of this bundle, such as a local chain that was restarted",
    );
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `the endpoint has no block at height ${blockNumber}: it lags behind, or serves another chain than that of the bundle; ask another`,
  );
}

function holds<T>(value: T, fact: StepFact): Checked<T> {
  return { value, fact };
}

function unchecked<T>(value: T, fact: StepFact): Checked<T> {
  return { value, fact, isUnchecked: true };
}

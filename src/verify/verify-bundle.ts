/**
 * The verifier: does this bundle hold under my policy? The steps run in the order of the argument, the first one that
 * fails ends it and is named. No network and no clock: whom to ask about the chain, if anybody, is passed in.
 *
 * What it shows: the record's entry is in the log of that key, under a checkpoint that the contract on that chain
 * recorded, behind the block of its beacon; the body and every opening are the ones committed to. What it cannot show:
 * that the source told the truth.
 */
import type { Beacon } from "../core/beacon.ts";
import { openClaims, type Body } from "../core/body.ts";
import { bodyBytes, parseBundle, type ProofBundle } from "../core/bundle.ts";
import { equalBytes, toHex, utf8 } from "../core/bytes.ts";
import { checkChainEvidence, type AnchorFact } from "../core/chain-evidence.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import type { Opening } from "../core/disclosure.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { leafHash, verifyInclusion } from "../core/merkle.ts";
import type { VerifiedSignature } from "../core/note.ts";
import type { Policy } from "../core/policy.ts";
import { assertRecord, checkSourceSignature, logIdOf, sourceIdOf, type SourceSignature } from "../core/record.ts";
import { formatSecond } from "../core/timestamp.ts";
import { parseTlogProof, type TlogProof } from "../core/tlog-proof.ts";
import { checkBeacon, isBeaconOnChain } from "./check-beacon.ts";
import { checkBodyOf } from "./check-body.ts";

/** The steps, in order. */
export const VERIFY_STEPS = [
  "bundle",
  "entry",
  "body",
  "openings",
  "source",
  "checkpoint",
  "witnesses",
  "inclusion",
  "anchor",
  "beacon",
  "chain",
] as const;
export type VerifyStep = (typeof VERIFY_STEPS)[number];

/** How a step ended; `undecided` only for `chain`, when nobody could be asked or those asked contradict each other. */
export interface StepResult {
  readonly step: VerifyStep;
  readonly outcome: "holds" | "refuted" | "undecided";
  /** A sentence for people. */
  readonly detail: string;
  /** Set when refuted or undecided. */
  readonly code?: ErrorCode;
}

/** What a bundle says about its record, as far as it was verified. */
export interface VerifiedRecord {
  readonly kind: Entry["kind"];
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly source: string;
  readonly seq: number;
  /** Public and opened claims; absent when the body is withheld. */
  readonly claims?: JsonObject;
  /** How many digests stay shut, decoys included. */
  readonly concealed?: number;
  /** When the service says it took the record in, POSIX seconds. */
  readonly receivedAt?: number;
  readonly vct?: string;
  /**
   * The block that the record is newer than; absent when the bundle has no beacon. `checked`: a trusted block or a node
   * of the verifier's choice vouches for it. Otherwise it is what the log claims.
   */
  readonly after?: KnownBlock & { readonly checked: boolean };
  /** The anchor's block, which the record is older than. It counts as far as the step `chain` says. */
  readonly before: KnownBlock;
  readonly anchor: AnchorFact;
}

/** A block as a point in time. */
export interface KnownBlock {
  readonly blockNumber: number;
  /** Hexadecimal behind `0x`. */
  readonly blockHash: string;
  /** POSIX seconds. */
  readonly time: number;
}

/** The verdict on a bundle. */
export interface Verdict {
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly steps: readonly StepResult[];
  /** Set unless refuted. */
  readonly record?: VerifiedRecord;
}

/** What a verifier's own node says about the chain. */
export interface ChainView {
  /** The chain's id. */
  chainId(): Promise<number>;
  /** Hash of the canonical block at that height, or `undefined` when there is none yet. */
  blockHashAt(number: number): Promise<string | undefined>;
  /** Height of the newest final block. */
  finalizedHeight(): Promise<number>;
  /** Keccak-256 of the code at that address. */
  codeHashOf(address: string): Promise<string>;
}

/**
 * Verifies the bundle in `bytes` against the verifier's policy.
 * @param view asked about the chain when given; without it the policy's trusted blocks decide
 * @returns the verdict; nothing that a bundle can hold makes it throw, only a `view` that fails in a way of its own
 */
export async function verifyBundle(bytes: Uint8Array, policy: Policy, view?: ChainView): Promise<Verdict> {
  const steps: StepResult[] = [];
  const pass = async <T>(step: VerifyStep, detail: (value: T) => string, check: () => T | Promise<T>): Promise<T> => {
    try {
      const value = await check();
      steps.push({ step, outcome: "holds", detail: detail(value) });
      return value;
    } catch (error) {
      const { code, message } = asWarifuError(error instanceof ViewFailed ? error.reason : error);
      const outcome = error instanceof ViewFailed || UNDECIDED.has(code) ? "undecided" : "refuted";
      steps.push({ step, outcome, detail: message, code });
      throw new StepFailed(outcome);
    }
  };
  let record: VerifiedRecord | undefined;
  try {
    const bundle = await pass(
      "bundle",
      () => "has the form warifu-bundle/1",
      () => parseBundle(bytes),
    );
    const entry = await pass(
      "entry",
      (e) => `a ${e.kind} entry of version 1`,
      () => decodeEntry(bundle.entry),
    );
    const body = await pass("body", bodyDetail, () => checkBody(bundle, entry, policy.log.name));
    const openings = await pass(
      "openings",
      (o) => `${o.length} opened`,
      () => checkOpenings(bundle, body),
    );
    await pass(
      "source",
      (detail: string) => detail,
      () => checkSource(bundle, entry, body, openings, policy),
    );
    const head = await pass("checkpoint", checkpointDetail, () => checkCheckpoint(bundle, policy));
    await pass(
      "witnesses",
      (n: number) => `${n} cosigned, ${policy.witnesses.quorum} asked for`,
      () => checkQuorum(head.signatures, policy),
    );
    const leafIndex = await pass(
      "inclusion",
      (index: number) => `leaf ${index} is in that tree`,
      () => checkInclusion(bundle, head),
    );
    const anchor = await pass("anchor", anchorDetail, () => checkAnchor(bundle, head.checkpoint, policy));
    const beacon = await pass("beacon", beaconDetail, () =>
      bundle.beacon === null ? null : checkBeacon(bundle.beacon, { ...head, anchor }, policy),
    );
    record = {
      kind: entry.kind,
      leafIndex,
      leafHash: toHex(leafHash(bundle.entry)),
      source: bundle.source,
      seq: entry.seq,
      ...(body ? recordFacts(body, openings) : {}),
      ...(beacon && { after: { ...knownBlock(beacon), checked: false } }),
      before: knownBlock(anchor),
      anchor,
    };
    const { checked } = await pass("chain", chainDetail, () =>
      checkChain(anchor, beacon, policy, view && ownWord(view)),
    );
    const after = beacon && { after: { ...knownBlock(beacon), checked } };
    return { outcome: "holds", steps, record: { ...record, ...after } };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { outcome: error.outcome, steps, ...(record && error.outcome === "undecided" ? { record } : {}) };
  }
}

const UNDECIDED: ReadonlySet<ErrorCode> = new Set(["CHAIN_UNREACHABLE", "CHAIN_WRONG", "NOT_ANCHORED_YET"]);

/** Marks what the view itself throws. */
class ViewFailed {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** The verifier's own nodes, told from the bundle: that they fail or contradict each other is no word against it. */
function ownWord(view: ChainView): ChainView {
  const marked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => Promise.reject(new ViewFailed(error)));
  return {
    chainId: () => marked(view.chainId()),
    blockHashAt: (number) => marked(view.blockHashAt(number)),
    finalizedHeight: () => marked(view.finalizedHeight()),
    codeHashOf: (address) => marked(view.codeHashOf(address)),
  };
}

class StepFailed {
  readonly outcome: "refuted" | "undecided";
  constructor(outcome: "refuted" | "undecided") {
    this.outcome = outcome;
  }
}

function checkBody(bundle: ProofBundle, entry: Entry, origin: string): Body | null {
  const bytes = bodyBytes(bundle);
  return bytes === null ? null : checkBodyOf(entry, bytes, origin);
}

function checkOpenings(bundle: ProofBundle, body: Body | null): Opening[] {
  if (body !== null) return openClaims(body, bundle.openings);
  if (bundle.openings.length > 0)
    throw new WarifuError("OPENING_MISMATCH", "there are openings but no body that they could open");
  return [];
}

/** The source's name belongs to its id; a signature, where it can be seen, verifies; a known source has signed. */
function checkSource(
  bundle: ProofBundle,
  entry: Entry,
  body: Body | null,
  openings: readonly Opening[],
  policy: Policy,
): string {
  const origin = policy.log.name;
  const isLogEvent = equalBytes(entry.sourceId, logIdOf(origin));
  if (isLogEvent ? bundle.source !== origin : !equalBytes(entry.sourceId, sourceIdOf(origin, bundle.source)))
    throw new WarifuError("BODY_MISMATCH", "the source's name does not belong to the entry's source id");
  const knownKeys = policy.sources.filter(({ name }) => name === bundle.source).map(({ key }) => key);
  const isKnown = knownKeys.length > 0;
  const claims = body === null ? {} : claimsOf(body, openings);
  if (body !== null && Object.hasOwn(claims, "evidence")) {
    const key = signingKey(bundle.source, body, claims);
    if (isKnown && !knownKeys.includes(key))
      throw new WarifuError("SOURCE_SIGNATURE_INVALID", "signed, but by no key that the policy knows of this source");
    return isKnown ? "signed by its known key" : "signed by a key that the policy does not know";
  }
  if (isKnown && body?.digests.length === 0)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the policy knows a key of this source, but it did not sign");
  return isKnown
    ? "a known source; its signature is not disclosed"
    : "the name belongs to the id; no signature is shown";
}

/** The key that signed the record as the body and the openings show it. Claims that stay shut leave it unverifiable. */
function signingKey(source: string, body: Body, shown: JsonObject): string {
  const { evidence, ...claims } = shown;
  const [, type] = body.vct.split(":");
  const record = assertRecord({ claims, evidence: evidence as JsonValue, seq: body.seq, source, type: type ?? null });
  checkSourceSignature(record);
  return (record.evidence as SourceSignature).key;
}

interface OpenedCheckpoint {
  readonly proof: TlogProof;
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly VerifiedSignature[];
}

function checkCheckpoint(bundle: ProofBundle, policy: Policy): OpenedCheckpoint {
  const proof = parseTlogProof(bundle.proof);
  return { proof, ...openCheckpoint(utf8(proof.checkpoint), policy.log, policy.witnesses.keys) };
}

function checkQuorum(signatures: readonly VerifiedSignature[], policy: Policy): number {
  const cosigned = signatures.filter(({ key }) => policy.witnesses.keys.includes(key)).length;
  if (cosigned < policy.witnesses.quorum)
    throw new WarifuError(
      "QUORUM_MISSING",
      `${cosigned} witnesses cosigned, the policy asks for ${policy.witnesses.quorum}`,
    );
  return cosigned;
}

function checkInclusion(bundle: ProofBundle, { proof, checkpoint }: OpenedCheckpoint): number {
  verifyInclusion({
    leafHash: leafHash(bundle.entry),
    leafIndex: proof.leafIndex,
    treeSize: checkpoint.treeSize,
    rootHash: checkpoint.rootHash,
    proof: proof.hashes,
  });
  return proof.leafIndex;
}

/** Size and root are compared together: a root alone does not bind its size. */
function checkAnchor(bundle: ProofBundle, head: Checkpoint, policy: Policy): AnchorFact {
  const fact = checkChainEvidence(bundle.chain);
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
  return fact;
}

interface ChainAnswer {
  readonly detail: string;
  readonly beacon: Beacon | null;
  /** Whether the beacon's block, too, was found to be on the chain. */
  readonly checked: boolean;
}

/** Which of the two block hashes the chain has. That of the anchor decides; that of the beacon may stay a claim. */
async function checkChain(
  anchor: AnchorFact,
  beacon: Beacon | null,
  policy: Policy,
  view: ChainView | undefined,
): Promise<ChainAnswer> {
  const detail = await checkAnchorBlock(anchor, policy, view);
  return { detail, beacon, checked: beacon !== null && (await isBeaconOnChain(beacon, policy, view)) };
}

async function checkAnchorBlock(anchor: AnchorFact, policy: Policy, view: ChainView | undefined): Promise<string> {
  if (policy.trustedBlocks.includes(anchor.blockHash)) return `block ${anchor.blockNumber} is trusted`;
  if (view) return askChain(anchor, policy, view);
  // Somebody named blocks to trust, and this is none of them.
  if (policy.trustedBlocks.length > 0)
    throw new WarifuError("CHAIN_MISMATCH", `the anchor's block ${anchor.blockHash} is not one that you trust`);
  if (policy.chain.accept === "evidence")
    return `evidence up to block ${anchor.blockNumber} holds; nobody was asked whether the chain has that block`;
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `nobody was asked whether the chain has block ${anchor.blockHash}: give a block hash that you trust, or an RPC endpoint`,
  );
}

async function askChain(anchor: AnchorFact, policy: Policy, view: ChainView): Promise<string> {
  if ((await view.chainId()) !== anchor.chainId)
    throw new WarifuError(
      "CHAIN_WRONG",
      "the endpoint serves another chain than the anchor is on and the policy names",
    );
  const hash = await view.blockHashAt(anchor.blockNumber);
  // A chain that is too short is first of all a node that lags behind.
  if (hash === undefined)
    throw new WarifuError("NOT_ANCHORED_YET", `the endpoint has no block at height ${anchor.blockNumber} yet`);
  if (hash !== anchor.blockHash)
    throw new WarifuError("CHAIN_MISMATCH", `the chain has another block at height ${anchor.blockNumber}`, {
      details: { expected: anchor.blockHash, given: hash },
    });
  if (policy.chain.codeHash !== undefined && (await view.codeHashOf(anchor.contract)) !== policy.chain.codeHash)
    throw new WarifuError("CHAIN_MISMATCH", "the contract's code is not the one that the policy names");
  if ((await view.finalizedHeight()) < anchor.blockNumber)
    throw new WarifuError("NOT_ANCHORED_YET", `block ${anchor.blockNumber} is on the chain but not final yet`);
  return `the chain has block ${anchor.blockNumber}, and it is final`;
}

/** Public and opened claims. */
function claimsOf(body: Body, openings: readonly Opening[]): JsonObject {
  return { ...body.content, ...Object.fromEntries(openings.map(({ name, value }) => [name, value])) };
}

function recordFacts(
  body: Body,
  openings: readonly Opening[],
): Pick<VerifiedRecord, "claims" | "concealed" | "receivedAt" | "vct"> {
  return {
    claims: claimsOf(body, openings),
    concealed: body.digests.length - openings.length,
    receivedAt: body.iat,
    vct: body.vct,
  };
}

function bodyDetail(body: Body | null): string {
  return body === null ? "is withheld: only the entry is shown" : `is the one committed to (${body.vct})`;
}

function checkpointDetail({ checkpoint }: OpenedCheckpoint): string {
  return `signed by ${checkpoint.origin}, tree size ${checkpoint.treeSize}`;
}

function anchorDetail(anchor: AnchorFact): string {
  const time = formatSecond(anchor.blockTime);
  return `recorded by ${anchor.contract} on chain ${anchor.chainId} in block ${anchor.blockNumber} (${time})`;
}

function beaconDetail(beacon: Beacon | null): string {
  if (beacon === null) return "there is none: nothing shows what the record is newer than";
  return `a lower leaf names block ${beacon.blockNumber} (${formatSecond(beacon.blockTime)})`;
}

function chainDetail({ detail, beacon, checked }: ChainAnswer): string {
  if (beacon === null) return detail;
  return `${detail}; the beacon's block ${beacon.blockNumber} is ${checked ? "on the chain too" : "claimed by the log, not checked against the chain"}`;
}

function knownBlock({ blockNumber, blockHash, blockTime }: Omit<Beacon, "chainId">): KnownBlock {
  return { blockNumber, blockHash, time: blockTime };
}

function asWarifuError(error: unknown): WarifuError {
  if (error instanceof WarifuError) return error;
  throw error;
}

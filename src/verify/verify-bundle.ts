/**
 * The verifier: does this bundle hold under my policy? The steps run in the order of the argument; the first one that is
 * refuted ends it and is named. It uses no network and no clock: whoever is to be asked about the chain is passed in.
 *
 * What it shows: the record's entry is in the log of that key, under a checkpoint that the contract on that chain recorded,
 * after the block of its beacon; the body and every opening are the ones committed to. What it cannot show: that the source
 * told the truth.
 */
import type { Beacon } from "../core/beacon.ts";
import type { Body } from "../core/body.ts";
import type { ProofBundle } from "../core/bundle.ts";
import { toHex } from "../core/bytes.ts";
import type { Opening } from "../core/opening.ts";
import type { ErrorCode } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import type { Primitives } from "../core/primitives.ts";
import { inEnglish } from "./english.ts";
import { errorFact } from "./error-fact.ts";
import { SharedParts } from "./shared-parts.ts";
import { shownClaims } from "./signing.ts";
import type { StepFact } from "./step-fact.ts";
import * as check from "./steps.ts";
import type { CheckTime } from "./time-step.ts";
import {
  ORIGINAL_STEP,
  TIME_STEP,
  type ChainView,
  type KnownBlock,
  type StepResult,
  type Verdict,
  type VerifiedRecord,
} from "./verdict.ts";

// eslint-disable-next-line no-restricted-syntax -- the entry of the package: its users import the types from here
export type * from "./verdict.ts";
// eslint-disable-next-line no-restricted-syntax -- likewise
export type * from "./step-fact.ts";

/** Verifies a bundle under its verifier's policy, as {@link verifyBundle} does. */
export type BundleVerifier = (bytes: Uint8Array, view?: ChainView, original?: Uint8Array) => Promise<Verdict>;

/**
 * A verifier for many bundles: what they share, such as the anchor, is checked once. Verdicts are the same as those of
 * {@link verifyBundle}, bundle by bundle.
 * @param policy copied: later changes to the object make no difference
 * @param checkTime as for {@link verifyBundle}
 * @param here primitives that this machine computes faster than the verifier's own
 */
export function bundleVerifier(policy: Policy, checkTime?: CheckTime, here?: Primitives): BundleVerifier {
  const shared = new SharedParts(structuredClone(policy), here);
  return (bytes, view, original) => verify(bytes, shared, view, original, checkTime);
}

/**
 * Verifies the bundle in `bytes` against the verifier's policy.
 * @param view asked about the chain, if given; otherwise the policy's trusted blocks decide
 * @param original bytes that the record is said to be made from: a further step compares them with it
 * @param checkTime checks timestamps, see `timeChecker` in time-step.ts; without it they stay unchecked
 * @returns the verdict; nothing in a bundle makes it throw, only a `view` that fails with an error of another kind
 */
export function verifyBundle(
  bytes: Uint8Array,
  policy: Policy,
  view?: ChainView,
  original?: Uint8Array,
  checkTime?: CheckTime,
): Promise<Verdict> {
  return verify(bytes, new SharedParts(policy), view, original, checkTime);
}

async function verify(
  bytes: Uint8Array,
  shared: SharedParts,
  view: ChainView | undefined,
  original: Uint8Array | undefined,
  checkTime: CheckTime | undefined,
): Promise<Verdict> {
  const { policy } = shared;
  const time: CheckTime = checkTime ?? (async () => check.noTimestamp(policy));
  const argument = new Argument();
  try {
    const bundle = argument.step("bundle", () => check.bundleStep(bytes, shared));
    const entry = argument.step("entry", () => check.entryStep(bundle));
    const body = argument.step("body", () => check.bodyStep(bundle, entry, policy));
    const openings = argument.step("openings", () => check.openingsStep(bundle, body));
    const signing = await argument.asked("source", () => check.sourceStep(bundle, entry, body, openings, policy));
    const head = argument.step("checkpoint", () => check.checkpointStep(bundle, shared));
    argument.step("witnesses", () => check.witnessesStep(head, policy));
    const isDated = policy.timestamps !== undefined || (checkTime !== undefined && hasBlockProof(bundle));
    const stamped = isDated && (await argument.asked(TIME_STEP, () => time(bundle, head, policy)));
    const leafIndex = argument.step("inclusion", () => check.inclusionStep(bundle, head));
    const shown = argument.step("anchor", () => check.anchorStep(bundle, head.checkpoint, shared));
    const anchor = shown.fact;
    const placed = argument.step("beacon", () => check.beaconStep(bundle, head, anchor, shared));
    const beacon = placed?.beacon;
    argument.record = {
      kind: entry.kind,
      leafIndex,
      leafHash: toHex(leafHash(bundle.entry)),
      source: bundle.source,
      seq: entry.seq,
      ...(signing && { signature: signing.state }),
      ...(body && factsOf(body, openings)),
      ...(beacon && { after: knownBlock(beacon, false) }),
      before: knownBlock(anchor, false),
      ...(policy.timestamps && stamped && { stamped }),
      anchor,
    };
    const known = await argument.asked("chain", () => check.chainStep(shown, placed, policy, view && ownWord(view)));
    argument.record = {
      ...argument.record,
      ...(beacon && { after: knownBlock(beacon, known.beacon) }),
      before: knownBlock(anchor, known.anchor),
    };
    if (original) argument.step(ORIGINAL_STEP, () => check.originalStep(original, body, openings));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  }
  return argument.verdict();
}

/** The steps so far, and the verdict that they lead to. */
class Argument {
  record: VerifiedRecord | undefined;
  readonly #steps: StepResult[] = [];

  /** @throws StepFailed when nothing after it can be checked */
  step<T>(step: StepResult["step"], run: () => check.Checked<T>): T {
    try {
      return this.#addChecked(step, run());
    } catch (error) {
      throw this.#addFailed(step, error);
    }
  }

  /** As {@link Argument.step}, for a step that has to wait. */
  async asked<T>(step: StepResult["step"], run: () => Promise<check.Checked<T>>): Promise<T> {
    try {
      return this.#addChecked(step, await run());
    } catch (error) {
      throw this.#addFailed(step, error);
    }
  }

  #addChecked<T>(step: StepResult["step"], { value, fact, isUnchecked, code }: check.Checked<T>): T {
    this.#add(step, isUnchecked ? "unchecked" : "holds", fact, code);
    return value;
  }

  #addFailed(step: StepResult["step"], error: unknown): StepFailed {
    const fact = errorFact(error instanceof ViewFailed ? error.reason : error);
    const isOpen = error instanceof ViewFailed || UNDECIDED.has(fact.code);
    this.#add(step, isOpen ? "unchecked" : "refuted", fact, fact.code);
    return new StepFailed(step);
  }

  #add(step: StepResult["step"], outcome: StepResult["outcome"], fact: StepFact, code: ErrorCode | undefined): void {
    this.#steps.push({ step, outcome, fact, detail: inEnglish(fact), ...(code && { code }) });
  }

  /** An unchecked step has a code only if the policy requires it. */
  verdict(): Verdict {
    const steps = this.#steps;
    if (steps.some(({ outcome }) => outcome === "refuted")) return { outcome: "refuted", steps };
    const isOpen = steps.some(({ code }) => code !== undefined);
    return { outcome: isOpen ? "undecided" : "holds", steps, ...(this.record && { record: this.record }) };
  }
}

/** Ends the argument; its last step says why. */
class StepFailed {
  readonly step: StepResult["step"];
  constructor(step: StepResult["step"]) {
    this.step = step;
  }
}

const UNDECIDED: ReadonlySet<ErrorCode> = new Set([
  "CHAIN_UNREACHABLE",
  "NODE_REFUSED",
  "CHAIN_WRONG",
  "NOT_ANCHORED_YET",
]);

/** Marks what the view itself throws. */
class ViewFailed {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Marks the errors of the verifier's own nodes: that they fail or contradict each other is no fault of the bundle. */
function ownWord(view: ChainView): ChainView {
  const marked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => Promise.reject(new ViewFailed(error)));
  return {
    chainId: () => marked(view.chainId()),
    blockHashAt: (number) => marked(view.blockHashAt(number)),
    ...(view.newestTime && { newestTime: () => marked((view as Required<ChainView>).newestTime()) }),
    finalizedHeight: () => marked(view.finalizedHeight()),
    codeHashOf: (address) => marked(view.codeHashOf(address)),
  };
}

function hasBlockProof({ timestamps = [] }: ProofBundle): boolean {
  return timestamps.some((timestamp) => "opentimestamps" in timestamp);
}

function factsOf(
  body: Body,
  openings: readonly Opening[],
): Pick<VerifiedRecord, "claims" | "concealed" | "receivedAt" | "vct"> {
  return {
    claims: shownClaims(body, openings),
    concealed: body.digests.length - openings.length,
    receivedAt: body.iat,
    vct: body.vct,
  };
}

function knownBlock({ blockNumber, blockHash, blockTime }: Omit<Beacon, "chainId">, checked: boolean): KnownBlock {
  return { blockNumber, blockHash, time: blockTime, checked };
}

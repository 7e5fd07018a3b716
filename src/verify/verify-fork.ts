/**
 * Does this evidence prove that the log has two histories? Checked offline, under the verifier's own policy; whoever is to
 * be asked about the chain is passed in, as for a bundle.
 *
 * What it proves: for two checkpoints, that the holder of the log's key signed two histories; for a checkpoint and an
 * anchor, that the holder of the log's key or of the anchoring key did. What cannot be proven to a third party, and is no
 * evidence: that a log showed fewer entries than before, refused an answer, or served tiles that lead to no signed root at
 * all.
 */
import { equalBytes, toHex, utf8 } from "../core/bytes.ts";
import { openCheckpoint } from "../core/checkpoint.ts";
import type { TreeHead } from "../core/tree-head.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import { parseForkEvidence, type ForkedPrefix, type ForkHead } from "../core/fork-evidence.ts";
import { verifyConsistency } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { errorFact } from "./error-fact.ts";
import { forkInEnglish, type ForkFact } from "./fork-fact.ts";
import { SharedParts, type ShownAnchor } from "./shared-parts.ts";
import { chainStep } from "./steps.ts";
import type { ChainView } from "./verdict.ts";

/** The steps, in order; `chain` only where one of the heads is an anchor. */
export type ForkStep = "evidence" | "smaller" | "larger" | "contradiction" | "chain";

/** How a step ended. */
export interface ForkStepResult {
  readonly step: ForkStep;
  readonly outcome: "holds" | "refuted" | "unchecked";
  readonly fact: ForkFact;
  /** The fact in English. */
  readonly detail: string;
  /** Set if the step is refuted, or unchecked although the policy requires it. */
  readonly code?: ErrorCode;
}

/** What the evidence proves. */
export interface ForkVerdict {
  /** `holds`: it proves two histories. `refuted`: it proves nothing. `undecided`: nobody confirms the anchor's block yet. */
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly steps: readonly ForkStepResult[];
}

/** A head after its signature or its evidence was checked; an anchor's with what the evidence shows. */
type OpenedHead = Omit<TreeHead, "origin"> & { readonly anchor?: ShownAnchor };

/**
 * Checks the evidence in `bytes` against the verifier's policy.
 * @param view asked about the chain when given; without it the policy's trusted blocks decide
 * @returns the verdict; nothing in the evidence makes it throw
 */
export async function verifyForkEvidence(bytes: Uint8Array, policy: Policy, view?: ChainView): Promise<ForkVerdict> {
  const steps: ForkStepResult[] = [];
  const holds = (step: ForkStep, fact: ForkFact): void => {
    steps.push({ step, outcome: "holds", fact, detail: forkInEnglish(fact) });
  };
  let step: ForkStep = "evidence";
  try {
    const evidence = parseForkEvidence(bytes);
    holds(step, { id: "fork-form" });
    step = "smaller";
    const smaller = openHead(evidence.smaller, policy);
    holds(step, headFact(smaller, policy));
    step = "larger";
    const larger = openHead(evidence.larger, policy);
    holds(step, headFact(larger, policy));
    step = "contradiction";
    holds(step, contradiction(smaller, larger, evidence.prefix));
    step = "chain";
    const anchor = smaller.anchor ?? larger.anchor;
    if (anchor) steps.push(await chainResult(anchor, policy, view));
  } catch (error) {
    steps.push(failed(step, error));
  }
  const last = steps.at(-1) as ForkStepResult;
  const outcome = last.code === undefined ? "holds" : last.outcome === "refuted" ? "refuted" : "undecided";
  return { outcome, steps };
}

const UNDECIDED: ReadonlySet<ErrorCode> = new Set([
  "CHAIN_UNREACHABLE",
  "NODE_REFUSED",
  "CHAIN_WRONG",
  "NOT_ANCHORED_YET",
]);

/** Only nodes can leave something open: what the file contains is valid or not. */
function failed(step: ForkStep, error: unknown): ForkStepResult {
  const fact = errorFact(error);
  const outcome = step === "chain" && UNDECIDED.has(fact.code) ? "unchecked" : "refuted";
  return { step, outcome, fact, detail: forkInEnglish(fact), code: fact.code };
}

function openHead(head: ForkHead, policy: Policy): OpenedHead {
  if ("checkpoint" in head) return openCheckpoint(utf8(head.checkpoint), policy.log).checkpoint;
  const shown = new SharedParts(policy).anchorIn(head.anchor);
  const anchor = shown.fact;
  const { id, contract } = policy.chain;
  if (anchor.chainId !== id || anchor.contract !== contract)
    throw new WarifuError(
      "CHAIN_MISMATCH",
      "the anchor is on another chain or in another contract than the policy names",
      { details: { expected: `${id} ${contract}`, given: `${anchor.chainId} ${anchor.contract}` } },
    );
  return { treeSize: anchor.treeSize, rootHash: anchor.rootHash, anchor: shown };
}

function headFact({ treeSize, rootHash, anchor }: OpenedHead, policy: Policy): ForkFact {
  const head = { treeSize, rootHash: toHex(rootHash) };
  if (!anchor) return { id: "head-signed", origin: policy.log.name, ...head };
  const { contract, chainId, blockNumber, blockTime } = anchor.fact;
  return { id: "head-anchored", contract, chainId, blockNumber, blockTime, ...head };
}

/** @throws PROOF_INVALID, CONSISTENCY_MISMATCH when the two heads may be of one history */
function contradiction(smaller: OpenedHead, larger: OpenedHead, prefix: ForkedPrefix | undefined): ForkFact {
  const { treeSize } = smaller;
  if (treeSize > larger.treeSize) refuse("the smaller head has more entries than the larger one");
  if (treeSize === larger.treeSize) {
    if (prefix) refuse("heads of one size need no proof about the beginning of one of them");
    if (equalBytes(smaller.rootHash, larger.rootHash)) refuse("both heads have the same size and the same root");
    return { id: "roots-differ", treeSize };
  }
  if (!prefix)
    return refuse(
      "two heads of different sizes do not contradict each other by themselves: how the larger tree begins is not shown",
    );
  const { rootHash, proof } = prefix;
  verifyConsistency({
    ...{ oldSize: treeSize, oldRoot: rootHash, newSize: larger.treeSize, newRoot: larger.rootHash },
    proof,
  });
  if (equalBytes(rootHash, smaller.rootHash)) refuse("the larger tree continues the smaller one");
  return { id: "prefix-differs", treeSize, largerSize: larger.treeSize, rootHash: toHex(rootHash) };
}

function refuse(reason: string): never {
  throw new WarifuError("PROOF_INVALID", `no contradiction: ${reason}`);
}

async function chainResult(anchor: ShownAnchor, policy: Policy, view: ChainView | undefined): Promise<ForkStepResult> {
  const { fact, isUnchecked = false } = await chainStep(anchor, null, policy, view);
  const said = fact as ForkFact;
  return { step: "chain", outcome: isUnchecked ? "unchecked" : "holds", fact: said, detail: forkInEnglish(said) };
}

/** Judges everything that was given, under one policy. */
import { toHex } from "../../core/bytes.ts";
import type { Policy } from "../../core/policy.ts";
import { sha256 } from "../../core/sha256.ts";
import type { ChainView, Verdict } from "../../verify/verdict.ts";
import type { CheckTime } from "../../verify/time-step.ts";
import { bundleVerifier } from "../../verify/verify-bundle.ts";
import { verifyForkEvidence, type ForkVerdict } from "../../verify/verify-fork.ts";
import type { Given } from "./given.ts";
import { judgeOriginal, type JudgedOriginal, type ShownRecord } from "./originals.ts";

/** A bundle and the verdict on it. */
export interface JudgedBundle {
  readonly name: string;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly sha256: string;
  readonly verdict: Verdict;
}

/** Evidence against a log, and what it proves. */
export interface JudgedFork {
  readonly name: string;
  readonly verdict: ForkVerdict;
}

/** The verdicts on everything. */
export interface Judgement {
  readonly bundles: readonly JudgedBundle[];
  readonly forks: readonly JudgedFork[];
  readonly originals: readonly JudgedOriginal[];
  /** POSIX seconds. */
  readonly at: number;
}

const A_FEW = 20;
let checksTimes: () => CheckTime | undefined = () => undefined;

/** Has timestamps checked too: not every file has room for what does so. */
export function checkTimesWith(checker: () => CheckTime): void {
  checksTimes = checker;
}

/** Verifies each bundle, then holds the originals against their records. */
export async function judge(given: Given, policy: Policy, view?: ChainView): Promise<Judgement> {
  const bundles: JudgedBundle[] = [];
  const verify = bundleVerifier(policy, checksTimes());
  for (const { name, bytes } of given.bundles) {
    bundles.push({ name, sha256: toHex(sha256(bytes)), verdict: await verify(bytes, view) });
    if (bundles.length % A_FEW === 0) await nextFrame();
  }
  const records = bundles.flatMap(({ name, verdict: { record } }): ShownRecord[] =>
    record ? [{ bundle: name, record }] : [],
  );
  const originals = given.originals.map((original) => judgeOriginal(original, records));
  const forks: JudgedFork[] = [];
  for (const { name, bytes } of given.forks)
    forks.push({ name, verdict: await verifyForkEvidence(bytes, policy, view) });
  return { bundles, forks, originals, at: Math.floor(Date.now() / 1_000) };
}

/** Lets the page be drawn in between. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * The thread in which strangers' bundles are verified (verify-pool.ts), so that no bundle can hold up the thread that
 * accepts records.
 */
import { fromUtf8 } from "../../core/bytes.ts";
import { parsePolicy } from "../../core/policy.ts";
import { fastPrimitives } from "../../keys/fast-primitives.ts";
import { doJobs } from "../../serve/own-thread.ts";
import type { Verdict } from "../../verify/verdict.ts";
import { timeChecker } from "../../verify/time-step.ts";
import { bundleVerifier, type BundleVerifier } from "../../verify/verify-bundle.ts";

/** A bundle, and the text of the policy to judge it by. */
export interface VerifyJob {
  readonly bytes: Uint8Array;
  readonly policy: Uint8Array;
}

const here = await fastPrimitives();

/** The verifier of the last policy: the service has one, which changes with its chain. */
let last: { readonly policy: string; readonly verify: BundleVerifier } | undefined;

doJobs<VerifyJob, Verdict>(({ bytes, policy }) => {
  const text = fromUtf8(policy, "policy");
  if (last?.policy !== text) last = { policy: text, verify: bundleVerifier(parsePolicy(policy), timeChecker(), here) };
  return last.verify(bytes);
});

/**
 * The thread in which strangers' bundles are verified (verify-pool.ts), so that no bundle can hold up the thread that
 * accepts records. One message in, one out.
 */
import { parentPort } from "node:worker_threads";
import { fromUtf8 } from "../../core/bytes.ts";
import { codeOf, messageOf, type ErrorCode } from "../../core/errors.ts";
import { parsePolicy } from "../../core/policy.ts";
import type { Verdict } from "../../verify/verdict.ts";
import { bundleVerifier, type BundleVerifier } from "../../verify/verify-bundle.ts";

/** A bundle, and the text of the policy to judge it by. */
export interface VerifyJob {
  readonly bytes: Uint8Array;
  readonly policy: Uint8Array;
}

/** The verdict, or why there is none, which would be a defect. */
export type VerifyAnswer =
  | { readonly verdict: Verdict }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

parentPort?.on("message", (job: VerifyJob) => {
  void judge(job).then((answer) => parentPort?.postMessage(answer));
});

/** The verifier of the last policy: the service has one, which changes with its chain. */
let last: { readonly policy: string; readonly verify: BundleVerifier } | undefined;

async function judge({ bytes, policy }: VerifyJob): Promise<VerifyAnswer> {
  try {
    const text = fromUtf8(policy, "policy");
    if (last?.policy !== text) last = { policy: text, verify: bundleVerifier(parsePolicy(policy)) };
    return { verdict: await last.verify(bytes) };
  } catch (error) {
    return { failure: { code: codeOf(error), message: messageOf(error) } };
  }
}

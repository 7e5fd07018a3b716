/**
 * The thread in which strangers' bundles are verified (verify-pool.ts), so that no bundle can hold up the thread that
 * accepts records. One message in, one out.
 */
import { parentPort } from "node:worker_threads";
import { codeOf, messageOf, type ErrorCode } from "../../core/errors.ts";
import { parsePolicy } from "../../core/policy.ts";
import type { Verdict } from "../../verify/verdict.ts";
import { verifyBundle } from "../../verify/verify-bundle.ts";

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

async function judge({ bytes, policy }: VerifyJob): Promise<VerifyAnswer> {
  try {
    return { verdict: await verifyBundle(bytes, parsePolicy(policy)) };
  } catch (error) {
    return { failure: { code: codeOf(error), message: messageOf(error) } };
  }
}

/**
 * Verifies bundles on a thread, each by a verifier that has seen no other. Says when it is ready, and when it has verified all
 * that it was given.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { parsePolicy } from "../../src/core/policy.ts";
import { fastPrimitives } from "../../src/keys/fast-primitives.ts";
import { bundleVerifier, type BundleVerifier } from "../../src/verify/verify-bundle.ts";

/** What a thread is given. */
export interface LoneWork {
  readonly bundles: readonly Uint8Array[];
  readonly policyFile: string;
}

const { bundles, policyFile } = workerData as LoneWork;
const policy = parsePolicy(readFileSync(policyFile));
const primitives = await fastPrimitives();
// Made before time is taken: to make one takes a copy of the policy.
const verifiers = bundles.map(() => bundleVerifier(policy, undefined, primitives));

async function verifyAll(by: (at: number) => BundleVerifier): Promise<void> {
  for (const [at, bundle] of bundles.entries())
    if ((await by(at)(bundle)).outcome !== "holds") throw new TypeError("a bundle of the bench does not verify");
}

// The engine compiles what it verifies with.
await verifyAll(() => bundleVerifier(policy, undefined, primitives));
parentPort?.once("message", () => {
  void verifyAll((at) => verifiers[at] as BundleVerifier).then(() => parentPort?.postMessage("done"));
});
parentPort?.postMessage("ready");

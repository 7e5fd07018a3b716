/** Signatures and hashes for a run that may be about one bundle or about many. */
import { verifyEd25519 } from "../core/ed25519.ts";
import { keccak256 } from "../core/keccak256.ts";
import type { Primitives } from "../core/primitives.ts";

/** To load what is faster takes as long as it saves in about as many bundles that share no checkpoint. */
export const WORTH_LOADING = 150;

/**
 * The core's own, until so many signatures were verified that it pays to load what is faster.
 * @param load must not fail
 */
export function primitivesAsNeeded(load: () => Promise<Required<Primitives>>): Primitives {
  let now: Required<Primitives> = { verifyEd25519, keccak256 };
  let signatures = 0;
  return {
    verifyEd25519(...claim) {
      if (++signatures === WORTH_LOADING)
        void load().then((loaded) => {
          now = loaded;
        });
      return now.verifyEd25519(...claim);
    },
    keccak256: (bytes) => now.keccak256(bytes),
  };
}

/** What the verifier spends most of its time on, as types: a machine may have something faster, with the same results. */
import type { Keccak256 } from "./keccak256.ts";
import type { VerifyEd25519 } from "./verify-ed25519.ts";

/** What is left out, the core computes itself. */
export interface Primitives {
  readonly verifyEd25519?: VerifyEd25519;
  readonly keccak256?: Keccak256;
}

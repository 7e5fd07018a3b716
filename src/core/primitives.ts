/**
 * The functions that the verifier spends most of its time in, as types: a machine may have faster ones, with the same
 * results.
 */
import type { Keccak256 } from "./keccak256.ts";
import type { VerifyEd25519 } from "./verify-ed25519.ts";

/** If one is absent, the core's own is used. */
export interface Primitives {
  readonly verifyEd25519?: VerifyEd25519;
  readonly keccak256?: Keccak256;
}

/**
 * Proofs that somebody has just shown who they are, with a passkey or the recovery code. A session lasts for weeks, and a
 * cookie can be stolen: what cannot be undone, or lets somebody in for good, takes such a proof as well.
 *
 * Invariant: a proof is used once, in time, by the session that it was given to. A thief of the cookie alone has none.
 */
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import { FLOW_MS, Flows } from "../sign-in/flows.ts";

/** How long one can be used. */
export const PROOF_MS = FLOW_MS;

/** The proofs of one service. They are lost with a restart. */
export class FreshProofs {
  readonly #given: Flows<string>;

  constructor(randomBytes: RandomBytes, now: () => number) {
    this.#given = new Flows(randomBytes, now);
  }

  /** Gives one to a session. */
  give(sessionId: string): string {
    return this.#given.begin(sessionId, sessionId);
  }

  /** Uses it up. @throws FORBIDDEN it is no proof, was used, is too old, or was given to another session */
  assertShown(proof: string | undefined, sessionId: string): void {
    if (this.#given.finish(proof) === sessionId) return;
    throw new WarifuError(
      "FORBIDDEN",
      "show your passkey or your recovery code first: a session alone does not do this",
    );
  }
}

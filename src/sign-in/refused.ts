/** Refusals of somebody who wants to sign in. All are alike, so that nobody learns from one what there is. */
import { WarifuError } from "../core/errors.ts";

/** Why somebody was not signed in, for the operator: a closed list, and nothing that was sent. */
export type RefusalReason =
  | "no-such-flow"
  | "no-such-invitation"
  | "no-such-code"
  | "no-such-passkey"
  | "passkey-invalid"
  | "counter-back"
  | "no-account"
  | "provider";

const REASONS = new WeakMap<WarifuError, RefusalReason>();

/** The error that refuses a sign-in. */
export function refusedSignIn(reason: RefusalReason): WarifuError {
  const error = new WarifuError("UNAUTHENTICATED", "this sign-in does not count: begin again");
  REASONS.set(error, reason);
  return error;
}

/** Why, if the error is such a refusal. */
export function reasonOf(error: unknown): RefusalReason | undefined {
  return error instanceof WarifuError ? REASONS.get(error) : undefined;
}

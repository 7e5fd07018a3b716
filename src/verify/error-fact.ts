/**
 * An error as data, next to the facts that a verdict and an audit state themselves.
 */
import { WarifuError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

/** Why something is wrong or undecided, with the values that the error names. `message` is English. */
export interface ErrorFact {
  readonly id: "error";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly message: string;
}

/**
 * The fact that an error states.
 * @throws the error itself unless it is a WarifuError: any other error says nothing about what was checked
 */
export function errorFact(error: unknown): ErrorFact {
  if (!(error instanceof WarifuError)) throw error;
  const { code, details, message } = error;
  return { id: "error", code, details, message };
}

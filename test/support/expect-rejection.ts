// The asynchronous twin of expect-code.ts: a promise that must be rejected with a WarifuError of one code.
// Invariant: an error of any other class fails the test, whatever was expected.

import { expect } from "chai";

import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";

/** Waits for `promise`, which must reject with that code; `pattern` is looked for in the message. */
export async function expectRejection(
  code: ErrorCode,
  promise: Promise<unknown>,
  pattern?: RegExp,
): Promise<WarifuError> {
  const error: unknown = await promise.then(
    () => expect.fail(`nothing was thrown, ${code} was expected`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WarifuError)) throw error;
  expect(error.code, error.message).to.equal(code);
  if (pattern) expect(error.message).to.match(pattern);
  return error;
}

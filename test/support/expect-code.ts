// Expectations on refusals: every refusal of the sources is a WarifuError, and its code says which.
// Invariant: an error of any other class fails the test, whatever was expected.

import { expect } from "chai";

import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";

/** Runs `act`, which must throw a WarifuError of that code; `pattern` is looked for in its message. */
export function expectCode(code: ErrorCode, act: () => unknown, pattern?: RegExp): WarifuError {
  const error = thrownBy(act);
  if (error === undefined) expect.fail(`nothing was thrown, ${code} was expected`);
  if (!(error instanceof WarifuError)) throw error;
  expect(error.code, error.message).to.equal(code);
  if (pattern) expect(error.message).to.match(pattern);
  return error;
}

/** The code that `act` is refused with; undefined when it is accepted. */
export function codeOfRefusal(act: () => unknown): ErrorCode | undefined {
  const error = thrownBy(act);
  if (error === undefined) return undefined;
  if (!(error instanceof WarifuError)) throw error;
  return error.code;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

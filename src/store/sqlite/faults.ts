/** A fault that a check of tables yields. */
import { messageOf } from "../../core/errors.ts";
import type { StoreFault } from "../ledger-store.ts";

export function corrupt(where: string, message: string): StoreFault {
  return { code: "STORE_CORRUPT", where, message };
}

/** Collects the findings of a check; rows that cannot be read at all add one more. */
export function* attempt(where: string, check: Generator<StoreFault>): Generator<StoreFault> {
  try {
    yield* check;
  } catch (error) {
    yield corrupt(where, `it cannot be read: ${messageOf(error)}`);
  }
}

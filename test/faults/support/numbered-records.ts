// The records of the fault tests: number `i` is the same record in every process, and recognisable by its key.

import type { JsonObject } from "../../../src/core/json.ts";
import { reading, report } from "../../support/ledger.ts";

/** Every third conceals claims, so that the vault takes part. */
export function recordOf(number: number): JsonObject {
  return (number % 3 === 0 ? report : reading)(number, { key: `k-${number}` });
}

export function recordsOf(from: number, to: number): JsonObject[] {
  return Array.from({ length: to - from }, (_, i) => recordOf(from + i));
}

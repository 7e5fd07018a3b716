/**
 * What a node answers, read strictly: quantities, hashes and objects of EIP-1474. A node that answers anything else is as
 * good as no node, hence CHAIN_UNREACHABLE and never a wrong value.
 */
import { CHAIN_HASH, LOWER_CASE_ADDRESS } from "../../core/address.ts";
import { WarifuError } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import { ObjectReader } from "../../core/object-reader.ts";

/** Hashes and addresses as a node must write them. */
export const HASH = CHAIN_HASH;
export const ADDRESS = LOWER_CASE_ADDRESS;

/** Any bytes. */
export const DATA = /^0x(?:[0-9a-f]{2})*$/;
/** A number of at most 256 bits. */
export const QUANTITY = /^0x[0-9a-f]{1,64}$/;

/**
 * The object in the answer to `method`.
 * @throws CHAIN_UNREACHABLE, as do reads from the object
 */
export function toObject(answer: unknown, method: string): ObjectReader {
  return new ObjectReader(answer as JsonValue, method, "CHAIN_UNREACHABLE");
}

/**
 * The text in the answer to `method`, in the form of `pattern`.
 * @throws CHAIN_UNREACHABLE
 */
export function toText(answer: unknown, method: string, pattern: RegExp): string {
  return typeof answer === "string" && pattern.test(answer) ? answer : unusable(method);
}

/**
 * The quantity in the answer to `method`, 0 <= n <= 2^53-1.
 * @throws CHAIN_UNREACHABLE
 */
export function toCount(answer: unknown, method: string): number {
  const value = Number(toText(answer, method, QUANTITY));
  return Number.isSafeInteger(value) ? value : unusable(method);
}

/** A quantity as nodes expect it. */
export function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

/** @throws CHAIN_UNREACHABLE */
export function unusable(method: string): never {
  throw new WarifuError("CHAIN_UNREACHABLE", `${method}: the chain's node gave an answer of the wrong form`, {
    details: { method },
  });
}

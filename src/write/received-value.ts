/**
 * Records that an adapter made from bytes it received: the bytes are kept with the record, and its body commits to
 * them.
 */
import type { JsonValue } from "../core/json.ts";
import type { Received } from "../core/received.ts";

/** The bytes that a record was made from, and what its body says about them. */
export interface Original {
  readonly received: Received;
  readonly bytes: Uint8Array;
}

/** A value, with the bytes that it was made from. */
export class ReceivedValue {
  readonly value: JsonValue;
  readonly original: Original;

  constructor(value: JsonValue, original: Original) {
    this.value = value;
    this.original = original;
  }
}

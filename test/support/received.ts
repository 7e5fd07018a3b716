// Records with the bytes that an adapter would have made them of.

import type { JsonObject } from "../../src/core/json.ts";
import { receivedClaim } from "../../src/core/received.ts";
import { ReceivedValue } from "../../src/write/received-value.ts";

/** A record that was made of `text`. */
export function received(record: JsonObject, text: string, at = 1_795_334_400_000): ReceivedValue {
  const bytes = Buffer.from(text);
  const claim = receivedClaim(bytes, { adapter: "test/1", at, type: "application/json" });
  return new ReceivedValue(record, { received: claim, bytes });
}

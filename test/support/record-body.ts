// A record's body from its content as a value; the service has the content as canonical JSON by then.

import { formatRecordBody, type BodyHead } from "../../src/core/body.ts";
import { canonicalBytes } from "../../src/core/canonical-bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";

export function recordBodyOf(head: BodyHead, content: JsonObject, signed?: string | false): Uint8Array {
  return formatRecordBody(head, canonicalBytes(content), signed);
}

/** Which claims of a record are its own, and not the log's statements about what came with it. */
import { withoutCredentials } from "./content-credentials.ts";
import type { JsonObject } from "./json.ts";
import { withoutReceived } from "./received.ts";

/** What a source stated, and signed if it signs. */
export function ownClaims(claims: JsonObject): JsonObject {
  return withoutReceived(withoutCredentials(claims));
}

/** Separates a record's own claims from the log's statements about what came with it. */
import { withoutCredentials } from "./content-credentials.ts";
import type { JsonObject } from "./json.ts";
import { withoutReceived } from "./received.ts";

/** The claims that the source stated, and signed if it signs. */
export function ownClaims(claims: JsonObject): JsonObject {
  return withoutReceived(withoutCredentials(claims));
}

/**
 * How deep JSON may nest that something else will contain: wrapped in a body or an opening, it still has to be read, and no
 * reader takes more than MAX_JSON_DEPTH levels (json.ts).
 */
import type { JsonValue } from "./json.ts";

/** Whether a value nests in more levels than that. Precondition: it came from a parser, which bounds its depth. */
export function nestsDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => nestsDeeper(member, levels - 1));
}

/**
 * Nested values as flat claims. A profile such as sensor-reading takes plain values and lists of them; what is nested
 * gets the path as its name: {"NO2": {"value": 69}} becomes {"NO2.value": 69}.
 */
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, type JsonObject, type JsonValue } from "../core/json.ts";

/** Whether a value holds objects, or lists of lists, somewhere within. */
export function isNested(claims: JsonObject): boolean {
  return Object.values(claims).some((value) => !isFlat(value));
}

/**
 * The same values one level deep. An empty object says nothing and is left out.
 * @throws RECORD_INVALID when two values come to stand under one name
 */
export function flatClaims(claims: JsonObject): JsonObject {
  const flat: JsonObject = {};
  flatten(claims, "", flat);
  return flat;
}

function flatten(value: JsonObject | JsonValue[], path: string, into: JsonObject): void {
  for (const [name, member] of Object.entries(value)) {
    const full = `${path}${name}`;
    if (!isFlat(member)) flatten(member as JsonObject | JsonValue[], `${full}.`, into);
    else if (Object.hasOwn(into, full) || FORBIDDEN_NAMES.has(full))
      throw new WarifuError("RECORD_INVALID", "two of its values have the same path: they cannot become claims");
    else into[full] = member;
  }
}

/** Whether a value is a plain one, or a list of plain ones. */
function isFlat(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
}

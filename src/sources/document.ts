/**
 * What the readers of city documents share. A document is one JSON text (or XML as JSON) with a list in it; each reader
 * knows one shape and turns the list into claims, so that no record is without what its parts had in common.
 */
import type { WarifuError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";

/** An item of a list, or what is wrong with it. */
export type Part = JsonValue | WarifuError;

/** A list, and the object around it. */
export interface Content {
  /** The members of the object beside the list; empty where the list is the whole document. */
  readonly members: JsonObject;
  /** The name of the list in that object. */
  readonly listName: string | undefined;
  readonly parts: readonly Part[];
}

/** What a reader makes of a document. */
export interface Reading {
  /** The claims of one record each, in the order of the document; or why there is none. */
  readonly records: readonly (JsonObject | WarifuError)[];
  /** Where each record stands in the document, where that is not its place in the list. */
  readonly places?: readonly string[];
  /** What the records do not say: what was left behind, and what somebody may not expect. Never a value. */
  readonly notes: readonly string[];
  /** Whether the same document read later gives other records. */
  readonly isTimed?: boolean;
}

/** A reader of one shape. */
export interface DocumentReader {
  /** What the shape is called. */
  readonly title: string;
  /** Where the list is, for a document that was named and not recognised. */
  readonly listName: string | undefined;
  /** Whether the content shows the shape. */
  recognises(content: Content): boolean;
  /**
   * @param now POSIX seconds
   * @throws RECORD_INVALID when the document as a whole must not be read
   */
  read(content: Content, now: number): Reading;
}

/** Names of members that are there and hold something. */
export function namesBeside(members: JsonObject, known: readonly string[]): string[] {
  return Object.keys(members).filter((name) => !known.includes(name) && members[name] !== null);
}

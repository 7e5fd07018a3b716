/**
 * Groups of entries. What finds entries by their source is inserted for a full group at once and in order: inserted with each
 * commit, it would change a page for nearly each source that the commit has an entry of, which is most of what it would
 * write. For the entries after the last full group, it is in memory.
 */
import { TILE_WIDTH } from "../../core/tile.ts";

/** Entries in a group: what is inserted for them takes a few milliseconds. */
export const GROUP_ENTRIES = 8 * TILE_WIDTH;

/** How many entries of a log are in full groups. */
export function groupedOf(treeSize: number): number {
  return treeSize - (treeSize % GROUP_ENTRIES);
}

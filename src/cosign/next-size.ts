/**
 * Which size of the log is signed next for cosigning and anchoring.
 */
import { TILE_WIDTH } from "../core/tile.ts";

/**
 * The size to anchor next: a tile boundary if there is a new one, for a shorter proof; otherwise everything.
 * @param maxGrowth the contract accepts no more in one call; a larger backlog takes several calls
 * @param smallest a boundary below this cannot be used
 */
export function nextAnchorSize(anchored: number, published: number, maxGrowth: number, smallest = 0): number {
  const boundary = published - (published % TILE_WIDTH);
  return Math.min(boundary > anchored && boundary >= smallest ? boundary : published, anchored + maxGrowth);
}

/**
 * Which size of the log is signed for the world next: witnesses cosign it and the contract takes it.
 */
import { TILE_WIDTH } from "../core/tile.ts";

/**
 * The size to anchor next: a tile boundary where there is a new one, for a shorter proof; else everything.
 * @param maxGrowth the contract takes no more in one call; a larger backlog takes several
 * @param smallest of no use is a boundary below this
 */
export function nextAnchorSize(anchored: number, published: number, maxGrowth: number, smallest = 0): number {
  const boundary = published - (published % TILE_WIDTH);
  return Math.min(boundary > anchored && boundary >= smallest ? boundary : published, anchored + maxGrowth);
}

/**
 * Which files a log of some size has, as C2SP tlog-tiles lays it out, and which it gains by growing.
 * https://c2sp.org/tlog-tiles
 */
import { TILE_WIDTH, tileWidth, type TileName } from "../core/tile.ts";

/**
 * The tiles and entry bundles of a log of `size` entries that it did not have at `before`, lowest level first: those that
 * filled up since, and the partial one at each level's right edge.
 */
export function* filesGained(before: number, size: number): Generator<TileName> {
  for (const level of levelsOf(size)) {
    const first = Math.floor(hashesAt(level, before) / TILE_WIDTH);
    const last = Math.floor((hashesAt(level, size) - 1) / TILE_WIDTH);
    for (let index = first; index <= last; index++) {
      const width = widthOf(level, index, size);
      if (width > widthOf(level, index, before)) yield { level, index, width };
    }
  }
}

/** The entry bundles among {@link filesGained}. */
export function* bundlesGained(before: number, size: number): Generator<TileName> {
  for (const name of filesGained(before, size)) {
    // They come first.
    if (name.level !== "entries") return;
    yield name;
  }
}

/** The tiles and bundles that were partial at `before` and are full at `size`: their partial files may go. */
export function filledSince(before: number, size: number): TileName[] {
  return levelsOf(before).flatMap((level) => {
    const index = Math.floor(hashesAt(level, before) / TILE_WIDTH);
    const isFilled = widthOf(level, index, before) > 0 && widthOf(level, index, size) === TILE_WIDTH;
    return isFilled ? [{ level, index, width: TILE_WIDTH }] : [];
  });
}

/** The bundles of entries, and each level that has a hash. */
function levelsOf(size: number): TileName["level"][] {
  const levels: TileName["level"][] = size > 0 ? ["entries"] : [];
  for (let level = 0; hashesAt(level, size) > 0; level++) levels.push(level);
  return levels;
}

function hashesAt(level: TileName["level"], size: number): number {
  return Math.floor(size / TILE_WIDTH ** heightOf(level));
}

function widthOf(level: TileName["level"], index: number, size: number): number {
  return tileWidth(heightOf(level), index, size);
}

/** Bundles hold as many entries as the tiles of level 0 hold hashes. */
function heightOf(level: TileName["level"]): number {
  return level === "entries" ? 0 : level;
}

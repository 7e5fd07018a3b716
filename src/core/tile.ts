/**
 * Tiles and entry bundles, as C2SP tlog-tiles lays a log out for plain HTTP (https://c2sp.org/tlog-tiles). A tile of
 * level L holds up to 256 hashes; hash i of tile n covers the entries [(256n+i)·256^L, (256n+i+1)·256^L). Only full
 * tiles feed the level above. Paths have one spelling each.
 */
import { HASH_BYTES, nodeHash, type SubtreeNode } from "./merkle.ts";
import { WarifuError } from "./errors.ts";

/** Hashes of a full tile, entries of a full bundle. */
export const TILE_WIDTH = 256;
/** Tree levels that one tile spans. */
export const TILE_HEIGHT = 8;

const TILE_PATH = /^tile\/(entries|0|[1-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Name of a tile (`level` 0 to 63) or an entry bundle (`level` "entries"). */
export interface TileName {
  readonly level: number | "entries";
  /** Number of the tile within its level. */
  readonly index: number;
  /** 1 <= width <= 256; 256 is a full tile. */
  readonly width: number;
}

/** Path of a tile below the log's prefix, such as `tile/0/x001/234.p/17`. */
export function tilePath({ level, index, width }: TileName): string {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) as string[];
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${number}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/**
 * The name in a path.
 * @throws TILE_INVALID for any path that {@link tilePath} would not write
 */
export function parseTilePath(path: string): TileName {
  const match = TILE_PATH.exec(path);
  if (match) {
    const [, level, number, width] = match as unknown as [string, string, string, string | undefined];
    const name: TileName = {
      level: level === "entries" ? level : Number(level),
      index: Number(number.replaceAll(/[x/]/g, "")),
      width: width === undefined ? TILE_WIDTH : Number(width),
    };
    if (Number.isSafeInteger(name.index) && name.width <= TILE_WIDTH && tilePath(name) === path) return name;
  }
  throw new WarifuError("TILE_INVALID", "this is not the path of a tile: see https://c2sp.org/tlog-tiles");
}

/** How many hashes of that tile a tree of `treeSize` has: 0 (no such tile) to 256. */
export function tileWidth(level: number, index: number, treeSize: number): number {
  const hashes = Math.floor(treeSize / TILE_WIDTH ** level);
  return Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
}

/** Where the node of a complete subtree is computed from: `count` hashes of a tile, starting at `first`. */
export interface TileSpan {
  readonly level: number;
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** The span of tile hashes below a node. */
export function tileSpan({ level, index }: SubtreeNode): TileSpan {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level - tileLevel * TILE_HEIGHT);
  const firstHash = index * count;
  return {
    level: tileLevel,
    index: Math.floor(firstHash / TILE_WIDTH),
    first: firstHash % TILE_WIDTH,
    count,
  };
}

/**
 * The hashes in the bytes of a tile.
 * @throws TILE_INVALID unless exactly `width` hashes
 */
export function splitTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_BYTES)
    throw new WarifuError(
      "TILE_INVALID",
      `a tile of width ${width} has ${width * HASH_BYTES} bytes, not ${bytes.length}`,
    );
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** Hashes of a tile in row 0, and in row r the complete nodes that lie r levels above them. */
export type TileNodes = readonly (readonly Uint8Array[])[];

/** All complete nodes over the hashes of a tile, whether full or partial. */
export function nodesOver(hashes: readonly Uint8Array[]): TileNodes {
  const rows = [hashes];
  for (let row = hashes; row.length > 1; rows.push(row)) row = pairUp(row);
  return rows;
}

/** The nodes one level above a row; one that lacks its sibling has none yet. */
function pairUp(row: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: Math.floor(row.length / 2) }, (_, i) =>
    nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
  );
}

/** Root over hashes whose number is a power of two. */
export function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) row = pairUp(row);
  return row[0] as Uint8Array;
}

/** Bytes of an entry bundle: each entry after its length (u16 BE). Precondition: entries of at most 65,535 bytes. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/**
 * The entries in the bytes of a bundle.
 * @throws TILE_INVALID unless exactly `width` entries and nothing else
 */
export function decodeEntryBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < width) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    at += 2;
    if (at + length > bytes.length) break;
    entries.push(bytes.slice(at, at + length));
    at += length;
  }
  if (entries.length !== width || at !== bytes.length)
    throw new WarifuError("TILE_INVALID", `the entry bundle does not hold exactly ${width} whole entries`);
  return entries;
}

/**
 * A log as an audit sees it, wherever it is read: over HTTP (log-reader.ts), or in the store of a data folder
 * (audit/stored-log.ts). Nothing that a reader returns is trusted: the audit computes every hash itself.
 */
import type { Body } from "../core/body.ts";
import type { BundledBody } from "../core/body-bundle.ts";
import type { TreeHead } from "../core/tree-head.ts";
import type { Opening } from "../core/opening.ts";
import type { WarifuError } from "../core/errors.ts";
import type { TileName } from "../core/tile.ts";

/** The entries of a bundle, all of them records that were checked elsewhere and found sound. */
export interface PlainLeaves {
  /** The leaf hashes, concatenated. */
  readonly hashes: Uint8Array;
  /** Root of the subtree over them. */
  readonly root: Uint8Array;
  /** Hexadecimal; each source once. */
  readonly sourceIds: readonly string[];
  /** For each leaf, the index of its source in `sourceIds`. */
  readonly sources: Uint16Array;
  readonly seqs: Float64Array;
  /** When each was received, POSIX seconds. */
  readonly times: Float64Array;
}

/** Reads the leaves of a log. Every method throws SERVICE_UNREACHABLE when no usable answer comes. */
export interface LeafReader {
  /** The name of a tile or an entry bundle in findings. */
  nameOf(part: TileName): string;
  /** Whether the log also keeps tiles that are not full. Otherwise they are derived from the level below. */
  readonly keepsPartialTiles: boolean;
  /**
   * The first `width` hashes of a tile; `undefined` if the log does not serve it.
   * @throws TILE_INVALID if what it serves is not that tile
   */
  tile(level: number, index: number, width: number): Promise<Uint8Array[] | undefined>;
  /**
   * The first `width` entries of an entry bundle, each either its bytes or the reason why it is not available; `undefined`
   * if the log does not serve the bundle.
   * @throws TILE_INVALID if what it serves is not that bundle
   */
  entries(index: number, width: number): Promise<(Uint8Array | WarifuError)[] | undefined>;
  /**
   * A full entry bundle that was checked elsewhere: its entries, their bodies, what {@link LogSource.alsoCheck} would check,
   * and its tile. `undefined` if something in it must be checked here.
   * @param size how far the log is read
   */
  plain?(index: number, size: number): Promise<PlainLeaves | undefined>;
  /** One entry, as in {@link entries}; present where that costs less than reading its bundle. */
  entry?(leafIndex: number): Promise<Uint8Array | WarifuError>;
  /**
   * The bodies of the first `width` entries of an entry bundle; `undefined` if there is no such bundle, so that they are
   * read one by one. Called after the entries of the bundle were read. Absent where reading one by one costs no more.
   * @throws TILE_INVALID if what the log serves is not that bundle
   */
  bodies?(index: number, width: number): Promise<BundledBody[] | undefined>;
  /** Whether every entry of the log names its addenda (the marker `addenda.v1`). */
  hasAddenda(): Promise<boolean>;
  /** The addendum with that SHA-256, which is the body of the entry at that leaf; `undefined` if it is withheld. */
  addendum(digest: Uint8Array, leafIndex: number): Promise<Uint8Array | undefined>;
}

/** The tree at one size. */
export type Head = Pick<TreeHead, "treeSize" | "rootHash">;

/** How many entries a log has. */
export interface LogExtent {
  readonly size: number;
  /** Whether the log may have more entries than it shows yet. */
  readonly mayGrow: boolean;
}

/** A log to be audited. */
export interface LogSource {
  readonly reader: LeafReader;
  /** The log's name, which its bodies must bear. */
  readonly origin: string;
  /** Whether the log may have more entries than it shows yet. */
  readonly mayGrow: boolean;
  /**
   * The records whose bodies are withheld by events from leaf `size` on, since the log grows while it is read.
   * @throws SERVICE_UNREACHABLE
   */
  withheldAbove(size: number): Promise<ReadonlySet<number>>;
  /** The name of a source, if known. */
  sourceName(sourceId: string): string | undefined;
  /**
   * Checks whatever else is known about an entry where the log is read, and reports its own findings.
   * @returns the openings of its concealed claims, if they are known there
   */
  alsoCheck?(entry: SoundEntry): readonly Opening[] | undefined | Promise<readonly Opening[] | undefined>;
}

/** An entry that is sound, with its body. */
export interface SoundEntry {
  readonly leafIndex: number;
  readonly leafHash: Uint8Array;
  readonly body: Body;
}

/** Compares the tree with something: it is shown each leaf and each root in turn, as long as they can be derived. */
export interface TreeObserver {
  /** Whether it needs no leaf and no root of a size strictly between these two; then it is not shown any. */
  seesNothing?(above: number, below: number): boolean;
  sawLeaf?(leafIndex: number, leafHash: Uint8Array): void;
  sawRoot(treeSize: number, root: () => Uint8Array): void;
}

/** Whether none of the sizes lies strictly between these two. */
export function noneBetween(sizes: ReadonlyMap<number, unknown>, above: number, below: number): boolean {
  for (let size = above + 1; size < below; size++) if (sizes.has(size)) return false;
  return true;
}

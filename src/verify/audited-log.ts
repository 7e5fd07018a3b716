/**
 * A log as an audit sees it, wherever it is read: over HTTP (log-reader.ts), or in the store of a data folder
 * (audit/stored-log.ts). Nothing that a reader gives is believed: the audit computes what it is worth.
 */
import type { Body } from "../core/body.ts";
import type { BundledBody } from "../core/body-bundle.ts";
import type { TreeHead } from "../core/tree-head.ts";
import type { Opening } from "../core/disclosure.ts";
import type { WarifuError } from "../core/errors.ts";
import type { TileName } from "../core/tile.ts";

/** The entries of a bundle, all of them records that were found sound elsewhere, with nothing about them left to check. */
export interface PlainLeaves {
  /** Hash of each leaf, one behind the other. */
  readonly hashes: Uint8Array;
  /** Root of the subtree over them. */
  readonly root: Uint8Array;
  /** Hexadecimal; each source once. */
  readonly sourceIds: readonly string[];
  /** For each leaf, the place of its source among these. */
  readonly sources: Uint16Array;
  readonly seqs: Float64Array;
  /** When each was taken in, POSIX seconds. */
  readonly times: Float64Array;
}

/** Reads the leaves of a log. Every method throws SERVICE_UNREACHABLE when no usable answer comes. */
export interface LeafReader {
  /** What a tile or an entry bundle is called where it is read. */
  nameOf(part: TileName): string;
  /** Whether tiles that are not full are kept as well. Otherwise they are derived from what lies below. */
  readonly keepsPartialTiles: boolean;
  /**
   * The first `width` hashes of a tile; `undefined` when the log does not serve it.
   * @throws TILE_INVALID when what it serves is not that tile
   */
  tile(level: number, index: number, width: number): Promise<Uint8Array[] | undefined>;
  /**
   * The first `width` entries of an entry bundle, with the reason in place of one that is not available; `undefined` when
   * the log does not serve it.
   * @throws TILE_INVALID when what it serves is not that bundle
   */
  entries(index: number, width: number): Promise<(Uint8Array | WarifuError)[] | undefined>;
  /**
   * A full entry bundle that was checked elsewhere: its entries, their bodies, what {@link LogSource.alsoCheck} would check,
   * and its tile. `undefined` where anything in it has to be looked at here.
   * @param size how far the log is read
   */
  plain?(index: number, size: number): Promise<PlainLeaves | undefined>;
  /** One entry, in the same way, where that costs less than its bundle. */
  entry?(leafIndex: number): Promise<Uint8Array | WarifuError>;
  /**
   * The bodies of the first `width` entries of an entry bundle; `undefined` where there is no such bundle, so that they are
   * read one by one. Asked for once the entries of the bundle were read. Absent where a single one costs no more.
   * @throws TILE_INVALID when what the log serves is not that bundle
   */
  bodies?(index: number, width: number): Promise<BundledBody[] | undefined>;
  /** Whether every entry of the log names its addenda (the marker `addenda.v1`). */
  hasAddenda(): Promise<boolean>;
  /** The addendum with that SHA-256, the body of the entry that was read at that place; `undefined` when it is withheld. */
  addendum(digest: Uint8Array, leafIndex: number): Promise<Uint8Array | undefined>;
}

/** The tree at one size. */
export type Head = Pick<TreeHead, "treeSize" | "rootHash">;

/** How much of a log there is. */
export interface LogExtent {
  readonly size: number;
  /** Whether the log may have more than it shows yet. */
  readonly mayGrow: boolean;
}

/** A log to be audited. */
export interface LogSource {
  readonly reader: LeafReader;
  /** Its name, which its bodies must bear. */
  readonly origin: string;
  /** Whether it may have more than it shows yet. */
  readonly mayGrow: boolean;
  /**
   * The records whose bodies are withheld by events from leaf `size` on: the log goes on while it is read.
   * @throws SERVICE_UNREACHABLE
   */
  withheldAbove(size: number): Promise<ReadonlySet<number>>;
  /** Name of a source, if it is known. */
  sourceName(sourceId: string): string | undefined;
  /**
   * Checks what else is known about an entry where the log is read, and reports its own findings.
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

/** Compares the tree with something: it is shown each leaf and root in turn, as long as they can be derived. */
export interface TreeObserver {
  /** Whether it looks at no leaf, and at no root of a size strictly between these two: then it is not shown any. */
  seesNothing?(above: number, below: number): boolean;
  sawLeaf?(leafIndex: number, leafHash: Uint8Array): void;
  sawRoot(treeSize: number, root: () => Uint8Array): void;
}

/** Whether no size strictly between these two is one of those. */
export function noneBetween(sizes: ReadonlyMap<number, unknown>, above: number, below: number): boolean {
  for (let size = above + 1; size < below; size++) if (sizes.has(size)) return false;
  return true;
}

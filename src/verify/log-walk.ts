/**
 * An audit's walk through a log, wherever that is read: it derives every leaf from its entry and, from the leaves, every
 * tile and every root that is claimed anywhere. Where the entry and the tile of a leaf disagree, the tile's hash is used,
 * so that one changed entry is one finding and not a wrong root everywhere after it.
 *
 * Invariant: memory stays bounded whatever the log's size.
 */
import { concatBytes, equalBytes, fromHex, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { Frontier, HASH_BYTES } from "../core/merkle.ts";
import { splitTile, TILE_HEIGHT, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { Head, LeafReader, PlainLeaves, TreeObserver } from "./audited-log.ts";
import type { EntryAudit } from "./entry-audit.ts";

/** What a walk or a sample uses. */
export interface LogReading {
  readonly reader: LeafReader;
  readonly entries: EntryAudit;
  readonly findings: AuditFindings;
  /** Called with the number of leaves done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A head that a walk passes; its root is absent if it need not be compared. */
export type WalkedHead = Pick<Head, "treeSize"> & Partial<Head>;

/** How far a walk goes, and what it is compared with on the way. */
export interface WalkBounds {
  /** How many leaves to read. */
  readonly size: number;
  /** The smallest head that is larger than `size`. */
  headAbove(size: number): Promise<WalkedHead | undefined>;
  readonly observers: readonly TreeObserver[];
  /** The state of an earlier walk, to continue from. */
  readonly resume?: KeptWalk | undefined;
  /** Called before each entry bundle, as long as roots can be derived; `keep` gives the state of the walk. */
  readonly onBoundary?: ((keep: () => KeptWalk, isLast: boolean) => void) | undefined;
}

/** The state of a walk, in a form that survives JSON. */
export interface KeptWalk {
  /** How many leaves it has passed: a multiple of 256. */
  readonly position: number;
  /** The tree over them, as {@link Frontier.subtrees} gives it, in hexadecimal. */
  readonly subtrees: readonly string[];
  /** Hashes of the tile being filled, at each tile level, in hexadecimal. */
  readonly edge: readonly string[];
}

/** Walks over every leaf. @returns how many leaves the heads cover */
export async function walkLog(reading: LogReading, bounds: WalkBounds): Promise<number> {
  await reading.entries.begin();
  const covered = await new LogWalk(reading, bounds).run();
  await reading.entries.endWalk(bounds.size);
  return covered;
}

/** Reads an entry bundle; one that is absent or malformed is a finding under its name. */
export function readEntries(
  reading: LogReading,
  index: number,
  width: number,
): Promise<(Uint8Array | WarifuError)[] | undefined> {
  return readPart(reading, { level: "entries", index, width }, () => reading.reader.entries(index, width));
}

function readPart<T>(
  { reader, findings }: LogReading,
  name: TileName,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  return findings.attempt(reader.nameOf(name), async () => {
    const part = await read();
    if (part === undefined) throw new WarifuError("NOT_FOUND", "the log does not serve it");
    return part;
  });
}

class LogWalk {
  readonly #reading: LogReading;
  readonly #bounds: WalkBounds;
  readonly #frontier: Frontier;
  // Hashes of the tile being filled, at each tile level above the leaves.
  readonly #edge: Uint8Array[][];
  // Set at the first fault after which derived roots are meaningless.
  #isBroken = false;
  // How many leaves are covered by the heads that were passed; and the next head.
  #covered = 0;
  #head: WalkedHead | undefined;
  readonly #root = (): Uint8Array => this.#frontier.rootHash();
  readonly #onNode = (level: number, hash: Uint8Array): void => {
    if (level > 0 && level % TILE_HEIGHT === 0) (this.#edge[level / TILE_HEIGHT] ??= []).push(hash);
  };

  constructor(reading: LogReading, bounds: WalkBounds) {
    this.#reading = reading;
    this.#bounds = bounds;
    const { position, subtrees, edge } = bounds.resume ?? { position: 0, subtrees: [], edge: [] };
    this.#frontier = Frontier.of(position, subtrees.map(hashOf));
    this.#edge = edge.map((hashes) => splitTile(fromHex(hashes, "edge"), hashes.length / (2 * HASH_BYTES)));
  }

  async run(): Promise<number> {
    const { size, headAbove, onBoundary } = this.#bounds;
    this.#showRoot();
    const from = this.#frontier.size;
    this.#covered = from;
    this.#head = await headAbove(from);
    for (let begin = from; begin < size; begin += TILE_WIDTH) {
      const end = Math.min(begin + TILE_WIDTH, size);
      if (!this.#isBroken) onBoundary?.(() => this.#kept(), end === size);
      await this.#pass(begin, end);
      this.#reading.onProgress?.(end, size);
    }
    return this.#covered;
  }

  /** Passes the entries of one bundle: in one step if no observer needs a leaf within it, otherwise leaf by leaf. */
  async #pass(begin: number, end: number): Promise<void> {
    const plain = end - begin === TILE_WIDTH ? await this.#plain(begin) : undefined;
    if (plain && this.#seesNothing(begin, end)) {
      this.#appendBundle(plain.root);
      await this.#checkTiles();
      if (this.#head?.treeSize === end) await this.#passHead(this.#head);
      return;
    }
    const leaves = plain ? splitTile(plain.hashes, TILE_WIDTH) : await this.#leaves(begin, end - begin);
    for (let leafIndex = begin; leafIndex < end; leafIndex++) {
      this.#append(leaves[leafIndex - begin]);
      if (leafIndex + 1 === end) await this.#checkTiles();
      if (this.#head?.treeSize === leafIndex + 1) await this.#passHead(this.#head);
    }
  }

  async #passHead(head: WalkedHead): Promise<void> {
    this.#checkHead(head);
    this.#covered = head.treeSize;
    this.#head = await this.#bounds.headAbove(head.treeSize);
  }

  #kept(): KeptWalk {
    return {
      position: this.#frontier.size,
      subtrees: this.#frontier.subtrees().map(toHex),
      // The lowest level has no hashes here.
      edge: Array.from(this.#edge, (hashes = []) => toHex(concatBytes(...hashes))),
    };
  }

  /** Hashes of a bundle's leaves: from the tile where there is one, otherwise from the entries. */
  async #leaves(begin: number, width: number): Promise<(Uint8Array | undefined)[]> {
    const { entries, findings } = this.#reading;
    const index = begin / TILE_WIDTH;
    const bundle = await readEntries(this.#reading, index, width);
    const tile = await this.#tile(0, index, width);
    if (!bundle && !tile) findings.refute("NOT_FOUND", "log", { id: "nothing-served", leafIndex: begin });
    const derived = bundle ? await entries.checkNext(begin, bundle) : [];
    return Array.from({ length: width }, (_, at) => {
      const [leaf, stored] = [derived[at], tile?.[at]];
      if (leaf && stored && !equalBytes(leaf, stored))
        findings.refute("TILE_INVALID", `leaf ${begin + at}`, { id: "entry-against-tile", tileIndex: index });
      return stored ?? leaf;
    });
  }

  async #plain(begin: number): Promise<PlainLeaves | undefined> {
    const { reader, entries, findings } = this.#reading;
    const plain = await reader.plain?.(begin / TILE_WIDTH, this.#bounds.size);
    if (!plain || !entries.passPlain(begin, plain)) return undefined;
    findings.checked.tiles++;
    return plain;
  }

  /** Whether no head and no observer needs anything strictly between these sizes. */
  #seesNothing(above: number, below: number): boolean {
    if (this.#head && this.#head.treeSize < below) return false;
    return this.#bounds.observers.every((observer) => observer.seesNothing?.(above, below) ?? false);
  }

  /** Appends a full bundle in one step, when no observer needs a leaf within it. */
  #appendBundle(root: Uint8Array): void {
    if (this.#isBroken) return;
    this.#frontier.appendSubtree(TILE_HEIGHT, root, this.#onNode);
    this.#showRoot();
  }

  #append(leaf: Uint8Array | undefined): void {
    if (leaf === undefined) this.#isBroken = true;
    if (leaf === undefined || this.#isBroken) return;
    this.#frontier.append(leaf, this.#onNode);
    for (const observer of this.#bounds.observers) observer.sawLeaf?.(this.#frontier.size - 1, leaf);
    this.#showRoot();
  }

  #showRoot(): void {
    const { size } = this.#frontier;
    for (const observer of this.#bounds.observers) observer.sawRoot(size, this.#root);
  }

  #checkHead({ treeSize, rootHash }: WalkedHead): void {
    if (!rootHash || this.#isBroken || equalBytes(rootHash, this.#frontier.rootHash())) return;
    // Later roots depend on the same leaves; each of them would be reported too.
    this.#isBroken = true;
    this.#reading.findings.refute("CONSISTENCY_MISMATCH", `checkpoint ${treeSize}`, {
      id: "checkpoint-root-wrong",
      first: this.#covered,
      last: treeSize - 1,
    });
  }

  /** Compares the tiles above the leaves once they are full and, at the end of the log, those that stay partial. */
  async #checkTiles(): Promise<void> {
    const { size } = this.#frontier;
    for (let level = 1; level < this.#edge.length; level++) {
      const derived = this.#edge[level] as Uint8Array[];
      if (derived.length === 0 || (derived.length < TILE_WIDTH && size < this.#bounds.size)) continue;
      this.#edge[level] = [];
      const index = Math.floor((size / TILE_WIDTH ** level - 1) / TILE_WIDTH);
      await this.#compareTile(level, index, derived);
    }
  }

  async #compareTile(level: number, index: number, derived: readonly Uint8Array[]): Promise<void> {
    const { reader, findings } = this.#reading;
    const width = derived.length;
    const tile = await this.#tile(level, index, width);
    const position = tile?.findIndex((hash, i) => !equalBytes(hash, derived[i] as Uint8Array)) ?? -1;
    if (position < 0) return;
    const where = reader.nameOf({ level, index, width });
    findings.refute("TILE_INVALID", where, { id: "tile-hash-wrong", position });
  }

  /** A tile, if the log keeps tiles of that width. */
  async #tile(level: number, index: number, width: number): Promise<Uint8Array[] | undefined> {
    const { reader, findings } = this.#reading;
    if (width < TILE_WIDTH && !reader.keepsPartialTiles) return undefined;
    const tile = await readPart(this.#reading, { level, index, width }, () => reader.tile(level, index, width));
    if (tile) findings.checked.tiles++;
    return tile;
  }
}

function hashOf(hex: string): Uint8Array {
  return fromHex(hex, "subtree", HASH_BYTES);
}

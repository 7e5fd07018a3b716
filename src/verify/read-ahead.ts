/**
 * Reads a log ahead of a walk through it, so that the next parts arrive while the present one is checked. What was read ahead
 * is handed out once, and an error only when its turn comes.
 *
 * Invariant: no more than {@link PARTS_AHEAD} parts are held.
 */
import type { BundledBody } from "../core/body-bundle.ts";
import type { WarifuError } from "../core/errors.ts";
import { TILE_WIDTH, tileWidth, type TileName } from "../core/tile.ts";
import type { LeafReader, PlainLeaves } from "./audited-log.ts";

const PARTS_AHEAD = 6;

/** What belongs to the leaves of one entry bundle. */
interface Part {
  readonly entries: Promise<(Uint8Array | WarifuError)[] | undefined>;
  readonly tile: Promise<Uint8Array[] | undefined>;
  readonly bodies: Promise<BundledBody[] | undefined> | undefined;
}

/** A reader that reads ahead once it is told how far a walk goes. */
export class ReadAhead implements LeafReader {
  readonly keepsPartialTiles: boolean;
  readonly #reader: LeafReader;
  #size = 0;
  readonly #parts = new Map<number, Part>();
  #hasAddenda = false;
  /** Where others check what is plain, the next ones are read by them. */
  #ahead = PARTS_AHEAD;
  #next = 0;

  constructor(reader: LeafReader) {
    this.#reader = reader;
    this.keepsPartialTiles = reader.keepsPartialTiles;
  }

  /** From now on the entries of a log of that size are read in order. */
  walkTo(size: number): void {
    this.#size = size;
  }

  nameOf(part: TileName): string {
    return this.#reader.nameOf(part);
  }

  async hasAddenda(): Promise<boolean> {
    this.#hasAddenda = await this.#reader.hasAddenda();
    return this.#hasAddenda;
  }

  addendum(digest: Uint8Array, leafIndex: number): Promise<Uint8Array | undefined> {
    return this.#reader.addendum(digest, leafIndex);
  }

  async plain(index: number, size: number): Promise<PlainLeaves | undefined> {
    const plain = await this.#reader.plain?.(index, size);
    if (plain) this.#ahead = 1;
    return plain;
  }

  async entries(index: number, width: number): Promise<(Uint8Array | WarifuError)[] | undefined> {
    for (const before of this.#parts.keys()) if (before < index) this.#parts.delete(before);
    this.#next = Math.max(this.#next, index);
    while (this.#next < index + this.#ahead && this.#next * TILE_WIDTH < this.#size) this.#begin(this.#next++);
    this.#ahead = PARTS_AHEAD;
    return this.#parts.get(index)?.entries ?? this.#reader.entries(index, width);
  }

  async tile(level: number, index: number, width: number): Promise<Uint8Array[] | undefined> {
    const part = level === 0 && width === this.#widthOf(index) ? this.#parts.get(index) : undefined;
    return part?.tile ?? this.#reader.tile(level, index, width);
  }

  async bodies(index: number, width: number): Promise<BundledBody[] | undefined> {
    const part = this.#parts.get(index);
    return part ? part.bodies : this.#reader.bodies?.(index, width);
  }

  #widthOf(index: number): number {
    return tileWidth(0, index, this.#size);
  }

  #begin(index: number): void {
    const width = this.#widthOf(index);
    const part: Part = {
      entries: this.#reader.entries(index, width),
      tile: this.#reader.tile(0, index, width),
      bodies: this.#hasAddenda ? this.#reader.bodies?.(index, width) : undefined,
    };
    // Whoever asks for the part is told; until then nobody is.
    for (const one of [part.entries, part.tile, part.bodies]) one?.catch(() => undefined);
    this.#parts.set(index, part);
  }
}

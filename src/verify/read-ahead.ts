/**
 * Reads a log ahead of a walk through it, so that the next parts arrive while the current one is checked. A part that was
 * read ahead is returned once, and an error only when its part is asked for.
 *
 * Invariant: at most {@link PARTS_AHEAD} parts are held.
 */
import type { BundledBody } from "../core/body-bundle.ts";
import type { WarifuError } from "../core/errors.ts";
import { TILE_WIDTH, tileWidth, type TileName } from "../core/tile.ts";
import type { LeafReader, PlainLeaves } from "./audited-log.ts";

const PARTS_AHEAD = 6;

/** The parts that belong to one entry bundle. */
interface Part {
  readonly entries: Promise<(Uint8Array | WarifuError)[] | undefined>;
  readonly tile: Promise<Uint8Array[] | undefined>;
  readonly bodies: Promise<BundledBody[] | undefined> | undefined;
}

/** A reader that reads ahead once it knows how far a walk goes. */
export class ReadAhead implements LeafReader {
  readonly keepsPartialTiles: boolean;
  readonly #reader: LeafReader;
  #size = 0;
  readonly #parts = new Map<number, Part>();
  #hasAddenda = false;
  /** Where plain bundles are checked elsewhere, those that check them read them. */
  #ahead = PARTS_AHEAD;
  #next = 0;

  constructor(reader: LeafReader) {
    this.#reader = reader;
    this.keepsPartialTiles = reader.keepsPartialTiles;
  }

  /** Reads the entries of a log of that size in order from now on. */
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
    // The error belongs to whoever asks for the part; until then it must not count as unhandled.
    for (const one of [part.entries, part.tile, part.bodies]) one?.catch(() => undefined);
    this.#parts.set(index, part);
  }
}

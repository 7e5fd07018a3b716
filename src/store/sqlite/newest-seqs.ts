/** The numbers of the newest entries, by their sources. */

/** A growing list of numbers, one for each entry, in the order of the entries. */
export class NewestSeqs {
  readonly #refs: number[] = [];
  readonly #seqs: number[] = [];
  // Filled on first use, so that appending costs nothing.
  readonly #places = new Map<number, Map<number, number>>();
  #placed = 0;

  /** How many there are. */
  get length(): number {
    return this.#seqs.length;
  }

  add(sourceRef: number, seq: number): void {
    this.#refs.push(sourceRef);
    this.#seqs.push(seq);
  }

  /** The numbers of a source, each with its position in the list, in the order in which they came. */
  of(sourceRef: number): ReadonlyMap<number, number> {
    for (; this.#placed < this.length; this.#placed++) {
      const ref = this.#refs[this.#placed] as number;
      const places = this.#places.get(ref) ?? new Map<number, number>();
      this.#places.set(ref, places.set(this.#seqs[this.#placed] as number, this.#placed));
    }
    return this.#places.get(sourceRef) ?? NONE;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();

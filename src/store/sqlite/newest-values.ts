/**
 * Values of one length, such as the digests since the last full segment, and where each is. They are copied into one piece
 * of memory: kept as they come, each would keep alive the block that it was read into, such as the bodies of its whole batch.
 */

/** Room for so many values at first. */
const FEW = 64;

/** A growing list of values that are found by their bytes. */
export class NewestValues {
  readonly #valueBytes: number;
  #bytes: Buffer<ArrayBuffer>;
  #length = 0;
  // Filled on first use, so that appending costs nothing. Keyed by the whole value, since collisions of prefixes can be
  // constructed.
  readonly #places = new Map<string, number>();
  #named = 0;

  /** @param valueBytes bytes of each value */
  constructor(valueBytes: number) {
    this.#valueBytes = valueBytes;
    this.#bytes = Buffer.alloc(FEW * valueBytes);
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** All of them, one after the other. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length * this.#valueBytes);
  }

  /** Of a damaged row, anything may come. It keeps its place, and is not found. */
  add(value: unknown): void {
    const begin = this.#length++ * this.#valueBytes;
    if (begin === this.#bytes.length) this.#grow();
    if (value instanceof Uint8Array && value.length === this.#valueBytes) this.#bytes.set(value, begin);
  }

  /** Position of a value; `undefined` if it is not among them. */
  placeOf(value: Uint8Array): number | undefined {
    for (; this.#named < this.#length; this.#named++) {
      const begin = this.#named * this.#valueBytes;
      this.#places.set(nameOf(this.#bytes.subarray(begin, begin + this.#valueBytes)), this.#named);
    }
    return this.#places.get(nameOf(value));
  }

  #grow(): void {
    const grown = Buffer.alloc(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function nameOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

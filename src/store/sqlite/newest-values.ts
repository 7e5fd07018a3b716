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
  // By the last byte of the values, which is as good as random, each filled when one with that byte is looked for: appending
  // costs nothing then, and the first search little. Keyed by the whole value, since collisions of parts can be constructed.
  readonly #places: (Map<string, number> | undefined)[] = [];
  readonly #placed = new Uint32Array(256);

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
    this.#makeRoom();
    if (value instanceof Uint8Array && value.length === this.#valueBytes) this.#bytes.set(value, begin);
  }

  /** Adds values that lie one after the other. */
  addAll(bytes: Uint8Array): void {
    const begin = this.#length * this.#valueBytes;
    this.#length += bytes.length / this.#valueBytes;
    this.#makeRoom();
    this.#bytes.set(bytes, begin);
  }

  /** Position of a value, of the last one if it is there twice; `undefined` if it is not among them. */
  placeOf(value: Uint8Array): number | undefined {
    if (value.length !== this.#valueBytes) return undefined;
    const last = value.at(-1) as number;
    const places = (this.#places[last] ??= new Map<string, number>());
    for (let place = this.#placed[last] as number; place < this.#length; place++) {
      const end = (place + 1) * this.#valueBytes;
      if (this.#bytes[end - 1] === last) places.set(nameOf(this.#bytes.subarray(end - this.#valueBytes, end)), place);
    }
    this.#placed[last] = this.#length;
    return places.get(nameOf(value));
  }

  #makeRoom(): void {
    const needed = this.#length * this.#valueBytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function nameOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

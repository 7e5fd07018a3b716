/**
 * Texts, numbers and bytes in a few pieces of memory that go to another thread without a copy. Thousands of small objects
 * would cost both threads more than what is done with them.
 */

/** Stands for a text that is not there. */
const NONE = -1;

/** What was packed. Its memory may be transferred. */
export interface Packed {
  /** What comes again and again stands here once. */
  readonly texts: readonly string[];
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Gathers what is packed, in the order in which it will be read. */
export class Packing {
  readonly #texts: string[] = [];
  readonly #shared = new Map<string, number>();
  readonly #numbers: number[] = [];
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  text(text: string | undefined): void {
    this.#numbers.push(text === undefined ? NONE : this.#texts.push(text) - 1);
  }

  /** A text that comes again and again. */
  shared(text: string | undefined): void {
    if (text === undefined) return this.text(text);
    let at = this.#shared.get(text);
    if (at === undefined) {
      at = this.#texts.push(text) - 1;
      this.#shared.set(text, at);
    }
    this.#numbers.push(at);
  }

  number(number: number): void {
    this.#numbers.push(number);
  }

  bytes(bytes: Uint8Array): void {
    this.#numbers.push(bytes.length);
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  packed(): Packed {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return { texts: this.#texts, numbers: new Float64Array(this.#numbers), bytes };
  }
}

/** Reads what was packed, in the same order. */
export class Unpacking {
  readonly #packed: Packed;
  #numbers = 0;
  #bytes = 0;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  text(): string | undefined {
    const at = this.number();
    return at === NONE ? undefined : this.#packed.texts[at];
  }

  number(): number {
    return this.#packed.numbers[this.#numbers++] as number;
  }

  bytes(): Uint8Array {
    const begin = this.#bytes;
    this.#bytes += this.number();
    return this.#packed.bytes.subarray(begin, this.#bytes);
  }

  list<T>(read: (from: Unpacking) => T): T[] {
    const items: T[] = [];
    for (let left = this.number(); left > 0; left--) items.push(read(this));
    return items;
  }
}

/**
 * Bytes that arrive in pieces, copied into one buffer. A list of pieces would cost an object for each, and each would
 * keep alive the whole block that it was read into: a body in pieces of one byte would cost a hundred times its length.
 */
const FIRST_BYTES = 1_024;

/** A buffer that grows. */
export class GrowingBuffer {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** How much memory it uses. */
  get capacity(): number {
    return this.#bytes.length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(Math.max(length, 2 * this.#bytes.length, FIRST_BYTES));
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** Returns what was appended; the buffer is then empty and keeps none of it. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }

  #grow(capacity: number): void {
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

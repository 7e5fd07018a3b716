/**
 * Bytes that arrive in pieces, copied into one buffer. A list of pieces would cost an object for each, and each would
 * keep alive the whole block that it was read into: a body in pieces of one byte would cost a hundred times its length.
 * A body that comes in one piece with a block of its own, as short ones do, is kept as it is.
 */
const FIRST_BYTES = 1_024;
const EMPTY = Buffer.alloc(0);

/** A buffer that grows. */
export class GrowingBuffer {
  #bytes: Buffer = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** How much memory it uses. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** The piece must not be changed afterwards. */
  append(piece: Buffer): void {
    if (this.#length === 0 && piece.length === piece.buffer.byteLength) {
      this.#bytes = piece;
      this.#length = piece.length;
      return;
    }
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(Math.max(length, 2 * this.#bytes.length, FIRST_BYTES));
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** Returns what was appended; the buffer is then empty and keeps none of it. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = EMPTY;
    this.#length = 0;
    return taken;
  }

  #grow(capacity: number): void {
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

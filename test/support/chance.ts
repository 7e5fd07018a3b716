// Chance from a seed: xoshiro128** (https://prng.di.unimi.it/), seeded by splitmix. The same seed draws the same numbers on
// every machine; `fork` makes a stream of its own for each part, so that one part's draws do not move another's.

/** A stream of chance. */
export class Chance {
  readonly #state: Uint32Array;

  constructor(seed: number, name = "") {
    this.#state = new Uint32Array(4);
    let mixed = seed >>> 0;
    for (const char of name) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193) >>> 0;
    for (let at = 0; at < 4; at++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[at] = (word ^ (word >>> 15)) >>> 0;
    }
  }

  /** A stream that depends on this one's seed and the name. */
  fork(name: string): Chance {
    return new Chance(this.#word(), name);
  }

  #word(): number {
    const s = this.#state as Uint32Array & [number, number, number, number];
    const result = Math.imul(rotated(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 11);
    return result;
  }

  /** 0 <= number < 1 */
  next(): number {
    return this.#word() / 2 ** 32;
  }

  /** low <= number < high */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
    const words = new Uint32Array(bytes.buffer);
    for (let at = 0; at < words.length; at++) words[at] = this.#word();
    return bytes.slice(0, length);
  }

  /** 32 bytes in hexadecimal after `0x`. */
  hash(): string {
    return `0x${Buffer.from(this.bytes(32)).toString("hex")}`;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

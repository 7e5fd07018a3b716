/**
 * What a sample says about the leaves that it did not check; and leaves drawn from a seed, so that anybody can repeat a
 * sample.
 */
import { concatBytes, utf8 } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";
import { sha256 } from "../core/sha256.ts";

/** If the share of altered leaves is larger than stated, at most 5 % of samples find no fault. */
const CONFIDENCE = 0.95;

/**
 * The largest share of altered leaves, in percent and rounded up, that is consistent with a sample of this many leaves
 * without a fault.
 */
export function mostAlteredPercent(leaves: number): number {
  const percent = 100 * (1 - (1 - CONFIDENCE) ** (1 / leaves));
  const step = 10 ** (Math.floor(Math.log10(percent)) - 1);
  return Number((Math.ceil(percent / step) * step).toPrecision(2));
}

/** Random bytes derived from a seed: SHA-256 of `warifu-sample/1`, the seed and a counter, with line feeds between them. */
export function seededBytes(seed: string): RandomBytes {
  let [counter, left] = [0, new Uint8Array(0)];
  return (length) => {
    while (left.length < length)
      left = concatBytes(left, sha256(utf8(`warifu-sample/1\n${seed}\n${counter++}`))) as Uint8Array<ArrayBuffer>;
    const bytes = left.slice(0, length);
    left = left.slice(length);
    return bytes;
  };
}

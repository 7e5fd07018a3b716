/** Which leaves a sample holds: drawn without replacement, by chance that is handed in. */
import type { RandomBytes } from "../core/random.ts";

/** How many leaves to check instead of all. */
export interface Sample {
  readonly leaves: number;
  readonly randomBytes: RandomBytes;
}

/** The leaves to check, rising; `undefined` when the sample would be the whole log. Precondition: size <= 2^48. */
export function drawLeaves({ leaves, randomBytes }: Sample, size: number): number[] | undefined {
  if (leaves >= size) return undefined;
  const drawn = new Set<number>();
  while (drawn.size < leaves) drawn.add(randomBytes(6).reduce((value, byte) => value * 256 + byte, 0) % size);
  return [...drawn].sort((a, b) => a - b);
}

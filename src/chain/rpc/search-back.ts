/**
 * A search through the blocks of a chain, from a height back to the first one, in ranges that the node accepts: their
 * maximum length differs from node to node and is found by halving a range that is refused.
 */
import { codeOf } from "../../core/errors.ts";

const BLOCKS_AT_ONCE = 10_000;

/**
 * Yields what is found, range by range, newest first. A caller that has seen enough stops iterating.
 * @param read looks at the blocks `from` to `to`, both included
 * @throws what `read` throws, unless the node refuses a range that can be halved
 */
export async function* searchBack<T>(
  newest: number,
  read: (from: number, to: number) => Promise<T>,
): AsyncGenerator<T, void> {
  for (let to = newest, length = BLOCKS_AT_ONCE; to >= 0;) {
    const from = Math.max(0, to - length + 1);
    const found = await read(from, to).then(
      (value) => ({ value }),
      (error: unknown) => {
        if (codeOf(error) !== "NODE_REFUSED" || from === to) throw error;
      },
    );
    if (found) {
      yield found.value;
      to = from - 1;
    } else length = Math.ceil((to - from + 1) / 2);
  }
}

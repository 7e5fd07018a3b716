/** Asks one thing at a steady pace, as somebody does who uses the service while others load it. */
import { setTimeout as sleep } from "node:timers/promises";

/** When to ask. */
export interface Pace {
  readonly everyMs: number;
  readonly seconds: number;
}

/**
 * Asks as often as the pace says, each time at its own moment: an answer that is late delays no other, and does not hide one.
 * @param ask gives the status of the answer
 * @returns latencies in milliseconds, sorted
 */
export async function probe(ask: () => Promise<number>, status: number, { everyMs, seconds }: Pace): Promise<number[]> {
  const begun = performance.now();
  const askAt = async (moment: number): Promise<number> => {
    await sleep(Math.max(0, begun + moment - performance.now()));
    const asked = performance.now();
    const answered = await ask();
    if (answered !== status) throw new TypeError(`the service answered ${answered}, not ${status}`);
    return performance.now() - asked;
  };
  const moments = Array.from({ length: (seconds * 1_000) / everyMs }, (_, n) => n * everyMs);
  return (await Promise.all(moments.map(askAt))).sort((a, b) => a - b);
}

// Suites that run side by side are read one after the other. The first that has not ended is shown as it speaks; what the
// others say is kept until their turn.
// Invariant: every piece comes out once, in the order of the suites, and within a suite in the order of its coming.

/** Where a piece of output belongs. */
export type Stream = "stdout" | "stderr";

/** One suite's way to the terminal. */
export interface Speaker {
  say(stream: Stream, text: string): void;
  /** Nothing more will come. The next one has its turn once all before it are through. */
  end(): void;
}

/** Speakers in the order in which they are to be read. */
export function inTurn(count: number, write: (stream: Stream, text: string) => void): readonly Speaker[] {
  const kept: [Stream, string][][] = Array.from({ length: count }, () => []);
  const ended = new Set<number>();
  let turn = 0;
  const passOn = (): void => {
    while (turn < count && ended.has(turn)) {
      turn++;
      for (const [stream, text] of kept[turn]?.splice(0) ?? []) write(stream, text);
    }
  };
  return kept.map((mine, index) => ({
    say: (stream, text) => (index === turn ? write(stream, text) : void mine.push([stream, text])),
    end: () => {
      ended.add(index);
      passOn();
    },
  }));
}

/** Runs the jobs side by side, at most `lanes` at a time, begun in their order. Results are in that order too. */
export async function inLanes<T>(jobs: readonly (() => Promise<T>)[], lanes: number): Promise<readonly T[]> {
  const results = new Array<T>(jobs.length);
  const waiting = jobs.entries();
  // All lanes draw from the one iterator, so each job is begun once.
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) results[index] = await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

// The output of suites that run in parallel is shown one suite after the other. The first suite that has not ended is shown
// live; the output of the others is kept until their turn.
// Invariant: every piece is written once, in the order of the suites, and within a suite in the order of arrival.

/** Where a piece of output belongs. */
export type Stream = "stdout" | "stderr";

/** One suite's access to the terminal. */
export interface Speaker {
  say(stream: Stream, text: string): void;
  /** There is no more output. The next suite has its turn once all before it have ended. */
  end(): void;
}

/** Speakers, in the order in which they are to be shown. */
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

/** Runs the jobs in parallel, at most `lanes` at a time, started in order. Results are in the same order. */
export async function inLanes<T>(jobs: readonly (() => Promise<T>)[], lanes: number): Promise<readonly T[]> {
  const results = new Array<T>(jobs.length);
  const waiting = jobs.entries();
  // All lanes draw from one iterator, so each job is started once.
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) results[index] = await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

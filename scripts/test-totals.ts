// How many tests passed and failed, read from what the runners print (mocha and Hardhat end with `  12 passing (3s)` and,
// if so, `  1 failing`), and never better than the exit code.

import { stripVTControlCharacters } from "node:util";

/** Counts of tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** Reads a runner's output line by line and keeps its summary, which is the last one it prints. */
export class SummaryReader {
  #rest = "";
  #seen: { passing: number; failing: number } | undefined;

  /** Whether the summary has been printed: the runner has nothing left to do but exit. */
  get complete(): boolean {
    return this.#seen !== undefined;
  }

  /** Takes the next piece of output, which may be cut anywhere. */
  read(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#readLine(line);
  }

  /**
   * The totals of a runner that ended with `exitCode`: one failed if it failed without a failed test or without a summary.
   */
  totals(exitCode: number): Totals {
    this.#readLine(this.#rest);
    const { passing, failing } = this.#seen ?? { passing: 0, failing: 1 };
    return { passed: passing, failed: failing === 0 && exitCode !== 0 ? 1 : failing };
  }

  #readLine(line: string): void {
    const [, count, word] = /^\s*(\d+) (passing|failing)(?: \([^)]*\))?\s*$/.exec(stripVTControlCharacters(line)) ?? [];
    if (word === "passing") this.#seen = { passing: Number(count), failing: 0 };
    if (word === "failing" && this.#seen !== undefined) this.#seen.failing = Number(count);
  }
}

/** The sum over all suites. */
export function addUp(all: readonly Totals[]): Totals {
  return all.reduce((sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** The line that people and programs look for at the end. */
export function totalsLine({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`;
}

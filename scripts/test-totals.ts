// How many tests passed and failed, read from what the runners print (mocha and Hardhat end with `  12 passing (3s)` and,
// if so, `  1 failing`), and never better than the exit code. What they print below that line says what failed and why.

import { stripVTControlCharacters } from "node:util";

/** Counts of tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** As much of a suite's failures as is shown again at the end of a run, so that many of them stay readable. */
const MOST_LINES = 150;
/** As much of a suite that ended without a summary: its last lines say what ended it. */
const LAST_LINES = 20;

/** Reads a runner's output line by line and keeps its summary, which is the last one it prints. */
export class SummaryReader {
  #rest = "";
  #lines: string[] = [];
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

  /** What is to be shown again of a suite that failed: its list of failures, else its last lines. */
  get failures(): string {
    const cut = this.#lines.length > MOST_LINES ? ["  … more of them above"] : [];
    const shown = this.#seen?.failing ? [...this.#lines.slice(0, MOST_LINES), ...cut] : this.#lines.slice(-LAST_LINES);
    return shown.join("\n");
  }

  #readLine(line: string): void {
    this.#keep(line);
    const [, count, word] = /^\s*(\d+) (passing|failing)(?: \([^)]*\))?\s*$/.exec(stripVTControlCharacters(line)) ?? [];
    if (word === "passing") this.#seen = { passing: Number(count), failing: 0 };
    if (word !== "failing" || this.#seen === undefined) return;
    this.#seen.failing = Number(count);
    this.#lines = [];
  }

  /** Everything below the line that says how many failed; until there is one, the last lines. */
  #keep(line: string): void {
    this.#lines.push(line);
    if (!this.#seen?.failing && this.#lines.length > LAST_LINES) this.#lines.shift();
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

// How long a page may take by the clock on the wall. Beside other suites that says more of them than of the page: there, ten
// times as long is allowed, so that a page that hangs is still found. With WARIFU_QUIET=on, which the gate sets for a run of
// its own in which nothing else runs, it is what was promised.

const TIMES_BESIDE_OTHERS = 10;

/** The most milliseconds that may be taken for what was promised in so many. */
export function promised(milliseconds: number): number {
  return process.env["WARIFU_QUIET"] === "on" ? milliseconds : milliseconds * TIMES_BESIDE_OTHERS;
}

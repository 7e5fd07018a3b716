// Behind `npm test`: every suite in turn, live, and at the end one line to read: `N passed, N failed`.
// Invariant: nothing that went wrong is lost in the counting. A suite that fails without a failed test (it crashed, the
// coverage is short) counts as one failed, and a run in which no test ran fails too.
//
//   npm test                    everything
//   npm test -- solidity core   suites (solidity contracts unit system), folders of test/, or test files
//   npm run coverage            the unit suite with a table of what it does not reach

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

import { passSignals } from "./launch/run.mjs";
import { selectSuites, SUITES, testFiles, type Suite } from "./test-suites.ts";
import { addUp, SummaryReader, totalsLine, type Totals } from "./test-totals.ts";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const MOCHA = "node_modules/mocha/bin/mocha.js";
const C8 = "node_modules/c8/bin/c8.js";

const LINGER_MS = 120_000;
const DRAIN_MS = 2_000;

let interrupted: NodeJS.Signals | undefined;

/** @returns the exit code: 0 all passed, 1 something failed or nothing ran, 2 wrong use */
async function main(argv: readonly string[]): Promise<number> {
  const report = argv.includes("--report");
  const suites = selectSuites(argv.filter((word) => word !== "--report"));
  if (suites === undefined) {
    console.error(`There is no such test. Suites: ${SUITES.map(({ name }) => name).join(" ")}; or a folder of test/.`);
    return 2;
  }
  const results: { readonly title: string; readonly totals: Totals; readonly seconds: string }[] = [];
  for (const suite of suites) {
    if (interrupted !== undefined) break;
    const files = testFiles(suite);
    console.log(`\n=== ${suite.title} ===`);
    if (files.length === 0) {
      console.log(`skipped: no tests in ${suite.folders.join(", ")}`);
      continue;
    }
    const begun = performance.now();
    const totals = await runSuite(suite, files, report);
    results.push({ title: suite.title, totals, seconds: ((performance.now() - begun) / 1000).toFixed(1) });
  }
  console.log();
  for (const { title, totals, seconds } of results) console.log(`${title}: ${totalsLine(totals)} in ${seconds} s`);
  const sum = addUp(results.map(({ totals }) => totals));
  console.log(totalsLine(sum));
  if (interrupted !== undefined) return 128 + constants.signals[interrupted];
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/** Runs one suite with its output shown as it comes. */
async function runSuite(suite: Suite, files: readonly string[], report: boolean): Promise<Totals> {
  const temporary = mkdtempSync(join(tmpdir(), "warifu-test-"));
  try {
    return await runAndCount(commandOf(suite, files, temporary, report));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What Node is to run for a suite. Coverage data goes to a folder of this run, so that two runs do not mix. */
function commandOf(suite: Suite, files: readonly string[], temporary: string, report: boolean): readonly string[] {
  if (suite.runner === "hardhat-solidity") return [HARDHAT, "test", "solidity", ...files];
  if (suite.runner === "hardhat-mocha") return [HARDHAT, "test", "mocha", ...files];
  const colour = process.stdout.isTTY ? ["--color"] : [];
  const mocha = [MOCHA, "--forbid-only", ...colour, ...files];
  if (!suite.coverage) return mocha;
  const reporters = report ? ["--reporter", "text", "--reporter", "html"] : [];
  return [C8, "--temp-directory", temporary, ...reporters, process.execPath, ...mocha];
}

function runAndCount(command: readonly string[]): Promise<Totals> {
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const stopPassing = passSignals(child);
  const summary = new SummaryReader();
  let lingering: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    process.stdout.write(chunk);
    summary.read(chunk);
    clearTimeout(lingering);
    if (summary.complete) lingering = setTimeout(end, LINGER_MS);
  });
  /** A runner that is through but does not end has a handle left open, which is a fault: it counts as a failure. */
  function end(): void {
    console.error(`The runner has not ended ${LINGER_MS / 1000} s after its summary: a test leaves something open.`);
    child.kill("SIGTERM");
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // A process that a test left behind may hold the pipe open for ever; what the runner wrote is here soon.
    child.once("exit", () => setTimeout(() => child.stdout.destroy(), DRAIN_MS).unref());
    child.once("close", (code) => {
      clearTimeout(lingering);
      stopPassing();
      resolve(summary.totals(code ?? 1));
    });
  });
}

// The runner of the moment gets the signal too (passSignals); what it has counted by then is still reported.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = signal;
  });
}

process.exitCode = await main(process.argv.slice(2));

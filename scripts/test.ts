// Behind `npm test`: runs the suites, two more in parallel than there are processors, shows again what failed, and ends with
// one summary line: `N passed, N failed`.
// Invariant: nothing that went wrong goes uncounted. A suite that fails without a failed test (it crashed, or its coverage
// is too low) counts as one failed, and a run in which no test ran fails too.
//
//   npm test                    everything
//   npm test -- solidity core   suites (their names: test-suites.ts), folders of test/, or test files
//   npm run coverage            the unit suite with a table of what it does not reach

import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, constants } from "node:os";
import { join, resolve } from "node:path";

import { toolchainFolder } from "./launch/node.mjs";
import { passSignals } from "./launch/run.mjs";
import { openTestFolder } from "./test-folders.ts";
import { selectSuites, SUITES, testFiles, type Suite } from "./test-suites.ts";
import { addUp, SummaryReader, totalsLine, type Totals } from "./test-totals.ts";
import { inLanes, inTurn, type Speaker } from "./test-turns.ts";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const MOCHA = "node_modules/mocha/bin/mocha.js";
const C8 = "node_modules/c8/bin/c8.js";

const LINGER_MS = 120_000;
const DRAIN_MS = 2_000;

/** Two more than there are processors, because suites wait for chains and disks; each takes several hundred megabytes. */
const LANES = Math.min(availableParallelism() + 2, 6);

/** What a suite came to. */
type Outcome = Pick<Result, "totals" | "failures">;

const NOT_COMPILED = "The tests in Solidity do not compile; the message is above.";
/** The contracts are compiled before everything else, by the launcher: what other suites load is left as it is. */
const COMPILE_TESTS = [HARDHAT, "build", "--no-contracts", "--no-typechain"];

let interrupted: NodeJS.Signals | undefined;
/** Once for all suites that need them. */
let compiledTests: Promise<boolean> | undefined;

/** @returns the exit code: 0 all passed, 1 something failed or nothing ran, 2 wrong use */
async function main(argv: readonly string[]): Promise<number> {
  const report = argv.includes("--report");
  const suites = selectSuites(argv.filter((word) => word !== "--report"));
  if (suites === undefined) {
    console.error(`There is no such test. Suites: ${SUITES.map(({ name }) => name).join(" ")}; or a folder of test/.`);
    return 2;
  }
  const begun = performance.now();
  const speakers = inTurn(suites.length, (stream, text) => void process[stream].write(text));
  const jobs = suites.map((suite, index) => () => runInTurn(suite, speakers[index] as Speaker, report));
  const results = (await inLanes(jobs, LANES)).filter((one) => one !== undefined);
  for (const { title, failures } of results)
    if (failures !== "") console.log(`\n=== failed: ${title} ===\n${failures}`);
  console.log();
  for (const { title, totals, seconds } of results) console.log(`${title}: ${totalsLine(totals)} in ${seconds} s`);
  console.log(`all in ${secondsSince(begun)} s`);
  const sum = addUp(results.map(({ totals }) => totals));
  console.log(totalsLine(sum));
  if (interrupted !== undefined) return 128 + constants.signals[interrupted];
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

interface Result {
  readonly title: string;
  readonly totals: Totals;
  /** What the runner said of the tests that failed; empty when none did. */
  readonly failures: string;
  readonly seconds: string;
}

/** Runs one suite and passes its output to its speaker. @returns undefined when there was nothing left to run */
async function runInTurn(suite: Suite, speaker: Speaker, report: boolean): Promise<Result | undefined> {
  try {
    if (interrupted !== undefined) return undefined;
    const files = testFiles(suite);
    speaker.say("stdout", `\n=== ${suite.title} ===\n`);
    if (files.length === 0) {
      speaker.say("stdout", `skipped: no tests in ${suite.folders.join(", ")}\n`);
      return undefined;
    }
    const begun = performance.now();
    const canRun = suite.runner === "mocha" || (await (compiledTests ??= compileTests(speaker)));
    const outcome = canRun ? await runSuite(suite, files, speaker, report) : oneFailed(NOT_COMPILED);
    if (!canRun) speaker.say("stderr", `${NOT_COMPILED}\n`);
    return { title: suite.title, ...outcome, seconds: secondsSince(begun) };
  } finally {
    speaker.end();
  }
}

/** Takes longer than to run them, and so goes on beside the suites that need none of them. */
async function compileTests(speaker: Speaker): Promise<boolean> {
  const child = spawn(process.execPath, COMPILE_TESTS, { stdio: ["ignore", "pipe", "pipe"] });
  const stopPassing = passSignals(child);
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (chunk: string) => speaker.say(stream, chunk));
  const [code] = (await once(child, "close")) as [number | null];
  stopPassing();
  return code === 0;
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}

async function runSuite(suite: Suite, files: readonly string[], speaker: Speaker, report: boolean): Promise<Outcome> {
  const folder = openTestFolder(suite.inMemory);
  try {
    const environment = { ...environmentOf(suite), TMPDIR: folder.path };
    return await runAndCount(commandOf(suite, files, folder.path, report), environment, speaker);
  } finally {
    folder.remove();
  }
}

/** What Node is to run for a suite. Coverage data goes to the folder of this run, so that two runs do not mix. */
function commandOf(suite: Suite, files: readonly string[], folder: string, report: boolean): readonly string[] {
  if (suite.runner === "hardhat-solidity") return [HARDHAT, "test", "solidity", "--no-compile", ...files];
  if (suite.runner === "hardhat-mocha") return [HARDHAT, "test", "mocha", "--no-compile", ...files];
  const colour = process.stdout.isTTY ? ["--color"] : [];
  const mocha = [MOCHA, "--forbid-only", ...colour, ...files];
  if (!suite.coverage) return mocha;
  const reporters = report ? ["--reporter", "text", "--reporter", "html"] : [];
  return [C8, "--temp-directory", join(folder, "coverage"), ...reporters, process.execPath, ...mocha];
}

/** The suites load the same modules: compiled once. What is compiled from a cache has no coverage. */
function environmentOf({ coverage }: Suite): NodeJS.ProcessEnv {
  return coverage ? process.env : { ...process.env, NODE_COMPILE_CACHE: resolve(toolchainFolder("."), "compiled") };
}

function runAndCount(command: readonly string[], env: NodeJS.ProcessEnv, speaker: Speaker): Promise<Outcome> {
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"], env });
  const stopPassing = passSignals(child);
  const summary = new SummaryReader();
  let lingering: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    speaker.say("stdout", chunk);
    summary.read(chunk);
    clearTimeout(lingering);
    if (summary.complete) lingering = setTimeout(end, LINGER_MS);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => speaker.say("stderr", chunk));
  /** A runner that has finished but does not exit has left a handle open, which is a fault: it counts as a failure. */
  function end(): void {
    const seconds = LINGER_MS / 1000;
    speaker.say("stderr", `The runner has not ended ${seconds} s after its summary: a test leaves something open.\n`);
    child.kill("SIGTERM");
  }
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(lingering);
      stopPassing();
      resolve(outcome);
    };
    child.once("error", (error) => {
      speaker.say("stderr", `${String(error)}\n`);
      settle(oneFailed(String(error)));
    });
    // A process left behind by a test may keep the pipes open for ever; the runner's own output arrives soon.
    child.once("exit", () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS).unref();
    });
    child.once("close", (code) => settle(outcomeOf(summary, code ?? 1)));
  });
}

function outcomeOf(summary: SummaryReader, exitCode: number): Outcome {
  const totals = summary.totals(exitCode);
  return { totals, failures: totals.failed > 0 ? summary.failures : "" };
}

function oneFailed(failures: string): Outcome {
  return { totals: { passed: 0, failed: 1 }, failures };
}

// The running suites get the signal too (passSignals); what they have counted by then is still reported.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = signal;
  });
}

process.exitCode = await main(process.argv.slice(2));

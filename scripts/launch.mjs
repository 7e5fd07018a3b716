// Behind every npm script: makes the checkout ready (see launch/prepare.mjs), then runs the requested program under a
// suitable Node, in this terminal. Plain JavaScript without dependencies, because a fresh clone has nothing else yet, and
// the only Node may be too old for the program itself.
//
//   node scripts/launch.mjs <task> [arguments…]
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./launch/npm.mjs";
import { prepare } from "./launch/prepare.mjs";
import { run } from "./launch/run.mjs";
import { LaunchError, say } from "./launch/say.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Programs in node_modules, as the files that Node runs. */
const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const TSC = "node_modules/typescript/bin/tsc";
const ESLINT = "node_modules/eslint/bin/eslint.js";
const SOLHINT = "node_modules/solhint/solhint.js";
const PRETTIER = "node_modules/prettier/bin/prettier.cjs";

/** A file whose source is gone must not be published. */
const EMPTY_DIST = ["--eval", 'fs.rmSync("dist", { recursive: true, force: true })'];

/**
 * Space for short-lived objects, in MiB: a batch's records then die before they get copied, which otherwise takes a fifth of
 * the service's time under load.
 */
const YOUNG_SPACE = "--max-semi-space-size=64";

/**
 * As many threads for the engine as there are cores to spare, instead of four: on two cores, four of them collect garbage in
 * each other's way, and in that of the threads that write.
 */
const ENGINE_THREADS = "--v8-pool-size=0";

/** Needed from the first moment on: the program can only close the inspector itself once it is running. */
const NO_INSPECTOR = "--disable-sigusr1";

/**
 * What each task runs, one after another until one fails; the caller's arguments go to the last.
 * @type {Record<string, string[][]>}
 */
const TASKS = {
  setup: [],
  start: [[YOUNG_SPACE, ENGINE_THREADS, NO_INSPECTOR, "bin/warifu.mjs", "start"]],
  test: [["scripts/test.ts"]],
  coverage: [["scripts/test.ts", "unit", "--report"]],
  bench: [["scripts/bench.ts"]],
  soak: [["scripts/soak.ts"]],
  life: [["scripts/life.ts"]],
  chain: [["scripts/chain.ts"]],
  cities: [["scripts/cities.ts"]],
  hardhat: [[HARDHAT]],
  build: [
    [HARDHAT, "build", "--no-tests"],
    EMPTY_DIST,
    ["scripts/pages.ts"],
    ["scripts/pack-verify.ts"],
    [TSC, "-p", "tsconfig.build.json"],
  ],
  lint: [
    [SOLHINT, "--max-warnings", "0", "contracts/**/*.sol"],
    [ESLINT, ".", "--max-warnings", "0"],
  ],
  format: [[PRETTIER, "--write", "--log-level", "warn", "."]],
  "format:check": [[PRETTIER, "--check", "--log-level", "warn", "."]],
  typecheck: [[TSC, "-p", "tsconfig.json", "--allowJs", "--checkJs"]],
};

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code of the program, 2 for wrong use
 */
async function main([task = "", ...args]) {
  const steps = TASKS[task];
  if (steps === undefined) {
    say(`no task is called "${task}"; there are: ${Object.keys(TASKS).join(" ")}`);
    return 2;
  }
  const node = await prepare(root);
  for (const [index, step] of steps.entries()) {
    const given = index === steps.length - 1 ? args : [];
    const code = await run(node, [...step, ...given], { cwd: root, env: environment(node) });
    if (code !== 0) return code;
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

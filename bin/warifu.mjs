#!/usr/bin/env node
// The `warifu` command. It starts on any Node from 18 on, because that is what may be installed, and carries on under one
// that fits, fetched once when this machine has none. In a checkout it runs the sources, in an installed package the
// built output; `verify`, which takes less time than its modules to be found, is packed into one file in both.
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { toolchainFolder } from "../scripts/launch/node.mjs";
import { whenOrphaned } from "../scripts/launch/orphan.mjs";
import { prepare, prepareToVerify, programOf } from "../scripts/launch/prepare.mjs";
import { LaunchError, say } from "../scripts/launch/say.mjs";

// As in src/cli/exit-code.ts: a defect, and wrong use.
const [DEFECT, UNPREPARED] = [70, 2];

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));

/** @param {string[]} argv @returns {Promise<number>} the exit code */
async function main(argv) {
  const { node, program } = await ready(argv[0]);
  if (node !== process.execPath) return underAnother(node, argv);
  // Measured: a command that finds its modules compiled starts in half the time.
  module.enableCompileCache(join(toolchainFolder(root), "compiled"));
  whenOrphaned(() => process.kill(process.pid, "SIGTERM"));
  const cli = await import(pathToFileURL(program).href);
  return cli.main(argv);
}

/** @param {string} node @param {string[]} argv @returns {Promise<number>} the exit code */
async function underAnother(node, argv) {
  const [{ environment }, { run }] = await Promise.all([
    import("../scripts/launch/npm.mjs"),
    import("../scripts/launch/run.mjs"),
  ]);
  return run(node, [...process.execArgv, self, ...argv], { env: environment(node) });
}

/** @param {string | undefined} verb @returns {Promise<{ node: string, program: string }>} what to run, and under which Node */
async function ready(verb) {
  return verb === "verify" ? prepareToVerify(root) : { node: await prepare(root), program: programOf(root) };
}

// Node ends with 1 when nobody caught an error, which here means that a proof is refuted.
process.on("uncaughtExceptionMonitor", () => process.on("exit", () => (process.exitCode = DEFECT)));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  say(error.message);
  process.exitCode = UNPREPARED;
}

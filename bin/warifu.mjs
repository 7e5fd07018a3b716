#!/usr/bin/env node
// The `warifu` command. It starts on any Node from 18 on, because that is what may be installed, and carries on under one
// that fits, fetched once when this machine has none. In a checkout it runs the sources, in an installed package the
// built output.
import { existsSync } from "node:fs";
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { toolchainFolder } from "../scripts/launch/node.mjs";
import { environment } from "../scripts/launch/npm.mjs";
import { whenOrphaned } from "../scripts/launch/orphan.mjs";
import { prepare } from "../scripts/launch/prepare.mjs";
import { run } from "../scripts/launch/run.mjs";
import { LaunchError, say } from "../scripts/launch/say.mjs";

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));

/** @param {string[]} argv @returns {Promise<number>} the exit code */
async function main(argv) {
  const node = await prepare(root);
  if (node !== process.execPath) return run(node, [self, ...argv], { env: environment(node) });
  // Measured: a command that finds its modules compiled starts in half the time.
  module.enableCompileCache(join(toolchainFolder(root), "compiled"));
  whenOrphaned(() => process.kill(process.pid, "SIGTERM"));
  const sources = join(root, "src", "cli", "main.ts");
  const program = existsSync(sources) ? sources : join(root, "dist", "src", "cli", "main.js");
  const cli = await import(pathToFileURL(program).href);
  return cli.main(argv);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

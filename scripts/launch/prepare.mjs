// From a fresh clone to a working checkout: a suitable Node, then node_modules, the compiled contracts, the pages. Each step
// checks first and does nothing if there is nothing to do, so that a prepared checkout starts immediately.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installModules } from "./install.mjs";
import { fittingNode, toolchainFolder } from "./node.mjs";
import { packedAt, packVerify } from "./packed.mjs";

/**
 * Makes the folder ready to run. An installed package has no program in `src` and comes with its packages and built output:
 * it only needs a suitable Node.
 * @param {string} root the checkout's or the package's folder
 * @returns {Promise<string>} the Node to run the program with
 */
export async function prepare(root) {
  const node = await fittingNode(toolchainFolder(root));
  if (isCheckout(root)) {
    // Loaded where they are needed, as whatever starts processes is throughout the launcher: `verify` needs none of it.
    const [{ compileContracts }, { buildPages }] = await Promise.all([
      import("./contracts.mjs"),
      import("./pages.mjs"),
    ]);
    await installModules(root, node.path, node.version);
    await compileContracts(root, node.path);
    await buildPages(root, node.path);
  }
  return node.path;
}

/**
 * Makes the folder ready to verify bundles, which takes neither contracts nor pages.
 * @param {string} root the checkout's or the package's folder
 * @returns {Promise<{ node: string, program: string }>} the Node to run the command with, and its file
 */
export async function prepareToVerify(root) {
  const node = await fittingNode(toolchainFolder(root));
  if (isCheckout(root)) await installModules(root, node.path, node.version);
  const isPacked = isCheckout(root) ? await packVerify(root, node.path) : existsSync(packedAt(root));
  return { node: node.path, program: isPacked ? packedAt(root) : programOf(root) };
}

/**
 * The file of the command: of the sources in a checkout, of what was built from them in an installed package.
 * @param {string} root
 */
export function programOf(root) {
  return isCheckout(root) ? join(root, "src", "cli", "main.ts") : join(root, "dist", "src", "cli", "main.js");
}

/** @param {string} root */
function isCheckout(root) {
  return existsSync(join(root, "src", "cli"));
}

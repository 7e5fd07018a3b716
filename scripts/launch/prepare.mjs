// From a fresh clone to a working checkout: a suitable Node, then node_modules, the compiled contracts, the pages. Each step
// checks first and does nothing if there is nothing to do, so that a prepared checkout starts immediately.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compileContracts } from "./contracts.mjs";
import { installModules } from "./install.mjs";
import { fittingNode, toolchainFolder } from "./node.mjs";
import { buildPages } from "./pages.mjs";

/**
 * Makes the folder ready to run. An installed package has no program in `src` and comes with its packages and built output:
 * it only needs a suitable Node.
 * @param {string} root the checkout's or the package's folder
 * @returns {Promise<string>} the Node to run the program with
 */
export async function prepare(root) {
  const node = await fittingNode(toolchainFolder(root));
  if (existsSync(join(root, "src", "cli"))) {
    await installModules(root, node.path, node.version);
    await compileContracts(root, node.path);
    await buildPages(root, node.path);
  }
  return node.path;
}

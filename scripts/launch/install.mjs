// node_modules, installed when it does not match package-lock.json.
// Invariant: the stamp in node_modules is written only after a finished install, and names the lockfile and the Node that
// npm ran under (npm chooses optional packages by both).
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "./say.mjs";

/** @typedef {{ lockfile: string, node: string, platform: string }} Stamp */

/**
 * Brings node_modules in line with the lockfile; cheap when it already is.
 * @param {string} root
 * @param {string} node a suitable Node
 * @param {string} nodeVersion
 */
export async function installModules(root, node, nodeVersion) {
  const wanted = stampFor(root, nodeVersion);
  if (reasonToInstall(root, wanted) === undefined) return;
  const [{ withLock }, { npm }] = await Promise.all([import("./lock.mjs"), import("./npm.mjs")]);
  await withLock(join(root, ".toolchain", "lock"), async () => {
    const reason = reasonToInstall(root, wanted);
    if (reason === undefined) return;
    say(`${reason}: installing packages with npm ci (a minute or so)`);
    rmSync(stampPath(root), { force: true });
    await npm(node, ["ci", "--include=dev", "--include=optional", "--prefer-offline"], root);
    writeFileSync(stampPath(root), JSON.stringify(wanted));
  });
}

/**
 * The stamp of a finished install of this checkout.
 * @param {string} root
 * @param {string} nodeVersion
 * @returns {Stamp}
 */
export function stampFor(root, nodeVersion) {
  const lockfile = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return { lockfile, node: nodeVersion.split(".")[0] ?? "", platform: `${process.platform}-${process.arch}` };
}

/**
 * Why an install is needed, in words; undefined when it is not.
 * @param {string} root
 * @param {Stamp} wanted
 * @returns {string | undefined}
 */
export function reasonToInstall(root, wanted) {
  if (!existsSync(join(root, "node_modules"))) return "node_modules is missing";
  const found = readStamp(root);
  if (found === undefined) return "node_modules is not known to be complete";
  if (found.lockfile !== wanted.lockfile) return "package-lock.json has changed";
  if (found.node !== wanted.node) return `node_modules was installed for Node ${found.node}, not ${wanted.node}`;
  if (found.platform !== wanted.platform) return `node_modules was installed for ${found.platform}`;
  const absent = directDependencies(root).find((name) => !existsSync(join(root, "node_modules", name)));
  return absent === undefined ? undefined : `node_modules lacks ${absent}`;
}

/** @param {string} root */
export function stampPath(root) {
  return join(root, "node_modules", ".warifu-install.json");
}

/** @param {string} root @returns {Stamp | undefined} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), "utf8"));
  } catch {
    return undefined; // never finished, or installed by hand: there is no way to know which Node ran npm
  }
}

/** @param {string} root @returns {string[]} */
function directDependencies(root) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

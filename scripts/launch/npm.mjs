// Runs npm under a Node of our choice. npm skips optional packages that do not support the Node it runs under (such as
// Hardhat's native part under Node 20), so the Node that runs npm determines what gets installed.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { LaunchError } from "./say.mjs";

const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/**
 * Runs `npm ...args`, shows npm's own complaints, and ends the launch with advice if it fails.
 * @param {string} node the Node that runs npm
 * @param {string[]} args
 * @param {string} cwd
 */
export async function npm(node, args, cwd) {
  const quiet = ["--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier"];
  const child = spawn(node, [findNpm(), ...args, ...quiet], {
    cwd,
    env: environment(node),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += String(chunk);
    process.stderr.write(chunk);
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new LaunchError(`npm ${args[0]} failed. ${advice(complaints)}`);
}

/**
 * What to do about a failed npm, judging by its output.
 * @param {string} complaints
 */
export function advice(complaints) {
  if (OFFLINE.test(complaints)) {
    return "The npm registry cannot be reached: check the network, or tell npm about a proxy or mirror (npm config set proxy | registry), then run the same command again.";
  }
  if (/\bEINTEGRITY\b/.test(complaints)) {
    return "What the registry sent is not the package that this project names by its hash: do not use it. Another registry or a proxy may have changed it (npm config get registry).";
  }
  if (/\bENOSPC\b/.test(complaints)) return "The disk is full: about 1 GB is needed.";
  if (/\b(EACCES|EPERM|EROFS)\b/.test(complaints)) return "This folder must be writable for you.";
  return "npm's message above says why; run the same command again once that is settled.";
}

/**
 * The environment for programs that must find `node` to be this Node.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...process.env, [name]: [dirname(node), process.env[name]].filter(Boolean).join(delimiter) };
}

/** @returns {string} the path of npm-cli.js, which any Node can run */
function findNpm() {
  const fromNpm = process.env["npm_execpath"];
  const candidates = [
    ...(fromNpm?.endsWith("npm-cli.js") ? [fromNpm] : []), // not pnpm's or yarn's
    ...(process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => [
      resolved(join(folder, "npm")), // a link into the package
      join(folder, "node_modules", "npm", "bin", "npm-cli.js"), // Windows
    ]),
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const found = candidates.find((path) => path.endsWith("npm-cli.js") && existsSync(path)) ?? askNpm();
  if (found === undefined) throw new LaunchError("npm was not found: install Node.js with npm, then try again.");
  return found;
}

/** @param {string} path */
function resolved(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Version managers put a wrapper on the PATH; npm itself knows where it is. */
function askNpm() {
  try {
    const root = execFileSync("npm root -g", { shell: true, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const path = join(root.trim(), "npm", "bin", "npm-cli.js");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

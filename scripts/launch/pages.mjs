// The pages that the service serves, in web/: built when missing or outdated, like the contracts.
// Invariant: the stamp identifies the contents that the last finished build saw, never file times.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { withLock } from "./lock.mjs";
import { environment } from "./npm.mjs";
import { run } from "./run.mjs";
import { LaunchError, say } from "./say.mjs";

/** What the pages are made of, with the versions of what they bundle. */
const SOURCES = [
  "src/pages",
  "src/core",
  "src/verify",
  "src/texts",
  "src/receipt",
  "src/report",
  "scripts/pages",
  "scripts/pages.ts",
  "package-lock.json",
];

/**
 * Builds the pages if need be.
 * @param {string} root
 * @param {string} node a suitable Node
 */
export async function buildPages(root, node) {
  if (reasonToBuild(root) === undefined) return;
  await withLock(join(root, ".toolchain", "lock"), async () => {
    const reason = reasonToBuild(root);
    if (reason === undefined) return;
    say(`${reason}: building the pages`);
    const digest = pagesDigest(root);
    rmSync(stampPath(root), { force: true });
    const options = { cwd: root, env: environment(node), stdio: /** @type {any[]} */ (["ignore", 2, 2]) };
    const code = await run(node, ["scripts/pages.ts"], options);
    if (code > 128) throw new LaunchError("Interrupted while building the pages; the next run begins again.");
    if (code !== 0) throw new LaunchError("The pages cannot be built; the message is above.");
    writeFileSync(stampPath(root), digest);
  });
}

/**
 * Why a build is needed, in words; undefined when it is not.
 * @param {string} root
 * @returns {string | undefined}
 */
export function reasonToBuild(root) {
  if (!existsSync(stampPath(root))) return "web/ is missing or not finished";
  return readFileSync(stampPath(root), "utf8") === pagesDigest(root) ? undefined : "the pages have changed";
}

/**
 * One digest over everything that determines the pages.
 * @param {string} root
 * @returns {string} hex
 */
export function pagesDigest(root) {
  const hash = createHash("sha256");
  for (const path of SOURCES.flatMap((name) => filesAt(join(root, name)))) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join("/")}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** @param {string} path @returns {string[]} the file there, or all files of the folder, in a fixed order */
function filesAt(path) {
  if (!existsSync(path)) return [];
  if (path.endsWith(".json") || path.endsWith(".ts")) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => (entry.isDirectory() ? filesAt(join(path, entry.name)) : [join(path, entry.name)]));
}

/** @param {string} root */
function stampPath(root) {
  return join(root, "web", ".stamp");
}

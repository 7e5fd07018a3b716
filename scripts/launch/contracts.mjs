// Compiled contracts and their TypeScript types, which the code imports: built when missing or outdated.
// Invariant: the stamp identifies the contents that the last finished compilation saw, never file times.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { withLock } from "./lock.mjs";
import { environment } from "./npm.mjs";
import { run } from "./run.mjs";
import { LaunchError, say } from "./say.mjs";

/** What the compiler depends on besides the contracts: its settings, its own version and OpenZeppelin's. */
const SETTINGS = ["hardhat.config.ts", "package-lock.json"];

/**
 * Compiles the contracts if need be. Hardhat's output goes to stderr.
 * @param {string} root
 * @param {string} node a suitable Node
 */
export async function compileContracts(root, node) {
  if (reasonToCompile(root) === undefined) return;
  await withLock(join(root, ".toolchain", "lock"), async () => {
    const reason = reasonToCompile(root);
    if (reason === undefined) return;
    say(`${reason}: compiling the contracts`);
    const digest = contractsDigest(root);
    rmSync(stampPath(root), { force: true });
    const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
    const options = { cwd: root, env: environment(node), stdio: /** @type {any[]} */ (["ignore", 2, 2]) };
    // Their tests take three times as long, and only the suites that run them need them (scripts/test.ts).
    const code = await run(node, [hardhat, "build", "--force", "--no-tests"], options);
    if (code > 128) throw new LaunchError("Interrupted while compiling; the next run begins again.");
    if (code !== 0) throw new LaunchError("The contracts do not compile; the message is above.");
    writeFileSync(stampPath(root), digest);
  });
}

/**
 * Why a compilation is needed, in words; undefined when it is not.
 * @param {string} root
 * @returns {string | undefined}
 */
export function reasonToCompile(root) {
  if (!existsSync(join(root, "artifacts", "contracts"))) return "artifacts/ is missing";
  if (!existsSync(join(root, "types", "ethers-contracts"))) return "types/ is missing";
  const compiled = existsSync(stampPath(root)) ? readFileSync(stampPath(root), "utf8") : undefined;
  return compiled === contractsDigest(root) ? undefined : "the contracts have changed";
}

/**
 * One digest over everything that determines the compiler's output.
 * @param {string} root
 * @returns {string} hex
 */
export function contractsDigest(root) {
  const hash = createHash("sha256");
  const paths = [...solidityFiles(join(root, "contracts")), ...SETTINGS.map((name) => join(root, name))];
  for (const path of paths.filter((path) => existsSync(path))) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join("/")}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} the contracts but not their tests, in a fixed order */
function solidityFiles(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return solidityFiles(path);
    return entry.name.endsWith(".sol") && !entry.name.endsWith(".t.sol") ? [path] : [];
  });
}

/** @param {string} root */
function stampPath(root) {
  return join(root, "artifacts", ".warifu-build");
}

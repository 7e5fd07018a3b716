// `warifu verify`, packed into a few files: made when missing or outdated, like the pages.
// Invariant: the stamp names each file that was packed, and the contents that they had when the last packing was finished.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The file beside what was packed. */
export const STAMP = ".stamp";

/** What else determines the result: the versions of packages, and how it is packed. */
const SETTINGS = ["package-lock.json", "scripts/pack-verify.ts"];

/**
 * The packed program. Its folder lies as deep as those of what the compiler writes: code that asks where it lies finds the
 * same root.
 * @param {string} root
 */
export function packedAt(root) {
  return join(root, "dist", "packed", "verify", "main.js");
}

/**
 * Packs the command if need be.
 * @param {string} root
 * @param {string} node a suitable Node
 * @returns {Promise<boolean>} whether it is there: where nothing can be written, it may not be
 */
export async function packVerify(root, node) {
  if (isPacked(root)) return true;
  const [{ withLock }, { environment }, { run }] = await Promise.all([
    import("./lock.mjs"),
    import("./npm.mjs"),
    import("./run.mjs"),
  ]);
  try {
    return await withLock(join(root, ".toolchain", "lock"), async () => {
      if (isPacked(root)) return true;
      const options = { cwd: root, env: environment(node), stdio: /** @type {const} */ ("ignore") };
      return (await run(node, ["scripts/pack-verify.ts"], options)) === 0;
    });
  } catch {
    return false;
  }
}

/**
 * Whether the packed command is what its sources say.
 * @param {string} root
 */
export function isPacked(root) {
  const stamp = contentOf(join(dirname(packedAt(root)), STAMP)).toString();
  return stamp !== "" && stamp === stampOf(root, stamp.split("\n").slice(1));
}

/**
 * The digest of all that determines the packed files, and the names of those that were packed.
 * @param {string} root
 * @param {readonly string[]} packed paths of files below the root
 */
export function stampOf(root, packed) {
  const hash = createHash("sha256");
  // Packages are in the lockfile.
  const own = packed.filter((path) => !/(?:^|\/)node_modules\//.test(path));
  for (const path of [...SETTINGS, ...own]) {
    const content = contentOf(`${root}/${path}`);
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return [hash.digest("hex"), ...own].join("\n");
}

/** @param {string} path */
function contentOf(path) {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0); // it is gone
  }
}

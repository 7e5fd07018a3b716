// A program of the tests, packed into a few files: a process that loads hundreds of modules spends most of a short life on
// that.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { build, type Plugin } from "esbuild";

/** Each module is told that it is where its source is: workers, pages and data are found from there. */
const inPlace: Plugin = {
  name: "in-place",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.(m?js|ts)$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8")
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path));
      return { contents, loader: path.endsWith("ts") ? "ts" : "js" };
    });
  },
};

/**
 * Writes it into a folder. What it imports on demand is in files of its own, unless something has to be loaded before all
 * else: modules that such files share would be evaluated first.
 * @param program absolute path of its source
 * @param before modules that it loads first, absolute too
 * @returns its path
 */
export async function bundleProgram(folder: string, program: string, before: readonly string[] = []): Promise<string> {
  const contents = [...before, program].map((path) => `import ${JSON.stringify(path)};`).join("\n");
  const require = `requireOf(${JSON.stringify(pathToFileURL(program).href)})`;
  await build({
    stdin: { contents, resolveDir: dirname(program), loader: "ts" },
    ...{
      outdir: folder,
      bundle: true,
      splitting: before.length === 0,
      platform: "node",
      format: "esm",
      logLevel: "error",
    },
    outExtension: { ".js": ".mjs" },
    plugins: [inPlace],
    banner: { js: `import { createRequire as requireOf } from "node:module"; const require = ${require};` },
  });
  return join(folder, "stdin.mjs");
}

// The service as one file: a process that loads hundreds of modules spends most of a short life on that.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build, type Plugin } from "esbuild";

const SERVICE = fileURLToPath(new URL("../service-process.ts", import.meta.url));
/** Before the service, which then signs under its eyes. */
const ENTRY = 'import "./support/signature-witness.ts"; import "./service-process.ts";';

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

/** Writes it into a folder, with the witness of its signatures. @returns its path */
export async function bundleService(folder: string): Promise<string> {
  const outfile = join(folder, "service.mjs");
  const require = `requireOf(${JSON.stringify(pathToFileURL(SERVICE).href)})`;
  await build({
    stdin: { contents: ENTRY, resolveDir: dirname(SERVICE), loader: "ts" },
    ...{ outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" },
    plugins: [inPlace],
    banner: { js: `import { createRequire as requireOf } from "node:module"; const require = ${require};` },
  });
  return outfile;
}

// Builds the pages of src/pages into files that a browser takes as they are.
// Invariant: the same sources give the same bytes, wherever they lie: nothing of the machine, its paths or its clock gets in.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { shellOf } from "./shell.ts";

/** Built files by their path below the folder of pages. */
export type BuiltFiles = ReadonlyMap<string, Uint8Array>;

/** Pages that the service serves, each with a script of its own. */
const SERVED = ["explorer"] as const;

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** All pages, from the checkout at `root`. */
export async function buildPages(root: string): Promise<BuiltFiles> {
  const files = new Map<string, Uint8Array>();
  const add = (name: string, extension: string, bytes: Uint8Array): string => {
    const path = `assets/${name}-${digestOf(bytes).slice(0, 16)}.${extension}`;
    files.set(path, bytes);
    return `/${path}`;
  };
  const shared = {
    styles: add("styles", "css", utf8(await bundle(root, "src/pages/styles/all.css"))),
    icon: add("icon", "svg", readFileSync(join(root, "src/pages/icon.svg"))),
  };
  for (const name of SERVED) {
    const script = add(name, "js", utf8(await bundle(root, `src/pages/${name}/page.tsx`)));
    files.set(`${name}.html`, utf8(shellOf({ ...shared, script })));
  }
  return files;
}

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One script or style sheet with all that it imports. */
export async function bundle(root: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: join(root, "web"),
    write: false,
    bundle: true,
    minify: true,
    charset: "utf8",
    // Licences are in NOTICE, and in each file that is passed on by itself.
    legalComments: "none",
    format: "esm",
    platform: "browser",
    target: "es2023",
    // Not from the tsconfig.json above, which another checkout may not have.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" } },
    logLevel: "silent",
  });
  return (outputFiles[0] as { readonly text: string }).text;
}

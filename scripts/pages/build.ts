// Builds the pages of src/pages into files that a browser takes as they are.
// Invariant: the same sources give the same bytes, wherever they lie: nothing of the machine, its paths or its clock gets in.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { shellOf } from "./shell.ts";
import { singleFile } from "./single-file.ts";

/** Built files by their path below the folder of pages. */
export type BuiltFiles = ReadonlyMap<string, Uint8Array>;

/** Pages that the service serves, each with a script of its own. */
const SERVED = ["explorer", "desk", "reference", "research"] as const;

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
  for (const [path, text] of await verifierFiles(root, shared.icon)) files.set(path, utf8(text));
  const script = add("citizen", "js", utf8(await bundle(root, "src/pages/citizen/page.tsx")));
  const touchIcon = add("icon", "png", readFileSync(join(root, "src/pages/icon.png")));
  files.set("app.html", utf8(shellOf({ ...shared, script, installs: { manifest: "/app.webmanifest", touchIcon } })));
  files.set("app-worker.js", utf8(await bundle(root, "src/pages/citizen/worker.ts")));
  files.set("app.webmanifest", utf8(JSON.stringify(appManifest(shared.icon, touchIcon))));
  return files;
}

/** The verifier as one file, in two variants with their hashes, and what installs it where it is served. */
async function verifierFiles(root: string, iconAddress: string): Promise<Map<string, string>> {
  const parts = {
    style: await bundle(root, "src/pages/styles/single-file.css"),
    icon: readFileSync(join(root, "src/pages/icon.svg"), "utf8"),
  };
  const files = new Map<string, string>();
  for (const { name, page, mayConnect } of VERIFIERS) {
    const text = singleFile({ ...parts, script: await bundle(root, `src/pages/verify/${page}`), mayConnect });
    files.set(name, text).set(`${name}.sha256`, `${digestOf(utf8(text))}  ${name}\n`);
  }
  return files
    .set("verify-worker.js", await bundle(root, "src/pages/verify/worker.ts"))
    .set("verify.webmanifest", JSON.stringify(manifestWith(iconAddress)));
}

const VERIFIERS = [
  { name: "warifu-verify.html", page: "page.tsx", mayConnect: false },
  { name: "warifu-verify-rpc.html", page: "connected-page.tsx", mayConnect: true },
] as const;

/** https://www.w3.org/TR/appmanifest/ */
function manifestWith(icon: string): object {
  return {
    name: "Warifu verifier",
    short_name: "Warifu",
    id: "/verify",
    start_url: "/verify",
    scope: "/verify",
    display: "standalone",
    background_color: "#f7f5f0",
    theme_color: "#1d4f80",
    icons: [{ src: icon, sizes: "any", type: "image/svg+xml" }],
  };
}

/** The citizens' app. Phones take pictures for their home screens, some of them no drawings. */
function appManifest(icon: string, touchIcon: string): object {
  return {
    ...{ name: "Warifu: my city", short_name: "My city", id: "/app", start_url: "/app", scope: "/app" },
    ...{ display: "standalone", background_color: "#f7f5f0", theme_color: "#1d4f80" },
    icons: [
      { src: icon, sizes: "any", type: "image/svg+xml" },
      { src: touchIcon, sizes: "512x512", type: "image/png", purpose: "any maskable" },
    ],
  };
}

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version;
}

/** One script or style sheet with all that it imports. */
async function bundle(root: string, entry: string): Promise<string> {
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
    define: { WARIFU_VERSION: JSON.stringify(versionOf(root)) },
    // Not from the tsconfig.json above, which another checkout may not have.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" } },
    logLevel: "silent",
  });
  return (outputFiles[0] as { readonly text: string }).text;
}

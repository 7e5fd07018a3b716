// Packs `warifu verify` into a few files: one that verifies a bundle, and those that are loaded on demand. The launcher runs
// this when a source of them has changed, and `npm run build` for the package.
//
//   node scripts/pack-verify.ts [folder]

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { build } from "esbuild";

import { packedAt, STAMP, stampOf } from "./launch/packed.mjs";

const root = dirname(import.meta.dirname);
const folder = resolve(process.argv[2] ?? dirname(packedAt(root)));

/** Packed too: they are small, and each of their modules would have to be looked for. */
const PACKED_PACKAGES = /^(?:commander|@noble\/.+)$/;

const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  // The thread finds its file beside whatever starts it.
  entryPoints: { main: "src/cli/verify-main.ts", "judge-thread": "src/cli/judge-thread.ts" },
  outdir: folder,
  write: false,
  metafile: true,
  bundle: true,
  splitting: true,
  charset: "utf8",
  // Licences stay beside what they are about.
  legalComments: "inline",
  format: "esm",
  platform: "node",
  target: "node24",
  external: Object.keys(dependencies).filter((name) => !PACKED_PACKAGES.test(name)),
});

rmSync(join(folder, STAMP), { force: true });
mkdirSync(folder, { recursive: true });
// A process that has started goes on with its own files: those that are loaded on demand are named by their contents.
for (const { path, contents } of outputFiles) {
  writeFileSync(`${path}.partial`, contents);
  renameSync(`${path}.partial`, path);
}
const current = new Set(outputFiles.map(({ path }) => basename(path)));
for (const name of readdirSync(folder)) if (!current.has(name)) rmSync(join(folder, name));
writeFileSync(join(folder, STAMP), stampOf(root, Object.keys(metafile.inputs)));

// Writes the pages to web/, from which the service serves them; the launcher runs this when their sources have changed.
//
//   node scripts/pages.ts [folder]

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { buildPages } from "./pages/build.ts";

const root = dirname(import.meta.dirname);
const folder = resolve(process.argv[2] ?? join(root, "web"));

const files = await buildPages(root);
// A page whose source is gone must not be served.
rmSync(folder, { recursive: true, force: true });
for (const [path, bytes] of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

// The pages, built once for all tests of a run and written to a folder that goes with the run.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { buildPages, type BuiltFiles } from "../../../scripts/pages/build.ts";

export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Built files, and the folder that they are in. */
export interface Built {
  readonly files: BuiltFiles;
  readonly folder: string;
}

let built: Promise<Built> | undefined;

/** The pages as they are built from this checkout. */
export function builtPages(): Promise<Built> {
  return (built ??= build());
}

async function build(): Promise<Built> {
  const files = await buildPages(ROOT);
  const folder = mkdtempSync(join(tmpdir(), "warifu-web-"));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return { files, folder };
}

after(async () => {
  const pages = await built;
  if (pages) rmSync(pages.folder, { recursive: true });
});

// A small file system of its own, for a disk that is full, where one may be mounted.

import { execFileSync } from "node:child_process";

import { temporaryFolder } from "../../support/ledger.ts";

/** Runs a test where its means are there; elsewhere a line says that it was not run. */
export function itWith(missing: string | undefined, title: string, test: () => void | Promise<void>): void {
  if (missing === undefined) it(title, test);
  else process.stdout.write(`    not run here, ${missing}: ${title}\n`);
}

/** Mounts a file system of that size, such as `64k`; with `remount,` as an option, one that is there gets it. */
export function mount(folder: string, size: string, options = ""): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `${options}size=${size}`, "tmpfs", folder], { stdio: "pipe" });
}

/** Why none can be mounted here, if so. */
export function withoutTmpfs(): string | undefined {
  const folder = temporaryFolder();
  try {
    mount(folder, "64k");
    execFileSync("umount", [folder]);
    return undefined;
  } catch {
    return "where no file system may be mounted";
  }
}

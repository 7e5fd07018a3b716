// Threads find compiled what the process that starts them has compiled: they do not inherit its cache.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { temporaryFolder } from "../support/ledger.ts";

const ROOT = join(import.meta.dirname, "..", "..");

describe("the compile cache", () => {
  /** What a thread says of its cache, in a process that has one in that folder or none. */
  const inThread = (folder: string | undefined): unknown => {
    const program = `
      import { enableCompileCache } from "node:module";
      import { Worker } from "node:worker_threads";
      import { compileCache } from "./src/serve/compile-cache.ts";
      if (process.env.FOLDER) enableCompileCache(process.env.FOLDER);
      const said = 'Promise.all([import("node:module"), import("node:worker_threads")])' +
        '.then(([module, { parentPort }]) => parentPort.postMessage(module.getCompileCacheDir() ?? null))';
      new Worker(said, { eval: true, env: compileCache() }).once("message", (folder) => console.log(JSON.stringify(folder)));
    `;
    const env = { PATH: process.env["PATH"], ...(folder !== undefined && { FOLDER: folder }) };
    const args = ["--input-type=module", "--eval", program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
    expect(stdout, stderr).not.to.equal("");
    return JSON.parse(stdout);
  };

  it("of a process is that of its threads", () => {
    const folder = temporaryFolder();
    const used = inThread(folder) as string;
    expect(used.startsWith(`${folder}/`), used).to.equal(true);
    expect(readdirSync(folder).map((name) => join(folder, name))).to.deep.equal([used]);
  });

  it("is none where the process has none", () => {
    expect(inThread(undefined)).to.equal(null);
  });
});

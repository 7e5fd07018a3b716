// What a launch says that does not get as far as its program. Exit code 1 of `warifu` is a refuted proof, so a checkout that
// cannot be made ready must end with another.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..");

describe("a launch that does not get as far as its program", () => {
  /** A checkout whose packages cannot be installed: its lockfile holds nothing. */
  let checkout: string;
  before(() => {
    checkout = mkdtempSync(join(tmpdir(), "warifu-unprepared-"));
    for (const path of ["bin", "scripts/launch", "scripts/launch.mjs"])
      cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
    mkdirSync(join(checkout, "src/cli"), { recursive: true });
    writeFileSync(join(checkout, "package.json"), JSON.stringify({ dependencies: { absent: "1.0.0" } }));
    writeFileSync(join(checkout, "package-lock.json"), "{}");
  });
  after(() => rmSync(checkout, { recursive: true, force: true }));

  function launch(...args: readonly string[]): readonly [code: number | null, stdout: string, stderr: string] {
    const env = { ...process.env, npm_config_cache: join(checkout, "cache"), npm_config_offline: "true" };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: checkout, env, encoding: "utf8" });
    return [status, stdout, stderr];
  }

  for (const verb of ["verify", "list"])
    it(`is wrong use to \`warifu ${verb}\`, never a verdict, and says what to do`, () => {
      const [code, stdout, stderr] = launch("bin/warifu.mjs", verb);
      expect([code, stdout], stderr).to.deep.equal([2, ""]);
      expect(stderr.trimEnd().split("\n").at(-1)).to.match(/^warifu: npm ci failed\. .+ run the same command again/);
    });

  it("fails to an npm script, and is wrong use for a task that there is not", () => {
    expect(launch("scripts/launch.mjs", "life")[0]).to.equal(1);
    const [code, stdout, stderr] = launch("scripts/launch.mjs", "lives");
    expect([code, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^warifu: no task is called "lives"; there are: .*\blife\b/);
  });
});

// The package as somebody gets it from npm: built output and plain JavaScript, none of the sources. Laid out in a folder of
// its own, where `warifu/…` resolves by its own package.json as it does in another project.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

const TSC = join("node_modules", "typescript", "bin", "tsc");

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly files: readonly string[];
}

const CONSUMER = `
import { parsePolicy } from "warifu/policy";
import { verifyBundle, type Verdict } from "warifu/verify";

export async function check(bundle: Uint8Array, policy: Uint8Array): Promise<Verdict> {
  return verifyBundle(bundle, parsePolicy(policy));
}
// @ts-expect-error a verdict is no number: the types are there, and they are not \`any\`
export const wrong: Verdict = 7;
`;

/** Runs the compiler, which writes what it finds wrong to stdout. */
function compile(...args: string[]): void {
  const { stdout, status } = spawnSync(process.execPath, [TSC, "-p", ...args], { encoding: "utf8" });
  expect(stdout).to.equal("");
  expect(status).to.equal(0);
}

describe("the package", function () {
  this.timeout(120_000);
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-package-"));
    compile("tsconfig.build.json", "--outDir", join(folder, "dist"));
    for (const path of ["package.json", ...manifest.files.filter((path) => path !== "dist")]) {
      cpSync(path, join(folder, path), { recursive: true });
    }
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("contains every file that its exports and its command name", () => {
    const named = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : [target.types, target.default],
    );
    const absent = [...named, ...Object.values(manifest.bin)].filter((path) => !existsSync(join(folder, path)));
    expect(absent).to.deep.equal([]);
  });

  for (const moduleResolution of ["nodenext", "bundler"]) {
    it(`gives a strict consumer its types without Node's (${moduleResolution})`, () => {
      const compilerOptions = {
        ...{ noEmit: true, strict: true, skipLibCheck: false, target: "es2022", lib: ["es2022"], types: [] },
        ...{ module: moduleResolution === "bundler" ? "esnext" : moduleResolution, moduleResolution },
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
      writeFileSync(join(folder, "consumer.ts"), CONSUMER);
      compile(folder);
    });
  }

  it("runs the built command", () => {
    const command = join(folder, manifest.bin["warifu"] ?? "");
    const { status, stdout } = spawnSync(process.execPath, [command, "--help"], { encoding: "utf8" });
    expect(stdout).to.match(/Usage: warifu/);
    expect(status).to.equal(0);
  });
});

// The package: what its manifest names is there; and as somebody gets it, packed by npm from a built tree, and installed by npm
// in an empty folder whose path has a space in it. To build and install it takes as long as a suite: the gate does
// (WARIFU_INSTALLED=on).

import { execFileSync, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

const TSC = join("node_modules", "typescript", "bin", "tsc");

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly files: readonly string[];
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
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

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
/** Files of the build that its exports name. */
const EXPORTED = Object.values(manifest.exports).flatMap((target) =>
  typeof target === "string" ? [target] : [target.types, target.default],
);

/** The files of the package that a README links to. */
function linksOf(readme: string): readonly string[] {
  return [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path as string);
}

describe("the package's manifest", () => {
  it("exports what the build makes of a source, and commands that are there", () => {
    const sources = EXPORTED.map((path) => path.replace("./dist/", "").replace(/(?:\.d\.ts|\.js)$/, ".ts"));
    expect([...sources, ...Object.values(manifest.bin)].filter((path) => !existsSync(path))).to.deep.equal([]);
  });

  it("truth F3: takes along what the README links to", () => {
    const always = ["package.json", "README.md", "LICENSE"];
    const taken = [...always, ...manifest.files];
    const isTaken = (path: string): boolean => taken.some((one) => `${path}/`.startsWith(`${one}/`));
    const links = linksOf(readFileSync("README.md", "utf8"));
    expect(links).to.include.members(["NOTICE", "CHANGELOG.md", ".env.example", "docs/operations.md"]);
    expect(links.filter((path) => !isTaken(path) || !existsSync(path))).to.deep.equal([]);
  });
});

if (process.env["WARIFU_INSTALLED"] === "on") describe("the package, installed", describeInstalled);
else process.stdout.write("left out: the package as it is installed, which the gate builds (WARIFU_INSTALLED=on)\n");

function describeInstalled(this: Mocha.Suite): void {
  this.timeout(400_000); // it compiles everything, and installs it with what it needs
  let place: string;
  let home: string;
  let folder: string;

  before(() => {
    place = mkdtempSync(join(tmpdir(), "warifu-package-"));
    home = join(place, "a folder");
    folder = join(home, "node_modules", "warifu");
    const tree = join(place, "tree");
    // The types of the whole program are checked elsewhere; those that a consumer gets are checked below.
    compile("tsconfig.build.json", "--outDir", join(tree, "dist"), "--noCheck");
    execFileSync(process.execPath, ["scripts/pack-verify.ts", join(tree, "dist", "packed", "verify")]);
    const always = ["package.json", "README.md", "LICENSE"];
    for (const path of [...always, ...manifest.files.filter((path) => path !== "dist")])
      cpSync(path, join(tree, path), { recursive: true });
    const pack = ["pack", "--ignore-scripts", "--offline", "--silent", "--pack-destination", place];
    const tarball = execFileSync("npm", pack, { cwd: tree, encoding: "utf8" }).trim();
    mkdirSync(home);
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--silent", join(place, tarball)];
    execFileSync("npm", install, { cwd: home, stdio: "pipe" });
  });
  after(() => {
    rmSync(place, { recursive: true });
  });

  /** Runs the installed command. */
  function warifu(cwd: string, ...args: string[]): SpawnSyncReturns<string> {
    const command = join(home, "node_modules", ".bin", "warifu");
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("WARIFU_")));
    return spawnSync(process.execPath, [command, ...args], { cwd, env, encoding: "utf8" });
  }

  it("contains every file that its exports and its command name", () => {
    const absent = [...EXPORTED, ...Object.values(manifest.bin)].filter((path) => !existsSync(join(folder, path)));
    expect(absent).to.deep.equal([]);
  });

  for (const moduleResolution of ["nodenext", "bundler"]) {
    it(`gives a strict consumer its types without Node's (${moduleResolution})`, () => {
      const compilerOptions = {
        ...{ noEmit: true, strict: true, skipLibCheck: false, target: "es2022", lib: ["es2022"], types: [] },
        ...{ module: moduleResolution === "bundler" ? "esnext" : moduleResolution, moduleResolution },
      };
      writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
      writeFileSync(join(home, "consumer.ts"), CONSUMER);
      compile(home);
    });
  }

  it("truth F3: holds what the README links to, and what the licence asks for", () => {
    const links = linksOf(readFileSync(join(folder, "README.md"), "utf8"));
    expect(links).to.include("NOTICE");
    expect(links.filter((path) => !existsSync(join(folder, path)))).to.deep.equal([]);
  });

  it("truth F3: verifies where it is installed, and brings no program that runs at the installation", () => {
    for (const name of ["signed-report.bundle.json", "signed-report.policy.json"])
      cpSync(join("test", "verify", "vectors", name), join(home, name));
    const { stdout, status } = warifu(
      home,
      "verify",
      "signed-report.bundle.json",
      "--policy",
      "signed-report.policy.json",
    );
    expect(stdout).to.match(/holds/);
    expect(status, stdout).to.equal(0);
    expect(existsSync(join(folder, "dist", "packed", "verify", "main.js"))).to.equal(true);
    const lock = JSON.parse(readFileSync(join(home, "package-lock.json"), "utf8")) as Lockfile;
    expect(Object.keys(lock.packages).filter((path) => lock.packages[path]?.hasInstallScript)).to.deep.equal([]);
    expect(readdirSync(home).filter((name) => name === "data")).to.deep.equal([]);
  });

  it("truth F3: says what a start needs where there is no local chain, and leaves no folder behind", () => {
    const empty = mkdtempSync(join(place, "empty "));
    const { status, stderr } = warifu(empty, "start");
    expect(stderr).to.match(/no Hardhat here.*WARIFU_RPC_URL.*WARIFU_ANCHOR_KEY/);
    expect(status).to.equal(2);
    expect(readdirSync(empty)).to.deep.equal([]);
  });

  it("holds the verifier as one file, with its hash beside it", () => {
    const verifier = readFileSync(join(folder, "web", "warifu-verify.html"));
    const hash = createHash("sha256").update(verifier).digest("hex");
    const said = readFileSync(join(folder, "web", "warifu-verify.html.sha256"), "utf8");
    expect(said).to.equal(`${hash}  warifu-verify.html\n`);
    expect(existsSync(join(folder, "dist", "src", "pages"))).to.equal(false);
  });

  it("runs the built command", () => {
    const { status, stdout } = warifu(home, "--help");
    expect(stdout).to.match(/Usage: warifu/);
    expect(status).to.equal(0);
  });
}

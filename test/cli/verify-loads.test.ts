// What a process loads before it verifies a bundle. It takes longer to load the whole program than to verify: chain
// clients, forms of settings and the service stay out, and what is needed comes in a few files.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { openWorkplace, type Workplace } from "./support/command.ts";

const LISTER = pathToFileURL(join(import.meta.dirname, "support", "list-modules.mjs")).href;
/** Files of the launcher and of the packed command. */
const MOST_FILES = 20;

describe("warifu verify as a process", () => {
  let place: Workplace;
  let files: readonly string[];
  before(async () => {
    place = await openWorkplace();
    const { bytes, policy } = await bundleFixture();
    writeFileSync(place.path("bundle.json"), bytes);
    writeFileSync(place.path("policy.json"), formatPolicy(policy));
    const settings = { NODE_OPTIONS: `--import=${LISTER}`, LOADED_MODULES: place.path("loaded") };
    const args = ["verify", "bundle.json", "--policy", "policy.json"];
    // It is packed by whoever comes first, which takes more than verifying does.
    await place.run(args, { isLaunched: true });
    const run = await place.run(args, { isLaunched: true, settings });
    expect(run.code, run.stderr).to.equal(0);
    const loaded = readFileSync(place.path("loaded"), "utf8").split("\n");
    files = loaded.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  });
  after(() => place.remove());

  it("loads a few files, in which everything is packed", () => {
    const packed = files.filter((path) => path.includes(join("dist", "packed", "verify")));
    expect(packed.map((path) => path.split(/[\\/]/).at(-1))).to.include("main.js");
    // The thread for many bundles is beside it, and is not loaded for one.
    expect(existsSync(join(dirname(packed[0] ?? ""), "judge-thread.js"))).to.equal(true);
    expect(packed.join()).to.not.contain("judge-thread");
    expect(files.length).to.be.at.most(MOST_FILES);
    const others = files.filter((path) => !packed.includes(path));
    expect(others.filter((path) => !/[\\/](?:bin|launch)[\\/][\w-]+\.mjs$/.test(path))).to.deep.equal([]);
  });

  it("loads formats, the verifier and its own words, and of packages the signatures and the command line alone", () => {
    // Above each module, the packed file has its path.
    const modules = files.flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/^\/\/ ((?:src|node_modules)\/.+)$/gm)].map(([, name = ""]) => name),
    );
    const packages = modules.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect(new Set(packages)).to.have.all.keys(
      ...["commander", "@noble/curves", "@noble/ed25519", "@noble/hashes", "@noble/post-quantum", "@noble/secp256k1"],
    );
    const own = modules.flatMap((path) => /^src\/((?:cli|core|verify|texts)(?=\/)|.+)/.exec(path)?.[1] ?? []);
    expect(new Set(own)).to.have.all.keys(
      ...[
        "cli",
        "core",
        "verify",
        "texts",
        "report/document.ts",
        "files/program-dir.ts",
        "files/tool-name.ts",
        // They load packages where there are many bundles.
        ...["keys/fast-primitives.ts", "keys/fast-ed25519.ts", "keys/fast-keccak256.ts"],
        "sources/encoding.ts",
        "sources/file-kind.ts",
      ],
    );
    const verbs = modules.flatMap(
      (path) => /^src\/cli\/((?:main|start|audit|submit|contract|privacy)\.ts)$/.exec(path)?.[1] ?? [],
    );
    expect(verbs).to.deep.equal([]);
  });
});

// What a process loads before it verifies a bundle. It takes longer to load the whole program than to verify: chain
// clients, forms of settings and the service stay out.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { openWorkplace, type Workplace } from "./support/command.ts";

const LISTER = pathToFileURL(join(import.meta.dirname, "support", "list-modules.mjs")).href;

describe("warifu verify as a process", () => {
  let place: Workplace;
  before(async () => {
    place = await openWorkplace();
  });
  after(() => place.remove());

  it("loads formats, the verifier and its own words, and of packages the signatures and the command line alone", async () => {
    const { bytes, policy } = await bundleFixture();
    writeFileSync(place.path("bundle.json"), bytes);
    writeFileSync(place.path("policy.json"), formatPolicy(policy));
    const settings = { NODE_OPTIONS: `--import=${LISTER}`, LOADED_MODULES: place.path("loaded") };
    const run = await place.run(["verify", "bundle.json", "--policy", "policy.json"], { settings });
    expect(run.code, run.stderr).to.equal(0);
    const loaded = readFileSync(place.path("loaded"), "utf8").split("\n");
    const packages = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    expect(new Set(packages)).to.have.all.keys(
      ...["commander", "@noble/curves", "@noble/ed25519", "@noble/hashes", "@noble/post-quantum", "@noble/secp256k1"],
    );
    const own = loaded.flatMap((url) => /\/src\/((?:cli|core|verify|texts)(?=\/)|.+)/.exec(url)?.[1] ?? []);
    expect(new Set(own)).to.have.all.keys(
      ...[
        "cli",
        "core",
        "verify",
        "texts",
        "report/document.ts",
        "files/program-dir.ts",
        "files/tool-name.ts",
        "sources/encoding.ts",
        "sources/file-kind.ts",
      ],
    );
    const verbs = loaded.flatMap(
      (url) => /\/src\/cli\/((?:start|audit|submit|contract|privacy)\.ts)$/.exec(url)?.[1] ?? [],
    );
    expect(verbs).to.deep.equal([]);
  });
});

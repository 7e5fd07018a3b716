// What people read about a picture's content credentials: never that a signer is trusted.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { credentialLines } from "../../src/cli/credential-words.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { bundleFixture, fixturePolicy, type BundleFixtureOptions } from "../support/bundle-fixture.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { runHere } from "./support/run-here.ts";

const credentials = [{ present: true, signer: "Test camera maker", state: "intact" }];

describe("content credentials in words", () => {
  it("say what was found, picture by picture, and of no signer that it is known", () => {
    const c2pa = [
      { present: false },
      { present: true, state: "intact", signer: 'A "camera"' },
      { present: true, state: "invalid" },
      { present: true, state: "unreadable" },
      { present: true, state: "not-read" },
    ];
    expect(credentialLines({ c2pa })).to.deep.equal([
      "picture 0: came without content credentials (C2PA)",
      'picture 1: came with content credentials (C2PA): intact, signer not known to us; their certificate says "A \\"camera\\""',
      "picture 2: came with content credentials (C2PA): they do not hold; the picture or they were changed, or their signature is not valid",
      "picture 3: came with content credentials (C2PA): they could not be read",
      "picture 4: came with content credentials (C2PA): not read",
    ]);
    expect(credentialLines({ c2pa: "a claim of its own" })).to.deep.equal([]);
  });

  it("are named by `warifu verify` where their opening is shown, and where it is not, nothing is", async () => {
    const verify = async (options: BundleFixtureOptions): Promise<string> => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "bundle.json"), (await bundleFixture({ ...options, credentials })).bytes);
      writeFileSync(join(folder, "policy.json"), formatPolicy(fixturePolicy()));
      const { code, stdout } = await runHere(["verify", "bundle.json", "--policy", "policy.json"], folder);
      expect(code, stdout).to.equal(0);
      return stdout;
    };
    const shown = await verify({});
    expect(shown).to.include(
      'intact, signer not known to us; their certificate says "Test camera maker", as the service',
    );
    expect(shown).not.to.match(/trusted/i);
    expect(await verify({ disclosed: ["text"] })).not.to.include("C2PA");
  });

  it("leave a record as signed by its source as it was: they are the log's own statement", async () => {
    for (const signs of ["form", "jws", "request"] as const) {
      const { bytes, policy } = await bundleFixture({ credentials, signs });
      const { record } = await verifyBundle(bytes, policy);
      expect(record?.signature, signs).to.equal("verified");
      expect(record?.claims?.["c2pa"]).to.deep.equal(credentials);
    }
  });
});

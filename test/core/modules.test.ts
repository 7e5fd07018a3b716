// Every file of the formats and the verifier loads on its own account. A file that no test here loads would be missing from
// the coverage, or be counted as not reached although it holds nothing but types.

import { globSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

describe("the formats and the verifier", () => {
  it("load file by file", async () => {
    const paths = globSync("src/{core,verify}/**/*.ts");
    expect(paths.length).to.be.greaterThan(20);
    for (const path of paths) await import(pathToFileURL(resolve(path)).href);
  });
});

// Callers decide on codes and typed values: the details of an error are for people and for programs outside.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..");

/** The files that read details all the same, and why. */
const READERS: Readonly<Record<string, string>> = {
  "src/cli/verb.ts": "shows errors as JSON",
  "src/cli/input.ts": "names the file in front of the message, and passes the rest on",
  "src/chain/nodes/unanimous-anchors.ts": "names the node in front of the message, and passes the rest on",
  "src/sources/csv.ts": "raises the error of a row to one of the file, and passes the rest on",
  "src/verify/verify-bundle.ts": "puts the values of an error into its fact",
  "src/write/stored-check.ts": "the vault's engine names the row, of which nobody else knows",
};

describe("decisions", () => {
  it("are made on codes, never on the details of an error", () => {
    const reads =
      /\b(?:error|cause|reason|refusal|item)\.details\b|\{ (?:code, )?(?:message, )?details \} = \w*[eE]rror\b/;
    const found = globSync("src/**/*.ts", { cwd: ROOT })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => reads.test(readFileSync(join(ROOT, path), "utf8").replaceAll(/^\s*(?:\*|\/\/).*$/gm, "")));
    expect(found.filter((path) => !(path in READERS))).to.deep.equal([]);
  });
});

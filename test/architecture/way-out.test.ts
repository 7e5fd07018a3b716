// Nothing goes to another controller but through the gate. Who reads what the vault holds is a list in imports.test.ts.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = globSync("src/**/*.ts", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** Files outside these rooms in whose code the pattern occurs. */
function filesWith(pattern: RegExp, but: readonly string[] = []): string[] {
  return SOURCES.filter(
    (path) => !but.some((room) => path.startsWith(room)) && pattern.test(readFileSync(join(ROOT, path), "utf8")),
  );
}

describe("what leaves the vault", () => {
  it("has one way out, whose conditions have the gate among them", () => {
    expect(filesWith(/new WayOut\(/)).to.deep.equal(["src/read/ledger.ts"]);
    const ledger = readFileSync(join(ROOT, "src/read/ledger.ts"), "utf8");
    expect(ledger).to.match(/const grants = gateForGrants\(gate/);
    expect(ledger).to.match(/const conditions = \[.*, grants\];\n.*new WayOut\(\{.*, conditions \}\)/);
  });

  it("goes to another controller with a permit, which the gate alone makes", () => {
    expect(filesWith(/permits\.add\(/)).to.deep.equal(["src/privacy/transfer-gate.ts"]);
    expect(filesWith(/\bpermits\b/)).to.deep.equal(["src/privacy/transfer-gate.ts"]);
    expect(filesWith(/new TransferGate\(/)).to.deep.equal(["src/read/ledger.ts"]);
    expect(filesWith(/role: "controller"[,;] (?:readonly )?keyId/)).to.deep.equal([
      "src/privacy/way-out.ts",
      "src/read/transfers.ts",
    ]);
    expect(filesWith(/formatProvision\(/, ["src/core/", "src/cli/"])).to.deep.equal(["src/read/transfers.ts"]);
  });
});

// Nothing that is concealed leaves but by the way out of the vault, and nothing goes to another controller but through the
// gate: who may read what the vault holds, and who may hand it out, are named here.

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
  it("is read for others by the way out alone, besides what is public", () => {
    // The rooms that write, publish and audit hand nothing out themselves.
    const own = ["src/write/", "src/derive/", "src/audit/"];
    expect(filesWith(/\.(?:openingsOf|originalOf|picturesOf)\(/, own)).to.deep.equal([
      "src/privacy/way-out.ts",
      // The places of pictures, and what is published of them.
      "src/read/pictures.ts",
      // Of records that conceal nothing.
      "src/read/records.ts",
    ]);
    expect(filesWith(/vault\.(?:open|attachments)\(/, own)).to.deep.equal([]);
  });

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
    expect(filesWith(/formatProvision\(/, ["src/core/"])).to.deep.equal(["src/read/transfers.ts"]);
  });
});

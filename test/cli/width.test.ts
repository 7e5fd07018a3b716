// What takes how much room on a terminal, and where a line may be broken.

import { expect } from "chai";

import { displayWidth, padded, wrapped } from "../../src/cli/width.ts";

describe("width on a terminal", () => {
  it("a wide character takes two columns, a combining one none, an ambiguous one one", () => {
    expect(displayWidth("log")).to.equal(3);
    expect(displayWidth("ログ")).to.equal(4);
    expect(displayWidth("ｱ")).to.equal(1);
    expect(displayWidth("、")).to.equal(2);
    expect(displayWidth("が")).to.equal(2);
    expect(displayWidth("é")).to.equal(1);
    expect(displayWidth("✓…")).to.equal(2);
    expect(displayWidth("\u{1b}[31m赤\u{1b}[0m")).to.equal(2);
    expect(displayWidth("𠮷")).to.equal(2);
  });

  it("columns stand below each other whatever is in them", () => {
    for (const text of ["log", "ログ", "raíz", ""]) expect(displayWidth(padded(text, 8))).to.equal(8);
    expect(padded("too long", 3)).to.equal("too long");
  });

  it("Japanese is broken between characters, not before a full stop nor behind a bracket, and words stay whole", () => {
    const lines = wrapped("記録は、ログに入っています。--json を付けると一つの文書「証明」を出力します。", 20).split(
      "\n",
    );
    expect(lines.length).to.be.greaterThan(2);
    for (const line of lines) {
      expect(displayWidth(line)).to.be.at.most(22);
      expect(line).not.to.match(/^[、。」]|「$|^ | $/);
    }
    expect(lines.join("").replaceAll(" ", "")).to.contain("--json");
    expect(lines.some((line) => line.includes("--json"))).to.equal(true);
  });

  it("Spanish is broken at spaces, and line ends stay", () => {
    expect(wrapped("uno dos tres\ncuatro", 8)).to.equal("uno dos\ntres\ncuatro");
  });
});

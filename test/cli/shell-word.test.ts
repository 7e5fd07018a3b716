// Printed commands come back from a shell as the words that were meant.

import { expect } from "chai";
import { execFileSync } from "node:child_process";

import { shellWord } from "../../src/cli/shell-word.ts";

describe("words of printed commands", () => {
  for (const word of [
    "data",
    "/srv/my data/policy.json",
    "it's here",
    '$HOME `id` "x" \\\\',
    "",
    "*",
    "~/a;b&c",
    "größe",
  ])
    it(`truth F5: a shell takes ${JSON.stringify(word)} as one word`, () => {
      if (process.platform === "win32") return;
      expect(execFileSync("sh", ["-c", `printf '[%s]' ${shellWord(word)}`], { encoding: "utf8" })).to.equal(
        `[${word}]`,
      );
    });

  it("truth F5: plain words stay as they are", () => {
    expect(shellWord("/var/lib/warifu/policy.json")).to.equal("/var/lib/warifu/policy.json");
  });
});

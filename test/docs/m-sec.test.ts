// What is said to carry M-Sec on: each test, verb and script that the page names is there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readDocument } from "./support/documents.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("what carries M-Sec on", () => {
  const { text } = readDocument("docs/m-sec.md");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:-|part|pilot)/.test(line));
  const shown = rows.filter((row) => row.split("|").length === 6);
  const quoted = (row: string): string[] => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

  it("names a test or command for each part, or says why it is left out", () => {
    expect(shown.length).to.be.greaterThan(20);
    for (const row of shown) expect(quoted(row.split("|")[4] ?? ""), row).to.not.be.empty;
    for (const row of rows.filter((one) => !shown.includes(one)))
      expect((row.split("|")[2] ?? "").trim(), row).to.not.equal("");
  });

  it("names tests that are there", () => {
    const tests = shown.flatMap(quoted).filter((name) => name.startsWith("test/"));
    expect(tests.length).to.be.greaterThan(30);
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });

  it("names verbs and scripts that are there", () => {
    const main = readFileSync(join(ROOT, "src/cli/main.ts"), "utf8");
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    for (const command of shown.flatMap(quoted).filter((name) => /^(?:warifu|npm run) /.test(name))) {
      const [program, first = "", second = ""] = command.split(" ");
      if (program === "warifu") expect(main, command).to.match(new RegExp(`^  ${first}: async`, "m"));
      else expect(scripts, command).to.have.property(second);
    }
  });
});

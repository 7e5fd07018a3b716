// The last line of `npm test` is what people and programs go by, so it must never be better than what happened.

import { globSync, readFileSync } from "node:fs";

import { expect } from "chai";

import { selectSuites, SUITES, testFiles } from "../../scripts/test-suites.ts";
import { addUp, SummaryReader, totalsLine } from "../../scripts/test-totals.ts";

function totalsOf(output: string, exitCode: number) {
  const reader = new SummaryReader();
  // Cut into pieces as a pipe may do it.
  for (let from = 0; from < output.length; from += 7) reader.read(output.slice(from, from + 7));
  return reader.totals(exitCode);
}

describe("the totals of a test run", () => {
  it("are read from mocha's and Hardhat's summary, coloured or not", () => {
    expect(totalsOf("\n  12 passing (3s)\n  2 pending\n  1 failing\n\n  1) x", 1)).to.deep.equal({
      passed: 12,
      failed: 1,
    });
    expect(totalsOf("\n\u001b[92m \u001b[0m\u001b[32m 12 passing\u001b[0m\u001b[90m (3s)\u001b[0m\n", 0)).to.deep.equal(
      {
        passed: 12,
        failed: 0,
      },
    );
    expect(totalsOf("  ✔ 9 passing (on)\n\n  4 passing\n", 0)).to.deep.equal({ passed: 4, failed: 0 });
  });

  it("come from the last summary, when a test prints one of its own", () => {
    expect(totalsOf("  5 passing (1s)\n  5 failing\n\n  2 passing (1s)\n", 0)).to.deep.equal({ passed: 2, failed: 0 });
  });

  it("count a suite that fails without a failed test as one failed", () => {
    expect(totalsOf("  12 passing (3s)\nERROR: Coverage for branches (99%)", 1)).to.deep.equal({
      passed: 12,
      failed: 1,
    });
    expect(totalsOf("SyntaxError: Unexpected token", 1)).to.deep.equal({ passed: 0, failed: 1 });
  });

  it("count a suite that ends without a summary as failed, whatever its exit code", () => {
    expect(totalsOf("  ✔ works\n", 0)).to.deep.equal({ passed: 0, failed: 1 });
  });

  it("come with what the runner said of the tests that failed, and nothing of the others", () => {
    const reader = new SummaryReader();
    reader.read("  ✔ works\n\n  12 passing (3s)\n  1 failing\n\n  1) a test\n       Error: of its own\n");
    expect(reader.totals(1)).to.deep.equal({ passed: 12, failed: 1 });
    expect(reader.failures).to.contain("1) a test\n       Error: of its own").and.not.to.contain("works");
  });

  it("come with the last lines of a suite that ended without a summary, or failed without a failed test", () => {
    for (const [output, exitCode] of [
      ["  ✔ works\nSyntaxError: Unexpected token\n", 1],
      ["  12 passing (3s)\nERROR: Coverage for branches (99%)\n", 1],
    ] as const) {
      const reader = new SummaryReader();
      for (let line = 0; line < 100; line++) reader.read(`line ${line}\n`);
      reader.read(output);
      reader.totals(exitCode);
      expect(reader.failures).to.contain(output.trim().split("\n").at(-1)).and.not.to.contain("line 50");
    }
  });

  it("show so many failures that one can read them", () => {
    const reader = new SummaryReader();
    reader.read("  1 passing (3s)\n  900 failing\n");
    for (let line = 0; line < 5000; line++) reader.read(`failure ${line}\n`);
    reader.totals(1);
    expect(reader.failures.split("\n")).to.have.lengthOf.below(160);
    expect(reader.failures)
      .to.match(/^failure 0\n/)
      .and.to.match(/more of them above$/);
  });

  it("add up to one line", () => {
    const sum = addUp([
      { passed: 2, failed: 0 },
      { passed: 3, failed: 1 },
    ]);
    expect(totalsLine(sum)).to.equal("5 passed, 1 failed");
    expect(totalsLine(addUp([]))).to.equal("0 passed, 0 failed");
  });
});

describe("choosing tests", () => {
  it("takes all suites, one by name, a folder of test/ or a file", () => {
    expect(selectSuites([])).to.equal(SUITES);
    expect(selectSuites(["unit"])?.[0]).to.include({ name: "unit", coverage: true });
    expect(selectSuites(["faults"])?.[0]).to.deep.include({ name: "faults", folders: ["test/faults"] });
    expect(selectSuites(["test/launch/totals.test.ts"])?.map(testFiles)).to.deep.equal([
      ["test/launch/totals.test.ts"],
    ]);
    expect(selectSuites(["core"])?.[0]).to.include({ name: "unit", coverage: false });
  });

  it("leaves no test file out, and runs none twice", () => {
    const run = SUITES.flatMap(testFiles);
    const isTest = (path: string): boolean =>
      /^\s*(describe|it)\(|\bfunction (test|invariant)/m.test(readFileSync(path, "utf8"));
    const all = globSync("{contracts,test}/**/*.{ts,sol}").filter(isTest);
    expect([...run].sort()).to.deep.equal(all.sort());
  });

  it("judges the coverage of the formats and the verifier by their own tests", () => {
    const covered = SUITES.filter(({ coverage }) => coverage).map(({ folders }) => folders);
    expect(covered).to.deep.equal([["test/core", "test/verify"]]);
    expect(JSON.parse(readFileSync(".c8rc.json", "utf8"))).to.deep.include({
      all: true,
      include: ["src/core/**", "src/verify/**"],
      "check-coverage": true,
      "per-file": true,
      branches: 100,
      functions: 100,
    });
  });

  it("refuses what is no test", () => {
    expect(selectSuites(["unit", "nonsense"])).to.equal(undefined);
    expect(selectSuites(["src/core"])).to.equal(undefined);
  });
});

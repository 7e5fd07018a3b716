// The bench as a program, and one small run of the real service.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parse } from "csv-parse/sync";

const PROGRAM = join(import.meta.dirname, "..", "..", "scripts", "bench.ts");

describe("the bench as a program", () => {
  let folder: string;

  before(() => void (folder = mkdtempSync(join(tmpdir(), "warifu-bench-test-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [PROGRAM, ...args], { cwd: folder, encoding: "utf8" });
  }

  it("refuses with exit code 2 and has run nothing", () => {
    const { status, stdout, stderr } = bench("--only", "ingest", "--batch", "many");
    expect(status).to.equal(2);
    expect(stderr).to.equal("--batch must be a whole number from 1 to 10000\n");
    expect(stdout).to.equal("");
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("draws a sweep beside the JSON, and writes picture and table where it is told to", () => {
    const { status, stdout, stderr } = bench(
      ...["--only", "proof-size", "--sweep", "size=1,8", "--sample", "5"],
      ...["--plot", "sizes.svg", "--table", "sizes.md"],
    );
    expect(status, stderr).to.equal(0);
    const [, name = ""] = /written to (\S+)\.json and \.svg\n/.exec(stdout) ?? [];
    const picture = readFileSync(join(folder, "sizes.svg"), "utf8");
    expect(readFileSync(join(folder, `${name}.svg`), "utf8")).to.equal(picture);
    expect(picture).to.include("hashes in an inclusion proof, at most: 0 at size 1; 3 at size 8.");
    const [head, , one, eight] = readFileSync(join(folder, "sizes.md"), "utf8").split("\n");
    expect(head).to.match(/^\| size \| hashes in an inclusion proof, on average \|/);
    expect(one).to.match(/^\| 1 \| 0 \| 0 \|/);
    expect(eight).to.match(/^\| 8 \| 3 \| 3 \|/);
    rmSync(join(folder, "bench-results"), { recursive: true });
  });

  it("measures the service, with all records acknowledged, and writes what it found", () => {
    const small = ["--records", "100", "--batch", "50", "--concealed", "2", "--seed", "3"];
    const { status, stdout, stderr } = bench("--only", "concealed", ...small, "--csv", "a.csv");
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(/ingest in batches, records with 2 of 6 claims concealed +[\d,.]+ records\/s\n/);
    const rows = parse(readFileSync(join(folder, "a.csv"), "utf8"), { columns: true }) as Record<string, string>[];
    const units = ["records/s", "us/record", "ms", "ms"];
    expect(rows.map(({ unit }) => unit)).to.deep.equal(units);
    for (const { value } of rows) expect(Number(value)).to.be.above(0);
    const [file = ""] = readdirSync(join(folder, "bench-results"));
    const { results } = JSON.parse(readFileSync(join(folder, "bench-results", file), "utf8")) as { results: object[] };
    expect(results[0]).to.deep.include({ measure: "concealed", unit: "records/s" });
  });
});

// What the bench makes of its runs: medians, CSV and pictures.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import { figure, measure } from "../../scripts/bench/measure.ts";
import { planOf, type Plan } from "../../scripts/bench/plan.ts";
import { svgOf } from "../../scripts/bench/plot.ts";
import { runPlan } from "../../scripts/bench/run.ts";
import { percentile, spreadOf } from "../../scripts/bench/statistics.ts";

describe("what the bench makes of its runs", () => {
  it("takes medians, of an even number of runs too, in any order", () => {
    expect(spreadOf([3, 1, 2])).to.deep.equal({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 10, 1, 2])).to.deep.equal({ median: 3, min: 1, max: 10 });
    expect(spreadOf([5])).to.deep.equal({ median: 5, min: 5, max: 5 });
    expect(percentile([1, 2, 3, 4], 0.99)).to.equal(4);
  });

  describe("with a sweep of two values and three runs of each", () => {
    const folder = mkdtempSync(join(tmpdir(), "warifu-bench-test-"));
    const [csv, plot] = [join(folder, "a.csv"), join(folder, "a.svg")];
    const machine = '2 x "fast", 8 GiB';
    let runs = 0;
    let said = "";
    const counted = measure({
      name: "counted",
      title: "Runs & counts",
      parameters: {
        batch: { what: "a number", usual: 1, least: 1, most: 100 },
        seed: { what: "another", usual: 5, least: 0, most: 9 },
      },
      run: async ({ batch }) => [
        figure("rate, <of> runs", batch * 10 + (++runs % 3), "runs/s"),
        figure("exact", batch),
      ],
    });

    before(async () => {
      const args = ["--sweep", "batch=20,4", "--repeat", "3", "--csv", csv, "--plot", plot];
      await runPlan(planOf(args, [counted]) as Plan, machine, (text) => (said += text));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("writes a row for each figure of each run", () => {
      const text = readFileSync(csv, "utf8");
      const rows = parse(text, { columns: true }) as Record<string, string>[];
      expect(rows).to.have.lengthOf(12);
      expect(rows[0]).to.deep.equal({
        measure: "counted",
        figure: "rate, <of> runs",
        unit: "runs/s",
        parameters: "batch=20 seed=5",
        repeat: "1",
        value: "201",
        machine,
      });
      expect(rows.map(({ repeat }) => repeat).join("")).to.equal("112233112233");
    });

    it("names a figure without the spaces that indent it in the table", () => {
      expect(readFileSync(csv, "utf8")).to.include("counted,exact,,");
    });

    it("says median, least and most, and no spread where there is none", () => {
      expect(said).to.match(/rate, <of> runs +201 runs\/s \(200 to 202\)\n/);
      expect(said).to.match(/exact +20 \n/);
    });

    it("draws a panel for each figure, from the smallest value on, and says the same in words", () => {
      const svg = readFileSync(plot, "utf8");
      expect(svg).to.match(/^<svg [^>]*role="img" aria-labelledby="title summary"/);
      expect(svg).to.include('<title id="title">Runs &amp; counts</title>');
      expect(svg).to.include("rate, &lt;of&gt; runs, runs/s: 41 (40 to 42) at batch 4; 201 (200 to 202) at batch 20.");
      expect(svg).to.include("exact: 4 at batch 4; 20 at batch 20.");
      expect(svg.match(/<polyline/g)).to.have.lengthOf(2);
    });
  });

  it("draws points where they are: to the right for more of the parameter, above for a larger figure", () => {
    const points = [1, 10, 100].map((x) => ({ x, median: x, min: x / 2, max: x }));
    const svg = svgOf({ title: "t", parameter: "p", panels: [{ title: "f", unit: "", points }] });
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(places.map(([x]) => x)).to.deep.equal([90, 395, 700]);
    expect(places.map(([, y]) => y)).to.deep.equal([252.2, 236, 74]);
    expect(svg).to.not.match(/NaN|<script|style=/);
  });

  it("draws one point, and figures of nothing", () => {
    const points = [{ x: 5, median: 0, min: 0, max: 0 }];
    expect(svgOf({ title: "t", parameter: "p", panels: [{ title: "f", unit: "", points }] })).to.not.include("NaN");
  });
});

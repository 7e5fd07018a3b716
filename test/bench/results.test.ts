// What the bench makes of its runs: medians, CSV and pictures.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import { figure, measure } from "../../scripts/bench/measure.ts";
import { planOf, type Plan } from "../../scripts/bench/plan.ts";
import { svgOf } from "../../scripts/bench/plot.ts";
import { plotOf, resultsOf, runPlan } from "../../scripts/bench/run.ts";
import { percentile } from "../../scripts/bench/statistics.ts";
import { spreadOf } from "../../src/core/spread.ts";

describe("what the bench makes of its runs", () => {
  it("takes percentiles", () => {
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
      expect(svg).to.include(
        "rate, &lt;of&gt; runs, runs/s: 41 (quartiles 40.5 and 41.5, 40 to 42) at batch 4; " +
          "201 (quartiles 200.5 and 201.5, 200 to 202) at batch 20.",
      );
      expect(svg).to.include("exact: 4 at batch 4; 20 at batch 20.");
      expect(svg.match(/<polyline/g)).to.have.lengthOf(2);
      expect(svg.match(/<rect [^>]*stroke=/g), "a box where runs differ").to.have.lengthOf(2);
      expect(svg.match(/<circle/g), "a point where they do not").to.have.lengthOf(2);
      expect(svg).to.include("Median, box from quartile to quartile");
    });

    it("draws a box for each figure where nothing was swept", () => {
      const values = { batch: 4, seed: 5 };
      const step = { measure: counted, values };
      const rows = [1, 2, 9].map((value, at) => ({
        ...{ measure: "counted", figure: "f", unit: "ms", values, repeat: at + 1, value },
      }));
      const svg = plotOf({ steps: [step], swept: undefined }, resultsOf(step, rows));
      expect(svg).to.include("f, ms: 2 (quartiles 1.5 and 5.5, 1 to 9).").and.not.include("batch");
      expect(svg.match(/<rect [^>]*stroke=/g)).to.have.lengthOf(1);
    });
  });

  it("draws points where they are: to the right for more of the parameter, above for a larger figure", () => {
    const points = [1, 10, 100].map((x) => ({ x, ...spreadOf([x]) }));
    const svg = svgOf({ title: "t", parameter: "p", panels: [{ title: "f", unit: "", points }] });
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(places.map(([x]) => x)).to.deep.equal([104, 395, 686]);
    expect(places.map(([, y]) => y)).to.deep.equal([276.2, 260, 98]);
    expect(svg).to.not.match(/NaN|<script|style=/);
  });

  it("draws a box from quartile to quartile, whiskers to the ends, and the median across it", () => {
    const points = [{ x: 5, min: 0, lower: 25, median: 50, upper: 75, max: 100 }];
    const svg = svgOf({ title: "t", parameter: undefined, panels: [{ title: "f", unit: "", points }] });
    // 180 units of height for 100.
    expect(svg).to.match(/<rect x="387" y="143" width="16" height="90"/);
    expect(svg).to.match(/<line x1="387" y1="188" x2="403" y2="188" [^>]*stroke-width="3"/);
    for (const [from, to] of [
      [278, 233],
      [143, 98],
    ])
      expect(svg).to.include(`<line x1="395" y1="${from}" x2="395" y2="${to}"`);
  });

  it("breaks a long title into lines, none of which leaves the picture", () => {
    const title = "how long it takes ".repeat(10).trim();
    const svg = svgOf({ title, parameter: "p", panels: [] });
    const lines = [...svg.matchAll(/font-size="16"[^>]*>([^<]*)</g)].map(([, line]) => line as string);
    expect(lines.join(" ")).to.equal(title);
    expect(lines).to.have.lengthOf(3);
    for (const line of lines) expect(line.length).to.be.below(69);
  });

  it("draws one point, and figures of nothing", () => {
    const points = [{ x: 5, ...spreadOf([0]) }];
    expect(svgOf({ title: "t", parameter: "p", panels: [{ title: "f", unit: "", points }] })).to.not.include("NaN");
  });
});

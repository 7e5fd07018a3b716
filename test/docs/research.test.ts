// The experiments of docs/research: what their pages say is what was measured, and what must repeat to the digit does.

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import { parametersText, type Row } from "../../scripts/bench/csv.ts";
import { MEASURES } from "../../scripts/bench/measures.ts";
import { planOf, type Plan, type Step } from "../../scripts/bench/plan.ts";
import { plotOf, resultsOf } from "../../scripts/bench/run.ts";
import { tableOf } from "../../scripts/bench/table.ts";

const FOLDER = join(import.meta.dirname, "../../docs/research");
const PAGES = globSync("*.md", { cwd: FOLDER }).filter((name) => name !== "README.md");

interface Experiment {
  readonly plan: Plan;
  /** Name of its results. */
  readonly name: string;
  readonly rows: readonly (Row & { readonly parameters: string })[];
}

/** The commands of a page, each with the results that it keeps. */
function experimentsOf(page: string): Experiment[] {
  const commands = [...page.matchAll(/^npm run bench -- (.*)$/gm)].map(([, args]) => args as string);
  return commands.map((args) => {
    const plan = planOf(args.split(" "), MEASURES) as Plan;
    const name = basename(plan.csv ?? "", ".csv");
    expect(plan.plot, args).to.equal(`${name}.svg`);
    return { plan, name, rows: rowsOf(readFileSync(join(FOLDER, "results", `${name}.csv`), "utf8")) };
  });
}

function rowsOf(csv: string): Experiment["rows"] {
  return (parse(csv, { columns: true }) as Record<string, string>[]).map((row) => ({
    ...{ measure: row["measure"] ?? "", figure: row["figure"] ?? "", unit: row["unit"] ?? "" },
    ...{ parameters: row["parameters"] ?? "", values: {}, repeat: Number(row["repeat"]), value: Number(row["value"]) },
  }));
}

const ofStep = ({ rows }: Experiment, { measure, values }: Step): readonly Row[] =>
  rows.filter((row) => row.measure === measure.name && row.parameters === parametersText(values));

const resultsFor = (experiment: Experiment) =>
  experiment.plan.steps.flatMap((step) => resultsOf(step, ofStep(experiment, step)));

/** Prettier pads cells. */
const withoutPadding = (text: string): string => text.replaceAll(/ {2,}/g, " ").replaceAll(/-{3,}/g, "---");

function experimentOn(measure: string): Experiment {
  const all = PAGES.flatMap((page) => experimentsOf(readFileSync(join(FOLDER, page), "utf8")));
  return all.find(({ plan }) => plan.steps[0]?.measure.name === measure) as Experiment;
}

describe("the experiments of docs/research", () => {
  for (const name of PAGES)
    describe(name, () => {
      const page = readFileSync(join(FOLDER, name), "utf8");

      it("says what was asked, how, by which command, what came out, and what may differ", () => {
        const heads = [...page.matchAll(/^## (.*)$/gm)].map(([, head]) => head);
        expect(heads).to.deep.equal(["Question", "Method", "Command", "Result", "What may differ on another machine"]);
        expect(experimentsOf(page)).to.not.be.empty;
      });

      it("shows in table and picture what the results say, of every point of the sweep", () => {
        for (const experiment of experimentsOf(page)) {
          const { plan, rows } = experiment;
          for (const step of plan.steps) expect(ofStep(experiment, step), parametersText(step.values)).to.not.be.empty;
          expect(rows).to.have.lengthOf(plan.steps.reduce((sum, step) => sum + ofStep(experiment, step).length, 0));
          const results = resultsFor(experiment);
          expect(withoutPadding(page)).to.include(tableOf(plan.swept, results));
          const picture = readFileSync(join(FOLDER, "results", `${experiment.name}.svg`), "utf8");
          expect(picture).to.equal(plotOf(plan, results));
          expect(page).to.match(new RegExp(`!\\[[^\\]]+\\]\\(results/${experiment.name}\\.svg\\)`));
        }
      });
    });

  /** Points of exact experiments that take a moment; the others take minutes. */
  const REPEATED: readonly (readonly [measure: string, points: readonly number[]])[] = [
    ["gas-per-record", [256]],
    ["proof-size", [1, 100, 10_000, 1_000_000, 100_000_000]],
    ["sampled-audit", [10]],
  ];
  for (const [measure, points] of REPEATED)
    it(`${measure} repeats to the digit at ${points.join(", ")}`, async () => {
      const experiment = experimentOn(measure);
      const { steps, swept = "" } = experiment.plan;
      for (const point of points) {
        const step = steps.find(({ values }) => values[swept] === point) as Step;
        expect(step.measure.isExact).to.equal(true);
        const found = (await step.measure.run(step.values)).map(({ name, value }) => [name.trim(), value]);
        expect(found).to.deep.equal(ofStep(experiment, step).map(({ figure, value }) => [figure, value]));
      }
    }).timeout(600_000);

  it("finality is measured again in the same figures, each step of each anchor", async () => {
    const { steps } = experimentOn("finality-tag").plan;
    const { measure, values } = steps[0] as Step;
    const figures = await measure.run({ ...values, epoch: 0, anchors: 1 });
    const names = [...new Set(ofStep(experimentOn("finality-tag"), steps[0] as Step).map(({ figure }) => figure))];
    expect(figures.map(({ name }) => name)).to.deep.equal(names);
    for (const { value, unit } of figures) {
      expect(unit).to.equal("s");
      // A block comes each second, and two are looked for at most: seconds, unless others have the processor.
      expect(value).to.be.within(0, 120);
    }
    const [include = 0, finalize = 0, total = 0] = figures.map(({ value }) => value);
    expect(total).to.be.at.least(include + finalize - 0.001);
  });
});

/** Runs a plan: each step as often as it says, and what the runs gave as a table, CSV and a picture. */
import { appendFileSync, writeFileSync } from "node:fs";
import { CSV_HEAD, csvRow, parametersText, type Row } from "./csv.ts";
import type { Plan, Step } from "./plan.ts";
import { svgOf } from "./plot.ts";
import { spreadOf } from "../../src/core/spread.ts";
import { shown, tableOf, type Result } from "./table.ts";

/** Rows are appended to the CSV as they come, so that what was measured is kept when a later run fails. */
export async function runPlan(plan: Plan, machine: string, say: (text: string) => void): Promise<readonly Result[]> {
  if (plan.csv !== undefined) writeFileSync(plan.csv, CSV_HEAD);
  const results: Result[] = [];
  for (const step of plan.steps) {
    const parameters = parametersText(step.values);
    say(`\n${step.measure.title}${parameters && ` (${parameters})`}\n`);
    const rows: Row[] = [];
    for (let repeat = 1; repeat <= plan.repeat; repeat++) {
      const run = await rowsOf(step, repeat);
      rows.push(...run);
      if (plan.csv !== undefined) appendFileSync(plan.csv, run.map((row) => csvRow(row, machine)).join(""));
    }
    const ofStep = resultsOf(step, rows);
    for (const result of ofStep) say(lineOf(result));
    results.push(...ofStep);
  }
  if (plan.plot !== undefined) writeFileSync(plan.plot, plotOf(plan, results));
  if (plan.table !== undefined) writeFileSync(plan.table, tableOf(plan.swept, results));
  return results;
}

async function rowsOf({ measure, values }: Step, repeat: number): Promise<readonly Row[]> {
  const figures = await measure.run(values);
  return figures.map(({ name, unit, value }) => ({ measure: measure.name, figure: name, unit, values, repeat, value }));
}

/** In the order in which a run gave them. */
export function resultsOf({ measure, values }: Step, rows: readonly Row[]): readonly Result[] {
  return [...Map.groupBy(rows, ({ figure }) => figure)].map(([figure, ofFigure]) => ({
    ...{ measure: measure.name, values, figure, unit: ofFigure[0]?.unit ?? "" },
    ...spreadOf(ofFigure.map(({ value }) => value)),
  }));
}

function lineOf({ figure, unit, median, min, max }: Result): string {
  const spread = min === max ? "" : ` (${shown(min)} to ${shown(max)})`;
  return `  ${figure.padEnd(82)} ${shown(median).padStart(12)} ${unit}${spread}\n`;
}

/** Whether there is more to draw than one run of each measure. */
export function isWorthDrawing({ swept, repeat }: Plan): boolean {
  return swept !== undefined || repeat > 1;
}

/** A picture of the results: over the sweep, or a box for each figure. */
export function plotOf({ steps, swept }: Pick<Plan, "steps" | "swept">, results: readonly Result[]): string {
  const panels = [...Map.groupBy(results, ({ measure, figure }) => `${measure}\n${figure}`).values()].map(
    (ofFigure) => ({
      title: ofFigure[0]?.figure.trim() ?? "",
      unit: ofFigure[0]?.unit ?? "",
      points: ofFigure
        .map(({ values, min, lower, median, upper, max }) => ({
          ...{ x: swept === undefined ? 0 : (values[swept] ?? 0) },
          ...{ min, lower, median, upper, max },
        }))
        .sort((a, b) => a.x - b.x),
    }),
  );
  const title = [...new Set(steps.map(({ measure }) => measure.title))].join("; ");
  return svgOf({ title, parameter: swept, panels });
}

/** Results as a table in Markdown: a row for each point of the sweep, a column for each figure. */
import type { Values } from "./measure.ts";
import type { Spread } from "../../src/core/spread.ts";
import { withUnit } from "./plot.ts";

/** What all runs of a measure with the same parameters gave for one figure. */
export interface Result extends Spread {
  readonly measure: string;
  readonly values: Values;
  readonly figure: string;
  readonly unit: string;
}

/** @returns lines that Prettier would align */
export function tableOf(swept: string | undefined, results: readonly Result[]): string {
  const columns = [...new Set(results.map(headOf))];
  const rows = Map.groupBy(results, ({ values }) => (swept === undefined ? "" : shown(values[swept] ?? Number.NaN)));
  const lines = [...rows].map(([place, ofRow]) => {
    const cells = columns.map((column) => cellOf(ofRow.find((result) => headOf(result) === column)));
    return line([place, ...cells]);
  });
  return [line([swept ?? "", ...columns]), line(["---", ...columns.map(() => "---")]), ...lines].join("");
}

/** The median; what lies around it where runs differ. */
function cellOf(result: Result | undefined): string {
  if (result === undefined) return "";
  const { min, lower, median, upper, max } = result;
  if (min === max) return shown(median);
  return `${shown(median)} (${shown(lower)} to ${shown(upper)}; ${shown(min)} to ${shown(max)})`;
}

function headOf({ figure, unit }: Result): string {
  return withUnit(figure.trim(), unit);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** For people: with two decimals where they say something. */
export function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}

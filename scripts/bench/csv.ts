/** Results as CSV (RFC 4180), one row for each figure of each run. */
import { csvLine } from "../../src/core/csv.ts";
import type { Values } from "./measure.ts";

/** A figure of one run. */
export interface Row {
  readonly measure: string;
  readonly figure: string;
  readonly unit: string;
  readonly values: Values;
  /** From 1. */
  readonly repeat: number;
  readonly value: number;
}

export const CSV_HEAD = "measure,figure,unit,parameters,repeat,value,machine\r\n";

/** Values are as they were measured, with every digit; the spaces that indent a figure in the table are left out. */
export function csvRow({ measure, figure, unit, values, repeat, value }: Row, machine: string): string {
  return csvLine([measure, figure.trim(), unit, parametersText(values), repeat, value, machine]);
}

/** `batch=500 seed=1` */
export function parametersText(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

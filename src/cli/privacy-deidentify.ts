/** `warifu privacy deidentify`: a table of which nobody is to be told apart, as JSON or CSV. */
import { InvalidArgumentError, type Command } from "commander";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { DeidentifiedTable } from "../core/deidentified-table.ts";
import { csvRow } from "../privacy/processing.ts";
import { EXIT } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer.ts";
import { counted } from "./output.ts";
import type { Act } from "./verb.ts";

interface DeidentifyOptions extends OfficerOptions {
  readonly from: string;
  readonly to: string;
  readonly k?: number;
  readonly l?: number;
  readonly claims?: readonly string[];
  readonly csv?: boolean;
  readonly output: string;
}

/** Defines the verb below `warifu privacy`. */
export function defineDeidentify(privacy: Command, act: Act): void {
  forOfficer(privacy.command("deidentify"))
    .argument("<type>", "the type of record")
    .summary("make a table of which nobody is to be told apart")
    .description(
      "Counts the records of a type that came in on some days, by claims that its profile lets leave and makes coarser. Cells " +
        "of few people are left out. There is one table of a type and day.",
    )
    .requiredOption("--from <day>", "the first day on which records came in, in UTC, such as 2026-11-01")
    .requiredOption("--to <day>", "the last one")
    .option("--k <number>", "people in each cell, at least 5 (default: 10)", wholeNumber)
    .option(
      "--l <number>",
      "values of each concealed claim wherever public ones are the same (default: 2)",
      wholeNumber,
    )
    .option("--claims <names>", "some of the claims, with commas (default: all that the profile lets leave)", names)
    .option("--csv", "write CSV, without the rules")
    .requiredOption("-o, --output <file>", "the file to write")
    .action((type: string, { from, to, k, l, claims, csv, output: path, ...options }: DeidentifyOptions) =>
      act(options, async (output) => {
        const table = await officerClient(options).deidentify({ type, from, to, k, l, claims });
        const text = csv === true ? csvOf(table) : canonicalJson(table as unknown as JsonObject);
        writeNamedFile(path, text, "table", 0o600);
        output.document({ file: path, cells: table.cells.length, rows: table.rows, leftOut: table.leftOut });
        const shown = `${counted(table.rows, "record")} in ${counted(table.cells.length, "cell")}`;
        output.say(`${path}: ${shown}, at most ${table.leftOut} left out`, { mark: "holds" });
        output.say(`dropped: ${table.dropped.join(", ")}`);
        return EXIT.holds;
      }),
    );
}

function csvOf({ steps, cells }: DeidentifiedTable): string {
  const claims = Object.keys(steps);
  const rows = cells.map(({ values, rows: count }) => [...claims.map((name) => values[name] ?? ""), String(count)]);
  return [[...claims, "rows"], ...rows].map(csvRow).join("");
}

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}

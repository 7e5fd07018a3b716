/** `warifu privacy deidentify`: a de-identified table, as JSON or CSV. */
import { InvalidArgumentError, type Command } from "commander";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { DeidentifiedTable } from "../core/deidentified-table.ts";
import { csvRow } from "../privacy/processing.ts";
import { EXIT } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import { privacyTexts } from "./texts/privacy/en.ts";
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
  const { deidentify, output: outputFile } = privacyTexts();
  forOfficer(privacy.command("deidentify"))
    .argument("<type>", deidentify.type)
    .summary(deidentify.summary)
    .description(deidentify.description)
    .requiredOption("--from <day>", deidentify.from)
    .requiredOption("--to <day>", deidentify.to)
    .option("--k <number>", deidentify.k, wholeNumber)
    .option("--l <number>", deidentify.l, wholeNumber)
    .option("--claims <names>", deidentify.claims, names)
    .option("--csv", deidentify.csv)
    .requiredOption("-o, --output <file>", outputFile)
    .action((type: string, { from, to, k, l, claims, csv, output: path, ...options }: DeidentifyOptions) =>
      act(options, async (output) => {
        const table = await officerClient(options).deidentify({ type, from, to, k, l, claims });
        const text = csv === true ? csvOf(table) : canonicalJson(table as unknown as JsonObject);
        writeNamedFile(path, text, "table", 0o600);
        output.document({ file: path, cells: table.cells.length, rows: table.rows, leftOut: table.leftOut });
        output.say(deidentify.written(path, table.rows, table.cells.length, table.leftOut), { mark: "holds" });
        output.say(deidentify.dropped(table.dropped.join(", ")));
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
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError(privacyTexts().deidentify.wholeNumber);
  return Number(text);
}

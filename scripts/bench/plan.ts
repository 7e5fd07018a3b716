/** The command line of the bench. All of it is checked before anything runs: a misspelt option must not cost minutes. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import type { Measure, Parameter, Values } from "./measure.ts";

/** Measures at one point of a sweep, or at the only one. */
export interface Step {
  readonly measure: Measure;
  readonly values: Values;
}

/** What to run. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly repeat: number;
  /** The parameter that the steps differ in. */
  readonly swept: string | undefined;
  readonly csv: string | undefined;
  readonly plot: string | undefined;
  readonly table: string | undefined;
}

const USAGE = `usage: npm run bench -- [options]

  --list              what can be measured, and the parameters of each
  --only NAME,…       only these measures
  --quick             shorter runs
  --large             also 2 million records into one log: memory and append cost
  --peers             also PostgreSQL, the ledger's tables alone, Tessera and immudb (where there is Go) beside ours
  --fees              only this: a day of anchoring on a simulated fee market (as --only fees)
  --repeat N          each measure N times: median, quartiles, least and most
  --PARAMETER N       a parameter of the measures, such as --batch 500 or --seed 7
  --sweep PARAMETER=N,…   once for each of these values
  --csv FILE          a row for each figure of each run
  --plot FILE.svg     the figures over the sweep, with their spread
  --table FILE.md     the same as a table in Markdown

A sweep or repeats are drawn beside the JSON in bench-results/ in any case.`;

const REPEAT: Parameter = { what: "runs of each measure", usual: 1, least: 1, most: 1_000 };

/** Thrown for a command line that asks for what there is not; the message says what to change. */
export class Refusal extends TypeError {}

/** @returns a plan, or text to print instead */
export function planOf(args: readonly string[], measures: readonly Measure[]): Plan | string {
  const { given, numbers } = read(args, measures);
  if (given.help) return USAGE;
  if (given.list) return listOf(measures);
  const chosen = choose(given, measures);
  const repeat = numberOf("--repeat", given.repeat ?? "1", REPEAT);
  for (const name of numbers.keys())
    if (!chosen.some(({ parameters }) => name in parameters))
      throw new Refusal(`none of ${namesOf(chosen)} takes --${name}`);
  const sweep = given.sweep === undefined ? undefined : sweepOf(given.sweep, chosen);
  if (sweep && numbers.has(sweep.name)) throw new Refusal(`--${sweep.name} is swept, so it cannot be set as well`);
  if (given.plot !== undefined && !sweep && repeat === 1)
    throw new Refusal("--plot draws a sweep or a spread: give --sweep PARAMETER=N,… or --repeat N with it");
  if (given.plot !== undefined && !given.plot.endsWith(".svg"))
    throw new Refusal("--plot takes the name of an .svg file");
  for (const file of [given.csv, given.plot, given.table])
    if (file !== undefined && !existsSync(dirname(file))) throw new Refusal(`there is no folder ${dirname(file)}`);
  const steps = chosen.flatMap((measure) =>
    (sweep?.texts ?? [undefined]).map((text) => ({
      measure,
      values: valuesOf(
        measure,
        text === undefined ? numbers : new Map([...numbers, [sweep?.name ?? "", text]]),
        given.quick,
      ),
    })),
  );
  return { steps, repeat, swept: sweep?.name, csv: given.csv, plot: given.plot, table: given.table };
}

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  list: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  large: { type: "boolean", default: false },
  peers: { type: "boolean", default: false },
  fees: { type: "boolean", default: false },
  only: { type: "string" },
  repeat: { type: "string" },
  sweep: { type: "string" },
  csv: { type: "string" },
  plot: { type: "string" },
  table: { type: "string" },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** @returns the options, and apart from them the texts of parameters by name */
function read(args: readonly string[], measures: readonly Measure[]): { given: Given; numbers: Map<string, string> } {
  const names = new Set(measures.flatMap(({ parameters }) => Object.keys(parameters)));
  const parameters = Object.fromEntries([...names].map((name) => [name, { type: "string" }] as const));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...parameters, ...OPTIONS } });
    const numbers = Object.entries(values).filter(([name]) => names.has(name));
    return { given: values as unknown as Given, numbers: new Map(numbers as [string, string][]) };
  } catch (error) {
    throw new Refusal(`${(error as TypeError).message}\n\n${USAGE}`);
  }
}

function choose({ only, large, peers, fees }: Given, measures: readonly Measure[]): readonly Measure[] {
  const wanted = fees ? "fees" : only;
  const besides = [large && "large", peers && "peers"];
  if (wanted === undefined) return measures.filter(({ name, isExtra }) => !isExtra || besides.includes(name));
  return wanted.split(",").map((name) => {
    const found = measures.find((measure) => measure.name === name);
    if (!found) throw new Refusal(`there is no measure "${name}"; there are ${namesOf(measures)}`);
    return found;
  });
}

function sweepOf(text: string, chosen: readonly Measure[]): { name: string; texts: readonly string[] } {
  const [, name = "", list = ""] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  if (name === "") throw new Refusal("--sweep takes a parameter and its values, such as --sweep batch=100,500,2000");
  const without = chosen.filter(({ parameters }) => !(name in parameters));
  if (without.length > 0) throw new Refusal(`${name} cannot be swept: ${namesOf(without)} does not take it`);
  return { name, texts: list.split(",") };
}

function valuesOf({ parameters }: Measure, numbers: ReadonlyMap<string, string>, quick: boolean): Values {
  const values = Object.entries(parameters).map(([name, parameter]) => {
    const text = numbers.get(name);
    const usual = (quick ? parameter.quick : undefined) ?? parameter.usual;
    return [name, text === undefined ? usual : numberOf(`--${name}`, text, parameter)] as const;
  });
  return Object.fromEntries(values);
}

function numberOf(option: string, text: string, { least, most }: Parameter): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && least <= number && number <= most) return number;
  throw new Refusal(`${option} must be a whole number from ${least} to ${most}`);
}

function listOf(measures: readonly Measure[]): string {
  const lines = measures.map(({ name, title, parameters, isExtra, isExact }) => {
    const notes = [isExtra && "only by name", isExact && "the same figures in every run"].filter(Boolean).join("; ");
    const taken = Object.entries(parameters).map(
      ([parameter, { what, usual, least, most }]) =>
        `    --${parameter.padEnd(14)} ${what}: ${usual} (from ${least} to ${most})`,
    );
    return [`${name}: ${title}${notes && ` (${notes})`}`, ...taken].join("\n");
  });
  return lines.join("\n\n");
}

function namesOf(measures: readonly Measure[]): string {
  return measures.map(({ name }) => name).join(", ");
}

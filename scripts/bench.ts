/**
 * `npm run bench`: measures the real service with real HTTP, SQLite with fsync and a local Hardhat chain, and in the same
 * run the most that the machine could do. Prints a table and writes JSON to bench-results/, with a picture of a sweep or of
 * repeats; `-- --help` says what else.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { MEASURES } from "./bench/measures.ts";
import { planOf, Refusal, type Plan } from "./bench/plan.ts";
import { isWorthDrawing, plotOf, runPlan } from "./bench/run.ts";

const plan = readPlan();
const memory = Math.round(totalmem() / 2 ** 30);
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "?"}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.version}`;
process.stdout.write(`Warifu bench on ${machine}; client and service share the cores\n`);
const results = await runPlan(plan, machine, (text) => process.stdout.write(text));
mkdirSync("bench-results", { recursive: true });
const name = join("bench-results", new Date().toISOString().replaceAll(":", "-").slice(0, 19));
writeFileSync(`${name}.json`, `${JSON.stringify({ machine, repeat: plan.repeat, results }, null, 2)}\n`);
if (isWorthDrawing(plan)) writeFileSync(`${name}.svg`, plotOf(plan, results));
process.stdout.write(`\nwritten to ${name}.json${isWorthDrawing(plan) ? " and .svg" : ""}\n`);

function readPlan(): Plan {
  try {
    const read = planOf(process.argv.slice(2), MEASURES);
    if (typeof read !== "string") return read;
    process.stdout.write(`${read}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

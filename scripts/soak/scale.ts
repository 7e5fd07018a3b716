/**
 * `npm run soak -- scale [seed]`: what docs/scale.md rests on. First a hundred real logs side by side in one process, each with
 * its own folder, vault, key of the log and clock, take a sample of a day's records on the real write path and are audited: do
 * small logs of unequal size cost what a large one costs? Then the simulation of a year, at the load of the plan and above.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { recordOf } from "../bench/workload.ts";
import { auditFolder, openLedger, temporaryFolder, type TestLedger } from "../../test/support/ledger.ts";
import { signingKey } from "../../test/support/signing-key.ts";
import { Chance } from "../../test/support/chance.ts";
import type { LogSigner } from "../../src/core/checkpoint.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { verifierKey } from "../../src/core/note.ts";
import { PLAN, simulateCities, type Outcome } from "./hundred-cities.ts";

/** One record of so many. */
const SAMPLED = 20_000;
const SOURCES = 5;
const HOUR_MS = 3_600_000;

const seed = Number(process.argv[2] ?? 1);
if (!Number.isSafeInteger(seed)) throw new TypeError(`not a seed: ${process.argv[2]}`);
await showLogs();
showYear();

/** A day, hour by hour: the clock is moved, the rest is as in a service. */
async function showLogs(): Promise<void> {
  const chance = new Chance(seed, "a day");
  let now = Date.UTC(2026, 10, 22);
  const idle = process.memoryUsage.rss();
  const ledgers: TestLedger[] = [];
  const signers = Array.from({ length: PLAN.cities }, (_, n) => signerOf(n));
  for (const signer of signers) {
    const { name: origin } = signer.key;
    ledgers.push(await openLedger({ folder: temporaryFolder(), origin, signer, now: () => now }));
  }
  const open = process.memoryUsage.rss();
  const weights = ledgers.map((_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((a, b) => a + b, 0);
  let sent = 0;
  const before = process.cpuUsage();
  for (let hour = 0; hour < 24; hour++, now += HOUR_MS)
    for (const [city, ledger] of ledgers.entries()) {
      const wanted = (PLAN.recordsPerDay / SAMPLED / 24) * ((weights[city] as number) / sum) * chance.between(0.8, 1.2);
      const count = Math.floor(wanted) + Number(chance.happens(wanted % 1));
      const records = Array.from({ length: count }, () => recordFor(city, sent++));
      if (count > 0) await ledger.submit(records);
    }
  const { user, system } = process.cpuUsage(before);
  let bytes = 0;
  let checked = 0;
  for (const [city, ledger] of ledgers.entries()) {
    await ledger.close();
    const report = await auditFolder(ledger.folder, { signer: signers[city] as LogSigner });
    if (report.outcome === "refuted") throw new TypeError(`a log does not hold: ${JSON.stringify(report.findings[0])}`);
    checked += report.checked.entries;
    bytes += folderSize(ledger.folder);
    rmSync(ledger.folder, { recursive: true });
  }
  show(`${PLAN.cities} real logs side by side, one record of ${SAMPLED} of a day, seed ${seed}`, [
    ["records, and entries that the audits checked", `${sent}, ${checked}`],
    ["CPU a record, in batches of a few", `${((user + system) / sent).toFixed(0)} us`],
    [
      "disk of the folders",
      `${(bytes / 2 ** 20).toFixed(1)} MiB, ${(bytes / PLAN.cities / 1024).toFixed(0)} KiB a log`,
    ],
    ["memory of the process for each open log", `${((open - idle) / PLAN.cities / 2 ** 20).toFixed(2)} MiB`],
  ]);
}

/** Each log has a key of its own, which follows from its number. */
function signerOf(city: number): LogSigner {
  const { publicKey, sign } = signingKey(city);
  return { key: verifierKey(`city-${city}.example/ledger`, publicKey), sign };
}

function recordFor(city: number, n: number): JsonValue {
  const source = `city-${city}/sensor-${n % SOURCES}`;
  return JSON.parse(recordOf({ seed, shape: "reading" }, n, source)) as JsonValue;
}

function showYear(): void {
  for (const factor of [1, 3, 10]) {
    const outcome = simulateCities({ ...PLAN, recordsPerDay: PLAN.recordsPerDay * factor }, seed);
    show(`a year of ${PLAN.cities} cities, ${factor} thousand million records a day, seed ${seed}`, rowsOf(outcome));
  }
}

function rowsOf(outcome: Outcome): [string, string][] {
  const day = (value: number | undefined): string => (value === undefined ? "not in the year" : `day ${value}`);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    ["share of the largest city", percent(outcome.largestShare)],
    [
      "worst hour of any city",
      `${outcome.peakPerSecond.toFixed(0)} records/s, ${percent(outcome.peakShare)} of a service`,
    ],
    ["hours in which more came than a service takes", String(outcome.fullHours)],
    ["longest that senders held records back", `${outcome.longestWaitMinutes.toFixed(0)} minutes`],
    ["first disk of 4 TB full", day(outcome.firstDiskFull)],
    ["disk of the median city full", day(outcome.medianDiskFull)],
    ["anchors of all cities on one chain, one a minute", `${percent(outcome.chainShare)} of its gas`],
    ["auditors of two cores, busy all day", outcome.auditors.toFixed(2)],
    ["longest audit of a city's day", `${outcome.longestAuditHours.toFixed(1)} hours`],
  ];
}

function show(title: string, rows: readonly (readonly [string, string])[]): void {
  process.stdout.write(`\n${title}\n${rows.map(([name, value]) => `  ${name.padEnd(52)}${value}`).join("\n")}\n`);
}

function folderSize(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

// The exchange of two cities on its worst days: messages are lost, late, doubled, out of order and altered, services are killed
// at any write, people change their minds. In the end both cities agree.
//
//     WARIFU_SEED=17 npm test -- test/exchange/simulation.test.ts        one seed, with its trace
//     npm run soak -- exchange [count] [first seed]                      200 seeds, or so many
//     npm run soak -- exchange 200 1 100                                 the same with a picture in every post
import { expect } from "chai";

import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { exchangeInSeed, type ExchangeReport } from "./support/two-cities.ts";

const ONE_SEED = process.env["WARIFU_SEED"];
const FIRST_SEED = Number(process.env["WARIFU_FIRST_SEED"] ?? 1);
const SEEDS = Number(process.env["WARIFU_EXCHANGE_SEEDS"] ?? 3);
/** How many of the posts have a picture: 0 to 1. */
const PICTURED = Number(process.env["WARIFU_EXCHANGE_PICTURES"] ?? 0.4);
const MS_A_SEED = 30_000;
const SHOWN_FAILURES = 5;

describe("two cities that exchange records", function () {
  const seeds = ONE_SEED === undefined ? Array.from({ length: SEEDS }, (_, at) => FIRST_SEED + at) : [Number(ONE_SEED)];
  const decoding = new PictureProcess();
  after(() => decoding.close());
  this.timeout((seeds.length + 10) * MS_A_SEED);

  it(`agree after everything that goes wrong in ${seeds.length} seeds`, async () => {
    const reports: ExchangeReport[] = [];
    for (const seed of seeds) {
      const report = await exchangeInSeed(seed, { decoding, pictured: PICTURED });
      if (ONE_SEED !== undefined) tell(report.trace.join("\n"));
      reports.push(report);
    }
    tell(sums(reports));
    const failed = reports.filter(({ failures }) => failures.length > 0);
    expect(failed.slice(0, SHOWN_FAILURES).map(replayOf)).to.deep.equal([]);
  });
});

function replayOf({ seed, failures }: ExchangeReport): string {
  return `WARIFU_SEED=${seed} npm test -- test/exchange/simulation.test.ts   # ${failures.slice(0, 3).join("; ")}`;
}

function sums(reports: readonly ExchangeReport[]): string {
  const sum = (of: (report: ExchangeReport) => number): number => reports.reduce((total, one) => total + of(one), 0);
  const faults = new Map<string, number>();
  for (const report of reports)
    for (const [name, count] of report.faults) faults.set(name, (faults.get(name) ?? 0) + count);
  const named = [...faults].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `      ${name}: ${count}`);
  const totals = `${sum(({ posts }) => posts)} posts, ${sum(({ pictured }) => pictured)} with pictures, ${sum(({ rounds }) => rounds)} rounds, ${sum(({ kills }) => kills)} kills`;
  return [`    ${reports.length} seeds, ${totals}; on the way:`, ...named].join("\n");
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

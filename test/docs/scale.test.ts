// The plan in docs/scale.md: every figure that follows is computed again from those that it begins with.

import { readFileSync } from "node:fs";

import { expect } from "chai";

import { PLAN, simulateCities, type Outcome } from "../../scripts/soak/hundred-cities.ts";

const document = readFileSync("docs/scale.md", "utf8");

/** The cells of each row of the table whose header begins so, by the first cell. */
function table(header: string): Map<string, readonly string[]> {
  const begin = document.indexOf(`| ${header}`);
  const rows = document.slice(begin, document.indexOf("\n\n", begin)).split("\n").slice(2);
  const cells = rows.map((row) => row.split("|").slice(1, -1));
  return new Map(cells.map(([name = "", ...values]) => [name.trim(), values.map((value) => value.trim())]));
}

const input = table("input");

/** The figure of the plan whose name begins so. */
function given(beginning: string): number {
  const [, values] = [...input].find(([name]) => name.startsWith(beginning)) ?? expect.fail(beginning);
  return Number(values[0]?.replaceAll(",", ""));
}

describe("the plan for a hundred cities", () => {
  const [cities, records, bytes] = [given("cities"), given("records a day"), given("bytes")];
  const [gas, taken, audited] = [given("gas"), given("records a second"), given("leaves")];
  const aCity = records / cities;
  const megaGas = (seconds: number): number => ((86_400 / seconds) * gas) / 1e6;

  const figures: Readonly<Record<string, readonly [ofCity: number, ofAll?: number]>> = {
    "records a second, on average": [aCity / 86_400, records / 86_400],
    "the same at a peak": [((10 * aCity) / 86_400 / taken) * 100],
    "GB of disk a day": [(aCity * bytes) / 1e9, (records * bytes) / 1e9],
    "TB of disk a year": [(aCity * bytes * 365) / 1e12, (records * bytes * 365) / 1e12],
    "million gas a day, one anchor a minute": [megaGas(60), megaGas(60) * cities],
    "gas a record, one anchor a minute": [(megaGas(60) * 1e6) / aCity, (megaGas(60) * 1e6) / aCity],
    "million gas a day, one anchor in ten minutes": [megaGas(600), megaGas(600) * cities],
    "gas a record, one anchor in ten minutes": [(megaGas(600) * 1e6) / aCity, (megaGas(600) * 1e6) / aCity],
    "minutes to audit": [aCity / audited / 60, records / audited / 60],
  };

  it("says what follows from its inputs, and nothing else", () => {
    const rows = [...table("what follows")];
    expect(rows).to.have.length(Object.keys(figures).length);
    for (const [name, cells] of rows) {
      const [, wanted] = Object.entries(figures).find(([beginning]) => name.startsWith(beginning)) ?? expect.fail(name);
      wanted.forEach((value, at) => {
        const said = cells[at] ?? "";
        const digits = said.split(".")[1]?.replace(/\D/g, "").length ?? 0;
        expect(said.replaceAll(/[,% ]/g, ""), name).to.equal(value?.toFixed(digits));
      });
    }
  });

  it("says the same in its sentences", () => {
    for (const [words, value] of [
      [/takes ([\d,]+) million gas a day/, megaGas(5)],
      [/Ten times the average is ([\d,]+) records/, (10 * aCity) / 86_400],
      [/about ([\d.]+) TB a city and year/, (aCity * bytes * 365) / 1e12],
    ] as const) {
      const said = words.exec(document)?.[1]?.replaceAll(",", "") ?? expect.fail(String(words));
      expect(said).to.equal(value.toFixed(said.split(".")[1]?.length ?? 0));
    }
  });
});

describe("the simulation of a hundred cities", () => {
  it("has the inputs of the plan", () => {
    expect([PLAN.cities, PLAN.recordsPerDay]).to.deep.equal([given("cities"), given("records a day")]);
    expect([PLAN.bytesPerRecord, PLAN.gasPerAnchor]).to.deep.equal([given("bytes"), given("gas")]);
    expect([PLAN.recordsPerSecond, PLAN.auditedPerSecond]).to.deep.equal([given("records a second"), given("leaves")]);
  });

  it("brings what the document says, with seed 1, at each load", () => {
    const rows: readonly (readonly [name: string, figure: (year: Outcome) => number | undefined])[] = [
      ["share of the largest city, %", ({ largestShare }) => largestShare * 100],
      ["records a second in the worst hour of any city", ({ peakPerSecond }) => peakPerSecond],
      ["the same, as a share of what a service takes, %", ({ peakShare }) => peakShare * 100],
      ["hours of all cities in which more came than that", ({ fullHours }) => fullHours],
      ["longest that senders held records back, minutes", ({ longestWaitMinutes }) => longestWaitMinutes],
      ["first disk full, day", ({ firstDiskFull }) => firstDiskFull],
      ["disk of the median city full, day", ({ medianDiskFull }) => medianDiskFull],
      ["share of the chain's gas, %", ({ chainShare }) => chainShare * 100],
      ["auditors of two cores, busy all day", ({ auditors }) => auditors],
      ["longest audit of a city's day, hours", ({ longestAuditHours }) => longestAuditHours],
    ];
    const said = table("what a year brings");
    expect([...said.keys()]).to.deep.equal(rows.map(([name]) => name));
    for (const [at, factor] of [1, 3, 10].entries()) {
      const year = simulateCities({ ...PLAN, recordsPerDay: PLAN.recordsPerDay * factor }, 1);
      for (const [name, figure] of rows) {
        const [cell = "", value] = [said.get(name)?.[at], figure(year)];
        const digits = cell.split(".")[1]?.length ?? 0;
        if (value === undefined) expect(cell, name).to.match(/^not/);
        else expect(cell.replaceAll(",", ""), name).to.equal(value.toFixed(digits));
      }
    }
  });

  it("is the same for one seed and another for another", () => {
    expect(simulateCities(PLAN, 5)).to.deep.equal(simulateCities(PLAN, 5));
    expect(simulateCities(PLAN, 5)).not.to.deep.equal(simulateCities(PLAN, 6));
  });
});

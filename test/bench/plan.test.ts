// The bench's command line: all that it asks for is checked before anything runs.

import { expect } from "chai";

import { MEASURES } from "../../scripts/bench/measures.ts";
import { planOf, Refusal, type Plan } from "../../scripts/bench/plan.ts";

function plan(...args: string[]): Plan {
  const read = planOf(args, MEASURES);
  if (typeof read === "string") throw new TypeError(`no plan but ${read}`);
  return read;
}

function refusalOf(...args: string[]): string {
  try {
    planOf(args, MEASURES);
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal);
    return (error as Refusal).message;
  }
  throw new TypeError("it was not refused");
}

function names({ steps }: Plan): string[] {
  return steps.map(({ measure }) => measure.name);
}

describe("the bench's command line", () => {
  it("runs once all that is not extra", () => {
    const usual = plan();
    expect(names(usual)).to.include.members(["ingest", "concealed", "singles", "gas"]);
    expect(names(usual)).to.not.include.members(["large"]).and.not.include("fees");
    expect(usual.repeat).to.equal(1);
  });

  it("keeps --large, --fees and --quick", () => {
    expect(names(plan("--large"))).to.include.members(["ingest", "large"]);
    expect(names(plan("--peers")))
      .to.include.members(["ingest", "peers"])
      .and.not.include("large");
    expect(names(plan("--fees"))).to.deep.equal(["fees"]);
    const [quick, usual] = [plan("--quick"), plan()].map(({ steps }) => steps[0]?.values["records"] ?? 0);
    expect(quick).to.be.below(usual ?? 0);
  });

  it("runs what is named, in that order, with the parameters that are given", () => {
    const { steps, repeat } = plan("--only", "singles,ingest", "--connections", "8", "--seed", "7", "--repeat", "3");
    expect(steps.map(({ measure, values }) => [measure.name, values["connections"], values["seed"]])).to.deep.equal([
      ["singles", 8, 7],
      ["ingest", 8, 7],
    ]);
    expect(repeat).to.equal(3);
  });

  it("sweeps one parameter, and keeps the others", () => {
    const { steps, swept } = plan("--only", "ingest", "--sweep", "batch=100,500,2000", "--records", "1000");
    expect(swept).to.equal("batch");
    expect(steps.map(({ values }) => [values["batch"], values["records"]])).to.deep.equal([
      [100, 1_000],
      [500, 1_000],
      [2_000, 1_000],
    ]);
  });

  it("refuses what there is not, and says what there is", () => {
    expect(refusalOf("--only", "ingest,digest")).to.match(/no measure "digest"; there are ingest, /);
    expect(refusalOf("--fast")).to.match(/'--fast'[^]*usage:/);
    expect(refusalOf("--only", "gas", "--batch", "5")).to.equal("none of gas takes --batch");
    expect(refusalOf("--only", "ingest,gas", "--sweep", "batch=5")).to.equal(
      "batch cannot be swept: gas does not take it",
    );
    expect(refusalOf("--only", "ingest", "--sweep", "speed=5")).to.match(/^speed cannot be swept/);
  });

  for (const text of ["0", "1.5", "1e3", "-1", "many", "", "10001", "0x10"])
    it(`refuses "${text}" as a number of records in a batch`, () => {
      const message = "--batch must be a whole number from 1 to 10000";
      expect(refusalOf("--only", "ingest", `--batch=${text}`)).to.equal(message);
      if (text !== "") expect(refusalOf("--only", "ingest", "--sweep", `batch=5,${text}`)).to.equal(message);
    });

  it("refuses no repeat, a sweep without values, and a parameter that is both set and swept", () => {
    expect(refusalOf("--repeat", "0")).to.equal("--repeat must be a whole number from 1 to 1000");
    expect(refusalOf("--only", "ingest", "--sweep", "batch")).to.match(/^--sweep takes a parameter and its values/);
    expect(refusalOf("--only", "ingest", "--sweep", "batch=5", "--batch", "5")).to.match(/^--batch is swept/);
  });

  it("refuses a picture of one point, and files where there is no folder", () => {
    expect(refusalOf("--plot", "a.svg")).to.match(/^--plot draws a sweep or a spread/);
    expect(plan("--only", "ingest", "--repeat", "2", "--plot", "a.svg").plot).to.equal("a.svg");
    expect(refusalOf("--only", "ingest", "--sweep", "batch=1,2", "--plot", "a.png")).to.match(/\.svg/);
    expect(refusalOf("--csv", "/no/such/folder/a.csv")).to.equal("there is no folder /no/such/folder");
  });

  it("lists each measure with what it takes", () => {
    const list = planOf(["--list"], MEASURES);
    for (const { name, parameters } of MEASURES) {
      expect(list).to.match(new RegExp(`^${name}: `, "m"));
      for (const parameter of Object.keys(parameters)) expect(list).to.include(`--${parameter} `);
    }
    expect(planOf(["--help"], MEASURES)).to.include("usage: npm run bench");
  });

  it("has no two measures of a name, and usual values that it would take", () => {
    expect(new Set(MEASURES.map(({ name }) => name)).size).to.equal(MEASURES.length);
    for (const { parameters } of MEASURES)
      for (const { usual, quick = usual, least, most } of Object.values(parameters))
        for (const value of [usual, quick]) expect(value).to.be.within(least, most);
  });
});

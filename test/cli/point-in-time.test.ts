// Times on the command line: days, minutes, seconds, zones, and so long ago.

import { expect } from "chai";

import { endTime, pointInTime } from "../../src/cli/point-in-time.ts";

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0, 900);

describe("a time on the command line", () => {
  const at = (text: string): string => new Date(pointInTime(text, undefined, NOW) * 1000).toISOString();

  it("is a day, a minute or a second, in a zone or UTC", () => {
    for (const text of [
      "2026-11-01",
      "2026-11-01Z",
      "2026-11-01T00:00",
      "2026-11-01 00:00:00",
      "2026-11-01T09:00+09:00",
    ])
      expect(at(text), text).to.equal("2026-11-01T00:00:00.000Z");
    expect(at("2026-11-01T10:00Z")).to.equal("2026-11-01T10:00:00.000Z");
    expect(at("2026-11-01T10:00:59.5Z")).to.equal("2026-11-01T10:00:59.000Z");
  });

  it("is so long ago, never before the beginning of time", () => {
    expect(at("30s")).to.equal("2026-11-28T11:59:30.000Z");
    expect(at("90m")).to.equal("2026-11-28T10:30:00.000Z");
    expect(at("2d")).to.equal("2026-11-26T12:00:00.000Z");
    expect(at("1w")).to.equal("2026-11-21T12:00:00.000Z");
    expect(at("999999999w")).to.equal("1970-01-01T00:00:00.000Z");
  });

  it("is nothing else", () => {
    for (const text of [
      "",
      "2026-02-30",
      "2026-11-01T24:00Z",
      "10:00",
      "0d",
      "2y",
      "-2d",
      "1.5h",
      "2026-11-01T10:00+9",
    ])
      expect(() => at(text), text).to.throw("It is a time such as");
  });
});

describe("an end on the command line", () => {
  const at = (text: string): string => new Date(endTime(text, undefined, NOW) * 1000).toISOString();

  it("is so long from now on, a time, or the end of a day", () => {
    expect(at("12h")).to.equal("2026-11-29T00:00:00.000Z");
    expect(at("30d")).to.equal("2026-12-28T12:00:00.000Z");
    expect(at("2027-01-31")).to.equal("2027-02-01T00:00:00.000Z");
    expect(at("2027-01-31T00:00")).to.equal("2027-01-31T00:00:00.000Z");
  });

  it("is nothing else, and the refusal speaks of the future", () => {
    for (const text of ["2027-02-31", "0d", "later", "999999999w"])
      expect(() => at(text), text).to.throw(/30d, 12h.*2027-01-31/);
  });
});

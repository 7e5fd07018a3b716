// C18: points in time that exist, with a zone, and nothing that `Date` would bend into one.

import { expect } from "chai";
import fc from "fast-check";

import { formatSecond, isTimestamp, LAST_SECOND } from "../../src/core/timestamp.ts";

describe("timestamp", () => {
  for (const text of [
    "2026-07-22T09:30:00Z",
    "2026-07-22T09:30:00.123Z",
    "2026-07-22T09:30:00.123456789+02:00",
    "2026-07-22T23:59:59-14:59",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "1990-01-01T00:00:00Z",
    "2100-12-31T23:59:59Z",
    "2026-07-22t09:30:00z",
    "2026-07-22t09:30:00.5+02:00",
    "2026-07-22T09:30:00.1234567890Z",
    "2026-07-22T09:30:00-00:00",
  ])
    it(`accepted: ${text}`, () => {
      expect(isTimestamp(text)).to.equal(true);
    });

  for (const [title, text] of [
    ["30 February", "2026-02-30T00:00:00Z"],
    ["29 February of a common year", "2026-02-29T00:00:00Z"],
    ["29 February of 2100", "2100-02-29T00:00:00Z"],
    ["31 April", "2026-04-31T00:00:00Z"],
    ["day 0", "2026-01-00T00:00:00Z"],
    ["month 0", "2026-00-01T00:00:00Z"],
    ["month 13", "2026-13-01T00:00:00Z"],
    ["hour 24", "2026-07-22T24:00:00Z"],
    ["minute 60", "2026-07-22T00:60:00Z"],
    ["a leap second", "2016-12-31T23:59:60Z"],
    ["1970", "1970-01-01T00:00:00Z"],
    ["1989", "1989-12-31T23:59:59Z"],
    ["2101", "2101-01-01T00:00:00Z"],
    ["the year 275760", "+275760-09-13T00:00:00Z"],
    ["no zone", "2026-07-22T09:30:00"],
    ["a zone without a colon", "2026-07-22T09:30:00+0200"],
    ["a zone beyond 14 hours", "2026-07-22T09:30:00+15:00"],
    ["a date alone", "2026-07-22"],
    ["a space for the T", "2026-07-22 09:30:00Z"],
    ["a point without digits", "2026-07-22T09:30:00.Z"],
    ["a comma for the point", "2026-07-22T09:30:00,5Z"],
    ["digits of another script", "\u0662026-07-22T09:30:00Z"],
    ["a line feed behind", "2026-07-22T09:30:00Z\n"],
    ["a number", "1784712600"],
    ["nothing", ""],
  ] as const)
    it(`refused: ${title}`, () => {
      expect(isTimestamp(text)).to.equal(false);
    });

  it("is what Date prints, from 1990 to 2100", () => {
    const date = fc.date({
      min: new Date("1990-01-01T00:00:00Z"),
      max: new Date("2100-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (value) => {
        expect(isTimestamp(value.toISOString())).to.equal(true);
      }),
    );
  });

  it("says a POSIX second in UTC, up to the last that can be shown", () => {
    expect([0, 1_795_359_600, LAST_SECOND].map(formatSecond)).to.deep.equal([
      "1970-01-01T00:00:00Z",
      "2026-11-22T15:00:00Z",
      "9999-12-31T23:59:59Z",
    ]);
  });
});

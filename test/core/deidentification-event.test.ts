// The event about a de-identified table: its one form, and what is refused; and the one form of the table's file.

import { expect } from "chai";

import { deidentificationOf, isDeidentification } from "../../src/core/deidentification-event.ts";
import { deidentifiedBytes, DEIDENTIFIED_FORMAT } from "../../src/core/deidentified-table.ts";
import { expectCode } from "../support/expect-code.ts";

const EVENT = {
  ...{ basis: "gdpr-recital-26", claims: ["category"], from: "2026-11-01", to: "2026-11-30", jurisdiction: "eu" },
  ...{ k: 10, l: 2, lawVersion: "2018-05-25", leftOut: 20, profile: "citizen-report:4", rows: 120 },
};

describe("an event about a de-identified table", () => {
  it("is known by its name", () => {
    const vct = "warifu:deidentification:1";
    expect(isDeidentification({ contentName: "provision", vct })).to.equal(true);
    expect(isDeidentification({ contentName: "record", vct })).to.equal(false);
    expect(isDeidentification({ contentName: "provision", vct: "warifu:provision:1" })).to.equal(false);
  });

  it("says of which records the table is and by which rules, and nothing else", () => {
    expect(deidentificationOf({ content: EVENT, digests: ["d"] })).to.deep.equal(EVENT);
    const wrong = [{ from: "1 May" }, { profile: "citizen-report" }, { claims: "category" }, { k: -1 }, { record: 7 }];
    for (const change of [...Object.keys(EVENT).map((name) => ({ [name]: null })), ...wrong])
      expectCode("BODY_INVALID", () => deidentificationOf({ content: { ...EVENT, ...change }, digests: ["d"] }));
    expectCode("BODY_INVALID", () => deidentificationOf({ content: EVENT, digests: [] }));
  });

  it("is about a file that has one form", () => {
    const table = {
      ...({ format: DEIDENTIFIED_FORMAT, log: "a.example/log", profile: "citizen-report:4" } as const),
      ...{ from: "2026-11-01", to: "2026-11-30", k: 10, l: 2, steps: {}, dropped: [], cells: [], rows: 0, leftOut: 0 },
    };
    const other = Object.fromEntries(Object.entries(table).reverse()) as typeof table;
    expect(deidentifiedBytes(other)).to.deep.equal(deidentifiedBytes(table));
  });
});

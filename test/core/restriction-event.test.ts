// Events about restrictions: their one form, and what is refused.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { isRestriction, restrictedRecordsIn, restrictionOf } from "../../src/core/restriction-event.ts";
import { expectCode } from "../support/expect-code.ts";

const CONTENT = { basis: "gdpr-18", jurisdiction: "eu", purposes: ["*"], records: 2, state: "restricted" };
const LIFTED = { ...CONTENT, lifts: 4, request: 3, state: "lifted", purposes: ["street-repair", "planning"] };
const DIGESTS = ["d"];

describe("a restriction", () => {
  it("is read as it was written", () => {
    for (const content of [CONTENT, LIFTED, { ...LIFTED, told: [] }, { ...LIFTED, told: ["before-lifting"] }])
      expect(restrictionOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isRestriction({ contentName: "consent", vct: "warifu:restriction:1" })).to.equal(true);
    expect(isRestriction({ contentName: "consent", vct: "warifu:consent:1" })).to.equal(false);
    expect(isRestriction({ contentName: "record", vct: "warifu:restriction:1" })).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const change of [
      ...Object.keys(CONTENT).map((name) => ({ [name]: undefined })),
      ...[{ state: "gone" }, { basis: "Art. 18" }, { jurisdiction: "EU" }, { records: -1 }, { lifts: 1 }, { more: 1 }],
      ...[{ told: [] }, { lifts: 1, state: "lifted", told: ["She was told"] }],
      ...[{ purposes: [] }, { purposes: ["*", "planning"] }, { purposes: ["A b"] }, { state: "lifted" }],
    ]) {
      const content = Object.fromEntries(
        Object.entries({ ...CONTENT, ...change }).filter(([, value]) => value !== undefined),
      ) as JsonObject;
      expectCode("BODY_INVALID", () => restrictionOf({ content, digests: DIGESTS }));
    }
    expectCode("BODY_INVALID", () => restrictionOf({ content: CONTENT, digests: [] }));
  });

  it("conceals its records and their person, in one form", () => {
    expect(restrictedRecordsIn({ about: { records: [1, 5] } })).to.deep.equal({ records: [1, 5] });
    expect(restrictedRecordsIn({ about: { records: [], subject: "s" } })).to.deep.equal({ records: [], subject: "s" });
    for (const about of [
      null,
      1,
      {},
      { records: 1 },
      { records: [1.5] },
      { records: [-1] },
      { records: [], subject: 1 },
    ])
      expect(restrictedRecordsIn({ about })).to.equal(undefined);
    expect(restrictedRecordsIn({})).to.equal(undefined);
  });
});

// How values are made coarser, and what a profile cannot let leave.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { generalised, type Step } from "../../src/profiles/generalise.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { expectCode } from "../support/expect-code.ts";

const PROFILE = {
  ...{ type: "survey", version: 1, title: "Survey", concernsPeople: true, retentionDays: 30 },
  ...{ public: ["district", "parts"], person: ["mail", "code"] },
  claims: {
    type: "object",
    additionalProperties: false,
    properties: {
      district: { type: "string" },
      parts: { type: "array" },
      mail: { type: "string" },
      code: { type: "string", enum: ["a", "b"] },
      words: { type: "string" },
      sex: { type: "string", enum: ["f", "m", "x"] },
      moved: { type: "boolean" },
      age: { type: "integer" },
      latitude: { type: "number" },
      seenAt: { type: "string", format: "date-time" },
    },
  },
};

describe("values that leave", () => {
  it("are made coarser by their step, in bands that are the same everywhere", () => {
    const cases: [unknown, Step, string | null][] = [
      ["noise", { step: "same" }, "noise"],
      [true, { step: "same" }, "true"],
      [{ a: 1 }, { step: "same" }, null],
      ["2026-11-28T23:30:00-01:00", { step: "hour" }, "2026-11-29T00:00Z"],
      ["2026-11-28T23:30:00-01:00", { step: "day" }, "2026-11-29"],
      ["2026-11-28T23:30:00-01:00", { step: "month" }, "2026-11"],
      ["noon", { step: "day" }, null],
      [7, { step: "day" }, null],
      [37, { step: "band", width: 10 }, "30 to 40"],
      [40, { step: "band", width: 10 }, "40 to 50"],
      [-3.8001, { step: "grid", width: 0.01 }, "-3.81 to -3.8"],
      [-0.001, { step: "grid", width: 0.01 }, "-0.01 to 0"],
      [43.4623, { step: "grid", width: 0.005 }, "43.46 to 43.465"],
      [0.3, { step: "band", width: 0.1 }, "0.3 to 0.4"],
      ["43", { step: "grid", width: 0.01 }, null],
    ];
    for (const [value, step, expected] of cases)
      expect(generalised(value as JsonObject, step), JSON.stringify([value, step])).to.equal(expected);
    for (const step of [{ step: "same" }, { step: "day" }, { step: "band", width: 1 }] as const)
      expect(generalised(undefined, step)).to.equal(null);
  });

  it("are named by a profile, each with a step that fits it", () => {
    const deidentify = {
      ...{ district: { step: "same" }, sex: { step: "same" }, moved: { step: "same" }, seenAt: { step: "hour" } },
      ...{ age: { step: "band", width: 10 }, latitude: { step: "grid", width: 0.01 } },
    };
    expect(parseProfile({ ...PROFILE, deidentify }).document.deidentify).to.deep.equal(deidentify);
  });

  it("are never what identifies a person, free text that is concealed, or too fine a place", () => {
    const wrong: [JsonObject, RegExp][] = [
      [{ mail: { step: "same" } }, /identifies a person/],
      [{ code: { step: "same" } }, /identifies a person/],
      [{ words: { step: "same" } }, /free text/],
      [{ parts: { step: "same" } }, /no single value/],
      [{ invented: { step: "same" } }, /not among the claims/],
      [{ toString: { step: "same" } }, /not among the claims/],
      [{ sex: { step: "band", width: 1 } }, /no number/],
      [{ age: { step: "month" } }, /no time/],
      [{ latitude: { step: "grid", width: 0.001 } }, /0\.005 degrees/],
      [{ age: { step: "band", width: 0 } }, /deidentify/],
      [{ age: { step: "round" } }, /deidentify/],
      [{}, /1 to 16/],
    ];
    for (const [deidentify, message] of wrong)
      expect(expectCode("PROFILE_INVALID", () => parseProfile({ ...PROFILE, deidentify })).message).to.match(message);
  });
});

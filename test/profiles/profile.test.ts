// Profiles: what a type of record may hold, what of it is public, and how many digests hide the rest.

import { expect } from "chai";

import { MAX_JSON_DEPTH, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { expectCode } from "../support/expect-code.ts";

const SENSOR: JsonObject = {
  type: "sensor-reading",
  version: 1,
  title: "A reading of a sensor",
  concernsPeople: false,
  retentionDays: null,
  public: "*",
  claims: {
    type: "object",
    properties: { temperature: { type: "number" }, observedAt: { type: "string", format: "date-time" } },
    required: ["temperature"],
  },
};
const REPORT: JsonObject = {
  type: "citizen-report",
  version: 2,
  title: "A report",
  concernsPeople: true,
  retentionDays: 730,
  public: ["category"],
  claims: {
    type: "object",
    properties: { category: { enum: ["pothole", "light"] }, text: { type: "string" }, reporter: { type: "string" } },
    required: ["category"],
    additionalProperties: false,
  },
};
/** A profile whose JSON has so many levels: a claim of lists of lists. */
function nestedProfile(levels: number): JsonObject {
  let items: JsonObject = { type: "string" };
  for (let level = 4; level < levels; level++) items = { type: "array", items };
  return { ...SENSOR, claims: { type: "object", properties: { a: items } } };
}
const claimsOf = (profile: JsonObject): JsonObject => profile["claims"] as JsonObject;

describe("profile", () => {
  it("with everything public hides nothing", () => {
    const profile = parseProfile(SENSOR);
    expect(profile.vct).to.equal("warifu:sensor-reading:1");
    expect(profile.digestSlots).to.equal(0);
    expect(profile.isPublic("whatever")).to.equal(true);
    expect(profile.document).to.deep.equal(SENSOR);
  });

  it("conceals what it does not name public, in slots of eight", () => {
    const profile = parseProfile(REPORT);
    expect(profile.vct).to.equal("warifu:citizen-report:2");
    expect(profile.isPublic("category")).to.equal(true);
    expect(profile.isPublic("text")).to.equal(false);
    expect(profile.isPublic("toString")).to.equal(false);
    expect(profile.digestSlots).to.equal(8);
  });

  it("has a slot for the signature of the source, too", () => {
    const slots = (concealed: number): number => {
      const names = Array.from({ length: concealed }, (_, at) => [`c${at}`, {}] as const);
      const claims = { type: "object", properties: Object.fromEntries(names), additionalProperties: false };
      return parseProfile({ ...REPORT, public: [], claims }).digestSlots;
    };
    expect([0, 1, 7, 8, 15, 16, 1_023].map(slots)).to.deep.equal([8, 8, 8, 16, 16, 24, 1_024]);
    expectCode("PROFILE_INVALID", () => slots(1_024), /at most 1023 claims/);
  });

  describe("claims", () => {
    it("that fit are accepted", () => {
      parseProfile(SENSOR).assertClaims({
        temperature: 21.5,
        observedAt: "2026-07-22T09:30:00Z",
        more: [1, { a: null }],
      });
      parseProfile(REPORT).assertClaims({ category: "pothole", text: "deep" });
    });

    it("truth B field row 19: times with a zone that RFC 3339 knows are accepted, and no others (d1)", () => {
      const profile = parseProfile(SENSOR);
      const claims = (observedAt: string): JsonObject => ({ temperature: 1, observedAt });
      for (const time of [
        "2026-11-28t10:00:00z",
        "2026-11-28T10:00:00-00:00",
        "2026-11-28T10:00:00.1234567890Z",
        "2026-11-28T10:00:00+14:59",
        "2026-10-25T02:30:00+02:00",
        "2038-01-19T03:14:08Z",
      ])
        profile.assertClaims(claims(time));
      for (const time of [
        "2026-11-28T10:00:00",
        "2026-11-28T10:00:00+0900",
        "2026-11-28T10:00:00+09",
        "2026-11-28T10:00Z",
        "2026-11-28T10:00:00,5Z",
        "2026-11-28",
        "20261128T100000Z",
        "1795334400",
        "/Date(1795334400000)/",
        "令和8年11月28日",
        "28/11/2026 10:00",
        "Sat, 28 Nov 2026 10:00:00 GMT",
        "2026-11-28T10:00:00Z/2026-11-28T11:00:00Z",
        "1970-01-01T00:00:00Z",
        "2101-01-01T00:00:00Z",
        "",
      ])
        expectCode(
          "CLAIMS_INVALID",
          () => profile.assertClaims(claims(time)),
          /write it as 2026-.*, a time that exists in the years 1990 to 2100/,
        );
    });

    const REFUSED: [string, JsonObject, JsonObject, RegExp][] = [
      ["a missing one", SENSOR, {}, /^claims must have required property 'temperature' \(profile sensor-reading\)$/],
      ["another type", SENSOR, { temperature: "warm" }, /^claims\.temperature must be number/],
      [
        "C18 30 February",
        SENSOR,
        { temperature: 1, observedAt: "2026-02-30T00:00:00Z" },
        /^claims\.observedAt must match format "date-time": write it as 2026-/,
      ],
      [
        "one that the profile does not know",
        REPORT,
        { category: "light", phone: "600123456" },
        /^claims must NOT have additional properties: it may have category, text, reporter \(/,
      ],
      [
        "one of no properties at all",
        { ...SENSOR, claims: { type: "object", additionalProperties: false } },
        { temperature: 1 },
        /must NOT have additional properties: it may have none \(/,
      ],
      [
        "a member that an object within does not know",
        { ...SENSOR, claims: { type: "object", properties: { at: { type: "object", additionalProperties: false } } } },
        { at: { lat: 1 } },
        /^claims\.at must NOT have additional properties \(/,
      ],
      [
        "truth B3: a name of a form that takes a long pattern to say",
        { ...SENSOR, claims: { type: "object", propertyNames: { pattern: `^[${"a-z".repeat(40)}]+$` } } },
        { "Jane\u0000": 1 },
        /^a name in claims does not have the form that the profile asks for: look for control characters/,
      ],
      [
        "a value of a form that a short pattern says",
        { ...SENSOR, claims: { type: "object", properties: { code: { type: "string", pattern: "^[A-Z]+$" } } } },
        { code: "Jane" },
        /^claims\.code must match pattern "\^\[A-Z\]\+\$" \(/,
      ],
      ["none of the allowed values", REPORT, { category: "Jane Doe" }, /^claims\.category must be equal to one/],
      ["_sd", SENSOR, { temperature: 1, _sd: [] }, /"_sd" is reserved/],
      ["_sd inside", SENSOR, { temperature: 1, a: [{ b: { _sd: [] } }] }, /"_sd" is reserved/],
      ["...", SENSOR, { temperature: 1, "...": "x" }, /"\.\.\." is reserved/],
      ["... in a list", SENSOR, { temperature: 1, a: [1, { "...": "x" }] }, /"\.\.\." is reserved/],
      ["a name that no parser takes", SENSOR, JSON.parse('{"__proto__":1}') as JsonObject, /"__proto__" is reserved/],
      ["such a name inside", SENSOR, { temperature: 1, a: [{ constructor: 1 }] }, /"constructor" is reserved/],
      ["_sd_alg", SENSOR, { temperature: 1, _sd_alg: "none" }, /"_sd_alg" is reserved/],
      ["evidence", SENSOR, { temperature: 1, evidence: {} }, /"evidence" is reserved/],
      ["received", SENSOR, { temperature: 1, received: "now" }, /"received" is reserved/],
    ];
    for (const [title, profile, claims, pattern] of REFUSED)
      it(`refused: ${title}`, () => {
        const { message } = expectCode("CLAIMS_INVALID", () => parseProfile(profile).assertClaims(claims), pattern);
        expect(message).not.to.match(/Jane|600123456|phone/);
      });
  });

  describe("documents", () => {
    const REFUSED: [string, JsonValue, RegExp][] = [
      ["no object", [], /not a profile/],
      ["a missing member", { ...SENSOR, title: null }, /title/],
      ["an unknown member", { ...SENSOR, more: 1 }, /more/],
      ["a type that could be a path", { ...SENSOR, type: "../x" }, /type/],
      ["version 0", { ...SENSOR, version: 0 }, /version/],
      ["a retention of no day", { ...SENSOR, retentionDays: 0 }, /retentionDays/],
      ["another word than * for everything", { ...SENSOR, public: "all" }, /public/],
      ["claims that are no schema", { ...SENSOR, claims: true }, /claims/],
      ["people, and everything public", { ...SENSOR, concernsPeople: true }, /must list its public claims/],
      [
        "no list of claims to conceal",
        { ...REPORT, claims: { type: "object", additionalProperties: false } },
        /"properties"/,
      ],
      [
        "room for claims that nobody listed",
        { ...REPORT, claims: { ...claimsOf(REPORT), additionalProperties: true } },
        /"additionalProperties"/,
      ],
      ["a public claim that is not there", { ...REPORT, public: ["colour"] }, /"colour" is public but not among/],
      ["a person by a public claim", { ...REPORT, person: ["category"] }, /"category" identifies a person but is not/],
      [
        "a person by a claim that is not there",
        { ...REPORT, person: ["mail"] },
        /"mail" identifies a person but is not/,
      ],
      ["persons of data that is not about people", { ...REPORT, concernsPeople: false, person: ["text"] }, /is about/],
      ["persons where everything is public", { ...SENSOR, person: ["temperature"] }, /"person" is about people/],
      ["a person by no claim", { ...REPORT, person: [] }, /person/],
      ["a schema that does not compile", { ...SENSOR, claims: { type: "strange" } }, /does not compile: .*type/],
      [
        "a bound that no schema may have",
        { ...SENSOR, claims: { type: "object", minProperties: -1 } },
        /minProperties must be/,
      ],
      ["a schema that no event of the log can hold", nestedProfile(MAX_JSON_DEPTH), /deeper than 31/],
      ["a keyword that no schema knows", { ...SENSOR, claims: { type: "object", propertees: {} } }, /does not compile/],
      ["a format that nobody checks", { ...SENSOR, claims: { type: "string", format: "phone" } }, /does not compile/],
      ["a schema elsewhere", { ...SENSOR, claims: { $ref: "https://example.com/schema.json" } }, /does not compile/],
      ["a schema that answers later", { ...SENSOR, claims: { ...claimsOf(SENSOR), $async: true } }, /\$async/],
    ];
    for (const [title, document, pattern] of REFUSED)
      it(`refused: ${title}`, () => {
        expectCode("PROFILE_INVALID", () => parseProfile(document), pattern);
      });
    it("taken: the deepest schema that an event of the log can hold", () => {
      expect(parseProfile(nestedProfile(MAX_JSON_DEPTH - 1)).document.type).to.equal("sensor-reading");
    });
  });
});

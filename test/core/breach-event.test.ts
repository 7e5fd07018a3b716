// Events about breaches: the one form of each step, the bands of numbers, and what is refused.

import { expect } from "chai";

import { bandOf, breachAboutIn, breachOf, isBreach } from "../../src/core/breach-event.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const LAW = { jurisdiction: "eu", lawVersion: "2018-05-25", provisions: ["gdpr-33-1"] };
const NOTED = { ...LAW, clocks: { authority: 5, people: 6 }, knownAt: 4, records: "0-9", state: "noted" };
const LATER = { ...LAW, breach: 3 };
const AMENDED = { ...LATER, clocks: { "authority-full": 7 }, records: "10-99", state: "amended" };
const AUTHORITY = { ...LATER, report: "final", state: "authority-told", toldAt: 9 };
const PEOPLE = { ...LATER, complete: false, people: "0-9", state: "people-told", toldAt: 9 };
const NOT_NEEDED = { ...LATER, reason: "unlikely-risk", state: "not-needed", whom: "authority" };
const CLOSED = { ...LATER, state: "closed" };
const DIGESTS = ["d"];

function expectRefused(one: object, change: object): void {
  const members = Object.entries({ ...one, ...change }).filter(([, value]) => value !== undefined);
  const content = Object.fromEntries(members) as JsonObject;
  expectCode("BODY_INVALID", () => breachOf({ content, digests: DIGESTS }));
}

describe("an event about a breach", () => {
  it("is read as it was written", () => {
    for (const content of [NOTED, AMENDED, AUTHORITY, PEOPLE, { ...PEOPLE, complete: true }, NOT_NEEDED, CLOSED])
      expect(breachOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isBreach({ contentName: "disclosure", vct: "warifu:breach:1" })).to.equal(true);
    expect(isBreach({ contentName: "disclosure", vct: "warifu:access:1" })).to.equal(false);
    expect(isBreach({ contentName: "record", vct: "warifu:breach:1" })).to.equal(false);
  });

  it("has all members of its step, and no others", () => {
    for (const one of [NOTED, AMENDED, AUTHORITY, PEOPLE, NOT_NEEDED, CLOSED]) {
      for (const name of Object.keys(one)) expectRefused(one, { [name]: undefined });
      expectRefused(one, { more: 1 });
      expectRefused(one, { about: "what happened" });
    }
    expectRefused(NOTED, { breach: 3 });
    expectRefused(CLOSED, { toldAt: 9 });
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const change of [{ state: "gone" }, { jurisdiction: "EU" }, { lawVersion: "1" }, { provisions: ["Art. 33"] }])
      expectRefused(NOTED, change);
    for (const clocks of [[], { authority: "soon" }, { authority: -1 }, { police: 5 }])
      expectRefused(NOTED, { clocks });
    for (const records of [7, "7", "8-9"]) expectRefused(NOTED, { records });
    expectRefused(AMENDED, { breach: -1 });
    expectRefused(AUTHORITY, { report: "first" });
    for (const change of [{ complete: 1 }, { people: 3 }, { toldAt: 1.5 }]) expectRefused(PEOPLE, change);
    for (const change of [{ reason: "forgot" }, { whom: "press" }]) expectRefused(NOT_NEEDED, change);
    expectCode("BODY_INVALID", () => breachOf({ content: NOTED, digests: [] }));
  });

  it("has numbers in bands, in which few are like none", () => {
    const numbers = [0, 1, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000, 1_000_000];
    expect(numbers.map(bandOf)).to.deep.equal([
      ...["0-9", "0-9", "0-9", "10-99", "10-99", "100-999", "100-999"],
      ...["1000-9999", "1000-9999", "10000+", "10000+"],
    ]);
  });

  it("conceals what happened and to whom, in one form", () => {
    const facts = { nature: "a laptop was stolen", people: 40, records: 120 };
    const about = {
      ...{ facts, records: [1, 5], happenedAt: 2, onPurpose: true, subjects: ["s"], everybody: true, others: 3 },
      words: "nobody was there",
    };
    expect(breachAboutIn({ about })).to.deep.equal(about);
    expect(breachAboutIn({ about: {} })).to.deep.equal({});
    const wrong: JsonValue[] = [
      ...[
        null,
        1,
        { more: 1 },
        { toString: "x" },
        { records: 1 },
        { records: [1.5] },
        { records: [-1] },
        { subjects: [1] },
      ],
      ...[{ happenedAt: "x" }, { onPurpose: false }, { everybody: 1 }, { others: -1 }, { words: 1 }],
      ...[{ facts: 1 }, { facts: { nature: 1 } }, { facts: { people: "many" } }, { facts: { colour: "red" } }],
    ];
    for (const about of wrong) expect(breachAboutIn({ about }), JSON.stringify(about)).to.equal(undefined);
    expect(breachAboutIn({})).to.equal(undefined);
  });
});

// Events about consent: their one form, and what is refused.

import { expect } from "chai";

import { consentOf, consentSubjectIn, isConsent } from "../../src/core/consent-event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const CONTENT = { jurisdiction: "eu", lawVersion: "2018-05-25", notice: 2, purpose: "research", state: "given" };
const DIGESTS = ["d"];

describe("a consent", () => {
  it("is read as it was written", () => {
    for (const content of [CONTENT, { ...CONTENT, country: "JP", state: "withdrawn" }])
      expect(consentOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isConsent({ contentName: "consent", vct: "warifu:consent:1" })).to.equal(true);
    expect(isConsent({ contentName: "consent", vct: "warifu:request:1" })).to.equal(false);
    expect(isConsent({ contentName: "record", vct: "warifu:consent:1" })).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const change of [
      ...Object.keys(CONTENT).map((name) => ({ [name]: undefined })),
      ...[
        { state: "maybe" },
        { country: "Japan" },
        { purpose: "A b" },
        { notice: -1 },
        { lawVersion: "1" },
        { more: 1 },
      ],
      { jurisdiction: "EU" },
    ]) {
      const content = Object.fromEntries(
        Object.entries({ ...CONTENT, ...change }).filter(([, value]) => value !== undefined),
      ) as JsonObject;
      expectCode("BODY_INVALID", () => consentOf({ content, digests: DIGESTS }));
    }
    expectCode("BODY_INVALID", () => consentOf({ content: CONTENT, digests: [] }));
  });

  it("is a person's by a pseudonym, never by a name", () => {
    for (const subject of ["sub_AAAAAAAAAAAAAAAAAAAAAA", "own_AAAAAAAAAAAAAAAAAAAAA-"])
      expect(consentSubjectIn({ subject })).to.equal(subject);
    for (const subject of ["Hanako", "sub_A", 1, null]) expect(consentSubjectIn({ subject })).to.equal(undefined);
    expect(consentSubjectIn({})).to.equal(undefined);
  });
});

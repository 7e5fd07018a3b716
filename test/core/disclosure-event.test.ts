// Events about who was shown what a record conceals: their one form, and what is refused.

import { expect } from "chai";

import type { Body } from "../../src/core/body.ts";
import { accessOf, disclosureOf, isAccess, isDisclosure } from "../../src/core/disclosure-event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const GRANT = { state: "granted", number: 0, record: 7, claims: 2, purpose: "audit", until: 1_795_334_400 };
const WITHDRAWAL = { state: "withdrawn", number: 0, record: 7 };
const ACCESS = { grant: 9, record: 7 };
const DIGESTS = ["d"];

/** The content with each change in turn; `undefined` leaves a member out. */
function changed(content: object, changes: readonly object[]): JsonObject[] {
  const missing = Object.keys(content).map((name) => ({ [name]: undefined }));
  return [...missing, ...changes].map(
    (change) =>
      Object.fromEntries(
        Object.entries({ ...content, ...change }).filter(([, value]) => value !== undefined),
      ) as JsonObject,
  );
}

describe("a disclosure", () => {
  it("is read as it was written", () => {
    for (const content of [GRANT, WITHDRAWAL])
      expect(disclosureOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isDisclosure({ contentName: "disclosure", vct: "warifu:disclosure:1" } as Body)).to.equal(true);
    for (const other of [
      { contentName: "record", vct: "warifu:disclosure:1" },
      { contentName: "disclosure", vct: "warifu:breach:1" },
    ])
      expect(isDisclosure(other as Body)).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    const wrong = [{ state: "asked" }, { number: -1 }, { purpose: "curiosity" }, { until: "later" }, { to: "Hanako" }];
    for (const content of changed(GRANT, wrong))
      expectCode("BODY_INVALID", () => disclosureOf({ content, digests: DIGESTS }));
    for (const content of changed(WITHDRAWAL, [{ until: 7 }]))
      expectCode("BODY_INVALID", () => disclosureOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => disclosureOf({ content: GRANT, digests: [] }));
  });
});

describe("an access", () => {
  it("is read as it was written", () => {
    for (const content of [ACCESS, { record: 7 }, { request: 4 }])
      expect(accessOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isAccess({ contentName: "disclosure", vct: "warifu:access:1" } as Body)).to.equal(true);
    for (const other of [
      { contentName: "record", vct: "warifu:access:1" },
      { contentName: "disclosure", vct: "warifu:access:2" },
    ])
      expect(isAccess(other as Body)).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const content of [
      {},
      { grant: 9 },
      { ...ACCESS, grant: -1 },
      { ...ACCESS, who: "x" },
      { request: 4, record: 7 },
    ] as JsonObject[])
      expectCode("BODY_INVALID", () => accessOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => accessOf({ content: ACCESS, digests: [] }));
  });
});

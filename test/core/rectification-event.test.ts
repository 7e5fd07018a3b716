// Events about rectifications: their one form, and what is refused.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { isRectification, rectificationOf, rectifiedRecordsIn } from "../../src/core/rectification-event.ts";
import { expectCode } from "../support/expect-code.ts";

const CONTENT = { basis: "gdpr-16", jurisdiction: "eu" };
const DIGESTS = ["d"];

describe("a rectification", () => {
  it("is read as it was written", () => {
    for (const content of [CONTENT, { ...CONTENT, request: 3 }])
      expect(rectificationOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isRectification({ contentName: "consent", vct: "warifu:rectification:1" })).to.equal(true);
    expect(isRectification({ contentName: "consent", vct: "warifu:consent:1" })).to.equal(false);
    expect(isRectification({ contentName: "record", vct: "warifu:rectification:1" })).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    const wrong: JsonObject[] = [
      ...[{ jurisdiction: "eu" }, { basis: "gdpr-16" }, { ...CONTENT, basis: "Art. 16" }],
      ...[
        { ...CONTENT, jurisdiction: "EU" },
        { ...CONTENT, request: -1 },
        { ...CONTENT, more: 1 },
      ],
    ];
    for (const content of wrong) expectCode("BODY_INVALID", () => rectificationOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => rectificationOf({ content: CONTENT, digests: [] }));
  });

  it("conceals which records it is about, in one form", () => {
    expect(rectifiedRecordsIn({ about: { wrong: 1, right: 2 } })).to.deep.equal({ wrong: 1, right: 2 });
    for (const about of [null, 1, {}, { wrong: 1 }, { right: 1 }, { wrong: -1, right: 2 }, { wrong: 1, right: "2" }])
      expect(rectifiedRecordsIn({ about })).to.equal(undefined);
    expect(rectifiedRecordsIn({})).to.equal(undefined);
  });
});

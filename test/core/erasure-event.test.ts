// Events about what is gone of a record: their one form, and what is refused.

import { expect } from "chai";

import { erasureContent, erasureOf, isErasure, isWithholding, withholdingOf } from "../../src/core/erasure-event.ts";
import { LEGAL_BASIS } from "../../src/core/legal-basis.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const ERASED = { basis: "gdpr-17-1-a", record: 7 };
const WITHHELD = { reason: "personal-data", record: 7 } as const;

/** A content with a change; `undefined` takes the member away. */
function changed(content: object, change: object): { readonly content: JsonObject } {
  const members = Object.entries({ ...content, ...change }).filter(([, value]) => value !== undefined);
  return { content: Object.fromEntries(members) as JsonObject };
}

describe("an erasure", () => {
  it("is read as it was written", () => {
    for (const erasure of [ERASED, { ...ERASED, request: 3 }])
      expect(erasureOf({ content: erasureContent(erasure) })).to.deep.equal(erasure);
    expect(erasureContent(ERASED)).to.deep.equal({ ...ERASED, what: "record" });
  });

  it("is refused in any other form", () => {
    for (const change of [
      ...["basis", "record", "what"].map((name) => ({ [name]: undefined })),
      ...[{ what: "picture" }, { basis: "because she asked" }, { record: -1 }, { request: "3" }, { more: 1 }],
    ])
      expectCode("BODY_INVALID", () => erasureOf(changed(erasureContent(ERASED), change)));
  });

  it("is told from a withholding by its vct", () => {
    const of = (vct: string, contentName = "erasure") => ({ contentName, vct });
    expect(["warifu:erasure:1", "warifu:withholding:1"].map((vct) => isErasure(of(vct)))).to.deep.equal([true, false]);
    expect(["warifu:erasure:1", "warifu:withholding:1"].map((vct) => isWithholding(of(vct)))).to.deep.equal([
      false,
      true,
    ]);
    expect(isErasure(of("warifu:erasure:1", "record"))).to.equal(false);
    expect(isWithholding(of("warifu:withholding:1", "record"))).to.equal(false);
  });
});

describe("a withholding", () => {
  it("is read as it was written", () => {
    for (const withholding of [WITHHELD, { ...WITHHELD, basis: "appi-35-3" }])
      expect(withholdingOf({ content: { ...withholding } })).to.deep.equal(withholding);
  });

  it("is refused in any other form", () => {
    for (const change of [
      ...["reason", "record"].map((name) => ({ [name]: undefined })),
      ...[{ reason: "a mistake" }, { basis: "Art. 17" }, { record: 1.5 }, { what: "record" }],
    ])
      expectCode("BODY_INVALID", () => withholdingOf(changed(WITHHELD, change)));
  });
});

describe("a legal basis", () => {
  it("is a short id, which has no room for words about a person", () => {
    for (const basis of ["gdpr-17-1-a", "appi-35-3", "retention", "a", "a".repeat(64)])
      expect(LEGAL_BASIS.test(basis), basis).to.equal(true);
    for (const basis of ["", "GDPR-17", "gdpr 17", "-17", "gdpr-", "gdpr--17", "a".repeat(65), "17-gdpr", "a\n"])
      expect(LEGAL_BASIS.test(basis), basis).to.equal(false);
  });
});

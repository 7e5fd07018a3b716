// Values that identify a person: spellings of one value are alike, and two values are not.

import { expect } from "chai";
import fc from "fast-check";

import { comparable } from "../../src/core/person-value.ts";

const of = (claim: string, value: string): string => JSON.stringify(comparable({ claim, value }));

describe("values that identify a person", () => {
  it("are alike in every spelling of a mail address", () => {
    const spelt = of("reporterEmail", "jane@example.org");
    for (const value of [" Jane@Example.org ", "JANE@EXAMPLE.ORG\n", "jane@example.org"])
      expect(of("reporterEmail", value)).to.equal(spelt);
    expect(of("mail", "jane@example.org"), "a claim of another name").to.equal(spelt);
    expect(of("contactEMail", "jane@example.org")).to.equal(spelt);
    expect(of("reporterEmail", "jane+x@example.org")).not.to.equal(spelt);
  });

  it("are alike in every spelling of a letter", () => {
    expect(of("reporterEmail", "jose\u0301@example.org")).to.equal(of("reporterEmail", "jos\u00e9@example.org"));
    expect(of("reporterId", " jose\u0301")).to.equal(of("reporterId", "jos\u00e9"));
  });

  it("are alike in every spelling of a telephone number", () => {
    const spelt = of("reporterPhone", "34600123456");
    for (const value of ["+34 600 12 34 56", "0034-600-123456", "(+34) 600.123.456", "\uff0b\uff13\uff14600123456"])
      expect(of("reporterPhone", value), value).to.equal(spelt);
    expect(of("reporterPhone", "600123456")).not.to.equal(spelt);
  });

  it("keep ids as they are, and one kind apart from another", () => {
    expect(of("reporterId", "A-1")).not.to.equal(of("reporterId", "a-1"));
    expect(of("reporterId", "a@b")).not.to.equal(of("reporterEmail", "a@b"));
    expect(of("reporterId", "600123456")).not.to.equal(of("reporterPhone", "600123456"));
  });

  it("are none where nothing is left of them", () => {
    for (const [claim, value] of [
      ["reporterEmail", "  "],
      ["reporterPhone", "none"],
      ["reporterPhone", "+"],
      ["reporterId", "\u3000"],
    ] as const)
      expect(comparable({ claim, value }), value).to.equal(undefined);
  });

  it("do not change when they are put into that form again", () => {
    fc.assert(
      fc.property(fc.constantFrom("reporterId", "reporterEmail", "reporterPhone"), fc.string(), (claim, value) => {
        const once = comparable({ claim, value });
        if (once && once.kind !== "phone") expect(comparable({ claim, value: once.text })).to.deep.equal(once);
      }),
    );
  });
});

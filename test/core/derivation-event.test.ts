// Events about what was made of a picture: their one form, and what is refused.

import { expect } from "chai";

import { derivationOf, derivedPictureIn, isDerivation } from "../../src/core/derivation-event.ts";
import type { Body } from "../../src/core/body.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const CONTENT = { by: "client", manualBoxes: 2, picture: 15, record: 7, tool: "GANonymizer", version: "2.1" };
const FULL = { ...CONTENT, facesFound: 0, model: "a".repeat(64) };
const DIGESTS = ["d"];

describe("a derivation", () => {
  it("is read as it was written", () => {
    for (const content of [CONTENT, FULL]) expect(derivationOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isDerivation({ contentName: "derivation", vct: "warifu:derivation:1" } as Body)).to.equal(true);
    for (const other of [
      { contentName: "record", vct: "warifu:derivation:1" },
      { contentName: "derivation", vct: "warifu:derivation:2" },
    ])
      expect(isDerivation(other as Body)).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const change of [
      ...Object.keys(CONTENT).map((name) => ({ [name]: undefined })),
      ...[
        { by: "nobody" },
        { picture: 16 },
        { tool: "<b>" },
        { version: "" },
        { model: "x" },
        { facesFound: -1 },
        { more: 1 },
      ],
    ]) {
      const content = Object.fromEntries(
        Object.entries({ ...FULL, ...change }).filter(([, value]) => value !== undefined),
      ) as JsonObject;
      expectCode("BODY_INVALID", () => derivationOf({ content, digests: DIGESTS }));
    }
    expectCode("BODY_INVALID", () => derivationOf({ content: CONTENT, digests: [] }));
  });

  it("has an outcome that is whole, or none", () => {
    const out = { bytes: 1, height: 2, sha256: "b".repeat(64), type: "image/webp", width: 3 };
    expect(derivedPictureIn(out)).to.deep.equal(out);
    for (const value of [
      undefined,
      null,
      "x",
      { ...out, bytes: "1" },
      { ...out, sha256: "b" },
      { ...out, sha256: 1 },
      { ...out, type: 1 },
    ])
      expect(derivedPictureIn(value)).to.equal(undefined);
  });
});

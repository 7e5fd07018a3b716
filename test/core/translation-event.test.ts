// Events about translations: their one form, and what is refused.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { isTranslation, textsIn, translationOf } from "../../src/core/translation-event.ts";
import { expectCode } from "../support/expect-code.ts";

const PERSON = { by: "person", from: "es", of: "concealed", record: 7, to: "ja" };
const MACHINE = { ...PERSON, by: "machine", tool: "bergamot", version: "0.4.9" };
const FULL = { ...MACHINE, models: ["a".repeat(64), "b".repeat(64)] };
const DIGESTS = ["d"];

describe("a translation", () => {
  it("is read as it was written", () => {
    for (const content of [PERSON, MACHINE, FULL])
      expect(translationOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isTranslation({ contentName: "derivation", vct: "warifu:translation:1" })).to.equal(true);
    expect(isTranslation({ contentName: "record", vct: "warifu:translation:1" })).to.equal(false);
    expect(isTranslation({ contentName: "derivation", vct: "warifu:derivation:1" })).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const change of [
      ...Object.keys(MACHINE).map((name) => ({ [name]: undefined })),
      ...[{ by: "nobody" }, { by: "person" }, { of: "all" }, { from: "ES" }, { to: "es" }, { to: "es-ES" }],
      ...[{ tool: "<b>" }, { version: "" }, { models: [] }, { models: ["x"] }, { record: -1 }, { text: "hello" }],
      { models: Array.from({ length: 5 }, () => "a".repeat(64)) },
    ]) {
      const content = Object.fromEntries(
        Object.entries({ ...FULL, ...change }).filter(([, value]) => value !== undefined),
      ) as JsonObject;
      expectCode("BODY_INVALID", () => translationOf({ content, digests: DIGESTS }));
    }
    expectCode("BODY_INVALID", () => translationOf({ content: MACHINE, digests: [] }));
  });

  it("has texts by the names of claims, or none", () => {
    expect(textsIn({ text: "hola" })).to.deep.equal({ text: "hola" });
    for (const value of [undefined, null, "hola", ["hola"], { text: 1 }]) expect(textsIn(value)).to.equal(undefined);
  });
});

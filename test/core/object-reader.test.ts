// Reading the members of a stranger's object: each by name and type, none left over, the first fault named by its path.

import { expect } from "chai";

import type { JsonValue } from "../../src/core/json.ts";
import { ObjectReader } from "../../src/core/object-reader.ts";
import { expectCode } from "../support/expect-code.ts";

const read = (value: JsonValue): ObjectReader => new ObjectReader(value, "thing", "POLICY_INVALID");
const refused = (act: () => unknown, path: RegExp): void => {
  expectCode("POLICY_INVALID", act, path);
};

describe("shape", () => {
  it("only objects are read", () => {
    for (const value of [null, [], "a", 1, true] as JsonValue[]) refused(() => read(value), /^thing must be an object/);
    refused(() => new ObjectReader(undefined, "thing", "POLICY_INVALID"), /must be an object/);
  });

  it("text, with a pattern where there is one", () => {
    expect(read({ a: "x1" }).string("a")).to.equal("x1");
    expect(read({ a: "x1" }).string("a", /^x\d$/)).to.equal("x1");
    refused(() => read({ a: "x" }).string("a", /^x\d$/), /^thing\.a does not have the right form/);
    for (const value of [1, null, ["x"], {}] as JsonValue[])
      refused(() => read({ a: value }).string("a"), /thing\.a must be text/);
    refused(() => read({}).string("a"), /thing\.a must be text/);
  });

  it("text or null, but not nothing", () => {
    expect(read({ a: "x" }).stringOrNull("a")).to.equal("x");
    expect(read({ a: null }).stringOrNull("a")).to.equal(null);
    refused(() => read({}).stringOrNull("a"), /thing\.a must be text/);
    refused(() => read({ a: 1 }).stringOrNull("a"), /thing\.a must be text/);
  });

  it("whole numbers from 0 to 2^53-1", () => {
    for (const value of [0, 7, Number.MAX_SAFE_INTEGER]) expect(read({ a: value }).count("a")).to.equal(value);
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, "1", null] as JsonValue[])
      refused(() => read({ a: value }).count("a"), /thing\.a must be a whole number/);
    refused(() => read({}).count("a"), /thing\.a/);
  });

  it("lists of texts", () => {
    expect(read({ a: ["x", "y"] }).strings("a")).to.deep.equal(["x", "y"]);
    expect(read({ a: [] }).strings("a", /^x$/)).to.deep.equal([]);
    refused(() => read({ a: ["x", 1] }).strings("a"), /thing\.a has an item/);
    refused(() => read({ a: ["x", "y"] }).strings("a", /^x$/), /thing\.a has an item/);
    refused(() => read({ a: "x" }).strings("a"), /thing\.a must be a list/);
  });

  it("objects and lists of objects, whose paths go on", () => {
    expect(
      read({ a: { b: "x" } })
        .object("a")
        .string("b"),
    ).to.equal("x");
    refused(
      () =>
        read({ a: { b: 1 } })
          .object("a")
          .string("b"),
      /^thing\.a\.b must be text/,
    );
    const [, second] = read({ a: [{ b: "x" }, { b: 2 }] }).objects("a");
    refused(() => second!.string("b"), /^thing\.a\[1\]\.b must be text/);
    refused(() => read({ a: [1] }).objects("a"), /^thing\.a\[0\] must be an object/);
    refused(() => read({ a: {} }).objects("a"), /thing\.a must be a list/);
    refused(() => read({}).object("a"), /thing\.a must be an object/);
  });

  it("has tells whether something is there; null is nothing", () => {
    const reader = read({ a: 0, b: null });
    expect([reader.has("a"), reader.has("b"), reader.has("c")]).to.deep.equal([true, false, false]);
  });

  it("members of the language's own objects are not there", () => {
    expect(read({}).has("toString")).to.equal(false);
    refused(() => read({}).string("toString"), /must be text/);
  });

  it("end refuses what nobody asked for, without repeating it", () => {
    const reader = read({ a: "x", secret: 1 });
    reader.string("a");
    const { message } = expectCode("POLICY_INVALID", () => reader.end(), /^thing has an unknown member$/);
    expect(message).not.to.match(/secret/);
    reader.has("secret");
    reader.end();
  });
});

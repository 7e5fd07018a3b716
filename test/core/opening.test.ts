// Openings: RFC 9901's own digests, the text that is kept, and what is no opening.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { SALT_BYTES, formatOpening, openingDigest, parseOpening } from "../../src/core/opening.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const salt = new Uint8Array(SALT_BYTES).fill(0x5a);
const saltText = Buffer.from(salt).toString("base64url");
const textOf = (json: string): string => Buffer.from(json).toString("base64url");

describe("disclosure", () => {
  it("digests are those of RFC 9901, of objects and of array elements", () => {
    const EXAMPLES = [
      [
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
        "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
      ],
      ["WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"],
    ] as const;
    for (const [text, digest] of EXAMPLES) expect(openingDigest(text)).to.equal(digest);
  });

  it("an opening is base64url of [salt, name, value], its digest that of the text", () => {
    const text = formatOpening({ salt, name: "reporter", value: { name: "M\u00f6bius" } });
    expect(text).to.equal(textOf(`["${saltText}","reporter",{"name":"M\u00f6bius"}]`));
    expect(openingDigest(text)).to.equal(createHash("sha256").update(text, "ascii").digest("base64url"));
  });

  it("format and parse are inverse", () => {
    const name = fc
      .string({ unit: "binary" })
      .filter((text) => !["__proto__", "constructor", "prototype"].includes(text));
    const value = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: "binary" }), fc.constantFrom(null, true, [1, {}]));
    const bytes = fc.uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES });
    fc.assert(
      fc.property(bytes, name, value as fc.Arbitrary<JsonValue>, (random, claim, content) => {
        const opening = { salt: random, name: claim, value: content };
        expect(parseOpening(formatOpening(opening))).to.deep.equal(opening);
      }),
    );
  });

  it("any JSON spelling is read; the digest tells them apart", () => {
    const spaced = textOf(`[ "${saltText}" , "a" , 1.0 ]`);
    expect(parseOpening(spaced)).to.deep.equal({ salt, name: "a", value: 1 });
    expect(openingDigest(spaced)).not.to.equal(openingDigest(formatOpening({ salt, name: "a", value: 1 })));
  });

  const REFUSED: [string, string][] = [
    ["nothing", ""],
    ["no base64url", "*"],
    ["base64 with padding", `${textOf(`["${saltText}","a",1]`)}=`],
    ["bytes that are no UTF-8", Buffer.of(0xff).toString("base64url")],
    ["no JSON", textOf("[")],
    ["no array", textOf('{"0":1}')],
    ["an array element's opening", textOf(`["${saltText}","FR"]`)],
    ["four items", textOf(`["${saltText}","a",1,2]`)],
    ["a salt that is no text", textOf('[1,"a",1]')],
    ["a name that is no text", textOf(`["${saltText}",1,1]`)],
    ["a salt of 16 bytes", textOf(`["${Buffer.alloc(16).toString("base64url")}","a",1]`)],
    ["a salt of 33 bytes", textOf(`["${Buffer.alloc(33).toString("base64url")}","a",1]`)],
    ["a salt in another alphabet", textOf(`["${"+".repeat(43)}","a",1]`)],
    ["a value with a name twice", textOf(`["${saltText}","a",{"b":1,"b":2}]`)],
    ["C9 __proto__ as a name", textOf(`["${saltText}","__proto__",{"polluted":true}]`)],
    ["C9 constructor as a name", textOf(`["${saltText}","constructor",1]`)],
  ];
  for (const [title, text] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("OPENING_INVALID", () => parseOpening(text));
    });
});

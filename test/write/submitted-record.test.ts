// Records as sources submit them: which shapes are taken, and what a refusal says.

import { expect } from "chai";
import fc from "fast-check";

import { parseJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import { MAX_RECORD_BYTES } from "../../src/core/record.ts";
import { assertRecord } from "../../src/write/submitted-record.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";

const CLAIMS: JsonObject = { temperature: 21.5, unit: "C" };
const RECORD: JsonObject = { type: "sensor-reading", source: "santander/env-419", seq: 17, claims: CLAIMS };

describe("submitted record", () => {
  it("is accepted with all members, and without those that may be left out", () => {
    const evidence = { alg: "Ed25519", key: "A".repeat(44), sig: "A".repeat(88) };
    const full = { ...RECORD, key: "2026-07-22T09:30/419", evidence };
    expect(assertRecord(full)).to.deep.equal(full);
    const least = { type: "t", source: "s", claims: {} };
    expect(assertRecord(least)).to.deep.equal(least);
    expect(MAX_RECORD_BYTES).to.equal(65_536);
  });

  const REFUSED: [string, JsonValue, RegExp][] = [
    ["no object", [RECORD], /record:/],
    ["null", null, /record:/],
    ["a missing type", { source: "s", claims: {} }, /type: is missing/],
    ["a missing source", { type: "t", claims: {} }, /source: is missing/],
    ["missing claims", { type: "t", source: "s" }, /claims: must be an object/],
    ["claims that are a list", { ...RECORD, claims: [] }, /claims: must be an object/],
    ["claims that are null", { ...RECORD, claims: null }, /claims/],
    [
      "an unknown member, with those that there are",
      { ...RECORD, leafIndex: 1 },
      /record: has a member that a record does not have: there are key, type, source, seq, claims, evidence$/,
    ],
    [
      "a member beside a JWS",
      { jws: "a.b.c", key: "k" },
      /: a record signed as a whole has the member jws alone; its key, type, source and the like are in what was signed$/,
    ],
    ["a JWS that is no text", { jws: 5 }, /: jws must be text, a JWS in its compact form$/],
    [
      "an unknown member of the evidence",
      { ...RECORD, evidence: { alg: "Ed25519", key: "A".repeat(44), sig: "A".repeat(88), x: 1 } },
      /evidence: has a member that evidence does not have: there are alg, key, sig$/,
    ],
    ["a type with a capital", { ...RECORD, type: "Sensor" }, /type: must be 1 to 64 of the characters a-z/],
    ["a type that starts with a digit", { ...RECORD, type: "1t" }, /type/],
    ["a type of 65 characters", { ...RECORD, type: "t".repeat(65) }, /type/],
    ["an empty source", { ...RECORD, source: "" }, /source/],
    ["a source of 129 characters", { ...RECORD, source: "s".repeat(129) }, /source/],
    ["a source with a space", { ...RECORD, source: "a b" }, /source: must be 1 to 128 of the characters A-Z/],
    ["a source with a line feed", { ...RECORD, source: "a\nb" }, /source/],
    ["a source with a final line feed", { ...RECORD, source: "a\n" }, /source/],
    ["a source with a homoglyph", { ...RECORD, source: "s\u0430ntander" }, /source/],
    ["a source with a direction mark", { ...RECORD, source: "a\u202eb" }, /source/],
    ["a source that starts with a dot", { ...RECORD, source: "../etc" }, /source/],
    ["a negative seq", { ...RECORD, seq: -1 }, /seq/],
    ["a seq with a fraction", { ...RECORD, seq: 0.5 }, /seq/],
    ["a seq as text", { ...RECORD, seq: "17" }, /seq/],
    ["a seq of 2^53", { ...RECORD, seq: 2 ** 53 }, /seq/],
    ["a seq that is null", { ...RECORD, seq: null }, /seq/],
    ["an empty key", { ...RECORD, key: "" }, /key/],
    ["a key with a space", { ...RECORD, key: "a b" }, /key: must be 1 to 128 printable ASCII characters/],
    ["a key outside of ASCII", { ...RECORD, key: "\u00e9" }, /key/],
    ["a key of 129 characters", { ...RECORD, key: "k".repeat(129) }, /key/],
    ["evidence without a signature", { ...RECORD, evidence: { alg: "Ed25519", key: "A".repeat(44) } }, /evidence\.sig/],
    [
      "D8 alg none",
      { ...RECORD, evidence: { alg: "none", key: "A".repeat(44), sig: "A".repeat(88) } },
      /evidence\.alg/,
    ],
    [
      "D8 another alg",
      { ...RECORD, evidence: { alg: "ES256", key: "A".repeat(44), sig: "A".repeat(88) } },
      /evidence\.alg/,
    ],
    ["evidence that is null", { ...RECORD, evidence: null }, /evidence/],
  ];
  for (const [title, value, pattern] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("RECORD_INVALID", () => assertRecord(value), pattern);
    });

  it("a refusal names members and never repeats what they hold, nor names of the sender's own", () => {
    const secret = "Jane-Doe-600123456";
    const values: JsonValue[] = [
      { ...RECORD, source: ` ${secret}` },
      { ...RECORD, type: secret },
      { ...RECORD, key: `\n${secret}` },
      { ...RECORD, seq: secret },
      { ...RECORD, [secret]: 1 },
      { ...RECORD, claims: secret },
      { ...RECORD, evidence: { alg: secret, key: secret, sig: secret } },
    ];
    for (const value of values)
      expect(expectCode("RECORD_INVALID", () => assertRecord(value)).message).not.to.contain(secret);
  });

  it("C21 any JSON value is a record or refused by name", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        if (codeOfRefusal(() => parseJson(text, "x")) !== undefined) return;
        const code = codeOfRefusal(() => assertRecord(parseJson(text, "x")));
        expect(code === undefined || code === "RECORD_INVALID").to.equal(true);
      }),
    );
  });
});

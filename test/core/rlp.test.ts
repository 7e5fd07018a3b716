// RLP against @ethereumjs/rlp: the same values, and a refusal of every second encoding.

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import fc from "fast-check";

import { fromHex, toHex } from "../../src/core/bytes.ts";
import { MAX_RLP_BYTES, decodeRlp, encodeRlp, encodeRlpNumber, type Rlp } from "../../src/core/rlp.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";

const hexTree = (value: Rlp): unknown => (value instanceof Uint8Array ? toHex(value) : value.map(hexTree));
const { value: anyValue } = fc.letrec<{ value: Rlp }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.uint8Array({ maxLength: 3 }),
    fc.uint8Array({ maxLength: 400 }),
    fc.array(tie("value"), { maxLength: 6 }),
  ),
}));

describe("rlp", () => {
  it("decodes what @ethereumjs/rlp encodes", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(hexTree(decodeRlp(RLP.encode(value)))).to.deep.equal(hexTree(value));
      }),
      { numRuns: 500 },
    );
  });

  it("encodes as @ethereumjs/rlp does", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(toHex(encodeRlp(value))).to.equal(toHex(RLP.encode(value)));
      }),
      { numRuns: 500 },
    );
    const long = new Uint8Array(70_000).fill(1);
    for (const value of [long, [long, [...Array<Uint8Array>(70_000).fill(Uint8Array.of(1))]]])
      expect(toHex(encodeRlp(value))).to.equal(toHex(RLP.encode(value)));
  });

  it("of strings and lists at every length where the form of the prefix changes", () => {
    for (const length of [0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 60_000]) {
      const bytes = new Uint8Array(length).fill(0x7f);
      expect(hexTree(decodeRlp(RLP.encode(bytes)))).to.equal(toHex(bytes));
      const list = Array.from(bytes, (byte) => Uint8Array.of(byte));
      expect(decodeRlp(RLP.encode(list))).to.have.length(length);
    }
  });

  it("accepts no second encoding: what it decodes, encodes to the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
        if (codeOfRefusal(() => decodeRlp(bytes)) !== undefined) return;
        expect(toHex(RLP.encode(decodeRlp(bytes)))).to.equal(toHex(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  it("agrees with @ethereumjs/rlp on which bytes are no encoding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), (bytes) => {
        let byLibrary = true;
        try {
          RLP.decode(bytes);
        } catch {
          byLibrary = false;
        }
        expect(codeOfRefusal(() => decodeRlp(bytes)) === undefined, toHex(bytes)).to.equal(byLibrary);
      }),
      { numRuns: 5_000 },
    );
  });

  const REFUSED: [string, string][] = [
    ["nothing", ""],
    ["two values", "0102"],
    ["a byte with a needless prefix", "8105"],
    ["a string cut off", "8301"],
    ["a list cut off", "c301"],
    ["a long string cut off", "b83801"],
    ["a length cut off", "b9"],
    ["a list's length cut off", "f9ff"],
    ["a long form for a short string", `b837${"11".repeat(55)}`],
    ["a long form for a short list", `f837${"11".repeat(55)}`],
    ["a length with a leading zero", `b90038${"11".repeat(56)}`],
    ["a length of eight bytes", "bfffffffffffffffff"],
    ["an item that reaches beyond its list", "c28301"],
  ];
  for (const [title, hex] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("ENCODING_INVALID", () => decodeRlp(fromHex(hex, "test")));
    });

  it("nesting is limited: eight lists are read, nine are not", () => {
    const nested = (depth: number): Uint8Array => Uint8Array.from({ length: depth }, (_, at) => 0xc0 + depth - 1 - at);
    expect(codeOfRefusal(() => decodeRlp(nested(8)))).to.equal(undefined);
    expectCode("ENCODING_INVALID", () => decodeRlp(nested(9)), /too deep/);
  });

  it("length is limited", () => {
    const bytes = RLP.encode(new Uint8Array(MAX_RLP_BYTES));
    expectCode("ENCODING_INVALID", () => decodeRlp(bytes), /longer/);
  });

  it("numbers are encoded in the fewest bytes", () => {
    for (const number of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expect(toHex(encodeRlpNumber(number))).to.equal(toHex(RLP.encode(number)));
  });
});

// Canonical JSON written as bytes is the same as written as text (RFC 8785); the npm package `canonicalize` is the referee.
// Invariant: what was handed out stays as it is, whatever is written after it.

import canonicalize from "canonicalize";
import { expect } from "chai";
import fc from "fast-check";

import { CanonicalWriter, canonicalBytes } from "../../src/core/canonical-bytes.ts";
import { canonicalJson, type JsonValue } from "../../src/core/json.ts";

/** Blocks of the writer hold 16 KiB. */
const BEYOND_BLOCK = 20_000;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

describe("canonical JSON as bytes", () => {
  it("is what `canonicalize` prints", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        expect(textOf(canonicalBytes(value as JsonValue))).to.equal(canonicalize(value));
      }),
      { numRuns: 500 },
    );
  });

  it("escapes what has to be, in short strings and long ones, wherever it stands", () => {
    for (const odd of ['"', "\\", "\n", "\u0000", "\u001f", "\u007f", "\u0080", "é", "日", "\u{1f600}"])
      for (const length of [0, 1, 46, 47, 48, 49, 300])
        for (const before of [0, length]) {
          const value = `${"a".repeat(before)}${odd}${"b".repeat(length - before)}`;
          expect(textOf(canonicalBytes({ [value]: value }))).to.equal(canonicalJson({ [value]: value }));
        }
  });

  it("keeps what it handed out, over many blocks", () => {
    const values = Array.from({ length: 2_000 }, (_, at) => ({ at, text: "日".repeat(at % 40) }));
    const written = values.map(canonicalBytes);
    expect(written.map(textOf)).to.deep.equal(values.map(canonicalJson));
  });

  it("writes values larger than a block", () => {
    for (const value of ["a", "\u0001", "日"].map((unit) => unit.repeat(BEYOND_BLOCK)))
      expect(textOf(canonicalBytes([1, value, value]))).to.equal(canonicalJson([1, value, value]));
  });

  it("takes pieces that are JSON already, and goes on in another block", () => {
    const writer = new CanonicalWriter();
    const piece = canonicalBytes({ b: [], a: {} });
    const pieces = Math.ceil(BEYOND_BLOCK / piece.length);
    writer.ascii("left behind");
    writer.begin();
    writer.ascii("[0");
    for (let at = 0; at < pieces; at++) {
      writer.ascii(",");
      writer.bytes(piece);
    }
    writer.ascii("]");
    const whole = [0, ...Array.from({ length: pieces }, () => ({ a: {}, b: [] }))];
    expect(textOf(writer.take())).to.equal(canonicalJson(whole));
    writer.begin();
    expect(writer.take().length).to.equal(0);
  });
});

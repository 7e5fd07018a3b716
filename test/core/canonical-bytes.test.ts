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

  it("copies what it has written a few times at most, however many pieces a large value has", () => {
    const { set } = Uint8Array.prototype;
    const value = Array.from({ length: BEYOND_BLOCK }, (_, at) => at);
    let copied = 0;
    Uint8Array.prototype.set = function (this: Uint8Array, source: ArrayLike<number>, at?: number) {
      copied += source.length;
      set.call(this, source, at);
    };
    let written: Uint8Array;
    try {
      written = canonicalBytes(value);
    } finally {
      Uint8Array.prototype.set = set;
    }
    expect(textOf(written)).to.equal(canonicalJson(value));
    expect(copied).to.be.below(2 * written.length);
  });

  it("keeps no more room for a large value than it takes", () => {
    const value = ["日".repeat(BEYOND_BLOCK), 1];
    const written = canonicalBytes(value);
    const next = canonicalBytes(value[1] as JsonValue);
    expect(textOf(written)).to.equal(canonicalJson(value));
    expect(written.buffer.byteLength).to.equal(written.length);
    expect(next.buffer.byteLength).to.be.at.most(BEYOND_BLOCK);
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

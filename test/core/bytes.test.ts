// The text codecs of bytes: one spelling for each byte string, checked against node's Buffer and by exhaustion.

import { expect } from "chai";
import fc from "fast-check";

import {
  base64ReaderFor,
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromDecimal,
  fromHex,
  fromUtf8,
  hexReaderFor,
  textWritersFor,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
  utf8For,
  utf8ToBase64Url,
  utf8ToBase64UrlFor,
} from "../../src/core/bytes.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";

const CODECS = [
  { name: "hex", format: toHex, parse: fromHex, byNode: (bytes: Uint8Array) => Buffer.from(bytes).toString("hex") },
  {
    name: "base64",
    format: toBase64,
    parse: fromBase64,
    byNode: (bytes: Uint8Array) => Buffer.from(bytes).toString("base64"),
  },
  {
    name: "base64url",
    format: toBase64Url,
    parse: fromBase64Url,
    byNode: (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url"),
  },
] as const;

describe("bytes", () => {
  for (const { name, format, parse, byNode } of CODECS) {
    describe(name, () => {
      it("is the same where there is no Buffer", () => {
        const writers = textWritersFor(undefined);
        const portable = { hex: writers.toHex, base64: writers.toBase64, base64url: writers.toBase64Url }[name];
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(9), (bytes, from) => {
            expect(portable(bytes.subarray(from))).to.equal(byNode(bytes.subarray(from)));
          }),
        );
        expect(portable(new Uint8Array(100_000).fill(0xfb))).to.equal(byNode(new Uint8Array(100_000).fill(0xfb)));
      });

      it("prints what node prints, and reads it back", () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
            const text = format(bytes);
            expect(text).to.equal(byNode(bytes));
            expect(equalBytes(parse(text, "x"), bytes)).to.equal(true);
          }),
        );
      });

      it("accepts no second spelling: what it reads, it prints the same", () => {
        const alphabet = fc.constantFrom(..."ABab01+/-_= \n\tzZ9f");
        fc.assert(
          fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
            if (codeOfRefusal(() => parse(text, "x")) === undefined) expect(format(parse(text, "x"))).to.equal(text);
          }),
          { numRuns: 5000 },
        );
      });

      it("checks the length that is asked for", () => {
        expect(parse(format(Uint8Array.of(1, 2, 3)), "x", 3)).to.have.length(3);
        expectCode("ENCODING_INVALID", () => parse(format(Uint8Array.of(1, 2, 3)), "the key", 4), /the key is 3 bytes/);
      });

      it("handles megabytes, well-formed and not, without a stall or an overflow", () => {
        const text = format(new Uint8Array(12_000_000).fill(0xaa));
        expect(parse(text, "x")).to.have.length(12_000_000);
        expectCode("ENCODING_INVALID", () => parse(`${text}!`, "x"));
      });
    });
  }

  it("reads base64 alike where there is no Buffer", () => {
    const portable = base64ReaderFor(undefined);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(equalBytes(portable(toBase64Url(bytes)), bytes)).to.equal(true);
        expect(equalBytes(portable(toBase64(bytes).replaceAll("=", "")), bytes)).to.equal(true);
      }),
    );
  });

  it("reads hexadecimal alike where there is no Buffer", () => {
    const [portable, byNode] = [hexReaderFor(undefined), hexReaderFor(Buffer)];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(equalBytes(portable(toHex(bytes)), bytes)).to.equal(true);
        expect(equalBytes(byNode(toHex(bytes)), bytes)).to.equal(true);
      }),
    );
  });

  describe("C19 lax spellings are refused", () => {
    const lax: [string, (text: string, what: string) => Uint8Array, string][] = [
      ["non-zero trailing bits", fromBase64, "AB=="],
      ["a space inside", fromBase64, "A A="],
      ["no padding", fromBase64, "AA"],
      ["padding only", fromBase64, "===="],
      ["padding inside", fromBase64, "AA==AA=="],
      ["too much padding", fromBase64, "A==="],
      ["the url alphabet", fromBase64, "-_-_"],
      ["a line break", fromBase64, "AAAA\nAAAA"],
      ["a final line break", fromBase64, "AAAA\n"],
      ["padding in base64url", fromBase64Url, "AA=="],
      ["the plain alphabet in base64url", fromBase64Url, "+/+/"],
      ["a lone digit of base64url", fromBase64Url, "A"],
      ["non-zero trailing bits of base64url", fromBase64Url, "AB"],
      ["an odd number of hex digits", fromHex, "abc"],
      ["capital hex digits", fromHex, "AB"],
      ["a prefix before hex", fromHex, "0xab"],
    ];
    for (const [title, parse, text] of lax)
      it(title, () => {
        expectCode("ENCODING_INVALID", () => parse(text, "x"));
      });
  });

  it("decimals have one spelling and end at 2^53-1", () => {
    for (const [text, value] of [
      ["0", 0],
      ["7", 7],
      ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ] as const)
      expect(fromDecimal(text, "x")).to.equal(value);
    for (const text of ["", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "0x10", "9007199254740992"])
      expectCode("ENCODING_INVALID", () => fromDecimal(text, "x"));
    expectCode("ENCODING_INVALID", () => fromDecimal("9".repeat(1_000_000), "x"));
  });

  describe("UTF-8", () => {
    it("is the same on every platform", () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), (text) => {
          expect([...utf8For(undefined)(text)]).to.deep.equal([...utf8For(Buffer)(text)]);
        }),
      );
    });

    it("becomes base64url in one step as in two, on every platform", () => {
      const writers = [utf8ToBase64UrlFor(Buffer), utf8ToBase64UrlFor(undefined), utf8ToBase64Url];
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), fc.constantFrom(1, 200), (text, times) => {
          const long = text.repeat(times);
          for (const write of writers) expect(write(long)).to.equal(toBase64Url(utf8(long)));
        }),
      );
      for (const write of writers) expect(write("\u{1f600}".repeat(5_000))).to.have.length(Math.ceil((20_000 * 4) / 3));
    });

    it("round trips every well-formed text, a byte order mark included", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
          expect(fromUtf8(utf8(text), "x")).to.equal(text);
        }),
      );
      expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), "x")).to.equal("\ufeffA");
    });

    it("C4 invalid sequences are refused", () => {
      const invalid = ["ff", "fe", "80", "c0af", "e08080", "eda080", "f4908080", "c3", "fffe41"];
      for (const hex of invalid)
        expectCode("ENCODING_INVALID", () => fromUtf8(fromHex(hex, "x"), "the note"), /the note/);
    });
  });

  it("equalBytes compares content and length", () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).to.equal(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.equal(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).to.equal(false);
  });

  it("concatBytes joins, and respects views", () => {
    const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
    expect([...concatBytes(view, new Uint8Array(0), Uint8Array.of(3))]).to.deep.equal([1, 2, 3]);
    expect(concatBytes()).to.have.length(0);
  });
});

// Strict JSON: what must be refused (failure cases C2 to C11), what is accepted and what it then means, and RFC 8785.
// JSON.parse and the npm package `canonicalize` are the referees where they are strict enough to be one.

import canonicalize from "canonicalize";
import { expect } from "chai";
import fc from "fast-check";

import { utf8 } from "../../src/core/bytes.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import {
  MAX_JSON_DEPTH,
  canonicalJson,
  isJsonObject,
  parseCanonicalJson,
  parseJson,
  parseJsonBytes,
  type JsonValue,
} from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const parse = (text: string): JsonValue => parseJson(text, "test");

/** Values that strict JSON can hold: no forbidden names, no number it would refuse. */
const strictNumber = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const strictString = fc.string({ unit: "binary", maxLength: 12 });
const strictName = strictString.filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
const { strictValue } = fc.letrec<{ strictValue: JsonValue }>((tie) => ({
  strictValue: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    strictNumber,
    fc.maxSafeInteger(),
    strictString,
    fc.array(tie("strictValue"), { maxLength: 5 }),
    fc.dictionary(strictName, tie("strictValue"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe("json", () => {
  describe("accepts", () => {
    const ACCEPTED: [string, string, JsonValue][] = [
      ["words", "[true,false,null]", [true, false, null]],
      ["white space of all four kinds", ' \t\r\n{ "a" : [ 1 , 2 ] } \n', { a: [1, 2] }],
      ["empty containers", '[{},[ ],{ }, "" ]', [{}, [], {}, ""]],
      ["every short escape", String.raw`"\"\\\/\b\f\n\r\t"`, '"\\/\b\f\n\r\t'],
      ["escapes in hexadecimal", String.raw`"\u0041\u00e9\u20AC\ud83d\ude00"`, "A\u00e9\u20ac\u{1f600}"],
      ["an escaped NUL", String.raw`"\u0000"`, "\0"],
      ["text outside of ASCII", '"\u65e5\u672c \u{1f600}"', "\u65e5\u672c \u{1f600}"],
      ["DEL and line separators", '"\u007f\u2028\u2029"', "\u007f\u2028\u2029"],
      ["a direction mark, as plain data", '"\u202e"', "\u202e"],
      ["the largest and smallest whole numbers", "[9007199254740991,-9007199254740991]", [2 ** 53 - 1, 1 - 2 ** 53]],
      ["whole numbers in other spellings", "[1.0,1e0,10E-1,1E+2,-0,-0.0,0e5]", [1, 1, 1, 100, 0, 0, 0]],
      ["fractions", "[0.1,-1.5e-7,3.141592653589793]", [0.1, -1.5e-7, 3.141592653589793]],
      ["the smallest positive double", "5e-324", 5e-324],
      [
        "names that are only dangerous as own properties of others",
        '{"toString":1,"hasOwnProperty":2}',
        JSON.parse('{"toString":1,"hasOwnProperty":2}') as JsonValue,
      ],
      ["names that look like numbers", '{"2":0,"1":1}', { 1: 1, 2: 0 }],
      ["an empty name", '{"":1}', { "": 1 }],
    ];
    for (const [title, text, value] of ACCEPTED)
      it(title, () => {
        expect(parse(text)).to.deep.equal(value);
        expect(parseJsonBytes(utf8(text), "test")).to.deep.equal(value);
      });

    it("C7 -0 as 0, and 1.0 as 1", () => {
      expect(Object.is(parse("-0"), 0)).to.equal(true);
      expect(canonicalJson(parse("[-0.0,1.0]"))).to.equal("[0,1]");
    });

    it("C6 one name in two normal forms stays two names, and both survive", () => {
      const text = '{"caf\u00e9":1,"cafe\u0301":2}';
      expect(Object.keys(parse(text) as object)).to.have.length(2);
      expect(parse(canonicalJson(parse(text)))).to.deep.equal(parse(text));
    });

    it("truth B2: every spelling of a number of which nothing is lost", () => {
      const KEPT = ["1.10", "1E2", "16.450", "0e5", "0.00000000001222", "7.999999999536117", "-0.92156863212585449"];
      const PRINTS = ["4.9406564584124654e-324", "562949953421312.12", "562949953421312.13", "0.000000000000000000"];
      for (const literal of [...KEPT, ...PRINTS]) expect(parse(literal), literal).to.equal(Number(literal));
    });

    it("truth F5: says what stands there instead, and what to do", () => {
      for (const [text, says] of [
        ["// x\n[1]", /no comments: take them out \(at character 0\)/],
        ['{"a":1, /* x */ "b":2}', /no comments.*character 8/],
        ["[1] // x", /no comments.*character 4/],
        ['{"a":1}{"a":2}', /another value follows: send a list, or one value on each line \(NDJSON\) \(at character 7/],
        ["[1] 2", /something follows the value/],
      ] as const)
        expect(() => parse(text)).to.throw(WarifuError, says);
    });

    it("truth B2: and tells of each that will be written another way", () => {
      let respelled = 0;
      const text = '{"as it is":[1,2.5,-3,1e-7,0],"another way":[1.10,-0,1E2,0.10000000000000001]}';
      parseJson(text, "test", () => void respelled++);
      expect(respelled).to.equal(4);
    });

    it("a decimal number of few digits, as the very double that JSON.parse makes of it", () => {
      fc.assert(
        fc.property(fc.stringMatching(/^-?(?:0\.[0-9]{1,14}|[1-9][0-9]{0,5}\.[0-9]{1,9})$/), (text) => {
          const wanted = JSON.parse(text) as number;
          expect(Object.is(parse(text), wanted === 0 ? 0 : wanted), text).to.equal(true);
        }),
        { numRuns: 2000 },
      );
    });

    it("whatever JSON.stringify prints, as the same value", () => {
      fc.assert(
        fc.property(strictValue, fc.constantFrom(0, 2, "\t"), (value, space) => {
          expect(parse(JSON.stringify(value, null, space))).to.deep.equal(JSON.parse(JSON.stringify(value)));
        }),
      );
    });
  });

  describe("refuses", () => {
    const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
    const REFUSED: [string, ErrorCode, string][] = [
      ["nothing", "JSON_INVALID", ""],
      ["white space only", "JSON_INVALID", " \n"],
      ["C2 33 levels of arrays", "JSON_TOO_DEEP", nested(MAX_JSON_DEPTH + 1, "[", "]")],
      ["C2 33 levels of objects", "JSON_TOO_DEEP", `${'{"a":'.repeat(33)}1${"}".repeat(33)}`],
      ["C2 a thousand levels", "JSON_TOO_DEEP", nested(1e3, "[", "]")],
      ["C2 a hundred thousand levels", "JSON_TOO_DEEP", nested(1e5, "[", "]")],
      ["C2 a million levels", "JSON_TOO_DEEP", nested(1e6, "[", "]")],
      ["C2 a million levels that never close", "JSON_TOO_DEEP", "[".repeat(1e6)],
      ["C3 a name twice", "JSON_DUPLICATE_KEY", '{"a":1,"b":2,"a":1}'],
      ["C3 a name twice, once through an escape", "JSON_DUPLICATE_KEY", String.raw`{"a":1,"\u0061":2}`],
      ["C3 a name twice, deep inside", "JSON_DUPLICATE_KEY", '[{"x":{"a":1,"a":2}}]'],
      ["C3 toString twice", "JSON_DUPLICATE_KEY", '{"toString":1,"toString":2}'],
      ["C5 a lone high surrogate", "JSON_INVALID", String.raw`"\ud800"`],
      ["C5 another one", "JSON_INVALID", String.raw`"\ud801"`],
      ["C5 a lone low surrogate", "JSON_INVALID", String.raw`"\udc00"`],
      ["C5 surrogates in the wrong order", "JSON_INVALID", String.raw`"\ude00\ud83d"`],
      ["C5 a lone surrogate in a name", "JSON_INVALID", String.raw`{"\ud800":1}`],
      ["C7 NaN", "JSON_INVALID", "NaN"],
      ["C7 Infinity", "JSON_INVALID", "-Infinity"],
      ["C7 1e400", "JSON_NUMBER_INEXACT", "1e400"],
      ["C7 -1e400", "JSON_NUMBER_INEXACT", "-1e400"],
      ["C7 1e-400, which would become 0", "JSON_NUMBER_INEXACT", "1e-400"],
      ["C7 -0.00001e-400", "JSON_NUMBER_INEXACT", "-0.00001e-400"],
      ["C7 2e-324, which would become 0", "JSON_NUMBER_INEXACT", "2e-324"],
      ["C8 2^53", "JSON_NUMBER_INEXACT", "9007199254740992"],
      ["C8 2^53+1", "JSON_NUMBER_INEXACT", "9007199254740993"],
      ["C8 -(2^53+1)", "JSON_NUMBER_INEXACT", "-9007199254740993"],
      ["C8 2^64", "JSON_NUMBER_INEXACT", "18446744073709551616"],
      ["C8 2^53+1 with a fraction", "JSON_NUMBER_INEXACT", "9007199254740993.0"],
      ["C8 1e22", "JSON_NUMBER_INEXACT", "1e22"],
      ["truth B2 a fraction beside 2^53-1", "JSON_NUMBER_INEXACT", "9007199254740991.4"],
      ["truth B2 a half that is none", "JSON_NUMBER_INEXACT", "4503599627370497.5"],
      ["truth B2 18 digits of 1", "JSON_NUMBER_INEXACT", "1.00000000000000001"],
      ["truth B2 20 digits", "JSON_NUMBER_INEXACT", "1234567899517.12990000001"],
      ["truth B2 all digits of a double", "JSON_NUMBER_INEXACT", "0.1000000000000000055511151231257827"],
      ["truth B2 a short one that is no double", "JSON_NUMBER_INEXACT", "4.9e-324"],
      ["C9 __proto__", "JSON_INVALID", '{"__proto__":{"polluted":true}}'],
      ["C9 __proto__ through an escape", "JSON_INVALID", String.raw`{"\u005f_proto__":1}`],
      ["C9 constructor", "JSON_INVALID", '{"constructor":1}'],
      ["C9 prototype", "JSON_INVALID", '{"a":{"prototype":1}}'],
      ["C10 a number of 65 digits", "JSON_NUMBER_INEXACT", `0.${"1".repeat(63)}`],
      ["C10 a number of a million digits", "JSON_NUMBER_INEXACT", "1".repeat(1e6)],
      ["C11 a byte order mark", "JSON_INVALID", "\ufeff1"],
      ["C11 a comment", "JSON_INVALID", "1 // one"],
      ["C11 a block comment", "JSON_INVALID", "/* one */ 1"],
      ["C11 a comma behind the last item", "JSON_INVALID", "[1,]"],
      ["C11 a comma behind the last member", "JSON_INVALID", '{"a":1,}'],
      ["C11 only a comma", "JSON_INVALID", "[,]"],
      ["C11 single quotes", "JSON_INVALID", "'a'"],
      ["C11 a name without quotes", "JSON_INVALID", "{a:1}"],
      ["C11 a bare NUL in a string", "JSON_INVALID", '"\0"'],
      ["C11 a bare line feed in a string", "JSON_INVALID", '"\n"'],
      ["C11 a bare tab in a string", "JSON_INVALID", '"\t"'],
      ["C11 a NUL between values", "JSON_INVALID", "[1,\u00002]"],
      ["C11 a wide space", "JSON_INVALID", "\u00a01"],
      ["a vertical tab", "JSON_INVALID", "\u000b1"],
      ["a plus sign", "JSON_INVALID", "+1"],
      ["a leading zero", "JSON_INVALID", "01"],
      ["a negative leading zero", "JSON_INVALID", "-01"],
      ["only a minus", "JSON_INVALID", "-"],
      ["no digit before the point", "JSON_INVALID", ".5"],
      ["no digit behind the point", "JSON_INVALID", "5."],
      ["no digit in the exponent", "JSON_INVALID", "5e"],
      ["a hexadecimal number", "JSON_INVALID", "0x10"],
      ["digits of another script", "JSON_INVALID", "\u0661"],
      ["a word cut short", "JSON_INVALID", "tru"],
      ["another word", "JSON_INVALID", "nul1"],
      ["a word in capitals", "JSON_INVALID", "True"],
      ["a false word", "JSON_INVALID", "falsy"],
      ["undefined", "JSON_INVALID", "undefined"],
      ["two values", "JSON_INVALID", "1 2"],
      ["a bracket too many", "JSON_INVALID", "[1]]"],
      ["a bracket missing", "JSON_INVALID", "[1"],
      ["the other bracket", "JSON_INVALID", "[1}"],
      ["a brace missing", "JSON_INVALID", '{"a":1'],
      ["no value", "JSON_INVALID", '{"a":}'],
      ["no colon", "JSON_INVALID", '{"a" 1}'],
      ["no comma", "JSON_INVALID", "[1 2]"],
      ["no comma between members", "JSON_INVALID", '{"a":1 "b":2}'],
      ["a string that does not end", "JSON_INVALID", '"abc'],
      ["a string that ends in a backslash", "JSON_INVALID", '"abc\\'],
      ["an escape of another language", "JSON_INVALID", String.raw`"\x41"`],
      ["an escape in braces", "JSON_INVALID", String.raw`"\u{41}"`],
      ["an escape of three digits", "JSON_INVALID", String.raw`"\u041"`],
      ["an escape with a sign", "JSON_INVALID", String.raw`"\u+041"`],
      ["an escaped capital", "JSON_INVALID", String.raw`"\N"`],
      ["an escape named like a method", "JSON_INVALID", String.raw`"\toString`],
    ];
    for (const [title, code, text] of REFUSED)
      it(title, () => {
        expectCode(code, () => parse(text), /^test: .*\(at character \d+\)$/);
      });

    it("C4 bytes that are not UTF-8", () => {
      for (const bytes of [[0xff], [0xfe, 0xff], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0x80, 0x22]])
        expectCode("ENCODING_INVALID", () => parseJsonBytes(Uint8Array.from(bytes), "test"));
    });

    it("says where, and never what: no part of the text is in a message", () => {
      const texts = ['{"secret-name":secret}', '["secret" "secret"]', '{"secret":1,"secret":2}', '"secret'];
      for (const text of texts)
        expect(() => parse(text))
          .to.throw(WarifuError)
          .with.property("message")
          .not.match(/secret/);
    });

    it("C9 nothing of the language's own objects changes", () => {
      parse('{"toString":1,"valueOf":2,"a":{"hasOwnProperty":3}}');
      expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
      expect(Object.getPrototypeOf(parse("{}"))).to.equal(Object.prototype);
    });

    it("no text that JSON.parse refuses", () => {
      const piece = fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        '"a"',
        "1",
        "-",
        ".",
        "e",
        "\\",
        " ",
        "true",
        "\n",
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
          const text = pieces.join("");
          let value: JsonValue;
          try {
            value = parse(text);
          } catch {
            return;
          }
          expect(value).to.deep.equal(JSON.parse(text));
        }),
        { numRuns: 5000 },
      );
    });
  });

  describe("long strings, which the engine reads", () => {
    const FILLING = "a text that is longer than what is read character by character";
    const LITERALS = [
      ...[FILLING, `\\"${FILLING}`, `${FILLING}\\"`, `{\\"a\\":\\"${FILLING}\\"}`, `\\"`, `\\\\`],
      ...[`${FILLING}\\\\`, `${FILLING}\\\\\\"x`, `${FILLING}\\/\\b\\f\\n\\r\\t\\u00e9`, `${FILLING}\\ud83d\\ude00`],
    ];
    it("mean what JSON.parse says, and what follows them is read on", () => {
      for (const literal of LITERALS) {
        const text = `{"a":"${literal}","b":["${literal}",1],"${literal}c":"${FILLING}"}`;
        expect(parse(text), text).to.deep.equal(JSON.parse(text));
      }
    });

    it("and short ones hold no lone surrogate", () => {
      for (const text of ['"\ud83d"', '{"\ude00a":1}', '["a\ud83db"]'])
        expectCode("JSON_INVALID", () => parse(text), /lone surrogate/);
      expect(parse('"\u{1f600}"')).to.equal("\u{1f600}");
    });

    it("are refused with a reason of ours", () => {
      for (const [literal, code, words] of [
        [`${FILLING}\u0001`, "JSON_INVALID", /control character/],
        [`\\"${FILLING}\n`, "JSON_INVALID", /control character/],
        [`${FILLING}\\x`, "JSON_INVALID", /escape is unknown/],
        [`${FILLING}\\u12g4`, "JSON_INVALID", /four hexadecimal digits/],
        [`${FILLING}\ud83d`, "JSON_INVALID", /lone surrogate/],
        [`${FILLING}\\ude00`, "JSON_INVALID", /lone surrogate/],
      ] as const) {
        expectCode(code, () => parse(`["${literal}"]`), words);
        expectCode(code, () => parse(`{"${literal}":1}`), words);
      }
      for (const text of [`"${FILLING}`, `"\\"${FILLING}`, `"${FILLING}\\"`, `"${FILLING}\\\\\\"`])
        expectCode("JSON_INVALID", () => parse(text), /does not end/);
    });

    it("are canonical as long as nothing in them is spelled otherwise", () => {
      const read = (text: string): boolean => parseCanonicalJson(text, "test") !== undefined;
      for (const literal of LITERALS) {
        const canonical = canonicalJson(JSON.parse(`"${literal}"`) as JsonValue);
        expect(read(canonical), canonical).to.equal(true);
        expect(read(`"${literal}"`), literal).to.equal(canonical === `"${literal}"`);
      }
    });
  });

  describe("canonical form, as it is read", () => {
    it("is known from any other form of the same value", () => {
      fc.assert(
        fc.property(strictValue, (value) => {
          const text = canonicalJson(value);
          expect(canonicalJson(parseCanonicalJson(text, "test") as JsonValue)).to.equal(text);
          const indented = JSON.stringify(value, null, 1);
          const isOther = canonicalJson(parse(indented)) !== indented;
          expect(parseCanonicalJson(indented, "test") === undefined).to.equal(isOther);
        }),
      );
    });

    const OTHERS = ['{"b":1,"a":2}', "[1.0]", "[-0]", "[1e2]", '"\\u0041"', '"\\/"', "[1 ]", " 1", "1\n", '{"a" :1}'];
    for (const text of OTHERS)
      it(`is not ${JSON.stringify(text)}`, () => expect(parseCanonicalJson(text, "test")).to.equal(undefined));

    it("has escapes where nothing else will do", () => {
      const text = '{"\\"":"\\u0001\\n"}';
      expect(parseCanonicalJson(text, "test")).to.deep.equal({ '"': "\u0001\n" });
    });

    it("is strict JSON first", () => {
      expectCode("JSON_DUPLICATE_KEY", () => parseCanonicalJson('{"a":1,"a":1}', "test"));
      expectCode("JSON_NUMBER_INEXACT", () => parseCanonicalJson("1e+21", "test"));
    });
  });

  describe("canonical form (RFC 8785)", () => {
    it("is the one that `canonicalize` prints", () => {
      fc.assert(
        fc.property(strictValue, (value) => {
          expect(canonicalJson(value)).to.equal(canonicalize(value));
        }),
        { numRuns: 500 },
      );
    });

    it("parses to the same value, and prints the same again", () => {
      fc.assert(
        fc.property(strictValue, (value) => {
          const text = canonicalJson(value);
          const parsed = parse(text);
          expect(canonicalJson(parsed)).to.equal(text);
          expect(parsed).to.deep.equal(JSON.parse(JSON.stringify(value)));
        }),
        { numRuns: 500 },
      );
    });

    it("is the RFC's own example, section 3.2.2", () => {
      const text = String.raw`{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }`;
      const wanted = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
      // 1E30 is no safe whole number: refused here, whatever the RFC's printer makes of it.
      expectCode("JSON_NUMBER_INEXACT", () => parse(text));
      // 333333333.33333329 is a 17-digit neighbour of its double, not its print: refused too.
      expectCode("JSON_NUMBER_INEXACT", () => parse(text.replace(" 1E30,", "")));
      const kept = text.replace(" 1E30,", "").replace("333333333.33333329", "333333333.33333331");
      expect(canonicalJson(parse(kept))).to.equal(wanted);
    });

    it("orders names by UTF-16 code units, as section 3.2.3 shows", () => {
      const names = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
      const value = Object.fromEntries(names.map((name) => [name, name.length]));
      const ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
      expect(
        [...canonicalJson(value).matchAll(/"((?:[^"\\]|\\.)+)":/g)].map((match) => JSON.parse(`"${match[1]}"`)),
      ).to.deep.equal(ordered);
    });

    it("orders many names as it does few", () => {
      for (const count of [2, 16, 17, 300]) {
        const value = Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${(at * 7919) % 1009}`, at]));
        expect(canonicalJson(value)).to.equal(canonicalize(value));
      }
    });

    it("does not take its order from the order of names that look like numbers", () => {
      expect(canonicalJson(parse('{"b":1,"10":2,"9":3,"a":4}'))).to.equal('{"10":2,"9":3,"a":4,"b":1}');
    });

    it("prints numbers as the RFC's appendix B", () => {
      const NUMBERS: [string, number][] = [
        ["0", 0],
        ["0", -0],
        ["5e-324", Number.MIN_VALUE],
        ["-5e-324", -Number.MIN_VALUE],
        ["9007199254740991", Number.MAX_SAFE_INTEGER],
        ["0.000001", 0.000001],
        ["1e-7", 0.0000001],
        ["333333333.3333332", 333333333.3333332],
        ["333333333.33333325", 333333333.33333325],
        ["-0.0000033333333333333333", -0.0000033333333333333333],
        ["1424953923781206.2", 1424953923781206.2],
      ];
      for (const [text, number] of NUMBERS) expect(canonicalJson(number)).to.equal(text);
    });
  });

  it("isJsonObject knows objects from the rest", () => {
    expect(isJsonObject({})).to.equal(true);
    for (const value of [null, [], "a", 1, true, undefined]) expect(isJsonObject(value)).to.equal(false);
  });
});

// C10 and C21: whatever text arrives, the parser answers with a value or one of its own refusals, and soon.

import { expect } from "chai";
import fc from "fast-check";

import { canonicalJson, parseJson } from "../../src/core/json.ts";
import { codeOfRefusal } from "../support/expect-code.ts";

const SEEDS = [
  '{"type":"sensor-reading","source":"a/b","seq":17,"claims":{"t":21.5,"unit":"C","ok":true,"tags":["x",null]}}',
  String.raw`["\u00e9\ud83d\ude00",-0.5e-7,{"a":{"b":[[],{}]}},9007199254740991]`,
];

/** One edit of a text: a piece dropped, doubled, or replaced by something that JSON gives a meaning. */
const edit = fc.record({
  at: fc.nat(120),
  drop: fc.nat(3),
  put: fc.constantFrom(
    "",
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "-",
    "e",
    "0",
    "1",
    "\\u",
    "\ud800",
    "\0",
    "\n",
    "null",
  ),
});

const refusal = (text: string): unknown => codeOfRefusal(() => parseJson(text, "fuzz"));

describe("json: fuzz", () => {
  it("edited texts are parsed or refused by name, and what is parsed prints and parses again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 4 }), (seed, edits) => {
        const text = edits.reduce(
          (whole, { at, drop, put }) => whole.slice(0, at) + put + whole.slice(at + drop),
          seed,
        );
        if (refusal(text) !== undefined) return;
        const value = parseJson(text, "fuzz");
        expect(canonicalJson(parseJson(canonicalJson(value), "fuzz"))).to.equal(canonicalJson(value));
      }),
      { numRuns: 10_000 },
    );
  });

  it("any text whatever is parsed or refused by name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        refusal(text);
      }),
      { numRuns: 5_000 },
    );
  });

  // As long as the longest text that any edge lets through: a bundle of a megabyte.
  const long = 1_000_000;
  const LARGE: [string, string][] = [
    ["a million nested arrays", "[".repeat(long)],
    ["objects nested to the end", '{"a":'.repeat(long / 5)],
    ["a number of a million digits", "1".repeat(long)],
    ["an exponent of a million digits", `1e${"0".repeat(long)}`],
    ["a million spaces", " ".repeat(long)],
    ["a million minus signs", "-".repeat(long)],
    ["a million quotes", '"'.repeat(long)],
    ["a string that does not end", `"${"a".repeat(long)}`],
    ["backslashes to the end", `"${"\\".repeat(long + 1)}`],
    ["escapes to the end", `"${"\\u0041".repeat(long / 6)}`],
    ["a name of a million characters", `{"${"k".repeat(long)}":1}`],
    ["half a million items", `[${"1,".repeat(long / 2)}1]`],
    ["ninety thousand names", `{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(",")}}`],
  ];
  for (const [title, text] of LARGE) {
    const limitMs = refusal(text) === undefined ? 1000 : 250;
    it(`${title}: ${limitMs === 250 ? "refused" : "read"} within ${limitMs} ms`, () => {
      const times = [1, 2, 3].map(() => {
        const before = process.cpuUsage();
        refusal(text);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      // The best of three, in time of this process alone, and several times what is needed: other programs slow this one.
      expect(Math.min(...times)).to.be.lessThan(limitMs);
    });
  }

  it("ten megabytes in one name or one number are no harm either", () => {
    expect(refusal(`{"${"k".repeat(1e7)}":1}`)).to.equal(undefined);
    expect(refusal("1".repeat(1e7))).to.equal("JSON_NUMBER_INEXACT");
  });
});

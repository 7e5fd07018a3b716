// What is seen to be canonical without being read must be what the strict parser reads, and finds canonical.
// Why: whoever asks takes the answer for all that the parser would have checked.

import { expect } from "chai";

import { canonicalObjectEnd } from "../../src/core/canonical-span.ts";
import { canonicalJson, MAX_JSON_DEPTH, parseCanonicalJson, type JsonValue } from "../../src/core/json.ts";

const isSeen = (text: string): boolean => canonicalObjectEnd(text, 0, 1) === text.length;

/** Whether the strict parser takes a text and finds it canonical. */
function isCanonical(text: string): boolean {
  try {
    return parseCanonicalJson(text, "text") !== undefined;
  } catch {
    return false;
  }
}

describe("canonical JSON that is seen without being read", () => {
  const SEEN = [
    "{}",
    '{"":0}',
    '{"a":[]}',
    '{"a":[1,"b",{}],"b":{"c":null}}',
    '{"a":true,"b":false,"c":null}',
    '{"a":-1,"b":0,"c":1500000000}',
    '{"a":0.5,"b":-0.25,"c":12.000001,"d":0.000001}',
    '{"a":123456789012345,"b":0.1234567890123}',
    '{"é":"日本","𝔘":"🌧"}',
  ];
  for (const text of SEEN) it(`is ${text}`, () => expect(isSeen(text) && isCanonical(text)).to.equal(true));

  const NOT_SEEN: Readonly<Record<string, readonly string[]>> = {
    "another value": ["", "[]", "1", '"a"'],
    "a cut text": ["{", '{"', '{"a', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":[', '{"a":[1', '{"a":"b', '{"a":t'],
    "a missing sign": ["{1:2}", "{a:1}", '{"a"1}', '{"a":1"b":2}', '{"a":[1 2]}', '{"a":}', '{"a":[,1]}', '{,"a":1}'],
    "a sign too many": ['{"a":1,}', '{"a":[1,]}'],
    "a space": ['{ "a":1}', '{"a": 1}', '{"a":1 }', '{"a":[1, 2]}'],
    "names that are out of order, or there twice": ['{"b":1,"a":2}', '{"a":1,"a":2}', '{"":1,"":2}'],
    "a name that is not allowed": ['{"__proto__":1}', '{"constructor":1}', '{"prototype":1}'],
    "an escape or a control character": ['{"a":"\\n"}', '{"\\u0061":1}', '{"a":"\n"}', '{"a":"\u0000"}'],
  };
  for (const [what, texts] of Object.entries(NOT_SEEN))
    it(`is not ${what}`, () => {
      for (const text of texts) expect(isSeen(text), text).to.equal(false);
    });

  const VALUES_NOT_SEEN: Readonly<Record<string, readonly string[]>> = {
    "a number in another spelling": ["01", "00", "-0", "1.0", "1.50", "0.0", "-0.0", "1.", ".5", "-", "-.5", "+1"],
    "a number that takes a look": ["1e3", "1E3", "0.0000001", "1234567890123456", "0.12345678901234567", "1.5e1"],
    "another word": ["nul", "True", "undefined", "NaN"],
  };
  for (const [what, values] of Object.entries(VALUES_NOT_SEEN))
    it(`has not ${what}`, () => {
      for (const value of values) expect(isSeen(`{"a":${value}}`), value).to.equal(false);
    });

  it("is no deeper than the strict parser goes, wherever it begins", () => {
    for (const [open, close] of [
      ['{"a":', "}"],
      ["[", "]"],
    ] as const) {
      const nested = (depth: number): string => `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`;
      expect(isSeen(nested(MAX_JSON_DEPTH))).to.equal(true);
      expect(isSeen(nested(MAX_JSON_DEPTH + 1))).to.equal(false);
      expect(canonicalObjectEnd(nested(MAX_JSON_DEPTH), 0, 2)).to.equal(-1);
    }
  });

  it("ends where the object ends, whatever comes before and behind it", () => {
    const text = 'x{"a":{"b":[{}]}},"y":{}';
    expect(canonicalObjectEnd(text, 1, 1)).to.equal(text.indexOf(","));
    expect(canonicalObjectEnd(text, 0, 1)).to.equal(-1);
  });

  it("is never what the strict parser refuses or would write otherwise", () => {
    let state = 1;
    const below = (bound: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
    const number = (): number => pick([below(10), -below(1e9), below(1e6) / 1000, below(1e9) / 1e7, below(100) / 1e8]);
    const value = (depth: number): JsonValue => {
      const kind = below(depth > 3 ? 4 : 6);
      if (kind === 4) return Array.from({ length: below(3) }, () => value(depth + 1));
      if (kind === 5) return object(depth + 1);
      return pick<JsonValue>([number(), number(), pick(["", "a b", "é", "x\ny", '"']), pick([true, false, null])]);
    };
    const object = (depth: number): { [name: string]: JsonValue } =>
      Object.fromEntries(Array.from({ length: below(5) }, () => [pick(["", "a", "b", "ab", "é", "z"]), value(depth)]));
    const SIGNS = [...'{}[]",:-.0123456789eE+\\ tfn\u0001é'];
    let [seen, changedAndSeen] = [0, 0];
    for (let round = 0; round < 6_000; round++) {
      const text = canonicalJson(object(1));
      const at = below(text.length);
      const changed = pick([
        text,
        text.slice(0, at) + text.slice(at + 1),
        text.slice(0, at) + pick(SIGNS) + text.slice(at),
        text.slice(0, at) + pick(SIGNS) + text.slice(at + 1),
      ]);
      if (!isSeen(changed)) continue;
      seen++;
      if (changed !== text) changedAndSeen++;
      expect(isCanonical(changed), changed).to.equal(true);
    }
    expect(seen).to.be.above(1_500);
    expect(changedAndSeen).to.be.above(150);
  });
});

// How deep JSON nests: each object and each list is a level, whatever is in it.

import { expect } from "chai";

import { nestsDeeper } from "../../src/core/json-depth.ts";
import type { JsonValue } from "../../src/core/json.ts";

describe("how deep JSON nests", () => {
  for (const [value, levels] of [
    [1, 0],
    [null, 0],
    ["[[[", 0],
    [{}, 1],
    [[], 1],
    [{ a: 1, b: [null, {}] }, 3],
    [[[1], { a: { b: [[]] } }, []], 5],
  ] as [JsonValue, number][])
    it(`${JSON.stringify(value)} has ${levels}`, () => {
      expect([levels - 1, levels, levels + 1].map((most) => most >= 0 && nestsDeeper(value, most))).to.deep.equal([
        levels > 0,
        false,
        false,
      ]);
    });
});

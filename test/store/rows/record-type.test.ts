// The type that a stored body says at its end, and what is no type.

import { expect } from "chai";

import { utf8 } from "../../../src/core/bytes.ts";
import { recordTypeIn, TYPE_BYTES } from "../../../src/store/rows/record-type.ts";

const LONGEST = "a".repeat(64);

describe("the type of a record in its stored body", () => {
  for (const [end, type] of [
    [`"vct":"warifu:sensor-reading:1"}`, "sensor-reading"],
    [`"vct":"warifu:${LONGEST}:999999999"}`, LONGEST],
    [`"vct":"warifu:a${LONGEST}:1"}`, undefined],
    [`"vct":"warifu:report:1234567890"}`, undefined],
    [`"vct":"warifu:report:"}`, undefined],
    [`"vct":"warifu:report"}`, undefined],
    [`"vct":"warifu::1"}`, undefined],
    [`"vct":"warify:report:1"}`, undefined],
    [`"vct":"warifu:report:1" }`, undefined],
    [`"vct":"warifu:report:1"`, undefined],
    [`":report:1"}`, undefined],
    ["", undefined],
  ] as const)
    it(`is ${type?.slice(0, 20) ?? "not there"} at the end of ${end.slice(0, 40)}`, () => {
      for (const body of [utf8(end), utf8(`{"iat":1,"seq":"warifu:other:1",${end}`)]) {
        expect(recordTypeIn(body)).to.equal(type);
        expect(recordTypeIn(body.subarray(-TYPE_BYTES)), "the end is enough").to.equal(type);
      }
    });
});

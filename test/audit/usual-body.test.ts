// What is seen of a body without reading it must be what reading it gives.
// Why: the audit does not look any further at a record whose body is seen to be usual.

import { expect } from "chai";

import { usualBody, type ExpectedBody } from "../../src/audit/usual-body.ts";
import { fromUtf8, utf8 } from "../../src/core/bytes.ts";
import { sha256 } from "../../src/core/sha256.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { LAST_SECOND } from "../../src/core/timestamp.ts";
import { checkBodyOf } from "../../src/verify/check-body.ts";
import { recordBodyOf } from "../support/record-body.ts";

const EXPECTED: ExpectedBody = { origin: 'city.example/"log"', seq: 17, sourceId: "ab".repeat(32) };
const HEAD = { iat: 1_795_334_400, iss: EXPECTED.origin, seq: 17, src: EXPECTED.sourceId, vct: "warifu:reading:1" };
const RECORD: JsonObject = { at: "2026-11-24T08:00:00Z", lat: 43.46, place: { name: "Plaza é" }, values: [1, -2.5] };

const bodyOf = (head: Partial<typeof HEAD> = {}, record = RECORD): string =>
  fromUtf8(recordBodyOf({ ...HEAD, ...head }, record), "body");

/** What reading gives of an entry that has that body. */
function read(text: string): { readonly iat: number; readonly vct: string } {
  const sourceId = Buffer.from(EXPECTED.sourceId, "hex");
  const entry: Entry = { kind: "record", sourceId, seq: EXPECTED.seq, bodyDigest: sha256(utf8(text)) };
  const { iat, vct } = checkBodyOf(entry, utf8(text), EXPECTED.origin);
  return { iat, vct };
}

describe("a usual body", () => {
  it("is seen, and says what reading it gives", () => {
    for (const text of [bodyOf(), bodyOf({}, {}), bodyOf({ iat: 0 }), bodyOf({ iat: LAST_SECOND })]) {
      expect(usualBody(text, EXPECTED), text).to.not.equal(undefined);
      expect(usualBody(text, EXPECTED)).to.deep.equal(read(text));
    }
  });

  const OTHERS: Readonly<Record<string, string>> = {
    "of another log": bodyOf({ iss: "city.example/other" }),
    "of another log with as long a name": bodyOf({ iss: 'city.example/"bog"' }),
    "of another source": bodyOf({ src: "cd".repeat(32) }),
    "of another number": bodyOf({ seq: 18 }),
    "with a time that there is not": bodyOf({ iat: LAST_SECOND + 1 }),
    "with a fraction of a second": bodyOf({ iat: 1.5 }),
    "with a time in another spelling": bodyOf().replace('"iat":', '"iat":0'),
    "with no time": bodyOf().replace(/"iat":[0-9]+/, '"iat":'),
    "with a member too many": bodyOf().replace('"seq"', '"rest":{},"seq"'),
    "with a member too many at its end": bodyOf().replace(/}$/, ',"w":"x"}'),
    "with another content": bodyOf().replace('"record"', '"profile"'),
    "with a content that is no object": bodyOf().replace(/"record":.*,"seq"/, '"record":1,"seq"'),
    "whose claims are in another order": bodyOf().replace(
      '"at":"2026-11-24T08:00:00Z","lat":43.46',
      '"lat":43.46,"at":""',
    ),
    "with a space": bodyOf().replace('"seq":', '"seq": '),
    "that is cut": bodyOf().slice(0, -1),
    "with another end": `${bodyOf().slice(0, -2)}]]`,
    "with something behind it": `${bodyOf()} `,
    "of digests of another kind": bodyOf().replace("sha-256", "sha-512"),
    "that is empty": "",
  };
  for (const [what, text] of Object.entries(OTHERS))
    it(`is none ${what}`, () => {
      expect(usualBody(text, EXPECTED)?.vct === HEAD.vct).to.equal(false);
      expect(() => read(text)).to.throw();
    });

  it("is none that is too deep", () => {
    const nested = (depth: number): string =>
      bodyOf().replace('"values":[', `"values":[${"[".repeat(depth)}${"]".repeat(depth)},`);
    expect(usualBody(nested(29), EXPECTED)).to.deep.equal(read(nested(29)));
    expect(usualBody(nested(30), EXPECTED)).to.equal(undefined);
    expect(() => read(nested(30))).to.throw();
  });

  for (const record of [{ _sd: [] }, { received: {} }, { pictures: [] }, { text: "two\nlines" }])
    it(`is none with the claim ${Object.keys(record)[0]}: it has to be read`, () =>
      expect(usualBody(bodyOf({}, record), EXPECTED)).to.equal(undefined));
});

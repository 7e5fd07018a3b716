// Bodies: canonical JSON that is an SD-JWT payload, read back strictly, and opened as RFC 9901 section 7.1 says.

import canonicalize from "canonicalize";
import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { formatEventBody, isSigned, MAX_DIGESTS, openClaims, parseBody, type BodyHead } from "../../src/core/body.ts";
import { formatOpening, openingDigest } from "../../src/core/opening.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { expectCode } from "../support/expect-code.ts";
import { recordBodyOf } from "../support/record-body.ts";

const HEAD: BodyHead = {
  iat: 1_795_334_400,
  iss: "santander.example/ledger",
  seq: 17,
  src: "ab".repeat(32),
  vct: "warifu:citizen-report:1",
};
const opening = (name: string, value: JsonValue, saltByte = 1): string =>
  formatOpening({ salt: new Uint8Array(32).fill(saltByte), name, value });
const TEXT = opening("text", "a deep hole");
const REPORTER = opening("reporter", { name: "Jane" }, 2);
const DECOY = "A".repeat(43);
/** These digests and as many decoys as make eight, in their order. */
const eight = (...digests: readonly string[]): string[] =>
  [...digests, ...Array.from({ length: 8 - digests.length }, (_, at) => `${at}${DECOY.slice(1)}`)].sort();
const RECORD: JsonObject = { _sd: eight(openingDigest(REPORTER), openingDigest(TEXT)), category: "pothole" };

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bodyOf = (record: JsonObject) => parseBody(recordBodyOf(HEAD, record));
/** The canonical bytes of any value, whether a body or not. */
const canonical = (value: object): Uint8Array => utf8(canonicalize(value) as string);
const VALUE = { _sd_alg: "sha-256", ...HEAD, record: RECORD };

const VALUE_OF_SOURCE = { _sd_alg: "sha-256", ...HEAD, source: { _sd: eight(openingDigest(TEXT)) } };

const MANY = Array.from({ length: MAX_DIGESTS + 8 }, (_, at) => `${String(at).padStart(4, "0")}${DECOY.slice(4)}`);

describe("body", () => {
  it("truth A5: tells whether the source signed, where it says so", () => {
    const told = ([false, DECOY, undefined] as const).map((signed) => recordBodyOf(HEAD, RECORD, signed));
    expect(told.map((bytes) => isSigned(parseBody(bytes)))).to.deep.equal([false, true, undefined]);
    expect([{}, { evidence: {} }].map((record) => isSigned(bodyOf(record)))).to.deep.equal([false, true]);
  });

  it("of a record is the canonical JSON of all its members", () => {
    expect(text(recordBodyOf(HEAD, RECORD))).to.equal(canonicalize(VALUE));
    const odd = { ...HEAD, iss: 'quote"and\\backslash', vct: "\u2028" };
    expect(text(recordBodyOf(odd, {}))).to.equal(canonicalize({ _sd_alg: "sha-256", ...odd, record: {} }));
  });

  it("of many sources, times, logs and types in turn has the head of none but its own", () => {
    const heads = Array.from({ length: 20_010 }, (_, at) => ({
      ...{ iat: HEAD.iat + Math.floor(at / 7), iss: `log.test/${Math.floor(at / 3) % 2}`, seq: at },
      ...{ src: String(at % 20_005).padStart(64, "0"), vct: `warifu:t${at % 2}:1` },
    }));
    for (const head of [...heads, ...heads.slice(0, 9)])
      expect(text(recordBodyOf(head, {}))).to.equal(canonicalize({ _sd_alg: "sha-256", ...head, record: {} }));
  });

  it("is the line that the design shows", () => {
    const wanted = `{"_sd_alg":"sha-256","iat":1795334400,"iss":"santander.example/ledger","record":{"_sd":["${DECOY}"],"category":"pothole"},"seq":17,"src":"${HEAD.src}","vct":"warifu:citizen-report:1"}`;
    expect(text(recordBodyOf(HEAD, { category: "pothole", _sd: [DECOY] }))).to.equal(wanted);
  });

  it("of an event names its content, and has no digests", () => {
    const bytes = formatEventBody(HEAD, "profile", { title: "x" });
    expect(text(bytes)).to.equal(canonicalize({ ...HEAD, profile: { title: "x" } }));
    const wanted = { ...HEAD, contentName: "profile", content: { title: "x" }, digests: [], signed: undefined };
    expect(parseBody(bytes)).to.deep.equal(wanted);
  });

  it("is read into head, claims and digests", () => {
    const { _sd, ...content } = RECORD;
    const wanted = { ...HEAD, contentName: "record", content, digests: _sd };
    expect(bodyOf(RECORD)).to.deep.equal({ ...wanted, signed: undefined });
    expect(bodyOf({}).digests).to.deep.equal([]);
  });

  it("truth A5: says whether its source signed, in canonical form", () => {
    for (const signed of [false, DECOY] as const) {
      const bytes = recordBodyOf(HEAD, RECORD, signed);
      expect(text(bytes)).to.equal(canonicalize({ ...VALUE, signed }));
      expect(parseBody(bytes).signed).to.equal(signed);
    }
  });

  const without = (name: string): object => Object.fromEntries(Object.entries(VALUE).filter(([key]) => key !== name));
  const REFUSED: [string, Uint8Array][] = [
    ["nothing", utf8("")],
    ["no UTF-8", Uint8Array.of(0xff)],
    ["no JSON", utf8("{")],
    ["no object", utf8("[]")],
    ["white space before it", utf8(` ${canonicalize(VALUE)}`)],
    ["a line feed behind it", utf8(`${canonicalize(VALUE)}\n`)],
    ["members in another order", utf8(JSON.stringify(VALUE))],
    ["a number in another spelling", utf8((canonicalize(VALUE) as string).replace('"seq":17', '"seq":17.0'))],
    ["an escape that is not needed", utf8((canonicalize(VALUE) as string).replace("pothole", "\\u0070othole"))],
    ["a member too many", canonical({ ...VALUE, more: {} })],
    ["no content", canonical(without("record"))],
    ["content that is a list", canonical({ ...VALUE, record: [] })],
    ["no iat", canonical(without("iat"))],
    ["a negative iat", canonical({ ...VALUE, iat: -1 })],
    ["an iat that no date can show", canonical({ ...VALUE, iat: 253_402_300_800 })],
    ["an iat with a fraction", canonical({ ...VALUE, iat: 1.5 })],
    ["no iss", canonical(without("iss"))],
    ["an iss that is no text", canonical({ ...VALUE, iss: 1 })],
    ["no seq", canonical(without("seq"))],
    ["a seq as text", canonical({ ...VALUE, seq: "17" })],
    ["no src", canonical(without("src"))],
    ["a src of 63 digits", canonical({ ...VALUE, src: HEAD.src.slice(1) })],
    ["a src in capitals", canonical({ ...VALUE, src: HEAD.src.toUpperCase() })],
    ["a src that is no text", canonical({ ...VALUE, src: 1 })],
    ["no vct", canonical(without("vct"))],
    ["no _sd_alg", canonical(without("_sd_alg"))],
    ["another _sd_alg", canonical({ ...VALUE, _sd_alg: "sha-512" })],
    ["an event with an _sd_alg", canonical({ _sd_alg: "sha-256", ...HEAD, profile: {} })],
    ["an _sd that is no list", canonical({ ...VALUE, record: { _sd: DECOY } })],
    ["an _sd that is null", canonical({ ...VALUE, record: { _sd: null } })],
    ["a digest that is no text", canonical({ ...VALUE, record: { _sd: [1] } })],
    ["a digest of 42 characters", canonical({ ...VALUE, record: { _sd: [DECOY.slice(1)] } })],
    ["a digest in base64", canonical({ ...VALUE, record: { _sd: ["+".repeat(43)] } })],
    ["a digest twice", canonical({ ...VALUE, record: { _sd: [...eight().slice(1), eight()[7] as string] } })],
    ["seven digests", canonical({ ...VALUE, record: { _sd: eight().slice(1) } })],
    ["no digest in an _sd", canonical({ ...VALUE, record: { _sd: [] } })],
    ["digests out of order", canonical({ ...VALUE, record: { _sd: eight().reverse() } })],
    [
      "a digest that encodes back to another",
      canonical({ ...VALUE, record: { _sd: [...eight().slice(1), `${"z".repeat(42)}B`] } }),
    ],
    ["more digests than anybody has use for", canonical({ ...VALUE, record: { _sd: MANY } })],
    ["an event with an _sd", canonical({ ...HEAD, profile: { _sd: eight() } })],
    ["a profile with an _sd", canonical({ _sd_alg: "sha-256", ...HEAD, profile: { _sd: eight() } })],
    ["an event about a source with a `signed`", canonical({ ...VALUE_OF_SOURCE, signed: false })],
    ["an event with an empty _sd", canonical({ ...HEAD, profile: { _sd: [] } })],
    ["a `signed` where nothing is concealed", canonical({ ...VALUE, record: {}, signed: false })],
    ["a `signed` that is true", canonical({ ...VALUE, signed: true })],
    ["a `signed` that is no commitment", canonical({ ...VALUE, signed: "A".repeat(42) })],
  ];
  for (const [title, bytes] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("BODY_INVALID", () => parseBody(bytes));
    });

  describe("openings", () => {
    it("open the claims whose digests are there, in the order given", () => {
      const opened = openClaims(bodyOf(RECORD), [TEXT, REPORTER]);
      expect(opened.map(({ name, value }) => [name, value])).to.deep.equal([
        ["text", "a deep hole"],
        ["reporter", { name: "Jane" }],
      ]);
      expect(openClaims(bodyOf(RECORD), [])).to.deep.equal([]);
    });

    it("of another record are refused", () => {
      const foreign = opening("text", "a deep hole", 9);
      expectCode("OPENING_MISMATCH", () => openClaims(bodyOf(RECORD), [TEXT, foreign]), /not one of this body's/);
    });

    it("in another spelling of the same values are refused", () => {
      const spaced = Buffer.from(Buffer.from(TEXT, "base64url").toString().replace(",", ", ")).toString("base64url");
      expectCode("OPENING_MISMATCH", () => openClaims(bodyOf(RECORD), [spaced]));
    });

    it("given twice are refused", () => {
      expectCode("OPENING_MISMATCH", () => openClaims(bodyOf(RECORD), [TEXT, TEXT]), /there twice/);
    });

    it("of a name that is public already, or opened already, are refused", () => {
      const category = opening("category", "other");
      const second = opening("text", "another hole", 3);
      const body = bodyOf({ _sd: eight(...[category, second, TEXT].map(openingDigest)), category: "pothole" });
      expectCode("OPENING_MISMATCH", () => openClaims(body, [category]), /"category" is there twice/);
      expectCode("OPENING_MISMATCH", () => openClaims(body, [second, TEXT]), /"text" is there twice/);
    });

    it("of the names that mean digests are refused", () => {
      for (const name of ["_sd", "..."]) {
        const hidden = opening(name, []);
        expectCode("OPENING_MISMATCH", () => openClaims(bodyOf({ _sd: eight(openingDigest(hidden)) }), [hidden]));
      }
    });

    it("truth D1: more than there are digests are refused unread, and thousands cost no more than each its own", async () => {
      const nine = Array.from({ length: 9 }, () => "*");
      expectCode("OPENING_MISMATCH", () => openClaims(bodyOf(RECORD), nine), /more openings/);
      const many = Array.from({ length: MAX_DIGESTS }, (_, at) => opening(`claim${at}`, at));
      const body = bodyOf({ _sd: many.map(openingDigest).sort() });
      const open = (): unknown => expect(openClaims(body, many)).to.have.length(MAX_DIGESTS);
      expect(await cpuMsOf(open)).to.be.lessThan(2_000);
    });

    it("that are none are refused", () => {
      expectCode("OPENING_INVALID", () => openClaims(bodyOf(RECORD), ["*"]));
    });
  });
});

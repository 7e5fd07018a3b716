// Lists of logs (https://c2sp.org/tlog-list): each log is known by its origin and its keys, and a line that says nothing
// known is refused.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import { groupLogs, logOfKey, parseLogList } from "../../src/core/tlog-list.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const one = verifierKey("one.example/log", signingKey(1).publicKey);
const two = verifierKey("two.example", signingKey(2).publicKey);
const cosigner = verifierKey("w.example", signingKey(3).publicKey, "cosignature");
const [vkey1, vkey2] = [formatVerifierKey(one), formatVerifierKey(two)];
const parse = (...lines: string[]) => parseLogList(utf8(lines.join("\n")));

describe("a list of logs", () => {
  it("names logs by their keys, and by an origin where that is another name", () => {
    const list = parse(
      "# ours",
      "logs/v0",
      "",
      `vkey ${vkey1}`,
      "qpd 86400",
      "contact us (at) one.example",
      "",
      `vkey ${vkey2}`,
      "origin two's log of things",
      "bastion none",
      "",
    );
    expect(list).to.deep.equal([
      { origin: "one.example/log", keys: [one] },
      { origin: "two's log of things", keys: [two] },
    ]);
    expect(parse("logs/v0", `vkey ${vkey1}`, "origin none")[0]?.origin).to.equal("one.example/log");
  });

  it("may be empty, and indented", () => {
    expect(parse("logs/v0")).to.deep.equal([]);
    const list = parse("\t# ours", " logs/v0\t ", " ", `\tvkey ${vkey1}`, "\tqpd 24", "  contact us", `vkey ${vkey2} `);
    expect(list.map(({ origin }) => origin)).to.deep.equal(["one.example/log", "two.example"]);
  });

  const REFUSED: readonly [what: string, lines: readonly string[], pattern: RegExp][] = [
    ["no header", [`vkey ${vkey1}`], /logs\/v0/],
    ["another version", ["logs/v1"], /logs\/v0/],
    ["nothing", [""], /logs\/v0/],
    ["an origin before any key", ["logs/v0", "origin x"], /line 2/],
    ["a contact before any key", ["logs/v0", "contact x"], /line 2/],
    ["a misspelt word", ["logs/v0", `vkey ${vkey1}`, "orign x"], /line 3/],
    // Whoever has a log of their own on the list could otherwise sign for another's, and move its witness off its history.
    [
      "the origin of another log",
      ["logs/v0", `vkey ${vkey1}`, `vkey ${vkey2}`, "origin one.example/log"],
      /line 2 twice/,
    ],
    ["a log that is there twice", ["logs/v0", `vkey ${vkey1}`, `vkey ${vkey1}`], /line 2 twice/],
    ["two origins of one key", ["logs/v0", `vkey ${vkey1}`, "origin x", "origin y"], /line 4/],
    ["an origin behind the rest", ["logs/v0", `vkey ${vkey1}`, "qpd 24", "origin x"], /line 4/],
    ["a key that is none", ["logs/v0", "", "vkey x"], /line 3 .*form/],
    ["a witness's key", ["logs/v0", `vkey ${formatVerifierKey(cosigner)}`], /line 2 .*type 1/],
    ["a line with a carriage return", ["logs/v0", `vkey ${vkey1}\r`], /line 2/],
  ];
  for (const [what, lines, pattern] of REFUSED)
    it(`is refused with ${what}`, () => {
      expectCode("CONFIG_INVALID", () => parse(...lines), pattern);
    });

  it("is refused when it is not UTF-8", () => {
    expectCode("CONFIG_INVALID", () => parseLogList(Uint8Array.of(0xff)), /UTF-8/);
  });
});

describe("a log by its key", () => {
  it("has the name of the key as its origin", () => {
    expect(logOfKey(vkey1)).to.deep.equal({ origin: "one.example/log", keys: [one] });
    expectCode("KEY_INVALID", () => logOfKey(formatVerifierKey(cosigner)), /type 1/);
    expectCode("KEY_INVALID", () => logOfKey("nothing"));
  });

  it("counts once, however often it is named; several keys of one origin sign alike", () => {
    expect(groupLogs([logOfKey(vkey1), logOfKey(vkey2), logOfKey(vkey1)])).to.have.lengthOf(2);
    const renewed = verifierKey("one.example/log", signingKey(4).publicKey);
    const [log] = groupLogs([logOfKey(vkey1), logOfKey(formatVerifierKey(renewed)), logOfKey(vkey1)]);
    expect(log).to.deep.equal({ origin: "one.example/log", keys: [one, renewed] });
  });
});

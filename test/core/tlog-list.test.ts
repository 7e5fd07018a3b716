// Lists of logs (https://c2sp.org/tlog-list): each log is known by its origin and its key; what this program cannot use is
// named and passed over, what is in disorder is refused.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import { groupLogs, logOfKey, parseLogList } from "../../src/core/tlog-list.ts";
import { expectCode } from "../support/expect-code.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
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
      "qpd 1",
      "contact two",
      "",
    );
    expect(list.logs).to.deep.equal([
      { origin: "one.example/log", keys: [one] },
      { origin: "two's log of things", keys: [two] },
    ]);
    expect(list.passedOver).to.deep.equal([]);
    expect(parse("logs/v0", `vkey ${vkey1}`, "origin none").logs[0]?.origin).to.equal("none");
  });

  it("may be empty, indented, and without what is for people", () => {
    expect(parse("logs/v0")).to.deep.equal({ logs: [], passedOver: [] });
    const list = parse("\t# ours", " logs/v0\t ", " ", `\tvkey ${vkey1}`, "\tqpd 24", "  contact us", `vkey ${vkey2} `);
    expect(list.logs.map(({ origin }) => origin)).to.deep.equal(["one.example/log", "two.example"]);
    expect(parse("logs/v0", `vkey ${vkey1}`, "contact us").logs).to.have.lengthOf(1);
  });

  it("truth A7: with a key of an unknown type or an unknown line is used all the same, and tells what it passed over", () => {
    const typed = Buffer.concat([Buffer.of(2), Buffer.alloc(91, 7)]).toString("base64");
    const list = parse(
      "logs/v0",
      `vkey ecdsa.example/log+12345678+${typed}`,
      "qpd 24",
      "contact them",
      `vkey ${vkey1}`,
      "qpd 24",
      "bastion none",
      "contact us",
    );
    expect(list.logs).to.deep.equal([{ origin: "one.example/log", keys: [one] }]);
    expect(list.passedOver).to.have.lengthOf(2);
    expect(list.passedOver.join("\n"))
      .to.match(/line 7/)
      .and.to.match(/ecdsa\.example\/log of line 2: .*type 2/);
  });

  it("may have logs that sign with ML-DSA-44", () => {
    const key = verifierKey("mldsa.example/log", mlDsaKey(5).publicKey, "mldsa44");
    const list = parse("logs/v0", `vkey ${formatVerifierKey(key)}`, "qpd 24", "contact them");
    expect(list).to.deep.equal({ logs: [{ origin: key.name, keys: [key] }], passedOver: [] });
  });

  const REFUSED: readonly [what: string, lines: readonly string[], pattern: RegExp][] = [
    ["no header", [`vkey ${vkey1}`], /logs\/v0/],
    ["another version", ["logs/v1"], /logs\/v0/],
    ["nothing", [""], /logs\/v0/],
    ["an origin before any key", ["logs/v0", "origin x"], /line 2/],
    ["a contact before any key", ["logs/v0", "contact x"], /line 2/],
    ["an origin without a value", ["logs/v0", `vkey ${vkey1}`, "origin"], /line 3 .*value/],
    ["a contact before the requests a day", ["logs/v0", `vkey ${vkey1}`, "contact us", "qpd 24"], /line 4/],
    ["no requests a day", ["logs/v0", `vkey ${vkey1}`, "qpd 0"], /line 3 .*qpd/],
    ["requests a day with a leading zero", ["logs/v0", `vkey ${vkey1}`, "qpd 024"], /line 3 .*qpd/],
    ["2^31 requests a day", ["logs/v0", `vkey ${vkey1}`, "qpd 2147483648"], /line 3 .*qpd/],
    // Whoever has a log of their own on the list could otherwise sign for another's, and move its witness off its history.
    [
      "the origin of another log",
      ["logs/v0", `vkey ${vkey1}`, `vkey ${vkey2}`, "origin one.example/log"],
      /line 3 twice/,
    ],
    ["a log that is there twice", ["logs/v0", `vkey ${vkey1}`, `vkey ${vkey1}`], /line 3 twice/],
    ["two origins of one key", ["logs/v0", `vkey ${vkey1}`, "origin x", "origin y"], /line 4/],
    ["an origin behind the rest", ["logs/v0", `vkey ${vkey1}`, "qpd 24", "origin x"], /line 4/],
    ["a key that is none", ["logs/v0", "", "vkey x"], /line 3 .*form/],
    ["a witness's key", ["logs/v0", `vkey ${formatVerifierKey(cosigner)}`], /line 2 .*type 1/],
    ["a line with a carriage return", ["logs/v0", `vkey ${vkey1}\r`], /line 2 .*carriage return/],
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

// Trust policies in C2SP's text form: what is written is read as the same policy, here and by others; what is in disorder
// is refused, since a policy that is misread trusts somebody else.

import { expect } from "chai";
import fc from "fast-check";

import { utf8 } from "../../src/core/bytes.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import {
  formatTlogPolicy,
  MAX_TLOG_POLICY_BYTES,
  parseTlogPolicy,
  witnessesOf,
  type TlogPolicy,
} from "../../src/core/tlog-policy.ts";
import { expectCode } from "../support/expect-code.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { GROUND_KEYS, signingKey } from "../support/signing-key.ts";

const log = verifierKey("city.example/ledger", signingKey(1).publicKey);
const keys = Array.from({ length: 6 }, (_, at) =>
  verifierKey(`w${at}.example`, signingKey(20 + at).publicKey, "cosignature"),
);
const [logKey, ...vkeys] = [log, ...keys].map(formatVerifierKey) as [string, ...string[]];
const defined = keys.map((_, at) => `witness W${at} ${vkeys[at]}`);
const parse = (...lines: readonly string[]): TlogPolicy => parseTlogPolicy(utf8(`${lines.join("\n")}\n`));
const flat = (...lines: readonly string[]) => witnessesOf(parse(...defined, ...lines));

describe("a tlog-policy", () => {
  it("names logs, witnesses, where they are reached, and the quorum", () => {
    const policy = parse(
      "# ours",
      ` log\t${logKey}   https://city.example/log `,
      "",
      "   # theirs",
      `witness a ${vkeys[0]} https://w0.example/`,
      `witness b ${vkeys[1]}`,
      "group both all a b",
      "quorum both",
    );
    expect(policy.logs).to.deep.equal([{ key: log, url: "https://city.example/log" }]);
    expect(policy.witnesses).to.deep.equal([{ key: keys[0], url: "https://w0.example/" }, { key: keys[1] }]);
    expect(policy.quorum).to.deep.equal({ atLeast: 2, of: [{ witness: keys[0] }, { witness: keys[1] }] });
    expect(parse(`log ${logKey}`, "quorum none")).to.deep.equal({
      logs: [{ key: log }],
      witnesses: [],
      quorum: undefined,
    });
  });

  it("is read as it was written, whichever witnesses and quorum it has", () => {
    fc.assert(
      fc.property(fc.subarray(keys), fc.nat({ max: 6 }), (some, most) => {
        const quorum = Math.min(most, some.length);
        const read = parseTlogPolicy(utf8(formatTlogPolicy({ log, witnesses: { keys: some, quorum } })));
        expect(read.logs).to.deep.equal([{ key: log }]);
        expect(read.witnesses.map(({ key }) => key)).to.deep.equal(some);
        expect(witnessesOf(read)).to.deep.equal(quorum === 0 ? { keys: [], quorum: 0 } : { keys: some, quorum });
      }),
    );
  });

  it("may have logs and witnesses that sign with ML-DSA-44, and a line for each key of a log", () => {
    const quantum = verifierKey(log.name, mlDsaKey(5).publicKey, "mldsa44");
    const witness = verifierKey("w.example", mlDsaKey(6).publicKey, "mldsa44");
    const further = [{ key: quantum, requiredFrom: 3 }];
    const text = formatTlogPolicy({ log: { ...log, further }, witnesses: { keys: [witness], quorum: 1 } });
    const read = parseTlogPolicy(utf8(text));
    expect(read.logs).to.deep.equal([{ key: log }, { key: quantum }]);
    expect(witnessesOf(read)).to.deep.equal({ keys: [witness], quorum: 1 });
  });

  it("gives each witness a name of its own, also if keys share theirs or have one that means something", () => {
    const named = ["same", "same", "none", "quorum", "dömäne.example/ü"].map((name, at) =>
      verifierKey(name, signingKey(40 + at).publicKey, "cosignature"),
    );
    const text = formatTlogPolicy({ log, witnesses: { keys: named, quorum: 3 } });
    expect(witnessesOf(parseTlogPolicy(utf8(text)))).to.deep.equal({ keys: named, quorum: 3 });
    expect(text)
      .to.match(/^witness same\+[0-9a-f]{8} /m)
      .and.match(/^witness none\+/m)
      .and.match(/^quorum quorum\+$/m);
  });

  it("has names of any bytes, also such as are no text", () => {
    const bytes = Buffer.from(`${["quorum", "NAME"].join(" ")}\n`);
    const policy = Buffer.concat([
      Buffer.from("witness "),
      Buffer.of(0xff, 0xfe),
      Buffer.from(` ${vkeys[0]}\nquorum `),
      Buffer.of(0xff, 0xfe),
    ]);
    expect(witnessesOf(parseTlogPolicy(policy))).to.deep.equal({ keys: [keys[0]], quorum: 1 });
    // Two bytes that some would read as the same replacement character.
    const other = Buffer.concat([policy.subarray(0, -1), Buffer.of(0xfd)]);
    expectCode("POLICY_INVALID", () => parseTlogPolicy(other), /line 2/);
    expectCode("POLICY_INVALID", () => parseTlogPolicy(bytes), /line 1/);
  });

  it("asks for a number of witnesses, however its groups say so", () => {
    expect(flat("quorum W3")).to.deep.equal({ keys: [keys[3]], quorum: 1 });
    expect(flat("group g any W0 W1", "quorum g")).to.deep.equal({ keys: keys.slice(0, 2), quorum: 1 });
    expect(flat("group g 2 W0 W1 W2", "group h all g", "quorum h")).to.deep.equal({
      keys: keys.slice(0, 3),
      quorum: 2,
    });
    expect(flat("group g any W0 W1", "group h any g W2", "quorum h")).to.deep.equal({
      keys: keys.slice(0, 3),
      quorum: 1,
    });
    expect(flat("group g all W0 W1", "group h all g W2", "quorum h")).to.deep.equal({
      keys: keys.slice(0, 3),
      quorum: 3,
    });
    // One member stands for its group, and a group of one for its member.
    expect(flat("group g all W0", "group h 2 g W1 W2", "quorum h")).to.deep.equal({
      keys: keys.slice(0, 3),
      quorum: 2,
    });
  });

  it("with a rule that no number of witnesses says is not simplified to one that says something else", () => {
    const rules = [
      ["group x 2 W0 W1 W2", "group y any W3 W4", "group q all x y", "quorum q"],
      ["group x all W0 W1", "group y all W2 W3", "group q any x y", "quorum q"],
      ["group x any W0 W1", "group y any W2 W3", "group q all x y", "quorum q"],
      ["group x 2 W0 W1 W2", "group y any W3 W4", "group q all x y", "group z any q W5", "quorum z"],
    ];
    for (const lines of rules) expectCode("POLICY_INVALID", () => flat(...lines), /groups within groups/);
  });

  const typed = Buffer.concat([Buffer.of(2), Buffer.alloc(91, 7)]).toString("base64");
  const REFUSED: readonly [what: string, lines: readonly string[], pattern: RegExp][] = [
    ["no quorum", [`log ${logKey}`], /no line quorum/],
    ["two quorums", ["quorum none", "quorum none"], /second quorum in line 2/],
    ["a quorum of what comes later", ["quorum W0", defined[0]!], /line 1/],
    ["a quorum of two names", [...defined, "quorum W0 W1"], /line 7/],
    ["another word", ["logs v0", "quorum none"], /line 1 that is none of/],
    ["a word in other letters", [`Log ${logKey}`, "quorum none"], /line 1 that is none of/],
    ["a log without a key", ["log", "quorum none"], /line 1/],
    ["more than the address of a log", [`log ${logKey} https://a b`, "quorum none"], /line 1/],
    ["a witness without a name", [`witness ${vkeys[0]}`, "quorum none"], /line 1/],
    ["a witness as a log", [`log ${vkeys[0]}`, "quorum none"], /type 1/],
    ["a log as a witness", [`witness a ${logKey}`, "quorum none"], /type 4/],
    ["a key of another type", [`witness a m.example+12345678+${typed}`, "quorum none"], /type 2/],
    ["a key that is none", [`witness a m.example+12345678+AAAA`, "quorum none"], /unusable key/],
    ["one witness twice", [defined[0]!, `witness again ${vkeys[0]}`, "quorum none"], /line 2 a public key/],
    ["one log twice", [`log ${logKey}`, `log ${logKey}`, "quorum none"], /line 2 a public key/],
    [
      "the log among the witnesses",
      [
        `log ${logKey}`,
        `witness a ${formatVerifierKey(verifierKey("w.example", log.publicKey, "cosignature"))}`,
        "quorum none",
      ],
      /line 2 a public key/,
    ],
    [
      "two keys that no note tells apart",
      [...GROUND_KEYS.map((vkey, at) => `witness g${at} ${vkey}`), "quorum none"],
      /one name and key id/,
    ],
    ["a name twice", [defined[0]!, `witness W0 ${vkeys[1]}`, "quorum none"], /line 2 a name that is taken/],
    ["the name none", [`witness none ${vkeys[0]}`, "quorum none"], /a name that is taken/],
    ["a group with the name of a witness", [...defined, "group W0 all W1", "quorum none"], /a name that is taken/],
    ["a group without members", [...defined, "group g all", "quorum none"], /line 7/],
    ["a group of what comes later", ["group g all W0", ...defined, "quorum none"], /line 1/],
    ["a group of none", [...defined, "group g all none", "quorum none"], /line 7/],
    ["a member twice", [...defined, "group g any W0 W0", "quorum g"], /line 7 a member that is one already/],
    ["a member of two groups", [...defined, "group g any W0", "group h any W0", "quorum g"], /line 8 a member/],
    ["a group of 0", [...defined, "group g 0 W0", "quorum g"], /from 1 to 1/],
    ["a group of more than there are", [...defined, "group g 3 W0 W1", "quorum g"], /from 1 to 2/],
    ["a number with a leading zero", [...defined, "group g 01 W0", "quorum g"], /from 1 to 1/],
    ["a number with a sign", [...defined, "group g +1 W0", "quorum g"], /from 1 to 1/],
    ["a carriage return", ["quorum none\r"], /line 1 with a carriage return/],
    ["a DEL", ["quorum none\u007f"], /control/],
    ["a no-break space, which is none here", ["quorum\u00a0none"], /line 1/],
    ["a byte order mark", ["\ufeffquorum none"], /line 1/],
    ["nothing", [], /no line quorum/],
  ];
  for (const [what, lines, pattern] of REFUSED)
    it(`is refused with ${what}`, () => void expectCode("POLICY_INVALID", () => parse(...lines), pattern));

  it("is refused when it is larger than any that people write", () => {
    const large = utf8(`#${" ".repeat(MAX_TLOG_POLICY_BYTES)}\nquorum none\n`);
    expectCode("POLICY_INVALID", () => parseTlogPolicy(large), /larger than/);
  });
});

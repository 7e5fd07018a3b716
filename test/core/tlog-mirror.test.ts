// The bytes of the mirror protocol, https://c2sp.org/tlog-mirror.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import {
  formatAddEntries,
  MAX_PACKAGES,
  MIRROR_INFO_MEDIA_TYPE,
  packageRanges,
  readMirrorAnswer,
} from "../../src/core/tlog-mirror.ts";
import { expectCode } from "../support/expect-code.ts";

const spans = (start: number, end: number): (readonly number[])[] =>
  packageRanges({ start, end }).map(({ entries, subtree }) => [entries.begin, entries.end, subtree.begin, subtree.end]);

describe("the mirror protocol", () => {
  it("cuts an upload into packages at multiples of 256", () => {
    expect(spans(0, 0)).to.deep.equal([]);
    expect(spans(300, 300)).to.deep.equal([]);
    expect(spans(0, 1)).to.deep.equal([[0, 1, 0, 1]]);
    expect(spans(255, 257)).to.deep.equal([
      [255, 256, 0, 256],
      [256, 257, 256, 257],
    ]);
    expect(spans(300, 700)).to.deep.equal([
      [300, 512, 256, 512],
      [512, 700, 512, 700],
    ]);
    expect(spans(1, 1_000_000)).to.have.length(MAX_PACKAGES);
  });

  it("writes a request as the specification has it", () => {
    const ticket = Uint8Array.of(9, 8);
    const hash = new Uint8Array(32).fill(7);
    const upload = { origin: "a.example/log", start: 258, end: 2 ** 40 + 1, ticket };
    const bytes = formatAddEntries(upload, [{ entries: [utf8("ab"), utf8("")], proof: [hash] }]);
    const hex = [
      "000d" + Buffer.from("a.example/log").toString("hex"),
      "0000000000000102" + "0000010000000001" + "0002" + "0908",
      "0002" + "6162" + "0000" + "01" + "07".repeat(32),
    ];
    expect(Buffer.from(bytes).toString("hex")).to.equal(hex.join(""));
  });

  it("reads where a mirror is, and nothing that only looks like it", () => {
    const answer = (text: string, status = 409, type: string | null = MIRROR_INFO_MEDIA_TYPE): unknown =>
      readMirrorAnswer(status, type, utf8(text));
    const at = { kind: "at", treeSize: 700, nextEntry: 256, ticket: Uint8Array.of(1, 2) };
    for (const status of [202, 409]) expect(answer("700\n256\nAQI=\n", status)).to.deep.equal(at);
    expect(answer("700\n256\n\n")).to.deep.equal({ ...at, ticket: new Uint8Array() });
    expect(answer("lines", 200)).to.deep.equal({ kind: "mirrored", lines: utf8("lines") });
    expect(answer("700\n256\n\n", 409, "text/plain")).to.deep.equal({ kind: "refused", status: 409 });
    expect(answer("700\n256\n\n", 422)).to.deep.equal({ kind: "refused", status: 422 });
    for (const text of ["", "700\n256\n", "700\n256\nAQI=", "700\n256\n\n\n", "07\n1\n\n", "7\n-1\n\n", "7\n1\nAQI\n"])
      expectCode("ENCODING_INVALID", () => answer(text));
    expectCode("ENCODING_INVALID", () => answer(`7\n1\n${Buffer.alloc(65_536).toString("base64")}\n`), /too long/);
  });
});

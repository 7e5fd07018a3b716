// The text form of an offline proof: example of the specification, inverse functions, and refusals.

import { expect } from "chai";
import fc from "fast-check";

import { formatTlogProof, parseTlogProof } from "../../src/core/tlog-proof.ts";
import { expectCode } from "../support/expect-code.ts";

const HASHES = [
  "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=",
  "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=",
  "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=",
];
const CHECKPOINT = "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n\u2014 x AAAAAAAA\n";
const EXAMPLE = `c2sp.org/tlog-proof@v1\nindex 73894\n${HASHES.join("\n")}\n\n${CHECKPOINT}`;

describe("tlog-proof", () => {
  it("reads the example of the specification, and prints it again", () => {
    const proof = parseTlogProof(EXAMPLE);
    expect(proof.leafIndex).to.equal(73_894);
    expect(proof.hashes.map((hash) => Buffer.from(hash).toString("base64"))).to.deep.equal(HASHES);
    expect(proof.checkpoint).to.equal(CHECKPOINT);
    expect(formatTlogProof(proof)).to.equal(EXAMPLE);
  });

  it("format and parse are inverse, with no hashes too", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const proof = fc.record({ leafIndex: fc.maxSafeNat(), hashes: fc.array(hash, { maxLength: 64 }) });
    fc.assert(
      fc.property(proof, ({ leafIndex, hashes }) => {
        const value = { leafIndex, hashes, checkpoint: CHECKPOINT };
        expect(parseTlogProof(formatTlogProof(value))).to.deep.equal(value);
      }),
    );
  });

  const head = "c2sp.org/tlog-proof@v1\nindex 1\n";
  const REFUSED: [string, string][] = [
    ["nothing", ""],
    ["another version", EXAMPLE.replace("@v1", "@v2")],
    ["a line before the header", `\n${EXAMPLE}`],
    ["extra data, which nothing authenticates", EXAMPLE.replace("index", "extra AAAA\nindex")],
    ["no index", EXAMPLE.replace("index 73894\n", "")],
    ["an index with a leading zero", EXAMPLE.replace("73894", "007")],
    ["an index with a sign", EXAMPLE.replace("73894", "+7")],
    ["an index without a number", EXAMPLE.replace("73894", "")],
    ["an index of 2^53", EXAMPLE.replace("73894", "9007199254740992")],
    ["an index behind a tab", EXAMPLE.replace("index ", "index\t")],
    ["no empty line before the checkpoint", `${head}${HASHES[0]}\n${CHECKPOINT.replace("\n\n", "\n")}`],
    ["the checkpoint directly behind the hashes", `${head}${HASHES[0]}\n${CHECKPOINT}`],
    ["the end of the file instead of a checkpoint", `${head}${HASHES[0]}\n`],
    ["a hash of 31 bytes", `${head}${Buffer.alloc(31).toString("base64")}\n\n${CHECKPOINT}`],
    ["a hash with other trailing bits", EXAMPLE.replace("PlQ=", "PlR=")],
    ["a hash in base64url", EXAMPLE.replace("//", "__")],
    ["a line end of two characters", EXAMPLE.replaceAll("\n", "\r\n")],
    ["a space behind a hash", EXAMPLE.replace("PlQ=", "PlQ= ")],
    ["65 hashes", `${head}${`${HASHES[0]}\n`.repeat(65)}\n${CHECKPOINT}`],
  ];
  for (const [title, text] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("PROOF_INVALID", () => parseTlogProof(text));
    });
});

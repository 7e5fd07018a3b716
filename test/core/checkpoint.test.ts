// Checkpoints: signed as node:crypto signs, read strictly, opened only by the log's own key.

import { expect } from "chai";

import { toBase64, toHex, utf8 } from "../../src/core/bytes.ts";
import { assertOrigin, openCheckpoint, parseCheckpoint, signCheckpoint } from "../../src/core/checkpoint.ts";
import { EMPTY_ROOT } from "../../src/core/merkle.ts";
import { cosignedBytes } from "../../src/core/cosigned-bytes.ts";
import type { TreeHead } from "../../src/core/tree-head.ts";
import { verifierKey } from "../../src/core/note.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const pair = signingKey(1);
const witness = signingKey(2);
const key = verifierKey("log.example/city", pair.publicKey);
const witnessKey = verifierKey("witness.example/w1", witness.publicKey, "cosignature");
const head: TreeHead = { origin: key.name, treeSize: 20_852_163, rootHash: new Uint8Array(32).fill(0xab) };
const ROOT = Buffer.alloc(32, 0xab).toString("base64");
const EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

const note = (text: string, signer = pair, as = key): Uint8Array =>
  utf8(`${text}\n\u2014 ${as.name} ${Buffer.concat([as.keyId, signer.sign(utf8(text))]).toString("base64")}\n`);

describe("checkpoint", () => {
  it("is signed over origin, size and root, each in its line", () => {
    const text = `log.example/city\n20852163\n${ROOT}\n`;
    const checkpoint = signCheckpoint(head, { key, sign: pair.sign });
    expect(checkpoint.note).to.equal(Buffer.from(note(text)).toString());
    expect(checkpoint).to.include({ origin: key.name, treeSize: 20_852_163 });
  });

  it("parse and open give back what was signed, and the note byte for byte", () => {
    const checkpoint = signCheckpoint(head, { key, sign: pair.sign });
    expect(parseCheckpoint(utf8(checkpoint.note))).to.deep.equal(checkpoint);
    const opened = openCheckpoint(utf8(checkpoint.note), key);
    expect(opened).to.deep.equal({ checkpoint, signatures: [{ key }] });
  });

  it("the specification's example parses", () => {
    const text = [
      "example.com/behind-the-sofa",
      "20852163",
      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
      "",
      "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=",
      "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==",
      "",
    ].join("\n");
    const checkpoint = parseCheckpoint(utf8(text));
    expect(checkpoint.origin).to.equal("example.com/behind-the-sofa");
    expect(checkpoint.treeSize).to.equal(20_852_163);
    expect(toHex(checkpoint.rootHash)).to.equal("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
    expect(checkpoint.note).to.equal(text);
  });

  it("of size 0 carries the root of nothing, and no other", () => {
    expect(toBase64(EMPTY_ROOT)).to.equal(EMPTY);
    expect(parseCheckpoint(note(`log\n0\n${EMPTY}\n`)).treeSize).to.equal(0);
    expectCode("CHECKPOINT_INVALID", () => parseCheckpoint(note(`log\n0\n${ROOT}\n`)), /empty tree/);
  });

  it("extension lines are read over, and covered by the signature", () => {
    const text = `${key.name}\n7\n${ROOT}\nextension one\nextension two\n`;
    const { checkpoint } = openCheckpoint(note(text), key);
    expect(checkpoint.treeSize).to.equal(7);
    expect(checkpoint.note).to.equal(Buffer.from(note(text)).toString());
    const changed = utf8(checkpoint.note.replace("one", "won"));
    expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(changed, key));
  });

  const REFUSED: [string, string][] = [
    ["an empty origin", `\n7\n${ROOT}\n`],
    ["one line", "log\n"],
    ["two lines", "log\n7\n"],
    ["an empty extension line", `log\n7\n${ROOT}\n\nmore\n`],
    ["an empty size", `log\n\n${ROOT}\n`],
    ["a size with a leading zero", `log\n07\n${ROOT}\n`],
    ["a size with a sign", `log\n+7\n${ROOT}\n`],
    ["a negative size", `log\n-7\n${ROOT}\n`],
    ["a size with a space", `log\n 7\n${ROOT}\n`],
    ["a hexadecimal size", `log\n0x10\n${ROOT}\n`],
    ["a size with an exponent", `log\n1e3\n${ROOT}\n`],
    ["a size of 2^53", `log\n9007199254740992\n${ROOT}\n`],
    ["a size of 2^64", `log\n18446744073709551616\n${ROOT}\n`],
    ["a root of 3 bytes", "log\n7\nAAAA\n"],
    ["a root of 31 bytes", `log\n7\n${Buffer.alloc(31).toString("base64")}\n`],
    ["a root of 33 bytes", `log\n7\n${Buffer.alloc(33).toString("base64")}\n`],
    ["a root without padding", `log\n7\n${ROOT.slice(0, -1)}\n`],
    ["a root with other trailing bits", `log\n7\n${ROOT.slice(0, -2)}t=\n`],
    ["a root in base64url", `log\n7\n${"-".repeat(43)}=\n`],
    ["a root with a space", `log\n7\n${ROOT} \n`],
  ];
  for (const [title, text] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("CHECKPOINT_INVALID", () => parseCheckpoint(note(text)));
    });

  it("refused: a note that is none", () => {
    expectCode("NOTE_INVALID", () => parseCheckpoint(utf8(`log\n7\n${ROOT}\n`)));
  });

  it("is opened only when the log's own key signed it", () => {
    const text = `${key.name}\n7\n${ROOT}\n`;
    const cosignature = witness.sign(cosignedBytes(text, 9));
    const blob = Buffer.concat([witnessKey.keyId, Buffer.from("0000000000000009", "hex"), cosignature]);
    const cosigned = `\u2014 ${witnessKey.name} ${blob.toString("base64")}\n`;
    const both = utf8(`${Buffer.from(note(text)).toString()}${cosigned}`);
    expect(openCheckpoint(both, key, [witnessKey]).signatures).to.deep.equal([{ key }, { key: witnessKey, time: 9 }]);
    expect(openCheckpoint(both, key).signatures).to.deep.equal([{ key }]);
    const witnessOnly = utf8(`${text}\n${cosigned}`);
    expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(witnessOnly, key, [witnessKey]), /log's own key/);
    expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(note(text, witness), key));
  });

  it("F9 of another origin is refused, though the log's key signed it", () => {
    const { details } = expectCode("ORIGIN_MISMATCH", () => openCheckpoint(note(`other.example\n7\n${ROOT}\n`), key));
    expect(details).to.deep.equal({ expected: key.name, given: "other.example" });
  });

  describe("origins", () => {
    it("are URLs without a scheme", () => {
      for (const origin of ["log", "santander.example/ledger", "a".repeat(255)])
        expect(assertOrigin(origin)).to.equal(origin);
    });

    const BAD = [
      "",
      "a b",
      "a+b",
      "a\nb",
      "\u00e9",
      "https://log.example",
      "cosignature/v1",
      "a".repeat(256),
      "a\u007f",
    ];
    for (const origin of BAD)
      it(`refused: ${JSON.stringify(origin).slice(0, 30)}`, () => {
        expectCode("CHECKPOINT_INVALID", () => assertOrigin(origin));
      });
  });
});

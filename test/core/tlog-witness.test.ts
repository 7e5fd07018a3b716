// The witness protocol, byte by byte (https://c2sp.org/tlog-witness): one spelling is read, everything else refused, and
// of a witness's answer nothing is taken but a cosignature that verifies.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { signatureLine } from "../../src/core/note-signer.ts";
import { concatBytes, toBase64, utf8 } from "../../src/core/bytes.ts";
import { formatSignatureLine, parseNote, verifierKey, verifyNote, type SignatureLine } from "../../src/core/note.ts";
import {
  acceptCosignature,
  cosignatureOn,
  formatAddCheckpoint,
  formatTreeSize,
  MAX_ADD_CHECKPOINT_BYTES,
  originHash,
  parseAddCheckpoint,
  readWitnessAnswer,
  TLOG_SIZE_MEDIA_TYPE,
  withCosignatures,
} from "../../src/core/tlog-witness.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { signingKey } from "../support/signing-key.ts";
import { ORIGIN, requestBody, smallLog } from "../witness/support/small-log.ts";

const log = smallLog();
const TIME = 1_795_334_405;
const pair = signingKey(11);
const key = verifierKey("witness.example/w1", pair.publicKey, "cosignature");
const stranger = signingKey(12);
const strangerKey = verifierKey("witness.example/w2", stranger.publicKey, "cosignature");

/** The specification's own example of a request; its signatures are of keys that nobody has. */
const EXAMPLE = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

describe("a request to cosign", () => {
  it("is read as the specification writes it, and written back byte for byte", () => {
    const request = parseAddCheckpoint(utf8(EXAMPLE));
    expect(request.oldSize).to.equal(20_852_014);
    expect(request.proof).to.have.lengthOf(4);
    expect(request.checkpoint).to.include({ origin: "example.com/behind-the-sofa", treeSize: 20_852_163 });
    expect(Buffer.from(formatAddCheckpoint(request)).toString()).to.equal(EXAMPLE);
  });

  it("of a first checkpoint has no proof", () => {
    const body = log.request(0, 5);
    expect(Buffer.from(body).toString()).to.equal(`old 0\n\n${log.note(5)}`);
    expect(formatAddCheckpoint(parseAddCheckpoint(body))).to.deep.equal(body);
    expect(parseAddCheckpoint(body)).to.deep.include({ oldSize: 0, proof: [] });
  });

  const hash = toBase64(log.root(5));
  const note = log.note(8);
  const REFUSED: readonly [what: string, body: string][] = [
    ["nothing", ""],
    ["no empty line", `old 5\n${hash}\n`],
    ["an empty line first", `\n${note}`],
    ["no old size", `${hash}\n\n${note}`],
    ["another word", `Old 5\n\n${note}`],
    ["two spaces", `old  5\n\n${note}`],
    ["no size", `old \n\n${note}`],
    ["a leading zero", `old 05\n\n${note}`],
    ["a sign", `old +5\n\n${note}`],
    ["a size with a carriage return", `old 5\r\n\r\n${note}`],
    ["a size above 2^53-1", `old 9007199254740992\n\n${note}`],
    ["more words behind the size", `old 5 6\n\n${note}`],
    ["a hash of 31 bytes", `old 5\n${Buffer.alloc(31).toString("base64")}\n\n${note}`],
    ["a hash in base64url", `old 5\n${Buffer.alloc(32, 0xff).toString("base64url")}=\n\n${note}`],
    ["a hash with trailing bits", `old 5\n${"A".repeat(42)}B=\n\n${note}`],
    ["a hash with a space", `old 5\n${hash} \n\n${note}`],
    ["64 hashes", `old 5\n${`${hash}\n`.repeat(64)}\n${note}`],
    ["no checkpoint", `old 5\n${hash}\n\n`],
    ["a checkpoint without signatures", `old 5\n${hash}\n\n${log.text(8)}`],
    ["a checkpoint of two lines", `old 5\n\n${note.replace(/\n8\n/, "\n")}`],
    ["a root of 31 bytes", `old 5\n\n${note.replace(/\n8\n.*\n/, `\n8\n${Buffer.alloc(31).toString("base64")}\n`)}`],
    ["something behind the signatures", `old 5\n\n${note}x`],
    ["a control character", `old 5\n\n${note.replace("log.", "log\u0007.")}`],
  ];
  for (const [what, body] of REFUSED)
    it(`is refused with ${what}`, () => {
      expectCode("REQUEST_INVALID", () => parseAddCheckpoint(utf8(body)));
    });

  it("is refused when it is not UTF-8 or too large", () => {
    expectCode("REQUEST_INVALID", () => parseAddCheckpoint(Uint8Array.of(0x6f, 0xff)), /UTF-8/);
    const large = concatBytes(utf8(EXAMPLE), new Uint8Array(MAX_ADD_CHECKPOINT_BYTES));
    expectCode("REQUEST_INVALID", () => parseAddCheckpoint(large), /larger than/);
  });

  it("may carry 63 hashes, and no more", () => {
    const body = `old 5\n${`${hash}\n`.repeat(63)}\n${note}`;
    expect(parseAddCheckpoint(utf8(body)).proof).to.have.lengthOf(63);
  });

  it("of an empty tree must have the root of the empty tree", () => {
    expect(parseAddCheckpoint(log.request(0, 0)).checkpoint.treeSize).to.equal(0);
    const other = log.note(5).replace("\n5\n", "\n0\n");
    expectCode("CONSISTENCY_MISMATCH", () => parseAddCheckpoint(requestBody(0, [], other)));
  });

  it("survives its own text form, whatever it holds", () => {
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 });
    fc.assert(
      fc.property(fc.maxSafeNat(), hashes, fc.integer({ min: 0, max: 60 }), (oldSize, proof, size) => {
        const body = requestBody(oldSize, proof, log.note(size));
        const request = parseAddCheckpoint(body);
        expect(request).to.deep.include({ oldSize, proof });
        expect(formatAddCheckpoint(request)).to.deep.equal(body);
      }),
      { numRuns: 100 },
    );
  });

  it("is refused with a code, or written back as it came, whatever byte is changed", () => {
    const body = log.request(5, 8);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const changed = isCut ? body.slice(0, at) : body.slice();
        if (!isCut) changed[at] = byte;
        const code = codeOfRefusal(() => parseAddCheckpoint(changed));
        if (code === undefined) expect(formatAddCheckpoint(parseAddCheckpoint(changed))).to.deep.equal(changed);
        else expect(code).to.be.oneOf(["REQUEST_INVALID", "CONSISTENCY_MISMATCH"]);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused with a code when it is noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(codeOfRefusal(() => parseAddCheckpoint(noise))).to.equal("REQUEST_INVALID");
      }),
      { numRuns: 200 },
    );
  });
});

describe("the answer of a witness", () => {
  it("with status 200 is signature lines, as they came", () => {
    const lines = utf8("anything");
    expect(readWitnessAnswer(200, "text/html", lines)).to.deep.equal({ kind: "cosigned", lines });
  });

  it("with status 409 tells a size, if the media type says exactly that", () => {
    expect(readWitnessAnswer(409, TLOG_SIZE_MEDIA_TYPE, utf8(formatTreeSize(17)))).to.deep.equal({
      kind: "size",
      treeSize: 17,
    });
    for (const mediaType of ["text/x.tlog.size; charset=utf-8", "text/plain", "TEXT/X.TLOG.SIZE", null])
      expect(readWitnessAnswer(409, mediaType, utf8("17\n"))).to.deep.equal({ kind: "refused", status: 409 });
  });

  for (const body of ["", "17", "17\r\n", " 17\n", "017\n", "1e3\n", "17\n17\n", "-1\n", "9007199254740992\n", "\n"])
    it(`with status 409 and the size ${JSON.stringify(body)} is refused`, () => {
      expectCode("ENCODING_INVALID", () => readWitnessAnswer(409, TLOG_SIZE_MEDIA_TYPE, utf8(body)));
    });

  it("with any other status is a refusal", () => {
    for (const status of [201, 204, 302, 400, 403, 404, 422, 429, 500, 503])
      expect(readWitnessAnswer(status, TLOG_SIZE_MEDIA_TYPE, utf8("17\n"))).to.deep.equal({ kind: "refused", status });
  });
});

describe("a cosignature", () => {
  const text = log.text(5);
  const line = signatureLine(text, { key, sign: pair.sign }, TIME);
  const lineOf = (signed: SignatureLine): Uint8Array => utf8(formatSignatureLine(signed));

  it("is version 1 of the specification, byte for byte", () => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(TIME));
    const signature = pair.sign(utf8(`cosignature/v1\ntime ${TIME}\n${ORIGIN}\n5\n${toBase64(log.root(5))}\n`));
    const keyId = createHash("sha256")
      .update(`witness.example/w1\n\u0004`)
      .update(pair.publicKey)
      .digest()
      .subarray(0, 4);
    const blob = Buffer.concat([keyId, stamp, signature]);
    expect(blob).to.have.lengthOf(76);
    expect(formatSignatureLine(line)).to.equal(`\u2014 witness.example/w1 ${blob.toString("base64")}\n`);
  });

  it("is taken from an answer, whatever strangers sign beside it", () => {
    const other = signatureLine(text, { key: strangerKey, sign: stranger.sign }, TIME);
    for (const answer of [lineOf(line), concatBytes(lineOf(other), lineOf(line))])
      expect(acceptCosignature(text, answer, key)).to.deep.equal(line);
    // A stranger's line is not verified either: nobody relies on it.
    const nonsense = { ...other, signature: new Uint8Array(72).fill(1) };
    expect(acceptCosignature(text, concatBytes(lineOf(nonsense), lineOf(line)), key)).to.deep.equal(line);
  });

  const forged = signatureLine(text, { key, sign: stranger.sign }, TIME);
  const REFUSED: readonly [what: string, answer: Uint8Array, code: "NOTE_INVALID" | "SIGNATURE_MISMATCH"][] = [
    ["nothing", utf8(""), "NOTE_INVALID"],
    ["a page", utf8("<html><body>502</body></html>\n"), "NOTE_INVALID"],
    ["a line without its end", lineOf(line).slice(0, -1), "NOTE_INVALID"],
    ["an empty line within", concatBytes(lineOf(forged), utf8("\n"), lineOf(line)), "NOTE_INVALID"],
    ["the same line twice", concatBytes(lineOf(line), lineOf(line)), "SIGNATURE_MISMATCH"],
    ["a line and a page", concatBytes(lineOf(line), utf8("<html>\n")), "NOTE_INVALID"],
    ["bytes that are not UTF-8", concatBytes(lineOf(line), Uint8Array.of(0xff, 0x0a)), "NOTE_INVALID"],
    [
      "a line by a stranger",
      lineOf(signatureLine(text, { key: strangerKey, sign: stranger.sign }, TIME)),
      "SIGNATURE_MISMATCH",
    ],
    ["a signature by a stranger under the name", lineOf(forged), "SIGNATURE_MISMATCH"],
    ["another checkpoint's", lineOf(signatureLine(log.text(6), { key, sign: pair.sign }, TIME)), "SIGNATURE_MISMATCH"],
    ["no time", lineOf(signatureLine(text, { key, sign: pair.sign }, 0)), "SIGNATURE_MISMATCH"],
    ["another time", lineOf({ ...line, signature: line.signature.with(7, 0) }), "SIGNATURE_MISMATCH"],
    ["a plain signature", lineOf({ ...line, signature: pair.sign(utf8(text)) }), "SIGNATURE_MISMATCH"],
  ];
  for (const [what, answer, code] of REFUSED)
    it(`is refused in an answer with ${what}`, () => {
      expectCode(code, () => acceptCosignature(text, answer, key));
    });

  it("may be made with ML-DSA-44, and then states its time as well", () => {
    const quantum = mlDsaKey(6);
    const quantumKey = verifierKey("witness.example/w1", quantum.publicKey, "mldsa44");
    const made = signatureLine(text, { key: quantumKey, sign: quantum.sign }, TIME);
    expect(acceptCosignature(text, concatBytes(lineOf(line), lineOf(made)), quantumKey)).to.deep.equal(made);
    expect(acceptCosignature(text, concatBytes(lineOf(line), lineOf(made)), key)).to.deep.equal(line);
    const timeless = lineOf(signatureLine(text, { key: quantumKey, sign: quantum.sign }, 0));
    expectCode("SIGNATURE_MISMATCH", () => acceptCosignature(text, timeless, quantumKey), /states no time/);
  });

  it("joins the note, in the place of an older one by the same key", () => {
    const once = withCosignatures(parseNote(utf8(log.note(5))), [line]);
    expect(once).to.equal(`${log.note(5)}${formatSignatureLine(line)}`);
    const later = signatureLine(text, { key, sign: pair.sign }, TIME + 60);
    const twice = withCosignatures(parseNote(utf8(once)), [later]);
    expect(twice).to.equal(`${log.note(5)}${formatSignatureLine(later)}`);
    expect(verifyNote(parseNote(utf8(twice)), [log.key, key])).to.deep.equal([
      { key: log.key },
      { key, time: TIME + 60 },
    ]);
  });

  it("is found on a note only where it verifies", () => {
    const note = parseNote(utf8(withCosignatures(parseNote(utf8(log.note(5))), [line])));
    expect(cosignatureOn(note, key)).to.deep.equal(line);
    expect(cosignatureOn(note, strangerKey)).to.equal(undefined);
    expect(cosignatureOn(parseNote(utf8(log.note(5))), key)).to.equal(undefined);
    expect(cosignatureOn({ text, signatures: [forged] }, key)).to.equal(undefined);
  });
});

describe("the name of a log in a witness's paths", () => {
  it("is SHA-256 of its origin, in hexadecimal", () => {
    expect(originHash(ORIGIN)).to.equal(createHash("sha256").update(ORIGIN).digest("hex"));
  });
});

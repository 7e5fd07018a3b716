// Signed notes: the published examples of other implementations, and a refusal for each way to spell one wrongly.
// Key ids and signatures are computed here with node:crypto alone.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { toHex, utf8 } from "../../src/core/bytes.ts";
import { cosignedBytes } from "../../src/core/cosigned-bytes.ts";
import {
  MAX_NOTE_BYTES,
  formatNote,
  formatSignatureLine,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  verifierKey,
  verifyNote,
  type VerifierKey,
} from "../../src/core/note.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { signingKey, type SigningKey } from "../support/signing-key.ts";

const logPair = signingKey(1);
const witnessPair = signingKey(2);
const logKey = verifierKey("log.example/city", logPair.publicKey);
const witnessKey = verifierKey("witness.example/w1", witnessPair.publicKey, "cosignature");
const TEXT = "first line\n\nthird line\n";

const base64 = (...parts: Uint8Array[]): string => Buffer.concat(parts).toString("base64");
const keyIdOf = (name: string, type: number, publicKey: Uint8Array): Buffer =>
  createHash("sha256").update(name).update("\n").update(Buffer.of(type)).update(publicKey).digest().subarray(0, 4);
const line = (name: string, blob: string): string => `\u2014 ${name} ${blob}\n`;
const signed = (text: string, key: VerifierKey, pair: SigningKey): string =>
  line(key.name, base64(key.keyId, pair.sign(utf8(text))));
const time8 = (seconds: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(seconds);
  return bytes;
};
const cosigned = (text: string, key: VerifierKey, pair: SigningKey, time: bigint): string =>
  line(key.name, base64(key.keyId, time8(time), pair.sign(utf8(`cosignature/v1\ntime ${time}\n${text}`))));
const parse = (note: string) => parseNote(utf8(note));
const NOTE = `${TEXT}\n${signed(TEXT, logKey, logPair)}`;

const good = signed(TEXT, logKey, logPair);

describe("note", () => {
  describe("published examples", () => {
    it("the key of the Go checksum database parses", () => {
      const text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
      const key = parseVerifierKey(text);
      expect(key.name).to.equal("sum.golang.org");
      expect(toHex(key.keyId)).to.equal("033de0ae");
      expect(key.type).to.equal("ed25519");
      expect(formatVerifierKey(key)).to.equal(text);
    });

    const VERIFIED = [
      {
        from: "C2SP signed-note",
        vkey: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        text: "This is an example message.\n",
        line: "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
      },
      {
        from: "golang.org/x/mod/sumdb/note",
        vkey: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
        line: "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
      },
    ];
    for (const example of VERIFIED)
      it(`the note of ${example.from} verifies, and not one byte of it may change`, () => {
        const key = parseVerifierKey(example.vkey);
        const bytes = utf8(`${example.text}\n${example.line}`);
        const note = parseNote(bytes);
        expect(note.text).to.equal(example.text);
        expect(verifyNote(note, [key])).to.deep.equal([{ key }]);
        for (const at of bytes.keys()) {
          const changed = bytes.slice();
          changed[at] = (changed[at] as number) ^ 1;
          expect(
            codeOfRefusal(() => verifyNote(parseNote(changed), [key])),
            `byte ${at}`,
          ).not.to.equal(undefined);
        }
      });

    it("a note whose text has an empty line is split at the last one", () => {
      const text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u00e8 subito sera.\n";
      const blob = "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=";
      const note = parse(`${text}\n${line("quasimodo.example/salvatore", blob)}`);
      expect(note.text).to.equal(text);
      expect(note.signatures).to.have.length(1);
      expect(formatSignatureLine(note.signatures[0]!)).to.equal(line("quasimodo.example/salvatore", blob));
    });
  });

  describe("verifier keys", () => {
    it("have the id and text that node:crypto computes", () => {
      for (const [key, type] of [
        [logKey, 0x01],
        [witnessKey, 0x04],
      ] as const) {
        const id = keyIdOf(key.name, type, key.publicKey);
        expect(toHex(key.keyId)).to.equal(id.toString("hex"));
        const text = `${key.name}+${id.toString("hex")}+${base64(Buffer.of(type), key.publicKey)}`;
        expect(formatVerifierKey(key)).to.equal(text);
        expect(parseVerifierKey(text)).to.deep.equal(key);
      }
    });

    const vkey = formatVerifierKey(logKey);
    const [, id = "", encoded = ""] = vkey.split("+");
    const typed = (type: number, key: Uint8Array): string => {
      const keyId = keyIdOf("n", type, key).toString("hex");
      return `n+${keyId}+${base64(Buffer.of(type), key)}`;
    };
    const REFUSED: [string, string][] = [
      ["another id than the name and key have", vkey.replace(id, "00000000")],
      ["another name than the id was made for", vkey.replace("city", "town")],
      ["an id in capitals", vkey.replace(id, id.toUpperCase())],
      ["an id of seven digits", vkey.replace(id, id.slice(1))],
      ["no name", vkey.slice(vkey.indexOf("+"))],
      ["a space in the name", vkey.replace("log", "l g")],
      ["a private key's form", `PRIVATE+KEY+${vkey}`],
      ["a key that is not base64", vkey.replace(encoded, encoded.replace("A", "*"))],
      ["a key without its padding or with other bits", typed(1, logPair.publicKey).replace(/.$/, "=")],
      ["a key of 31 bytes", typed(1, logPair.publicKey.subarray(1))],
      ["a key of 33 bytes", typed(1, Buffer.concat([logPair.publicKey, Buffer.of(0)]))],
      ["a small-order key", typed(1, Buffer.alloc(32))],
      ["nothing", ""],
      ["a line feed behind", `${vkey}\n`],
    ];
    for (const [title, text] of REFUSED)
      it(`refused: ${title}`, () => {
        expectCode("KEY_INVALID", () => parseVerifierKey(text));
      });

    it("truth A7: of a type that is not supported are told from malformed ones, whatever their length", () => {
      for (const [type, length] of [
        [2, 91],
        [5, 1312],
        [255, 32],
      ] as const)
        expectCode("KEY_TYPE_UNKNOWN", () => parseVerifierKey(typed(type, Buffer.alloc(length, 7))), /type/);
    });

    it("no part of a key's text is itself a key, and no byte of it may change", () => {
      const assertRefused = (text: string): void => {
        expect(codeOfRefusal(() => parseVerifierKey(text))).to.be.oneOf(["KEY_INVALID", "KEY_TYPE_UNKNOWN"]);
      };
      for (let from = 0; from < vkey.length; from++)
        for (let to = from + 1; to <= vkey.length; to++)
          if (to - from < vkey.length) assertRefused(vkey.slice(from, to));
      for (const at of vkey.split("").keys())
        assertRefused(`${vkey.slice(0, at)}${vkey.charAt(at) === "A" ? "B" : "A"}${vkey.slice(at + 1)}`);
    });

    describe("names", () => {
      const BAD = [
        "",
        "a+b",
        "a b",
        "a\tb",
        "a\nb",
        "a\u0085b",
        "a\u00a0b",
        "a\u2028b",
        "a\u3000b",
        "a\u0001b",
        "a\ud800",
      ];
      for (const name of BAD)
        it(`refused: ${JSON.stringify(name)}`, () => {
          expectCode("KEY_INVALID", () => verifierKey(name, logPair.publicKey));
        });

      it("U+FEFF is no White_Space, whatever \\s says", () => {
        expect(verifierKey("a\ufeffb", logPair.publicKey).name).to.equal("a\ufeffb");
      });
    });
  });

  describe("form", () => {
    it("format and parse are inverse", () => {
      const name = fc.stringMatching(/^[!-*,-~\u00e9\ufeff]{1,20}$/);
      const signature = fc.record({
        name,
        keyId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
        signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
      });
      const text = fc.string({ unit: fc.constantFrom("a", "\n", "\u2014", " ", "\u00e9"), maxLength: 30 });
      const note = fc.record({
        text: text.map((head) => `${head}\n`),
        signatures: fc.uniqueArray(signature, {
          minLength: 1,
          maxLength: 20,
          selector: (one) => `${one.name} ${toHex(one.keyId)}`,
        }),
      });
      fc.assert(
        fc.property(note, (value) => {
          const text = formatNote(value);
          expect(formatNote(parse(text))).to.equal(text);
          expect(parse(text)).to.deep.equal(value);
        }),
      );
    });

    it("16 signatures are accepted, as the specification asks, and 64 as well", () => {
      for (const count of [16, 64]) {
        const lines = Array.from({ length: count }, (_, at) => line(`w${at}`, base64(Buffer.alloc(68, at))));
        expect(parse(`text\n\n${lines.join("")}`).signatures).to.have.length(count);
      }
    });

    const blob = base64(logKey.keyId, logPair.sign(utf8(TEXT)));
    const REFUSED: [string, string][] = [
      ["nothing", ""],
      ["no empty line before the signatures", `text\n${good}`],
      ["no text", `\n${good}`],
      ["no signature", "text\n\n"],
      ["no final line feed", NOTE.slice(0, -1)],
      ["an empty line behind", `${NOTE}\n`],
      ["a line behind that is no signature", `${NOTE}and more\n`],
      ["a line before the signature that is none", `text\n\nand more\n${good}`],
      ["garbage between two signatures", `text\n\n${good}garbage\n${line("w", blob)}`],
      ["a hyphen for the dash", `text\n\n- log ${blob}\n`],
      ["an en dash", `text\n\n\u2013 log ${blob}\n`],
      ["no space behind the dash", `text\n\n\u2014log ${blob}\n`],
      ["two spaces", `text\n\n\u2014  log ${blob}\n`],
      ["a space behind", `text\n\n\u2014 log ${blob} \n`],
      ["a name with a plus", `text\n\n${line("a+b", blob)}`],
      ["a name with U+0085", `text\n\n${line("a\u0085b", blob)}`],
      ["a name with a wide space", `text\n\n${line("a\u3000b", blob)}`],
      ["no name", `text\n\n\u2014  ${blob}\n`],
      ["no signature in the line", "text\n\n\u2014 log\n"],
      ["a carriage return at the line's end", NOTE.replaceAll("\n", "\r\n")],
      ["a carriage return in the text", `te\rxt\n\n${good}`],
      ["a tab in the text", `te\txt\n\n${good}`],
      ["a NUL in the text", `te\0xt\n\n${good}`],
      ["an escape character in the text", `te\u001bxt\n\n${good}`],
    ];
    for (const [title, note] of REFUSED)
      it(`refused: ${title}`, () => {
        expectCode("NOTE_INVALID", () => parse(note));
      });

    it("refused: bytes that are not UTF-8", () => {
      expectCode("NOTE_INVALID", () => parseNote(Buffer.concat([Buffer.of(0xff), utf8(NOTE)])), /UTF-8/);
    });

    it("refused: above the largest size; the largest itself is read", () => {
      const tail = `\n\n${line("w", blob)}`;
      const fill = MAX_NOTE_BYTES - utf8(tail).length;
      expect(parse(`${"a".repeat(fill)}${tail}`).text).to.have.length(fill + 1);
      expectCode("NOTE_INVALID", () => parse(`${"a".repeat(fill + 1)}${tail}`), /larger/);
    });

    it("DEL and the characters U+0080 to U+009F are allowed in the text", () => {
      expect(parse(`a\u007fb\u0080c\u009f\n\n${good}`).text).to.equal("a\u007fb\u0080c\u009f\n");
    });
  });

  describe("signatures", () => {
    it("of all known keys are verified, with a cosignature's time", () => {
      const note = parse(`${NOTE}${cosigned(TEXT, witnessKey, witnessPair, 1_795_334_400n)}`);
      const verified = verifyNote(note, [witnessKey, logKey]);
      expect(verified).to.deep.equal([{ key: logKey }, { key: witnessKey, time: 1_795_334_400 }]);
    });

    it("of unknown keys are passed over, also under a known name or a known id", () => {
      const zeros = Buffer.alloc(64);
      const strangers = [
        line("stranger.example", base64(Buffer.alloc(4), zeros)),
        line(logKey.name, base64(Buffer.alloc(4), zeros)),
        line("stranger.example", base64(logKey.keyId, zeros)),
        line("mldsa.example", base64(Buffer.alloc(4, 6), Buffer.alloc(2428))),
      ];
      expect(verifyNote(parse(`${NOTE}${strangers.join("")}`), [logKey])).to.deep.equal([{ key: logKey }]);
      expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(`${TEXT}\n${strangers[0]}`), [logKey]), /no signature/);
      expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(NOTE), []));
    });

    const STRANGE: [string, string][] = [
      ["twice", line("stranger", base64(Buffer.alloc(68, 9))).repeat(2)],
      ["without a signature", "\u2014 stranger \n"],
      ["of no more than a key id", line("stranger", base64(Buffer.alloc(4)))],
      ["without padding", line("stranger", "AAAAAAA")],
      ["with other trailing bits", line("stranger", "AAAAAAB=")],
      ["in base64url", line("stranger", "-___AAAA")],
      ["that is no base64 at all", line("stranger", "*")],
      ["of 4,900 bytes, fifteen of them", line("stranger", base64(Buffer.alloc(4_900, 1))).repeat(15)],
      ["by the thousand", line("s", base64(Buffer.alloc(8))).repeat(5_000)],
    ];
    for (const [title, lines] of STRANGE)
      it(`truth A7: of a stranger, ${title}, spoil no note`, () => {
        expect(verifyNote(parse(`${NOTE}${lines}`), [logKey])).to.deep.equal([{ key: logKey }]);
        expect(verifyNote(parse(`${TEXT}\n${lines}${NOTE.slice(TEXT.length + 1)}`), [logKey])).to.have.length(1);
      });

    it("of a known key in another spelling do not count", () => {
      const respelled = NOTE.replace(/=\n$/, "\n");
      expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(respelled), [logKey]), /no signature/);
    });

    it("by a known key twice refuse the note, with the same signature or with another", () => {
      const other = line(logKey.name, base64(logKey.keyId, Buffer.alloc(64)));
      for (const again of [good, other])
        expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(`${NOTE}${again}`), [logKey]), /twice/);
    });

    it("by a known key that do not verify refuse the whole note, whoever else signed it", () => {
      const bad = line(witnessKey.name, base64(witnessKey.keyId, time8(1n), Buffer.alloc(64)));
      expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(`${NOTE}${bad}`), [logKey, witnessKey]), /w1/);
      expect(verifyNote(parse(`${NOTE}${bad}`), [logKey])).to.have.length(1);
    });

    const blobOf = (bytes: Uint8Array): string => `${TEXT}\n${line(logKey.name, base64(logKey.keyId, bytes))}`;
    const cosignatureOf = (bytes: Uint8Array): string =>
      `${TEXT}\n${line(witnessKey.name, base64(witnessKey.keyId, bytes))}`;
    const signature = logPair.sign(utf8(TEXT));
    const at1 = witnessPair.sign(utf8(`cosignature/v1\ntime 1\n${TEXT}`));
    const at0 = witnessPair.sign(utf8(`cosignature/v1\ntime 0\n${TEXT}`));
    const REFUSED: [string, string][] = [
      ["63 bytes", blobOf(signature.subarray(1))],
      ["65 bytes", blobOf(Buffer.concat([signature, Buffer.of(0)]))],
      ["over the text without its line feed", blobOf(logPair.sign(utf8(TEXT.slice(0, -1))))],
      ["over the text with the empty line", blobOf(logPair.sign(utf8(`${TEXT}\n`)))],
      ["by another key", blobOf(witnessPair.sign(utf8(TEXT)))],
      ["a cosignature under the log's key", blobOf(Buffer.concat([time8(1n), at1]))],
      ["a plain signature under a cosigner's key", cosignatureOf(witnessPair.sign(utf8(TEXT)))],
      ["a cosignature for another time", cosignatureOf(Buffer.concat([time8(2n), at1]))],
      ["a cosignature at time 0", cosignatureOf(Buffer.concat([time8(0n), at0]))],
      ["a cosignature beyond 2^53-1", cosignatureOf(Buffer.concat([time8(2n ** 53n), at1]))],
      ["a cosignature at 2^64-1", cosignatureOf(Buffer.concat([time8(2n ** 64n - 1n), at1]))],
      ["a cosignature of 71 bytes", cosignatureOf(Buffer.concat([time8(1n), at1]).subarray(1))],
      ["a cosignature of 73 bytes", cosignatureOf(Buffer.concat([time8(1n), at1, Buffer.of(0)]))],
      ["a cosignature without its domain", cosignatureOf(Buffer.concat([time8(1n), witnessPair.sign(utf8(TEXT))]))],
    ];
    for (const [title, note] of REFUSED)
      it(`refused: ${title}`, () => {
        expectCode("SIGNATURE_MISMATCH", () => verifyNote(parse(note), [logKey, witnessKey]));
      });

    it("a cosigner signs a header, its time and the whole text", () => {
      const wanted = `cosignature/v1\ntime 1679315147\n${TEXT}`;
      expect(Buffer.from(cosignedBytes(TEXT, 1_679_315_147)).toString()).to.equal(wanted);
    });
  });
});

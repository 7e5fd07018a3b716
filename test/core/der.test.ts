// DER as certificates and timestamp tokens have it: bytes that strangers send are read in one way, or not at all, and cost
// no more than they are long.

import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";

import { concatBytes } from "../../src/core/bytes.ts";
import { parseCertificate } from "../../src/core/certificate.ts";
import { DER, DerReader, derTime, readDer } from "../../src/core/der.ts";
import { codeOf } from "../../src/core/errors.ts";
import { hashIn, isSignedWith } from "../../src/core/signed-der.ts";
import { MAX_TOKEN_BYTES, parseTimestampToken } from "../../src/core/timestamp-token.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const bytes = (...parts: readonly (number | string)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part, "latin1"))));
/** A value of a tag, encoded as DER has it. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...size), content);
};
const oid = (hex: string): Uint8Array => der(DER.oid, Buffer.from(hex, "hex"));
const time = (tag: number, text: string): number => derTime(readDer(der(tag, bytes(text)), tag));

describe("DER", () => {
  const REFUSED: readonly [what: string, given: Uint8Array, pattern: RegExp][] = [
    ["nothing", bytes(), /cut off/],
    ["a tag alone", bytes(0x30), /cut off/],
    ["less than its length", bytes(0x30, 3, 2, 1), /cut off/],
    ["half a length of two bytes", bytes(0x30, 0x82, 1), /longer than it must/],
    ["more than its length", bytes(0x30, 0, 0), /more than it should/],
    ["another tag", bytes(0x31, 0), /another value/],
    ["a tag of several bytes", bytes(0x1f, 0x81, 1, 0), /tag of several bytes/],
    ["an indefinite length", bytes(0x30, 0x80, 0, 0), /does not have/],
    ["a length of four bytes", bytes(0x30, 0x84, 0, 0, 0, 0), /does not have/],
    ["a length that could be shorter", bytes(0x30, 0x81, 1, 0), /longer than it must/],
    ["a length with a leading zero", bytes(0x30, 0x82, 0, 0x80, "x".repeat(128)), /longer than it must/],
  ];
  for (const [what, given, pattern] of REFUSED)
    it(`with ${what} is refused`, () => {
      expectCode("TIMESTAMP_INVALID", () => readDer(given, 0x30), pattern);
      expectCode("TIMESTAMP_INVALID", () => parseTimestampToken(given));
      expectCode("TIMESTAMP_INVALID", () => parseCertificate(given));
    });

  it("of any bytes is read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (given) => {
        for (const read of [parseCertificate, parseTimestampToken])
          try {
            read(given);
          } catch (error) {
            expect(codeOf(error)).to.be.oneOf(["TIMESTAMP_INVALID", "KEY_TYPE_UNKNOWN"]);
          }
      }),
    );
  });

  it("as deep as bytes go costs what they are long", async () => {
    let deep: Uint8Array = new Uint8Array();
    for (let i = 0; i < 10_000; i++) deep = der(0x30, deep);
    const refuse = (): unknown =>
      expectCode("TIMESTAMP_INVALID", () => parseTimestampToken(deep.slice(0, MAX_TOKEN_BYTES)));
    expect(await cpuMsOf(refuse)).to.be.lessThan(200);
    expectCode("TIMESTAMP_INVALID", () => parseTimestampToken(new Uint8Array(MAX_TOKEN_BYTES + 1)), /larger than/);
  });

  it("names objects by numbers", () => {
    const named = (hex: string): string => new DerReader(oid(hex)).oid();
    expect(named("2a864886f70d0109100104")).to.equal("1.2.840.113549.1.9.16.1.4");
    expect(named("608648016503040201")).to.equal("2.16.840.1.101.3.4.2.1");
    expect(named("551d25")).to.equal("2.5.29.37");
    expect(named("09")).to.equal("0.9");
    expect(named("")).to.equal("0.0");
  });

  it("has times with a zone, of days that there are", () => {
    const at = (text: string): number => Date.parse(text) / 1_000;
    expect(time(DER.utcTime, "260102030405Z")).to.equal(at("2026-01-02T03:04:05Z"));
    expect(time(DER.utcTime, "500102030405Z")).to.equal(at("1950-01-02T03:04:05Z"));
    expect(time(DER.generalizedTime, "20260102030405Z")).to.equal(at("2026-01-02T03:04:05Z"));
    expect(time(DER.generalizedTime, "20260102030405.75Z")).to.equal(at("2026-01-02T03:04:05Z"));
    expect(time(DER.generalizedTime, "20240229000000Z")).to.equal(at("2024-02-29T00:00:00Z"));
    for (const [tag, text] of [
      [DER.utcTime, "20260102030405Z"],
      [DER.generalizedTime, "260102030405Z"],
      [DER.generalizedTime, "20260229000000Z"],
      [DER.generalizedTime, "20260102030460Z"],
      [DER.generalizedTime, "20260102030405"],
      [DER.generalizedTime, "20260102030405+0100"],
      [DER.generalizedTime, "20260102030405.50Z"],
      [DER.generalizedTime, "20260102030405.Z"],
      [DER.generalizedTime, `20260102030405.${"1".repeat(99)}Z`],
      [DER.octetString, "20260102030405Z"],
    ] as const)
      expectCode("TIMESTAMP_INVALID", () => time(tag, text), /no such time/);
  });
});

describe("a timestamp token", () => {
  it("brings no more certificates than any path has", () => {
    const many = der(0xa0, ...Array.from({ length: 17 }, () => der(0x30)));
    const info = der(0x30, oid("2a864886f70d0109100104"), der(0xa0, der(DER.octetString)));
    const data = der(0x30, der(DER.integer, bytes(3)), der(DER.set), info, many, der(DER.set));
    const token = der(0x30, oid("2a864886f70d010702"), der(0xa0, data));
    expectCode("TIMESTAMP_INVALID", () => parseTimestampToken(token), /more than 16 certificates/);
  });
});

describe("signatures in DER", () => {
  const { subtle } = globalThis.crypto;
  const sequence = (...parts: readonly Uint8Array[]) => readDer(der(0x30, ...parts), 0x30);
  const ecdsa = sequence(oid("2a8648ce3d040302"));
  const spki = async (namedCurve: string) => {
    const { publicKey } = await subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
    return readDer(new Uint8Array(await subtle.exportKey("spki", publicKey)), 0x30);
  };
  const verified = async (
    key: ReturnType<typeof readDer>,
    algorithm: ReturnType<typeof readDer>,
    signature: Uint8Array,
  ) => isSignedWith(subtle, key, { algorithm, signature, message: bytes("x"), hash: "SHA-256" });

  it("with numbers that no signature on the curve has are none", async () => {
    const key = await spki("P-256");
    const number = (...content: number[]) => der(DER.integer, Uint8Array.from(content));
    for (const numbers of [
      [number(1)],
      [number(1), number(2), number(3)],
      [number(1), number(...Array.from({ length: 33 }, () => 7))],
      [number(1), number(2)],
      [number(0), number()],
    ])
      expect(await verified(key, ecdsa, der(0x30, ...numbers))).to.equal(false);
  });

  it("with what is not accepted are not decided", async () => {
    const key = await spki("P-256");
    expectCode("KEY_TYPE_UNKNOWN", () => hashIn(sequence(oid("2b0e03021a"))), /hash/);
    await expectRejection("KEY_TYPE_UNKNOWN", verified(key, sequence(oid("2b6570")), bytes()), /algorithm/);
    await expectRejection("KEY_TYPE_UNKNOWN", verified(await spki("P-521"), ecdsa, bytes()), /curve/);
    const rsa = sequence(oid("2a864886f70d01010b"));
    await expectRejection("KEY_TYPE_UNKNOWN", verified(key, rsa, bytes()), /public key/);
    await expectRejection(
      "KEY_TYPE_UNKNOWN",
      verified(sequence(sequence(oid("2b6570")).whole), ecdsa, bytes()),
      /curve/,
    );
    const without = { algorithm: sequence(oid("2a864886f70d010101")), signature: bytes(), message: bytes() };
    await expectRejection("KEY_TYPE_UNKNOWN", isSignedWith(subtle, key, without), /algorithm/);
  });

  const [sha256, sha512] = ["608648016503040201", "608648016503040203"].map((hex) => der(0x30, oid(hex)));
  const mgf1 = "2a864886f70d010108";
  const pss = (hash: Uint8Array, maskOid: string, mask: Uint8Array, salt = bytes(32)) =>
    sequence(
      oid("2a864886f70d01010a"),
      der(0x30, der(0xa0, hash), der(0xa1, der(0x30, oid(maskOid), mask)), der(0xa2, der(DER.integer, salt))),
    );

  it("by PSS have one hash", async () => {
    const key = await spki("P-256");
    for (const algorithm of [pss(sha256!, mgf1, sha512!), pss(sha256!, "2a864886f70d010109", sha256!)])
      await expectRejection("TIMESTAMP_INVALID", verified(key, algorithm, bytes()), /two hashes/);
    await expectRejection("KEY_TYPE_UNKNOWN", verified(key, pss(sha256!, mgf1, sha256!), bytes()), /public key/);
  });

  it("by PSS with a salt that has no room in them are none", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = readDer(new Uint8Array(publicKey.export({ type: "spki", format: "der" })), 0x30);
    for (const salt of ["20", "00de", "00df", "03e8", "00ffffffff", "0100000000", "7f".repeat(160)]) {
      const algorithm = pss(sha256!, mgf1, sha256!, Buffer.from(salt, "hex"));
      expect(await verified(key, algorithm, new Uint8Array(256)), salt).to.equal(false);
    }
  });
});

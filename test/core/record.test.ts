// Records as sources submit them: their shape, the ids of sources, and the signature over their content.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { toHex } from "../../src/core/bytes.ts";
import { parseJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import {
  MAX_RECORD_BYTES,
  assertRecord,
  checkSourceSignature,
  logIdOf,
  signedBytesOf,
  sourceIdOf,
  type Record as SubmittedRecord,
} from "../../src/core/record.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const device = signingKey(3);
const CLAIMS: JsonObject = { temperature: 21.5, unit: "C" };
const RECORD: JsonObject = { type: "sensor-reading", source: "santander/env-419", seq: 17, claims: CLAIMS };
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The record, signed over exactly these bytes. */
function signed(text: string, signer = device): SubmittedRecord {
  const evidence = { alg: "Ed25519", key: base64(signer.publicKey), sig: base64(signer.sign(Buffer.from(text))) };
  return assertRecord({ ...RECORD, evidence });
}

const SIGNED_TEXT =
  'warifu-record/1\n{"claims":{"temperature":21.5,"unit":"C"},"seq":17,"source":"santander/env-419","type":"sensor-reading"}';

describe("record", () => {
  it("is accepted with all members, and without those that may be left out", () => {
    const evidence = { alg: "Ed25519", key: "A".repeat(44), sig: "A".repeat(88) };
    const full = { ...RECORD, key: "2026-07-22T09:30/419", evidence };
    expect(assertRecord(full)).to.deep.equal(full);
    const least = { type: "t", source: "s", claims: {} };
    expect(assertRecord(least)).to.deep.equal(least);
    expect(MAX_RECORD_BYTES).to.equal(65_536);
  });

  const REFUSED: [string, JsonValue, RegExp][] = [
    ["no object", [RECORD], /record:/],
    ["null", null, /record:/],
    ["a missing type", { source: "s", claims: {} }, /type/],
    ["a missing source", { type: "t", claims: {} }, /source/],
    ["missing claims", { type: "t", source: "s" }, /claims/],
    ["claims that are a list", { ...RECORD, claims: [] }, /claims: must be an object/],
    ["claims that are null", { ...RECORD, claims: null }, /claims/],
    ["an unknown member", { ...RECORD, leafIndex: 1 }, /record: has a member/],
    ["a type with a capital", { ...RECORD, type: "Sensor" }, /type/],
    ["a type that starts with a digit", { ...RECORD, type: "1t" }, /type/],
    ["a type of 65 characters", { ...RECORD, type: "t".repeat(65) }, /type/],
    ["an empty source", { ...RECORD, source: "" }, /source/],
    ["a source of 129 characters", { ...RECORD, source: "s".repeat(129) }, /source/],
    ["a source with a space", { ...RECORD, source: "a b" }, /source/],
    ["a source with a line feed", { ...RECORD, source: "a\nb" }, /source/],
    ["a source with a final line feed", { ...RECORD, source: "a\n" }, /source/],
    ["a source with a homoglyph", { ...RECORD, source: "s\u0430ntander" }, /source/],
    ["a source with a direction mark", { ...RECORD, source: "a\u202eb" }, /source/],
    ["a source that starts with a dot", { ...RECORD, source: "../etc" }, /source/],
    ["a negative seq", { ...RECORD, seq: -1 }, /seq/],
    ["a seq with a fraction", { ...RECORD, seq: 0.5 }, /seq/],
    ["a seq as text", { ...RECORD, seq: "17" }, /seq/],
    ["a seq of 2^53", { ...RECORD, seq: 2 ** 53 }, /seq/],
    ["a seq that is null", { ...RECORD, seq: null }, /seq/],
    ["an empty key", { ...RECORD, key: "" }, /key/],
    ["a key with a space", { ...RECORD, key: "a b" }, /key/],
    ["a key outside of ASCII", { ...RECORD, key: "\u00e9" }, /key/],
    ["a key of 129 characters", { ...RECORD, key: "k".repeat(129) }, /key/],
    ["evidence without a signature", { ...RECORD, evidence: { alg: "Ed25519", key: "A".repeat(44) } }, /evidence\.sig/],
    [
      "D8 alg none",
      { ...RECORD, evidence: { alg: "none", key: "A".repeat(44), sig: "A".repeat(88) } },
      /evidence\.alg/,
    ],
    [
      "D8 another alg",
      { ...RECORD, evidence: { alg: "ES256", key: "A".repeat(44), sig: "A".repeat(88) } },
      /evidence\.alg/,
    ],
    ["evidence that is null", { ...RECORD, evidence: null }, /evidence/],
  ];
  for (const [title, value, pattern] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("RECORD_INVALID", () => assertRecord(value), pattern);
    });

  it("a refusal names members and never repeats what they hold, nor names of the sender's own", () => {
    const secret = "Jane-Doe-600123456";
    const values: JsonValue[] = [
      { ...RECORD, source: ` ${secret}` },
      { ...RECORD, type: secret },
      { ...RECORD, key: `\n${secret}` },
      { ...RECORD, seq: secret },
      { ...RECORD, [secret]: 1 },
      { ...RECORD, claims: secret },
      { ...RECORD, evidence: { alg: secret, key: secret, sig: secret } },
    ];
    for (const value of values)
      expect(expectCode("RECORD_INVALID", () => assertRecord(value)).message).not.to.contain(secret);
  });

  it("C21 any JSON value is a record or refused by name", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        if (codeOfRefusal(() => parseJson(text, "x")) !== undefined) return;
        const code = codeOfRefusal(() => assertRecord(parseJson(text, "x")));
        expect(code === undefined || code === "RECORD_INVALID").to.equal(true);
      }),
    );
  });

  describe("ids", () => {
    it("of sources bind the origin and the name, as node:crypto hashes them", () => {
      const wanted = createHash("sha256").update("log.example/city\nsantander/env-419").digest("hex");
      expect(toHex(sourceIdOf("log.example/city", "santander/env-419"))).to.equal(wanted);
      expect(toHex(sourceIdOf("log.example/town", "santander/env-419"))).not.to.equal(wanted);
    });

    it("of logs are the hash of their origin", () => {
      expect(toHex(logIdOf("log.example/city"))).to.equal(
        createHash("sha256").update("log.example/city").digest("hex"),
      );
    });
  });

  describe("signatures of sources", () => {
    it("cover version, claims, seq, source and type, in canonical form", () => {
      const record = signed(SIGNED_TEXT);
      expect(Buffer.from(signedBytesOf({ ...record, seq: 17 })).toString()).to.equal(SIGNED_TEXT);
      checkSourceSignature(record);
    });

    it("do not depend on the order in which the claims were sent", () => {
      checkSourceSignature({ ...signed(SIGNED_TEXT), claims: { unit: "C", temperature: 21.5 } });
    });

    it("need not be there", () => {
      checkSourceSignature(assertRecord(RECORD));
    });

    it("are refused without the seq that they cover", () => {
      const { seq: _, ...record } = signed(SIGNED_TEXT);
      expectCode("RECORD_INVALID", () => checkSourceSignature(record), /seq/);
    });

    it("D1 are refused when anything that they cover changes", () => {
      const record = signed(SIGNED_TEXT);
      const changes: Partial<SubmittedRecord>[] = [
        { seq: 18 },
        { source: "santander/env-418" },
        { type: "citizen-report" },
        { claims: { ...CLAIMS, temperature: 21.6 } },
        { claims: { ...CLAIMS, more: null } },
        { claims: {} },
      ];
      for (const change of changes)
        expectCode("SOURCE_SIGNATURE_INVALID", () => checkSourceSignature({ ...record, ...change }));
      expectCode("SOURCE_SIGNATURE_INVALID", () => checkSourceSignature(signed(SIGNED_TEXT.replace("/1\n", "/2\n"))));
    });

    it("D1 of another device are refused under this device's key", () => {
      const foreign = signed(SIGNED_TEXT, signingKey(4));
      const evidence = { ...foreign.evidence!, key: base64(device.publicKey) };
      expectCode("SOURCE_SIGNATURE_INVALID", () => checkSourceSignature({ ...foreign, evidence }));
    });

    it("do not cover the idempotency key, which a gateway may choose", () => {
      checkSourceSignature({ ...signed(SIGNED_TEXT), key: "chosen-later" });
    });

    it("D7 D8 under keys of small order and in other encodings are refused", () => {
      const record = signed(SIGNED_TEXT);
      const withEvidence = (change: Partial<NonNullable<SubmittedRecord["evidence"]>>): SubmittedRecord => ({
        ...record,
        evidence: { ...record.evidence!, ...change },
      });
      expectCode("KEY_INVALID", () => checkSourceSignature(withEvidence({ key: base64(Buffer.alloc(32)) })));
      expectCode("ENCODING_INVALID", () => checkSourceSignature(withEvidence({ key: "-".repeat(43) + "=" })));
      expectCode("ENCODING_INVALID", () => checkSourceSignature(withEvidence({ sig: "A".repeat(88) })));
      const twin = record.evidence!.sig.replace(/A==$|Q==$|g==$|w==$/, "B==");
      expectCode("ENCODING_INVALID", () => checkSourceSignature(withEvidence({ sig: twin })), /canonical/);
    });
  });
});

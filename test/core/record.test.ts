// Records as sources submit them: their shape, the ids of sources, and the signature over their content.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";
import {
  checkSourceSignature,
  logIdOf,
  signedBytesOf,
  sourceIdOf,
  type Record as SubmittedRecord,
} from "../../src/core/record.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const device = signingKey(3);
const CLAIMS: JsonObject = { temperature: 21.5, unit: "C" };
const RECORD: SubmittedRecord = { type: "sensor-reading", source: "santander/env-419", seq: 17, claims: CLAIMS };
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The record, signed over exactly these bytes. */
function signed(text: string, signer = device): SubmittedRecord {
  const sig = base64(signer.sign(Buffer.from(text)));
  return { ...RECORD, evidence: { alg: "Ed25519", key: base64(signer.publicKey), sig } };
}

const SIGNED_TEXT =
  'warifu-record/1\n{"claims":{"temperature":21.5,"unit":"C"},"seq":17,"source":"santander/env-419","type":"sensor-reading"}';

describe("record", () => {
  describe("ids", () => {
    it("of sources bind the origin and the name, as node:crypto hashes them", () => {
      const wanted = createHash("sha256").update("log.example/city\nsantander/env-419").digest("hex");
      expect(toHex(sourceIdOf("log.example/city", "santander/env-419"))).to.equal(wanted);
      expect(toHex(sourceIdOf("log.example/town", "santander/env-419"))).not.to.equal(wanted);
    });

    it("of logs are the hash of their origin, also where one is asked for as a source", () => {
      expect(toHex(logIdOf("log.example/city"))).to.equal(
        createHash("sha256").update("log.example/city").digest("hex"),
      );
      expect(sourceIdOf("log.example/city", "log.example/city")).to.deep.equal(logIdOf("log.example/city"));
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
      checkSourceSignature(RECORD);
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

// The second of two records under one number, as the log keeps it: what it must be to prove that its source signed it.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { conflictClaim, openConflict } from "../../src/core/source-conflict.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf, type SignedRecord } from "../../src/core/source-signature.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";

const NAME = "santander/env-419";
const device = signingKey(3);
const PART = { type: "sensor-reading", source: NAME, seq: 17, claims: { temperature: 21.5 } };
const EVENT = { name: NAME, seq: 17 };

function signed(part: typeof PART): SignedRecord {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const sig = base64(device.sign(signedBytesOf(part)));
  return { ...part, evidence: { alg: "Ed25519", key: base64(device.publicKey), sig } };
}

function jws(said: object): SignedRecord {
  const url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64url");
  const input = `${url('{"alg":"EdDSA"}')}.${url(JSON.stringify(said))}`;
  const text = `${input}.${url(device.sign(Buffer.from(input)))}`;
  return { ...PART, evidence: { jws: text, key: ed25519SourceKey(device.publicKey) } };
}

describe("the second of two records under one number", () => {
  it("D3: is read back as it was kept, whatever form it was signed in", async () => {
    for (const record of [signed(PART), jws(PART)])
      expect(await openConflict(conflictClaim(record), EVENT)).to.deep.equal(record);
  });

  it("D3: is refused if it is of another source or number, or signed otherwise", async () => {
    const refused: [SignedRecord, typeof EVENT][] = [
      [signed(PART), { ...EVENT, name: "santander/env-1" }],
      [signed(PART), { ...EVENT, seq: 18 }],
      [{ ...signed(PART), claims: { temperature: 22 } }, EVENT],
      [{ ...jws(PART), claims: { temperature: 22 } }, EVENT],
      [jws({ ...PART, seq: 18 }), EVENT],
    ];
    for (const [record, event] of refused)
      await expectRejection("SOURCE_SIGNATURE_INVALID", openConflict(conflictClaim(record), event));
  });

  it("is refused with a member too many, too few or of another form", async () => {
    const claim = conflictClaim(signed(PART));
    const { claims: _, ...without } = claim;
    const wrong: (JsonObject | string)[] = ["text", without, { ...claim, claims: 3 }, { ...claim, more: 1 }];
    for (const value of [...wrong, { ...claim, seq: -1 }, { ...claim, evidence: "none" }])
      await expectRejection("RECORD_INVALID", openConflict(value, EVENT));
  });
});

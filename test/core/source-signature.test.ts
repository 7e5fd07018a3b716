// How sources sign: over a record's canonical form, as a JWS, and as a request; what each covers, and what it says.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { parseJws } from "../../src/core/jws.ts";
import type { Record as SubmittedRecord } from "../../src/core/record.ts";
import { signedContentOf } from "../../src/core/request-signature.ts";
import { ed25519SourceKey, parseSourceKey } from "../../src/core/source-key.ts";
import {
  checkOwnSignature,
  checkSourceSignature,
  keyOfSignature,
  recordIn,
  signedBytesOf,
  sourceSignatureIn,
  type RecordSignature,
  type SourceSignature,
} from "../../src/core/source-signature.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";

const device = signingKey(3);
const CLAIMS: JsonObject = { temperature: 21.5, unit: "C" };
const RECORD: SubmittedRecord = { type: "sensor-reading", source: "santander/env-419", seq: 17, claims: CLAIMS };
const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64");
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The record, signed over exactly these bytes. */
function signed(text: string, signer = device): SubmittedRecord {
  const sig = base64(signer.sign(Buffer.from(text)));
  return { ...RECORD, evidence: { alg: "Ed25519", key: base64(signer.publicKey), sig } };
}

const SIGNED_TEXT =
  'warifu-record/1\n{"claims":{"temperature":21.5,"unit":"C"},"seq":17,"source":"santander/env-419","type":"sensor-reading"}';

const KEY = ed25519SourceKey(device.publicKey);
const url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64url");
const { type, source, claims } = RECORD;
const SIGNED = { type, source, seq: 17, claims };

/** A JWS of these texts, signed by the device. */
function jwsOf(payload: string, header: object = { alg: "EdDSA" }): string {
  const input = `${url(JSON.stringify(header))}.${url(payload)}`;
  return `${input}.${url(device.sign(Buffer.from(input)))}`;
}

const BASE = (content: string): string =>
  `"@method": POST\n"content-digest": sha-256=:${digestOf(content)}:\n"@signature-params": ("@method" "content-digest");created=1`;

function requestOf(content: string, base = BASE(content)): SourceSignature {
  return { base, content: base64(Buffer.from(content)), key: KEY, sig: base64(device.sign(Buffer.from(base))) };
}

describe("signatures of sources", () => {
  describe("over the form of their record", () => {
    it("cover version, claims, seq, source and type, in canonical form", () => {
      const record = signed(SIGNED_TEXT);
      expect(Buffer.from(signedBytesOf({ ...record, seq: 17 })).toString()).to.equal(SIGNED_TEXT);
      checkOwnSignature(record);
    });

    it("do not depend on the order in which the claims were sent", () => {
      checkOwnSignature({ ...signed(SIGNED_TEXT), claims: { unit: "C", temperature: 21.5 } });
    });

    it("need not be there", () => {
      checkOwnSignature(RECORD);
    });

    it("are refused without the seq that they cover", () => {
      const { seq: _, ...record } = signed(SIGNED_TEXT);
      expectCode("RECORD_INVALID", () => checkOwnSignature(record), /seq/);
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
        expectCode("SOURCE_SIGNATURE_INVALID", () => checkOwnSignature({ ...record, ...change }));
      expectCode("SOURCE_SIGNATURE_INVALID", () => checkOwnSignature(signed(SIGNED_TEXT.replace("/1\n", "/2\n"))));
    });

    it("D1 of another device are refused under this device's key", () => {
      const foreign = signed(SIGNED_TEXT, signingKey(4));
      const evidence = { ...(foreign.evidence as RecordSignature), key: base64(device.publicKey) };
      expectCode("SOURCE_SIGNATURE_INVALID", () => checkOwnSignature({ ...foreign, evidence }));
    });

    it("do not cover the idempotency key, which a gateway may choose", () => {
      checkOwnSignature({ ...signed(SIGNED_TEXT), key: "chosen-later" });
    });

    it("D7 D8 under keys of small order and in other encodings are refused", () => {
      const record = signed(SIGNED_TEXT);
      const evidence = record.evidence as RecordSignature;
      const withEvidence = (change: Partial<RecordSignature>): SubmittedRecord => ({
        ...record,
        evidence: { ...evidence, ...change },
      });
      expectCode("KEY_INVALID", () => checkOwnSignature(withEvidence({ key: base64(Buffer.alloc(32)) })));
      expectCode("ENCODING_INVALID", () => checkOwnSignature(withEvidence({ key: "-".repeat(43) + "=" })));
      expectCode("ENCODING_INVALID", () => checkOwnSignature(withEvidence({ sig: "A".repeat(88) })));
      const twin = evidence.sig.replace(/A==$|Q==$|g==$|w==$/, "B==");
      expectCode("ENCODING_INVALID", () => checkOwnSignature(withEvidence({ sig: twin })), /canonical/);
    });
  });

  describe("as a JWS", () => {
    const evidence = (jws: string, key = KEY): SourceSignature => ({ jws, key });
    const check = (one: SourceSignature) => checkSourceSignature({ ...SIGNED, evidence: one });

    it("say the record, whatever the spelling of its JSON", async () => {
      const text = JSON.stringify({ seq: 17, source, key: "k", type, claims }, null, 1).replace("21.5", "21.50");
      const one = evidence(jwsOf(text));
      await check(one);
      expect(recordIn(one)).to.deep.equal(SIGNED);
      expect(keyOfSignature(one)).to.deep.equal(KEY);
      expect(sourceSignatureIn(one as unknown as JsonObject)).to.deep.equal(one);
    });

    it("D8: verify under the key and alg that made them, and no other", async () => {
      const jws = jwsOf(JSON.stringify(SIGNED));
      const refused = (one: SourceSignature) => expectRejection("SOURCE_SIGNATURE_INVALID", check(one));
      await refused(evidence(jws, ed25519SourceKey(signingKey(4).publicKey)));
      await refused(evidence(`${jws.slice(0, -4)}AAAA`));
      const [header, , signature] = jws.split(".") as [string, string, string];
      await refused(evidence(`${header}.${url(JSON.stringify({ ...SIGNED, seq: 18 }))}.${signature}`));
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const p256 = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
      await refused(evidence(jws, p256));
      const input = `${url('{"alg":"ES256"}')}.${url(JSON.stringify(SIGNED))}`;
      const bytes = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
      await check(evidence(`${input}.${url(bytes)}`, p256));
      await refused(evidence(`${input}.${url(bytes)}`));
      await refused(evidence(jwsOf(JSON.stringify(SIGNED), { alg: "EdDSA", jwk: p256 })));
      await check(
        evidence(jwsOf(JSON.stringify(SIGNED), { alg: "Ed25519", jwk: KEY, kid: "mine", typ: "JWT", cty: "json" })),
      );
    });

    it("D8: are no JWS with alg none, with members that change a meaning, or in another form", () => {
      const payload = JSON.stringify(SIGNED);
      const headers: object[] = [
        {},
        { alg: "none" },
        { alg: "HS256" },
        { alg: "RS256" },
        { alg: "constructor" },
        { alg: ["EdDSA"] },
        { alg: "EdDSA", crit: ["b64"], b64: false },
        { alg: "EdDSA", x5u: "https://example.org/key" },
        { alg: "EdDSA", jku: "https://example.org/keys" },
        { alg: "EdDSA", kid: 7 },
      ];
      for (const header of headers) expectCode("SOURCE_SIGNATURE_INVALID", () => parseJws(jwsOf(payload, header)));
      const jws = jwsOf(payload);
      for (const text of ["", "a.b", `${jws}.`, "e30.e30.e30", `${url("[]")}.e30.e30`, "A".repeat(70_000)])
        expectCode("SOURCE_SIGNATURE_INVALID", () => parseJws(text));
      expectCode("ENCODING_INVALID", () => parseJws(`${jws}=`));
      expectCode("JSON_DUPLICATE_KEY", () => parseJws(`${url('{"alg":"EdDSA","alg":"none"}')}.e30.e30`));
      expectCode("KEY_INVALID", () => parseJws(jwsOf(payload, { alg: "EdDSA", jwk: { ...KEY, d: "AAAA" } })));
    });

    it("say no record where they say something else", () => {
      for (const payload of [
        "[]",
        "17",
        "{}",
        JSON.stringify({ ...SIGNED, seq: "17" }),
        JSON.stringify({ type, source, claims }),
      ])
        expectCode("SOURCE_SIGNATURE_INVALID", () => recordIn(evidence(jwsOf(payload))));
      for (const change of [{ type: 1 }, { source: null }, { claims: [] }])
        expectCode("SOURCE_SIGNATURE_INVALID", () =>
          recordIn(evidence(jwsOf(JSON.stringify({ ...SIGNED, ...change })))),
        );
      expectCode("JSON_DUPLICATE_KEY", () => recordIn(evidence(jwsOf('{"seq":1,"seq":2}'))));
    });
  });

  describe("as a request", () => {
    const content = JSON.stringify(SIGNED);
    const check = (one: SourceSignature) => checkSourceSignature({ ...SIGNED, evidence: one });

    it("say the record that is their content", async () => {
      const one = requestOf(content);
      await check(one);
      expect(recordIn(one)).to.deep.equal(SIGNED);
      expect(keyOfSignature(one)).to.deep.equal(KEY);
      expect(sourceSignatureIn(one as unknown as JsonObject)).to.deep.equal(one);
    });

    it("D4: are refused with another base, and with content that is not the one covered", async () => {
      const one = requestOf(content) as { base: string; content: string; sig: string; key: typeof KEY };
      await expectRejection("SOURCE_SIGNATURE_INVALID", check({ ...one, base: one.base.replace("POST", "PUT") }));
      const other = base64(Buffer.from(content.replace("21.5", "21.6")));
      expectCode("SOURCE_SIGNATURE_INVALID", () => recordIn({ ...one, content: other }), /other content/);
    });

    it("are refused when the base covers no digest, two, or one of another kind", () => {
      const digest = `sha-256=:${digestOf(content)}:`;
      const bases = [
        '"@method": POST',
        `"content-digest": sha-512=:${"A".repeat(86)}==:`,
        `"content-digest": ${digest}, sha-512=:AAAA:`,
        `"content-digest": ${digest}\n"content-digest": ${digest}`,
        `"@method": POST\n x"content-digest": ${digest}`,
        `"content-digest": ${digest}\n${"x".repeat(16_400)}`,
      ];
      for (const base of bases)
        expectCode("SOURCE_SIGNATURE_INVALID", () => signedContentOf({ base, content: base64(Buffer.from(content)) }));
    });
  });

  it("are of one of three forms, each with its own members", () => {
    const [form, jws, request] = [signed(SIGNED_TEXT).evidence!, { jws: "a.b.c", key: KEY }, requestOf("{}")];
    for (const one of [form, jws, request]) {
      expectCode("RECORD_INVALID", () => sourceSignatureIn({ ...(one as unknown as JsonObject), more: 1 }));
      const { key: _, ...keyless } = one as unknown as JsonObject;
      expect(() => sourceSignatureIn(keyless)).to.throw();
    }
    expectCode("RECORD_INVALID", () => sourceSignatureIn("text"));
    expectCode("RECORD_INVALID", () => sourceSignatureIn({ ...form, alg: "ES256" }));
    expectCode("RECORD_INVALID", () => sourceSignatureIn({ ...(request as unknown as JsonObject), sig: "AA" }));
  });

  it("over the form are checked by the same rule where all three are", async () => {
    const { evidence } = signed(SIGNED_TEXT);
    await checkSourceSignature({ ...SIGNED, evidence: evidence! });
    await expectRejection(
      "SOURCE_SIGNATURE_INVALID",
      checkSourceSignature({ ...SIGNED, seq: 18, evidence: evidence! }),
    );
    expect(recordIn(evidence!)).to.equal(undefined);
    checkOwnSignature({ ...RECORD, evidence: requestOf("{}") });
  });
});

// Stage ingest: what may enter the log. The formats themselves are tested under test/core; here, that each gate is there.

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { formatOpening, parseOpening, SALT_BYTES } from "../../src/core/opening.ts";
import { MAX_CLAIMS_DEPTH } from "../../src/core/record.ts";
import { CONFLICT_CLAIM } from "../../src/core/source-event.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { signedBytesOf } from "../../src/core/source-signature.ts";
import { ingest } from "../../src/write/ingest.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { ORIGIN, PROFILES, reading, report } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const take = (value: JsonValue) => ingest(value, PROFILES, ORIGIN);

function signed(record: JsonObject): JsonObject {
  const { publicKey, sign } = signingKey(3);
  const { claims, seq, source, type } = record;
  const bytes = signedBytesOf({ claims, seq, source, type } as unknown as Parameters<typeof signedBytesOf>[0]);
  const base64 = (value: Uint8Array): string => Buffer.from(value).toString("base64");
  return { ...record, evidence: { alg: "Ed25519", key: base64(publicKey), sig: base64(sign(bytes)) } };
}

describe("stage ingest", () => {
  it("takes a record that its profile allows, with or without a signature", () => {
    expect(take(reading(1)).profile.document.type).to.equal("sensor-reading");
    expect(take(report(1)).record).to.deep.equal(report(1));
    expect(take(signed(report(1, { seq: 4 }))).record.seq).to.equal(4);
  });

  it("refuses each kind of bad record with its own code", () => {
    const changed = signed(reading(1, { seq: 4 }));
    const cases: [string, JsonValue][] = [
      ["RECORD_INVALID", null],
      ["RECORD_INVALID", { ...reading(1), leafIndex: 3 }],
      ["RECORD_INVALID", reading(1, { source: "María" })],
      ["PROFILE_UNKNOWN", reading(1, { type: "traffic" })],
      ["CLAIMS_INVALID", reading(1, { claims: {} })],
      ["CLAIMS_INVALID", report(1, { claims: { text: "no category" } })],
      ["CLAIMS_INVALID", report(1, { claims: { category: "pothole", colour: "red" } })],
      ["CLAIMS_INVALID", report(1, { claims: { category: "pothole", text: { _sd: [] } } })],
      ["RECORD_INVALID", signed(reading(1))],
      ["SOURCE_SIGNATURE_INVALID", { ...changed, seq: 5 }],
      ["SOURCE_SIGNATURE_INVALID", { ...changed, claims: { number: 2 } }],
    ];
    for (const [code, value] of cases)
      expect(
        codeOfRefusal(() => take(value)),
        JSON.stringify(value),
      ).to.equal(code);
  });

  it("keeps the log's own name for the log: nobody takes numbers from the sequence of its events", () => {
    expectCode("RECORD_INVALID", () => take(reading(1, { source: ORIGIN })), /the log's own/);
    expect(take(reading(1, { source: `${ORIGIN}/gateway` })).record.source).to.equal(`${ORIGIN}/gateway`);
  });

  it("refuses more concealed claims than the bodies of the profile have room for", () => {
    const claims = { type: "object", properties: {}, patternProperties: { "^n": true }, additionalProperties: false };
    const document = { type: "open", version: 1, title: "t", concernsPeople: true, retentionDays: null, public: [] };
    const profile = parseProfile({ ...document, claims } as JsonValue);
    const named = (count: number): JsonObject =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));
    const profiles = new Map([["open", profile]]);
    const takeOpen = (count: number, more: JsonObject = {}) =>
      ingest({ type: "open", source: "s", claims: named(count), ...more }, profiles, ORIGIN);
    expect(profile.digestSlots).to.equal(8);
    expect(takeOpen(8).profile).to.equal(profile);
    expectCode("CLAIMS_INVALID", () => takeOpen(9), /more concealed claims/);
    // A signature needs a place too.
    expectCode("CLAIMS_INVALID", () =>
      ingest(signed({ type: "open", source: "s", seq: 1, claims: named(8) }), profiles, ORIGIN),
    );
    expect(
      ingest(signed({ type: "open", source: "s", seq: 1, claims: named(7) }), profiles, ORIGIN).record.seq,
    ).to.equal(1);
  });

  it("refuses claims so deep that an event could not conceal the record whole", () => {
    const document = { type: "deep", version: 1, title: "t", concernsPeople: false, retentionDays: null, public: "*" };
    const profiles = new Map([["deep", parseProfile({ ...document, claims: { type: "object" } })]]);
    const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)]);
    const takeDeep = (levels: number) =>
      ingest({ type: "deep", source: "s", claims: { a: nested(levels - 1) } }, profiles, ORIGIN).record;
    const salt = new Uint8Array(SALT_BYTES);
    const value = takeDeep(MAX_CLAIMS_DEPTH) as JsonObject;
    expect(parseOpening(formatOpening({ salt, name: CONFLICT_CLAIM, value })).value).to.deep.equal(value);
    expectCode("CLAIMS_INVALID", () => takeDeep(MAX_CLAIMS_DEPTH + 1), /deeper than 30/);
  });

  it("P7 quotes no value in a refusal", () => {
    const canary = "Canary-0815";
    const values: JsonValue[] = [
      reading(1, { source: canary.repeat(20) }),
      reading(1, { [canary]: canary }),
      report(1, { claims: { category: canary } }),
      report(1, { claims: { category: "pothole", latitude: canary } }),
      report(1, { key: `${canary}\n` }),
      signed(reading(1, { seq: 4, source: canary, claims: { note: canary } })),
    ];
    for (const value of values) {
      const broken = structuredClone(value) as { [name: string]: unknown; claims?: { [name: string]: unknown } };
      if (broken["evidence"]) broken.claims = { note: `${canary}!` };
      let message = "";
      try {
        take(broken as JsonValue);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).not.to.equal("");
      expect(message).not.to.include(canary);
    }
  });
});

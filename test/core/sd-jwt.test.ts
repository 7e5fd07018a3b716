// A body with openings as an SD-JWT: read by a library that was written from the RFC by others, and by nothing of ours.

import { expect } from "chai";

import { toBase64Url } from "../../src/core/bytes.ts";
import { formatOpening, openingDigest } from "../../src/core/opening.ts";
import { formatSdJwt, type Issuer } from "../../src/core/sd-jwt.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { sdJwtReader } from "../support/sd-jwt-reader.ts";
import { signingKey } from "../support/signing-key.ts";
import { recordBodyOf } from "../support/record-body.ts";

const pair = signingKey(21);
const ISSUER: Issuer = { key: ed25519SourceKey(pair.publicKey), sign: pair.sign };
const opening = (byte: number, name: string, value: string): string =>
  formatOpening({ salt: new Uint8Array(32).fill(byte), name, value });
const TEXT = opening(1, "text", "a deep hole, ~ and ünïcode 穴");
const NAME = opening(2, "reporterName", "Maria");
const DECOYS = [3, 4, 5, 6, 7, 8].map((byte) => toBase64Url(new Uint8Array(32).fill(byte)));
const BODY = recordBodyOf(
  { iat: 1_795_334_400, iss: "santander.example/ledger", seq: 3, src: "ab".repeat(32), vct: "warifu:citizen-report:3" },
  { _sd: [TEXT, NAME].map(openingDigest).concat(DECOYS).sort(), category: "pothole" },
  false,
);

describe("an SD-JWT of a body", () => {
  it("is accepted by another library, which finds the public claims and those that were opened", async () => {
    const { payload } = await sdJwtReader(ISSUER.key).verify(formatSdJwt(BODY, [TEXT], ISSUER));
    expect(payload).to.deep.include({ iss: "santander.example/ledger", vct: "warifu:citizen-report:3", seq: 3 });
    expect(payload["record"]).to.deep.equal({ category: "pothole", text: "a deep hole, ~ and ünïcode 穴" });
    const all = await sdJwtReader(ISSUER.key).verify(formatSdJwt(BODY, [NAME, TEXT], ISSUER));
    expect(all.payload["record"]).to.have.all.keys("category", "text", "reporterName");
  });

  it("has the body, byte for byte, as its payload, and the issuer's key in its header", () => {
    const text = formatSdJwt(BODY, [TEXT], ISSUER);
    const [jwt = "", disclosure, end, ...more] = text.split("~");
    expect([disclosure, end, more]).to.deep.equal([TEXT, "", []]);
    const [header = "", payload = ""] = jwt.split(".");
    expect(Buffer.from(payload, "base64url").equals(BODY)).to.equal(true);
    const { alg, typ, jwk } = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
    expect({ alg, typ, jwk }).to.deep.equal({ alg: "EdDSA", typ: "dc+sd-jwt", jwk: ISSUER.key });
    expect(formatSdJwt(BODY, [], ISSUER).split("~")).to.deep.equal([jwt, ""]);
  });

  it("is refused by that library when a claim was changed, or another key signed it", async () => {
    const changed = formatSdJwt(BODY, [opening(1, "text", "a shallow hole")], ISSUER);
    const { payload } = await sdJwtReader(ISSUER.key)
      .verify(changed)
      .catch(() => ({ payload: { record: {} } as Record<string, unknown> }));
    expect(payload["record"]).to.not.have.property("text");
    const other = ed25519SourceKey(signingKey(22).publicKey);
    const refusal = await sdJwtReader(other)
      .verify(formatSdJwt(BODY, [TEXT], ISSUER))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(refusal).to.be.instanceOf(Error);
  });
});

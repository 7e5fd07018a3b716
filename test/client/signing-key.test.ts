// Private keys of devices, as both signing helpers open them.

import { expect } from "chai";
import { generateKeyPairSync } from "node:crypto";

import { createRecordSigner, signRequest, type PrivateSourceKey } from "../../src/client/client.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { keyThumbprint, parseSourceKey } from "../../src/core/source-key.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const made = (curve: "Ed25519" | "P-256"): PrivateSourceKey => {
  const { privateKey } =
    curve === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
  return privateKey.export({ format: "jwk" }) as PrivateSourceKey;
};

describe("a device's signing key", () => {
  for (const curve of ["Ed25519", "P-256"] as const)
    it(`is named by the thumbprint that the service computes, and is refused in halves: ${curve}`, async () => {
      const [key, other] = [made(curve), made(curve)];
      const { d, ...publicPart } = key;
      const { thumbprint } = await createRecordSigner(key);
      expect(thumbprint).to.equal(keyThumbprint(parseSourceKey(publicPart as JsonValue)));
      await expectRejection("KEY_INVALID", createRecordSigner({ ...other, d }));
      await expectRejection("ENCODING_INVALID", createRecordSigner({ ...key, d: "AA" }));
      await expectRejection("ENCODING_INVALID", createRecordSigner({ ...key, x: "AA" }));
      await expectRejection("ENCODING_INVALID", createRecordSigner(publicPart as PrivateSourceKey));
      const unknown = { ...key, crv: "P-384" } as unknown as PrivateSourceKey;
      await expectRejection("KEY_TYPE_UNKNOWN", createRecordSigner(unknown));
    });

  it("signs no request without a media type, and the digest of its bytes", async () => {
    const request = { method: "POST", url: "https://ledger.example/v1/records", headers: {}, body: "{}" };
    await expectRejection("REQUEST_INVALID", signRequest(request, made("Ed25519")));
    const headers = { "Content-Type": "application/json" };
    const signed = await signRequest({ ...request, headers, body: new TextEncoder().encode("{}") }, made("Ed25519"));
    expect(Object.keys(signed)).to.deep.equal(["content-digest", "signature-input", "signature"]);
    expect(signed["content-digest"]).to.equal("sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:");
  });
});

// Reads SD-JWTs with @sd-jwt/core, which knows nothing of this project.

import { createHash, createPublicKey, verify, type JsonWebKey } from "node:crypto";

import { SDJwtInstance } from "@sd-jwt/core";

import type { SourceKey } from "../../src/core/source-key.ts";

export interface SdJwtReader {
  /** The payload with what was disclosed in it; throws if the signature is not the issuer's. */
  verify(text: string): Promise<{ readonly payload: Record<string, unknown> }>;
}

/** A reader that trusts one issuer. */
export function sdJwtReader(key: SourceKey): SdJwtReader {
  const publicKey = createPublicKey({ key: { ...key } as JsonWebKey, format: "jwk" });
  const reader = new SDJwtInstance({
    hashAlg: "sha-256",
    hasher: (data) =>
      createHash("sha256")
        .update(typeof data === "string" ? data : new Uint8Array(data))
        .digest(),
    verifier: (data, signature) => verify(null, Buffer.from(data), publicKey, Buffer.from(signature, "base64url")),
  });
  return {
    verify: async (text) => ({ payload: (await reader.verify(text)).payload as Record<string, unknown> }),
  };
}

// Signing keys of sources: what is taken for one, what names it, and that both kinds verify what they signed and nothing else.

import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

import { expect } from "chai";

import { canonicalJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import {
  ed25519SourceKey,
  isSameKey,
  isSignedBy,
  keyThumbprint,
  parseSourceKey,
  type SourceKey,
} from "../../src/core/source-key.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";

/** RFC 8037 appendix A.2, and its thumbprint in A.3. */
const ED25519 = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const ED25519_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
/** RFC 7517 appendix A.1. */
const P256 = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
const MESSAGE = Buffer.from("16.4 degrees");

describe("source key", () => {
  it("is the members that make it, whatever stands beside them", () => {
    const beside = { kid: "k1", use: "sig", alg: "EdDSA", key_ops: ["verify"], ext: true };
    expect(parseSourceKey({ ...ED25519, ...beside })).to.deep.equal(ED25519);
    expect(parseSourceKey({ ...P256, ...beside })).to.deep.equal(P256);
    expect(ed25519SourceKey(Buffer.from(ED25519.x, "base64url"))).to.deep.equal(ED25519);
  });

  it("is named by the thumbprint of RFC 7638", () => {
    expect(keyThumbprint(parseSourceKey(ED25519))).to.equal(ED25519_THUMBPRINT);
    const text = canonicalJson(P256);
    expect(text).to.match(/^\{"crv":"P-256","kty":"EC","x":"[^"]+","y":"[^"]+"\}$/);
    const expected = createHash("sha256").update(text).digest("base64url");
    expect(keyThumbprint(parseSourceKey(P256))).to.equal(expected);
  });

  it("is the same key with the same members only", () => {
    const [ed25519, p256] = [parseSourceKey(ED25519), parseSourceKey(P256)] as const;
    const negative = { ...p256, y: otherY(P256.y) } as SourceKey;
    expect(parseSourceKey(negative)).to.deep.equal(negative);
    for (const one of [ed25519, p256, negative])
      for (const other of [ed25519, p256, negative])
        expect(isSameKey({ ...one }, other), `${one.x} ${other.x}`).to.equal(one === other);
    const other = ed25519SourceKey(signingKey(7).publicKey);
    expect(isSameKey(ed25519, other)).to.equal(false);
  });

  it("D7: is none of small order, none that is not canonical, and none off its curve", () => {
    const p = Buffer.from("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "hex");
    const points = [
      Buffer.alloc(32),
      Buffer.from([1, ...new Array<number>(31).fill(0)]),
      Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex"),
      Buffer.from("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "hex"),
      p,
      Buffer.from([0xee, ...p.subarray(1)]),
    ];
    for (const point of points)
      expectCode("KEY_INVALID", () => parseSourceKey({ ...ED25519, x: point.toString("base64url") }));
    const zero = Buffer.alloc(32).toString("base64url");
    // The same point with x + the order of the field does not fit 32 bytes; 0xff… is above the order.
    const high = Buffer.alloc(32, 0xff).toString("base64url");
    for (const change of [{ y: P256.x }, { x: zero, y: zero }, { x: high }, { y: high }])
      expectCode("KEY_INVALID", () => parseSourceKey({ ...P256, ...change }), /no point/);
  });

  it("is not taken with a coordinate above the order of the field, though it is the same point", () => {
    // x = 5 is on the curve, and so would be 5 + the order of the field, which fits 32 bytes.
    const field = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
    const root = (n: bigint): bigint => {
      let [result, base, exponent] = [1n, n % field, (field + 1n) / 4n];
      for (; exponent > 0n; exponent >>= 1n) {
        if (exponent & 1n) result = (result * base) % field;
        base = (base * base) % field;
      }
      return result;
    };
    const text = (n: bigint): string => Buffer.from(n.toString(16).padStart(64, "0"), "hex").toString("base64url");
    const y = root(((5n * 5n * 5n - 15n + b) % field) + field);
    parseSourceKey({ ...P256, x: text(5n), y: text(y) });
    expectCode("KEY_INVALID", () => parseSourceKey({ ...P256, x: text(5n + field), y: text(y) }), /no point/);
  });

  it("D8: is no private key, no other kind, and nothing with a member that is not known", () => {
    const cases: [code: "KEY_INVALID" | "KEY_TYPE_UNKNOWN" | "ENCODING_INVALID", value: JsonValue][] = [
      ["KEY_INVALID", "text"],
      ["KEY_INVALID", { ...ED25519, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }],
      ["KEY_INVALID", { kty: "oct", k: "AAAA" }],
      ["KEY_INVALID", { ...ED25519, y: P256.y }],
      ["KEY_INVALID", { ...ED25519, x5u: "https://example.org" }],
      ["KEY_INVALID", { kty: "OKP", crv: "Ed25519" }],
      ["KEY_INVALID", { kty: "EC", crv: "P-256", x: P256.x }],
      ["KEY_TYPE_UNKNOWN", {}],
      ["KEY_TYPE_UNKNOWN", { ...ED25519, crv: "X25519" }],
      ["KEY_TYPE_UNKNOWN", { ...P256, crv: "P-384" }],
      ["KEY_TYPE_UNKNOWN", { ...P256, kty: "OKP" }],
      ["ENCODING_INVALID", { ...ED25519, x: `${ED25519.x}=` }],
      ["ENCODING_INVALID", { ...P256, y: "AA" }],
    ];
    for (const [code, value] of cases) expectCode(code, () => parseSourceKey(value));
  });

  describe("verifies what it signed", () => {
    const signed = (privateKey: KeyObject, message: Buffer): Buffer =>
      privateKey.asymmetricKeyType === "ed25519"
        ? sign(null, message, privateKey)
        : sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
    const pairs = {
      Ed25519: () => generateKeyPairSync("ed25519"),
      "P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    };
    for (const [name, make] of Object.entries(pairs))
      it(`${name}, and nothing else`, async () => {
        const { privateKey, publicKey } = make();
        const key = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
        const signature = signed(privateKey, MESSAGE);
        expect(await isSignedBy(key, MESSAGE, signature)).to.equal(true);
        expect(await isSignedBy(key, Buffer.from("16.5 degrees"), signature)).to.equal(false);
        const flipped = Buffer.from(signature);
        flipped[40]! ^= 1;
        const others = [flipped, Buffer.alloc(0), Buffer.alloc(64), Buffer.concat([signature, Buffer.of(0)])];
        for (const other of others) expect(await isSignedBy(key, MESSAGE, other)).to.equal(false);
        const stranger = parseSourceKey(make().publicKey.export({ format: "jwk" }) as JsonObject);
        expect(await isSignedBy(stranger, MESSAGE, signature)).to.equal(false);
      });

    it("P-256 in DER, which is another form of the same signature, is none", async () => {
      const { privateKey, publicKey } = pairs["P-256"]();
      const key = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
      expect(await isSignedBy(key, MESSAGE, sign("sha256", MESSAGE, privateKey))).to.equal(false);
    });

    it("P-256 not at all where the platform has no WebCrypto, as on a page of http", async () => {
      const { crypto } = globalThis;
      Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
      try {
        await expectRejection("KEY_TYPE_UNKNOWN", isSignedBy(parseSourceKey(P256), MESSAGE, Buffer.alloc(64)));
      } finally {
        Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
      }
    });
  });
});

/** The y of the point on the other side of P-256's axis. */
function otherY(y: string): string {
  const field = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
  const negated = field - BigInt(`0x${Buffer.from(y, "base64url").toString("hex")}`);
  return Buffer.from(negated.toString(16).padStart(64, "0"), "hex").toString("base64url");
}

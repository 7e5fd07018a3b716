// Ed25519 by libsodium gives the verdicts of the platform's own, also on signatures that implementations disagree about: a
// version of it that gives others must not get in.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { expect } from "chai";

import { concatBytes, fromHex, toHex, utf8 } from "../../src/core/bytes.ts";
import { assertPublicKey, verifyEd25519 } from "../../src/core/ed25519.ts";
import type { VerifyEd25519 } from "../../src/core/verify-ed25519.ts";
import { fastEd25519 } from "../../src/keys/fast-ed25519.ts";
import { signingKey } from "../support/signing-key.ts";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const OF_ORDER_EIGHT = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

const scalarBytes = (scalar: bigint): Uint8Array => fromHex(scalar.toString(16).padStart(64, "0"), "test").reverse();
const scalarOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`);

type Claim = readonly [publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array];

/** By a key with a part of order eight: with the cofactor each one verifies, without it one in eight. */
function ofMixedOrder(at: number): Claim {
  const [secret, nonce] = [BigInt(1_000 + at), BigInt(9_000_000 + at)];
  const publicKey = Point.BASE.multiply(secret).add(OF_ORDER_EIGHT).toBytes();
  const message = utf8(`message ${at}`);
  const r = Point.BASE.multiply(nonce).toBytes();
  const k = scalarOf(sha512(concatBytes(r, publicKey, message))) % ORDER;
  return [assertPublicKey(publicKey), message, concatBytes(r, scalarBytes((nonce + k * secret) % ORDER))];
}

describe("Ed25519 as fast as this machine has it", () => {
  let verify: VerifyEd25519;
  before(async () => {
    verify = await fastEd25519();
  });

  it("is libsodium's where it is installed", () => {
    expect(verify).to.not.equal(verifyEd25519);
  });

  it("has no cofactor", () => {
    const claims = Array.from({ length: 40 }, (_, at) => ofMixedOrder(at));
    const verdicts = claims.map((claim) => verify(...claim));
    expect(verdicts).to.include(true).and.include(false);
    expect(verdicts).to.deep.equal(claims.map((claim) => verifyEd25519(...claim)));
  });

  it("takes one signature of a message, and none that is changed", () => {
    const { publicKey, sign } = signingKey(7);
    const message = utf8("16.4 degrees");
    const signature = sign(message);
    const [r, s] = [signature.slice(0, 32), signature.slice(32)];
    expect(verify(publicKey, message, signature)).to.equal(true);
    const wrong: readonly Uint8Array[] = [
      concatBytes(r, scalarBytes(scalarOf(s) + ORDER)),
      concatBytes(Uint8Array.of(1), new Uint8Array(31), s),
      ...Array.from({ length: 64 }, (_, at) => signature.with(at, (signature[at] as number) ^ 1)),
      signature.slice(1),
      new Uint8Array(0),
    ];
    for (const one of wrong) expect(verify(publicKey, message, one)).to.equal(false);
    expect(verify(publicKey, utf8("16.5 degrees"), signature)).to.equal(false);
  });
});

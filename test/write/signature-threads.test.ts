// Signatures that are verified on other threads get the verdicts that they get here, each its own, and the end of a thread
// is told to all who wait for it.

import { expect } from "chai";
import fc from "fast-check";

import { concatBytes, utf8 } from "../../src/core/bytes.ts";
import { verifyEd25519 } from "../../src/core/ed25519.ts";
import { packClaims, unpackClaims, type Claim } from "../../src/write/signature-claims.ts";
import { SignatureThreads } from "../../src/write/signature-threads.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";

const [ours, theirs] = [signingKey(41), signingKey(42)];

function claim(text: string, change?: (signature: Uint8Array) => Uint8Array, by = ours): Claim {
  const message = utf8(text);
  const signature = by.sign(message);
  return [ours.publicKey, message, change?.(signature) ?? signature];
}

const CLAIMS: readonly Claim[] = [
  claim("16.4 degrees"),
  claim(""),
  claim("x".repeat(100_000)),
  claim("of another device", undefined, theirs),
  claim("one bit turned", (signature) => signature.with(63, (signature[63] as number) ^ 1)),
  claim("S + L, which is beyond the group order", (signature) => plusOrder(signature)),
  claim("R of small order", (signature) => concatBytes(Uint8Array.of(1), new Uint8Array(31), signature.slice(32))),
  claim("empty", () => new Uint8Array(0)),
  claim("too long", (signature) => concatBytes(signature, Uint8Array.of(0))),
];

describe("signatures verified on other threads", () => {
  let threads: SignatureThreads;
  beforeEach(() => {
    threads = new SignatureThreads();
  });
  afterEach(() => threads.close());

  it("get the verdict that they get on this one, in whatever order they were asked for", async () => {
    const expected = CLAIMS.map((one) => verifyEd25519(...one));
    expect(expected).to.deep.equal([true, true, true, false, false, false, false, false, false]);
    expect(await Promise.all(CLAIMS.map((one) => threads.verify(...one)))).to.deep.equal(expected);
    const many = Array.from({ length: 1_200 }, (_, at) => (at * 7) % CLAIMS.length);
    const asked = many.map(async (at) => {
      if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      return threads.verify(...(CLAIMS[at] as Claim));
    });
    expect(await Promise.all(asked)).to.deep.equal(many.map((at) => expected[at]));
  });

  it("are verified by libsodium where it is installed", async () => {
    expect((await import("sodium-native")).default.crypto_sign_verify_detached).to.be.a("function");
  });

  it("are refused for the moment when their thread ends, and verified by a new one after that", async () => {
    expect(await threads.verify(...claim("before"))).to.equal(true);
    const waiting = threads.verify(...claim("x".repeat(8_000_000)));
    await new Promise((resolve) => setImmediate(resolve));
    const ended = threads.close();
    await expectRejection("BUSY", waiting, /send again in a moment/);
    await ended;
    expect(await threads.verify(...claim("after"))).to.equal(true);
  });

  it("go there whole", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const anyClaim = fc.tuple(bytes(32), fc.uint8Array({ maxLength: 200 }), bytes(64));
    fc.assert(
      fc.property(fc.array(anyClaim, { maxLength: 20 }), (claims) => {
        expect([...unpackClaims(packClaims(claims))]).to.deep.equal(claims);
      }),
    );
  });
});

/** The same R, and S + L: RFC 8032 section 5.1.7 demands that it be refused. */
function plusOrder(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) + order;
  const bytes = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return concatBytes(signature.slice(0, 32), bytes);
}

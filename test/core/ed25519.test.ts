// Ed25519: RFC 8032's vectors, the points of small order, and one verdict from node's verifier and the portable one,
// on honest signatures, on broken ones and on those that implementations are known to disagree about.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { expect } from "chai";
import fc from "fast-check";

import { concatBytes, fromHex, toHex, utf8 } from "../../src/core/bytes.ts";
import { assertPublicKey, verifyEd25519, verifyEd25519For } from "../../src/core/ed25519.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const native = verifyEd25519For(process.getBuiltinModule("node:crypto"));
const portable = verifyEd25519For(undefined);

const hex = (text: string): Uint8Array => fromHex(text, "test");

// RFC 8032 section 7.1, tests 1 to 3, SHA(abc): secret key, public key, message, signature.
const RFC8032: [string, string, string, string, string][] = [
  [
    "TEST 1",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "TEST 2",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "TEST 3",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "TEST SHA(abc)",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
];

// y of each point of small order, in every encoding of it, each with both signs: p = 2^255-19.
const SMALL_ORDER_Y = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];
const SMALL_ORDER = SMALL_ORDER_Y.map(hex).flatMap((y) => [y, withSign(y)]);

function withSign(y: Uint8Array): Uint8Array {
  const signed = y.slice();
  signed[31] = (signed[31] as number) | 0x80;
  return signed;
}

const scalarBytes = (scalar: bigint): Uint8Array => hex(scalar.toString(16).padStart(64, "0")).reverse();
const scalarOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`);
const message = fc.uint8Array({ maxLength: 80 });
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("ed25519", () => {
  for (const [title, secret, publicKey, text, signature] of RFC8032)
    it(`RFC 8032 ${title}`, () => {
      const key = signingKey(hex(secret));
      expect(toHex(key.publicKey)).to.equal(publicKey);
      expect(toHex(key.sign(hex(text)))).to.equal(signature);
      for (const verify of [verifyEd25519, native, portable])
        expect(verify(assertPublicKey(hex(publicKey)), hex(text), hex(signature))).to.equal(true);
    });

  describe("public keys", () => {
    it("of honest signers are accepted and handed back", () => {
      fc.assert(
        fc.property(seed, (bytes) => {
          const { publicKey } = signingKey(bytes);
          expect(assertPublicKey(publicKey)).to.equal(publicKey);
        }),
      );
    });

    it("D7 the 14 encodings of small-order points are refused", () => {
      expect(new Set(SMALL_ORDER.map(toHex)).size).to.equal(14);
      for (const key of SMALL_ORDER) expectCode("KEY_INVALID", () => assertPublicKey(key));
    });

    it("that name no point, or name one in a second way, are refused", () => {
      const notOnCurve = hex(`02${"00".repeat(31)}`);
      const aboveP = hex(`f0${"ff".repeat(30)}7f`);
      for (const key of [notOnCurve, aboveP, hex("ff".repeat(32))])
        expectCode("KEY_INVALID", () => assertPublicKey(key), /canonical/);
    });

    it("of another length are refused", () => {
      for (const length of [0, 31, 33, 64])
        expectCode("KEY_INVALID", () => assertPublicKey(new Uint8Array(length).fill(1)), /32 bytes/);
    });
  });

  describe("node's verifier and the portable one agree", () => {
    it("on honest signatures", () => {
      fc.assert(
        fc.property(seed, message, (bytes, text) => {
          const key = signingKey(bytes);
          const signature = key.sign(text);
          expect([native, portable].map((verify) => verify(key.publicKey, text, signature))).to.deep.equal([
            true,
            true,
          ]);
        }),
        { numRuns: 50 },
      );
    });

    it("on signatures, messages and keys with one bit changed: no", () => {
      fc.assert(
        fc.property(
          seed,
          message,
          fc.nat(511),
          fc.constantFrom("signature", "message", "key"),
          (bytes, text, bit, part) => {
            const key = signingKey(bytes);
            const honest = { key: key.publicKey, message: concatBytes(text, Uint8Array.of(1)) };
            const claim = { ...honest, signature: key.sign(honest.message) };
            const at = bit % (claim[part].length * 8);
            claim[part] = claim[part].map((byte, i) => (i === at >> 3 ? byte ^ (1 << (at & 7)) : byte));
            if (part === "key" && !isPoint(claim.key)) return;
            for (const verify of [native, portable])
              expect(verify(claim.key, claim.message, claim.signature)).to.equal(false);
          },
        ),
        { numRuns: 200 },
      );
    });

    it("D8 on S + L, S + 2L and beyond: no", () => {
      const key = signingKey(7);
      const text = utf8("malleable");
      const signature = key.sign(text);
      const s = scalarOf(signature.slice(32));
      for (const times of [1n, 2n, 8n, 15n]) {
        const twin = concatBytes(signature.subarray(0, 32), scalarBytes(s + times * ORDER));
        for (const verify of [verifyEd25519, native, portable])
          expect(verify(key.publicKey, text, twin), `S + ${times}L`).to.equal(false);
      }
    });

    it("D8 on signatures of other forms: empty, cut, lengthened, a megabyte, DER", () => {
      const key = signingKey(7);
      const text = utf8("form");
      const signature = key.sign(text);
      const der = concatBytes(hex("30440220"), signature.subarray(0, 32), hex("0220"), signature.subarray(32));
      const forms = [
        new Uint8Array(0),
        signature.subarray(1),
        concatBytes(signature, hex("00")),
        new Uint8Array(1e6),
        der,
      ];
      for (const form of forms)
        for (const verify of [native, portable]) expect(verify(key.publicKey, text, form)).to.equal(false);
    });

    it("on keys and R with a part of small order, whatever the message", () => {
      const torsion = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
      const secret = 0x5ca1ab1en;
      const verdicts = { yes: 0, no: 0 };
      for (let ofKey = 0n; ofKey < 8n; ofKey++)
        for (let ofR = 0n; ofR < 8n; ofR++)
          for (const r of [0n, 1n, 0xfeedn])
            for (let attempt = 0; attempt < 2; attempt++) {
              const key = Point.BASE.multiply(secret).add(torsion.multiplyUnsafe(ofKey)).toBytes();
              const encodedR = Point.BASE.multiplyUnsafe(r).add(torsion.multiplyUnsafe(ofR)).toBytes();
              const text = utf8(`attempt ${attempt}`);
              const k = scalarOf(sha512(concatBytes(encodedR, key, text)));
              const signature = concatBytes(encodedR, scalarBytes((r + k * secret) % ORDER));
              const verdict = native(assertPublicKey(key), text, signature);
              expect(portable(key, text, signature), `${ofKey} ${ofR} ${r} ${attempt}`).to.equal(verdict);
              verdicts[verdict ? "yes" : "no"]++;
            }
      expect(verdicts.yes).to.be.greaterThan(0);
      expect(verdicts.no).to.be.greaterThan(0);
    });

    it("on R of small order: no, in every encoding of it", () => {
      const secret = 0x5ca1ab1en;
      const key = Point.BASE.multiply(secret).toBytes();
      const text = utf8("R is the identity");
      for (const encodedR of SMALL_ORDER) {
        const k = scalarOf(sha512(concatBytes(encodedR, key, text)));
        const signature = concatBytes(encodedR, scalarBytes((k * secret) % ORDER));
        for (const verify of [native, portable]) expect(verify(key, text, signature), toHex(encodedR)).to.equal(false);
      }
    });

    it("on R in bytes that name no point, and on S = 0: no", () => {
      const key = signingKey(9).publicKey;
      for (const encodedR of [hex(`02${"00".repeat(31)}`), hex("ff".repeat(32)), Point.BASE.toBytes()])
        for (const verify of [native, portable])
          expect(verify(key, utf8("x"), concatBytes(encodedR, new Uint8Array(32)))).to.equal(false);
    });
  });
});

describe("keys that are remembered", () => {
  it("the curve is the one that noble calls ed25519", () => {
    for (let seed = 1; seed < 20; seed++) {
      const { publicKey, sign } = signingKey(seed);
      const [message, signature] = [utf8(`message ${seed}`), sign(utf8(`message ${seed}`))];
      expect(portable(publicKey, message, signature)).to.equal(ed25519.verify(signature, message, publicKey));
    }
  });

  it("give the same verdicts when they are met again, and after more than are remembered", () => {
    const { publicKey, sign } = signingKey(21);
    const message = utf8("16.4 degrees");
    const signature = sign(message);
    const wrong = concatBytes(signature.slice(0, 63), Uint8Array.of((signature[63] as number) ^ 1));
    const check = (): void => {
      expect(assertPublicKey(publicKey)).to.equal(publicKey);
      expect([native(publicKey, message, signature), native(publicKey, message, wrong)]).to.deep.equal([true, false]);
    };
    check();
    check();
    let point = Point.BASE;
    for (let count = 0; count < 4_200; count++) {
      const key = point.toBytes();
      assertPublicKey(key);
      native(key, message, signature);
      point = point.add(Point.BASE);
    }
    check();
    for (let time = 0; time < 2; time++) expectCode("KEY_INVALID", () => assertPublicKey(new Uint8Array(32)));
  });
});

function isPoint(key: Uint8Array): boolean {
  try {
    assertPublicKey(key);
    return true;
  } catch {
    return false;
  }
}

// SHA-256: the implementation of each platform against published digests, and both against each other.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { toBase64Url, toHex, utf8 } from "../../src/core/bytes.ts";
import { sha256, sha256For, sha256Text, sha256TextFor } from "../../src/core/sha256.ts";

// FIPS 180-4 examples, as NIST publishes them.
const EXAMPLES = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
] as const;

describe("sha256", () => {
  const implementations = {
    native: sha256For(process.getBuiltinModule("node:crypto")),
    portable: sha256For(undefined),
  };
  for (const [name, hash] of Object.entries({ ...implementations, "the one in use": sha256 }))
    describe(name, () => {
      it("gives the published digests", () => {
        for (const [text, digest] of EXAMPLES) expect(toHex(hash(utf8(text)))).to.equal(digest);
      });

      it("gives node's digests, of views too", () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, from) => {
            const view = bytes.subarray(from);
            expect(toHex(hash(view))).to.equal(createHash("sha256").update(view).digest("hex"));
          }),
        );
      });
    });

  it("gives the same for a text, as base64url", () => {
    const native = sha256TextFor(process.getBuiltinModule("node:crypto"));
    const portable = sha256TextFor(undefined);
    for (const text of ["", "abc", "M\u00f6bius \u{1f600}"])
      for (const hash of [native, portable, sha256Text]) expect(hash(text)).to.equal(toBase64Url(sha256(utf8(text))));
  });

  it("uses node's own where there is one: measurably not the portable one", () => {
    expect(sha256(utf8("x"))).to.be.instanceOf(Buffer);
    expect(implementations.portable(utf8("x"))).not.to.be.instanceOf(Buffer);
  });
});

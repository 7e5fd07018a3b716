// ChaCha20-Poly1305 by libsodium and by Node is one function: a vault that was written on one machine is read on another.

import { randomBytes } from "node:crypto";

import { expect } from "chai";
import sodium from "sodium-native";

import {
  chacha20Poly1305For,
  NONCE_BYTES,
  TAG_BYTES,
  type ChaCha20Poly1305,
  type Message,
} from "../../../src/store/rows/chacha20-poly1305.ts";

// RFC 8439 section 2.8.2.
const VECTOR = {
  key: Buffer.from("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "hex"),
  nonce: Buffer.from("070000004041424344454647", "hex"),
  additional: Buffer.from("50515253c0c1c2c3c4c5c6c7", "hex"),
};
const PLAIN = Buffer.from(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const SEALED = Buffer.from(
  "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b6" +
    "7ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116" +
    "1ae10b594f09e26a7e902ecbd0600691",
  "hex",
);

describe("ChaCha20-Poly1305", () => {
  const both = [
    ["libsodium", chacha20Poly1305For(sodium)],
    ["Node", chacha20Poly1305For(undefined)],
  ] as const;
  const sealWith = ({ encrypt }: ChaCha20Poly1305, plain: Uint8Array, message: Message): Uint8Array => {
    const sealed = new Uint8Array(plain.length + TAG_BYTES);
    encrypt(sealed, plain, message);
    return sealed;
  };

  for (const [name, one] of both) {
    it(`of ${name} is that of RFC 8439`, () => {
      expect(Buffer.from(sealWith(one, PLAIN, VECTOR))).to.deep.equal(SEALED);
      expect(Buffer.from(one.decrypt(SEALED, VECTOR))).to.deep.equal(PLAIN);
    });

    it(`of ${name} opens what the other sealed, of any length, and nothing that was changed`, () => {
      for (const length of [0, 1, 32, 63, 64, 65, 700, 300_000]) {
        const plain = randomBytes(length);
        const message = { key: randomBytes(32), nonce: randomBytes(NONCE_BYTES), additional: randomBytes(length % 40) };
        for (const [, other] of both) {
          const sealed = sealWith(other, plain, message);
          expect(Buffer.from(one.decrypt(sealed, message)).equals(plain)).to.equal(true);
          for (const at of [0, length - 1, length, length + TAG_BYTES - 1]) {
            const changed = Uint8Array.from(sealed, (byte, i) => (i === Math.max(at, 0) ? byte ^ 1 : byte));
            expect(() => one.decrypt(changed, message)).to.throw();
          }
          for (const part of ["key", "nonce", "additional"] as const) {
            const wrong = { ...message, [part]: Uint8Array.of(...message[part], 1).subarray(1) };
            if (message[part].length > 0) expect(() => one.decrypt(sealed, wrong), part).to.throw();
          }
        }
      }
    });

    it(`of ${name} refuses what is shorter than a tag`, () => {
      for (let length = 0; length < TAG_BYTES; length++)
        expect(() => one.decrypt(new Uint8Array(length), VECTOR)).to.throw();
    });
  }
});

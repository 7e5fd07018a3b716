// Keccak-256 in WebAssembly is that of noble, whatever it is given, and a build of it that is not gets no say.

import { expect } from "chai";
import fc from "fast-check";

import { equalBytes, toHex, utf8 } from "../../src/core/bytes.ts";
import { keccak256, type Keccak256 } from "../../src/core/keccak256.ts";
import { fastKeccak256, soundOrOwn } from "../../src/keys/fast-keccak256.ts";

/** Lengths around the 136 bytes that are taken in at a time, and those of headers and of nodes of a trie. */
const LENGTHS = [0, 1, 31, 32, 135, 136, 137, 271, 272, 273, 435, 543, 544, 545, 613, 65_536, 100_000];

describe("Keccak-256 as fast as this machine has it", () => {
  let hashOf: Keccak256;
  before(async () => {
    hashOf = await fastKeccak256();
  });

  it("is not the one of the core, and is the function of Ethereum", () => {
    expect(hashOf).to.not.equal(keccak256);
    // Of nothing: the hash of an account without code. Of a signature: the topic of an ERC-20 transfer.
    expect(toHex(hashOf(new Uint8Array(0)))).to.equal(
      "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    );
    expect(toHex(hashOf(utf8("Transfer(address,address,uint256)")))).to.equal(
      "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
    );
  });

  it("gives what the core gives, at lengths where blocks begin and end", () => {
    for (const length of LENGTHS) {
      const message = Uint8Array.from({ length }, (_, at) => (31 * at + length) & 0xff);
      expect(toHex(hashOf(message)), `${length} bytes`).to.equal(toHex(keccak256(message)));
    }
  });

  it("gives what the core gives for any message, also one in the midst of other bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_200 }), fc.nat(64), (bytes, begin) => {
        const message = bytes.subarray(begin);
        return equalBytes(hashOf(message), keccak256(message));
      }),
      { numRuns: 300 },
    );
  });

  it("gives hashes that later ones leave as they are", () => {
    const first = hashOf(utf8("first"));
    hashOf(utf8("second"));
    expect(toHex(first)).to.equal(toHex(keccak256(utf8("first"))));
  });

  it("is left out where it hashes anything else", () => {
    const wrongAt = (isWrong: (length: number) => boolean): Keccak256 => {
      return (bytes) => (isWrong(bytes.length) ? keccak256(bytes).fill(0, 31) : keccak256(bytes));
    };
    for (const length of [0, 1, 135, 136, 137, 271, 272, 273])
      expect(soundOrOwn(wrongAt((given) => given === length)), `${length} bytes`).to.equal(keccak256);
    expect(soundOrOwn(wrongAt((given) => given > 300))).to.equal(keccak256);
    expect(soundOrOwn(() => new Uint8Array(0))).to.equal(keccak256);
    const sound: Keccak256 = (bytes) => keccak256(bytes);
    expect(soundOrOwn(sound)).to.equal(sound);
  });
});

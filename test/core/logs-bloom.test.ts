// The Bloom filter of a header against one that is made bit by bit: no false negatives, and silence about what is no header.

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import { id, keccak256 } from "ethers";

import { toHex } from "../../src/core/bytes.ts";
import { mayHoldAnchor } from "../../src/core/logs-bloom.ts";
import { expectCode } from "../support/expect-code.ts";

const CONTRACT = `0x${"c5".repeat(20)}`;
const TOPIC = id("CheckpointAnchored(uint64,bytes32,uint64)");

/** The filter as one big number: bit n is 2^n. */
function bloomOf(values: readonly string[]): Uint8Array {
  let bits = 0n;
  for (const value of values) {
    const hash = keccak256(value).slice(2);
    for (const at of [0, 4, 8]) bits |= 1n << (BigInt(`0x${hash.slice(at, at + 4)}`) % 2048n);
  }
  return Buffer.from(bits.toString(16).padStart(512, "0"), "hex");
}

/** RLP of a header of which only the filter matters. */
const headerWith = (bloom: Uint8Array): string =>
  `0x${toHex(RLP.encode([...Array.from({ length: 6 }, () => new Uint8Array(32)), bloom, new Uint8Array(1)]))}`;

describe("logs bloom", () => {
  it("lets a block with an anchor pass, whatever else is in it", () => {
    for (let others = 0; others < 50; others++) {
      const values = Array.from({ length: others }, (_, i) => id(`${others} ${i}`));
      expect(mayHoldAnchor(headerWith(bloomOf([...values, CONTRACT, TOPIC])), CONTRACT)).to.equal(true);
    }
  });

  it("rules out a block without the contract, without the event, or without anything", () => {
    for (const values of [[], [CONTRACT], [TOPIC], [TOPIC, `0x${"c6".repeat(20)}`]])
      expect(mayHoldAnchor(headerWith(bloomOf(values)), CONTRACT)).to.equal(false);
  });

  it("needs every bit", () => {
    const whole = bloomOf([CONTRACT, TOPIC]);
    for (let bit = 0; bit < 2_048; bit++) {
      const byte = whole.length - 1 - (bit >> 3);
      if ((whole[byte]! & (1 << (bit & 7))) === 0) continue;
      const less = Uint8Array.from(whole);
      less[byte]! ^= 1 << (bit & 7);
      expect(mayHoldAnchor(headerWith(less), CONTRACT), `bit ${bit}`).to.equal(false);
    }
  });

  it("rules nothing out by what is no header with a filter", () => {
    const short = `0x${toHex(RLP.encode([new Uint8Array(32)]))}`;
    const list = `0x${toHex(RLP.encode([...Array.from({ length: 6 }, () => new Uint8Array(32)), []]))}`;
    for (const header of ["0x80", "0xc0", short, list, headerWith(new Uint8Array(255))])
      expect(mayHoldAnchor(header, CONTRACT), header).to.equal(true);
    expectCode("ENCODING_INVALID", () => mayHoldAnchor("0x", CONTRACT));
  });
});

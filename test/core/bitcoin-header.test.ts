// Headers of Bitcoin blocks: the first one ever, whose every field is known, and what is no header.

import { expect } from "chai";

import { readBitcoinHeader } from "../../src/core/bitcoin-header.ts";
import { toHex } from "../../src/core/bytes.ts";
import { mined } from "../support/bitcoin-calendar.ts";
import { expectCode } from "../support/expect-code.ts";

/** https://en.bitcoin.it/wiki/Genesis_block */
const ROOT = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a";
const GENESIS = `01000000${"00".repeat(32)}${ROOT}29ab5f49ffff001d1dac2b7c`;

describe("the header of a Bitcoin block", () => {
  it("gives the Merkle root and the time", () => {
    const { merkleRoot, time } = readBitcoinHeader(GENESIS);
    expect([toHex(merkleRoot), time]).to.deep.equal([ROOT, Date.UTC(2009, 0, 3, 18, 15, 5) / 1_000]);
    expect(readBitcoinHeader(mined(merkleRoot, 7)).time).to.equal(7);
  });

  it("is refused with a digit changed, without work, and when it is of another length", () => {
    for (const [wrong, pattern] of [
      [GENESIS.replace("29ab5f49", "29ab5f48"), /above its own target/],
      [GENESIS.replace("ffff001d", "ffff0000"), /above its own target/],
      [GENESIS.slice(2), /Bitcoin header/],
      [`${GENESIS}00`, /Bitcoin header/],
      [GENESIS.toUpperCase(), /Bitcoin header/],
    ] as const)
      expectCode("ENCODING_INVALID", () => readBitcoinHeader(wrong), pattern);
  });
});

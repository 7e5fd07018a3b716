// Beacons: the content that a body holds is derived from a header and proves itself against it; and the order of blocks.

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";

import {
  beaconContent,
  beaconInBody,
  BEACON_CONTENT,
  BEACON_VCT,
  isBlockAfter,
  parseBeacon,
  type Beacon,
} from "../../src/core/beacon.ts";
import { formatEventBody } from "../../src/core/body.ts";
import { canonicalJson, type JsonObject } from "../../src/core/json.ts";
import { blockFixture, CHAIN_ID } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

const BLOCK = blockFixture({ blockNumber: 77, blockTime: 1_795_000_000 });
const CONTENT = beaconContent(CHAIN_ID, BLOCK);
const BEACON: Beacon = {
  chainId: CHAIN_ID,
  blockNumber: 77,
  blockHash: BLOCK.hash,
  blockTime: 1_795_000_000,
};

describe("beacon", () => {
  it("is written from a header alone, and read back as what the header says", () => {
    expect(canonicalJson(CONTENT)).to.equal(
      `{"blockHash":"${BLOCK.hash}","blockNumber":77,"blockTime":1795000000,"chainId":31337,"header":"${BLOCK.header}"}`,
    );
    expect(parseBeacon(CONTENT)).to.deep.equal(BEACON);
  });

  it("is not written from a header that has another hash, or from what is no header", () => {
    expectCode("CHAIN_EVIDENCE_INVALID", () => beaconContent(CHAIN_ID, { ...BLOCK, hash: `0x${"12".repeat(32)}` }));
    const number = blockFixture({ header: () => RLP.encode(7) });
    expectCode("CHAIN_EVIDENCE_INVALID", () => beaconContent(CHAIN_ID, number));
    const short = blockFixture({ header: (fields) => fields.slice(0, 8) });
    expectCode("CHAIN_EVIDENCE_INVALID", () => beaconContent(CHAIN_ID, short));
    const late = blockFixture({ blockTime: 2n ** 47n });
    expectCode("CHAIN_EVIDENCE_INVALID", () => beaconContent(CHAIN_ID, late));
  });

  const REFUSED: [string, JsonObject, ("BODY_INVALID" | "CHAIN_EVIDENCE_INVALID")?][] = [
    ["another number than the header's", { blockNumber: 78 }],
    ["another time than the header's", { blockTime: 1_795_000_001 }],
    ["another hash than the header's", { blockHash: `0x${"12".repeat(32)}` }, "CHAIN_EVIDENCE_INVALID"],
    ["another header", { header: blockFixture({ blockNumber: 78 }).header }, "CHAIN_EVIDENCE_INVALID"],
    ["a header with a byte behind it", { header: `${BLOCK.header}00` }, "CHAIN_EVIDENCE_INVALID"],
    ["an unknown member", { more: 1 }],
    ["a chain id that is text", { chainId: "31337" }],
    ["a number below zero", { blockNumber: -1 }],
    ["a number with a fraction", { blockNumber: 77.5 }],
    ["a hash in capitals", { blockHash: BLOCK.hash.toUpperCase() }],
    ["a header in capitals", { header: `0x${BLOCK.header.slice(2).toUpperCase()}` }],
    ["half a byte", { header: BLOCK.header.slice(0, -1) }],
    ["no bytes at all", { header: "0x" }],
  ];
  for (const [title, change, code = "BODY_INVALID"] of REFUSED)
    it(`is refused with ${title}`, () => {
      expectCode(code, () => parseBeacon({ ...CONTENT, ...change }));
    });

  it("is refused with any member missing", () => {
    for (const name of Object.keys(CONTENT)) {
      const { [name]: _, ...rest } = CONTENT;
      expectCode("BODY_INVALID", () => parseBeacon(rest), new RegExp(name));
    }
  });

  describe("in a body", () => {
    const head = { iat: 1_795_000_010, iss: "o.example", seq: 3, src: "ab".repeat(32) };
    const body = (vct: string, name: string, content: JsonObject): Uint8Array =>
      formatEventBody({ ...head, vct }, name, content);

    it("is read", () => {
      expect(beaconInBody(body(BEACON_VCT, BEACON_CONTENT, CONTENT))).to.deep.equal(BEACON);
    });

    it("is refused under another type or name, and where there is no body", () => {
      expectCode(
        "BODY_INVALID",
        () => beaconInBody(body("warifu:beacon:2", BEACON_CONTENT, CONTENT)),
        /warifu:beacon:1/,
      );
      expectCode("BODY_INVALID", () => beaconInBody(body(BEACON_VCT, "profile", CONTENT)), /warifu:beacon:1/);
      expectCode("BODY_INVALID", () => beaconInBody(Uint8Array.of(0x7b)));
    });
  });

  it("a block comes after another that is lower, no later, and of the same chain", () => {
    const later = { ...BEACON, blockNumber: 78, blockTime: BEACON.blockTime + 12 };
    expect(isBlockAfter(later, BEACON)).to.equal(true);
    expect(isBlockAfter({ ...later, blockTime: BEACON.blockTime }, BEACON)).to.equal(true);
    for (const change of [
      { blockNumber: 77 },
      { blockNumber: 76 },
      { blockTime: BEACON.blockTime - 1 },
      { chainId: 1 },
    ])
      expect(isBlockAfter({ ...later, ...change }, BEACON), JSON.stringify(change)).to.equal(false);
  });
});

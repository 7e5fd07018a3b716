// Headers of chains whose validators seal each block, encoded by other libraries from the clients' rules.

import { RLP } from "@ethereumjs/rlp";
import { expect } from "chai";
import fc from "fast-check";
import { getBytes, keccak256 } from "ethers";

import { openHeader } from "../../src/core/chain-evidence.ts";
import { HEADER_FORMS, headerWithHash, type HeaderForm } from "../../src/core/header-form.ts";
import { validatorAddress, validatorAddresses, type Consensus } from "../support/bft-header.ts";
import { blockFixture } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

const ADD = [getBytes(validatorAddress(9)), Uint8Array.of(0xff)];
const FORMS: { title: string; consensus: Consensus; fits: readonly HeaderForm[] }[] = [
  { title: "Besu's QBFT", consensus: { form: "besu-qbft" }, fits: ["besu-qbft", "quorum-qbft"] },
  {
    title: "Besu's QBFT in a later round, with a vote for a validator",
    consensus: { form: "besu-qbft", round: 300, vote: ADD },
    fits: ["besu-qbft", "quorum-qbft"],
  },
  {
    title: "Besu's QBFT with a vote against one",
    consensus: { form: "besu-qbft", vote: [ADD[0]!, new Uint8Array(0)] },
    fits: ["besu-qbft", "quorum-qbft"],
  },
  {
    title: "Besu's QBFT whose validators a contract names",
    consensus: { form: "besu-qbft", isByContract: true },
    fits: ["besu-qbft", "quorum-qbft"],
  },
  { title: "Besu's IBFT 2.0", consensus: { form: "besu-ibft2" }, fits: ["besu-ibft2", "quorum-qbft"] },
  {
    title: "Besu's IBFT 2.0 in a later round, with a vote against a validator",
    consensus: { form: "besu-ibft2", round: 2, vote: [ADD[0]!, Uint8Array.of(0)] },
    fits: ["besu-ibft2", "quorum-qbft"],
  },
  { title: "GoQuorum's QBFT", consensus: { form: "quorum-qbft", round: 1 }, fits: ["besu-qbft", "quorum-qbft"] },
  {
    title: "GoQuorum's QBFT before its release",
    consensus: { form: "quorum-qbft", isPreRelease: true, round: 1 },
    fits: ["besu-ibft2", "quorum-qbft"],
  },
  { title: "GoQuorum's IBFT", consensus: { form: "quorum-ibft" }, fits: ["quorum-ibft"] },
];

/** Where a header's extra data is among its fields. */
const EXTRA_DATA = 12;
/** How many bits of each field are changed: more in the gate. */
const BITS_A_FIELD = process.env["WARIFU_EVERY_CHANGE"] === "on" ? 16 : 2;

describe("the form of a header", () => {
  for (const { title, consensus, fits } of FORMS)
    it(`truth F6: ${title}: gives the block's hash in its own form, and in no other`, () => {
      const { hash, header } = blockFixture({ consensus });
      for (const form of HEADER_FORMS) {
        const found = headerWithHash(getBytes(header), getBytes(hash), form);
        expect(found?.form, form).to.equal(fits.includes(form) ? form : undefined);
      }
      const found = headerWithHash(getBytes(header), getBytes(hash));
      expect(found?.form).to.equal(fits[0]);
      expect(found?.sealing?.seals).to.have.length(4);
      const named = consensus.isByContract ? [] : validatorAddresses(4).map((address) => getBytes(address));
      expect(found?.sealing?.validators).to.deep.equal(named);
    });

  for (const { title, consensus, fits } of FORMS)
    it(`truth F6: ${title}: the hash covers every field, and of the extra data all but seals and round`, () => {
      const { hash, header } = blockFixture({ consensus });
      const fields = RLP.decode(header) as Uint8Array[];
      for (const [at, field] of fields.entries()) {
        if (at === EXTRA_DATA || field.length === 0) continue;
        const isCovered = fc.property(fc.nat(field.length - 1), fc.nat(7), (place, bit) => {
          const changed = field.slice();
          changed[place]! ^= 1 << bit;
          const other = RLP.encode(fields.with(at, changed));
          expect(headerWithHash(other, getBytes(hash))).to.equal(undefined);
        });
        fc.assert(isCovered, { numRuns: BITS_A_FIELD });
      }
      // The 32 bytes of vanity, and the validators.
      for (const at of consensus.isByContract ? [4, 20] : [4, 20, 40, 60]) {
        const extraData = fields[EXTRA_DATA]!.slice();
        extraData[at]! ^= 1;
        const other = RLP.encode(fields.with(EXTRA_DATA, extraData));
        for (const form of fits) expect(headerWithHash(other, getBytes(hash), form)).to.equal(undefined);
      }
    });

  it("truth F6: the first block is hashed as it is, and nobody seals it", () => {
    for (const form of HEADER_FORMS) {
      const plain = blockFixture({ blockNumber: 0 });
      expect(headerWithHash(getBytes(plain.header), getBytes(plain.hash), form)).to.deep.equal({ form });
    }
    const { header } = blockFixture({ blockNumber: 0, consensus: { form: "besu-qbft" } });
    expect(headerWithHash(getBytes(header), getBytes(keccak256(header)), "besu-qbft")).to.deep.equal({
      form: "besu-qbft",
    });
    expect(headerWithHash(getBytes(header), getBytes(keccak256("0x")), "besu-qbft"), "another hash").to.equal(
      undefined,
    );
  });

  it("truth F6: of Ethereum has no sealing, and is refused where another form is named", () => {
    const block = blockFixture();
    expect(openHeader(block)).to.include({ form: "ethereum" }).and.not.have.property("sealing");
    expectCode("CHAIN_EVIDENCE_INVALID", () => openHeader(block, "besu-qbft"), /does not have the block's hash/);
    const sealed = blockFixture({ consensus: { form: "besu-qbft" } });
    expectCode("CHAIN_EVIDENCE_INVALID", () => openHeader(sealed, "ethereum"), /does not have the block's hash/);
    expect(openHeader(sealed).form).to.equal("besu-qbft");
  });

  it("truth F6: is none where the extra data is not as the consensus writes it", () => {
    const of = (extraData: Uint8Array, form: Consensus["form"] = "besu-qbft"): void => {
      const { hash, header } = blockFixture({ consensus: { form, extraData: () => extraData } });
      for (const name of HEADER_FORMS)
        expect(headerWithHash(getBytes(header), getBytes(hash), name)).to.equal(undefined);
    };
    const nothing = new Uint8Array(0);
    for (const extraData of [
      nothing,
      new Uint8Array(40),
      RLP.encode(nothing),
      RLP.encode([nothing, [], [], nothing]),
      RLP.encode([nothing, [[]], [], nothing, []]),
      RLP.encode([nothing, nothing, [], nothing, []]),
      RLP.encode([nothing, [], [], [], []]),
      RLP.encode([nothing, [], [], nothing, [[]]]),
      Uint8Array.from([...new Uint8Array(32), ...RLP.encode([nothing, nothing, []])]),
      Uint8Array.from([...new Uint8Array(32), ...RLP.encode([[], [], []])]),
      Uint8Array.from([...new Uint8Array(32), ...RLP.encode([[], nothing, nothing])]),
    ])
      of(extraData);
  });

  it("truth F6: is none where the header is no list, is cut short, or has more fields than any chain's", () => {
    const hash = getBytes(`0x${"12".repeat(32)}`);
    const { header } = blockFixture({ consensus: { form: "besu-qbft" } });
    const fields = RLP.decode(header) as Uint8Array[];
    for (const bytes of [
      Uint8Array.of(1),
      new Uint8Array(3),
      RLP.encode(fields.slice(0, 9)),
      RLP.encode([...fields.slice(0, 8), [], ...fields.slice(9)]),
      RLP.encode([...fields.slice(0, 12), [], ...fields.slice(13)]),
      RLP.encode([...fields, ...Array<Uint8Array>(50).fill(Uint8Array.of(1))]),
    ])
      expect(headerWithHash(bytes, hash)).to.equal(undefined);
    const { hash: genuine, header: many } = blockFixture({
      consensus: { form: "besu-qbft" },
      more: Array<Uint8Array>(44).fill(Uint8Array.of(1)),
    });
    expect(headerWithHash(getBytes(many), getBytes(genuine))).to.equal(undefined);
  });
});

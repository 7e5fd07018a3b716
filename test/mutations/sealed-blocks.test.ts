// Blocks that validators sealed, with a bit of a seal or a byte of the evidence changed: none of them holds.

import { expect } from "chai";
import fc from "fast-check";

import { formatBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { openHeader } from "../../src/core/chain-evidence.ts";
import { countSeals } from "../../src/core/committed-seals.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { validatorAddresses } from "../support/bft-header.ts";
import { bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";
import { blockFixture, CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

const VALIDATORS = validatorAddresses(4);
/** In the gate, more of each. */
const TIMES = process.env["WARIFU_EVERY_CHANGE"] === "on" ? 4 : 1;

describe("a block that validators sealed", () => {
  for (const form of ["besu-qbft", "besu-ibft2", "quorum-ibft", "quorum-qbft"] as const) {
    it(`truth F6: ${form}: any bit of a seal that is flipped refutes`, () => {
      const sealing = openHeader(blockFixture({ consensus: { form } }), form).sealing!;
      expect(countSeals(sealing, VALIDATORS)).to.include({ known: 4, isFinal: true });
      fc.assert(
        fc.property(fc.nat(3), fc.nat(64), fc.nat(7), (seal, place, bit) => {
          const seals = sealing.seals.map((bytes) => bytes.slice());
          seals[seal]![place]! ^= 1 << bit;
          expectCode("CHAIN_EVIDENCE_INVALID", () => countSeals({ ...sealing, seals }, VALIDATORS), /a seal is/);
        }),
        { numRuns: 20 * TIMES },
      );
    });

    it(`truth F6: ${form}: one byte of the header, seals included, of the receipt or its proof refutes`, async () => {
      const policy = fixturePolicy({
        chain: {
          ...{ id: CHAIN_ID, contract: CONTRACT, accept: "trusted-block" },
          ...{ headerForm: form, finality: "bft", validators: VALIDATORS },
        },
      });
      const consensus = { form, round: 1 };
      const beacon = { leafIndex: 2, block: { consensus } };
      const { bundle, bytes } = await bundleFixture({ treeSize: 13, leafIndex: 7, chain: { consensus }, beacon });
      expect((await verifyBundle(bytes, policy)).outcome).to.equal("holds");
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("header", "raw", "proof"),
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          async (part, place, by) => {
            const changed = changedAt(bundle, part, place, by);
            const verdict = await verifyBundle(utf8(formatBundle(changed)), policy);
            expect(verdict.outcome, `${part} ${place} ${by}`).to.equal("refuted");
            expect(verdict.steps.at(-1)?.step).to.equal("anchor");
          },
        ),
        { numRuns: 40 * TIMES },
      );
      Error.stackTraceLimit = stackTraceLimit;
    });
  }
});

/** One byte of a part of the evidence, at some place, changed by so much. */
function changedAt(bundle: ProofBundle, part: string, place: number, by: number): ProofBundle {
  const change = (hex: string): string => {
    const at = 2 + 2 * (place % (hex.length / 2 - 1));
    const byte = (parseInt(hex.slice(at, at + 2), 16) + by) & 255;
    return hex.slice(0, at) + byte.toString(16).padStart(2, "0") + hex.slice(at + 2);
  };
  const { block, receipt } = bundle.chain;
  if (part === "header")
    return { ...bundle, chain: { ...bundle.chain, block: { ...block, header: change(block.header) } } };
  const changed =
    part === "raw"
      ? { ...receipt, raw: change(receipt.raw) }
      : { ...receipt, proof: receipt.proof.map((node, at) => (at === 0 ? change(node) : node)) };
  return { ...bundle, chain: { ...bundle.chain, receipt: changed } };
}

// Blocks that validators of other people's networks sealed, with the clients that they run: Besu's QBFT and IBFT 2.0, and
// GoQuorum's IBFT. No code of this project took part in making them.

import { expect } from "chai";
import { readFileSync } from "node:fs";

import { fromHex, toHex } from "../../src/core/bytes.ts";
import { countSeals } from "../../src/core/committed-seals.ts";
import { headerWithHash, type HeaderForm } from "../../src/core/header-form.ts";
import { expectCode } from "../support/expect-code.ts";

interface SealedBlock {
  readonly source: string;
  readonly form: HeaderForm;
  readonly number: number;
  readonly hash: string;
  readonly header: string;
  readonly validators: readonly string[];
  readonly sealed: number;
  readonly signedHash?: string;
}

const BLOCKS = JSON.parse(
  readFileSync(new URL("../vectors/sealed-blocks.json", import.meta.url), "utf8"),
) as readonly SealedBlock[];

describe("a block of a network in use", () => {
  for (const { form, number, hash, header, validators, sealed, signedHash } of BLOCKS)
    it(`of ${form}, number ${number}: its form is found, and its seals show it final`, () => {
      const bytes = fromHex(header.slice(2), "header");
      const found = headerWithHash(bytes, fromHex(hash.slice(2), "hash"));
      expect(found?.form).to.equal(form);
      const quorum = Math.ceil((2 * validators.length) / 3);
      const counted = countSeals(found?.sealing, validators);
      expect(counted).to.deep.equal({ known: sealed, validators: validators.length, quorum, isFinal: true });
      if (signedHash) expect(`0x${toHex(found!.sealing!.signedHash)}`).to.equal(signedHash);
      const [first, ...others] = found!.sealing!.seals;
      const changed = {
        ...found!.sealing!,
        seals: [first!.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), ...others],
      };
      expectCode("CHAIN_EVIDENCE_INVALID", () => countSeals(changed, validators));
      // Everything but seals and round is covered by the hash.
      expect(headerWithHash(bytes.with(20, (bytes[20] ?? 0) ^ 1), fromHex(hash.slice(2), "hash"))).to.equal(undefined);
    });
});

// Seals of validators, made by ethers, and who signed, against ethers and noble's whole library of the curve.

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expect } from "chai";
import fc from "fast-check";
import { computeAddress, getBytes, recoverAddress, SigningKey } from "ethers";

import { countSeals, type SealCount } from "../../src/core/committed-seals.ts";
import { openHeader } from "../../src/core/chain-evidence.ts";
import { toHex } from "../../src/core/bytes.ts";
import { signerAddress } from "../../src/core/secp256k1.ts";
import { validatorAddresses, type Consensus } from "../support/bft-header.ts";
import { blockFixture } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

const FORMS = ["besu-qbft", "besu-ibft2", "quorum-ibft", "quorum-qbft"] as const;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Counts the seals on a block that was made so, by the list of somebody who knows that many validators. */
function count(consensus: Consensus, known = validatorAddresses(4)): SealCount {
  const { sealing } = openHeader(blockFixture({ consensus }), consensus.form);
  return countSeals(sealing, known);
}

describe("seals of validators", () => {
  for (const form of FORMS) {
    it(`truth F6: ${form}: two thirds of those who are known, rounded up, make a block final`, () => {
      for (const [validators, quorum] of [
        [1, 1],
        [2, 2],
        [3, 2],
        [4, 3],
        [5, 4],
        [6, 4],
      ] as const) {
        const known = validatorAddresses(validators);
        const signers = Array.from({ length: validators }, (_, at) => at);
        const of = (these: number[]): SealCount => count({ form, validators, signers: these, round: 1 }, known);
        expect(of(signers.slice(-quorum))).to.deep.equal({ known: quorum, validators, quorum, isFinal: true });
        expect(of(signers.slice(0, quorum - 1))).to.include({ known: quorum - 1, isFinal: false });
      }
    });

    it(`truth F6: ${form}: one who seals twice counts once`, () => {
      expect(count({ form, signers: [0, 1, 1, 1] })).to.include({ known: 2, isFinal: false });
      expect(count({ form, signers: [0, 1, 1, 2] })).to.include({ known: 3, isFinal: true });
    });

    it(`truth F6: ${form}: no seal, and strangers, show nothing`, () => {
      expect(count({ form, signers: [] })).to.include({ known: 0, isFinal: false });
      const strangers = validatorAddresses(8).slice(4);
      expect(count({ form }, strangers)).to.include({ known: 0, isFinal: false });
      expect(count({ form }, [])).to.include({ known: 0, quorum: 0, isFinal: false });
    });

    it(`truth F6: ${form}: it takes two thirds of those whom the block names as well`, () => {
      const known = validatorAddresses(3);
      expect(count({ form, validators: 7, signers: [0, 1, 2] }, known)).to.include({ known: 3, isFinal: false });
      expect(count({ form, validators: 7, signers: [0, 1, 2, 5, 6] }, known)).to.include({ known: 3, isFinal: true });
    });
  }

  for (const form of ["besu-qbft", "besu-ibft2", "quorum-qbft"] as const)
    it(`truth F6: ${form}: seals of another round are by nobody`, () => {
      const { hash, header } = blockFixture({ consensus: { form, round: 1 } });
      const other = blockFixture({ consensus: { form, round: 2 } });
      expect(other.hash).to.equal(hash);
      const [one, two] = [header, other.header].map((text) => openHeader({ hash, header: text }, form).sealing!);
      const mixed = { ...two!, seals: one!.seals };
      expectCode("CHAIN_EVIDENCE_INVALID", () => countSeals(mixed, validatorAddresses(4)), /by nobody/);
    });

  it("truth F6: a block that does not name its validators is final only if all who sealed it are known", () => {
    const consensus: Consensus = { form: "besu-qbft", isByContract: true };
    expect(count(consensus)).to.include({ known: 4, isFinal: true });
    expect(count({ ...consensus, validators: 5 })).to.include({ known: 4, isFinal: false });
  });

  it("truth F6: a seal of another length is none, nor is one of a thousand", () => {
    const cut = (seals: Uint8Array[]): Uint8Array[] => seals.map((seal) => seal.subarray(0, 64));
    expectCode("CHAIN_EVIDENCE_INVALID", () => count({ form: "besu-qbft", seals: cut }), /no signature/);
    const many = (seals: Uint8Array[]): Uint8Array[] => Array<Uint8Array>(257).fill(seals[0]!);
    expectCode("CHAIN_EVIDENCE_INVALID", () => count({ form: "besu-qbft", seals: many }), /more than 256/);
  });
});

describe("who signed", () => {
  it("is whom ethers finds, and noble's whole library", () => {
    fc.assert(
      fc.property(bytes32, bytes32, (secret, hash) => {
        if (!secp256k1.utils.isValidSecretKey(secret)) return;
        const key = new SigningKey(secret);
        const { r, s, yParity } = key.sign(hash);
        const signature = Uint8Array.from([...getBytes(r), ...getBytes(s), yParity]);
        expect(signerAddress(hash, signature)).to.equal(computeAddress(key).toLowerCase());
      }),
      { numRuns: 60 },
    );
  });

  it("is nobody, or whom noble's whole library finds, for bytes that nobody made", () => {
    const [zero, order] = [new Uint8Array(32), getBytes(`0x${ORDER.toString(16)}`)];
    const part = fc.oneof(
      bytes32,
      fc.constantFrom(zero, order, new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(1)),
    );
    fc.assert(
      fc.property(part, part, part, fc.nat(3), (hash, r, s, parity) => {
        const found = signerAddress(hash, Uint8Array.from([...r, ...s, parity]));
        expect(found).to.equal(parity > 1 ? undefined : foundByNoble(hash, r, s, parity));
      }),
      { numRuns: 150 },
    );
  });

  it("is nobody where the key would be the point at infinity", () => {
    // R = G and s = hash: s·R - hash·G.
    const r = getBytes("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    const hash = new Uint8Array(32).fill(5);
    expect(signerAddress(hash, Uint8Array.from([...r, ...hash, 0]))).to.equal(undefined);
    expect(signerAddress(new Uint8Array(32), Uint8Array.from([...r, ...hash, 0]))).to.match(/^0x/);
  });

  it("is the same for a signature with its twin's s and parity", () => {
    const hash = new Uint8Array(32).fill(7);
    const { r, s, yParity, serialized } = new SigningKey(new Uint8Array(32).fill(3)).sign(hash);
    const twin = getBytes(`0x${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}`);
    const found = signerAddress(hash, Uint8Array.from([...getBytes(r), ...twin, 1 - yParity]));
    expect(found).to.equal(recoverAddress(hash, serialized).toLowerCase());
  });
});

function foundByNoble(hash: Uint8Array, r: Uint8Array, s: Uint8Array, parity: number): string | undefined {
  try {
    const key = secp256k1.recoverPublicKey(Uint8Array.from([parity, ...r, ...s]), hash, { prehash: false });
    return computeAddress(`0x${toHex(secp256k1.Point.fromBytes(key).toBytes(false))}`).toLowerCase();
  } catch {
    return undefined;
  }
}

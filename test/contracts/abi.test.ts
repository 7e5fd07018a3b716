// No free text can reach the chain: a static look at the compiled interface of the whole contract, inherited parts
// included. Invariant: parameters, event fields and error values are fixed words and integers; the one kind of array is
// the bytes32[] of proofs.

import { expect } from "chai";
import type { ParamType } from "ethers";

import { CheckpointAnchor__factory } from "../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";

const fixedWord = /^(u?int\d+|bytes([1-9]|[12]\d|3[0-2])|address|bool)$/;
const contract = CheckpointAnchor__factory.createInterface();

/** `method(type name)` of every parameter that is no fixed word. */
const dynamicOnes = (owner: string, parameters: readonly ParamType[]): string[] =>
  parameters.filter(({ type }) => !fixedWord.test(type)).map(({ type, name }) => `${owner}(${type} ${name})`);

describe("E13: CheckpointAnchor's ABI", () => {
  it("takes nothing but fixed words and proofs", () => {
    const found: string[] = [];
    let count = 0;
    contract.forEachFunction((method) => {
      count += 1;
      found.push(...dynamicOnes(method.name, method.inputs));
    });
    expect(count).to.be.greaterThan(20);
    expect(found).to.deep.equal(["anchor(bytes32[] consistencyProof)", "verifyInclusion(bytes32[] inclusionProof)"]);
    expect(dynamicOnes("constructor", contract.deploy.inputs)).to.deep.equal([]);
  });

  it("writes nothing but fixed words into events and errors", () => {
    const found: string[] = [];
    contract.forEachEvent((event) => found.push(...dynamicOnes(event.name, event.inputs)));
    contract.forEachError((error) => found.push(...dynamicOnes(error.name, error.inputs)));
    expect(found).to.deep.equal([]);
  });

  it("D11 takes no signed messages (EIP-712, EIP-2612), so that none of another chain or contract can be replayed", () => {
    const found: string[] = [];
    contract.forEachFunction(({ name, inputs }) => {
      const isSignature = inputs.some(
        (input) => input.type === "uint8" || /^(v|r|s|sig|signature|deadline)$/.test(input.name),
      );
      if (isSignature || /permit|sig\b|signature|domain|nonce|forward|meta/i.test(name)) found.push(name);
    });
    expect(found).to.deep.equal([]);
  });

  it("cannot receive anything but calls of its functions", () => {
    expect(contract.fallback).to.equal(null);
    expect(contract.receive).to.equal(false);
    const payable: string[] = [];
    contract.forEachFunction((method) => {
      if (method.payable) payable.push(method.name);
    });
    expect(payable).to.deep.equal([]);
  });

  it("has the signatures that other programs depend on", () => {
    const signatures = (["anchor", "close", "head", "logId", "maxGrowth", "isClosed", "verifyInclusion"] as const).map(
      (name) => contract.getFunction(name).format("full"),
    );
    expect(signatures).to.deep.equal([
      "function anchor(uint64 size, bytes32 root, bytes32[] consistencyProof)",
      "function close()",
      "function head() view returns (uint64 size, bytes32 root, uint64 time)",
      "function logId() view returns (bytes32)",
      "function maxGrowth() view returns (uint64)",
      "function isClosed() view returns (bool)",
      "function verifyInclusion(bytes32 leafHash, uint64 leafIndex, bytes32[] inclusionProof) view returns (bool)",
    ]);
    expect(contract.getEvent("CheckpointAnchored").format("full")).to.equal(
      "event CheckpointAnchored(uint64 indexed size, bytes32 indexed root, uint64 previousSize)",
    );
    expect(contract.getEvent("LogClosed").format("full")).to.equal(
      "event LogClosed(uint64 indexed size, bytes32 indexed root)",
    );
    expect(contract.deploy.format("minimal")).to.equal(
      "constructor(bytes32,uint64,bytes32,uint64,address,uint48,address,address)",
    );
  });
});

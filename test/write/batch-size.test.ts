// How many records go into one batch, by how long the last ones took and whether somebody sends little.

import { expect } from "chai";

import { BatchSize } from "../../src/write/batch-size.ts";

describe("the size of batches", () => {
  it("grows while full batches are fast, up to the most, and shrinks while they are slow, down to the least", () => {
    const batches = new BatchSize(4_096);
    const sizes: number[] = [];
    for (const milliseconds of [10, 10, 10, 60, 100, 1_000, 1_000, 1_000, 1_000, 1_000, 30]) {
      batches.note(batches.size, milliseconds);
      sizes.push(batches.size);
    }
    expect(sizes).to.deep.equal([2_048, 4_096, 4_096, 4_096, 2_048, 1_024, 512, 256, 256, 256, 427]);
  });

  it("learns nothing from a batch that was not full", () => {
    const batches = new BatchSize(4_096);
    const { size } = batches;
    batches.note(size - 1, 5_000);
    batches.note(1, 1);
    expect(batches.size).to.equal(size);
  });

  it("is small while somebody sends little, and what it was a second later", () => {
    let now = 0;
    const batches = new BatchSize(4_096, () => now);
    batches.note(batches.size, 10);
    batches.submitted(17);
    expect(batches.size).to.equal(2_048);
    batches.submitted(16);
    expect(batches.size).to.equal(256);
    // Nothing is learned meanwhile.
    batches.note(256, 5);
    now = 999;
    expect(batches.size).to.equal(256);
    now = 1_000;
    expect(batches.size).to.equal(2_048);
  });

  it("never exceeds a most that is below the least", () => {
    const batches = new BatchSize(50);
    for (const milliseconds of [1, 5_000, 1]) {
      batches.note(batches.size, milliseconds);
      expect(batches.size).to.equal(50);
    }
  });
});

// A buffer that grows: it gives back what was appended, and keeps no block of which it was given a part.

import { expect } from "chai";

import { GrowingBuffer } from "../../src/serve/growing-buffer.ts";

/** Bytes that are a block of their own. */
function block(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => i % 251).buffer);
}

describe("a growing buffer", () => {
  it("gives back what was appended, in whatever pieces, and is empty then", () => {
    const bytes = block(5_000);
    for (const length of [1, 7, 1_024, 1_025, 4_999, 5_000]) {
      const buffer = new GrowingBuffer();
      const part = (at: number): Buffer => bytes.subarray(at, at + length);
      for (let round = 0; round < 2; round++) {
        for (let at = 0; at < bytes.length; at += length)
          buffer.append(round === 0 ? Buffer.from(Uint8Array.from(part(at)).buffer) : part(at));
        expect(buffer.length).to.equal(bytes.length);
        expect(buffer.take().equals(bytes)).to.equal(true);
        expect([buffer.length, buffer.capacity, buffer.take().length]).to.deep.equal([0, 0, 0]);
      }
    }
  });

  it("keeps a whole block that came alone as it is, and of a part of one a copy", () => {
    const whole = block(300);
    const buffer = new GrowingBuffer();
    buffer.append(whole);
    expect(buffer.capacity).to.equal(300);
    expect(buffer.take().buffer).to.equal(whole.buffer);
    buffer.append(whole.subarray(1));
    expect(buffer.take().buffer).not.to.equal(whole.buffer);
    buffer.append(whole);
    buffer.append(whole);
    const both = buffer.take();
    expect([both.buffer === whole.buffer, both.length]).to.deep.equal([false, 600]);
  });
});

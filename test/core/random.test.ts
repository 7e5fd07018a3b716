// Random bytes in pages: none is handed out twice, and what was handed out is nowhere else any more.

import { expect } from "chai";

import { pagedRandomBytes } from "../../src/core/random.ts";

const PAGE_BYTES = 65_536;

/** Fills with numbers of four bytes that never repeat, and remembers what it filled. */
function counting() {
  const filled: Uint8Array[] = [];
  let next = 1;
  const fill = (bytes: Uint8Array): void => {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += 4) words.setUint32(at, next++);
    filled.push(bytes);
  };
  return { fill, filled };
}

const wordsOf = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * at));

describe("random bytes in pages", () => {
  it("hands out no byte twice, also where a page ends", () => {
    const { fill, filled } = counting();
    const randomBytes = pagedRandomBytes(fill);
    const seen = new Set<number>();
    let words = 0;
    for (let draw = 0; draw < 3_000; draw++) {
      const length = 4 * (1 + ((draw * 37) % 100));
      const bytes = randomBytes(length);
      expect(bytes.length).to.equal(length);
      for (const word of wordsOf(bytes)) seen.add(word);
      words += length / 4;
    }
    expect(filled.length).to.be.greaterThan(5);
    expect([seen.size, seen.has(0)]).to.deep.equal([words, false]);
  });

  it("wipes what it hands out from the page, and hands out bytes of their own", () => {
    const { fill, filled } = counting();
    const randomBytes = pagedRandomBytes(fill);
    const first = randomBytes(32);
    const kept = Uint8Array.from(first);
    const [page] = filled;
    expect(page!.subarray(0, 32).every((byte) => byte === 0)).to.equal(true);
    expect(wordsOf(page!.slice(32)).every((word) => word !== 0)).to.equal(true);
    for (let used = 32; used + 4_096 <= PAGE_BYTES; used += 4_096) {
      randomBytes(4_096);
      expect(page!.subarray(0, used + 4_096).every((byte) => byte === 0)).to.equal(true);
    }
    randomBytes(PAGE_BYTES);
    expect(first).to.deep.equal(kept);
  });

  it("draws what is longer than a page by itself, a page's length at a time", () => {
    const { fill, filled } = counting();
    const bytes = pagedRandomBytes(fill)(PAGE_BYTES + 4);
    expect(filled.map(({ length }) => length)).to.deep.equal([PAGE_BYTES, 4]);
    expect(new Set(wordsOf(bytes)).size).to.equal(PAGE_BYTES / 4 + 1);
  });

  it("asks the platform where nothing else is said", () => {
    const randomBytes = pagedRandomBytes();
    const [one, other] = [randomBytes(32), randomBytes(32)];
    expect(one.some((byte) => byte !== 0)).to.equal(true);
    expect(one).to.not.deep.equal(other);
  });
});

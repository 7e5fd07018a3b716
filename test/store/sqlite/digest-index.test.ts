// The digest index on its own: buckets of a segment, and the tail that is not a segment yet.
// Invariant: what is found is only a hint where prefixes can collide, and the whole digest where they cannot.

import { expect } from "chai";

import { HASH_BYTES } from "../../../src/core/merkle.ts";
import { sha256 } from "../../../src/core/sha256.ts";
import { DIGEST_LAYOUT as LAYOUT } from "../../../src/store/sqlite/digest-index.ts";
import { NewestValues } from "../../../src/store/sqlite/newest-values.ts";
import { placesIn, segmentBuckets, SEGMENT_BUCKETS, SEGMENT_ENTRIES } from "../../../src/store/rows/hash-buckets.ts";

const digests = Array.from({ length: 3_000 }, (_, i) => sha256(Uint8Array.of(i >> 8, i & 0xff)));

describe("the digest index", () => {
  it("lists every digest of a segment in the bucket of its first byte, in leaf order", () => {
    const buckets = segmentBuckets(digests, LAYOUT);
    expect(buckets.length).to.equal(SEGMENT_BUCKETS);
    expect(Buffer.concat(buckets).length).to.equal(digests.length * 10);
    for (const [place, digest] of digests.entries())
      expect(placesIn(buckets[digest[0]!]!, digest, LAYOUT), `place ${place}`).to.deep.equal([place]);
    const firsts = digests.flatMap((digest, place) => (digest[0] === 7 ? [place] : []));
    const bucket = buckets[7]!;
    const listed = firsts.map((_, i) => (bucket[i * 10 + 8]! << 8) | bucket[i * 10 + 9]!);
    expect(listed).to.deep.equal(firsts);
  });

  it("lists hashes that lie one after the other as it lists them one by one", () => {
    const oneByOne = segmentBuckets(digests, LAYOUT);
    const runs = [digests.slice(0, 256), digests.slice(256, 257), digests.slice(257)].map((some) =>
      Buffer.concat(some),
    );
    expect(segmentBuckets(runs, LAYOUT)).to.deep.equal(oneByOne);
  });

  it("knows the last place of a full segment", () => {
    const one = digests[0]!;
    const full = Array.from({ length: SEGMENT_ENTRIES }, () => one);
    const buckets = segmentBuckets(full, LAYOUT);
    const places = placesIn(buckets[one[0]!]!, one, LAYOUT);
    expect(places.length).to.equal(65_536);
    expect(places.every((place, i) => place === i)).to.equal(true);
  });

  it("returns every place whose prefix fits, and none for another digest", () => {
    const twin = Uint8Array.from(digests[9]!);
    twin[20]! ^= 1;
    const stranger = sha256(Uint8Array.of(1, 2, 3));
    const buckets = segmentBuckets([digests[9]!, twin, digests[10]!], LAYOUT);
    expect(placesIn(buckets[twin[0]!]!, twin, LAYOUT)).to.deep.equal([0, 1]);
    expect(placesIn(buckets[stranger[0]!]!, stranger, LAYOUT)).to.deep.equal([]);
    expect(placesIn(new Uint8Array(0), stranger, LAYOUT)).to.deep.equal([]);
    // A bucket that was cut short is read as far as it goes.
    expect(placesIn(buckets[twin[0]!]!.subarray(0, 15), twin, LAYOUT)).to.deep.equal([0]);
  });

  it("finds digests of the tail by all their bytes, also those added after the first question", () => {
    const tail = tailOf(digests.slice(0, 10));
    const near = Uint8Array.from(digests[3]!);
    near[31]! ^= 1;
    expect(tail.placeOf(digests[3]!)).to.equal(3);
    expect(tail.placeOf(near)).to.equal(undefined);
    expect(tail.placeOf(digests[12]!)).to.equal(undefined);
    for (const digest of digests.slice(10, 20)) tail.add(digest);
    expect(tail.placeOf(digests[12]!)).to.equal(12);
    expect(tail.placeOf(Buffer.from(digests[19]!))).to.equal(19);
  });

  it("keeps the digests of the tail one after the other, and nothing of what they were read from", () => {
    const many = digests.concat(digests);
    const tail = tailOf(many);
    expect(tail.length).to.equal(many.length);
    expect(Buffer.concat(many).equals(tail.bytes)).to.equal(true);
    const block = Buffer.concat([digests[5]!, digests[6]!]);
    tail.add(block.subarray(0, HASH_BYTES));
    block.fill(0);
    expect(tail.placeOf(digests[5]!)).to.equal(many.length);
  });

  it("keeps the place of what a damaged row has in place of a digest, and does not find it", () => {
    const tail = tailOf(digests.slice(0, 2));
    for (const damaged of [null, "text", 7n, digests[4]!.subarray(1), Buffer.concat([digests[4]!, digests[5]!])])
      tail.add(damaged);
    tail.add(digests[3]!);
    expect(tail.placeOf(digests[3]!)).to.equal(7);
    expect(tail.placeOf(digests[4]!)).to.equal(undefined);
    expect(tail.placeOf(new Uint8Array())).to.equal(undefined);
    expect(tail.bytes.length).to.equal(8 * HASH_BYTES);
  });
});

function tailOf(some: readonly Uint8Array[]): NewestValues {
  const tail = new NewestValues(HASH_BYTES);
  for (const digest of some) tail.add(digest);
  return tail;
}

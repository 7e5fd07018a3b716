/**
 * How large proofs are in a log of a given size. The hashes follow from index and size (RFC 9162, section 2.1.3), so none
 * has to be computed; the rest of the bundle is the one that the tests verify: a record with concealed claims, a signed
 * checkpoint with cosignatures, and chain evidence.
 */
import { formatBundle } from "../../../src/core/bundle.ts";
import { HASH_BYTES, inclusionRanges } from "../../../src/core/merkle.ts";
import { formatTlogProof } from "../../../src/core/tlog-proof.ts";
import { Chance } from "../../../test/support/chance.ts";
import { bundleFixture } from "../../../test/support/bundle-fixture.ts";
import { figure, measure } from "../measure.ts";

export const proofSize = measure({
  name: "proof-size",
  title: "Size of a proof against the size of the log",
  parameters: {
    size: { what: "records in the log", usual: 1_000_000, least: 1, most: 9_999_999_999 },
    sample: { what: "records of which proofs are looked at", usual: 1_000, least: 1, most: 1_000_000 },
    seed: { what: "seed by which they are drawn", usual: 1, least: 0, most: 2 ** 32 - 1 },
  },
  isExtra: true,
  isExact: true,
  run: async ({ size, sample, seed }) => {
    const { bundle, note } = await bundleFixture();
    const checkpoint = note.replace(/^([^\n]*\n)\d+\n/, `$1${size}\n`);
    const chance = new Chance(seed, "proof-size");
    const hashes: number[] = [];
    const bytes: number[] = [];
    for (let count = 0; count < sample; count++) {
      const leafIndex = chance.whole(0, size - 1);
      const path = inclusionRanges(leafIndex, size).map(() => new Uint8Array(HASH_BYTES));
      const proof = formatTlogProof({ leafIndex, hashes: path, checkpoint });
      hashes.push(path.length);
      bytes.push(Buffer.byteLength(formatBundle({ ...bundle, proof })));
    }
    return [
      figure("hashes in an inclusion proof, on average", mean(hashes)),
      figure("hashes in an inclusion proof, at most", Math.max(...hashes)),
      figure("bytes of an inclusion proof, on average", HASH_BYTES * mean(hashes), "bytes"),
      figure("bytes of a bundle, on average", mean(bytes), "bytes"),
    ];
  },
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

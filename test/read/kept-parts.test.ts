// Which beacon is the newest below a leaf, as far as what was read before says so: the same as the store would say.

import { expect } from "chai";
import fc from "fast-check";

import { KeptParts, type BeaconEntry } from "../../src/read/kept-parts.ts";

/** Of a beacon, its place is all that is asked for. */
const beaconAt = (leafIndex: number): BeaconEntry => ({ leafIndex }) as BeaconEntry;

/** The newest of those beacons below a leaf. */
const newestBelow = (beacons: readonly number[], leafIndex: number): number | undefined =>
  beacons.filter((beacon) => beacon < leafIndex).at(-1);

describe("parts kept for bundles", () => {
  it("know a beacon up to the last leaf that it was the newest below, and no further", () => {
    const kept = new KeptParts();
    const beacon = kept.keepBefore(10, beaconAt(5));
    const found = [5, 6, 10, 11].map((leaf) => kept.beaconBefore(leaf));
    expect(found).to.deep.equal([undefined, beacon, beacon, undefined]);
  });

  it("name no other beacon than the store, whatever was asked before, and ask it once for all leaves between two", () => {
    const places = fc.uniqueArray(fc.nat(40), { maxLength: 5 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(places, fc.array(fc.nat(45), { minLength: 1, maxLength: 60 }), (beacons, leaves) => {
        const kept = new KeptParts();
        const askedFor = new Map<number, number>();
        for (const leaf of leaves) {
          const known = kept.beaconBefore(leaf);
          const wanted = newestBelow(beacons, leaf);
          if (known !== undefined) expect(known.leafIndex).to.equal(wanted);
          else if (wanted !== undefined) {
            expect(leaf).to.be.greaterThan(askedFor.get(wanted) ?? 0);
            askedFor.set(wanted, leaf);
            kept.keepBefore(leaf, beaconAt(wanted));
          }
        }
      }),
    );
  });
});

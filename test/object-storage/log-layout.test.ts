// Which files a log gains when it grows, against the plain list of all files of a size.

import { expect } from "chai";

import { tilePath, tileWidth, type TileName } from "../../src/core/tile.ts";
import { filesGained, filledSince } from "../../src/object-storage/log-layout.ts";

/** Every file of a log of that size, by C2SP's rule. */
function filesOf(size: number): string[] {
  const files: TileName[] = [];
  for (const level of ["entries", 0, 1, 2, 3] as const) {
    const height = level === "entries" ? 0 : level;
    for (let index = 0; tileWidth(height, index, size) > 0; index++)
      files.push({ level, index, width: tileWidth(height, index, size) });
  }
  return files.map(tilePath);
}

const SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 65_792, 66_000, 131_072, 131_073];

describe("the files that a log gains", () => {
  it("are those of the larger log that the smaller one does not have", () => {
    for (const before of SIZES)
      for (const size of SIZES.filter((one) => one >= before)) {
        const had = new Set(filesOf(before));
        const gained = filesOf(size).filter((path) => !had.has(path));
        expect([...filesGained(before, size)].map(tilePath).sort(), `${before} to ${size}`).to.deep.equal(
          gained.sort(),
        );
      }
  });

  it("make the partial ones needless whose tile is full now", () => {
    const filled = (before: number, size: number): string[] => filledSince(before, size).map(tilePath);
    expect(filled(0, 512)).to.deep.equal([]);
    expect(filled(255, 256)).to.deep.equal(["tile/entries/000", "tile/0/000"]);
    expect(filled(256, 700)).to.deep.equal([]);
    expect(filled(300, 511)).to.deep.equal([]);
    expect(filled(300, 512)).to.deep.equal(["tile/entries/001", "tile/0/001"]);
    expect(filled(65_535, 65_536)).to.deep.equal(["tile/entries/255", "tile/0/255", "tile/1/000"]);
  });
});

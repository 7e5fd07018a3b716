// Tiles and bundles: paths with one spelling, widths, spans checked against naive hashes, strict codecs.

import { expect } from "chai";
import fc from "fast-check";

import { concatBytes, toHex } from "../../src/core/bytes.ts";
import { Frontier, nodeHash, subtreesOf } from "../../src/core/merkle.ts";
import {
  TILE_HEIGHT,
  TILE_WIDTH,
  decodeEntryBundle,
  encodeEntryBundle,
  nodesOver,
  parseTilePath,
  splitTile,
  tilePath,
  tileSpan,
  tileWidth,
  type TileName,
} from "../../src/core/tile.ts";
import { expectCode } from "../support/expect-code.ts";
import { naiveLog } from "../support/naive-log.ts";

const anyName: fc.Arbitrary<TileName> = fc.record({
  level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant("entries" as const)),
  index: fc.oneof(fc.nat(3000), fc.maxSafeNat()),
  width: fc.integer({ min: 1, max: TILE_WIDTH }),
});

describe("tile", () => {
  describe("paths", () => {
    const EXAMPLES: [string, TileName][] = [
      ["tile/0/005", { level: 0, index: 5, width: 256 }],
      ["tile/0/x001/x234/067", { level: 0, index: 1234067, width: 256 }],
      ["tile/0/x001/x234/067.p/1", { level: 0, index: 1234067, width: 1 }],
      ["tile/63/000.p/255", { level: 63, index: 0, width: 255 }],
      ["tile/entries/x001/000", { level: "entries", index: 1000, width: 256 }],
      ["tile/entries/999.p/112", { level: "entries", index: 999, width: 112 }],
    ];

    it("are those of the specification's examples", () => {
      for (const [path, name] of EXAMPLES) {
        expect(tilePath(name)).to.equal(path);
        expect(parseTilePath(path)).to.deep.equal(name);
      }
    });

    it("round trip for every name", () => {
      fc.assert(
        fc.property(anyName, (name) => {
          expect(parseTilePath(tilePath(name))).to.deep.equal(name);
        }),
      );
    });

    const REFUSED: [string, string][] = [
      ["a level with a leading zero", "tile/00/005"],
      ["a level above 63", "tile/64/005"],
      ["a level that is no number", "tile/a/005"],
      ["a negative level", "tile/-1/005"],
      ["a level with a capital name", "tile/Entries/005"],
      ["an index of two digits", "tile/0/05"],
      ["an index of four digits", "tile/0/0005"],
      ["a needless leading group", "tile/0/x000/005"],
      ["a last group with an x", "tile/0/x001/x005"],
      ["a group without its x", "tile/0/001/005"],
      ["an index above 2^53-1", "tile/0/x009/x007/x199/x254/x740/992"],
      ["an index of many groups", `tile/0/${"x999/".repeat(200)}999`],
      ["width 0", "tile/0/005.p/0"],
      ["a width with a leading zero", "tile/0/005.p/08"],
      ["a full tile spelled as a partial one", "tile/0/005.p/256"],
      ["a width above 256", "tile/0/005.p/300"],
      ["a width of four digits", "tile/0/005.p/1000"],
      ["a width that is no number", "tile/0/005.p/1e1"],
      ["a slash in front", "/tile/0/005"],
      ["a slash behind", "tile/0/005/"],
      ["a line feed behind", "tile/0/005\n"],
      ["a parent directory", "tile/0/../005"],
      ["percent encoding", "tile/0/%30%30%35"],
      ["a NUL", "tile/0/005\0"],
      ["a query", "tile/0/005?x"],
      ["a tile height, as other libraries write it", "tile/8/0/005"],
      ["nothing", ""],
    ];
    for (const [title, path] of REFUSED)
      it(`refused: ${title}`, () => {
        expectCode("TILE_INVALID", () => parseTilePath(path));
      });

    it("no text is accepted that would not be printed", () => {
      const piece = fc.constantFrom("tile", "/", "entries", "0", "1", "63", "x001", "x", "005", ".p", "7", "256", "..");
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
          const path = pieces.join("");
          let name: TileName;
          try {
            name = parseTilePath(path);
          } catch {
            return;
          }
          expect(tilePath(name)).to.equal(path);
        }),
        { numRuns: 3000 },
      );
    });
  });

  describe("widths", () => {
    it("are those of the specification's example of 70,000 leaves", () => {
      const widths = (level: number, size: number, count: number): number[] =>
        Array.from({ length: count }, (_, index) => tileWidth(level, index, size));
      expect(widths(0, 70_000, 275)).to.deep.equal([...Array<number>(273).fill(256), 112, 0]);
      expect(widths(1, 70_000, 3)).to.deep.equal([256, 17, 0]);
      expect(widths(2, 70_000, 2)).to.deep.equal([1, 0]);
      expect(widths(3, 70_000, 1)).to.deep.equal([0]);
    });

    it("only full tiles feed the level above", () => {
      expect([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256)]).to.deep.equal([256, 0, 1]);
      expect([tileWidth(0, 0, 255), tileWidth(1, 0, 255)]).to.deep.equal([255, 0]);
      expect([tileWidth(0, 0, 0), tileWidth(63, 0, Number.MAX_SAFE_INTEGER)]).to.deep.equal([0, 0]);
    });

    it("of a level add up to its hashes", () => {
      fc.assert(
        fc.property(fc.nat(2_000_000), fc.integer({ min: 0, max: 3 }), (treeSize, level) => {
          const hashes = Math.floor(treeSize / 256 ** level);
          let sum = 0;
          for (let index = 0; index * 256 <= hashes; index++) sum += tileWidth(level, index, treeSize);
          expect(sum).to.equal(hashes);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe("spans", () => {
    const SIZE = 70_000;
    const { leaves, hash } = naiveLog(SIZE);
    const levels: Uint8Array[][] = [];

    before("the tiles' hashes of all levels, as a log collects them", () => {
      const frontier = new Frontier();
      for (const leaf of leaves)
        frontier.append(leaf, (level, node) => {
          if (level % TILE_HEIGHT === 0) (levels[level / TILE_HEIGHT] ??= []).push(node);
        });
    });

    const nodeFromTiles = (level: number, index: number): Uint8Array => {
      const span = tileSpan({ level, index });
      expect(span.first + span.count).to.be.at.most(TILE_WIDTH);
      const start = span.index * TILE_WIDTH + span.first;
      let hashes = levels[span.level]!.slice(start, start + span.count);
      expect(hashes).to.have.length(span.count);
      while (hashes.length > 1)
        hashes = hashes.flatMap((one, at) => (at % 2 === 0 ? [nodeHash(one, hashes[at + 1]!)] : []));
      return hashes[0]!;
    };

    it("lead to the naive hash of nodes at every level of 70,000 leaves", () => {
      for (let level = 0; 2 ** level <= SIZE; level++) {
        const last = Math.floor(SIZE / 2 ** level) - 1;
        for (const index of new Set([0, 1, 127, 128, 255, 256, 257, last >> 1, last - 1, last])) {
          if (index < 0 || index > last) continue;
          const wanted = hash(index * 2 ** level, (index + 1) * 2 ** level);
          expect(toHex(nodeFromTiles(level, index)), `node ${index} of level ${level}`).to.equal(toHex(wanted));
        }
      }
    });

    it("lead to the naive hash of nodes drawn at random", () => {
      const node = fc
        .integer({ min: 0, max: 16 })
        .chain((level) => fc.record({ level: fc.constant(level), index: fc.nat(Math.floor(SIZE / 2 ** level) - 1) }));
      fc.assert(
        fc.property(node, ({ level, index }) => {
          const wanted = hash(index * 2 ** level, (index + 1) * 2 ** level);
          expect(toHex(nodeFromTiles(level, index))).to.equal(toHex(wanted));
        }),
      );
    });

    it("the right edge of the tree is in the tiles that its widths promise", () => {
      for (const { level, index } of subtreesOf({ begin: 0, end: SIZE })) {
        const span = tileSpan({ level, index });
        expect(tileWidth(span.level, span.index, SIZE)).to.be.at.least(span.first + span.count);
      }
    });
  });

  describe("tile bytes", () => {
    it("split into exactly their hashes", () => {
      const hashes = naiveLog(5).leaves;
      expect(splitTile(concatBytes(...hashes), 5).map(toHex)).to.deep.equal(hashes.map(toHex));
      expect(splitTile(new Uint8Array(0), 0)).to.deep.equal([]);
    });

    it("of another length are refused", () => {
      for (const length of [0, 31, 33, 159, 161])
        expectCode("TILE_INVALID", () => splitTile(new Uint8Array(length), 5), /has 160 bytes/);
    });
  });

  describe("entry bundles", () => {
    const anyEntries = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: TILE_WIDTH, size: "small" });

    it("round trip, entries of every length", () => {
      fc.assert(
        fc.property(anyEntries, (entries) => {
          const decoded = decodeEntryBundle(encodeEntryBundle(entries), entries.length);
          expect(decoded.map(toHex)).to.deep.equal(entries.map(toHex));
        }),
      );
      const longest = new Uint8Array(65_535).fill(7);
      expect(decodeEntryBundle(encodeEntryBundle([longest]), 1)).to.deep.equal([longest]);
    });

    it("have a big-endian length before each entry", () => {
      const bytes = encodeEntryBundle([new Uint8Array(0), new Uint8Array(258).fill(0xaa)]);
      expect([...bytes.subarray(0, 5)]).to.deep.equal([0, 0, 1, 2, 0xaa]);
      expect(bytes).to.have.length(2 + 2 + 258);
    });

    it("are refused when cut anywhere, lengthened, or of another width", () => {
      const bytes = encodeEntryBundle([Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)]);
      expect(decodeEntryBundle(bytes, 3)).to.have.length(3);
      for (let length = 0; length < bytes.length; length++)
        expectCode("TILE_INVALID", () => decodeEntryBundle(bytes.subarray(0, length), 3));
      for (const tail of [[0], [0, 0], [9]])
        expectCode("TILE_INVALID", () => decodeEntryBundle(concatBytes(bytes, Uint8Array.from(tail)), 3));
      for (const width of [0, 2, 4]) expectCode("TILE_INVALID", () => decodeEntryBundle(bytes, width));
    });
  });

  it("have above their hashes every complete node, row by row, and no other", () => {
    for (const width of [1, 2, 3, 5, 7, 8, 255, 256]) {
      const hashes = Array.from({ length: width }, (_, i) => new Uint8Array(32).fill(i));
      const rows = nodesOver(hashes);
      expect(rows.map((row) => row.length)).to.deep.equal(
        Array.from({ length: 1 + Math.floor(Math.log2(width)) }, (_, row) => Math.floor(width / 2 ** row)),
      );
      rows.slice(1).forEach((row, below) =>
        row.forEach((node, i) => {
          const [left, right] = [rows[below]?.[2 * i], rows[below]?.[2 * i + 1]] as [Uint8Array, Uint8Array];
          expect(toHex(node)).to.equal(toHex(nodeHash(left, right)));
        }),
      );
    }
  });
});

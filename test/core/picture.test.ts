// The claim that names a record's pictures, and what is none of that form.

import { expect } from "chai";

import type { JsonValue } from "../../src/core/json.ts";
import { isBox, picturesIn } from "../../src/core/picture.ts";

const PICTURE = { bytes: 9, height: 2, sha256: "a".repeat(64), type: "image/png", width: 3 };

describe("the pictures that claims name", () => {
  it("are those of a list in which each is whole", () => {
    const hidden = { ...PICTURE, hide: [[0, 0.5, 1, 0.5]] };
    expect(picturesIn({ pictures: [PICTURE, hidden] })).to.deep.equal([PICTURE, hidden]);
    for (const pictures of [
      ...[null, "sha-256:x", [], {}, [null], ["sha-256:x"], [PICTURE, 1]],
      ...Object.keys(PICTURE).map((name) => [{ ...PICTURE, [name]: null }]),
      ...[{ sha256: "A".repeat(64) }, { type: "image/gif" }, { width: 1.5 }, { hide: 1 }, { hide: [[0, 0, 1]] }].map(
        (more) => [{ ...PICTURE, ...more }],
      ),
    ] as JsonValue[])
      expect(picturesIn({ pictures })).to.deep.equal([]);
    expect(picturesIn({})).to.deep.equal([]);
  });

  it("have boxes that lie within them and are not empty", () => {
    for (const box of [
      [0, 0, 1, 1],
      [0.5, 0.25, 0.5, 0.75],
    ])
      expect(isBox(box)).to.equal(true);
    for (const box of [
      ...[null, [], [0, 0, 1], [0, 0, 1, 1, 1], ["0", 0, 1, 1], [0, 0, "1", 1], [-0.1, 0, 1, 1]],
      ...[
        [0, 0, 0, 1],
        [0, 0, 1, 0],
        [0.5, 0, 0.6, 1],
        [0, 0.5, 1, 0.6],
      ],
    ] as JsonValue[])
      expect(isBox(box)).to.equal(false);
  });
});

// The rule by which what was final is given up, and its bounds.

import { expect } from "chai";

import { DOUBT_LOOKS, DOUBT_MS, doubtAfter, hasLasted, type Doubt } from "../../src/core/finality-doubt.ts";

describe("doubt about a final block", () => {
  const after = (looks: readonly (readonly [hash: string, at: number])[]): Doubt =>
    looks.reduce<Doubt | undefined>((doubt, [hash, at]) => doubtAfter(doubt, hash, at), undefined) as Doubt;

  it("truth E2: lasts after three looks over a minute, and not before", () => {
    expect([DOUBT_LOOKS, DOUBT_MS]).to.deep.equal([3, 60_000]);
    const three = after([
      ["a", 0],
      ["a", 1],
      ["a", 60_000],
    ]);
    expect([hasLasted(three, 59_999), hasLasted(three, 60_000)]).to.deep.equal([false, true]);
    expect(
      hasLasted(
        after([
          ["a", 0],
          ["a", 60_000],
        ]),
        90_000,
      ),
    ).to.equal(false);
  });

  it("truth E2: begins anew with another block", () => {
    expect(
      after([
        ["a", 0],
        ["a", 1],
        ["b", 70_000],
      ]),
    ).to.deep.equal({ hash: "b", looks: 1, since: 70_000 });
  });

  it("takes other bounds", () => {
    expect(hasLasted(after([["a", 0]]), 5, 1, 5)).to.equal(true);
  });
});

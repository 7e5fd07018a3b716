// When a log takes records: from its first second up to the one in which it takes none any more, which is the successor's first.

import { expect } from "chai";

import { hasEnded, refusalAt } from "../../src/write/term.ts";

const [FROM, UNTIL] = [1_767_225_600, 1_798_761_600];
const TERM = { from: FROM, until: UNTIL, successor: "city.test/parks/2027" };

describe("the term of a log", () => {
  it("begins with a second and ends before one, so that every second is one log's", () => {
    const refusal = (at: number): string | undefined => refusalAt(TERM, at)?.message;
    expect(refusal(FROM - 1)).to.equal("this log takes records from 2026-01-01T00:00:00Z on");
    expect([refusal(FROM), refusal(UNTIL - 1)]).to.deep.equal([undefined, undefined]);
    expect(refusal(UNTIL)).to.equal(
      "this log took records until 2027-01-01T00:00:00Z: send them to its successor, city.test/parks/2027",
    );
    expect(refusalAt({ from: UNTIL }, UNTIL), "of the successor").to.equal(undefined);
    expect([hasEnded(TERM, UNTIL - 1), hasEnded(TERM, UNTIL)]).to.deep.equal([false, true]);
  });

  it("names its bounds and the successor as data, and has none without settings", () => {
    expect(refusalAt(TERM, UNTIL)?.details).to.deep.equal({
      until: "2027-01-01T00:00:00Z",
      successor: "city.test/parks/2027",
    });
    const alone = refusalAt({ until: UNTIL }, UNTIL);
    expect(alone?.message).to.equal("this log took records until 2027-01-01T00:00:00Z");
    expect(alone?.details).to.include({ successor: null });
    for (const at of [0, FROM, Number.MAX_SAFE_INTEGER]) expect(refusalAt({}, at)).to.equal(undefined);
    expect(hasEnded({ from: UNTIL }, 0)).to.equal(false);
  });
});

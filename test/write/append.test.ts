// Stage append: what it keeps in memory is bounded, however many sources send.

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";
import { SourceIds } from "../../src/write/append.ts";
import { ORIGIN } from "../support/ledger.ts";

/** Sources that it keeps: more than a city has. */
const KEPT = 50_000;

describe("ids of sources", () => {
  it("are computed once each, and forgotten when there are more than are kept", () => {
    const ids = new SourceIds(ORIGIN);
    const first = ids.of("first");
    for (let i = 1; i < KEPT; i++) ids.of(`source-${i}`);
    expect(ids.of("first"), "the very same bytes, after as many as are kept").to.equal(first);
    ids.of("one more");
    expect(ids.of("first")).to.not.equal(first);
    expect(ids.of("first").bytes).to.deep.equal(sourceIdOf(ORIGIN, "first"));
    expect(ids.of("first").hex).to.equal(toHex(sourceIdOf(ORIGIN, "first")));
    expect(ids.of(ORIGIN).bytes).to.deep.equal(logIdOf(ORIGIN));
  });
});

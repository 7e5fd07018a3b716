// Endpoints that put off requests: named while they do it often, however well a second try goes, and no longer.

import { expect } from "chai";

import { inEnglish } from "../../src/alarms/english.ts";
import { RateLimitWatch } from "../../src/anchor/rate-limit-watch.ts";

describe("truth E4: the watch over rate limits", () => {
  let clock: number;
  let watch: RateLimitWatch;
  let counts: { sent: number; limited: number };
  beforeEach(() => {
    [clock, counts] = [1_000_000, { sent: 0, limited: 0 }];
    watch = new RateLimitWatch(() => clock);
  });
  const lookAfter = (ms: number, sent: number, limited: number): string | undefined => {
    clock += ms;
    counts = { sent: counts.sent + sent, limited: counts.limited + limited };
    const quiet = { name: "quiet", counts: { sent: counts.sent, limited: 0 } };
    const [first, ...others] = watch.look([quiet, { name: "busy", counts }]);
    expect(others).to.deep.equal([]);
    return first && inEnglish(first);
  };

  it("names an endpoint that puts off requests often, within two minutes of a quiet service", () => {
    const told = Array.from({ length: 12 }, () => lookAfter(10_000, 2, 1));
    expect(told.slice(0, 2)).to.deep.equal([undefined, undefined]);
    expect(told.at(-1)).to.match(/^busy put off \d+ of the last \d+ requests/);
    expect(told.at(-1)).not.to.contain("quiet");
  });

  it("forgets it after two minutes without, and not before", () => {
    expect(lookAfter(0, 10, 0)).to.equal(undefined);
    expect(lookAfter(1_000, 10, 10)).to.match(/^busy/);
    expect(lookAfter(100_000, 10, 0)).to.match(/^busy/);
    expect(lookAfter(30_000, 10, 0)).to.equal(undefined);
  });

  it("passes over a hiccup, and over a few of very many", () => {
    expect(lookAfter(0, 10, 2)).to.equal(undefined);
    expect(lookAfter(1_000, 1_000, 10)).to.equal(undefined);
    expect(lookAfter(1_000, 100, 90)).to.match(/^busy/);
  });

  it("is not stuck by a clock that was set, in whichever direction", () => {
    for (const leap of [86_400_000, -86_400_000]) {
      lookAfter(1_000, 10, 10);
      lookAfter(leap, 10, 0);
      expect(lookAfter(1_000, 10, 0), String(leap)).to.equal(undefined);
    }
  });
});

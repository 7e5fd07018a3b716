// What events about a source come to, one after the other.

import { expect } from "chai";

import type { SourceEvent } from "../../src/core/source-event.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { stateAfter, UNKNOWN_SOURCE, type SourceState } from "../../src/core/source-state.ts";
import { signingKey } from "../support/signing-key.ts";

const KEY = ed25519SourceKey(signingKey(1).publicKey);
const NAME = { name: "santander/env-1" };

/** Events at the leaves 10, 11 and so on, one each second. */
function after(...events: readonly SourceEvent[]): SourceState {
  return events.reduce(
    (state, event, at) => stateAfter(state, event, { leafIndex: 10 + at, time: 1_000 + at }),
    UNKNOWN_SOURCE,
  );
}

describe("the state of a source", () => {
  const registered: SourceEvent = { action: "register", ...NAME, key: KEY };

  it("has its keys in the order of their events, and for each how it ended first", () => {
    const { registeredAt, keys } = after(
      registered,
      { action: "rotate", ...NAME, key: "concealed", ends: [10] },
      { action: "revoke", ...NAME, ends: [10, 11, 99], reason: "compromised" },
      { action: "rotate", ...NAME, key: KEY, ends: [] },
    );
    expect(registeredAt).to.equal(10);
    expect(keys).to.deep.equal([
      { from: 10, key: KEY, ended: { at: 11, why: "replaced" } },
      { from: 11, key: "concealed", ended: { at: 12, why: "compromised" } },
      { from: 13, key: KEY },
    ]);
  });

  it("needs no key to be registered, and no registration to be suspended or repaired", () => {
    const keyless = after({ action: "register", ...NAME });
    expect(keyless).to.deep.equal({ ...UNKNOWN_SOURCE, registeredAt: 10 });
    const suspended = after({ action: "suspend", ...NAME });
    expect(suspended).to.deep.equal({ ...UNKNOWN_SOURCE, isSuspended: true });
    const repaired = after({ action: "repair-seq", ...NAME, from: 5 }, { action: "repair-seq", ...NAME, from: 9 });
    expect(repaired.repair).to.deep.equal({ leafIndex: 11, from: 9 });
    expect(after(registered, { action: "suspend", ...NAME }, { action: "resume", ...NAME })).to.deep.equal(
      after(registered),
    );
  });

  it("keeps each conflict, with its place and time", () => {
    const { conflicts } = after(registered, { action: "conflict", ...NAME, seq: 4, first: 3, omitted: 2 });
    expect(conflicts).to.deep.equal([{ leafIndex: 11, at: 1_001, seq: 4, first: 3, omitted: 2 }]);
  });
});

// What a record says of the bytes that it was made of: its form, and whether bytes are those.

import { expect } from "chai";

import { isOriginal, receivedClaim, receivedIn, withoutReceived } from "../../src/core/received.ts";

const BYTES = Buffer.from('{"data":[]}');
const ENVELOPE = { adapter: "ngsi-v2/1", at: 1_795_334_400_123, type: "application/json" };

describe("what a record was made of", () => {
  it("is said with the digest and the size of the bytes, which other bytes do not have", () => {
    const received = receivedClaim(BYTES, ENVELOPE);
    expect(received).to.deep.equal({
      ...ENVELOPE,
      sha256: "8fe32e407a1038ee38753b70e5374b3a46d6ae9d5f16cd5b73c53abaca8f5ed0",
      size: 11,
    });
    expect(isOriginal(BYTES, received)).to.equal(true);
    expect(isOriginal(Buffer.from('{"data": []}'), received)).to.equal(false);
    expect(isOriginal(BYTES, { ...received, size: 12 })).to.equal(false);
  });

  it("is told from a claim that a source once called so, which stays one of the record's own", () => {
    const received = receivedClaim(BYTES, ENVELOPE);
    const { at: _, ...timeless } = received;
    const ofOtherNumbers = [
      ...[-1, 0.5, 253_402_300_800_000, Number.MAX_SAFE_INTEGER].map((at) => ({ ...received, at })),
      ...[-1, 0.5, "11"].map((size) => ({ ...received, size })),
    ];
    for (const own of ["2026-11-28", 7, null, [], {}, timeless, { ...received, type: 7 }, ...ofOtherNumbers]) {
      const claims = { temperature: 16.4, received: own };
      expect(receivedIn(claims), JSON.stringify(own)).to.equal(undefined);
      expect(withoutReceived(claims)).to.equal(claims);
    }
    expect(receivedIn({ temperature: 16.4 })).to.equal(undefined);
    const claims = { temperature: 16.4, received };
    expect(receivedIn(claims)).to.equal(received);
    expect(withoutReceived(claims)).to.deep.equal({ temperature: 16.4 });
  });
});

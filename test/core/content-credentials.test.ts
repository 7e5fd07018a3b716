// What a record says of its pictures' content credentials: its form, and that it is the log's own statement.

import { expect } from "chai";

import { credentialsIn, withoutCredentials } from "../../src/core/content-credentials.ts";
import { ownClaims } from "../../src/core/own-claims.ts";

const NOTED = [
  { present: false },
  { present: true, state: "not-read" },
  { present: true, signer: "Test camera maker", state: "intact" },
];

describe("what is noted of content credentials", () => {
  it("is one statement for each picture", () => {
    expect(credentialsIn({ c2pa: NOTED })).to.equal(NOTED);
    expect(credentialsIn({ text: "no picture" })).to.equal(undefined);
  });

  it("is told from a claim that a source once called so, which stays one of the record's own", () => {
    for (const own of [
      "yes",
      {},
      [7],
      [{}],
      [{ present: false, state: "intact" }],
      [{ present: true }],
      [{ present: true, state: "trusted" }],
      [{ present: true, signer: 7, state: "intact" }],
      [{ present: "true", state: "intact" }],
      [...NOTED, null],
    ]) {
      const claims = { text: "mine", c2pa: own };
      expect(credentialsIn(claims), JSON.stringify(own)).to.equal(undefined);
      expect(withoutCredentials(claims)).to.equal(claims);
    }
  });

  it("is no claim of the source's own, like the bytes that an adapter received", () => {
    const received = { adapter: "a/1", at: 1, sha256: "00", size: 0, type: "text/plain" };
    expect(ownClaims({ text: "mine", c2pa: NOTED, received })).to.deep.equal({ text: "mine" });
  });
});

// Text as its UTF-8, a character a byte: bundles are put together in this form, and are the same as put together as text.

import { expect } from "chai";
import fc from "fast-check";

import { formatSharingBundle, type OwnParts } from "../../src/core/bundle.ts";
import { octetsOf, textOf } from "../../src/read/octets.ts";

/** Any text that UTF-8 can hold, of the characters of a keyboard as well as of all others. */
const texts = fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.string({ unit: "binary" }), fc.string());

describe("octets", () => {
  it("are the bytes of UTF-8, one by one, and become the text again", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const octets = octetsOf(text);
        expect(Buffer.from(octets, "latin1").equals(Buffer.from(text, "utf8"))).to.equal(true);
        expect(textOf(octets)).to.equal(text);
      }),
    );
  });

  it("of the parts of a bundle make the octets of the bundle", () => {
    fc.assert(
      fc.property(texts, fc.option(texts), texts, texts, (source, body, proof, shared) => {
        const [entry, openings, chain] = [new Uint8Array(79), ["WyJhIl0"], JSON.stringify(shared)];
        const own: OwnParts = { source, body, proof, entry, openings };
        const inOctets = {
          ...{ entry, openings, source: octetsOf(source), proof: octetsOf(proof) },
          body: body === null ? null : octetsOf(body),
        };
        const made = formatSharingBundle(inOctets, { chain: octetsOf(chain), beacon: "null" });
        expect(textOf(made)).to.equal(formatSharingBundle(own, { chain, beacon: "null" }));
      }),
    );
  });
});

// Bodies in bulk: what is written is read again, and nothing else is.

import { expect } from "chai";

import {
  bodyBundlePath,
  decodeBodyBundle,
  decodeIntactBundle,
  encodeBodyBundle,
  encodeIntactBundle,
  intactBundlePath,
  MAX_BUNDLED_BYTES,
  parseBodyBundlePath,
  type BundledBody,
} from "../../src/core/body-bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { expectCode } from "../support/expect-code.ts";

describe("body bundles", () => {
  const bodies: BundledBody[] = [utf8("{}"), "withheld", utf8('{"a":1}'), "apart", utf8("é")];

  it("come out as they went in, whatever part of a buffer they are read from", () => {
    const bytes = encodeBodyBundle(bodies);
    const within = new Uint8Array(bytes.length + 9);
    within.set(bytes, 5);
    for (const read of [bytes, within.subarray(5, 5 + bytes.length)])
      expect(decodeBodyBundle(read, 5).map(shown)).to.deep.equal(["{}", "withheld", '{"a":1}', "apart", "é"]);
    expect(decodeBodyBundle(new Uint8Array(), 0)).to.deep.equal([]);
  });

  it("hold each body behind its length in four bytes", () => {
    expect(Buffer.from(encodeBodyBundle([utf8("{}"), "withheld", "apart"])).toString("hex")).to.equal(
      "000000027b7d00000000ffffffff",
    );
  });

  it("leave out what would make them too long, and go on with what fits", () => {
    const large = new Uint8Array(MAX_BUNDLED_BYTES - 1);
    const bytes = encodeBodyBundle([large, utf8("{}"), "withheld", utf8("1")]);
    expect(decodeBodyBundle(bytes, 4).map((body) => (typeof body === "string" ? body : body.length))).to.deep.equal([
      ...[large.length, "apart", "withheld", 1],
    ]);
  });

  it("that are cut off, too long, or of another width are refused", () => {
    const bytes = encodeBodyBundle(bodies);
    for (let length = 0; length < bytes.length; length++)
      expectCode("TILE_INVALID", () => decodeBodyBundle(bytes.subarray(0, length), 5));
    for (const width of [4, 6]) expectCode("TILE_INVALID", () => decodeBodyBundle(bytes, width));
    expectCode("TILE_INVALID", () => decodeBodyBundle(Buffer.concat([bytes, Buffer.of(0)]), 5));
  });

  it("hold what is intact of an entry bundle in the same form", () => {
    const entries = [utf8("a"), undefined, utf8("bc")];
    const bytes = encodeIntactBundle(entries);
    expect(Buffer.from(bytes).toString("hex")).to.equal("0000000161ffffffff000000026263");
    expect(decodeIntactBundle(bytes, 3)).to.deep.equal(entries);
    expect(intactBundlePath(1_234, 17)).to.equal("intact/x001/234.p/17");
    expectCode("TILE_INVALID", () => decodeIntactBundle(bytes, 4));
  });

  it("lie at paths like those of entry bundles, each with one spelling", () => {
    expect(bodyBundlePath(1_234, 17)).to.equal("bodies/x001/234.p/17");
    expect(bodyBundlePath(0, 256)).to.equal("bodies/000");
    expect(parseBodyBundlePath("x001/234.p/17")).to.include({ index: 1_234, width: 17 });
    for (const path of ["", "0", "0/000", "x000/001", "000.p/256", "000/", "../0/000"])
      expectCode("TILE_INVALID", () => parseBodyBundlePath(path));
  });
});

function shown(body: BundledBody): string {
  return typeof body === "string" ? body : Buffer.from(body).toString();
}

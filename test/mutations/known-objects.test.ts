// JSON that shares objects with earlier texts is read to the same values, and refused for the same reasons, as JSON that
// shares nothing: wherever a text differs from what is known.

import { expect } from "chai";

import { KnownParts, parseBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { messageOf } from "../../src/core/errors.ts";
import { parseJson, parseSharingJson } from "../../src/core/json.ts";
import { KnownObjects } from "../../src/core/known-objects.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";

/** The result, or what was thrown. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return messageOf(error);
  }
}

const WITH_BEACON = { treeSize: 5, leafIndex: 3, beacon: { leafIndex: 0 } } as const;

describe("JSON objects that are known", () => {
  const long = { name: "x".repeat(300), list: [1, { a: null }], "": {} };

  it("are found where their whole text is, and nowhere else", () => {
    const known = new KnownObjects();
    const text = JSON.stringify({ long, other: 1 });
    const first = parseSharingJson(text, "test", known) as { readonly long: object };
    const again = parseSharingJson(text.replace("other", "after"), "test", known) as { readonly long: object };
    expect(again).to.deep.equal({ long, after: 1 });
    expect(again.long).to.equal(first.long);
    const at = text.indexOf("{", 1);
    expect(known.find(text, at)?.value).to.equal(first.long);
    for (const [one, place] of [
      [text, at + 1],
      [text, 0],
      [text.slice(0, -12), at],
      [text.replace("null", "true"), at],
    ] as const)
      expect(known.find(one, place)).to.equal(undefined);
  });

  it("are not kept if they are short, deeper, of enormous length, or wrong", () => {
    const known = new KnownObjects();
    const [short, enormous] = [{ a: 1 }, { a: "x".repeat(70_000) }];
    for (const value of [short, enormous, { long }, [long]])
      expect(parseSharingJson(JSON.stringify({ value }), "test", known)).to.deep.equal({ value });
    const wrong = `{"value":${JSON.stringify(long).slice(0, -1)},"":1}}`;
    expect(() => parseSharingJson(wrong, "test", known)).to.throw("a name occurs twice");
    for (const one of [short, enormous, long]) expect(known.find(JSON.stringify(one), 0)).to.equal(undefined);
    expect(known.find(JSON.stringify({ long }), 0)?.value).to.deep.equal({ long });
  });

  it("are forgotten when newer ones come", () => {
    const known = new KnownObjects();
    const textOf = (at: number): string => JSON.stringify({ at, ...long });
    for (let at = 0; at < 33; at++) parseSharingJson(`{"value":${textOf(at)}}`, "test", known);
    expect(known.find(textOf(0), 0)).to.equal(undefined);
    expect(known.find(textOf(1), 0)?.value).to.deep.equal(parseJson(textOf(1), "test"));
  });

  it("are read once where bundles share them, each for the member that it is", async () => {
    const { bytes } = await bundleFixture(WITH_BEACON);
    const known = new KnownParts();
    const [first, again] = [parseBundle(bytes, known), parseBundle(bytes, known)];
    expect(again.chain).to.equal(first.chain);
    expect(again.beacon).to.equal(first.beacon);
    const members = JSON.parse(Buffer.from(bytes).toString()) as { readonly chain: object; readonly beacon: object };
    const { chain, beacon } = members;
    for (const wrong of [{ chain: beacon }, { beacon: chain }, { chain: beacon, beacon: chain }]) {
      const one = utf8(JSON.stringify({ ...members, ...wrong }, null, 2));
      expect(() => parseBundle(one, known)).to.throw("bundle.");
      expect(outcome(() => parseBundle(one, known))).to.equal(outcome(() => parseBundle(one)));
    }
  });

  it("make no difference to what is read of a bundle with any byte changed, left out or put in", async () => {
    const { bytes } = await bundleFixture(WITH_BEACON);
    const known = new KnownParts();
    expect(parseBundle(bytes, known)).to.deep.equal(parseBundle(bytes));
    for (let at = 0; at < bytes.length; at++) {
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      const changes = [
        bytes.with(at, (bytes[at] as number) ^ 1),
        Buffer.concat([before, after.subarray(1)]),
        Buffer.concat([before, Buffer.from("}"), after]),
      ];
      const one = changes[at % 3] as Uint8Array;
      expect(
        outcome(() => parseBundle(one, known)),
        `byte ${at}`,
      ).to.deep.equal(outcome(() => parseBundle(one)));
    }
  });
});

// The file of a proof bundle: inverse functions, and a refusal for every part that is missing, unknown or misshapen.

import { expect } from "chai";
import fc from "fast-check";

import { MAX_BUNDLE_BYTES, bodyBytes, formatBundle, parseBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { expectCode } from "../support/expect-code.ts";

describe("bundle", () => {
  let bundle: ProofBundle;
  let value: JsonObject;
  before(async () => {
    const options = { treeSize: 3, leafIndex: 1, chain: { receipts: 1 }, beacon: { leafIndex: 0 } };
    ({ bundle } = await bundleFixture(options));
    value = JSON.parse(formatBundle(bundle)) as JsonObject;
  });
  const parse = (whole: JsonValue): ProofBundle => parseBundle(utf8(JSON.stringify(whole)));

  it("format and parse are inverse", () => {
    const text = formatBundle(bundle);
    expect(parseBundle(utf8(text))).to.deep.equal(bundle);
    expect(formatBundle(parseBundle(utf8(text)))).to.equal(text);
    expect(text).to.match(/^\{\n {2}"format": "warifu-bundle\/1",\n[^]*\n\}\n$/);
  });

  it("is a few kilobytes long", async () => {
    const { bytes } = await bundleFixture({ treeSize: 300, chain: { receipts: 130 } });
    expect(bytes.length).to.be.within(2_000, 10_000);
  });

  it("keeps any text byte for byte", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (body, source) => {
        const odd = { ...bundle, body, source, proof: source, openings: [body, source] };
        expect(parseBundle(utf8(formatBundle(odd)))).to.deep.equal(odd);
      }),
    );
  });

  it("may withhold the body, and says so", () => {
    const withheld = { ...bundle, body: null };
    expect(parseBundle(utf8(formatBundle(withheld))).body).to.equal(null);
    expect(bodyBytes(withheld)).to.equal(null);
    expect(Buffer.from(bodyBytes(bundle)!).toString()).to.equal(bundle.body);
  });

  it("holds no beacon in the form of null, and in the form from before there were any", () => {
    const without = { ...bundle, beacon: null };
    expect((JSON.parse(formatBundle(without)) as JsonObject)["beacon"]).to.equal(null);
    const { beacon: _, ...old } = value;
    for (const one of [{ ...value, beacon: null }, old]) expect(parse(one)).to.deep.equal(without);
    expect(bundle.beacon).to.have.all.keys("entry", "body", "proof");
  });

  it("may hold timestamps; without any it is as before there were such", () => {
    const timestamps = [{ tokens: ["AAAA", "BBBB"] }, { opentimestamps: "AAAA" }, { tokens: [] }];
    const stamped = { ...bundle, timestamps };
    expect(parseBundle(utf8(formatBundle(stamped)))).to.deep.equal(stamped);
    expect(formatBundle({ ...bundle, timestamps: [] }))
      .to.equal(formatBundle(bundle))
      .and.not.include("timestamps");
    for (const wrong of [
      ...[{}, ["AAAA"], [{ tokens: "AAAA" }], [{ tokens: [1] }], [{ tokens: [], more: 1 }], [{}]],
      ...[[{ opentimestamps: ["AAAA"] }], [{ opentimestamps: "AAAA", tokens: [] }]],
    ])
      expectCode("BUNDLE_INVALID", () => parse({ ...value, timestamps: wrong }));
  });

  it("F7 every member of a beacon must be there", () => {
    const beacon = value["beacon"] as JsonObject;
    for (const name of Object.keys(beacon)) {
      const { [name]: _, ...rest } = beacon;
      expectCode("BUNDLE_INVALID", () => parse({ ...value, beacon: rest }), new RegExp(name));
    }
    const REFUSED_BEACONS = [
      { more: 1 },
      { entry: "AA==" },
      { entry: null },
      { body: null },
      { body: {} },
      { proof: 1 },
    ];
    for (const change of REFUSED_BEACONS)
      expectCode("BUNDLE_INVALID", () => parse({ ...value, beacon: { ...beacon, ...change } }), /beacon/);
  });

  it("F7 every member must be there, but for the beacon", () => {
    for (const name of Object.keys(value).filter((one) => one !== "beacon")) {
      const { [name]: _, ...rest } = value;
      expectCode("BUNDLE_INVALID", () => parse(rest), new RegExp(name));
    }
  });

  const REFUSED: [string, JsonObject][] = [
    ["another format", { format: "warifu-bundle/2" }],
    ["no format", { format: null }],
    ["an unknown member", { more: 1 }],
    ["a source that is no text", { source: 1 }],
    ["a source that is null", { source: null }],
    ["a body that is an object", { body: {} }],
    ["an entry that is no base64", { entry: "*" }],
    ["an entry in base64url", { entry: "_".repeat(104) + "_-==" }],
    ["an entry of 78 bytes", { entry: Buffer.alloc(78).toString("base64") }],
    ["an entry of 80 bytes", { entry: Buffer.alloc(80).toString("base64") }],
    ["a proof that is no text", { proof: [] }],
    ["a chain that is no object", { chain: [] }],
    ["a chain without its parts", { chain: {} }],
    ["a beacon that is no object", { beacon: [] }],
    ["openings that are no list", { openings: {} }],
    ["an opening that is no text", { openings: [1] }],
    ["openings that are null", { openings: null }],
  ];
  for (const [title, change] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("BUNDLE_INVALID", () => parse({ ...value, ...change }), /bundle/);
    });

  it("refused: what is no strict JSON, with the reason", () => {
    expectCode("BUNDLE_INVALID", () => parseBundle(utf8("{")), /not readable: bundle: a name/);
    expectCode("BUNDLE_INVALID", () => parseBundle(Uint8Array.of(0xff)), /UTF-8/);
    expectCode("BUNDLE_INVALID", () => parseBundle(utf8(`\ufeff${formatBundle(bundle)}`)));
    expectCode("BUNDLE_INVALID", () => parse([value]), /must be an object/);
  });

  it("refused: above the largest size, before it is read", () => {
    const padding = " ".repeat(MAX_BUNDLE_BYTES - utf8(formatBundle(bundle)).length);
    expect(parseBundle(utf8(formatBundle(bundle) + padding))).to.deep.equal(bundle);
    expectCode("BUNDLE_INVALID", () => parseBundle(utf8(`${formatBundle(bundle)}${padding} `)), /larger/);
  });

  it("C21 random edits are read or refused by name", () => {
    const text = formatBundle(bundle);
    const edit = fc.record({
      at: fc.nat(text.length),
      drop: fc.nat(5),
      put: fc.string({ unit: "binary", maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = edits.reduce(
          (whole, { at, drop, put }) => whole.slice(0, at) + put + whole.slice(at + drop),
          text,
        );
        try {
          expect(parseBundle(utf8(formatBundle(parseBundle(utf8(changed)))))).to.deep.equal(parseBundle(utf8(changed)));
        } catch (error) {
          expect(error).to.have.property("code", "BUNDLE_INVALID");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

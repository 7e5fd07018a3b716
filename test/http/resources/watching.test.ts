// What the explorer asks for besides records: traffic, places, rights in numbers, and cosignatures. All of it is public.

import { expect } from "chai";

import { sent, startSampleCity, type SampleCity } from "../../pages/support/sample-city.ts";
import { call, expectProblem } from "../support/call.ts";

interface Traffic {
  readonly total: { readonly counts: object };
  readonly sources: readonly {
    readonly name: string;
    readonly counts: object;
    readonly refusals: object;
    readonly jumps: readonly { readonly from: number; readonly to: number }[];
  }[];
}

describe("what everybody may watch", () => {
  let city: SampleCity;
  before(async () => {
    city = await startSampleCity();
  });
  after(() => city.stop());

  const ask = async <T>(path: string): Promise<T> => (await call(city.service, path)).json as T;
  const park = async () => (await ask<Traffic>("/v1/traffic?source=fujisawa/park-3")).sources[0]!;
  const gaps = async () => (await park()).jumps.map(({ from, to }) => [from, to]);
  const readingOf = (seq: number) => ({ type: "sensor-reading", source: "fujisawa/park-3", seq, claims: { seq } });

  it("a number that a gateway passes over is shown with the next answer, until it comes", async () => {
    expect(await gaps()).to.deep.equal([
      [3, 4],
      [7, 8],
    ]);
    await sent(city.service, readingOf(12));
    expect((await gaps()).at(-1)).to.deep.equal([10, 11]);
    await sent(city.service, readingOf(10));
    expect((await gaps()).at(-1)).to.deep.equal([11, 11]);
    const first = (await ask<Traffic>("/v1/traffic?limit=1")).sources;
    expect(first.map(({ name }) => name)).to.deep.equal(["fujisawa/park-3"]);
  });

  it("refusals count for a source, but not those of whoever may not send for it, nor for names that nobody has", async () => {
    const before = (await park()).refusals;
    expect(before).to.deep.equal({ CLAIMS_INVALID: 1 });
    const { key } = await city.service.access.issue("elsewhere", "submitter", { sources: ["elsewhere/*"] });
    const wrong = { ...readingOf(13), claims: { nested: {} } };
    const stranger = { headers: { authorization: `Bearer ${key}` } };
    const body = JSON.stringify(wrong);
    expect((await call(city.service, "/v1/records", { ...stranger, body })).status).to.be.oneOf([400, 403]);
    expect((await park()).refusals).to.deep.equal(before);
    const invented = JSON.stringify({ ...wrong, source: "elsewhere/invented" });
    expectProblem(
      await call(city.service, "/v1/records", { role: "submitter", body: invented }),
      400,
      "CLAIMS_INVALID",
    );
    const named = (await ask<Traffic>("/v1/traffic?limit=100")).sources.map(({ name }) => name);
    expect(named).to.include("fujisawa/park-3").and.not.include("elsewhere/invented");
    expectProblem(await call(city.service, "/v1/records", { role: "submitter", body }), 400, "CLAIMS_INVALID");
    expect((await park()).refusals).to.deep.equal({ CLAIMS_INVALID: 2 });
  });

  it("records are counted by squares of one size, or by the area that they name, and none by what they conceal", async () => {
    const found = await ask<{
      readonly squares: readonly { readonly south: number; readonly west: number; readonly records: number }[];
      readonly areas: readonly { readonly area: string }[];
      readonly looked: number;
      readonly nextCursor: string | null;
    }>("/v1/places");
    for (const { south, west } of found.squares)
      for (const edge of [south, west]) expect(Math.abs(edge / 0.005 - Math.round(edge / 0.005))).to.be.lessThan(1e-6);
    const inJapan = found.squares.filter(({ west }) => west > 100);
    expect(inJapan.map(({ west }) => west)).to.include(139.49);
    expect(inJapan.reduce((sum, { records }) => sum + records, 0)).to.equal(6);
    // Reports conceal where exactly they are; the feed has those areas.
    expect(found.areas.map(({ area }) => area)).to.include.members(["Cuatro Caminos", "Numancia"]);
    expect(await ask("/v1/places?type=citizen-report")).to.deep.include({ squares: [] });
    expect(found).to.include({ nextCursor: null }).and.have.property("looked").that.is.at.least(26);
    expectProblem(await call(city.service, "/v1/places?area=Centro"), 400, "REQUEST_INVALID");
  });

  it("what was done for people is counted, and nobody is named", async () => {
    const { text, json } = await call(city.service, "/v1/rights");
    const { requests, events } = json as {
      readonly requests: object;
      readonly events: readonly { readonly what: string; readonly words: readonly string[]; readonly count: number }[];
    };
    expect(requests).to.include({ open: 1, overdue: 0, done: 0, medianSeconds: null });
    const counts = events.map(({ what, words, count }) => [[what, ...words].join(" "), count]);
    expect(counts).to.deep.include.members([
      ["erasure", 1],
      ["withholding unlawful", 1],
      ["disclosure granted", 1],
      ["request received access", 1],
    ]);
    expect(text).to.not.match(/sub_|insurer|Invented/);
  });

  it("each anchored checkpoint is shown with who cosigned it, and when", async () => {
    const { items } = await ask<{
      readonly items: readonly {
        readonly madeAt: number;
        readonly treeSize: number;
        readonly cosignatures: readonly { readonly witness: string; readonly at: number }[];
      }[];
    }>("/v1/cosignatures");
    expect(items.length).to.be.at.least(2);
    for (const { cosignatures, madeAt } of items) {
      expect(cosignatures.map(({ witness }) => witness)).to.deep.equal(["witness.example/w21", "witness.example/w22"]);
      for (const { at } of cosignatures) expect(at - madeAt).to.be.within(2, 120);
    }
    const [first] = (await ask<{ readonly items: readonly object[] }>("/v1/cosignatures?limit=1")).items;
    expect(first).to.deep.equal(items[0]);
  });
});

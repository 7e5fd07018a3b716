// What auditors see of sources: how many records came, and which numbers never did, in bounded pages.

import { expect } from "chai";

import { createClient, type SourceView } from "../../../src/client/client.ts";
import { SEQS_AT_ONCE } from "../../../src/store/sqlite/sources.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submitLines } from "../support/call.ts";

describe("sources over HTTP", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await startService();
  });
  afterEach(() => service.stop());

  const send = async (source: string, seqs: Iterable<number>): Promise<void> => {
    const lines = [...seqs].map((seq) => readingText(20, { source, seq }));
    for (let at = 0; at < lines.length; at += 5_000) {
      const { results } = await submitLines(service, lines.slice(at, at + 5_000).join("\n"));
      expect(results.filter(({ error }) => error)).to.deep.equal([]);
    }
  };
  const upTo = (end: number, step = 1): number[] => Array.from({ length: end }, (_, at) => at * step);
  const client = (key = service.keys.auditor) => createClient({ url: service.url, apiKey: key });
  /** All ranges of a source, page by page. */
  const rangesOf = async (name: string): Promise<{ ranges: (readonly [number, number])[]; pages: number }> => {
    const ranges: (readonly [number, number])[] = [];
    let cursor: string | undefined;
    for (let pages = 1; ; pages++) {
      const view = await client().source(name, cursor);
      ranges.push(...view.ranges);
      if (view.nextCursor === null) return { ranges, pages };
      cursor = view.nextCursor;
    }
  };

  it("truth A6: say how many records came and which numbers are missing, also after more have come", async () => {
    await send("whole", upTo(5));
    await send("city/late", [7, 3, 4, 9]);
    const { items, nextCursor } = await client().sources();
    const rest = { registeredAt: null, suspended: false, keys: [], conflicts: 0, conflictEvents: [], nextCursor: null };
    const whole = { name: "whole", records: 5, firstSeq: 0, lastSeq: 4, missing: 0, ranges: [], ...rest };
    const late = { name: "city/late", records: 4, firstSeq: 3, lastSeq: 9, missing: 6, ...rest };
    const ranges = [
      [0, 2],
      [5, 6],
      [8, 8],
    ];
    expect([items, nextCursor]).to.deep.equal([[whole, { ...late, ranges }], null]);
    const { reputation, ...shown } = await client().source("city/late");
    expect(shown).to.deep.equal({ ...late, ranges });
    expect(reputation).to.deep.equal({
      ...{ window: [3, 9], complete: 0.571, punctual: null, signed: 0, consistent: 1, trusted: null, score: 54 },
    });
    await send("city/late", [8, 12]);
    const { records, missing, ranges: now } = await client().source("city/late");
    expect([records, missing, now]).to.deep.equal([
      6,
      7,
      [
        [0, 2],
        [5, 6],
        [10, 11],
      ],
    ]);
  });

  it("have a reputation that a repair of their numbers restores", async () => {
    await send("city/jumped", [...upTo(50), 1_000_000]);
    const reputation = async () => (await client().source("city/jumped")).reputation;
    expect((await reputation())?.window).to.deep.equal([999_745, 1_000_000]);
    await service.ledger.repairSource({ name: "city/jumped", from: 50 });
    expect(await reputation()).to.deep.include({ window: [0, 49], complete: 1 });
    await send(
      "city/jumped",
      upTo(300).map((seq) => 50 + seq),
    );
    expect(await reputation()).to.deep.include({ window: [94, 349], complete: 1 });
    // Nothing has been sent under numbers that the repair leaves.
    await send("city/late-start", [7]);
    await service.ledger.repairSource({ name: "city/late-start", from: 3 });
    expect((await client().source("city/late-start")).reputation).to.equal(undefined);
  });

  it("truth A6: page through many sources, and through many ranges of one", async () => {
    for (const name of ["a", "b", "c"]) await send(name, [0]);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client().sources({ cursor, limit: 2 });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    // The log's own events are of no source.
    await service.ledger.repairSource({ name: "a", from: 5 });
    expect(names).to.deep.equal(["a", "b", "c"]);
    expect((await client().sources()).items).to.have.length(3);
    await send("odd", upTo(2_501, 2));
    const listed = (await client().sources()).items.find(({ name }) => name === "odd") as SourceView;
    expect([listed.missing, listed.ranges.length, listed.nextCursor]).to.deep.equal([2_500, 5, "11"]);
    const { ranges, pages } = await rangesOf("odd");
    expect(pages).to.equal(3);
    expect(ranges).to.deep.equal(upTo(2_500, 2).map((even) => [even + 1, even + 1]));
  });

  it("truth A6: look at a bounded part of a long source at once, and miss no gap behind it", async () => {
    const seqs = new Set(upTo(SEQS_AT_ONCE + 20));
    for (const left of [SEQS_AT_ONCE - 1, SEQS_AT_ONCE + 3]) seqs.delete(left);
    await send("long", seqs);
    const first = await client().source("long");
    expect([first.missing, first.ranges.length, first.nextCursor === null]).to.deep.equal([2, 1, false]);
    expect(await rangesOf("long")).to.deep.equal({
      ranges: [SEQS_AT_ONCE - 1, SEQS_AT_ONCE + 3].map((left) => [left, left]),
      pages: 2,
    });
  });

  it("truth A6: are shown to everybody, as the log is; a list that is asked for with a key is of its sources", async () => {
    for (const name of ["north/1", "south/1", "north/2"]) await send(name, [0]);
    const { key } = await service.access.issue("north", "auditor", { sources: ["north/*"] });
    const names = async (one: string) => (await client(one).sources()).items.map(({ name }) => name);
    expect(await names(key)).to.deep.equal(["north/1", "north/2"]);
    for (const role of ["submitter", "auditor", "officer", "admin"] as const)
      expect(await names(service.keys[role])).to.have.length(3);
    expect(((await call(service, "/v1/sources")).json as { readonly items: object[] }).items).to.have.length(3);
    const wrong = { headers: { authorization: "Bearer wrong" } };
    expectProblem(await call(service, "/v1/sources", wrong), 401, "UNAUTHENTICATED");
    const shown = (await call(service, "/v1/sources/south%2F1")).json;
    expect(shown).to.deep.equal((await call(service, "/v1/sources/south%2F1", { role: "auditor" })).json);
    const asked = (path: string) => call(service, path, { role: "auditor" });
    const own = encodeURIComponent(service.log.store.origin);
    for (const name of ["nobody", own]) expectProblem(await asked(`/v1/sources/${name}`), 404, "NOT_FOUND");
    for (const query of ["?limit=101", "?limit=0", "?cursor=-1", "?x=1", "?limit=6&reputation=true"])
      expectProblem(await asked(`/v1/sources${query}`), 400, "REQUEST_INVALID");
  });
});

// Records are found by type, time, hash and key, over HTTP and with the client, and one request looks at a bounded part.

import { expect } from "chai";

import { createClient, type RecordsQuery } from "../../../src/client/client.ts";
import { toHex } from "../../../src/core/bytes.ts";
import { TILE_WIDTH } from "../../../src/core/tile.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines, type Result } from "../support/call.ts";

const START = Date.UTC(2026, 10, 1, 10);
const HOUR_MS = 3_600_000;
const DAY = "2026-11-01T";

function reportText(i: number): string {
  return JSON.stringify({
    type: "citizen-report",
    source: "city/desk",
    claims: { category: "lighting", text: `no. ${i}` },
  });
}

describe("records are found", () => {
  let service: TestService;
  let now = START;
  let first: Result[];
  before(async () => {
    service = await startService({ now: () => now });
    // One hour after the other: 300 readings, then 20 reports among 20 readings, then one.
    const lines = Array.from({ length: 300 }, (_, i) => readingText(i, { source: `find/${i % 3}`, key: `k-${i}` }));
    first = (await submitLines(service, lines.join("\n"))).results;
    now += HOUR_MS;
    const mixed = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? reportText(i) : readingText(i)));
    await submitLines(service, mixed.join("\n"));
    now += HOUR_MS;
    await submit(service, readingText(1, { source: "find/last" }));
  });
  after(() => service.stop());

  async function find(query: RecordsQuery, key = service.keys.auditor) {
    const client = createClient({ url: service.url, apiKey: key, attempts: 1 });
    const items = [];
    for (let cursor: string | undefined, isLast = false; !isLast;) {
      const page = await client.records({ ...query, cursor });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      isLast = cursor === undefined;
    }
    return items as { leafIndex: number; id: string; source: string; vct: string; receivedAt: number }[];
  }

  it("by type, whatever the size of a page, also beside a source and a span of time", async () => {
    for (const limit of [1, 3, 20, 1_000]) {
      const found = await find({ type: "citizen-report", limit });
      expect(found.map(({ leafIndex }) => leafIndex)).to.deep.equal(Array.from({ length: 20 }, (_, i) => 302 + 2 * i));
    }
    expect(await find({ type: "citizen-report", source: "find/1" })).to.deep.equal([]);
    expect(await find({ type: "citizen-report", source: "city/desk", since: `${DAY}11:00:00Z` })).to.have.length(20);
    expect(await find({ type: "sensor-reading" })).to.have.length(321);
    expect(await find({ type: "sensor" })).to.deep.equal([]);
  });

  it("from the newest down, each once, whatever the size of a page and whatever else is asked", async () => {
    for (const query of [{}, { type: "citizen-report" }, { source: "find/1" }, { until: `${DAY}11:30:00Z` }])
      for (const limit of [30, 1_000]) {
        const upwards = await find({ ...query, limit });
        const downwards = await find({ ...query, limit, order: "newest" });
        expect(downwards, JSON.stringify(query)).to.deep.equal(upwards.toReversed());
      }
    const { leafHash } = first[7] as Required<Result>;
    expectProblem(await call(service, `/v1/records?order=newest&hash=${leafHash}`), 400, "REQUEST_INVALID");
    expectProblem(await call(service, "/v1/records?order=newest&leaf=7"), 400, "REQUEST_INVALID");
  });

  it("by anybody; with a key, only those of its sources; and by their idempotency key only with one", async () => {
    const anybody = await call(service, "/v1/records?limit=3");
    expect((anybody.json as { items: object[] }).items).to.have.length(3);
    const { key } = (await service.access.issue("narrow", "auditor", { sources: ["find/2"] })) as { key: string };
    const sources = new Set((await find({}, key)).map(({ source }) => source));
    expect([...sources]).to.deep.equal(["find/2"]);
    expectProblem(await call(service, "/v1/records?source=find/0&key=k-0"), 401, "UNAUTHENTICATED");
    const wrong = { headers: { authorization: "Bearer wk_none" } };
    expectProblem(await call(service, "/v1/records", wrong), 401, "UNAUTHENTICATED");
  });

  it("and how they grew in number is told as a curve", async () => {
    const { json } = await call(service, "/v1/growth?points=3");
    const { items } = json as { items: { at: number; treeSize: number }[] };
    const begun = START / 1_000;
    // The profiles are the first entries of the log.
    expect(items).to.deep.equal([
      { at: begun, treeSize: 302 },
      { at: begun + 3_600, treeSize: 342 },
      { at: begun + 7_200, treeSize: 343 },
    ]);
    const part = await call(service, `/v1/growth?points=2&since=${begun - 10}&until=${begun - 5}`);
    expect((part.json as { items: object[] }).items).to.deep.equal([
      { at: begun - 10, treeSize: 0 },
      { at: begun - 5, treeSize: 0 },
    ]);
  });

  it("by the time of reception: from the first moment on, and below the second", async () => {
    const count = async (query: RecordsQuery): Promise<number> => (await find({ limit: 1_000, ...query })).length;
    expect(await count({ since: `${DAY}10:00:00Z` })).to.equal(341);
    expect(await count({ since: `${DAY}10:00:01Z` })).to.equal(41);
    expect(await count({ since: `${DAY}11:00:00Z`, until: `${DAY}12:00:00Z` })).to.equal(40);
    expect(await count({ since: `${DAY}13:00:00+01:00`, until: "2026-11-02T00:00:00Z" })).to.equal(1);
    expect(await count({ since: START / 1000 + 3_600, until: START / 1000 + 7_200, source: "find/1" })).to.equal(0);
    expect(await count({ until: `${DAY}10:00:00Z` })).to.equal(0);
    expect(await count({ since: "2026-12-01T00:00:00Z" })).to.equal(0);
    expect(await count({ since: `${DAY}12:00:00Z`, until: `${DAY}11:00:00Z` })).to.equal(0);
  });

  it("by the hash of a leaf or of a body, in a full tile and in the last one; also an event of the log", async () => {
    for (const leafIndex of [0, 2, TILE_WIDTH - 1, TILE_WIDTH, 342]) {
      const [entry] = await service.log.store.entries(leafIndex, leafIndex + 1);
      const tile = await service.log.tree.rangeHash({ begin: leafIndex, end: leafIndex + 1 });
      for (const hash of [toHex(tile), toHex(entry!.bodyDigest)])
        expect((await find({ hash })).map((one) => one.leafIndex)).to.deep.equal([leafIndex]);
    }
    const { leafHash } = first[0] as Required<Result>;
    expect(
      await find({ hash: leafHash, source: "find/0", type: "sensor-reading", until: `${DAY}11:00:00Z` }),
    ).to.have.length(1);
    expect(await find({ hash: leafHash, source: "find/1" })).to.deep.equal([]);
    expect(await find({ hash: leafHash, type: "citizen-report" })).to.deep.equal([]);
    expect(await find({ hash: leafHash, since: `${DAY}11:00:00Z` })).to.deep.equal([]);
    expect(await find({ hash: "0".repeat(64) })).to.deep.equal([]);
  });

  it("by the leaf, whatever stands there", async () => {
    expect((await find({ leaf: 0 })).map(({ vct }) => vct)).to.deep.equal(["warifu:profile:1"]);
    expect((await find({ leaf: 2 })).map(({ id }) => id)).to.deep.equal([first[0]!.id]);
    expect(await find({ leaf: 1_000 })).to.deep.equal([]);
  });

  it("by the key of the sender alone: nobody else learns whether there is one", async () => {
    const { id } = first[7] as Required<Result>;
    const query = { source: "find/1", key: "k-7" };
    expect((await find(query, service.keys.submitter)).map((one) => one.id)).to.deep.equal([id]);
    const { key: successor } = await service.access.issue("another", "submitter");
    for (const other of [service.keys.auditor, service.keys.officer, service.keys.admin, successor])
      expect(await find(query, other)).to.deep.equal([]);
    expect(await find({ ...query, source: "find/2" }, service.keys.submitter)).to.deep.equal([]);
    const { key: scoped } = await service.access.issue("north", "submitter", { sources: ["north/*"] });
    expect(await find(query, scoped)).to.deep.equal([]);
  });

  it("or the question is refused, when it is odd", async () => {
    const odd = [
      "key=k",
      "source=s&key=k&type=t",
      "source=s&key=k&hash=00",
      "since=yesterday",
      "until=2026-02-30T00:00:00Z",
    ];
    odd.push(
      "since=-1",
      "since=1e9",
      "hash=AB",
      "type=Sensor",
      "since=2026-11-01",
      "key=%C3%A9&source=s",
      "leaf=1&source=s",
      "leaf=-1",
      "leaf=1&key=k&source=s",
    );
    for (const query of odd)
      expectProblem(await call(service, `/v1/records?${query}`, { role: "admin" }), 400, "REQUEST_INVALID");
    const { json } = await call(service, "/v1/records?leaf=1&source=s", { role: "admin" });
    expect(json).to.have.property("detail", "the request is not valid: leaf: goes with nothing else");
    const twice = await call(service, "/v1/records?leaf=1&leaf=2", { role: "admin" });
    expect(twice.json).to.have.property(
      "detail",
      "the request is not valid: leaf: must be one text, and was given several times",
    );
    const without = await call(service, "/v1/keys", { role: "admin", body: '{"role":"auditor"}' });
    expect(without.json).to.have.property("detail", "the request is not valid: name: is missing");
  });
});

// Lists and their cursors, and what a page may be asked for: failure case G4.

import { expect } from "chai";

import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines } from "../support/call.ts";

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
}

describe("lists", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
    const lines = Array.from({ length: 25 }, (_, i) => readingText(i, { source: `list/${i % 2}` }));
    await submitLines(service, lines.join("\n"));
    for (let i = 0; i < 4; i++) await submit(service, readingText(i));
  });
  after(() => service.stop());

  async function pagesOf(path: string): Promise<Page["items"][number][]> {
    const items: Page["items"][number][] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const answer = await call(service, `${path}${cursor === "" ? "" : `&cursor=${cursor}`}`, { role: "auditor" });
      const page = answer.json as Page;
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }

  it("of records give every record once, by leaf index, whatever the size of a page", async () => {
    for (const limit of [1, 7, 29, 1_000]) {
      const indexes = (await pagesOf(`/v1/records?limit=${limit}`)).map(({ leafIndex }) => leafIndex);
      expect(indexes).to.deep.equal(Array.from({ length: 29 }, (_, i) => i + 2));
    }
  });

  it("of records show those of one source only, if asked", async () => {
    const items = await pagesOf("/v1/records?limit=5&source=list/1");
    expect(items).to.have.length(12);
    expect(items.every(({ source }) => source === "list/1")).to.be.true;
    expect(await pagesOf("/v1/records?limit=5&source=nobody")).to.deep.equal([]);
  });

  it("of checkpoints run from the newest down, each signed over its size", async () => {
    const items = await pagesOf("/v1/checkpoints?limit=2");
    expect(items[0]?.["treeSize"]).to.equal((await service.ledger.status()).treeSize);
    expect(items.map(({ treeSize }) => treeSize)).to.deep.equal([31, 30, 29, 28, 27, 2, 1]);
    for (const { treeSize, checkpoint } of items) expect(String(checkpoint).split("\n")[1]).to.equal(String(treeSize));
  });

  it("of anchors are empty while there is none", async () => {
    expect(await pagesOf("/v1/anchors?limit=2")).to.deep.equal([]);
  });

  it("G4 page sizes and cursors out of range or oddly spelled are refused with 400", async () => {
    const odd = [
      "limit=-1",
      "limit=0",
      "limit=1001",
      "limit=1000000000",
      "limit=1e2",
      "limit=07",
      "limit=0x10",
      "limit=",
      "limit=%205",
    ];
    odd.push(
      "limit=1&limit=2",
      "limit=1.5",
      "cursor=-1",
      "cursor=9007199254740992",
      "cursor=NaN",
      "cursor=%00",
      "page=2",
      "limit[]=3",
    );
    for (const path of ["/v1/records", "/v1/checkpoints", "/v1/anchors"])
      for (const query of odd)
        expectProblem(await call(service, `${path}?${query}`, { role: "auditor" }), 400, "REQUEST_INVALID");
    for (const source of ["%27%20OR%201=1--", "a%00", "a%0d%0ab", "%24ne", "x".repeat(129)])
      expectProblem(await call(service, `/v1/records?source=${source}`, { role: "auditor" }), 400, "REQUEST_INVALID");
    expectProblem(await call(service, "/v1/records/x/bundle?openings=1"), 400, "REQUEST_INVALID");
  });

  it("truth F5: a parameter or member that there is not is answered with those that there are, and never repeated", async () => {
    const list = await call(service, "/v1/records?kind=Mary", { role: "auditor" });
    expectProblem(list, 400, "REQUEST_INVALID");
    expect(list.text)
      .to.match(/not known here: there are cursor, limit, source, type, since, until, order, key, leaf, hash"/)
      .and.not.match(/kind|Mary/);
    const body = JSON.stringify({ name: "x", role: "officer", Mary: 1 });
    const key = await call(service, "/v1/keys", { role: "admin", body });
    expectProblem(key, 400, "REQUEST_INVALID");
    expect(key.text)
      .to.match(/: there are name, role, sources, types, expiresAt, .*replaces"/)
      .and.not.match(/Mary/);
  });

  it("G4 a cursor behind the end gives an empty last page", async () => {
    for (const path of ["/v1/records", "/v1/anchors"]) {
      const { json } = await call(service, `${path}?cursor=9007199254740991`, { role: "auditor" });
      expect(json).to.deep.equal({ items: [], nextCursor: null });
    }
    expect((await call(service, "/v1/checkpoints?cursor=0")).json).to.deep.equal({ items: [], nextCursor: null });
  });
});

// A key whose only source has used up its quota is refused before its requests are routed; nobody else notices.

import { expect } from "chai";

import { startService, type TestService } from "../support/service.ts";
import { answerToHead } from "./support/begun-request.ts";
import { call, expectProblem, readingText, type CalledAnswer } from "./support/call.ts";

describe("a key whose source has spent its quota", () => {
  let service: TestService;
  let now = Date.parse("2026-11-22T08:00:00Z");
  before(async () => {
    service = await startService({ now: () => now, recordsPerSecond: 20 });
  });
  after(() => service.stop());

  const issue = async (sources: string[]): Promise<string> => {
    const body = JSON.stringify({ name: "gateway", role: "submitter", sources });
    return ((await call(service, "/v1/keys", { role: "admin", body })).json as { key: string }).key;
  };
  const record = (source: string, more: object = {}): object => ({
    ...(JSON.parse(readingText(1)) as object),
    ...{ key: undefined, source, ...more },
  });
  const send = (key: string, body: object): Promise<CalledAnswer> =>
    call(service, "/v1/records", { headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) });
  /** Uses up what may be sent at once, and one more. */
  const spend = async (key: string, source: string): Promise<void> => {
    const batch = Array.from({ length: 200 }, (_, at) => record(source, { key: `${source}-${at}` }));
    expect((await send(key, batch)).status).to.equal(201);
    expectProblem(await send(key, record(source)), 429, "RATE_LIMITED");
  };
  /** Whether it was looked at: whoever is refused without has no number under which the operator finds the request. */
  const isRouted = ({ json }: CalledAnswer): boolean => (json as { instance?: string }).instance !== undefined;

  it("is turned away until there is room again, and its refusals are counted", async () => {
    const key = await issue(["wild"]);
    await spend(key, "wild");
    const refused = await send(key, record("wild"));
    expectProblem(refused, 429, "RATE_LIMITED");
    expect(isRouted(refused)).to.equal(false);
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    const { json } = await call(service, "/v1/traffic?source=wild");
    expect((json as { sources: { refusals: object }[] }).sources[0]?.refusals).to.deep.equal({ RATE_LIMITED: 2 });
    now += 50;
    expect((await send(key, record("wild"))).status).to.equal(201);
    expect(isRouted(await send(key, record("wild")))).to.equal(true);
  });

  it("gets the answer for what it sent before, a moment later", async () => {
    const key = await issue(["again"]);
    await spend(key, "again");
    now += 50;
    expect((await send(key, record("again"))).status).to.equal(201);
    expectProblem(await send(key, record("again")), 429, "RATE_LIMITED");
    now += 50;
    expect((await send(key, record("again", { key: "again-7" }))).status).to.equal(200);
  });

  it("is told apart from strangers who know its id, from other keys, and from keys for more than that source", async () => {
    const key = await issue(["known"]);
    await spend(key, "known");
    expectProblem(await send(`${key.slice(0, -4)}AAAA`, record("known")), 401, "UNAUTHENTICATED");
    expect((await send(await issue(["other"]), record("other"))).status).to.equal(201);
    const wide = await issue(["broad/*"]);
    await spend(wide, "broad/1");
    expect((await send(wide, record("broad/2"))).status).to.equal(201);
  });

  it("is refused before it sends a body for which it waits to be asked", async () => {
    const key = await issue(["patient"]);
    await spend(key, "patient");
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const head = { method: "POST", path: "/v1/records", headers };
    expect(await answerToHead(service.url, head, 200)).to.equal(429);
    now += 50;
    expect(await answerToHead(service.url, head, 200)).to.equal(100);
  });

  it("reads, and submits large bodies, as ever", async () => {
    const key = await issue(["reader"]);
    await spend(key, "reader");
    const headers = { authorization: `Bearer ${key}` };
    expect((await call(service, "/v1/records", { headers })).status).to.not.equal(429);
    const large = await send(key, record("reader", { claims: { temperature: 1, note: "x".repeat(20_000) } }));
    expect(isRouted(large)).to.equal(true);
  });
});

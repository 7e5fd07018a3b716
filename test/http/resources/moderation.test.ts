// Moderation over HTTP: what everybody sees of it, what officers see, what it does to pictures, and that not one word of it is
// in the log.

import { expect } from "chai";

import type { JsonObject } from "../../../src/core/json.ts";
import { phonePhoto } from "../../pictures/support/draw.ts";
import { shippedProfiles, startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, type CalledAnswer, type Result } from "../support/call.ts";
import { submitWithPictures } from "../support/form.ts";

/** Reports of which pictures are published without a look for faces. */
const OPEN = {
  ...(shippedProfiles().get("citizen-report")!.document as JsonObject),
  ...{ type: "street-report", pictures: "published" },
};
const WORDS = ["CANARY-REPORT", "CANARY-REASON", "CANARY-APPEAL", "CANARY-ACCOUNT"] as const;
const [REPORT, REASON, APPEAL, ACCOUNT] = WORDS;

/** How many a key may fetch in a minute: more than the other tests here do. */
const OPENINGS = 10;

interface View {
  readonly visibility: string;
  readonly steps: readonly {
    readonly step: string;
    readonly by: string;
    readonly rule: string;
    readonly due?: number;
  }[];
  readonly due?: number;
}

describe("moderation over HTTP", () => {
  let service: TestService;
  let photo: Buffer;
  before(async () => {
    service = await startService({ profiles: [OPEN], limits: { openingsPerMinute: OPENINGS } });
    photo = await phonePhoto();
  });
  after(() => service?.stop());

  async function enter(source = "app/1"): Promise<Required<Result>> {
    const claims = { category: "pothole", text: "the hole" };
    const answer = await submitWithPictures(service, { type: "street-report", source, claims }, [photo]);
    expect(answer.status, answer.text).to.equal(201);
    await service.publishing.settled();
    return answer.json as Required<Result>;
  }
  const post = (path: string, role: "submitter" | "officer", body: object): Promise<CalledAnswer> =>
    call(service, `/v1/moderation/${path}`, { role, body: JSON.stringify(body) });
  const report = (record: string, rule = "missed-face"): Promise<CalledAnswer> =>
    post("reports", "submitter", { record, rule, text: REPORT, account: ACCOUNT });
  const decide = (record: string, decision: string, rule = "missed-face"): Promise<CalledAnswer> =>
    post("decisions", "officer", { record, decision, rule, text: REASON });
  const viewOf = async (id: string): Promise<View> =>
    (await call(service, `/v1/records/${id}/moderation`)).json as View;
  const publishedOf = async (id: string): Promise<readonly { readonly sha256: string }[]> =>
    ((await call(service, `/v1/records/${id}/pictures`)).json as { published: { sha256: string }[] }).published;

  it("holds a picture back at one report of a missed face, and shows it again once somebody has looked", async () => {
    const { id, leafIndex } = await enter();
    const [{ sha256 } = { sha256: "" }] = await publishedOf(id);
    const picture = `/v1/records/${id}/pictures/${sha256}`;
    expect((await call(service, picture)).status).to.equal(200);
    const { json } = await report(id);
    expect(json).to.have.all.keys("report", "hold");
    expect(await publishedOf(id)).to.deep.equal([]);
    expectProblem(await call(service, picture), 404, "NOT_FOUND");
    const { items } = (await call(service, `/v1/records/${id}/derivations`)).json as { items: { out?: object }[] };
    expect(items.map(({ out }) => out)).to.deep.equal([undefined]);
    // What Open311 would name.
    expect(await service.ledger.pictures.firstPublished(leafIndex)).to.equal(undefined);
    expect((await decide(id, "kept")).status).to.equal(201);
    expect((await call(service, picture)).status).to.equal(200);
    expect(await service.ledger.pictures.firstPublished(leafIndex)).to.equal(sha256);
  });

  it("says to everybody how a record stands, by which rule and whose decision", async () => {
    const { id } = await enter();
    expect(await viewOf(id)).to.deep.equal({ record: id, visibility: "shown", steps: [] });
    await report(id, "insult");
    expect((await viewOf(id)).due).to.be.greaterThan(Date.now() / 1_000);
    await decide(id, "hidden", "insult");
    await post("appeals", "submitter", { record: id, text: APPEAL, account: ACCOUNT });
    expectProblem(await decide(id, "restored", "insult"), 403, "FORBIDDEN");
    const { key } = await service.access.issue("another officer", "officer");
    const body = JSON.stringify({ record: id, decision: "restored", rule: "insult", text: REASON });
    const headers = { authorization: `Bearer ${key}` };
    expect((await call(service, "/v1/moderation/decisions", { headers, body })).status).to.equal(201);
    const { visibility, steps, due } = await viewOf(id);
    expect([visibility, due]).to.deep.equal(["shown", undefined]);
    expect(steps.map(({ by, step, rule }) => `${by} ${step} ${rule}`)).to.deep.equal([
      "member reported insult",
      "moderator hidden insult",
      "author appealed insult",
      "moderator restored insult",
    ]);
    expectProblem(await call(service, "/v1/records/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f/moderation"), 404, "NOT_FOUND");
  });

  it("tells officers alone what was said, as an access in the log", async () => {
    const { id } = await enter();
    const [{ sha256 } = { sha256: "" }] = await publishedOf(id);
    await report(id, "insult");
    await decide(id, "hidden", "insult");
    await post("appeals", "submitter", { record: id, text: APPEAL });
    const size = service.log.tree.size;
    const { json, text } = await call(service, `/v1/records/${id}/moderation/words`, { role: "officer" });
    const { items, content } = json as {
      items: { step: string; text?: string }[];
      content: { texts: { claim: string; text: string }[]; pictures: string[] };
    };
    expect(content).to.deep.equal({ texts: [{ claim: "text", text: "the hole" }], pictures: [sha256] });
    expect(items.map(({ step, text: said }) => [step, said])).to.deep.equal([
      ["reported", REPORT],
      ["hidden", REASON],
      ["appealed", APPEAL],
    ]);
    expect(text).not.to.include(ACCOUNT);
    expect(service.log.tree.size, "of each event, and of the record").to.equal(size + 4);
    const picture = await call(service, `/v1/records/${id}/pictures/${sha256}`, { role: "officer" });
    expect([picture.status, picture.headers.get("content-type")]).to.deep.equal([200, "image/webp"]);
    expect(service.log.tree.size, "within a minute it is the same access").to.equal(size + 4);
    for (const role of ["auditor", "submitter", "admin"] as const)
      expectProblem(await call(service, `/v1/records/${id}/moderation/words`, { role }), 403, "FORBIDDEN");
  });

  it("lists to an officer what is open of the officer's own sources", async () => {
    const [mine, other] = [await enter("app/mine"), await enter("app/other")];
    for (const { id } of [mine, other]) await report(id, "insult");
    const queueOf = async (key: string): Promise<string[]> => {
      const headers = { authorization: `Bearer ${key}` };
      const { json } = await call(service, "/v1/moderation/queue", { headers });
      return (json as { items: { record: string }[] }).items.map(({ record }) => record);
    };
    const { key } = await service.access.issue("mine", "officer", { sources: ["app/mine"] });
    expect(await queueOf(key)).to.deep.equal([mine.id]);
    expect(await queueOf(service.keys.officer)).to.include.members([mine.id, other.id]);
    const body = JSON.stringify({ record: other.id, decision: "hidden", rule: "insult", text: REASON });
    const headers = { authorization: `Bearer ${key}` };
    expectProblem(await call(service, "/v1/moderation/decisions", { headers, body }), 403, "FORBIDDEN");
  });

  it("counts what was done, and leaves not a word of what was said where others read", async () => {
    const { json } = await call(service, "/v1/moderation/summary");
    expect(json).to.deep.include({ automatic: 1, overdue: 0 });
    expect((json as { steps: object }).steps).to.include({ hidden: 2, restored: 1, kept: 1 });
    const files: string[] = [];
    for (let leaf = 0; leaf < service.log.tree.size; leaf++) {
      const [entry] = await service.store.entries(leaf, leaf + 1);
      files.push(Buffer.from(entry?.body ?? []).toString("utf8"));
    }
    const open = [files.join("\n"), service.logText(), (await call(service, "/metrics", { role: "admin" })).text];
    for (const word of WORDS)
      expect(
        open.some((text) => text.includes(word)),
        word,
      ).to.equal(false);
    expect(open[0]).to.include("warifu:moderation:1");
  });

  it("forgets what was said about a record that is erased, and goes on saying how it stood", async () => {
    const { id } = await enter();
    await report(id, "insult");
    await decide(id, "hidden", "insult");
    const body = JSON.stringify({ records: [id], basis: "gdpr-17-1-a" });
    expect((await call(service, "/v1/privacy/erasures", { role: "officer", body })).status).to.equal(200);
    const { json } = await call(service, `/v1/records/${id}/moderation/words`, { role: "officer" });
    expect((json as { items: { text?: string }[] }).items.map(({ text }) => text)).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect((await viewOf(id)).visibility).to.equal("hidden");
  });

  it("lets one key read what was said no faster than it may fetch openings", async () => {
    const { id } = await enter();
    const ask = (): Promise<CalledAnswer> => call(service, `/v1/records/${id}/moderation/words`, { role: "officer" });
    let last = await ask();
    for (let count = 0; count < OPENINGS; count++) last = await ask();
    expectProblem(last, 429, "RATE_LIMITED");
  });
});

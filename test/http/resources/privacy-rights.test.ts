// Rights of people over HTTP: notices, consents, requests, restrictions and the copy that a person gets, for officers of a
// city in the EU and of an operator in Japan.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { createClient, type Client } from "../../../src/client/client.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startService, type TestService } from "../../support/service.ts";
import { CANARY, phonePhoto } from "../../pictures/support/draw.ts";
import { submitWithPictures } from "../support/form.ts";
import { exampleNotice } from "../../privacy/support/rights.ts";
import { call, type CalledAnswer, expectProblem, submit, type Result } from "../support/call.ts";

const MAIL = "hanako@example.org";
const report = (text: string): string =>
  JSON.stringify({
    type: "citizen-report",
    source: "street-app",
    claims: { category: "pothole", text, reporterEmail: MAIL },
  });

describe("rights of people", () => {
  let service: TestService;
  before(async () => (service = await startService()));
  after(() => service.stop());
  const client = (role?: "officer" | "auditor"): Client =>
    createClient({ url: service.url, attempts: 1, ...(role && { apiKey: service.keys[role] }) });

  const openingsGiven = (): number => service.logText().match(/"event":"openings-given"/g)?.length ?? 0;

  async function submitted(text: string): Promise<Required<Result>> {
    return (await submit(service, report(text))).json as Required<Result>;
  }

  it("show the law and the notices to everybody, in the language that fits", async () => {
    const anybody = client();
    expect(await anybody.law()).to.include({ jurisdiction: "eu", law: "GDPR" });
    await expectRejection("NOT_FOUND", anybody.notice());
    await client("officer").addNotice(exampleNotice("es"));
    await client("officer").addNotice({ ...exampleNotice("es"), language: "en", text: "What we do" });
    const ask = async (accept: string, query = ""): Promise<string | null> => {
      const headers = { "accept-language": accept };
      return (await call(service, `/v1/privacy/notices${query}`, { headers })).headers.get("content-language");
    };
    expect(await ask("ja, en;q=0.8, es;q=0.5")).to.equal("en");
    expect(await ask("es-ES, en;q=0.1")).to.equal("es");
    expect(await ask("ja")).to.equal("es");
    expect(await ask("en", "?lang=es")).to.equal("es");
    expectProblem(await call(service, "/v1/privacy/notices?lang=ja"), 404, "NOT_FOUND");
    expectProblem(await call(service, "/v1/privacy/notices?lang=x"), 400, "REQUEST_INVALID");
    expect((await anybody.notice("en")).notice).to.include({ text: "What we do", jurisdiction: "eu" });
  });

  it("note consent and its withdrawal in the same way, with a receipt to take home", async () => {
    const officer = client("officer");
    const given = await officer.noteConsent({ state: "given", purpose: "research", country: "JP", language: "es" });
    const { subject } = given;
    const said = { state: "withdrawn", purpose: "research", country: "JP", language: "es", subject } as const;
    const withdrawn = await officer.noteConsent(said);
    expect((await officer.consents(subject)).items.map(({ state, country }) => [state, country])).to.deep.equal([
      ["given", "JP"],
      ["withdrawn", "JP"],
    ]);
    const answer = await call(service, `/v1/privacy/consents/${given.id}/receipt`, { role: "officer" });
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", answer.bytes as BufferSource)).toString("hex");
    expect(hash).to.equal(given.receiptSha256);
    expect((await officer.receipt(withdrawn.id))["event"]).to.include({ state: "dpv:ConsentWithdrawn" });
    await expectRejection("FORBIDDEN", client("auditor").receipt(given.id));
    const { id } = await submitted("no consent");
    const before = openingsGiven();
    await expectRejection("NOT_FOUND", officer.receipt(id));
    expect(openingsGiven()).to.equal(before);
  });

  it("give a person a copy of everything: records, what happened to them, consents", async () => {
    const officer = client("officer");
    const [first, second] = [await submitted("a deep hole"), await submitted("another one")];
    await officer.restrict({ state: "restricted", basis: "gdpr-18", records: [first.id] });
    const { subjects } = await officer.findPerson({ reporterEmail: MAIL });
    const subject = subjects[0] as string;
    await officer.noteConsent({ state: "given", purpose: "research", language: "es", subject });
    const { id, needs } = await officer.openRequest({ operation: "access", subject });
    const copy = await officer.personalCopy(id);
    const records = copy["records"] as JsonObject[];
    expect(records.map(({ leafIndex }) => leafIndex)).to.include.members([first.leafIndex, second.leafIndex]);
    const item = records.find(({ leafIndex }) => leafIndex === first.leafIndex);
    expect(item?.["claims"]).to.include({ text: "a deep hole", reporterEmail: MAIL });
    expect((item?.["restrictions"] as JsonObject[])[0]).to.include({ state: "restricted", basis: "gdpr-18" });
    expect(copy["consents"]).to.have.lengthOf(1);
    // One access for the whole copy: in public it names the request, and no record.
    const { log, store } = service;
    const size = log.tree.publishedSize;
    const { id: again, leafIndex: request } = await officer.openRequest({ operation: "export", subject });
    await officer.personalCopy(again);
    const entered = await Promise.all((await store.entries(size, size + 9)).map((entry) => log.check.bodyOf(entry)));
    const accesses = entered.filter((body) => body?.vct === "warifu:access:1").map((body) => body?.content);
    expect(accesses).to.deep.equal([{ request }]);
    expect(copy["law"]).to.deep.equal({ jurisdiction: "eu", name: "GDPR", version: "2018-05-25" });
    const gone = await submitted("an erased one");
    await officer.eraseRecords([gone.id], { basis: "gdpr-17-1-a" });
    const ofNothing = await officer.openRequest({ operation: "access", records: [gone.id] });
    const before = openingsGiven();
    expect((await officer.personalCopy(ofNothing.id))["records"]).to.have.lengthOf(1);
    expect(openingsGiven()).to.equal(before);
    await officer.personalCopy(id);
    expect(openingsGiven()).to.equal(before + 1);
    const done = await officer.finishRequest(id, { told: needs?.done ?? [] });
    expect([done.state, done.needs]).to.deep.equal(["done", undefined]);
    const other = await officer.openRequest({ operation: "erase", subject });
    await expectRejection("REQUEST_INVALID", officer.personalCopy(other.id));
    await expectRejection("NOT_FOUND", officer.personalCopy(first.id));
  });

  it("give a person the pictures of their own records, without what a telephone writes into them", async () => {
    const officer = client("officer");
    const photo = await phonePhoto();
    const { id: record } = (await submitWithPictures(service, report("with a picture"), [photo]))
      .json as Required<Result>;
    const { id } = await officer.openRequest({ operation: "export", records: [record] });
    const [picture] = (await officer.personalCopy(id))["pictures"] as JsonObject[];
    expect(picture).to.include({ sha256: createHash("sha256").update(photo).digest("hex"), type: "image/jpeg" });
    const { base64, sha256, type } = picture?.["copy"] as { base64: string; sha256: string; type: string };
    const bytes = Buffer.from(base64, "base64");
    expect([createHash("sha256").update(bytes).digest("hex"), type]).to.deep.equal([sha256, "image/webp"]);
    expect(bytes.includes("WEBP")).to.equal(true);
    for (const canary of [CANARY, "Exif", "GPS"]) expect(bytes.includes(canary), canary).to.equal(false);
  });

  it("are asked for at a desk whose clock runs, and which names nobody to an auditor", async () => {
    const officer = client("officer");
    const { id: record } = await submitted("a third one");
    const opened = await officer.openRequest({
      operation: "rectify",
      records: [record],
      receivedAt: new Date(Date.now() - 86_400_000).toISOString(),
      text: "My name is Hanako",
    });
    expect(opened.due).to.be.greaterThan(opened.receivedAt);
    const listed = await call(service, "/v1/privacy/requests?state=open", { role: "auditor" });
    expect(listed.text)
      .to.include(opened.id)
      .and.not.match(/Hanako|sub_/);
    await officer.noteIdentity(opened.id);
    const extended = await officer.extendRequest(opened.id, { told: ["extension-reason"], reason: "on holiday" });
    expect(extended.due).to.be.greaterThan(opened.due);
    const refusal = { told: opened.needs?.refused ?? [], reason: "it is right", provisions: ["gdpr-12-5-b"] };
    const refused = await officer.refuseRequest(opened.id, refusal);
    expect(refused.steps.map(({ state }) => state)).to.deep.equal([
      ...["received", "identity-checked", "extended", "refused"],
    ]);
    expect(await client("auditor").request(opened.id)).to.deep.equal(refused);
    expect((await officer.requests("closed")).items.map(({ id }) => id)).to.include(opened.id);
  });

  it("restrict the use of a record until that is lifted", async () => {
    const officer = client("officer");
    const { id, leafIndex } = await submitted("a fourth one");
    const { id: request } = await officer.openRequest({ operation: "object", records: [id] });
    const restriction = { state: "objected", purposes: ["research"], basis: "gdpr-21" } as const;
    const { id: event, stillShownFor } = await officer.restrict({ ...restriction, records: [id], request });
    expect(stillShownFor).to.deep.equal([]);
    const slip = officer.restrict({ ...restriction, purposes: ["reserch"], records: [id] });
    await expectRejection("REQUEST_INVALID", slip, /purposes: .*research/);
    const { restrictions } = service.ledger.rights;
    expect(await restrictions.isRestricted(leafIndex, "research")).to.equal(true);
    const { items } = await officer.restrictions(id);
    expect(items.map(({ state, needs, ...one }) => [one.id, state, needs])).to.deep.equal([[event, "objected", []]]);
    await expectRejection(
      "NOT_FOUND",
      officer.liftRestriction(id, { basis: "gdpr-21" }),
      /that of the event.*privacy restrictions/,
    );
    await officer.liftRestriction(event, { basis: "gdpr-21", request });
    expect(await restrictions.isRestricted(leafIndex, "research")).to.equal(false);
    await expectRejection("NOT_FOUND", officer.liftRestriction(event, { basis: "gdpr-21" }));
    await expectRejection("NOT_FOUND", officer.restrict({ ...restriction, records: [id], request: id }));
  });

  it("stop what was granted to others, but not what the person or a court is shown", async () => {
    const officer = client("officer");
    const { id } = await submitted("a granted one");
    const grant = async (purpose: string): Promise<CalledAnswer> => {
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const wanted = { records: [id], claims: ["text"], recipient: "Kenji", purpose, purposeText: "file 1", until };
      return call(service, "/v1/privacy/disclosures", { role: "officer", body: JSON.stringify(wanted) });
    };
    const look = async ({ json }: CalledAnswer): Promise<number> => {
      const { disclosure, token } = json as { disclosure: number; token: string };
      const headers = { authorization: `Bearer ${token}` };
      return (await call(service, `/v1/disclosures/${disclosure}/records/${id}/sd-jwt`, { headers })).status;
    };
    const before = await grant("research");
    const ceased = await officer.restrict({ state: "provision-ceased", basis: "gdpr-21", records: [id] });
    const { id: event, stillShownFor } = ceased;
    expect(stillShownFor, "said where it is asked for").to.deep.equal(["authority", "court", "data-subject"]);
    const ofCourt = await officer.restrict({
      ...{ state: "objected", basis: "gdpr-21", purposes: ["audit", "court"], records: [id] },
    });
    expect(ofCourt.stillShownFor).to.deep.equal(["court"]);
    await officer.liftRestriction(ofCourt.id, { basis: "gdpr-21" });
    expect([await look(before), await look(await grant("court"))]).to.deep.equal([404, 200]);
    const refused = await grant("research");
    expectProblem(refused, 400, "REQUEST_INVALID");
    expect(refused.text).to.include("a restriction stands against granting one of them");
    await officer.liftRestriction(event, { basis: "gdpr-21" });
    expect([await look(before), await look(await grant("research"))]).to.deep.equal([200, 200]);
    await officer.eraseRecords([id], { basis: "gdpr-17-1-a" });
    expectProblem(await grant("court"), 400, "REQUEST_INVALID");
  });

  it("put a right record in the place of a wrong one", async () => {
    const officer = client("officer");
    const [wrong, right] = [await submitted("Calle Alta 5"), await submitted("Calle Alta 6")];
    const { id: request } = await officer.openRequest({ operation: "rectify", records: [wrong.id] });
    const { toTell } = await officer.rectify(wrong.id, right.id, "gdpr-16", request);
    expect(toTell).to.deep.equal([]);
    expect(await service.ledger.rights.rectifying.supersededBy(wrong.leafIndex)).to.equal(right.leafIndex);
    await expectRejection("REQUEST_INVALID", officer.rectify(wrong.id, right.id, "gdpr-16"), /rectified already/);
  });

  it("keep to the sources of an officer's key", async () => {
    const { key } = await service.access.issue("north", "officer", { sources: ["north/*"] });
    const scoped = createClient({ url: service.url, apiKey: key, attempts: 1 });
    const { id } = await submitted("a fifth one");
    await expectRejection("FORBIDDEN", scoped.openRequest({ operation: "access", records: [id] }));
    await expectRejection("FORBIDDEN", scoped.restrict({ state: "restricted", basis: "gdpr-18", records: [id] }));
    await expectRejection("FORBIDDEN", scoped.restrictions(id));
    const { id: request } = await client("officer").openRequest({ operation: "access", records: [id] });
    await expectRejection("FORBIDDEN", scoped.personalCopy(request));
  });

  it("neither lift a restriction nor take a step of a request of another source", async () => {
    const { key } = await service.access.issue("south", "officer", { sources: ["south/*"] });
    const scoped = createClient({ url: service.url, apiKey: key, attempts: 1 });
    const officer = client("officer");
    const { id, leafIndex } = await submitted("a sixth one");
    const { id: event } = await officer.restrict({ state: "restricted", basis: "gdpr-18", records: [id] });
    await expectRejection(
      "NOT_FOUND",
      scoped.liftRestriction(event, { basis: "gdpr-18" }),
      /no restriction .* still holds/,
    );
    expect(await service.ledger.rights.restrictions.isRestricted(leafIndex, "research")).to.equal(true);
    const { subjects } = await officer.findPerson({ reporterEmail: MAIL });
    const byRecord = await officer.openRequest({ operation: "access", records: [id] });
    const bySubject = await officer.openRequest({ operation: "access", subject: subjects[0] as string });
    for (const request of [byRecord, bySubject]) {
      await expectRejection("NOT_FOUND", scoped.noteIdentity(request.id), /no request of that id/);
      const refusal = { told: request.needs?.refused ?? [], reason: "no", provisions: ["gdpr-12-5-b"] };
      await expectRejection("NOT_FOUND", scoped.refuseRequest(request.id, refusal), /no request of that id/);
      expect((await officer.request(request.id)).steps).to.have.lengthOf(1);
    }
    await expectRejection("REQUEST_INVALID", officer.liftRestriction(event, { basis: "gdpr-18" }), /before-lifting/);
    const [needed] = (await officer.restrictions(id)).items;
    await officer.liftRestriction(needed?.id ?? "", { basis: "gdpr-18", told: needed?.needs });
  });

  it("neither hand out a receipt nor answer a request of a person with records of another source", async () => {
    const { key } = await service.access.issue("west", "officer", { sources: ["west/*"] });
    const scoped = createClient({ url: service.url, apiKey: key, attempts: 1 });
    const officer = client("officer");
    const { id } = await submitted("a seventh one");
    const { subjects } = await officer.findPerson({ reporterEmail: MAIL });
    const subject = subjects[0] as string;
    const { id: consent } = await officer.noteConsent({ state: "given", purpose: "research", language: "es", subject });
    const unknown = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";
    const ask = async (path: string, body?: object): Promise<object> => {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await call(service, path, { headers, ...(body && { body: JSON.stringify(body) }) });
      return { status: answer.status, ...(answer.json as object), instance: "" };
    };
    const receipts = [consent, id, unknown].map((one) => ask(`/v1/privacy/consents/${one}/receipt`));
    const [foreign, ...others] = await Promise.all(receipts);
    expect(foreign).to.include({ status: 404, code: "NOT_FOUND" });
    for (const other of others) expect(other).to.deep.equal(foreign);
    expect((await scoped.consents(subject)).items).to.deep.equal([]);
    const own = JSON.parse(report("a western one")) as object;
    const sent = await submit(service, JSON.stringify({ ...own, source: "west/app", claims: { category: "pothole" } }));
    const { id: record } = sent.json as Required<Result>;
    const { id: request } = await officer.openRequest({ operation: "erase", records: [id] });
    const told = { basis: "gdpr-17-1-a", records: [record] };
    for (const [path, said] of [
      ["/v1/privacy/restrictions", { state: "restricted", ...told }],
      ["/v1/privacy/rectifications", { wrong: record, right: record, basis: "gdpr-16" }],
      ["/v1/privacy/erasures", told],
    ] as const) {
      const [one, ...more] = await Promise.all(
        [request, id, unknown].map((named) => ask(path, { ...said, request: named })),
      );
      expect(one, path).to.include({ status: 404, code: "NOT_FOUND" });
      for (const other of more) expect(other, path).to.deep.equal(one);
    }
    const { id: theirs } = await officer.openRequest({ operation: "erase", records: [record] });
    expect(await ask("/v1/privacy/erasures", { ...told, request: theirs })).to.include({ status: 200 });
    const stranger = await scoped.noteConsent({ state: "given", purpose: "research", language: "es" });
    expect((await scoped.receipt(stranger.id))["event"]).to.include({ state: "dpv:ConsentGiven" });
  });
});

describe("rights of people in Japan", () => {
  it("are another law's by one setting", async () => {
    const service = await startService({ jurisdiction: "jp-operator" });
    try {
      const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
      expect(await officer.law()).to.include({ jurisdiction: "jp-operator", law: "APPI" });
      await officer.addNotice(exampleNotice("ja"));
      const { id, needs, jurisdiction } = await officer.openRequest({ operation: "access" });
      expect([jurisdiction, needs?.done]).to.deep.equal(["jp-operator", ["copy", "provision-records"]]);
      await expectRejection("REQUEST_INVALID", officer.finishRequest(id, { told: needs?.done ?? [] }), /who sent/);
      await officer.noteIdentity(id);
      await officer.finishRequest(id, { told: needs?.done ?? [] });
    } finally {
      await service.stop();
    }
  });
});

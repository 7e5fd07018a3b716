// What an officer looks at before doing something: what a request is about, and what an erasure would take and leave.

import { expect } from "chai";

import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type Result } from "../support/call.ts";

const CLAIMS = { category: "pothole", text: "at my door", reporterEmail: "ana@example.org" };

describe("what an officer looks at first", () => {
  let service: TestService;
  let ids: readonly string[];
  before(async () => {
    service = await startService();
    ids = [await report("app/1"), await report("app/2")];
  });
  after(() => service.stop());

  async function report(source: string): Promise<string> {
    const answer = await submit(service, JSON.stringify({ type: "citizen-report", source, claims: CLAIMS }));
    return (answer.json as Required<Result>).id;
  }

  const officer = (path: string, body?: object) =>
    call(service, `/v1/privacy/${path}`, { role: "officer", ...(body && { body: JSON.stringify(body) }) });
  const preview = async (records: readonly string[]) =>
    ((await officer("erasure-previews", { records })).json as { readonly items: readonly object[] }).items;
  const sizeOfLog = (): number => service.log.tree.size;

  it("of an erasure says what goes and what stays by name, without a value, and enters nothing", async () => {
    await officer("disclosures", {
      ...{ records: [ids[0]], claims: ["text"], recipient: "Road works", purpose: "repair", purposeText: "fill it" },
      until: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const before = sizeOfLog();
    const [first] = await preview([ids[0]!]);
    expect(first).to.deep.include({ id: ids[0], source: "app/1", erased: false, restricted: false });
    expect(first)
      .to.have.property("takes")
      .that.deep.equals({
        ...{ claims: ["reporterEmail", "text"], received: null, pictures: 0, copies: 0, people: 1 },
      });
    expect(first)
      .to.have.property("leaves")
      .that.deep.equals({
        ...{ claims: ["category"], events: 1, grants: [{ number: 0, inForce: true, accesses: 0 }], givenTo: [] },
        otherRecords: 1,
      });
    expect(JSON.stringify(first)).to.not.match(/ana@|my door/);
    expect(sizeOfLog()).to.equal(before);
  });

  it("of an erasure says that a restriction stands against the use, and that nothing is left once it is done", async () => {
    await officer("restrictions", { state: "restricted", basis: "gdpr-18", records: [ids[1]] });
    expect((await preview([ids[1]!]))[0]).to.include({ restricted: true, erased: false });
    await officer("erasures", { records: [ids[1]], basis: "gdpr-17-1-a" });
    const [gone] = await preview([ids[1]!]);
    expect(gone).to.include({ erased: true });
    expect(gone).to.have.nested.property("takes.claims").that.deep.equals([]);
  });

  it("of an erasure shows an officer of other sources nothing, as if there were no such record", async () => {
    const { key } = await service.access.issue("other", "officer", { sources: ["elsewhere"] });
    const body = JSON.stringify({ records: [ids[0], "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f"] });
    const headers = { authorization: `Bearer ${key}` };
    const { items } = (await call(service, "/v1/privacy/erasure-previews", { headers, body })).json as {
      readonly items: readonly { readonly error?: { readonly code: string } }[];
    };
    expect(items.map(({ error }) => error?.code)).to.deep.equal(["NOT_FOUND", "NOT_FOUND"]);
  });

  it("of a request shows whose it is, what was said and why it takes longer, as an access in the log", async () => {
    const found = (await officer("persons", { reporterEmail: CLAIMS.reporterEmail })).json as { subjects: string[] };
    const [subject] = found.subjects;
    const asked = await officer("requests", {
      operation: "access",
      subject,
      records: [ids[0]],
      text: "what is there?",
    });
    const { id, leafIndex } = asked.json as { readonly id: string; readonly leafIndex: number };
    await officer(`requests/${id}/extend`, { told: ["extension-reason"], reason: "two offices" });
    const before = sizeOfLog();
    const { json } = await officer(`requests/${id}/about`);
    expect(json).to.deep.include({ subject, text: "what is there?", erased: false });
    expect(json).to.have.nested.property("records[0].id", ids[0]);
    expect(json).to.have.nested.property("reasons[0].reason", "two offices");
    expect(sizeOfLog()).to.equal(before + 1);
    const lineage = await call(service, `/v1/records?leaf=${before}`);
    expect(lineage.text).to.include(`"record":${leafIndex}`);
    for (const role of ["auditor", "admin"] as const)
      expectProblem(await call(service, `/v1/privacy/requests/${id}/about`, { role }), 403, "FORBIDDEN");
  });

  it("of a request shows nothing to an officer who is not for all of its records", async () => {
    const asked = await officer("requests", { operation: "erase", records: [ids[0]] });
    const { id } = asked.json as { readonly id: string };
    const { key } = await service.access.issue("one source", "officer", { sources: ["app/2"] });
    const headers = { authorization: `Bearer ${key}` };
    expectProblem(await call(service, `/v1/privacy/requests/${id}/about`, { headers }), 404, "NOT_FOUND");
  });
});

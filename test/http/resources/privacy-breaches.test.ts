// Breaches over HTTP: noted by officers and admins, seen in outline by auditors, and in full by an officer who may act for all
// of the records. Neither the log, its answers to others nor the service's log says what happened, or to whom.

import { expect } from "chai";

import { createClient, type Client } from "../../../src/client/client.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Role } from "../../../src/keys/api-keys.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type Result } from "../support/call.ts";

const FACTS = {
  ...{ nature: "CANARY-NATURE", cause: "CANARY-CAUSE", peopleCategories: "residents", recordCategories: "reports" },
  ...{ people: 777_001, records: 777_002, contact: "CANARY-DPO", consequences: "CANARY-SPAM", measures: "CANARY-KEYS" },
};
const UNKNOWN = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("breaches", () => {
  let service: TestService;
  before(async () => (service = await startService({ logLevel: "trace" })));
  after(() => service.stop());
  const client = (role: Role): Client => createClient({ url: service.url, attempts: 1, apiKey: service.keys[role] });

  async function reportOf(mail: string, source = "app"): Promise<Required<Result>> {
    const claims = { category: "noise", text: "x", reporterEmail: mail };
    const record = JSON.stringify({ type: "citizen-report", source, claims });
    return (await submit(service, record)).json as Required<Result>;
  }

  /** With each answer held against the API's document. */
  async function post(path: string, body: object, role: Role = "officer"): Promise<JsonObject> {
    const answer = await call(service, `/v1/privacy/breaches${path}`, { role, body: JSON.stringify(body) });
    expect(answer.status, answer.text).to.equal(201);
    return answer.json as JsonObject;
  }

  it("go from their note to their end, and leave nothing of what happened outside the vault", async () => {
    const [ana, ben] = [await reportOf("CANARY-ana@example.org"), await reportOf("CANARY-ben@example.org")];
    const happenedAt = new Date(Date.now() - 86_400_000).toISOString();
    const noted = await post("", { facts: { nature: FACTS.nature }, records: [ana.id], happenedAt });
    const { id } = noted as { id: string };
    expect(noted).to.include({ state: "noted", jurisdiction: "eu", records: "0-9", overdue: false });
    await post(`/${id}/authority`, { report: "preliminary" });
    await post(`/${id}/amend`, { records: [ben.id], facts: { cause: FACTS.cause }, onPurpose: true });
    const people = (await call(service, `/v1/privacy/breaches/${id}/people`, { role: "officer" })).json as {
      people: { subject: string; records: { id: string }[] }[];
    };
    expect(people.people.map(({ records }) => records.map((one) => one.id))).to.deep.equal([[ana.id], [ben.id]]);
    const [first] = people.people;
    await post(`/${id}/people`, { subjects: [first!.subject], complete: false });
    await post(`/${id}/people`, { subjects: "all", others: 1, complete: true });
    await post(`/${id}/authority`, { report: "final", facts: FACTS });
    const filed = await call(service, `/v1/privacy/breaches/${id}/report`, { role: "officer" });
    expect(filed.json).to.deep.include({ format: "warifu:breach-report:1", id, lacks: [], onPurpose: true });
    expect((filed.json as JsonObject)["facts"]).to.deep.equal({ ...FACTS, publication: null });
    const closed = await post(`/${id}/close`, {});
    expect(closed).to.include({ state: "closed", records: "0-9" }).and.not.have.property("reasons");

    // What everybody else can get hold of.
    const size = service.log.tree.publishedSize;
    const bodies = (await service.store.entries(0, size)).map(({ body }) => Buffer.from(body ?? []).toString());
    const seen = await Promise.all(
      (["auditor", "admin"] as const).flatMap((role) =>
        [`?state=all`, `/${id}`].map(
          async (path) => (await call(service, `/v1/privacy/breaches${path}`, { role })).text,
        ),
      ),
    );
    expect(seen.join()).to.include(id);
    expect([...bodies, ...seen, service.logText()].join("\n")).to.not.match(/CANARY|sub_|77700/);
    // An officer's look at all of it is an access in the log.
    expect(bodies.filter((text) => text.includes("warifu:access:1"))).to.have.lengthOf(1);
  });

  it("are noted and followed by an admin, who is shown neither what happened nor whom it concerns", async () => {
    const admin = client("admin");
    const { id } = await admin.noteBreach({ facts: { nature: "a key was stolen" } });
    await admin.tellAuthority(id, { report: "final", facts: FACTS });
    await admin.findNotNeeded(id, { whom: "people", reason: "no-high-risk", words: "it was revoked at once" });
    await expectRejection("FORBIDDEN", admin.breachReport(id));
    await expectRejection("FORBIDDEN", admin.breachPeople(id));
    await expectRejection("FORBIDDEN", admin.tellPeople(id, { others: 1, complete: true }));
    expect((await admin.closeBreach(id)).steps.map(({ state }) => state)).to.deep.equal([
      ...["noted", "authority-told", "not-needed", "closed"],
    ]);
    const auditor = client("auditor");
    expect((await auditor.breaches("closed")).items.map((one) => one.id)).to.include(id);
    expect((await auditor.breach(id)).clocks.map(({ stopped }) => stopped?.late)).to.deep.equal([false, false]);
    await expectRejection("FORBIDDEN", auditor.noteBreach({ facts: { nature: "x" } }));
    await expectRejection("FORBIDDEN", auditor.closeBreach(id));
  });

  it("keep to the sources of an officer's key, alike whether there is such a breach or not", async () => {
    const { key } = await service.access.issue("north", "officer", { sources: ["north/*"] });
    const scoped = createClient({ url: service.url, apiKey: key, attempts: 1 });
    const [own, other] = [await reportOf("a@example.org", "north/app"), await reportOf("b@example.org", "south/app")];
    await expectRejection("FORBIDDEN", scoped.noteBreach({ facts: FACTS }));
    await expectRejection("FORBIDDEN", scoped.noteBreach({ facts: FACTS, records: [own.id, other.id] }));
    const mine = await scoped.noteBreach({ facts: FACTS, records: [own.id] });
    await expectRejection("FORBIDDEN", scoped.amendBreach(mine.id, { records: [other.id] }));
    expect((await scoped.breachPeople(mine.id)).people).to.have.lengthOf(1);
    const foreign = await client("officer").noteBreach({ facts: FACTS, records: [other.id] });
    const unnamed = await client("officer").noteBreach({ facts: FACTS });
    const headers = { authorization: `Bearer ${key}` };
    const refusals = new Set<string>();
    for (const id of [foreign.id, unnamed.id, own.id, UNKNOWN])
      for (const [path, body] of [
        ["report", undefined],
        ["people", undefined],
        ["close", {}],
        ["people", { subjects: "all", complete: true }],
        ["authority", { report: "preliminary" }],
      ] as const) {
        const options = { headers, ...(body && { body: JSON.stringify(body) }) };
        const answer = await call(service, `/v1/privacy/breaches/${id}/${path}`, options);
        expectProblem(answer, 404, "NOT_FOUND");
        refusals.add(answer.text.replace(/"instance":"[^"]*"/, ""));
      }
    expect([...refusals]).to.have.lengthOf(1);
    expect((await client("officer").breach(foreign.id)).steps).to.have.lengthOf(1);
    // Once another officer has added a record of another source, it is not this key's any more.
    await client("officer").amendBreach(mine.id, { records: [other.id] });
    await expectRejection("NOT_FOUND", scoped.breachReport(mine.id), /no breach of that id/);
  });

  it("are refused with what is wrong, which says nothing of what was sent", async () => {
    const { id } = await client("officer").noteBreach({ facts: { nature: "x" } });
    const wrong: readonly (readonly [path: string, body: object, reason: RegExp])[] = [
      ["", { facts: { nature: "CANARY", colour: "CANARY" } }, /not known here/],
      ["", { facts: { cause: "CANARY" } }, /facts\.nature/],
      ["", { facts: { nature: "CANARY" }, knownAt: "2099-01-01T00:00:00Z" }, /future/],
      ["", { facts: { nature: "CANARY" }, knownAt: "yesterday" }, /knownAt/],
      ["", { facts: { nature: "CANARY", people: -1 } }, /facts\.people/],
      [`/${id}/amend`, {}, /nothing new/],
      [`/${id}/authority`, { report: "CANARY" }, /report/],
      [`/${id}/authority`, { report: "final" }, /also says: peopleCategories/],
      [`/${id}/people`, { subjects: [`sub_${"A".repeat(22)}`], complete: false }, /nobody whose records/],
      [`/${id}/people`, { subjects: ["CANARY"], complete: false }, /subjects/],
      [`/${id}/not-needed`, { whom: "people", reason: "not-reportable", words: "CANARY" }, /the law of eu knows/],
      [`/${id}/close`, {}, /still runs: authority, people/],
    ];
    for (const [path, body, reason] of wrong) {
      const answer = await call(service, `/v1/privacy/breaches${path}`, {
        role: "officer",
        body: JSON.stringify(body),
      });
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect(answer.text).to.match(reason).and.not.include("CANARY");
    }
  });
});

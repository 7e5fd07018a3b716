// Records that go to other controllers and come from them, over HTTP: two cities, one law each, and one gate.

import { expect } from "chai";

import { parseBundle } from "../../../src/core/bundle.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { parseOpening } from "../../../src/core/opening.ts";
import { formatVerifierKey } from "../../../src/core/note.ts";
import { formatPolicy } from "../../../src/core/policy.ts";
import { parseProvision, type ProvisionFile } from "../../../src/core/provision-file.ts";
import { recordFromBundle } from "../../../src/privacy/received-record.ts";
import { acknowledged } from "../../support/ledger.ts";
import { ROUTES } from "../../../src/http/routes.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { startService, type TestService } from "../../support/service.ts";
import { AMERICAN, entryAt, FUJISAWA, OPERATOR, SANTANDER } from "../../support/transfers.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, expectProblem, submit, type CalledAnswer, type Result } from "../support/call.ts";

const CANARIES = ["Hanako Tanaka", "hanako@example.org", "A deep hole at my door"];
const [REPORTER, EMAIL, TEXT] = CANARIES as [string, string, string];
const REPORT = {
  type: "citizen-report",
  source: "app/1",
  claims: { category: "pothole", text: TEXT, reporterName: REPORTER, reporterEmail: EMAIL },
};

interface Recipient {
  readonly number: number;
  readonly ways: readonly { readonly id: string; readonly lacks: readonly string[] }[];
}

describe("records that go to another controller", () => {
  const running = anchoredService();
  let japan: TestService;
  let ids: string[];
  before(async () => {
    japan = await startService({ origin: "operator.example/log", jurisdiction: "jp-operator" });
    ids = [];
    for (let count = 0; count < 4; count++)
      ids.push(((await submit(running.service, JSON.stringify(REPORT))).json as Required<Result>).id);
    await running.service.anchorAll();
    for (const recipient of [OPERATOR, FUJISAWA]) await keep(running.service, recipient);
    await keep(japan, { ...SANTANDER, log: formatVerifierKey(running.service.policy.log) });
    await keep(japan, AMERICAN);
  });
  after(() => japan.stop());

  const officer = (service: TestService, path: string, body?: unknown): Promise<CalledAnswer> =>
    call(service, `/v1/privacy/${path}`, {
      role: "officer",
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  async function keep(service: TestService, recipient: object): Promise<Recipient> {
    const answer = await officer(service, "recipients", recipient);
    expect(answer.status, answer.text).to.equal(201);
    return answer.json as Recipient;
  }

  const wanted = (records: readonly string[], more: object = {}) => ({
    ...{ records, recipient: OPERATOR.name, claims: ["text"], purpose: "planning" },
    ...more,
  });

  async function provide(records: readonly string[], more: object = {}): Promise<string> {
    const answer = await officer(running.service, "provisions", wanted(records, more));
    expect(answer.status, answer.text).to.equal(201);
    return answer.text;
  }

  const receive = (file: string, more: object = {}): Promise<CalledAnswer> =>
    officer(japan, "receptions", {
      ...{ file, policy: formatPolicy(running.service.policy), from: SANTANDER.name, how: "by courier" },
      ...more,
    });

  it("go with the named claims and a label, in bundles that hold", async () => {
    const text = await provide([ids[0]!]);
    const { records, purpose } = parseProvision(utf8(text));
    const [{ label, bundle }] = records as [ProvisionFile["records"][number]];
    expect([purpose, records.length]).to.deep.equal(["planning", 1]);
    expect(label).to.deep.equal({
      ...{ basis: "eu-adequacy-2019-419", jurisdiction: "eu", law: "GDPR", lawVersion: "2018-05-25" },
      ...{ log: "test.example/ledger", onward: "eu-jp-rule-4" },
    });
    expect(parseBundle(utf8(bundle)).openings.map((one) => parseOpening(one).name)).to.deep.equal(["text"]);
    expect((await verifyBundle(utf8(bundle), running.service.policy)).outcome).to.equal("holds");
    for (const hidden of [REPORTER, EMAIL]) expect(text.includes(hidden)).to.equal(false);
  });

  it("are listed with whom they went to, and in the person's own copy", async () => {
    await provide([ids[1]!]);
    const { items } = (await officer(running.service, `provisions?record=${ids[1]}`)).json as { items: object[] };
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({
      ...{ record: ids[1], to: OPERATOR.name, country: "JP", claims: ["text"], purpose: "planning" },
      ...{ basis: "eu-adequacy-2019-419", jurisdiction: "eu", lawVersion: "2018-05-25" },
    });
    const asked = await officer(running.service, "requests", { operation: "access", records: [ids[1]] });
    const copy = await officer(running.service, `requests/${(asked.json as { id: string }).id}/copy`);
    const [{ events }] = (copy.json as { records: [{ events: { type: string; says: object }[] }] }).records;
    const provisions = events.filter(({ type }) => type === "warifu:provision:1");
    expect(provisions).to.have.length(1);
    expect(provisions[0]?.says).to.deep.include({ to: OPERATOR.name, claims: ["text"] });
  });

  it("are refused a city in Japan until there is an arrangement, and the refusal says what would open the way", async () => {
    const refused = await officer(running.service, "provisions", wanted([ids[0]!], { recipient: FUJISAWA.name }));
    expectProblem(refused, 403, "TRANSFER_REFUSED");
    const { detail } = refused.json as { detail: string };
    for (const way of ["eu-scc-2021-914", "eu-arrangement-46-3-b", "eu-consent-49-1-a"]) expect(detail).to.include(way);
    expect(detail).to.not.include(FUJISAWA.name);
    const paper = { basis: "eu-arrangement-46-3-b", kind: "contract", reference: "2026/17" };
    const { ways } = await keep(running.service, { ...FUJISAWA, papers: [paper] });
    expect(ways.map(({ id, lacks }) => [id, lacks.length])).to.deep.include(["eu-arrangement-46-3-b", 0]);
    await provide([ids[0]!], { recipient: FUJISAWA.name });
    await keep(running.service, FUJISAWA);
  });

  it("are received with whose law came with them, once, and Rule 4 holds when they go on", async () => {
    const file = await provide([ids[2]!]);
    const first = (await receive(file)).json as { items: { id: string; origin: string; isNew: boolean }[] };
    const [{ id }] = first.items as [(typeof first.items)[number]];
    expect(first.items[0]).to.include({ origin: "eu", isNew: true });
    const again = (await receive(file)).json as typeof first;
    expect(again.items[0]).to.deep.include({ id, isNew: false });
    const { leafIndex } = await japan.ledger.records.placeOf(id);
    const { entry, body } = await entryAt(japan.log, leafIndex);
    const claims = await japan.log.check.claimsOf(entry.leafIndex, body);
    expect(claims).to.deep.include({ category: "pothole", text: TEXT });
    expect(Object.keys(claims ?? {}).sort()).to.deep.equal(["category", "received", "text"]);
    const shown = (await call(japan, `/v1/records/${id}`)).json as { source: string; claims: object };
    expect(shown).to.deep.include({ source: "received/0", claims: { category: "pothole" } });
    const refused = await officer(japan, "provisions", wanted([id], { recipient: AMERICAN.name, purpose: "planning" }));
    expectProblem(refused, 403, "TRANSFER_REFUSED");
    expect((refused.json as { detail: string }).detail)
      .to.include("jp-rule-4-consent")
      .and.not.include("jp-28-consent");
  });

  it("go nowhere when a crash kept whose law came with them out of the log, until their file is received again", async () => {
    const file = await provide([ids[2]!], { claims: ["text", "reporterName"] });
    const [{ bundle }] = parseProvision(utf8(file)).records as [ProvisionFile["records"][number]];
    const { value } = recordFromBundle(bundle, "received/0", Date.now());
    const submitter = { sender: "received", assertMaySend: () => undefined };
    const { id } = acknowledged(await japan.pipeline.submit([value], submitter))[0]!;
    const wantedOf = wanted([id], { recipient: SANTANDER.name });
    const refused = await officer(japan, "provisions", wantedOf);
    expectProblem(refused, 403, "TRANSFER_REFUSED");
    expect((refused.json as { detail: string }).detail).to.include("receive its file again");
    const { items } = (await receive(file)).json as { items: object[] };
    expect(items[0]).to.deep.include({ id, origin: "eu", isNew: true });
  });

  it("stay under the law of where they come from, whatever their label says", async () => {
    const file = await provide([ids[1]!]);
    const relabelled = file.replace('"jurisdiction": "eu"', '"jurisdiction": "jp-operator"');
    expect(relabelled).to.not.equal(file);
    const { items } = (await receive(relabelled)).json as { items: object[] };
    expect(items[0]).to.deep.include({ origin: "eu", isNew: true });
  });

  it("are not received when they do not verify, or come from another log than the sender's", async () => {
    const file = JSON.parse(await provide([ids[2]!])) as { records: { bundle: string }[] };
    const forged = file.records[0]!.bundle.replace("pothole", "sinkhole");
    const { items } = (await receive(JSON.stringify({ ...file, records: [{ ...file.records[0], bundle: forged }] })))
      .json as { items: { error: { code: string } }[] };
    expect(items[0]?.error.code).to.equal("BODY_MISMATCH");
    const other = formatPolicy({ ...running.service.policy, log: japan.policy.log });
    expectProblem(await receive(JSON.stringify(file), { policy: other }), 400, "ORIGIN_MISMATCH");
    expectProblem(await receive(JSON.stringify(file), { from: "Nobody" }), 404, "NOT_FOUND");
    expectProblem(await receive("{}"), 400, "BUNDLE_INVALID");
  });

  it("do not go once provision has ceased, nor once they are erased, to anybody and by any way", async () => {
    const id = ids[3]!;
    const grant = await officer(running.service, "disclosures", {
      ...{ records: [id], claims: ["text", "reporterName"], recipient: "Somebody", purpose: "audit" },
      ...{ purposeText: "file 1", until: new Date(Date.now() + 3_600_000).toISOString() },
    });
    const { disclosure, token } = grant.json as { disclosure: number; token: string };
    const shown = (what: string): Promise<CalledAnswer> =>
      call(running.service, `/v1/disclosures/${disclosure}/records/${id}/${what}`, {
        headers: { authorization: `Bearer ${token}` },
      });
    for (const way of ["bundle", "sd-jwt"]) expect((await shown(way)).status, way).to.equal(200);
    const ceased = { state: "provision-ceased", basis: "gdpr-18", records: [id] };
    expect((await officer(running.service, "restrictions", ceased)).status).to.equal(201);
    const ways = ROUTES.filter(({ takesToken, path }) => takesToken && path.includes("{id}")).map(({ path }) => path);
    expect(ways.length).to.be.greaterThan(3);
    for (const path of ways) {
      const way = path.replace(/.*\{id\}\//, "").replace("{hash}", "0".repeat(64));
      expect((await shown(way)).status, path).to.be.oneOf([403, 404]);
    }
    expectProblem(await officer(running.service, "provisions", wanted([id])), 403, "TRANSFER_REFUSED");
    await officer(running.service, "erasures", { records: [id], basis: "gdpr-17-1-a" });
    expectProblem(await officer(running.service, "provisions", wanted([id])), 403, "TRANSFER_REFUSED");
  });

  it("show a recipient of the register what was granted by the same gate", async () => {
    const grantTo = async (recipient: string) => {
      const answer = await officer(running.service, "disclosures", {
        ...{ records: [ids[0]], claims: ["text"], recipient, purpose: "audit", purposeText: "file 2" },
        until: new Date(Date.now() + 3_600_000).toISOString(),
      });
      const { disclosure, token } = answer.json as { disclosure: number; token: string };
      return call(running.service, `/v1/disclosures/${disclosure}/records/${ids[0]}/bundle`, {
        headers: { authorization: `Bearer ${token}` },
      });
    };
    expect((await grantTo(OPERATOR.name)).status).to.equal(200);
    for (const name of [FUJISAWA.name, FUJISAWA.name.toUpperCase(), ` ${FUJISAWA.name}.`]) {
      const refused = await grantTo(name);
      expectProblem(refused, 403, "TRANSFER_REFUSED");
      expect(refused.text).to.not.match(/basis|lacks|restricted/);
    }
  });

  it("are refused alike for claims that are not there, other roles, and recipients that are unknown", async () => {
    const body = (more: object): string => JSON.stringify(wanted([ids[0]!], more));
    const path = "/v1/privacy/provisions";
    expectProblem(
      await officer(running.service, "provisions", wanted([ids[0]!], { claims: ["x"] })),
      400,
      "REQUEST_INVALID",
    );
    expectProblem(
      await officer(running.service, "provisions", wanted([ids[0]!], { recipient: "Nobody" })),
      404,
      "NOT_FOUND",
    );
    for (const role of ["auditor", "submitter"] as const)
      expectProblem(await call(running.service, path, { role, body: body({}) }), 403, "FORBIDDEN");
    expectProblem(await call(running.service, path, { body: body({}) }), 401, "UNAUTHENTICATED");
  });

  it("leave nothing of people, claims or recipients in the log, the service's log, or addresses", async () => {
    for (const service of [running.service, japan]) {
      const entries = await service.store.entries(0, service.log.tree.size);
      const said = entries.filter(({ kind }) => kind === "provision");
      expect(said.length).to.be.greaterThan(2);
      const texts = [service.logText(), ...said.map(({ body }) => Buffer.from(body ?? []).toString())];
      const names = [OPERATOR, FUJISAWA, SANTANDER, AMERICAN].map(({ name }) => name);
      for (const text of texts)
        for (const trace of [...CANARIES, ...names, '"text"', "by courier", "planning"])
          expect(text.includes(trace), trace).to.equal(false);
    }
  });
});

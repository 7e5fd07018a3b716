// Erasing and withholding over HTTP, with the client and on the command line: officers alone, an outcome for each record, and a
// record's page that says what became of it.

import { expect } from "chai";

import { decodeBodyBundle } from "../../../src/core/body-bundle.ts";
import type { ErasuresAnswer } from "../../../src/client/answers.ts";
import { createClient } from "../../../src/client/client.ts";
import { ROLES } from "../../../src/keys/api-keys.ts";
import { runHere } from "../../cli/support/run-here.ts";
import { report, temporaryFolder } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, type CallOptions, expectProblem, submit, type Result } from "../support/call.ts";

const UNKNOWN = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("erasing records over HTTP", () => {
  let service: TestService;
  before(async () => (service = await startService({ logLevel: "debug" })));
  after(() => service.stop());

  let number = 0;
  const send = async (source = "city/app"): Promise<Required<Result>> =>
    (await submit(service, JSON.stringify(report(++number, { source })))).json as Required<Result>;
  const post = (what: string, body: object, more: CallOptions = {}) =>
    call(service, `/v1/privacy/${what}`, {
      ...(more.headers === undefined && { role: "officer" as const }),
      body: JSON.stringify(body),
      ...more,
    });
  const erase = async (ids: readonly string[], more: CallOptions = {}): Promise<ErasuresAnswer> => {
    const answer = await post("erasures", { records: ids, basis: "gdpr-17-1-a" }, more);
    expect(answer.status, answer.text).to.equal(200);
    return answer.json as ErasuresAnswer;
  };

  it("answers when it is done, for each record, and again without a new event", async () => {
    const [one, two] = [await send(), await send()];
    const first = await erase([one.id, UNKNOWN, two.id, one.id]);
    expect(first.gone).to.equal(true);
    expect(first.items.map((item) => ("error" in item ? item.error.code : item.isNew))).to.deep.equal([
      true,
      "NOT_FOUND",
      true,
    ]);
    expect((await erase([two.id])).items).to.deep.equal([{ ...first.items[2], isNew: false }]);
    const view = await call(service, `/v1/records/${one.id}`);
    const { event } = first.items[0] as { event: number };
    expect(view.json).to.deep.include({ leafIndex: one.leafIndex, claims: { category: "pothole" } });
    expect(view.json).to.have.property("erased").that.includes({ basis: "gdpr-17-1-a", event });
    const erasure = await call(service, `/v1/privacy/erasures/${one.id}`, { role: "officer" });
    expect(erasure.json).to.deep.include({ id: one.id, withheld: null, kept: false });
    const lineage = await call(service, `/v1/records/${one.id}/lineage`);
    expect(lineage.text).to.include('"what":"erased"');
  });

  it("withholds bodies: the public log, the list and the page show a tombstone, and the leaf stays", async () => {
    const one = await send();
    const hash = await bodyHash(one.leafIndex);
    const addendum = `/log/addenda/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
    expect((await call(service, addendum)).status).to.equal(200);
    const answer = await post("withholdings", { records: [one.id], reason: "unlawful", basis: "gdpr-17-1-d" });
    expect(answer.status, answer.text).to.equal(200);
    expect((await call(service, addendum)).status).to.equal(404);
    const bundle = (await call(service, `/log/bodies/000.p/${one.leafIndex + 1}`)).bytes;
    expect(decodeBodyBundle(bundle, one.leafIndex + 1)[one.leafIndex]).to.equal("withheld");
    const view = (await call(service, `/v1/records/${one.id}`)).json as object;
    expect(view).to.include({ leafHash: one.leafHash, leafIndex: one.leafIndex, source: "city/app" });
    expect(view).to.have.property("withheld").that.includes({ reason: "unlawful", basis: "gdpr-17-1-d" });
    expect(view).not.to.have.any.keys("claims", "vct", "concealed", "erased");
    const listed = await call(service, `/v1/records?leaf=${one.leafIndex}`, { role: "auditor" });
    expect(listed.json).to.have.nested.property("items[0].withheld.reason", "unlawful");
    expect(service.logText()).to.match(/"event":"bodies-withheld"/);
  });

  it("is for officers alone, and for records of their sources: what is another's is as if it were not there", async () => {
    const one = await send("port/app");
    for (const role of ROLES.filter((each) => each !== "officer"))
      expectProblem(await post("erasures", { records: [one.id], basis: "a" }, { role }), 403, "FORBIDDEN");
    const { key } = await createClient({ url: service.url, apiKey: service.keys.admin }).issueKey("city", "officer", {
      sources: ["city/*"],
    });
    const own = { headers: { authorization: `Bearer ${key}` } };
    const [foreign, unknown] = (await erase([one.id, UNKNOWN], own)).items;
    expect({ ...foreign, id: "" }).to.deep.equal({ ...unknown, id: "" });
    expect(await service.log.check.isErased(one.leafIndex)).to.equal(false);
    expectProblem(await call(service, `/v1/privacy/erasures/${one.id}`, { headers: own.headers }), 404, "NOT_FOUND");
  });

  it("refuses what is no basis, no reason and no record, and repeats nothing of it", async () => {
    const one = await send();
    for (const [what, body] of [
      ["erasures", { records: [one.id], basis: "Maria Canary asked" }],
      ["erasures", { records: [], basis: "gdpr-17-1-a" }],
      ["erasures", { records: [one.id] }],
      ["withholdings", { records: [one.id], reason: "Maria Canary asked" }],
    ] as const) {
      const answer = await post(what, body);
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect(answer.text).not.to.include("Canary");
    }
  });

  it("rests on a provision of the law in force, which anything else would be public for ever in place of", async () => {
    const one = await send();
    for (const basis of ["maria-canary-asked", "appi-35-3", "retention", "constructor"])
      for (const [what, more] of [
        ["erasures", {}],
        ["withholdings", { reason: "unlawful" }],
      ] as const) {
        const answer = await post(what, { records: [one.id], basis, ...more });
        expectProblem(answer, 400, "REQUEST_INVALID");
        expect(answer.text)
          .to.match(/law of eu has no such provision: .*\/v1\/privacy\/law/)
          .and.not.include(basis);
      }
    expect(await service.log.check.isErased(one.leafIndex)).to.equal(false);
  });

  it("names a request by its id, which is at the desk, and the event has its leaf", async () => {
    const [one, two] = [await send(), await send()];
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    const request = await officer.openRequest({ operation: "erase", records: [one.id] });
    const grounds = { records: [one.id], basis: "gdpr-17-1-a" };
    expectProblem(await post("erasures", { ...grounds, request: 4711 }), 400, "REQUEST_INVALID");
    for (const id of [UNKNOWN, one.id])
      expectProblem(await post("erasures", { ...grounds, request: id }), 404, "NOT_FOUND");
    expect(await service.log.check.isErased(one.leafIndex)).to.equal(false);
    const eventOf = async (answer: ErasuresAnswer): Promise<string> => {
      const { event } = answer.items[0] as { event: number };
      const [entry] = await service.store.entries(event, event + 1);
      return Buffer.from(entry!.body!).toString();
    };
    const stated = `"request":${request.leafIndex}`;
    const answer = await officer.eraseRecords([one.id], { basis: "gdpr-17-1-a", request: request.id });
    expect(await eventOf(answer)).to.include(stated);
    const to = ["--url", service.url, "--key", service.keys.officer, "--yes", "--json"];
    const run = await runHere(
      ["erase", two.id, "--basis", "gdpr-17-1-a", "--request", request.id, ...to],
      temporaryFolder(),
    );
    expect(run.code, run.stderr).to.equal(0);
    expect(await eventOf(JSON.parse(run.stdout) as ErasuresAnswer)).to.include(stated);
  });

  it("is on the command line: says what goes and stays, and asks", async () => {
    const folder = temporaryFolder();
    const [one, two] = [await send(), await send()];
    const to = ["--url", service.url, "--key", service.keys.officer];
    const unasked = await runHere(["erase", one.id, "--basis", "gdpr-17-1-a", ...to], folder);
    expect(unasked.code).to.equal(2);
    expect(unasked.stderr)
      .to.match(/goes: .*pictures/)
      .and.to.match(/stays: its leaf/)
      .and.to.match(/--yes/);
    expect(await service.log.check.isErased(one.leafIndex)).to.equal(false);
    const run = await runHere(["erase", one.id, "--basis", "gdpr-17-1-a", "--yes", "--json", ...to], folder);
    expect(run.code, run.stderr).to.equal(0);
    expect(JSON.parse(run.stdout)).to.deep.include({ gone: true });
    const unknown = await runHere(["erase", UNKNOWN, "--basis", "gdpr-17-1-a", "--yes", ...to], folder);
    expect(unknown.code).to.equal(2);
    expect(unknown.stdout).to.include("there is no record of that id");
    const withheld = await runHere(["withhold", two.id, "--reason", "personal-data", "--yes", ...to], folder);
    expect(withheld.stdout).to.match(/withheld: leaf \d+/);
    const shown = await runHere(["show", one.id, ...to], folder);
    expect(shown.stdout).to.match(/erased .* on gdpr-17-1-a; what it concealed is gone/);
    expect((await runHere(["show", two.id, ...to], folder)).stdout).to.match(/withheld .* personal-data/);
  });

  it("runs the retention on demand, for a key of all sources, and on the command line", async () => {
    const run = await post("retention", { dryRun: true });
    expect(run.json).to.deep.include({ restricted: 0, complete: true });
    expect(run.json).to.have.nested.property("items[0].type", "citizen-report");
    const { key } = await createClient({ url: service.url, apiKey: service.keys.admin }).issueKey("port", "officer", {
      sources: ["port/*"],
    });
    const scoped = { headers: { authorization: `Bearer ${key}` } };
    expectProblem(await post("retention", {}, scoped), 403, "FORBIDDEN");
    const to = ["--url", service.url, "--key", service.keys.officer];
    const shown = await runHere(["privacy", "retention", "--dry-run", ...to], temporaryFolder());
    expect(shown.stdout).to.match(/citizen-report {2}kept for [\d,]+ days: 0 records would be erased/);
  });

  async function bodyHash(leafIndex: number): Promise<string> {
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    return Buffer.from(entry!.bodyDigest).toString("hex");
  }
});

// A disclosure over HTTP: an officer grants claims, the recipient's token gives exactly those, and each look is in the log.

import { expect } from "chai";

import { parseBundle } from "../../../src/core/bundle.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { parseOpening } from "../../../src/core/opening.ts";
import { parseSourceKey } from "../../../src/core/source-key.ts";
import type { JsonValue } from "../../../src/core/json.ts";
import { auditLogOverHttp } from "../../../src/verify/audit-log.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { sdJwtReader } from "../../support/sd-jwt-reader.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, expectProblem, readingText, submit, type Result } from "../support/call.ts";

const CANARY = "Hanako Tanaka";
const REPORT = {
  type: "citizen-report",
  source: "app/1",
  claims: { category: "pothole", text: "A deep hole", reporterName: CANARY, reporterEmail: "hanako@example.org" },
};

interface Granted {
  readonly disclosure: number;
  readonly token: string;
  readonly until: number;
}

describe("a disclosure over HTTP", () => {
  const running = anchoredService();
  let now = 0;
  let one: string;
  let other: string;
  before(async () => {
    one = await report();
    other = await report();
    await running.service.anchorAll();
    now = Date.now();
  });

  async function report(): Promise<string> {
    return ((await submit(running.service, JSON.stringify(REPORT))).json as Required<Result>).id;
  }

  const wanted = (records: readonly string[], more: object = {}): string =>
    JSON.stringify({
      ...{ records, claims: ["text"], recipient: "Kenji Auditor", purpose: "audit", purposeText: "file 4711" },
      until: new Date(now + 3_600_000).toISOString(),
      ...more,
    });

  async function grant(records: readonly string[], more: object = {}): Promise<Granted> {
    const body = wanted(records, more);
    const answer = await call(running.service, "/v1/privacy/disclosures", { role: "officer", body });
    expect(answer.status, answer.text).to.equal(201);
    return answer.json as Granted;
  }

  const get = (path: string, token: string) =>
    call(running.service, `/v1/disclosures/${path}`, { headers: { authorization: `Bearer ${token}` } });

  const openingsGiven = (): number => running.service.logText().match(/"event":"openings-given"/g)?.length ?? 0;

  const bundleNames = (text: string): string[] =>
    parseBundle(utf8(text)).openings.map((opening) => parseOpening(opening).name);

  it("shows its recipient the granted claims in bundles that hold, and nothing else", async () => {
    const { disclosure, token } = await grant([one, other]);
    const shown = (await get(`${disclosure}`, token)).json as { records: { id: string; claims: string[] }[] };
    expect(shown.records.map(({ id, claims }) => [id, claims])).to.deep.equal([
      [one, ["text"]],
      [other, ["text"]],
    ]);
    const { text } = await get(`${disclosure}/records/${one}/bundle`, token);
    expect(bundleNames(text)).to.deep.equal(["text"]);
    expect(text).to.not.include(CANARY);
    const { outcome, record } = await verifyBundle(utf8(text), running.service.policy);
    expect([outcome, record?.claims]).to.deep.equal(["holds", { category: "pothole", text: "A deep hole" }]);
  });

  it("says what the claims are called, in the language of whoever reads", async () => {
    const { disclosure, token } = await grant([one], { claims: ["text", "reporterEmail"] });
    const labels = async (lang: string, path = `/v1/disclosures/${disclosure}`, key = token) => {
      const headers = { authorization: `Bearer ${key}`, "accept-language": lang };
      const answer = await call(running.service, path, { headers });
      expect(answer.headers.get("vary")?.toLowerCase()).to.include("accept-language");
      const { records, items } = answer.json as Record<string, { labels: Record<string, string> }[]>;
      return (records ?? items)!.at(-1)!.labels;
    };
    expect(await labels("es-ES, en;q=0.3")).to.deep.equal({
      reporterEmail: "Correo de quien avisa",
      text: "Descripción",
    });
    expect(await labels("ja")).to.include({ text: "内容" });
    expect(await labels("sv")).to.include({ text: "Description" });
    expect(await labels("ja", `/v1/disclosures/${disclosure}?lang=es`)).to.include({ text: "Descripción" });
    const list = "/v1/privacy/disclosures?limit=1000";
    expect(await labels("ja", list, running.service.keys.officer)).to.include({ text: "内容" });
  });

  it("gives an SD-JWT that another library accepts under the published key", async () => {
    const { disclosure, token } = await grant([one]);
    const issuer = (await call(running.service, "/.well-known/jwt-vc-issuer")).json as {
      jwks: { keys: readonly JsonValue[] };
    };
    const answer = await get(`${disclosure}/records/${one}/sd-jwt`, token);
    expect(answer.headers.get("content-type")).to.equal("application/sd-jwt");
    const { payload } = await sdJwtReader(parseSourceKey(issuer.jwks.keys[0])).verify(answer.text);
    expect(payload).to.include({ iss: "test.example/ledger", vct: JSON.parse(bodyOf(await open(one))).vct });
    expect(payload["record"]).to.deep.equal({ category: "pothole", text: "A deep hole" });
    const signed = Buffer.from(answer.text.split(".")[1]!, "base64url").toString();
    expect(signed).to.equal(bodyOf(await open(one)));
  });

  const open = async (id: string): Promise<string> => (await call(running.service, `/v1/records/${id}/bundle`)).text;
  const bodyOf = (bundle: string): string => parseBundle(utf8(bundle)).body ?? "";

  it("refuses alike what is unknown, of another disclosure, over or withdrawn", async () => {
    const { disclosure, token } = await grant([one]);
    const second = await grant([other]);
    const ended = await grant([one]);
    const path = `/v1/privacy/disclosures/${ended.disclosure}/withdraw`;
    const withdrawal = await call(running.service, path, { role: "officer", body: "{}" });
    expect(withdrawal.json).to.deep.equal({ disclosure: ended.disclosure, withdrawn: 1 });
    const bodies = new Set<string>();
    for (const [number, text] of [
      [disclosure, second.token],
      [disclosure, "wd_0_x"],
      [disclosure, running.service.keys.officer],
      [second.disclosure, token],
      [ended.disclosure, ended.token],
      [999, token.replace(/^wd_\d+/, "wd_999")],
    ] as const)
      for (const rest of [
        "",
        "?colour=red",
        `/records/${one}/bundle`,
        `/records/${one}/sd-jwt`,
        `/records/${one}/original`,
      ]) {
        const answer = await get(`${number}${rest}`, text);
        expectProblem(answer, 401, "UNAUTHENTICATED");
        bodies.add(answer.text.replace(/"instance":"[^"]*"/, ""));
      }
    expect(bodies.size).to.equal(1);
    const unknown = await get(`${disclosure}/records/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f/bundle`, token);
    const foreign = await get(`${disclosure}/records/${other}/bundle`, token);
    for (const answer of [unknown, foreign]) expectProblem(answer, 404, "NOT_FOUND");
    const plain = (text: string): string => text.replace(/"instance":"[^"]*"/, "");
    expect(plain(unknown.text)).to.equal(plain(foreign.text));
  });

  it("is listed for officers, with what was handed out, and for nobody else", async () => {
    const { disclosure, token } = await grant([one], { recipient: CANARY });
    for (const kind of ["bundle", "sd-jwt"]) await get(`${disclosure}/records/${one}/${kind}`, token);
    const list = "/v1/privacy/disclosures?limit=1000";
    const { items } = (await call(running.service, list, { role: "officer" })).json as { items: object[] };
    expect(items.at(-1)).to.deep.include({
      ...{ disclosure, record: one, source: "app/1", claims: ["text"], recipient: CANARY, purposeText: "file 4711" },
      ...{ state: "in-force", accesses: 1 },
    });
    for (const role of ["submitter", "auditor", "admin"] as const)
      expectProblem(await call(running.service, list, { role }), 403, "FORBIDDEN");
    expectProblem(await call(running.service, list, {}), 401, "UNAUTHENTICATED");
    expectProblem(
      await call(running.service, list, { headers: { authorization: `Bearer ${token}` } }),
      401,
      "UNAUTHENTICATED",
    );
    expect(running.service.logText()).to.not.include(CANARY).and.not.include(token.slice(-20));
  });

  it("is granted by an officer alone, for records of the key's sources, and for claims that are there", async () => {
    const path = "/v1/privacy/disclosures";
    for (const role of ["submitter", "auditor", "admin"] as const)
      expectProblem(await call(running.service, path, { role, body: wanted([one]) }), 403, "FORBIDDEN");
    const { key } = await running.service.access.issue("scoped", "officer", { sources: ["other/*"] });
    const scoped = { headers: { authorization: `Bearer ${key}` } };
    expectProblem(await call(running.service, path, { ...scoped, body: wanted([one]) }), 403, "FORBIDDEN");
    const listed = (await call(running.service, path, scoped)).json as { items: object[] };
    expect(listed.items).to.deep.equal([]);
    const { disclosure } = await grant([one]);
    expectProblem(
      await call(running.service, `${path}/${disclosure}/withdraw`, { ...scoped, body: "{}" }),
      403,
      "FORBIDDEN",
    );
    const reading = ((await submit(running.service, readingText(20))).json as Required<Result>).id;
    for (const [records, more] of [
      [[one], { claims: ["nothing"] }],
      [[one], { until: new Date(now - 1_000).toISOString() }],
      [[one], { purpose: "curiosity" }],
      [[reading], {}],
      [[], {}],
    ] as const) {
      const answer = await call(running.service, path, { role: "officer", body: wanted(records, more) });
      expectProblem(answer, 400, "REQUEST_INVALID");
    }
    const none = wanted(["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f"]);
    expectProblem(await call(running.service, path, { role: "officer", body: none }), 404, "NOT_FOUND");
  });

  it("takes a day, at whose end it ends, and answers with the full hour at which it does", async () => {
    for (const [until, end] of [
      ["2098-12-31", "2099-01-01T00:00:00Z"],
      ["2098-12-31T10:00:01Z", "2098-12-31T11:00:00Z"],
    ] as const)
      expect((await grant([one], { until })).until, until).to.equal(Date.parse(end) / 1_000);
    for (const until of ["2099-02-31", "30d", "later"]) {
      const body = wanted([one], { until });
      const answer = await call(running.service, "/v1/privacy/disclosures", { role: "officer", body });
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect((answer.json as { detail: string }).detail)
        .to.include("until: is a time such as")
        .and.not.include(until);
    }
  });

  it("says of a record that was erased meanwhile that it was, and gives the rest", async () => {
    const lost = await report();
    const { disclosure, token } = await grant([lost, one]);
    await running.service.anchorAll();
    const { leafIndex } = await running.service.ledger.records.placeOf(lost);
    await running.service.log.writer.erase(leafIndex);
    const before = openingsGiven();
    const { records } = (await get(`${disclosure}`, token)).json as { records: { erased: boolean }[] };
    expect(records.map(({ erased }) => erased)).to.deep.equal([true, false]);
    expect(bundleNames((await get(`${disclosure}/records/${lost}/bundle`, token)).text)).to.deep.equal([]);
    expect((await get(`${disclosure}/records/${lost}/sd-jwt`, token)).text).to.match(/^[^~]+~$/);
    expectProblem(await get(`${disclosure}/records/${lost}/original`, token), 404, "NOT_FOUND");
    // Where nothing was there to be given, nothing was opened.
    expect(openingsGiven()).to.equal(before);
    expect(bundleNames((await get(`${disclosure}/records/${one}/bundle`, token)).text)).to.deep.equal(["text"]);
    expect((await get(`${disclosure}/records/${one}/sd-jwt`, token)).text).to.match(/^[^~]+~[^~]+~$/);
    expect(openingsGiven()).to.equal(before + 2);
  });

  it("gives the bytes that a record was made of where they are granted, and an audit holds after all of it", async () => {
    const form = new URLSearchParams({
      ...{ service_code: "pothole", description: "a hole", first_name: CANARY },
      ...{ lat: "43.46", long: "-3.80" },
    });
    const taken = await call(running.service, "/open311/v2/requests.json", {
      ...{ role: "admin", body: form.toString(), type: "application/x-www-form-urlencoded" },
    });
    expect(taken.status, taken.text).to.equal(201);
    const [{ service_request_id: id }] = taken.json as [{ service_request_id: string }];
    const with_ = await grant([id], { claims: ["received", "text"] });
    const without = await grant([id]);
    const original = await get(`${with_.disclosure}/records/${id}/original`, with_.token);
    expect(original.text).to.include("Tanaka");
    const before = openingsGiven();
    expectProblem(await get(`${without.disclosure}/records/${id}/original`, without.token), 404, "NOT_FOUND");
    const picture = `records/${id}/pictures/${"0".repeat(64)}`;
    expectProblem(await get(`${with_.disclosure}/${picture}`, with_.token), 404, "NOT_FOUND");
    expect(openingsGiven()).to.equal(before);
    await running.service.anchorAll();
    const { url, policy } = { url: `${running.service.url}/log`, policy: running.service.policy };
    expect((await auditLogOverHttp({ url, policy })).findings).to.deep.equal([]);
  });
});

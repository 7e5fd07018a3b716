// What the service must never say: failure case E2. A telling text stands in every field of requests that fail in every
// way; it may be in no answer and in no line of the log.

import { expect } from "chai";

import type { Policy } from "../../src/core/policy.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, submit, submitLines, type CallOptions } from "./support/call.ts";
import { exchange } from "./support/raw-socket.ts";

const CANARY = "Hanako Tanaka +81-90-1234-5678";

describe("E2 errors and logs", () => {
  let service: TestService;
  before(async () => {
    service = await startService({
      policy: (): Policy => {
        throw new Error(`cannot read ${CANARY}`);
      },
    });
  });
  after(() => service.stop());

  const record = { type: "citizen-report", source: "app/1", claims: { category: "pothole" } };

  function failingRecords(): string[] {
    const claims = (more: object) => JSON.stringify({ ...record, claims: { ...record.claims, ...more } });
    return [
      ...["key", "type", "source", "seq", "claims", "evidence"].map((name) =>
        JSON.stringify({ ...record, [name]: CANARY }),
      ),
      JSON.stringify({ ...record, [CANARY]: 1 }),
      JSON.stringify({ ...record, evidence: { alg: CANARY, key: CANARY, sig: CANARY } }),
      JSON.stringify({
        ...record,
        seq: 1,
        evidence: { alg: "Ed25519", key: CANARY.padEnd(44), sig: CANARY.padEnd(88) },
      }),
      ...["category", "theme", "reportedAt", "language", "pictures", "latitude"].map((name) =>
        claims({ [name]: CANARY }),
      ),
      claims({ [CANARY]: 1 }),
      claims({ text: { [CANARY]: [CANARY] } }),
      `{"a":"${CANARY}","a":1}`,
      `{"${CANARY}":1,"${CANARY}":2}`,
      `{"a":"${CANARY}`,
      `{"a":${CANARY}}`,
      `${CANARY}`,
      `{"text":"${CANARY}\\ud800"}`,
      `[[${CANARY}`,
      `"${CANARY.repeat(3_000)}"`,
    ];
  }

  it("repeat nothing of a record that is refused, alone or in a batch", async () => {
    const texts: string[] = [];
    for (const text of failingRecords()) {
      const answer = await submit(service, text);
      expect(answer.status, text.slice(0, 99)).to.be.within(400, 413);
      texts.push(answer.text, (await submit(service, `[${text}]`)).text, (await submitLines(service, text)).text);
    }
    expectSilence(texts);
  });

  it("repeat nothing of a conflict", async () => {
    const report = (text: string) => JSON.stringify({ ...record, key: "k1", claims: { category: "pothole", text } });
    expect((await submit(service, report(`${CANARY}!`))).status).to.equal(201);
    const answer = await submit(service, report(CANARY));
    expect(answer.status).to.equal(409);
    expectSilence([answer.text]);
  });

  it("repeat nothing of paths, queries, headers and keys", async () => {
    const name = encodeURIComponent(CANARY);
    const paths = [
      `/${name}`,
      `/v1/records/${name}`,
      `/v1/records?source=${name}`,
      `/v1/records?${name}=1`,
      `/log/tile/${name}`,
    ];
    paths.push(
      `/v1/keys/${name}`,
      `/v1/records/${name}/bundle`,
      `/v1/records/x/bundle?openings=${name}`,
      `/v1/records/%zz${name}`,
    );
    const headers = {
      authorization: `Bearer ${CANARY}`,
      "content-type": CANARY,
      "content-encoding": CANARY,
      cookie: CANARY,
    };
    const kinds: CallOptions[] = [
      { role: "admin" },
      { headers },
      { role: "admin", method: "DELETE" },
      { role: "admin", body: CANARY },
    ];
    const texts: string[] = [];
    for (const path of paths) for (const options of kinds) texts.push((await call(service, path, options)).text);
    for (const options of [
      { role: "submitter", type: CANARY },
      { role: "submitter", headers: { "content-encoding": CANARY } },
    ] as const)
      texts.push((await submit(service, "{}", options)).text);
    texts.push(
      (await call(service, "/v1/keys", { role: "admin", body: JSON.stringify({ name: CANARY, role: CANARY }) })).text,
    );
    const raw = await exchange(service.url, `GET /${CANARY} HTTP/1.1\r\n${CANARY}\r\n\r\n`);
    expect(raw.statuses).to.deep.equal([400]);
    expectSilence([...texts, raw.text]);
  });

  it("repeat nothing of an error that nobody foresaw: a 500 without detail, found in the log by its instance", async () => {
    const answer = await call(service, "/v1/verify", { body: JSON.stringify({ source: CANARY }) });
    expect(answer.status).to.equal(500);
    expect(answer.json).to.have.all.keys("type", "title", "status", "instance");
    expect(service.logText())
      .to.include((answer.json as { instance: string }).instance)
      .and.include("privacy.test.ts");
    expectSilence([answer.text]);
  });

  it("repeat nothing of what came before writing stopped, nor why it did", async () => {
    const other = await startService();
    try {
      await other.store.close();
      const answer = await submit(other, JSON.stringify({ ...record, claims: { category: "pothole", text: CANARY } }));
      const again = await submit(other, JSON.stringify({ ...record, claims: { category: "pothole", text: CANARY } }));
      expect([answer.status, again.status]).to.deep.equal([503, 503]);
      expect(answer.text + again.text + other.logText()).to.not.include("Tanaka");
      expect(again.json).to.not.have.property("detail");
      const health = await call(other, "/healthz");
      expect(health.status).to.equal(503);
      expect(health.text).to.include("writing has stopped").and.not.include("Tanaka");
    } finally {
      await other.stop().catch(() => undefined);
    }
  });

  it("hold no part of it in metrics", async () => {
    expectSilence([(await call(service, "/metrics")).text]);
  });

  function expectSilence(texts: readonly string[]): void {
    const said = [...texts, service.logText()].join("\n");
    for (const trace of ["Hanako", "Tanaka", "1234-5678", "SGFuYWtv", encodeURIComponent("Hanako Tanaka")])
      expect(said.includes(trace), `${trace} in ${said.slice(Math.max(0, said.indexOf(trace) - 200)).slice(0, 400)}`).to
        .be.false;
  }
});

// The server around the routes: health, metrics, security headers, rate limit, timeouts, start and end.

import { once } from "node:events";
import { request, Server, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";

import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { createLogger } from "../../src/serve/logger.ts";
import { startHttpServer } from "../../src/http/server.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startService, type TestService } from "../support/service.ts";
import { answerToHead } from "./support/begun-request.ts";
import { call, expectProblem, readingText, submit, submitLines, type Result } from "./support/call.ts";
import { exchange } from "./support/raw-socket.ts";

describe("the server", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  it("tells how it stands: log, key, chain, sizes, health", async () => {
    const { json } = await call(service, "/v1/status", { role: "auditor" });
    expect(json).to.deep.equal(JSON.parse(JSON.stringify(await service.ledger.status())));
    expect(json).to.include({ origin: service.policy.log.name, chainId: 31_337, treeSize: 2, finalizedSize: 0 });
  });

  it("is healthy while it does what it promises, and says why when it does not", async () => {
    expect((await call(service, "/healthz")).json).to.deep.equal({ ok: true, reasons: [], alarms: [] });
    const other = await startService();
    try {
      const database = new DatabaseSync(join(other.folder, LEDGER_FILES.database), { timeout: 60_000 });
      database.exec("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT raise(ABORT, 'no room left'); END");
      database.close();
      await submitLines(other, readingText(1));
      const { status, json } = await call(other, "/healthz");
      expect(status).to.equal(503);
      expect((json as { reasons: string[] }).reasons[0]).to.match(
        /^log-stopped: STORE_FAILED: writing has stopped.*no room left/,
      );
      expect(json).to.have.nested.property("alarms[0].code", "log-stopped");
      expect((await call(other, "/v1/status")).json).to.have.nested.property("health.ok", false);
    } finally {
      await other.stop();
    }
  });

  it("counts records by how they fared, and shows sizes, durations and the process in its metrics", async () => {
    const before = await metrics();
    await submitLines(service, `${readingText(1, { key: "m" })}\n${readingText(1, { key: "m" })}\n{}\n[]`);
    const after = await metrics();
    const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    const outcome = (name: string) => rise(`warifu_submitted_records_total{outcome="${name}"}`);
    expect([outcome("new"), outcome("repeated"), outcome("refused")]).to.deep.equal([1, 1, 2]);
    expect(rise("warifu_tree_size")).to.equal(1);
    expect(after.get("warifu_pending_entries")).to.equal(after.get("warifu_tree_size"));
    expect(after.get("warifu_healthy")).to.equal(1);
    const batches = 'warifu_http_request_duration_seconds_count{method="POST",route="/v1/records",status="207"}';
    expect(rise(batches)).to.equal(1);
    expect(after.get("process_resident_memory_bytes")).to.be.greaterThan(1e6);
  });

  async function metrics(): Promise<Map<string, number>> {
    const { text } = await call(service, "/metrics");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
    );
  }

  it("sends security headers with every answer, and keeps its answers out of caches", async () => {
    for (const path of ["/v1/status", "/log/checkpoint", "/nothing", "/v1/records", "/healthz"]) {
      const { headers } = await call(service, path);
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("content-security-policy")).to.equal("default-src 'none';frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).to.equal("DENY");
      expect(headers.get("referrer-policy")).to.equal("no-referrer");
      expect(headers.has("x-powered-by")).to.be.false;
      if (path.startsWith("/v1")) expect(headers.get("cache-control")).to.equal("no-store");
    }
  });

  it("truth F4: answers 405 with the methods that a path takes", async () => {
    for (const [path, allow] of [
      ["/v1/status", "GET, HEAD"],
      ["/v1/records", "GET, HEAD, POST"],
      ["/v1/verify", "POST"],
      ["/log/tile/0/000.p/1", "GET, HEAD"],
    ] as const) {
      const answer = await call(service, path, { method: "PATCH" });
      expectProblem(answer, 405, "METHOD_NOT_ALLOWED");
      expect(answer.headers.get("allow"), path).to.equal(allow);
    }
  });

  it("truth F4: takes the slashes of a tile as %2F, as clients made from the description write them", async () => {
    const plain = await call(service, "/log/tile/0/000.p/1");
    const encoded = await fetch(`${service.url}/log/tile/0%2F000.p%2f1`);
    expect(encoded.status).to.equal(200);
    expect(new Uint8Array(await encoded.arrayBuffer())).to.deep.equal(plain.bytes);
  });

  for (const [what, head, status] of [
    ["no host", "GET /v1/status HTTP/1.1", 400],
    ["two keys", "GET /v1/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b", 400],
    ["an expectation", "GET /v1/status HTTP/1.1\r\nHost: x\r\nExpect: a-miracle", 417],
  ] as const)
    it(`truth F4: answers a request with ${what} with a problem, and closes`, async () => {
      const answer = await exchange(service.url, `${head}\r\n\r\n`);
      expect(answer.statuses).to.deep.equal([status]);
      expect(answer.text)
        .to.match(/content-type: application\/problem\+json/i)
        .and.include('"REQUEST_INVALID"');
      expect(answer.isClosed).to.be.true;
    });

  it("asks for a body whose sender waits to be asked only when nothing in its head is refused", async () => {
    const { submitter, auditor } = service.keys;
    const post = (key: string, type = "application/json") => ({
      ...{ method: "POST", path: "/v1/records" },
      headers: { authorization: `Bearer ${key}`, "content-type": type },
    });
    const tooLong = DEFAULT_HTTP_LIMITS.maxJsonBytes + 1;
    for (const [answer, head, length = 200] of [
      [100, post(submitter)],
      [100, post(submitter), 20_000],
      [100, post(submitter, "application/x-ndjson")],
      [401, post(`${submitter}x`)],
      [403, post(auditor)],
      [404, { ...post(submitter), path: "/v1/nothing" }],
      [405, { ...post(submitter), method: "PUT" }],
      [413, post(submitter), tooLong],
      [413, post(submitter, "application/x-ndjson"), DEFAULT_HTTP_LIMITS.maxBodyBytes + 1],
      [415, post(submitter, "image/png")],
    ] as const)
      expect(await answerToHead(service.url, head, length), JSON.stringify([answer, head, length])).to.equal(answer);
  });

  it("keeps the connection of a sender that it asked for a body, and closes it otherwise", async () => {
    const body = readingText(1);
    const sent = (key: string): string =>
      `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n${body}GET /livez HTTP/1.1\r\nHost: x\r\n` +
      "Connection: close\r\n\r\n";
    expect((await exchange(service.url, sent(service.keys.submitter))).statuses).to.deep.equal([100, 201, 200]);
    expect((await exchange(service.url, sent("wk_unknown"))).statuses).to.deep.equal([401]);
  });

  it("truth F1: tells a process that answers from one that takes records", async () => {
    const other = await startService();
    try {
      for (const path of ["/livez", "/readyz"]) expect((await call(other, path)).json).to.deep.equal({ ok: true });
      await other.pipeline.close();
      expect((await call(other, "/livez")).status).to.equal(200);
      expectProblem(await call(other, "/readyz"), 503, "STOPPED");
    } finally {
      await other.stop();
    }
  });

  it("answers 404 for what is not there, also for another spelling", async () => {
    for (const path of ["/", "/v2/status", "/V1/status", "/v1/status/", "/v1", "/v1/records/", "//v1/status"])
      expectProblem(await call(service, path), 404, "NOT_FOUND");
    for (const method of ["PUT", "PATCH", "DELETE"])
      expectProblem(await call(service, "/nothing", { method }), 404, "NOT_FOUND");
    const options = await fetch(`${service.url}/v1/status`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).to.deep.equal([200, "GET, HEAD"]);
  });

  it("answers 429 with Retry-After above the rate, and counts a client once for all routes", async () => {
    const other = await startService({ limits: { ratePerMinute: 3 } });
    try {
      const first = await call(other, "/v1/status");
      expect(first.headers.get("ratelimit-policy")).to.include("q=3; w=60");
      await call(other, "/log/checkpoint");
      await submit(other, readingText(1));
      for (const path of ["/v1/status", "/log/checkpoint", "/v1/records"]) {
        const answer = await call(other, path);
        expectProblem(answer, 429, "RATE_LIMITED");
        expect(Number(answer.headers.get("retry-after"))).to.be.within(1, 60);
      }
      // Whoever is not in front of a trusted proxy cannot name another address.
      expectProblem(
        await call(other, "/v1/status", { headers: { "x-forwarded-for": "203.0.113.9" } }),
        429,
        "RATE_LIMITED",
      );
      const receipt = "/receipts/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f.pdf";
      for (const path of ["/healthz", "/metrics", "/openapi.json", receipt])
        expectProblem(await call(other, path), 429, "RATE_LIMITED");
      // A supervisor that is told 429 would end a service that is well.
      for (const path of ["/livez", "/readyz"]) expect((await call(other, path)).status).to.equal(200);
    } finally {
      await other.stop();
    }
  });

  it("counts by the address that a trusted proxy names", async () => {
    const other = await startService({ limits: { ratePerMinute: 1, trustedProxies: 1 } });
    try {
      const from = (address: string) => call(other, "/v1/status", { headers: { "x-forwarded-for": address } });
      expect((await from("203.0.113.1")).status).to.equal(200);
      expect((await from("203.0.113.2")).status).to.equal(200);
      expectProblem(await from("203.0.113.1"), 429, "RATE_LIMITED");
      expectProblem(await from("198.51.100.7, 203.0.113.1"), 429, "RATE_LIMITED");
    } finally {
      await other.stop();
    }
  });

  it("keeps a connection for further requests after a refusal that it read whole", async () => {
    const request = (more = ""): string => `GET /nothing HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const { statuses } = await exchange(service.url, request() + request("Connection: close\r\n"));
    expect(statuses).to.deep.equal([404, 404]);
  });

  it("lets a running request end when it closes, and takes no new one", async () => {
    const other = await startService();
    const lines = Array.from({ length: 1_000 }, (_, i) => readingText(i)).join("\n");
    const running = submitLines(other, lines);
    while (other.pipeline.queueLength === 0) await new Promise(setImmediate);
    const cut = countCalls(Server.prototype, "closeAllConnections");
    const stopped = other.stop();
    expect((await running).results).to.have.length(1_000);
    await stopped;
    expect(cut.end(), "waited until connections were cut").to.equal(0);
    const error = await fetch(`${other.url}/healthz`).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TypeError);
  });

  it("answers those that are still sending when it closes, with what it took of theirs", async () => {
    const other = await startService({ limits: { drainMs: 0 } });
    const sending = (type: string) => {
      const sent = request(`${other.url}/v1/records`, {
        method: "POST",
        headers: { authorization: `Bearer ${other.keys.submitter}`, "content-type": type },
      });
      const answer = once(sent, "response").then(async ([response]: IncomingMessage[]) => ({
        status: response?.statusCode,
        headers: response?.headers,
        text: Buffer.concat((await response?.toArray()) as Buffer[]).toString(),
      }));
      return { sent, answer };
    };
    const [one, batch] = [sending("application/json"), sending("application/x-ndjson")];
    one.sent.write(readingText(0).slice(0, 10));
    // As many as are taken together, and the beginning of another.
    const { treeSize } = await other.ledger.status();
    batch.sent.write(Array.from({ length: 4_096 }, (_, i) => `${readingText(i)}\n`).join("") + '{"type":');
    while ((await other.ledger.status()).treeSize < treeSize + 4_096) await new Promise(setImmediate);
    const stopped = other.stop();
    const { status, headers, text } = await one.answer;
    expect([status, headers?.["retry-after"], headers?.connection]).to.deep.equal([503, "5", "close"]);
    expect(JSON.parse(text)).to.include({ code: "STOPPED" });
    const taken = await batch.answer;
    const results = taken.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    expect([taken.status, results.length]).to.deep.equal([207, 4_097]);
    expect(results.slice(0, -1).every(({ leafIndex }) => leafIndex !== undefined)).to.equal(true);
    expect(results.at(-1)?.error?.code).to.equal("STOPPED");
    await stopped;
  });

  it("says so when it cannot listen", async () => {
    const port = Number(new URL(service.url).port);
    const { ledger, exchange, access, desk, policy } = service;
    const place = { host: "127.0.0.1", port, limits: DEFAULT_HTTP_LIMITS, logger: createLogger("silent") };
    const parts = { ledger, exchange, access, desk, open311: service.open311 };
    const start = startHttpServer({ ...parts, policy: () => policy, ...place });
    await expectRejection(
      "CONFIG_INVALID",
      start,
      /cannot listen on 127\.0\.0\.1:\d+: another program listens there; end it, or choose another port \(of the service: WARIFU_HTTP_PORT\)$/,
    );
  });

  it("logs each request at level debug only, by the pattern of its route", async () => {
    const other = await startService({ logLevel: "info" });
    try {
      await call(other, "/v1/status");
      expect(other.logText()).to.equal("");
    } finally {
      await other.stop();
    }
    expect(service.logText()).to.include('"method":"GET","route":"/v1/status","status":200');
  });
});

/** Counts calls of a method until `end`, which says how many there were. */
function countCalls<Name extends string>(of: Record<Name, () => void>, name: Name): { end(): number } {
  const real = of[name];
  let calls = 0;
  of[name] = function (this: unknown) {
    calls++;
    real.call(this);
  };
  return {
    end: () => {
      of[name] = real;
      return calls;
    },
  };
}

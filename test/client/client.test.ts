// The client against the real service, and through servers that are busy, break off or talk nonsense.

import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import type { Record } from "../../src/core/record.ts";
import { createClient, type ClientOptions, type SubmitResult } from "../../src/client/client.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startService, type TestService } from "../support/service.ts";
import { reading } from "../http/support/call.ts";
import { patientServer } from "../support/patient-server.ts";

const record = (i: number, more: object = {}): Record => reading(i, more) as Record;
const indexes = (results: readonly SubmitResult[]) =>
  results.map((one) => (one.ok ? one.acknowledgement.leafIndex : one.error.code));

describe("the client", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  it("submits any number of records in batches; results in order, refusals among them", async () => {
    const client = createClient({ url: `${service.url}/`, apiKey: service.keys.submitter });
    async function* feed(): AsyncGenerator<Record> {
      for (let i = 0; i < 11_000; i++) yield i === 7_000 ? record(i, { type: "no-such-type" }) : record(i);
    }
    const sizes: number[] = [];
    const all: SubmitResult[] = [];
    for await (const results of client.submitAll(feed())) {
      sizes.push(results.length);
      all.push(...results);
    }
    expect(sizes).to.deep.equal([5_000, 5_000, 1_000]);
    const first = indexes(all)[0] as number;
    const expected = Array.from({ length: 11_000 }, (_, i) =>
      i < 7_000 ? first + i : i === 7_000 ? "PROFILE_UNKNOWN" : first + i - 1,
    );
    expect(indexes(all)).to.deep.equal(expected);
    expect(await client.submit([])).to.deep.equal([]);
  });

  it("reads records, checkpoints, anchors, status and files of the log", async () => {
    const submitter = createClient({ url: service.url, apiKey: service.keys.submitter });
    const [result] = await submitter.submit([record(5, { source: "client/1" })]);
    const acknowledgement = result?.ok ? result.acknowledgement : expect.fail("refused");
    const client = createClient({ url: service.url, apiKey: service.keys.auditor });
    expect(await client.record(acknowledgement.id)).to.include({
      source: "client/1",
      leafIndex: acknowledgement.leafIndex,
    });
    const page = await client.records({ source: "client/1", limit: 1 });
    expect(page.items.map(({ id }) => id)).to.deep.equal([acknowledgement.id]);
    expect((await client.records({ cursor: page.nextCursor ?? "0", source: "client/1" })).items).to.deep.equal([]);
    expect((await client.checkpoints({ limit: 1 })).items[0]?.checkpoint).to.equal(acknowledgement.checkpoint);
    expect((await client.anchors()).items).to.deep.equal([]);
    expect(await client.profiles()).to.deep.equal(service.ledger.profiles);
    expect((await client.status()).treeSize).to.equal(acknowledgement.leafIndex + 1);
    expect(await client.logFile("tile/0/000.p/2")).to.have.length(64);
    await expectRejection("NOT_ANCHORED_YET", client.bundle(acknowledgement.id));
  });

  it("throws the service's own codes", async () => {
    const client = createClient({ url: service.url, apiKey: service.keys.submitter, attempts: 1 });
    await expectRejection("NOT_FOUND", client.record("019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f"));
    await expectRejection("ENCODING_INVALID", client.record("../status"));
    await expectRejection("FORBIDDEN", client.issueKey("another", "admin"));
    await expectRejection("UNAUTHENTICATED", createClient({ url: service.url }).submit([record(1)]));
    await expectRejection("NOT_ANCHORED_YET", client.bundle((await ids(client))[0] as string));
  });

  it("refuses an API key that cannot be one before it asks, and does not say it", () => {
    for (const apiKey of ["", "wk_Canary\nwk_other", "wk_Canary other", "wk_Canary\u2026"]) {
      const create = () => createClient({ url: service.url, apiKey });
      expectCode("USAGE", create, /^(?!.*Canary).*alone, on one line/);
    }
  });

  async function ids(client: ReturnType<typeof createClient>): Promise<string[]> {
    const results = await client.submit([record(1)]);
    return results.flatMap((one) => (one.ok ? [one.acknowledgement.id] : []));
  }

  it("issues and revokes keys", async () => {
    const admin = createClient({ url: service.url, apiKey: service.keys.admin });
    const { keyId, key } = await admin.issueKey("client", "submitter", { sources: null });
    expect(await createClient({ url: service.url, apiKey: key }).submit([record(9)])).to.have.length(1);
    await admin.revokeKey(keyId);
    await expectRejection("UNAUTHENTICATED", createClient({ url: service.url, apiKey: key }).submit([record(9)]));
  });

  it("needs nothing of Node or of a package when it runs", () => {
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = (file: URL): void => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const text = readFileSync(file, "utf8");
      for (const [, name = ""] of text.matchAll(/^(?:import|export) (?!type )(?:[^"]*? from )?"([^"]+)";$/gm))
        if (name.startsWith(".")) visit(new URL(name, file));
        else outside.add(name);
    };
    visit(new URL("../../src/client/client.ts", import.meta.url));
    expect(seen.size).to.be.greaterThan(3);
    expect([...outside]).to.deep.equal([]);
  });

  it("takes no address with a password in it, and does not repeat it", () => {
    const { message } = expectCode("USAGE", () => createClient({ url: "http://user:s3cret@127.0.0.1:1/log" }));
    expect(message).to.not.match(/user:|s3cret/);
  });

  describe("through a bad connection", () => {
    /** A server in front of the service: `fault` may answer in its place; else it is passed on, or its answer is lost. */
    type Fault = (attempt: number, response: ServerResponse) => "pass" | "lose" | "done";

    async function through<T>(fault: Fault, act: (options: ClientOptions) => Promise<T>): Promise<T> {
      let attempt = 0;
      const proxy = patientServer((request, response) => {
        const verdict = fault(++attempt, response);
        if (verdict === "done") return void request.resume();
        void forward(request, response, verdict === "lose");
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      try {
        return await act({ url, apiKey: service.keys.submitter });
      } finally {
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
      }
    }

    async function forward(request: IncomingMessage, response: ServerResponse, isLost: boolean): Promise<void> {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const { authorization = "", "content-type": type = "" } = request.headers;
      const body = pieces.length > 0 ? { body: Buffer.concat(pieces) } : {};
      const init = { method: request.method ?? "GET", headers: { authorization, "content-type": type }, ...body };
      const answer = await fetch(`${service.url}${request.url}`, init);
      if (isLost) return void response.destroy();
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    }

    it("says so when something else answers, with JSON of its own", async () => {
      const other: Fault = (_attempt, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end('{"jsonrpc":"2.0"}');
        return "done";
      };
      for (const list of ["records", "anchors", "checkpoints", "profiles", "keys"] as const)
        await expectRejection(
          "SERVICE_UNREACHABLE",
          through<unknown>(other, (options) => createClient(options)[list]()),
          /the answer is no list/,
        );
    });

    it("sends again what was lost on the way back, and no record is twice in the log", async () => {
      const { treeSize } = await service.ledger.status();
      const records = Array.from({ length: 100 }, (_, i) => record(i, i % 2 === 0 ? {} : { key: `lost-${i}` }));
      const results = await through(
        (attempt) => (attempt <= 2 ? "lose" : "pass"),
        (options) => createClient(options).submit(records),
      );
      expect(indexes(results)).to.deep.equal(records.map((_, i) => treeSize + i));
      expect((await service.ledger.status()).treeSize).to.equal(treeSize + 100);
    });

    it("waits as long as it is asked to, then sends again: 503, 429, and an answer of a proxy", async () => {
      const answers = [
        [503, "application/problem+json", '{"code":"BUSY","title":"t","status":503}', "1"],
        [429, "application/problem+json", '{"code":"RATE_LIMITED","title":"t","status":429}', "0"],
        [502, "text/html", "<h1>Bad gateway</h1>", "Wed, 21 Oct 2015 07:28:00 GMT"],
      ] as const;
      const begun = performance.now();
      const results = await through(
        (attempt, response) => {
          const [status, type, body, retryAfter] = answers[attempt - 1] ?? [];
          if (status === undefined) return "pass";
          response.writeHead(status, { "content-type": type, "retry-after": retryAfter }).end(body);
          return "done";
        },
        (options) => createClient(options).submit([record(1)]),
      );
      expect(results.map(({ ok }) => ok)).to.deep.equal([true]);
      // A second as asked, then at least 0.2 and 0.4 of its own.
      expect(performance.now() - begun).to.be.greaterThan(1_590);
    });

    it("waits as long as that request was asked to, whatever another one is told meanwhile", async () => {
      const answers: { [path: string]: Response[] } = {
        "/v1/status": [
          new Response(null, { status: 503, headers: { "retry-after": "1" } }),
          Response.json({ treeSize: 7 }),
        ],
        "/log/checkpoint": [new Response(null)],
      };
      const client = createClient({
        url: "http://ledger.example",
        fetch: async (url) => answers[new URL(String(url)).pathname]!.shift()!,
      });
      const begun = performance.now();
      const [status] = await Promise.all([client.status(), client.logFile("checkpoint")]);
      expect(status).to.deep.equal({ treeSize: 7 });
      expect(performance.now() - begun).to.be.greaterThan(990);
    });

    it("sends only those again that were not taken when a batch breaks off", async () => {
      const records = Array.from({ length: 5 }, (_, i) => record(i, { key: `broken-${i}` }));
      const sent: number[] = [];
      const results = await through(
        (attempt, response) => {
          sent.push(attempt);
          if (attempt > 1) return "pass";
          const lines = [
            { id: "a", leafIndex: -1, leafHash: "", checkpoint: "" },
            { error: { code: "RECORD_INVALID", title: "t", status: 400, detail: "wrong" } },
            { error: { code: "BUSY", title: "t", status: 503 } },
          ];
          response.writeHead(207).end(lines.map((line) => JSON.stringify(line)).join("\n"));
          return "done";
        },
        (options) => createClient(options).submit(records),
      );
      expect(indexes(results).slice(0, 2)).to.deep.equal([-1, "RECORD_INVALID"]);
      const { treeSize } = await service.ledger.status();
      expect(indexes(results).slice(2)).to.deep.equal([treeSize - 3, treeSize - 2, treeSize - 1]);
      expect(sent).to.deep.equal([1, 2]);
    });

    it("gives up after some attempts, with the last error", async () => {
      const busy: Fault = (_attempt, response) => {
        response.writeHead(503).end('{"code":"STOPPED","title":"t","status":503}');
        return "done";
      };
      const results = await through(busy, (options) =>
        createClient({ ...options, attempts: 2 }).submit([record(1), record(2)]),
      );
      expect(indexes(results)).to.deep.equal(["STOPPED", "STOPPED"]);
      await through(busy, (options) => expectRejection("STOPPED", createClient({ ...options, attempts: 2 }).status()));
    });

    it("takes nonsense for an answer that never came", async () => {
      const nonsense: Fault = (_attempt, response) => (response.end("<html>"), "done");
      const results = await through(nonsense, (options) =>
        createClient({ ...options, attempts: 1 }).submit([record(1)]),
      );
      expect(indexes(results)).to.deep.equal(["SERVICE_UNREACHABLE"]);
      const dead = createClient({ url: "http://127.0.0.1:9", attempts: 1 });
      await expectRejection("SERVICE_UNREACHABLE", dead.status(), /127\.0\.0\.1:9 does not answer: (?!fetch failed)\S/);
    });

    it("does not follow a redirect, which would carry the key elsewhere", async () => {
      const redirect: Fault = (_attempt, response) => (
        response.writeHead(302, { location: service.url }).end(),
        "done"
      );
      await through(redirect, (options) =>
        expectRejection("SERVICE_UNREACHABLE", createClient({ ...options, attempts: 1 }).status()),
      );
    });

    it("does not wait for ever", async () => {
      await through(
        () => "done",
        (options) =>
          expectRejection("SERVICE_UNREACHABLE", createClient({ ...options, attempts: 1, timeoutMs: 100 }).status()),
      );
    });
  });
});

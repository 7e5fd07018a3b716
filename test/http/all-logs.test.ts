// What a service with several logs says of all of them, against the document that it has of that: the same routes, each real
// answer, and each example. The logs are as the hosting shows them in each of their states.

import type { AddressInfo } from "node:net";
import type { Server } from "node:http";

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { pino } from "pino";

import { WarifuError } from "../../src/core/errors.ts";
import { createFront } from "../../src/http/front.ts";
import type { LogOfSeveral } from "../../src/http/resources/all-logs.ts";
import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { patientServer } from "../support/patient-server.ts";

interface Described {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly example?: unknown; readonly examples?: object }>>;
}
interface Document {
  readonly paths: Readonly<
    Record<
      string,
      { readonly get: { readonly responses: Readonly<Record<string, Described>>; readonly operationId: string } }
    >
  >;
}

const UNTIL = Date.parse("2027-01-01T00:00:00Z") / 1_000;

function logOf(name: string, state: Partial<LogOfSeveral["state"]>, health?: { readonly ok: boolean }): LogOfSeveral {
  const config = { origin: `city.test/${name}`, term: { until: UNTIL, successor: "city.test/next" } };
  return {
    setUp: {
      name,
      path: `/${name}`,
      hosts: [],
      config: { ...config, http: { publicUrls: [`https://${name}.test/`] } },
    },
    answer: health && (() => undefined),
    state: { isRunning: health !== undefined, failure: undefined, restarts: 0, triesAgainAt: undefined, ...state },
    ledger: health && {
      stopReason: undefined,
      health: () => ({
        ok: health.ok,
        reasons: [],
        alarms: health.ok
          ? []
          : [{ code: "fork", severity: "red", facts: [], message: "", since: new Date(0).toISOString() }],
      }),
    },
  };
}

const FINE = logOf("fine", { restarts: 2 }, { ok: true });
const ILL = logOf("ill", {}, { ok: false });
const STARTING = logOf("starting", {});
const TRIED = logOf("tried", { failure: new WarifuError("STORE_FAILED", "canary"), triesAgainAt: 1_000 });
const LOST = logOf("lost", { failure: new WarifuError("STORE_CORRUPT", "canary") });

describe("what is said of all logs", () => {
  const servers: Server[] = [];
  after(() => servers.forEach((server) => void server.close()));

  async function serve(...logs: readonly LogOfSeveral[]): Promise<(path: string) => Promise<Response>> {
    const limitRequests = (_request: unknown, _response: unknown, next: () => void): void => next();
    const options = { logs, limits: DEFAULT_HTTP_LIMITS, limitRequests, logger: pino({ level: "silent" }) };
    const server = patientServer(createFront(options));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return (path) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
  }

  it("has a document that names each route, holds examples that fit, and which every answer keeps to", async () => {
    const all = await serve(FINE, ILL, STARTING, TRIED, LOST);
    const document = (await (await all("/openapi.json")).json()) as Document;
    const paths = ["/", "/healthz", "/livez", "/logs.css", "/metrics", "/openapi.json", "/readyz", "/v1/logs"];
    expect(Object.keys(document.paths).sort()).to.deep.equal(paths);
    expect(new Set(paths.map((path) => document.paths[path]?.get.operationId)).size).to.equal(paths.length);
    const ajv = new Ajv2020({ strict: false, formats: { "date-time": true } }).addSchema(document, "api");
    const reasonsAgainst = (path: string, status: string, type: string, value: unknown): string => {
      const place = [path, "get", "responses", status, "content", type, "schema"];
      const pointer = place.map((part) => encodeURIComponent(part.replaceAll("/", "~1"))).join("/");
      const validate = ajv.compile({ $ref: `api#/paths/${pointer}` });
      return validate(value) ? "" : ajv.errorsText(validate.errors);
    };
    for (const [path, { get }] of Object.entries(document.paths))
      for (const [status, { content = {} }] of Object.entries(get.responses))
        for (const [type, { example, examples }] of Object.entries(content)) {
          if (type === "application/json") expect(reasonsAgainst(path, status, type, example), path).to.equal("");
          else if (type.endsWith("json")) expect(examples, `${path} ${status}`).to.be.an("object").that.is.not.empty;
        }

    const none = await serve(TRIED, LOST);
    const one = await serve(FINE);
    const seen = new Set<string>();
    for (const ask of [all, none, one])
      for (const path of paths) {
        const answer = await ask(path);
        const [status, type] = [String(answer.status), answer.headers.get("content-type") ?? ""];
        const { content = {} } = document.paths[path]?.get.responses[status] ?? expect.fail(`${path} ${status}`);
        const key = Object.keys(content).find((described) => type.split(";")[0] === described.split(";")[0]);
        if (key === undefined) return expect.fail(`${path} ${status} is ${type}`);
        const text = await answer.text();
        expect(text, path).not.to.include("canary");
        if (key.endsWith("json")) expect(reasonsAgainst(path, status, key, JSON.parse(text)), text).to.equal("");
        seen.add(`${path} ${status}`);
      }
    for (const rare of ["/healthz 200", "/healthz 503", "/readyz 503"]) expect([...seen]).to.include(rare);
    expect((await all("/none")).status).to.equal(404);
  });

  it("is what becomes of each of them", async () => {
    const ask = await serve(FINE, ILL, STARTING, TRIED, LOST);
    const { ok, logs } = (await (await ask("/healthz")).json()) as { ok: boolean; logs: Record<string, unknown>[] };
    expect(ok).to.equal(false);
    const shown = logs.map(({ name, state, alarms, restarts, triesAgainAt }) => [
      name,
      state,
      alarms,
      restarts,
      triesAgainAt,
    ]);
    expect(shown).to.deep.equal([
      ["fine", "running", [], 2, null],
      ["ill", "running", ["fork"], 0, null],
      ["starting", "starting", [], 0, null],
      ["tried", "stopped", ["log-stopped"], 0, "1970-01-01T00:00:01.000Z"],
      ["lost", "stopped", ["log-stopped"], 0, null],
    ]);
    const metrics = (await (await ask("/metrics")).text()).split("\n");
    for (const line of [
      'running{log="lost"} 0',
      'healthy{log="ill"} 0',
      'healthy{log="fine"} 1',
      'restarts{log="fine"} 2',
    ])
      expect(metrics).to.include(`warifu_log_${line}`);
    for (const [name, code] of [
      ["starting", "BUSY"],
      ["tried", "STOPPED"],
      ["lost", "STOPPED"],
    ] as const) {
      const answer = await ask(`/${name}/v1/status`);
      const text = await answer.text();
      expect([answer.status, (JSON.parse(text) as { code: string }).code]).to.deep.equal([503, code]);
      // What exactly is wrong is for its operator.
      expect(text).not.to.include("canary");
    }
  });

  it("can be read from pages of other origins where it is public, and is kept by no cache", async () => {
    const ask = await serve(FINE);
    for (const path of ["/v1/logs", "/openapi.json"])
      expect((await ask(path)).headers.get("access-control-allow-origin"), path).to.equal("*");
    for (const path of ["/v1/logs", "/healthz"])
      expect((await ask(path)).headers.get("cache-control"), path).to.equal("no-store");
  });
});

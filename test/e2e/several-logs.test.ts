// Several logs in one process, behind one server: what one takes in, and who may send it, is no other's affair, and neither is
// its end. Whole services over a real chain.

import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { localDevKey } from "../../src/chain/signers/development-keys.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy, type Policy } from "../../src/core/policy.ts";
import { startLogs } from "../../src/main.ts";
import { hostedSetUps } from "../../src/service/logs-file.ts";
import { onOneChain } from "../../src/service/one-chain.ts";
import { auditLogOverHttp } from "../../src/verify/audit-log.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

type Logs = Awaited<ReturnType<typeof startLogs>>;
type Answer = { readonly status: number; readonly location: string | undefined; readonly body: string };

describe("several logs in one service", () => {
  const folder = temporaryFolder();
  const file = join(folder, "logs.json");
  let chain: TestChain;
  let service: Logs;
  const said: string[] = [];

  const settingsOf = (name: string, account: number, more: Record<string, string> = {}) => ({
    name,
    settings: { WARIFU_ORIGIN: `city.test/${name}/2026`, WARIFU_ANCHOR_KEY: localDevKey(account), ...more },
  });

  async function start(): Promise<Logs> {
    const environment = {
      WARIFU_LOGS: file,
      WARIFU_DATA_DIR: folder,
      WARIFU_HTTP_PORT: "0",
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_ANCHOR_SECONDS: "0.2",
      WARIFU_CHAIN_POLL_SECONDS: "0.1",
    };
    const config = parseConfig(environment);
    return startLogs(config, hostedSetUps(file, environment), { tell: (line) => void said.push(line) });
  }

  before(async () => {
    chain = await startSwiftChain();
    const logs = [
      settingsOf("parks", 1, { WARIFU_PUBLIC_URL: "http://parks.test" }),
      settingsOf("roads", 2),
      settingsOf("wrong", 3, { WARIFU_CHAIN_ID: "7" }),
      settingsOf("twin", 1, { WARIFU_ANCHOR_KEY: localDevKey(1).toUpperCase().replace("0X", "0x") }),
    ];
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs }), { mode: 0o600 });
    service = await start();
  });

  after(async () => {
    await service?.close();
    await chain?.stop();
  });

  const keysOf = (name: string) =>
    JSON.parse(readFileSync(join(folder, name, "api-keys.json"), "utf8")) as Record<string, string>;
  const policyOf = (name: string): Policy => parsePolicy(readFileSync(join(folder, name, "policy.json")));
  const clientOf = (name: string, apiKey = keysOf(name)["submitter"]): Client =>
    createClient({ url: `${service.url}/${name}/2026`, apiKey, attempts: 1 });

  async function submit(name: string, number: number): Promise<string> {
    const [result] = await clientOf(name).submit([reading(number) as unknown as Parameters<Client["submit"]>[0][0]]);
    if (!result?.ok) throw result?.error ?? new Error("there is no result");
    return result.acknowledgement.id;
  }

  async function bundleOf(name: string, id: string): Promise<Uint8Array> {
    for (let attempt = 0; ; attempt++) {
      try {
        return new TextEncoder().encode(await clientOf(name).bundle(id));
      } catch (error) {
        if (attempt === 2_000) throw error;
        await sleep(50);
      }
    }
  }

  /** With a `Host` of one's own, which fetch does not allow. */
  function get(path: string, host = new URL(service.url).host): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const sent = httpRequest({ hostname, port, path, headers: { host } }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }),
        );
      });
      sent.on("error", reject).end();
    });
  }

  const health = async (): Promise<Record<string, { readonly ok: boolean; readonly code: string | null }>> => {
    const { logs } = JSON.parse((await get("/healthz")).body) as {
      readonly logs: readonly { readonly name: string; readonly ok: boolean; readonly code: string | null }[];
    };
    return Object.fromEntries(logs.map(({ name, ok, code }) => [name, { ok, code }]));
  };

  it("keep their records, keys and proofs apart", async () => {
    const id = await submit("parks", 1);
    const other = await submit("roads", 1);
    expect((await clientOf("roads").status()).treeSize).to.equal((await clientOf("parks").status()).treeSize);
    await expectRejection("NOT_FOUND", clientOf("roads").record(id));
    await expectRejection("NOT_FOUND", clientOf("parks").record(other));
    const withKeyOfParks = clientOf("roads", keysOf("parks")["submitter"]);
    await expectRejection("UNAUTHENTICATED", withKeyOfParks.submit([reading(2) as never]));

    const bundle = await bundleOf("parks", id);
    expect((await verifyBundle(bundle, policyOf("parks"))).outcome).to.equal("holds");
    expect((await verifyBundle(bundle, policyOf("roads"))).outcome).to.equal("refuted");
    expect(policyOf("parks").chain.contract).not.to.equal(policyOf("roads").chain.contract);
    expect((await verifyBundle(await bundleOf("roads", other), policyOf("roads"))).outcome).to.equal("holds");
  });

  it("are audited at their origins, where C2SP clients look for them", async () => {
    for (const path of ["/parks/2026", "/parks/2026/log"]) {
      const report = await auditLogOverHttp({ url: `${service.url}${path}`, policy: policyOf("parks") });
      expect(report.outcome, path).to.equal("holds");
    }
  });

  it("go on when another cannot start, and say which", async () => {
    expect(await health()).to.deep.equal({
      parks: { ok: true, code: null },
      roads: { ok: true, code: null },
      wrong: { ok: false, code: "CHAIN_WRONG" },
      twin: { ok: false, code: "CONFIG_INVALID" },
    });
    expect((await get("/healthz")).status).to.equal(503);
    expect((await get("/readyz")).status).to.equal(200);
    expect(said.find((line) => line.startsWith("twin: red alarm log-stopped"))).to.include(
      "already anchors for the log",
    );
    const refused = await get("/wrong/2026/v1/status");
    expect([refused.status, (JSON.parse(refused.body) as { code: string }).code]).to.deep.equal([503, "STOPPED"]);
    expect(refused.body).not.to.include("chain");
  });

  it("are listed, and have pages at hosts of their own alone", async () => {
    const page = await get("/?lang=es");
    expect([page.status, page.body]).to.deep.equal([200, page.body]);
    for (const part of [
      "parks",
      "city.test/roads/2026",
      'href="/roads/2026/checkpoint"',
      "Los libros",
      "http://parks.test",
    ])
      expect(page.body).to.include(part);
    const { items } = JSON.parse((await get("/v1/logs")).body) as { items: Record<string, unknown>[] };
    expect(items[0]).to.deep.equal({
      ...{ name: "parks", origin: "city.test/parks/2026", path: "/parks/2026", pages: "http://parks.test" },
      ...{ state: "running", code: null },
    });
    expect((await get("/records", "parks.test")).body).to.include("<!doctype html>");
    expect(JSON.parse((await get("/v1/status", "parks.test:8080")).body)).to.include({
      origin: "city.test/parks/2026",
    });
    const elsewhere = await get("/parks/2026/records?order=newest");
    expect([elsewhere.status, elsewhere.location]).to.deep.equal([303, "http://parks.test/records?order=newest"]);
    expect((await get("/roads/2026/desk")).status).to.equal(404);
    expect((await get("/roads/2026/warifu-verify.html")).status).to.equal(200);
    expect((await get("/roads/20267/v1/status")).status, "no log is there").to.equal(404);
    expect((await get("/v1/status")).status, "nor at the root").to.equal(404);
  });

  it("count the requests of a client together", async () => {
    const left = async (path: string): Promise<number> => {
      const { headers } = await fetch(`${service.url}${path}`);
      return Number(/r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1]);
    };
    const first = await left("/parks/2026/v1/status");
    expect(await left("/roads/2026/v1/status")).to.equal(first - 1);
    expect(await left("/v1/logs")).to.equal(first - 2);
  });
});

/** Of settings that are not a file. */
const SHARED: Readonly<Record<string, string>> = {
  CONTRACT: "0x5fbdb2315678afecb367f032d93f642f64180aa3",
  DATABASE: "postgres://warifu@db.test/warifu",
};
const VAULT_KEY = "11".repeat(32);

describe("the file of several logs", () => {
  const folder = temporaryFolder();
  const file = join(folder, "logs.json");
  const write = (logs: readonly object[], more: object = {}): void => {
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs, ...more }));
    chmodSync(file, 0o644);
  };
  const read = (environment: NodeJS.ProcessEnv = {}) => hostedSetUps(file, { WARIFU_DATA_DIR: folder, ...environment });
  const log = (name: string, settings: object = {}, more: object = {}) => ({
    ...{ name, settings: { WARIFU_ORIGIN: `city.test/${name}`, ...settings } },
    ...more,
  });

  it("gives each its folder, address and hosts, and the environment for what it leaves out", () => {
    write([log("a", { WARIFU_PUBLIC_URL: "https://a.test" }), log("b", {}, { path: "/other/b" })]);
    const [a, b] = read({ WARIFU_PUBLIC_URL: "https://city.test/", WARIFU_JURISDICTION: "jp-operator" });
    expect([a?.path, a?.hosts, a?.config.http.publicUrls]).to.deep.equal(["/a", ["a.test"], ["https://a.test"]]);
    expect([b?.path, b?.hosts, b?.config.http.publicUrls]).to.deep.equal([
      "/other/b",
      [],
      ["https://city.test/other/b"],
    ]);
    expect([a?.config.dataDir, b?.config.dataDir]).to.deep.equal([join(folder, "a"), join(folder, "b")]);
    expect([a?.config.law.jurisdiction, a?.config.feed]).to.deep.equal(["jp-operator", false]);
    expect(b?.config.client.url).to.equal("http://127.0.0.1:8080/other/b");
  });

  it("is refused where two logs would share what is one log's own", () => {
    const shared: readonly (readonly [object, object, RegExp])[] = [
      [{ WARIFU_ORIGIN: "city.test/x" }, { WARIFU_ORIGIN: "city.test/x" }, /the same WARIFU_ORIGIN/],
      [{ WARIFU_DATA_DIR: folder }, { WARIFU_DATA_DIR: `${folder}/` }, /the same WARIFU_DATA_DIR/],
      [{ WARIFU_VAULT_KEY_FILE: "/k" }, { WARIFU_VAULT_KEY_FILE: "/k" }, /the same WARIFU_VAULT_KEY_FILE/],
      [{ WARIFU_API_KEYS_FILE: "/k" }, { WARIFU_API_KEYS_FILE: "/k" }, /the same WARIFU_API_KEYS_FILE/],
      ...["CONTRACT", "ISSUER_KEY_FILE", "POLICY_FILE", "HEAD_FILE", "CONNECTORS", "LOG_STORAGE", "DATABASE"].map(
        (name): readonly [object, object, RegExp] => {
          const value = SHARED[name] ?? `/shared/${name}`;
          const settings = { [`WARIFU_${name}`]: value };
          return [settings, settings, new RegExp(`the same WARIFU_${name}`)];
        },
      ),
      [{ WARIFU_ANCHOR_KEY: localDevKey(1) }, { WARIFU_ANCHOR_KEY: localDevKey(1) }, /the same the anchoring account/],
      [{ WARIFU_VAULT_KEY: VAULT_KEY }, { WARIFU_VAULT_KEY: VAULT_KEY }, /the same the vault's key/],
      [{ WARIFU_PUBLIC_URL: "https://a.test" }, { WARIFU_PUBLIC_URL: "https://a.test:8443" }, /the same host/],
      [{ WARIFU_ORIGIN: "city.test/x" }, { WARIFU_ORIGIN: "city.test/x/v1" }, /below the other/],
    ];
    for (const [one, other, why] of shared) {
      write([log("a", one), log("b", other)]);
      chmodSync(file, 0o600);
      expectCode("CONFIG_INVALID", () => read(), why);
    }
    write([log("a"), log("b")]);
    expectCode("CONFIG_INVALID", () => read({ WARIFU_LOG_KEY_FILE: "/k" }), /the same WARIFU_LOG_KEY_FILE/);
    write([log("a"), log("a", { WARIFU_ORIGIN: "city.test/b" })]);
    expectCode("CONFIG_INVALID", () => read(), /two logs are called a/);
  });

  it("has no more logs on a local chain than that has accounts, of which each gets its own", async () => {
    const entries = (count: number): void => write(Array.from({ length: count }, (_, at) => log(`a${at}`)));
    await using closing = new AsyncDisposableStack();
    const placed = () => onOneChain(parseConfig({ WARIFU_DATA_DIR: folder }), read(), closing, () => undefined);
    entries(21);
    await expectRejection("CONFIG_INVALID", placed(), /accounts for 20 logs, and there are 21/);
    expect(new Set(Array.from({ length: 20 }, (_, at) => localDevKey(at))).size).to.equal(20);
  });

  it("is refused for what it may not say, with the log's name and never a value", () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [log("a", { WARIFU_HTTP_PORT: "1" }), /a: WARIFU_HTTP_PORT: this is for all logs/],
      [log("a", { WARIFU_ANCHOR_SECONDS: "canary" }), /a: .*WARIFU_ANCHOR_SECONDS/],
      [log("a", { WARIFU_NONE: "canary" }), /a: .*no such setting/],
      [log("a", { WARIFU_ORIGIN: "city.test" }), /a: path: the origin/],
      [log("a", {}, { path: "/v1/x" }), /the service's own/],
      [log("a", {}, { path: "/x/../y" }), /logs.0.path/],
      [log("A"), /logs.0.name/],
      [
        log("a", { WARIFU_TAKES_FROM: "2027-01-01T00:00:00Z", WARIFU_TAKES_UNTIL: "2026-01-01T00:00:00Z" }),
        /must be after/,
      ],
      [log("a", { WARIFU_SUCCESSOR: "can ary" }), /WARIFU_SUCCESSOR/],
    ];
    for (const [entry, why] of wrong) {
      write([entry]);
      const error = expectCode("CONFIG_INVALID", () => read(), why);
      expect(error.message).not.to.include("canary");
    }
    for (const path of ["metrics", "openapi.json", "healthz", "livez", "readyz", "logs.css"]) {
      write([log("a", {}, { path: `/${path}` })]);
      expectCode("CONFIG_INVALID", () => read(), /the service's own/);
    }
    write(Array.from({ length: 65 }, (_, at) => log(`a${at}`)));
    expectCode("CONFIG_INVALID", () => read(), /logs: /);
    write([log("a")], { more: 1 });
    expectCode("CONFIG_INVALID", () => read(), /more/);
    for (const secret of [
      { WARIFU_ANCHOR_KEY: localDevKey(1) },
      { WARIFU_VAULT_KEY: VAULT_KEY },
      { WARIFU_DATABASE: SHARED["DATABASE"] },
    ]) {
      write([log("a", secret)]);
      expectCode("CONFIG_INVALID", () => read(), /everybody may read it/);
    }
    rmSync(file);
    expectCode("CONFIG_INVALID", () => read(), /there is no file/);
  });
});

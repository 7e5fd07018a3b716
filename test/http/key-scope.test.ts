// Keys that fit one door: what a key may send, list and open, until when and how often; who opened what is on record.

import { mock } from "node:test";
import { gzipSync } from "node:zlib";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { healthSchema } from "../../src/http/resources/status.ts";
import { DEFAULT_MAX_SEQ_GAP } from "../../src/write/batch-numbering.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, expectProblem, readingText, submitLines, type CalledAnswer, type CallOptions } from "./support/call.ts";

const START = Date.parse("2026-11-22T08:00:00Z");

describe("keys with a scope", () => {
  let service: TestService;
  let now = START;
  before(async () => {
    service = await startService({ now: () => now, logLevel: "info", limits: { openingsPerMinute: 4 } });
  });
  after(() => service.stop());
  beforeEach(() => {
    // A minute later, and a little: what was counted is forgotten.
    now += 61_000;
  });

  interface KeyText {
    readonly keyId: string;
    readonly key: string;
  }
  const issue = async (body: object): Promise<KeyText> => {
    const answer = await call(service, "/v1/keys", { role: "admin", body: JSON.stringify(body) });
    expect(answer.status, answer.text).to.equal(201);
    return answer.json as KeyText;
  };
  const withKey = (key: string, more: CallOptions = {}): CallOptions => ({
    ...more,
    headers: { authorization: `Bearer ${key}` },
  });
  const send = (key: string, record: object) =>
    call(service, "/v1/records", withKey(key, { body: JSON.stringify(record) }));
  const record = (source: string, more: object = {}): object => ({
    ...(JSON.parse(readingText(1)) as object),
    key: undefined,
    source,
    ...more,
  });
  const REPORT = {
    type: "citizen-report",
    source: "reports/app",
    claims: { category: "pothole", text: "a canary in the coal mine", reporterName: "Maria Canary" },
  };

  it("truth C1: a submitter's key must say its sources, and sends from those alone", async () => {
    const body = JSON.stringify({ name: "gateway", role: "submitter" });
    const answer = await call(service, "/v1/keys", { role: "admin", body });
    expectProblem(answer, 400, "REQUEST_INVALID");
    expect(answer.text).to.include("which sources it may send");
    const { key } = await issue({
      name: "gateway",
      role: "submitter",
      sources: ["santander/*", "one"],
      types: ["sensor-reading"],
    });
    for (const source of ["santander/env-1", "one"])
      expect((await send(key, record(source))).status, source).to.equal(201);
    for (const wrong of [record("santande/x"), record("one2"), record("ones/x"), { ...REPORT, source: "one" }]) {
      const refused = await send(key, wrong);
      expectProblem(refused, 403, "FORBIDDEN");
      expect(refused.text).to.include("santander/*, one").and.to.include("sensor-reading");
    }
    const lines = [record("one"), record("two"), record("santander/a")].map((one) => JSON.stringify(one)).join("\n");
    const { results } = await submitLines(service, lines, withKey(key));
    expect(results.map((one) => one.error?.code)).to.deep.equal([undefined, "FORBIDDEN", undefined]);
    const all = await issue({ name: "all", role: "submitter", sources: ["*"] });
    expect((await send(all.key, record("anything"))).status).to.equal(201);
  });

  it("truth C1: a key is refused from its expiry on, as one that never was", async () => {
    const expiresAt = new Date(now + 10_000).toISOString();
    const { key } = await issue({ name: "short", role: "submitter", sources: ["*"], expiresAt });
    expect((await send(key, record("s"))).status).to.equal(201);
    now += 10_000;
    expectProblem(await send(key, record("s")), 401, "UNAUTHENTICATED");
  });

  it("truth C1: a key may do so much in a minute, each record counted", async () => {
    const { key } = await issue({ name: "slow", role: "submitter", sources: ["*"], ratePerMinute: 3 });
    const lines = [1, 2, 3, 4, 5].map(() => JSON.stringify(record("s"))).join("\n");
    const { results, status } = await submitLines(service, lines, withKey(key));
    expect(status).to.equal(207);
    expect(results.map((one) => one.error?.code)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
    const refused = await submitLines(service, lines, withKey(key));
    expectProblem(refused, 429, "RATE_LIMITED");
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    now += 61_000;
    expect((await send(key, record("s"))).status).to.equal(201);
    const auditor = await issue({ name: "slow auditor", role: "auditor", ratePerMinute: 1 });
    expect((await call(service, "/v1/records", withKey(auditor.key))).status).to.equal(200);
    expectProblem(await call(service, "/v1/records", withKey(auditor.key)), 429, "RATE_LIMITED");
  });

  it("truth C1: what is refused as a whole counts as one record, and is not read once the minute is used up", async () => {
    const compressed = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };
    const garbage: [name: string, options: CallOptions][] = [
      ["no JSON", { body: "{" }],
      ["an empty array", { body: "[]" }],
      ["empty lines", { body: gzipSync("\n".repeat(100_000)), headers: compressed }],
      ["broken compression", { body: "no gzip", headers: compressed }],
      ["too deep", { body: "[".repeat(10_000) }],
      ["a form that is none", { body: "x", headers: { "content-type": "multipart/form-data; boundary=y" } }],
    ];
    for (const [name, options] of garbage) {
      const { key } = await issue({ name: "garbage", role: "submitter", sources: ["*"], ratePerMinute: 2 });
      const sent = async (): Promise<CalledAnswer> => {
        const headers = { ...options.headers, authorization: `Bearer ${key}` };
        return call(service, "/v1/records", { ...options, headers });
      };
      for (const refused of [await sent(), await sent()]) expect(refused.status, name).to.be.within(400, 415);
      expectProblem(await sent(), 429, "RATE_LIMITED");
      const refused = await send(key, record("s"));
      expectProblem(refused, 429, "RATE_LIMITED");
      expect(refused.headers.get("connection"), "a short body is read to its end").to.equal("keep-alive");
    }
    const { key } = await issue({
      name: "payload",
      role: "submitter",
      sources: ["s"],
      types: ["sensor-reading"],
      ratePerMinute: 1,
    });
    const payload = withKey(key, { body: "{", type: "application/senml+json" });
    expect((await call(service, "/v1/senml", payload)).status).to.equal(400);
    expectProblem(await call(service, "/v1/senml", payload), 429, "RATE_LIMITED");
  });

  it("loses nothing of its minute by what the service had no room for", async () => {
    const { key } = await issue({ name: "patient", role: "submitter", sources: ["*"], ratePerMinute: 2 });
    const lines = [1, 2].map(() => JSON.stringify(record("s"))).join("\n");
    const full = mock.method(service.ledger, "submit", async () => {
      throw new WarifuError("BUSY", "there is no room");
    });
    try {
      for (let sent = 0; sent < 3; sent++) expectProblem(await submitLines(service, lines, withKey(key)), 503, "BUSY");
    } finally {
      full.mock.restore();
    }
    expect((await submitLines(service, lines, withKey(key))).status).to.equal(201);
    expectProblem(await submitLines(service, lines, withKey(key)), 429, "RATE_LIMITED");
  });

  it("truth C1: the list shows scope and last use, and the use outlives a restart", async () => {
    const { keyId, key } = await issue({
      name: "seen",
      role: "submitter",
      sources: ["a", "b/*"],
      types: ["sensor-reading"],
      ratePerMinute: 9,
    });
    const listed = async () => {
      const { items } = (await call(service, "/v1/keys", { role: "admin" })).json as {
        items: Record<string, unknown>[];
      };
      return items.find((one) => one["keyId"] === keyId);
    };
    expect(await listed()).to.include({ lastUsedAt: null, expiresAt: null, ratePerMinute: 9 });
    await send(key, record("a"));
    expect(await listed()).to.deep.include({
      sources: ["a", "b/*"],
      types: ["sensor-reading"],
      lastUsedAt: new Date(now).toISOString(),
    });
    await service.access.noteUses();
    expect((await service.store.apiKeys()).find((one) => one.keyId === keyId)?.lastUsedAt).to.equal(now);
  });

  it("truth C1: an auditor lists and an officer opens what is of their sources", async () => {
    const admin = service.keys.admin;
    const ids: string[] = [];
    for (const source of ["reports/app", "elsewhere/app"])
      ids.push(((await send(admin, { ...REPORT, source })).json as { id: string }).id);
    const auditor = await issue({ name: "auditor", role: "auditor", sources: ["reports/*"] });
    const page = (await call(service, "/v1/records?limit=1000", withKey(auditor.key))).json as {
      items: { source: string }[];
    };
    expect(new Set(page.items.map(({ source }) => source))).to.deep.equal(new Set(["reports/app"]));
    const officer = await issue({ name: "officer", role: "officer", sources: ["reports/*"] });
    const open = (id: string) => call(service, `/v1/records/${id}/bundle?openings=true`, withKey(officer.key));
    expectProblem(await open(ids[0]!), 409, "NOT_ANCHORED_YET");
    expectProblem(await open(ids[1]!), 403, "FORBIDDEN");
  });

  it("truth C1: a key cannot tell what another's record conceals, and one that replaces the first repeats for it", async () => {
    const a = await issue({ name: "a", role: "submitter", sources: ["guess/*"] });
    const b = await issue({ name: "b", role: "submitter", sources: ["guess/*"] });
    const secret = { ...REPORT, source: "guess/app", seq: 1, key: "k" };
    const wrong = { ...secret, claims: { ...secret.claims, reporterName: "Nobody" } };
    expect((await send(a.key, secret)).status).to.equal(201);
    const texts = new Set<string>();
    for (const guess of [secret, wrong]) {
      const answer = await send(b.key, guess);
      expectProblem(answer, 409, "SEQUENCE_CONFLICT");
      texts.add(answer.text.replace(/urn:uuid:[0-9a-f-]+/, ""));
    }
    expect([...texts]).to.have.length(1);
    const heir = await issue({ name: "a2", role: "submitter", replaces: a.keyId });
    expect((await send(heir.key, secret)).status).to.equal(200);
    expectProblem(await send(heir.key, record("other")), 403, "FORBIDDEN");
    const body = JSON.stringify({ name: "x", role: "officer", replaces: a.keyId });
    expectProblem(await call(service, "/v1/keys", { role: "admin", body }), 400, "REQUEST_INVALID");
    const unknown = JSON.stringify({ name: "x", role: "officer", replaces: "0123456789abcdef" });
    expectProblem(await call(service, "/v1/keys", { role: "admin", body: unknown }), 404, "NOT_FOUND");
  });

  it("of an administrator limits nothing, and is refused", async () => {
    for (const scope of [{ sources: ["reports/*"] }, { types: ["sensor-reading"] }]) {
      const body = JSON.stringify({ name: "x", role: "admin", ...scope });
      const answer = await call(service, "/v1/keys", { role: "admin", body });
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect(answer.text).to.contain("cannot be limited");
    }
  });

  it("truth C1: an officer repairs the numbers of a source, within scope", async () => {
    const { key } = await issue({ name: "numbers", role: "submitter", sources: ["mistaken/*"] });
    const [source, top] = ["mistaken/env-1", Number.MAX_SAFE_INTEGER];
    expectProblem(await send(key, record(source, { seq: top })), 409, "SEQUENCE_CONFLICT");
    for (const seq of [top - DEFAULT_MAX_SEQ_GAP, top])
      expect((await send(key, record(source, { seq }))).status).to.equal(201);
    expectProblem(await send(key, record(source)), 409, "SEQUENCE_CONFLICT");
    const path = `/v1/sources/${encodeURIComponent(source)}/repair`;
    const body = JSON.stringify({ from: 12 });
    const foreign = await issue({ name: "foreign officer", role: "officer", sources: ["other/*"] });
    expectProblem(await call(service, path, withKey(foreign.key, { body })), 403, "FORBIDDEN");
    const answer = await call(service, path, { role: "officer", body });
    expect(answer.status).to.equal(201);
    expect(answer.json).to.include({ name: source, from: 12 });
    const sent = await send(key, record(source));
    expect(sent.status).to.equal(201);
    const { id } = sent.json as { id: string };
    expect((await call(service, `/v1/records/${id}`)).json).to.include({ seq: 12 });
    expectProblem(await call(service, path, { role: "officer", body }), 409, "SEQUENCE_CONFLICT");
    expectProblem(await call(service, "/v1/sources/nobody/repair", { role: "officer", body }), 404, "NOT_FOUND");
  });

  it("truth C2: the last key of an administrator is not revoked", async () => {
    const other = await issue({ name: "second", role: "admin", expiresAt: new Date(now + 5_000).toISOString() });
    const first = service.keys.admin.slice(3, 19);
    const revoke = (keyId: string, key: string) =>
      call(service, `/v1/keys/${keyId}`, withKey(key, { method: "DELETE" }));
    now += 5_000;
    const answer = await revoke(first, service.keys.admin);
    expectProblem(answer, 409, "LAST_ADMIN");
    expect(answer.text).to.include("issue another one first");
    expect((await call(service, "/v1/keys", { role: "admin" })).status).to.equal(200);
    expect((await revoke(other.keyId, service.keys.admin)).status).to.equal(204);
  });

  it("truth C2: keys issued, revoked and refused stand in the log, with no secret and no value", async () => {
    const { keyId, key } = await issue({ name: "told", role: "submitter", sources: ["told/*"] });
    await send(key, record("untold"));
    await call(service, `/v1/keys/${keyId}`, { role: "admin", method: "DELETE" });
    await send(key, record("told/x"));
    const lines = service
      .logText()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const admin = service.keys.admin.slice(3, 19);
    const find = (fields: object) =>
      lines.some((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
    expect(find({ event: "key-issued", keyId: admin, subject: keyId, role: "submitter" })).to.equal(true);
    expect(find({ event: "forbidden", keyId, route: "/v1/records" })).to.equal(true);
    expect(find({ event: "key-revoked", keyId: admin, subject: keyId })).to.equal(true);
    expect(find({ event: "unauthenticated", route: "/v1/records" })).to.equal(true);
    expect(find({ event: "source-repaired", route: "/v1/sources/:name/repair" })).to.equal(true);
    expect(find({ event: "foreign-repetition", route: "/v1/records" })).to.equal(true);
    for (const secret of [key.slice(20), "untold", "Canary", "canary"])
      expect(service.logText()).not.to.include(secret);
    const metrics = (await call(service, "/metrics")).text;
    for (const event of ["key-issued", "key-revoked", "unauthenticated", "forbidden", "foreign-repetition"])
      expect(
        Number(new RegExp(`warifu_security_events_total\\{event="${event}"\\} (\\d+)`).exec(metrics)?.[1]),
        event,
      ).to.be.greaterThan(0);
  });

  it("truth C2: a flood of refusals is counted, alarmed, and not written down", async () => {
    const linesOf = () =>
      service
        .logText()
        .split("\n")
        .filter((line) => line.includes('"unauthenticated"')).length;
    const before = linesOf();
    for (let i = 0; i < 130; i++) await call(service, "/v1/keys");
    expect(linesOf() - before).to.be.at.most(11);
    const alarmsOf = () => service.ledger.health().alarms.map(({ code }) => code);
    expect(alarmsOf()).to.include("refusals-high");
    expect(service.ledger.health().ok).to.equal(true);
    now += 61_000;
    await call(service, "/v1/keys");
    now += 61_000;
    await call(service, "/v1/keys");
    expect(alarmsOf()).not.to.include("refusals-high");
    expect(service.logText()).to.match(/"event":"unauthenticated","count":1\d\d/);
  });

  it("truth C2: openings have a limit of their own, a key each", async () => {
    const officer = await issue({ name: "quick", role: "officer" });
    const open = () =>
      call(service, "/v1/records/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f/bundle?openings=true", withKey(officer.key));
    for (let i = 0; i < 4; i++) expectProblem(await open(), 404, "NOT_FOUND");
    expectProblem(await open(), 429, "RATE_LIMITED");
    const other = await issue({ name: "other", role: "officer" });
    expect((await call(service, "/v1/records", withKey(other.key))).status).to.equal(200);
  });

  it("truth L15: what alarms state, as a sentence and as facts, is told to all where it is about the log alone", async () => {
    const funds = { id: "funds-low", account: `0x${"ab".repeat(20)}`, balanceWei: "4096", leastWei: "5000" } as const;
    const lost = { id: "openings-damaged", leaves: [3], more: 0, isMoreAtLeast: false } as const;
    service.alarms.raise("funds-low", funds);
    service.alarms.raise("vault-incomplete", lost);
    try {
      for (const role of [undefined, "submitter", "officer", "auditor", "admin"] as const) {
        const options = role ? { role } : {};
        const isTold = role === "auditor" || role === "admin";
        const status = (await call(service, "/v1/status", options)).json as { health: unknown };
        const health = (await call(service, "/healthz", options)).json as {
          alarms: { code: string; facts: unknown[]; message: string }[];
        };
        expect(status.health, String(role)).to.deep.equal(health);
        const alarm = (code: string) => health.alarms.find((one) => one.code === code);
        expect(alarm("funds-low")?.facts, String(role)).to.deep.equal(isTold ? [funds] : []);
        expect(JSON.stringify(health).includes("4096"), String(role)).to.equal(isTold);
        expect(alarm("vault-incomplete")?.facts, String(role)).to.deep.equal([lost]);
        expect(alarm("vault-incomplete")?.message, String(role)).to.match(/^the vault lacks openings/);
        expect(() => healthSchema.parse(health)).not.to.throw();
      }
    } finally {
      service.alarms.clear("funds-low");
      service.alarms.clear("vault-incomplete");
    }
  });

  it("truth L15: what the service works with, and its money, is told to auditors and administrators alone", async () => {
    for (const role of [undefined, "submitter", "officer", "auditor", "admin"] as const) {
      const options = role ? { role } : {};
      const sees = role === "auditor" || role === "admin";
      const status = (await call(service, "/v1/status", options)).json as {
        anchoring: { spentTodayWei: string | null; endpoints: { name: string; lastError: string | null }[] };
      };
      expect(status.anchoring.spentTodayWei === null, String(role)).to.equal(!sees);
      const metrics = (await call(service, "/metrics", options)).text;
      expect(metrics.includes("warifu_anchor_balance_ether"), String(role)).to.equal(sees);
      expect((await call(service, "/healthz", options)).status).to.equal(200);
    }
  });
});

// Sources and their keys over HTTP and on the command line: what officers enter, what auditors see of it, and that bundles and
// audits take the entries for what they are.

import { expect } from "chai";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";

import { createClient, type Client } from "../../../src/client/client.ts";
import { parseBundle } from "../../../src/core/bundle.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { signedBytesOf } from "../../../src/core/source-signature.ts";
import { ed25519SourceKey, keyThumbprint } from "../../../src/core/source-key.ts";
import { auditLogOverHttp } from "../../../src/verify/audit-log.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { runHere } from "../../cli/support/run-here.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { signingKey } from "../../support/signing-key.ts";
import { call, expectProblem, readingText, submit } from "../support/call.ts";

const NAME = "santander/env-419";
const SIGNING = signingKey(41);
const KEY = ed25519SourceKey(SIGNING.publicKey);
const OTHER = ed25519SourceKey(signingKey(42).publicKey);

function signedText(seq: number): string {
  const record = { type: "sensor-reading", source: NAME, seq, claims: { temperature: 20 } };
  const sig = Buffer.from(SIGNING.sign(signedBytesOf(record))).toString("base64");
  return JSON.stringify({
    ...record,
    evidence: { alg: "Ed25519", key: Buffer.from(SIGNING.publicKey).toString("base64"), sig },
  });
}

describe("sources and their keys", () => {
  let chain: TestChain;
  let service: TestService;
  let folder: string;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain });
    folder = temporaryFolder();
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const client = (role: "officer" | "auditor"): Client =>
    createClient({ url: service.url, apiKey: service.keys[role], attempts: 1 });

  it("are registered, given keys, suspended and resumed by an officer, and each step stands in the log", async () => {
    const officer = client("officer");
    const { leafIndex } = await officer.registerSource(NAME, { key: KEY });
    expect((await submit(service, signedText(1))).status).to.equal(201);
    expectProblem(await submit(service, readingText(20, { source: NAME, seq: 2 })), 403, "SIGNATURE_REQUIRED");
    await officer.suspendSource(NAME);
    expectProblem(await submit(service, signedText(2)), 403, "SOURCE_SUSPENDED");
    await officer.resumeSource(NAME);
    await officer.rotateSourceKey(NAME, { key: OTHER, keepOld: true });
    expect((await submit(service, signedText(2))).status).to.equal(201);
    const { leafIndex: revoked } = await officer.revokeSourceKey(NAME, { key: leafIndex, reason: "compromised" });
    expectProblem(await submit(service, signedText(3)), 403, "SOURCE_KEY_REFUSED");
    const view = await client("auditor").source(NAME);
    expect(view).to.deep.include({ registeredAt: leafIndex, suspended: false, records: 2 });
    expect(view.keys).to.deep.equal([
      { from: leafIndex, key: KEY, thumbprint: keyThumbprint(KEY), endedAt: revoked, why: "compromised" },
      { from: revoked - 2, key: OTHER, thumbprint: keyThumbprint(OTHER), endedAt: null, why: null },
    ]);
  });

  it("are listed also while they have sent nothing, page by page", async () => {
    const officer = client("officer");
    for (const name of ["silent/1", "silent/2", "silent/3"]) await officer.registerSource(name);
    expect((await submit(service, readingText(20, { source: "silent/2" }))).status).to.equal(201);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client("auditor").sources({ cursor, limit: 1 });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(names).to.deep.equal([NAME, "silent/2", "silent/1", "silent/3"]);
    expect(await client("auditor").source("silent/1")).to.include({ records: 0, missing: 0 });
  });

  it("D7: refuse a key that cannot be one, and enter nothing", async () => {
    const size = service.log.tree.size;
    const wrong: [object, string][] = [
      [{ crv: "Ed25519", kty: "OKP", x: Buffer.alloc(32).toString("base64url") }, "KEY_INVALID"],
      [{ ...KEY, d: "AAAA" }, "KEY_INVALID"],
      [{ kty: "RSA" }, "KEY_TYPE_UNKNOWN"],
    ];
    for (const [key, code] of wrong) {
      const body = JSON.stringify({ name: "bad/1", key });
      expectProblem(await call(service, "/v1/sources", { role: "officer", body }), 400, code as "KEY_INVALID");
    }
    for (const body of ["{}", '{"name":"x","key":"text"}', '{"name":"x","keys":[]}', '{"name":"Calle Alta 5"}'])
      expectProblem(await call(service, "/v1/sources", { role: "officer", body }), 400, "REQUEST_INVALID");
    await expectRejection("NOT_FOUND", client("officer").suspendSource("nobody"));
    await expectRejection("SOURCE_CONFLICT", client("officer").registerSource(NAME));
    expect(service.log.tree.size).to.equal(size);
  });

  it("keep to the scope of the key that changes them", async () => {
    const { key } = await service.access.issue("north", "officer", { sources: ["north/*"] });
    const scoped = (path: string, body: string) =>
      call(service, path, { body, headers: { authorization: `Bearer ${key}` } });
    expectProblem(await scoped("/v1/sources", '{"name":"south/1"}'), 403, "FORBIDDEN");
    expectProblem(await scoped(`/v1/sources/${encodeURIComponent(NAME)}/suspend`, "{}"), 403, "FORBIDDEN");
    expect((await scoped("/v1/sources", '{"name":"north/1"}')).status).to.equal(201);
  });

  it("are changed on the command line, with a key that was made there", async () => {
    const [file, pem] = [join(folder, "device.jwk"), join(folder, "device.pem")];
    const cli = (...args: string[]) => {
      const isLook = ["list", "show"].includes(args[0] as string);
      const place =
        args[0] === "keygen" ? [] : ["--url", service.url, "--key", service.keys[isLook ? "auditor" : "officer"]];
      return runHere(["source", ...args, ...place], folder);
    };
    const made = await cli("keygen", file);
    expect(made.code, made.stderr).to.equal(0);
    expect(statSync(file).mode & 0o077).to.equal(0);
    const jwk = JSON.parse(readFileSync(file, "utf8")) as { d: string; kid: string };
    expect(readFileSync(`${file}.pub`, "utf8")).not.to.contain(jwk.d);
    expect((await cli("keygen", file)).code).to.equal(2);
    const secret = await cli("add", "cli/1", "--signing-key", file);
    expect([secret.code, secret.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 2 && /private key/.test(text),
    );
    for (const args of [
      ["add", "cli/1", "--signing-key", `${file}.pub`],
      ["suspend", "cli/1"],
      ["resume", "cli/1"],
    ]) {
      const { code, stdout, stderr } = await cli(...args);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/^✓ cli\/1 .*: entered at leaf \d+\n$/);
    }
    writeFileSync(
      pem,
      generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "pem", type: "spki" }),
    );
    expect((await cli("rotate", "cli/1", "--signing-key", pem, "--personal")).code).to.equal(0);
    const { stdout } = await cli("show", "cli/1");
    expect(stdout).to.match(/key of leaf \d+: Ed25519 \S{43}, to leaf \d+ \(replaced\)/);
    expect(stdout).to.contain("a person's own key, counts").and.to.contain("1 of 2 keys count");
    expect(stdout).to.contain(jwk.kid);
    expect((await cli("revoke", "cli/1", "--reason", "lost")).code).to.equal(0);
    expect((await cli("list")).stdout).to.match(/cli\/1 {2}0 records, 0 missing {2}\(0 of 2 keys count\)/);
    expect(existsSync(`${file}.pub`)).to.equal(true);
  });

  it("take a key that was revoked never again, a person's own neither", async () => {
    const officer = client("officer");
    await officer.registerSource("app/9", { key: OTHER, personal: true });
    await officer.revokeSourceKey("app/9", { reason: "compromised" });
    const again = officer.rotateSourceKey("app/9", { key: OTHER });
    await expectRejection("SOURCE_CONFLICT", again, /has or had this key before/);
  });

  it("have events whose bundles hold and which an audit of the log takes for sound, a person's key included", async () => {
    await client("officer").registerSource("app/7f3c", { key: OTHER, personal: true });
    await service.anchorAll();
    const events = await service.log.store.query({ from: 0, limit: 100, kind: "source" });
    expect(events.length).to.be.greaterThan(10);
    for (const { id } of [events[0]!, events.at(-1)!]) {
      const path = `/v1/records/${Buffer.from(id)
        .toString("hex")
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}/bundle`;
      for (const [role, query] of [
        [undefined, ""],
        ["officer", "?openings=true"],
      ] as const) {
        const { text, status } = await call(service, `${path}${query}`, role ? { role } : {});
        expect(status, text).to.equal(200);
        const verdict = await verifyBundle(utf8(text), service.policy);
        expect(verdict.outcome, JSON.stringify(verdict)).to.equal("holds");
        // Not sought in the text: what an opening begins with stands in some bundles by chance.
        const { openings } = parseBundle(utf8(text));
        if (id !== events[0]!.id) expect(openings.length, "the opening").to.equal(role === "officer" ? 1 : 0);
      }
    }
    const { outcome, findings } = await auditLogOverHttp({ url: `${service.url}/log`, policy: service.policy });
    expect([outcome, findings]).to.deep.equal(["holds", []]);
  });
});

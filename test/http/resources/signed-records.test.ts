// Records that devices sign as a whole: from the device's own bytes to the verdict of somebody who knows the device's key.
// Failure cases D1, D2, D3, D6, D8.

import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

import { utf8 } from "../../../src/core/bytes.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "../../../src/core/source-key.ts";
import { createClient, createRecordSigner, type PrivateSourceKey } from "../../../src/client/client.ts";
import { runHere } from "../../cli/support/run-here.ts";
import type { RecordView } from "../../../src/read/records.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { auditLogOverHttp } from "../../../src/verify/audit-log.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { MOST_A_DAY } from "../../../src/write/conflicts.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, submitLines, type Result } from "../support/call.ts";

const NAME = "santander/env-9";

class Device {
  readonly key: SourceKey;
  readonly #privateKey: KeyObject;

  constructor(curve: "Ed25519" | "P-256") {
    const { privateKey, publicKey } =
      curve === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
    this.key = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
    this.#privateKey = privateKey;
  }

  /** The text of a submission whose payload is `payload`. */
  signed(payload: string | object, header: object = {}): string {
    const isEd25519 = this.key.crv === "Ed25519";
    const encode = (text: string): string => Buffer.from(text).toString("base64url");
    const said = typeof payload === "string" ? payload : JSON.stringify(payload);
    const input = `${encode(JSON.stringify({ alg: isEd25519 ? "EdDSA" : "ES256", ...header }))}.${encode(said)}`;
    const signature = isEd25519
      ? sign(null, Buffer.from(input), this.#privateKey)
      : sign("sha256", Buffer.from(input), { key: this.#privateKey, dsaEncoding: "ieee-p1363" });
    return JSON.stringify({ jws: `${input}.${signature.toString("base64url")}` });
  }
}

const reading = (seq: number, more: object = {}) => ({
  ...{ type: "sensor-reading", source: NAME, seq, claims: { temperature: 16.4 } },
  ...more,
});

describe("records signed as a whole", () => {
  const [ed, p256, stranger] = [new Device("Ed25519"), new Device("P-256"), new Device("Ed25519")];
  let chain: TestChain;
  let service: TestService;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain });
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    await officer.registerSource(NAME, { key: ed.key });
    await officer.rotateSourceKey(NAME, { key: p256.key, keepOld: true });
    await officer.registerSource("app/1", { key: p256.key, personal: true });
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });
  const verdictOf = async (id: string, keys: readonly SourceKey[], name = NAME, isOpened = false) => {
    const path = `/v1/records/${id}/bundle${isOpened ? "?openings=true" : ""}`;
    const { text, status } = await call(service, path, isOpened ? { role: "officer" } : {});
    expect(status, text).to.equal(200);
    return verifyBundle(utf8(text), { ...service.policy, sources: keys.map((key) => ({ name, key })) });
  };

  it("are verified from the bundle under the device's key, byte for byte as it signed them", async () => {
    // Its own spelling: spaces, an order, and numbers as the device's language prints them.
    const text = `{ "seq": 1, "claims": {"temperature": 16.40, "noise": 1e1}, "source": "${NAME}", "type": "sensor-reading" }`;
    const answers = [
      await submit(service, ed.signed(text)),
      await submit(service, p256.signed(reading(2), { kid: keyThumbprint(p256.key) })),
      await submit(service, p256.signed(reading(3), { kid: "of its own", jwk: p256.key })),
    ];
    await service.anchorAll();
    for (const answer of answers) {
      expect(answer.status, answer.text).to.equal(201);
      const { id } = answer.json as { id: string };
      const verdict = await verdictOf(id, [ed.key, p256.key]);
      expect(verdict.outcome, JSON.stringify(verdict)).to.equal("holds");
      expect(verdict.record?.signature).to.equal("verified");
      expect((await verdictOf(id, [stranger.key])).outcome).to.equal("refuted");
    }
    const { text: bundle } = await call(service, `/v1/records/${(answers[0]!.json as { id: string }).id}/bundle`);
    const body = JSON.parse((JSON.parse(bundle) as { body: string }).body) as { record: { evidence: { jws: string } } };
    const payload = body.record.evidence.jws.split(".")[1]!;
    expect(Buffer.from(payload, "base64url").toString()).to.equal(text);
    const { outcome, findings } = await auditLogOverHttp({ url: `${service.url}/log`, policy: service.policy });
    expect([outcome, findings]).to.deep.equal(["holds", []]);
  });

  it("D1 D8: are refused one by one, beside those that hold, and a plain record is not enough", async () => {
    const forged = ed.signed(reading(12)).replace(/.....""?}$/, 'AAAAA"}');
    const lines = [
      ed.signed(reading(10)),
      stranger.signed(reading(11)),
      stranger.signed(reading(11), { jwk: stranger.key }),
      forged,
      ed.signed(reading(13), { alg: "none" }),
      JSON.stringify(reading(14)),
      ed.signed({ ...reading(15), evidence: { alg: "Ed25519", key: "A", sig: "B" } }),
      ed.signed({ type: "sensor-reading", source: NAME, claims: { temperature: 1 } }),
      '{"jws":""}',
      '{"jws":"a.b.c","key":"k"}',
      stranger.signed(reading(1, { source: "nobody/knows" })),
      stranger.signed(reading(1, { source: "nobody/knows" }), { jwk: stranger.key }),
      ed.signed(reading(16)),
    ];
    const { results } = await submitLines(service, lines.join("\n"));
    expect(results.map(({ error }) => error?.code ?? "ok")).to.deep.equal([
      "ok",
      "SOURCE_SIGNATURE_INVALID",
      "SOURCE_KEY_REFUSED",
      "SOURCE_SIGNATURE_INVALID",
      "SOURCE_SIGNATURE_INVALID",
      "SIGNATURE_REQUIRED",
      "RECORD_INVALID",
      "RECORD_INVALID",
      "SOURCE_SIGNATURE_INVALID",
      "RECORD_INVALID",
      "SOURCE_KEY_REFUSED",
      "ok",
      "ok",
    ]);
  });

  it("D2 D8: repeat themselves, also when they were signed anew, and make one leaf", async () => {
    const first = (await submit(service, p256.signed(reading(20)))).json as Result;
    const size = service.log.tree.size;
    for (const text of [p256.signed(reading(20)), p256.signed(reading(20), { jwk: p256.key })]) {
      const answer = await submit(service, text);
      expect(answer.status, answer.text).to.equal(200);
      expect((answer.json as Result).id).to.equal(first.id);
    }
    expect(service.log.tree.size).to.equal(size);
    // The other key of the source is another signer.
    expectProblem(await submit(service, ed.signed(reading(20))), 409, "SEQUENCE_CONFLICT");
  });

  it("D3: say two things under one number: the second is refused, both can be shown, and the source is flagged", async () => {
    const first = (await submit(service, ed.signed(reading(30)))).json as Required<Result>;
    const other = reading(30, { claims: { temperature: 99 } });
    for (let sent = 0; sent < 2; sent++)
      expectProblem(await submit(service, ed.signed(other)), 409, "SEQUENCE_CONFLICT");
    const auditor = createClient({ url: service.url, apiKey: service.keys.auditor, attempts: 1 });
    const { conflicts, conflictEvents } = await auditor.source(NAME);
    const events = await Promise.all(conflictEvents.map((leaf) => auditor.records({ leaf })));
    const views = events.map(({ items }) => items[0] as RecordView);
    const event = views.find(({ claims }) => claims?.["first"] === first.leafIndex)!;
    expect(conflicts).to.equal(conflictEvents.length);
    expect(event).to.deep.include({ kind: "source", concealed: 8 });
    expect(event.claims).to.deep.equal({ action: "conflict", name: NAME, seq: 30, first: first.leafIndex, omitted: 0 });
    await service.anchorAll();
    expect((await verdictOf(first.id, [ed.key])).record?.signature).to.equal("verified");
    const { text } = await call(service, `/v1/records/${event.id}/bundle?openings=true`, { role: "officer" });
    const { outcome, record } = await verifyBundle(utf8(text), service.policy);
    expect(outcome).to.equal("holds");
    expect(record?.claims?.["record"]).to.deep.include({ ...other, source: NAME });
    const { stdout } = await runHere(
      ["source", "show", NAME, "--url", service.url, "--key", service.keys.auditor],
      "/tmp",
    );
    expect(stdout).to.match(/\d+ records? signed under the number of another one; see leaf/);
    const shown = await runHere(["show", first.id, "--url", service.url], "/tmp");
    expect(shown.stdout).to.match(/^signed +says that its source signed: `warifu verify` checks that$/m);
  });

  it("D3: are all counted when they contradict others, also those that are not kept", async () => {
    const auditor = createClient({ url: service.url, apiKey: service.keys.auditor, attempts: 1 });
    expect((await submit(service, ed.signed(reading(31)))).status).to.equal(201);
    const before = await auditor.source(NAME);
    const more = MOST_A_DAY + 3;
    for (let n = 0; n < more; n++)
      expectProblem(
        await submit(service, ed.signed(reading(31, { claims: { temperature: n } }))),
        409,
        "SEQUENCE_CONFLICT",
      );
    const { conflicts, conflictEvents } = await auditor.source(NAME);
    expect(conflicts).to.equal(before.conflicts + more);
    expect(conflictEvents).to.have.length(MOST_A_DAY);
    const { items } = await auditor.sources();
    expect(items.find(({ name }) => name === NAME)?.conflicts).to.equal(conflicts);
  });

  for (const curve of ["Ed25519", "P-256"] as const)
    it(`are made by the client with a key of the command line, and sent by both: ${curve}`, async () => {
      const folder = temporaryFolder();
      const [keyFile, name] = [join(folder, "device.jwk"), `made/${curve.toLowerCase()}`];
      expect((await runHere(["source", "keygen", keyFile, "--curve", curve], folder)).code).to.equal(0);
      const signer = await createRecordSigner(JSON.parse(readFileSync(keyFile, "utf8")) as PrivateSourceKey);
      const place = ["--url", service.url, "--key"];
      const add = ["source", "add", name, "--signing-key", `${keyFile}.pub`, ...place, service.keys.officer];
      expect((await runHere(add, folder)).code).to.equal(0);
      const record = (seq: number) => ({ type: "sensor-reading", source: name, seq, claims: { temperature: 16.4 } });
      const client = createClient({ url: service.url, apiKey: service.keys.submitter });
      const signed = await Promise.all([1, 2, 3].map((seq) => signer.sign(record(seq))));
      const [first, again] = [await client.submit(signed.slice(0, 2)), await client.submit(signed.slice(0, 1))];
      expect([...first, ...again].map((result) => (result.ok ? "ok" : result.error.message))).to.deep.equal([
        "ok",
        "ok",
        "ok",
      ]);
      const file = join(folder, "records.ndjson");
      writeFileSync(file, signed.map((one) => `${JSON.stringify(one)}\n`).join(""));
      const dry = await runHere(["submit", file, "--dry-run", ...place, service.keys.submitter], folder);
      expect(dry.stdout, dry.stderr).to.match(
        /3 records of the type sensor-reading\n {2}public for ever: source \(1 name\), temperature, evidence/,
      );
      const sent = await runHere(["submit", file, "--yes", "--json", ...place, service.keys.submitter], folder);
      expect(JSON.parse(sent.stdout), sent.stderr).to.deep.include({
        acknowledged: { new: 1, repeated: 2 },
        refused: 0,
      });
      await expectRejection("RECORD_INVALID", signer.sign({ ...record(1), seq: undefined }));
      await expectRejection("ENCODING_INVALID", createRecordSigner({ ...ed.key, d: "AA" } as PrivateSourceKey));
      rmSync(folder, { recursive: true, force: true });
    });

  it("E1: of a person show neither key nor claims until they are opened, and then verify", async () => {
    const report = {
      type: "citizen-report",
      source: "app/1",
      seq: 1,
      claims: { category: "pothole", text: "A deep hole" },
    };
    const answer = await submit(service, p256.signed(report));
    expect(answer.status, answer.text).to.equal(201);
    const { id } = answer.json as { id: string };
    await service.anchorAll();
    const { text } = await call(service, `/v1/records/${id}/bundle`);
    for (const hidden of [p256.key.x, "A deep hole", Buffer.from("A deep hole").toString("base64url")])
      expect(text).not.to.contain(hidden);
    expect((await verdictOf(id, [p256.key], "app/1")).record?.signature).to.equal("not-shown");
    const opened = await verdictOf(id, [p256.key], "app/1", true);
    expect([opened.outcome, opened.record?.signature]).to.deep.equal(["holds", "verified"]);
  });
});

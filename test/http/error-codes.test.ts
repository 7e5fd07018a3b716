// E2: every error code of the API, each provoked with what says who somebody is in body, query and headers. None of it is in an
// answer or in the log. A new code needs a line here.

import { generateKeyPairSync } from "node:crypto";

import { expect } from "chai";
import sharp from "sharp";

import { createClient } from "../../src/client/client.ts";
import { createRecordSigner } from "../../src/client/sign-record.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { canariesIn } from "../support/canary-scan.ts";
import { startService, type TestService } from "../support/service.ts";
import { OPERATOR } from "../support/transfers.ts";
import { call, submit, type CalledAnswer, type Result } from "./support/call.ts";
import { sendForm } from "./support/form.ts";
import { exchange } from "./support/raw-socket.ts";

const CANARIES = ["Hanako Tanaka", "+81-90-1234-5678", "hanako@example.org"];
const CANARY = CANARIES.join(" ");
const HEADERS = { "user-agent": CANARY, "x-forwarded-for": CANARY, referer: `https://example.org/${CANARY}` };
const QUERY = encodeURIComponent(CANARY);
const claims = { category: "pothole", text: CANARY, reporterName: CANARY };
const record = { type: "citizen-report", source: "app/1", claims };

/** What stops the service, or comes from its disk or chain: thrown inside, with a cause that tells, as databases' errors do. */
const INSIDE = [
  ...(["CLOCK_AHEAD", "CLOCK_BACKWARDS", "STOPPED", "STORE_BEHIND", "STORE_CORRUPT", "STORE_FAILED"] as const),
  ...(["VAULT_FAILED", "STORE_DAMAGED", "BUSY", "CHAIN_REFUSED", "CHAIN_WRONG", "CHAIN_UNREACHABLE"] as const),
  "NODE_REFUSED",
] as const satisfies readonly ErrorCode[];

describe("E2: error codes", () => {
  const provoked = new Map<string, string[]>();
  let service: TestService;
  let id: string;
  before(async () => {
    service = await startService({ logLevel: "trace", limits: { openingsPerMinute: 1_000, ratePerMinute: 100_000 } });
    id = (await recorded({ key: "k1" })).id;
  });
  after(() => service.stop());

  const recorded = async (more: object = {}): Promise<Required<Result>> =>
    (await send({ ...record, ...more })).json as Required<Result>;
  const send = (value: object | string): Promise<CalledAnswer> =>
    submit(service, typeof value === "string" ? value : JSON.stringify(value), { headers: HEADERS });
  const officer = (path: string, body: object): Promise<CalledAnswer> =>
    call(service, `/v1/${path}`, { role: "officer", headers: HEADERS, body: JSON.stringify(body) });

  /** Notes what an answer of that code said. */
  async function expectCode(code: ErrorCode, asked: Promise<{ readonly text: string }>): Promise<void> {
    const { text } = await asked;
    expect(text).to.include(`"code":"${code}"`);
    provoked.set(code, [...(provoked.get(code) ?? []), text]);
  }

  it("of what is sent wrongly", async () => {
    await expectCode("CLAIMS_INVALID", send({ ...record, claims: { ...claims, category: CANARY } }));
    await expectCode("RECORD_INVALID", send({ ...record, [CANARY]: CANARY }));
    await expectCode("PROFILE_UNKNOWN", send({ ...record, type: "hanako-tanaka" }));
    await expectCode("JSON_INVALID", send(`{"text":"${CANARY}`));
    await expectCode("JSON_DUPLICATE_KEY", send(`{"${CANARY}":1,"${CANARY}":"${CANARY}"}`));
    await expectCode("JSON_NUMBER_INEXACT", send(`{"${CANARY}":9007199254740993}`));
    await expectCode("JSON_TOO_DEEP", send(`${"[".repeat(500)}"${CANARY}"${"]".repeat(500)}`));
    const broken = Buffer.concat([Buffer.from(`{"text":"${CANARY}`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    await expectCode("ENCODING_INVALID", submit(service, broken));
    await expectCode("NOT_ACCEPTABLE", submit(service, CANARY, { type: "text/x-hanako" }));
    await expectCode("TOO_LARGE", send(JSON.stringify({ ...record, claims: { text: CANARY.repeat(100_000) } })));
    await expectCode("REQUEST_INVALID", call(service, `/v1/records?${QUERY}=${QUERY}`, { role: "auditor" }));
    await expectCode("TILE_INVALID", call(service, `/log/tile/${QUERY}`));
    await expectCode("NOT_FOUND", call(service, `/${QUERY}`, { headers: HEADERS }));
    const file = (bytes: Uint8Array | string, type: string) =>
      sendForm(service, "/v1/records", [
        { name: "record", bytes: JSON.stringify(record) },
        { name: "file", filename: `${CANARY}.jpg`, type, bytes },
      ]);
    await expectCode(
      "PICTURE_INVALID",
      file(Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 9, ...Buffer.from(CANARY)]), "image/jpeg"),
    );
    await expectCode("PICTURE_UNSUPPORTED", file(`GIF89a${CANARY}`, "image/gif"));
  });

  it("of keys, roles and limits", async () => {
    const headers = { authorization: `Bearer ${CANARY}`, ...HEADERS };
    await expectCode("UNAUTHENTICATED", call(service, `/v1/records?source=${QUERY}`, { headers }));
    await expectCode(
      "FORBIDDEN",
      call(service, "/v1/privacy/persons", { role: "auditor", body: JSON.stringify(claims) }),
    );
    const { items } = (await call(service, "/v1/keys", { role: "admin" })).json as {
      items: { keyId: string; role: string }[];
    };
    const { keyId } = items.find(({ role }) => role === "admin")!;
    await expectCode(
      "LAST_ADMIN",
      call(service, `/v1/keys/${keyId}`, { role: "admin", method: "DELETE", headers: HEADERS }),
    );
    const small = await startService({ logLevel: "trace", limits: { ratePerMinute: 1, bodyWindowMs: 100 } });
    try {
      const slow = exchange(
        small.url,
        `POST /v1/records?${QUERY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${small.keys.submitter}\r\n` +
          `Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"text":"${CANARY}`,
      );
      await expectCode("TOO_SLOW", slow);
      await expectCode("RATE_LIMITED", submit(small, JSON.stringify(record), { headers: HEADERS }));
      expectSilence([small.logText()]);
    } finally {
      await small.stop();
    }
  });

  it("of what was sent before, of sources, and of their keys", async () => {
    const pair = generateKeyPairSync("ed25519");
    const { x, d } = pair.privateKey.export({ format: "jwk" }) as { x: string; d: string };
    const key = { crv: "Ed25519", kty: "OKP", x } as const;
    const signer = await createRecordSigner({ ...key, d });
    const signed = async (seq: number) => signer.sign({ ...record, source: "app/signs", seq } as never);
    await expectCode("IDEMPOTENCY_CONFLICT", send({ ...record, key: "k1", claims: { ...claims, text: CANARIES[0] } }));
    await send({ ...record, source: "app/2", seq: 5 });
    await expectCode(
      "SEQUENCE_CONFLICT",
      send({ ...record, source: "app/2", seq: 5, claims: { ...claims, text: "x" } }),
    );
    const evidence = {
      alg: "Ed25519",
      key: Buffer.from(x, "base64url").toString("base64"),
      sig: "A".repeat(86) + "==",
    };
    await expectCode("SOURCE_SIGNATURE_INVALID", send({ ...record, seq: 9, evidence }));
    await expectCode("KEY_INVALID", officer("sources", { name: "app/3", key: { ...key, d: CANARY } }));
    await expectCode("KEY_TYPE_UNKNOWN", officer("sources", { name: "app/3", key: { kty: CANARY } }));
    expect((await officer("sources", { name: "app/signs", key })).status).to.equal(201);
    await expectCode("SOURCE_CONFLICT", officer("sources", { name: "app/signs", key }));
    await expectCode("SIGNATURE_REQUIRED", send({ ...record, source: "app/signs", seq: 1 }));
    const desk = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    await desk.suspendSource("app/signs");
    await expectCode("SOURCE_SUSPENDED", send(await signed(2)));
    await desk.resumeSource("app/signs");
    await desk.revokeSourceKey("app/signs", { reason: "compromised" });
    await expectCode("SOURCE_KEY_REFUSED", send(await signed(3)));
  });

  it("of proofs, pictures and other controllers", async () => {
    await expectCode("NOT_ANCHORED_YET", call(service, `/v1/records/${id}/bundle`, { headers: HEADERS }));
    const pictured = await withPicture();
    await expectCode(
      "FACES_NOT_HIDDEN",
      officer(`records/${pictured}/derivations`, { picture: 0, hide: [[0, 0, 1, 1]] }),
    );
    await expectCode("NOT_TRANSLATED", officer(`records/${id}/translations`, { to: "en" }));
    expect((await officer("privacy/recipients", { ...OPERATOR, name: "Example K.K." })).status).to.equal(201);
    const ceased = { state: "provision-ceased", basis: "gdpr-18", records: [id] };
    expect((await officer("privacy/restrictions", ceased)).status).to.equal(201);
    const wanted = { records: [id], recipient: "Example K.K.", claims: ["text"], purpose: "planning" };
    await expectCode("TRANSFER_REFUSED", officer("privacy/provisions", wanted));
    const policy = formatPolicy(service.policy);
    const came = { file: JSON.stringify({ [CANARY]: CANARY }), policy, from: "Example K.K.", how: CANARY };
    await expectCode("POLICY_INVALID", officer("privacy/receptions", { ...came, policy: CANARY }));
    await expectCode("BUNDLE_INVALID", officer("privacy/receptions", came));
  });

  async function withPicture(): Promise<string> {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .jpeg()
      .toBuffer();
    const parts = [
      { name: "record", bytes: JSON.stringify(record) },
      { name: "file", filename: `${CANARY}.jpg`, type: "image/jpeg", bytes },
    ];
    return ((await sendForm(service, "/v1/records", parts)).json as Required<Result>).id;
  }

  for (const code of INSIDE)
    it(`of what fails inside: ${code}`, async () => {
      const { ledger } = service;
      const submitting = ledger.submit;
      ledger.submit = async () => {
        const cause = new Error(`UNIQUE constraint failed: '${CANARY}'`);
        throw new WarifuError(code, "a sentence for the operator", { cause });
      };
      try {
        const headers = { authorization: `Bearer ${service.keys.submitter}`, "content-type": "application/json" };
        const init = { method: "POST", headers, body: JSON.stringify(record) };
        const answer = fetch(`${service.url}/v1/records?${QUERY}`, init);
        await expectCode(
          code,
          answer.then(async (one) => ({ text: await one.text() })),
        );
      } finally {
        ledger.submit = submitting;
      }
    });

  it("are all here, and neither answers nor log say anything", async () => {
    const document = JSON.stringify((await call(service, "/openapi.json")).json);
    const described = new Set([...document.matchAll(/#\/components\/examples\/([A-Z_]+)"/g)].map(([, code]) => code!));
    // Where two logs or their bundles are needed: test/http/resources/transfers.test.ts looks at the same texts. Where an
    // identity provider is: test/http/sign-in-oidc.test.ts. Where a log has a term: test/e2e/closed-log.test.ts.
    const elsewhere = ["LOG_NOT_OPEN", "ORIGIN_MISMATCH", "SERVICE_UNREACHABLE"];
    expect([...provoked.keys(), ...elsewhere].sort()).to.deep.equal([...described].sort());
    expect(service.logText().length).to.be.greaterThan(10_000);
    expectSilence([...provoked.values()].flat());
    expectSilence([service.logText()]);
  });

  function expectSilence(texts: readonly string[]): void {
    expect(canariesIn([...CANARIES, "Tanaka"], { texts: Object.fromEntries(texts.entries()) })).to.deep.equal([]);
  }
});

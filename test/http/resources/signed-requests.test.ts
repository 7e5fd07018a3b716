// Requests that devices sign (RFC 9421): from the device's bytes to the verdict of somebody who knows the device's key, signed by
// our own helper, by a signer that was written from the RFC alone, and by hand. Failure cases D1, D2, D4, D8, D9.

import { expect } from "chai";
import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createSigner, httpbis } from "http-message-signatures";

import { freePort } from "../../../scripts/free-port.ts";
import { createClient, signRequest, type PrivateSourceKey } from "../../../src/client/client.ts";
import { parseConfig } from "../../../src/config.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import type { JsonObject, JsonValue } from "../../../src/core/json.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "../../../src/core/source-key.ts";
import { startService as startWholeService, type Service } from "../../../src/main.ts";
import type { RecordView } from "../../../src/read/records.ts";
import { auditLogOverHttp } from "../../../src/verify/audit-log.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type CalledAnswer, type Result } from "../support/call.ts";

const NAME = "santander/env-9";
const TYPE = "application/json";
const COVERED = ["@method", "@target-uri", "content-digest", "content-type"];

/** A device with a key; it signs whatever it is told to. */
class Device {
  readonly key: SourceKey;
  readonly jwk: PrivateSourceKey;
  readonly privateKey: KeyObject;

  constructor(curve: "Ed25519" | "P-256") {
    const { privateKey } =
      curve === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
    this.jwk = privateKey.export({ format: "jwk" }) as PrivateSourceKey;
    const { d: _, ...publicPart } = this.jwk;
    this.key = parseSourceKey(publicPart as JsonValue);
    this.privateKey = privateKey;
  }

  get alg(): string {
    return this.key.crv === "Ed25519" ? "ed25519" : "ecdsa-p256-sha256";
  }

  sign(text: string): Buffer {
    return this.key.crv === "Ed25519"
      ? sign(null, Buffer.from(text), this.privateKey)
      : sign("sha256", Buffer.from(text), { key: this.privateKey, dsaEncoding: "ieee-p1363" });
  }
}

interface Signing {
  readonly url: string;
  readonly body: string;
  /** What is covered, in its order; values that are not named are those of a plain request to `url`. */
  readonly covered?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  /** Parameters that differ; `null` leaves one out. */
  readonly parameters?: Readonly<Record<string, string | number | null>>;
  readonly signature?: (base: string) => Buffer;
}

const digestOf = (body: string): string => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

/** Headers that sign a request, made from RFC 9421 section 2.5 by hand. */
function signed(device: Device, { url, body, covered = COVERED, ...more }: Signing): Record<string, string> {
  const { host, pathname, search, protocol, href } = new URL(url);
  const plain: Record<string, string> = {
    ...{ "@method": "POST", "@target-uri": href, "@authority": host, "@path": pathname, "@query": search || "?" },
    ...{ "@scheme": protocol.slice(0, -1), "content-digest": digestOf(body), "content-type": TYPE },
    ...more.values,
  };
  const parameters = {
    ...{ created: Math.floor(Date.now() / 1000), nonce: "n-1", keyid: keyThumbprint(device.key), alg: device.alg },
    ...more.parameters,
  };
  const said = Object.entries(parameters).flatMap(([name, value]) =>
    value === null ? [] : [`;${name}=${typeof value === "number" ? value : `"${value}"`}`],
  );
  const input = `(${covered.map((name) => `"${name}"`).join(" ")})${said.join("")}`;
  const base = [...covered.map((name) => `"${name}": ${plain[name] ?? ""}`), `"@signature-params": ${input}`].join(
    "\n",
  );
  const signature = (more.signature ?? ((text) => device.sign(text)))(base);
  return {
    "content-digest": plain["content-digest"] as string,
    "signature-input": `sig=${input}`,
    signature: `sig=:${signature.toString("base64")}:`,
  };
}

const reading = (seq: number, more: object = {}): string =>
  JSON.stringify({ type: "sensor-reading", source: NAME, seq, claims: { temperature: 16.4 }, ...more });

describe("requests signed by their source", () => {
  const [ed, p256, stranger] = [new Device("Ed25519"), new Device("P-256"), new Device("Ed25519")];
  let chain: TestChain;
  let service: TestService;
  let url: string;
  let clock: () => number = Date.now;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain, now: () => clock() });
    url = `${service.url}/v1/records`;
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    await officer.registerSource(NAME, { key: ed.key });
    await officer.rotateSourceKey(NAME, { key: p256.key, keepOld: true });
    await officer.registerSource("other/device", { key: stranger.key });
    await officer.registerSource("app/1", { key: p256.key, personal: true });
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });
  afterEach(() => (clock = Date.now));

  const send = (body: string, headers: Record<string, string>): Promise<CalledAnswer> =>
    submit(service, body, { headers });
  const sendSigned = (device: Device, seq: number, more: Partial<Signing> = {}): Promise<CalledAnswer> => {
    const body = more.body ?? reading(seq);
    return send(body, signed(device, { url, ...more, body }));
  };
  /** Refused by that code, and nothing is stored. */
  const expectRefused = async (answer: Promise<CalledAnswer>, says: RegExp, code = "SOURCE_SIGNATURE_INVALID") => {
    const size = service.log.tree.size;
    const refused = await answer;
    expectProblem(refused, code === "SOURCE_KEY_REFUSED" ? 403 : 400, code as "SOURCE_SIGNATURE_INVALID");
    expect((refused.json as { detail: string }).detail).to.match(says);
    expect(service.log.tree.size).to.equal(size);
  };
  const verdictOf = async (id: string, key: SourceKey, name = NAME, isOpened = false) => {
    await service.anchorAll();
    const path = `/v1/records/${id}/bundle${isOpened ? "?openings=true" : ""}`;
    const { text } = await call(service, path, isOpened ? { role: "officer" } : {});
    return { text, verdict: await verifyBundle(utf8(text), { ...service.policy, sources: [{ name, key }] }) };
  };
  const idOf = (answer: CalledAnswer): string => {
    expect(answer.status, answer.text).to.equal(201);
    return (answer.json as { id: string }).id;
  };

  it("are verified from the bundle under the device's key, byte for byte as they were sent", async () => {
    // Its own spelling: spaces, an order, and numbers as the device's language prints them.
    const body = `{ "seq": 1, "claims": {"temperature": 16.40}, "source": "${NAME}", "type": "sensor-reading" }`;
    const { text, verdict } = await verdictOf(idOf(await sendSigned(ed, 1, { body })), ed.key);
    expect([verdict.outcome, verdict.record?.signature], JSON.stringify(verdict)).to.deep.equal(["holds", "verified"]);
    const { record } = JSON.parse((JSON.parse(text) as { body: string }).body) as {
      record: { evidence: { content: string; base: string } };
    };
    expect(Buffer.from(record.evidence.content, "base64").toString()).to.equal(body);
    expect(record.evidence.base).to.match(/^"@method": POST\n/);
    // Nearly as large as a record may be.
    const texts = Array.from({ length: 63 }, (_, at) => [`text ${at}`, "x".repeat(1_000)]);
    const large = reading(2, { claims: Object.fromEntries(texts) as object });
    const id = idOf(await sendSigned(ed, 2, { body: large }));
    expect((await verdictOf(id, ed.key)).verdict.record?.signature).to.equal("verified");
    expect((await verdictOf(id, stranger.key)).verdict.outcome).to.equal("refuted");
    const { outcome, findings } = await auditLogOverHttp({ url: `${service.url}/log`, policy: service.policy });
    expect([outcome, findings]).to.deep.equal(["holds", []]);
  });

  for (const [device, curve] of [
    [ed, "Ed25519"],
    [p256, "P-256"],
  ] as const)
    it(`are signed by the client's helper and by a signer of somebody else, with a key of ${curve}`, async () => {
      const seq = device === ed ? 10 : 20;
      const parts = { method: "POST", url, headers: { "content-type": TYPE } };
      const own = await signRequest({ ...parts, url: `${url}#top`, body: reading(seq) }, device.jwk);
      const body = reading(seq + 1);
      const pem = createPrivateKey({ key: device.jwk as JsonObject, format: "jwk" });
      const signer = createSigner(pem, device.alg, keyThumbprint(device.key));
      const foreign = await httpbis.signMessage(
        {
          key: {
            ...signer,
            // It writes ECDSA signatures as DER, which RFC 9421 section 3.3.4 does not.
            sign: async (data: Buffer) => device.sign(data.toString()),
          },
          name: "gateway",
          fields: ["@method", "@authority", "@path", "content-digest", "content-type"],
          params: ["created", "expires", "keyid", "alg", "nonce"],
          paramValues: { nonce: "its-own", expires: new Date(Date.now() + 60_000) },
        },
        { ...parts, headers: { ...parts.headers, "content-digest": digestOf(body) } },
      );
      for (const [text, headers] of [
        [reading(seq), own],
        [body, foreign.headers as Record<string, string>],
      ] as const) {
        const { verdict } = await verdictOf(idOf(await send(text, headers)), device.key);
        expect([verdict.outcome, verdict.record?.signature]).to.deep.equal(["holds", "verified"]);
      }
    });

  it("D1: are refused when the signature is wrong, another device's, or of other content", async () => {
    const flipped = (base: string): Buffer => {
      const bytes = ed.sign(base);
      bytes[40]! ^= 1;
      return bytes;
    };
    await expectRefused(sendSigned(ed, 100, { signature: flipped }), /is not by that key/);
    await expectRefused(sendSigned(ed, 100, { signature: (base) => stranger.sign(base) }), /is not by that key/);
    await expectRefused(sendSigned(stranger, 100), /no key that is registered/, "SOURCE_KEY_REFUSED");
    const unregistered = reading(1, { source: "nobody/knows" });
    await expectRefused(sendSigned(ed, 1, { body: unregistered }), /no key that is registered/, "SOURCE_KEY_REFUSED");
    await expectRefused(send(reading(101), signed(ed, { url, body: reading(100) })), /is of other content/);
    // A key counts for its own source alone.
    const foreign = reading(1, { source: "other/device" });
    await expectRefused(sendSigned(ed, 1, { body: foreign }), /no key that is registered/, "SOURCE_KEY_REFUSED");
    idOf(await sendSigned(ed, 100));
  });

  it("D1: say nothing of a source's keys to whoever may not send for it", async () => {
    const admin = createClient({ url: service.url, apiKey: service.keys.admin, attempts: 1 });
    const { key } = await admin.issueKey("elsewhere", "submitter", { sources: ["else/*"] });
    const body = JSON.stringify({ type: "citizen-report", source: "app/1", seq: 1, claims: {} });
    const texts = [p256, stranger].map(async (device) => {
      const signature = (base: string): Buffer => stranger.sign(base);
      const headers = { ...signed(device, { url, body, signature }), authorization: `Bearer ${key}` };
      const answer = await send(body, headers);
      expectProblem(answer, 403, "FORBIDDEN");
      return answer.text.replace(/urn:uuid:[0-9a-f-]+/, "");
    });
    const [known, unknown] = await Promise.all(texts);
    expect(known).to.equal(unknown);
    const jws = `${Buffer.from('{"alg":"ES256"}').toString("base64url")}.${Buffer.from(body).toString("base64url")}.${"A".repeat(86)}`;
    const forged = await send(JSON.stringify({ jws }), { authorization: `Bearer ${key}` });
    expectProblem(forged, 403, "FORBIDDEN");
  });

  it("D1: with any one character of their headers changed, are refused, or are the same request still", async () => {
    const body = reading(105);
    const headers = signed(ed, { url, body });
    const first = idOf(await send(body, headers));
    const size = service.log.tree.size;
    for (const [name, value] of Object.entries(headers))
      for (let at = 0; at < value.length; at++) {
        const changed = `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`;
        const answer = await send(body, { ...headers, [name]: changed });
        // The last digit of base64 has bits that say nothing.
        const isSame = answer.status === 200 && (answer.json as Result).id === first;
        expect(isSame || [400, 403].includes(answer.status), `${changed}: ${answer.text}`).to.equal(true);
      }
    expect(service.log.tree.size).to.equal(size);
  });

  it("D1: are refused when they were signed for another path, host, method or kind of content", async () => {
    const other = (values: Record<string, string>, covered?: string[]) =>
      expectRefused(
        sendSigned(ed, 110, { values, ...(covered && { covered }) }),
        /is not by that key over this request to/,
      );
    await other({ "@target-uri": `${service.url}/v1/other` });
    await other({ "@target-uri": "https://ledger.example/v1/records" });
    await other({ "@method": "PUT" });
    await other({ "content-type": "text/plain" });
    const parts = ["@method", "@authority", "@path", "content-digest", "content-type"];
    await other({ "@authority": "ledger.example" }, parts);
    await other({ "@path": "/v2/records" }, parts);
    await other({ "@scheme": "https" }, [...parts, "@scheme"]);
    idOf(await sendSigned(ed, 110, { covered: [...parts, "@scheme", "@query"] }));
  });

  it("D4: captured, are refused at another address, with a query, as another type, and in another coding", async () => {
    const body = reading(120);
    const headers = signed(ed, { url, body });
    const parts = signed(ed, {
      url,
      body,
      covered: ["@method", "@authority", "@path", "content-digest", "content-type"],
    });
    await expectRefused(submit(service, body, { headers, type: "application/json;charset=utf-8" }), /not by that key/);
    const withQuery = (more: Record<string, string>) =>
      call(service, "/v1/records?dry=1", { role: "submitter", body, headers: more });
    await expectRefused(withQuery(headers), /not by that key/);
    await expectRefused(withQuery(parts), /covers neither @target-uri nor @authority and @path and @query/);
    const encoded = { ...headers, "content-encoding": "gzip" };
    expectProblem(await submit(service, Buffer.from(body), { headers: encoded }), 415, "NOT_ACCEPTABLE");
    // A service elsewhere that knows the device too, and is told the host that was signed.
    const elsewhere = await startService();
    try {
      const officer = createClient({ url: elsewhere.url, apiKey: elsewhere.keys.officer, attempts: 1 });
      await officer.registerSource(NAME, { key: ed.key });
      const captured = { ...headers, host: new URL(url).host };
      const answer = await rawPost(elsewhere, body, captured);
      expect([answer.status, answer.text]).to.satisfy(
        ([status, text]: [number, string]) => status === 400 && text.includes("SOURCE_SIGNATURE_INVALID"),
      );
      expect(elsewhere.log.tree.size).to.equal(elsewhere.log.profiles.size + 1);
    } finally {
      await elsewhere.stop();
    }
    idOf(await send(body, headers));
  });

  it("D4: count only for the addresses that the operator names, a path before ours included", async () => {
    const named = await startService({ publicUrls: ["https://ledger.example", "https://city.example/ledger/"] });
    try {
      const officer = createClient({ url: named.url, apiKey: named.keys.officer, attempts: 1 });
      await officer.registerSource(NAME, { key: ed.key });
      const at = (seq: number, base: string) =>
        submit(named, reading(seq), { headers: signed(ed, { url: `${base}/v1/records`, body: reading(seq) }) });
      expect((await at(1, "https://ledger.example")).status).to.equal(201);
      expect((await at(2, "https://city.example/ledger")).status).to.equal(201);
      expectProblem(await at(3, "http://ledger.example"), 400, "SOURCE_SIGNATURE_INVALID");
      expectProblem(await at(3, named.url), 400, "SOURCE_SIGNATURE_INVALID");
    } finally {
      await named.stop();
    }
  });

  it("D8: are refused with an alg of another kind of key, as DER, empty, or under no name", async () => {
    for (const alg of ["ecdsa-p256-sha256", "hmac-sha256", "none", ""])
      await expectRefused(sendSigned(ed, 130, { parameters: { alg } }), /alg/);
    const der = (base: string): Buffer => sign("sha256", Buffer.from(base), p256.privateKey);
    await expectRefused(sendSigned(p256, 130, { signature: der }), /must have 64 bytes: one by a P-256 key is r ‖ s/);
    await expectRefused(sendSigned(ed, 130, { signature: () => Buffer.alloc(0) }), /must have 64 bytes/);
    await expectRefused(sendSigned(ed, 130, { signature: () => Buffer.alloc(64) }), /is not by that key/);
    const headers = signed(ed, { url, body: reading(130) });
    const { signature = "", "signature-input": input = "", ...digest } = headers;
    for (const [wrong, says] of [
      [{ ...digest, signature }, /must be the only one/],
      [{ ...digest, "signature-input": input }, /must be the only one/],
      [{ ...headers, signature: signature.replace("sig", "gis") }, /must be the only one/],
      [{ ...headers, signature: `${signature}, other=:AAAA:` }, /must be the only one/],
      [{ ...headers, signature: "sig=token" }, /a byte sequence in Signature/],
      [{ ...headers, "signature-input": "sig=1" }, /must be a list of what it covers/],
      [{ ...headers, signature: "sig=:AA" }, /signature is no dictionary/],
      [{ ...headers, "signature-input": "((" }, /signature-input is no dictionary/],
    ] as const)
      await expectRefused(send(reading(130), wrong), says);
    // Without alg, the key says it.
    idOf(await sendSigned(ed, 130, { parameters: { alg: null } }));
  });

  it("D8: are refused when too little is covered, or what must not be kept", async () => {
    for (const left of ["@method", "content-digest", "content-type"])
      await expectRefused(
        sendSigned(ed, 140, { covered: COVERED.filter((name) => name !== left) }),
        new RegExp(`does not cover ${left}`),
      );
    await expectRefused(
      sendSigned(ed, 140, { covered: COVERED.filter((name) => name !== "@target-uri") }),
      /covers neither/,
    );
    await expectRefused(sendSigned(ed, 140, { covered: [...COVERED, "@method"] }), /covers something twice/);
    const authorization = `Bearer ${service.keys.submitter}`;
    await expectRefused(
      sendSigned(ed, 140, { covered: [...COVERED, "authorization"], values: { authorization } }),
      /covers something besides .*: it would be kept/,
    );
    const headers = signed(ed, { url, body: reading(140) });
    const sf = { ...headers, "signature-input": headers["signature-input"]!.replace('-type"', '-type";sf') };
    await expectRefused(send(reading(140), sf), /covers a part of a header/);
    await expectRefused(
      sendSigned(ed, 140, { covered: [...COVERED, "date"] }),
      /covers date, so that header must be there/,
    );
    for (const name of ["nonce", "keyid", "created"])
      await expectRefused(
        sendSigned(ed, 140, { parameters: { [name]: null } }),
        new RegExp(`(has no|must have) .?${name}`),
      );
    await expectRefused(sendSigned(ed, 140, { parameters: { created: "1" } }), /must have `created`/);
    await expectRefused(sendSigned(ed, 140, { parameters: { nonce: "n".repeat(257) } }), /nonce of more than/);
    await expectRefused(sendSigned(ed, 140, { parameters: { crit: "x" } }), /a parameter that is not known/);
    const two = signed(ed, { url, body: reading(140) });
    const answer = await rawPost(service, reading(140), two, ["content-digest", two["content-digest"] as string]);
    expect(answer.text).to.contain("exactly once");
    // Of another algorithm, the digest would be checked by nobody later.
    const sha512 = `sha-512=:${createHash("sha512").update(reading(140)).digest("base64")}:`;
    await expectRefused(
      sendSigned(ed, 140, { values: { "content-digest": sha512 } }),
      /Content-Digest with one SHA-256/,
    );
  });

  it("D9: count from five minutes before to one minute after the service's clock, and until they expire", async () => {
    const now = Math.floor(Date.now() / 1000);
    clock = () => now * 1000 + 999;
    const created = (at: number) => ({ parameters: { created: at } });
    for (const [seq, seconds] of [0, 1, 60, -1, -300].entries())
      idOf(await sendSigned(ed, 150 + seq, created(now + seconds)));
    const far = Date.UTC(2100, 0) / 1000;
    for (const seconds of [61, 3_600, far - now])
      await expectRefused(sendSigned(ed, 160, created(now + seconds)), /was made more than 60 seconds ahead/);
    for (const seconds of [-301, -30 * 86_400, -now, -now - 1])
      await expectRefused(sendSigned(ed, 160, created(now + seconds)), /was made more than 300 seconds ago/);
    await expectRefused(sendSigned(ed, 160, { parameters: { created: now, expires: now } }), /has expired/);
    await expectRefused(sendSigned(ed, 160, { parameters: { created: now, expires: "x" } }), /in seconds since 1970/);
    idOf(await sendSigned(ed, 160, { parameters: { created: now, expires: now + 1 } }));
  });

  it("D2: sent again, also signed anew on the next day, get the first acknowledgement, and there is one leaf", async () => {
    let ahead = 0;
    const other = await startService({ now: () => Date.now() + ahead });
    try {
      const officer = createClient({ url: other.url, apiKey: other.keys.officer, attempts: 1 });
      await officer.registerSource(NAME, { key: ed.key });
      const body = reading(1);
      const signing = { url: `${other.url}/v1/records`, body };
      const headers = signed(ed, signing);
      const first = idOf(await submit(other, body, { headers }));
      const size = other.log.tree.size;
      const expectFirst = async (more: Record<string, string>) => {
        const answer = await submit(other, body, { headers: more });
        expect(answer.status, answer.text).to.equal(200);
        expect((answer.json as Result).id).to.equal(first);
      };
      await expectFirst(headers);
      ahead = 86_400_000;
      const late = await submit(other, body, { headers });
      expectProblem(late, 400, "SOURCE_SIGNATURE_INVALID");
      expect(late.text).to.contain("sign the request again");
      const created = Math.floor((Date.now() + ahead) / 1000);
      await expectFirst(signed(ed, { ...signing, parameters: { created, nonce: "n-2" } }));
      expect(other.log.tree.size).to.equal(size);
    } finally {
      await other.stop();
    }
  });

  it("D2 D10: sent again after a restart, behind a proxy, get the first acknowledgement", async () => {
    const folder = temporaryFolder();
    const port = String(await freePort());
    const environment = {
      ...{ WARIFU_DATA_DIR: folder, WARIFU_HTTP_PORT: port, WARIFU_CHAIN_PORT: String(await freePort()) },
      ...{ WARIFU_FEED: "off", WARIFU_PUBLIC_URL: "https://ledger.example" },
    };
    const send = async (run: Service, body: string, headers: Record<string, string>) => {
      const { submitter } = JSON.parse(readFileSync(run.apiKeysFile, "utf8")) as { submitter: string };
      const own = { authorization: `Bearer ${submitter}`, "content-type": TYPE };
      const answer = await fetch(`${run.url}/v1/records`, { method: "POST", body, headers: { ...own, ...headers } });
      return { status: answer.status, ...((await answer.json()) as Result) };
    };
    const body = reading(1);
    const headers = signed(ed, { url: "https://ledger.example/v1/records", body });
    let run = await startWholeService(parseConfig(environment));
    try {
      const { officer: apiKey } = JSON.parse(readFileSync(run.apiKeysFile, "utf8")) as { officer: string };
      await createClient({ url: run.url, apiKey, attempts: 1 }).registerSource(NAME, { key: ed.key });
      const first = await send(run, body, headers);
      expect(first.status, JSON.stringify(first)).to.equal(201);
      await run.close();
      run = await startWholeService(parseConfig(environment));
      const again = await send(run, body, headers);
      expect([again.status, again.id]).to.deep.equal([200, first.id]);
      expect(
        (await send(run, reading(2), signed(ed, { url: `${run.url}/v1/records`, body: reading(2) }))).status,
      ).to.equal(400);
    } finally {
      await run.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("D3: say two things under one number: the second is refused, and kept", async () => {
    idOf(await sendSigned(ed, 180));
    const other = reading(180, { claims: { temperature: 99 } });
    expectProblem(await sendSigned(ed, 180, { body: other }), 409, "SEQUENCE_CONFLICT");
    const auditor = createClient({ url: service.url, apiKey: service.keys.auditor, attempts: 1 });
    const { conflictEvents } = await auditor.source(NAME);
    const [event] = (await auditor.records({ leaf: conflictEvents[0] })).items as RecordView[];
    expect(event?.claims).to.include({ action: "conflict", seq: 180 });
    await service.anchorAll();
    const { text } = await call(service, `/v1/records/${event?.id}/bundle?openings=true`, { role: "officer" });
    const { outcome, record } = await verifyBundle(utf8(text), service.policy);
    expect(outcome).to.equal("holds");
    expect(record?.claims?.["record"]).to.deep.include({ claims: { temperature: 99 } });
  });

  it("hold one record with its seq: a batch is signed record by record", async () => {
    for (const body of [`[${reading(190)}]`, `[${reading(190)},${reading(191)}]`, "[]"])
      expectProblem(await sendSigned(ed, 0, { body }), 400, "REQUEST_INVALID");
    const headers = signed(ed, { url, body: reading(190), values: { "content-type": "application/x-ndjson" } });
    const lines = await submit(service, reading(190), { headers, type: "application/x-ndjson" });
    expectProblem(lines, 400, "REQUEST_INVALID");
    expect((lines.json as { detail: string }).detail).to.contain("sign each record of a batch as a JWS");
    for (const body of [
      JSON.stringify({ type: "sensor-reading", source: NAME, claims: {} }),
      reading(190, { evidence: { alg: "Ed25519", key: "A".repeat(44), sig: "A".repeat(88) } }),
      JSON.stringify({ jws: "a.b.c" }),
      "1",
    ])
      expectProblem(await sendSigned(ed, 0, { body }), 400, "RECORD_INVALID");
    expectProblem(await sendSigned(ed, 0, { body: "{" }), 400, "JSON_INVALID");
    const body = reading(190);
    const unkeyed = await call(service, "/v1/records", { body, headers: signed(ed, { url, body }) });
    expectProblem(unkeyed, 401, "UNAUTHENTICATED");
  });

  it("E1: of a person show neither key nor address nor claims until they are opened, and then verify", async () => {
    const claims = { category: "pothole", text: "A deep hole" };
    const body = JSON.stringify({ type: "citizen-report", source: "app/1", seq: 1, claims });
    const id = idOf(await sendSigned(p256, 1, { body }));
    const { text, verdict } = await verdictOf(id, p256.key, "app/1");
    for (const hidden of [p256.key.x, keyThumbprint(p256.key), "A deep hole", "@signature-params"])
      expect(text).not.to.contain(hidden);
    expect(verdict.record?.signature).to.equal("not-shown");
    const { verdict: opened } = await verdictOf(id, p256.key, "app/1", true);
    expect([opened.outcome, opened.record?.signature]).to.deep.equal(["holds", "verified"]);
  });
});

/** With headers that fetch does not let through, and one more of a name that is there already. */
function rawPost(
  { url, keys }: TestService,
  body: string,
  headers: Record<string, string>,
  more: readonly string[] = [],
): Promise<{ status: number; text: string }> {
  const fields = {
    authorization: `Bearer ${keys.submitter}`,
    "content-type": TYPE,
    host: new URL(url).host,
    ...headers,
  };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const outgoing = httpRequest(`${url}/v1/records`, {
    method: "POST",
    headers: [...Object.entries(fields).flat(), ...more],
  });
  outgoing.on("error", reject).on("response", (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
  });
  outgoing.end(body);
  return promise;
}

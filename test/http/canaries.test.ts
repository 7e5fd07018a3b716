// E1: no byte of a person outside the vault. What says who somebody is goes in by every door that there is; afterwards it is
// sought, in every form that somebody could think of, in everything that leaves the service or lies beside the vault.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deflateSync, gzipSync } from "node:zlib";

import { expect } from "chai";
import { keccak256 } from "ethers";
import sharp from "sharp";

import { createClient } from "../../src/client/client.ts";
import { ROUTES } from "../../src/http/routes.ts";
import type { Role } from "../../src/keys/api-keys.ts";
import {
  mqttConnector,
  mqttSettings,
  publish,
  publisher,
  recordsOf,
  settled,
  startAedes,
  untilState,
} from "../connectors/mqtt/support.ts";
import { exampleNotice } from "../privacy/support/rights.ts";
import { scene } from "../pictures/support/draw.ts";
import { canariesIn } from "../support/canary-scan.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { startService, type TestService } from "../support/service.ts";
import { OPERATOR } from "../support/transfers.ts";
import { call, submit, type CallOptions, type Result } from "./support/call.ts";
import { sendForm } from "./support/form.ts";

// New with each run, so that nothing else on this machine holds them.
const mark = randomBytes(4).toString("hex");
const number = String(randomBytes(4).readUInt32BE() % 1e8).padStart(8, "0");
const PERSON = {
  reporterName: `Núria Cañaveral ${mark}`,
  reporterPhone: `+346${number}`,
  reporterEmail: `nuria.${mark}@example.org`,
  reporterId: `face-${mark}`,
  address: `Straße ${mark} 12, 3ºB`,
  text: `My neighbour ${mark} parks here every night`,
};
const PLATE = `${number.slice(0, 4)}-${mark.toUpperCase()}`;
const [LATITUDE, LONGITUDE] = [`43.4${number.slice(0, 7)}1`, `-3.8${number.slice(1)}7`];
const HEADER = `device-of-${mark}`;
const FILE = `IMG-${mark}-home`;
const TOPIC = `phone-${mark}-topic`;
const RECIPIENT = `Inspector ${mark} Kenji`;
const REASON = `because ${mark} said so`;
/** The sender's own words, which the ledger keeps until the record is erased; formats.md forbids personal data there. */
const CHOSEN_KEY = `key-${randomBytes(6).toString("hex")}-chosen`;
const CANARIES = [
  ...Object.values(PERSON),
  ...[PLATE, LATITUDE, LONGITUDE, HEADER, FILE, TOPIC, RECIPIENT, REASON],
  // What many of these have in common, in case that one of them is cut or joined.
  ...[mark.toUpperCase(), number],
];
const ASKERS: readonly (Role | undefined)[] = [undefined, "submitter", "auditor", "admin"];

describe("E1: canaries", () => {
  const outside = { texts: {} as Record<string, string>, said: "" };
  const ids: string[] = [];
  let folder: string;
  let chain: TestChain;
  let service: TestService;
  let broker: Awaited<ReturnType<typeof startAedes>>;
  let restore: () => void;
  const client = (role: Role) => createClient({ url: service.url, apiKey: service.keys[role], attempts: 1 });

  before(async () => {
    const { TMPDIR } = process.env;
    folder = mkdtempSync(join(tmpdir(), "warifu-canaries-"));
    // Whatever the service or one of its processes lays down is found below it.
    process.env["TMPDIR"] = folder;
    const release = captureOutput((text) => (outside.said += text));
    restore = () => {
      release();
      if (TMPDIR === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = TMPDIR;
    };
    [chain, broker] = [await startSwiftChain(), await startAedes()];
    const topics = [{ filter: "phones/+/report", format: "records", type: "citizen-report", source: "phones" }];
    const connectors = [mqttConnector(mqttSettings(broker.port, { version: "3.1.1", topics }))];
    const limits = { ratePerMinute: 1_000_000, openingsPerMinute: 1_000_000 };
    service = await startService({ chain, connectors, limits, logLevel: "trace" });
    service.connectors.start();
    await sendEverywhere();
    await service.anchorAll();
    await collect();
  });
  after(async () => {
    await service?.stop();
    await broker?.stop();
    await chain?.stop();
    restore?.();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const headers = {
    ...{ "user-agent": HEADER, "x-forwarded-for": HEADER, "x-request-id": HEADER, cookie: `id=${HEADER}` },
    ...{ referer: `https://example.org/${HEADER}`, from: PERSON.reporterEmail, "idempotency-key": HEADER },
  };
  const claims = { category: "pothole", ...PERSON, latitude: Number(LATITUDE), longitude: Number(LONGITUDE) };
  const record = { type: "citizen-report", source: "app/1", claims: { ...claims, details: { plate: PLATE } } };

  async function sendEverywhere(): Promise<void> {
    const keep = ({ status, text, json }: { status: number; text: string; json: unknown }): string => {
      expect(status, text).to.be.within(200, 201);
      outside.texts[`answer ${Object.keys(outside.texts).length}`] = text;
      const { id } = (Array.isArray(json) ? json[0] : json) as Required<Result>;
      if (id !== undefined && !ids.includes(id)) ids.push(id);
      return id;
    };
    keep(await submit(service, JSON.stringify(record), { headers }));
    keep(await submit(service, JSON.stringify({ ...record, key: CHOSEN_KEY }), { headers }));
    keep(await submit(service, JSON.stringify({ ...record, key: CHOSEN_KEY }), { headers }));
    keep(await sendWithPicture());
    await sendAsOpen311();
    await sendMessage();
    await beHeard(ids[0]!, ids[1]!, ids[2]!);
  }

  async function sendWithPicture() {
    const parts = [
      { name: "record", bytes: JSON.stringify(record) },
      { name: "file", filename: `${FILE}.jpg`, type: "image/jpeg", bytes: await picture() },
    ];
    return sendForm(service, "/v1/records", parts, { headers });
  }

  /** A photograph that says where, whose and of whom it is. */
  async function picture(): Promise<Buffer> {
    const jpeg = await scene()
      .withExif({ IFD0: { Artist: PERSON.reporterName, Copyright: PLATE }, IFD2: { UserComment: PERSON.text } })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${LATITUDE} ${PERSON.address}</a></x:xmpmeta>`)
      .jpeg()
      .toBuffer();
    return Buffer.concat([jpeg, Buffer.from(PERSON.reporterPhone)]);
  }

  /** As an Open311 client sends it. */
  async function sendAsOpen311(): Promise<void> {
    const body = new URLSearchParams({
      ...{ service_code: "pothole", lat: LATITUDE, long: LONGITUDE, address_string: PERSON.address },
      ...{ email: PERSON.reporterEmail, device_id: PERSON.reporterId, first_name: PERSON.reporterName },
      ...{ last_name: PLATE, phone: PERSON.reporterPhone, description: PERSON.text },
    });
    const type = "application/x-www-form-urlencoded";
    const path = "/open311/v2/requests.json";
    const answer = await call(service, path, { role: "submitter", type, headers, body: body.toString() });
    expect(answer.status, answer.text).to.equal(201);
    outside.texts["answer to a form"] = answer.text;
    ids.push((answer.json as { service_request_id: string }[])[0]!.service_request_id);
  }

  async function sendMessage(): Promise<void> {
    const sender = await publisher(broker.port, { clientId: HEADER });
    await untilState(service.connectors, ({ isConnected }) => isConnected);
    await publish(sender, `phones/${TOPIC}/report`, { claims: record.claims });
    await publish(sender, `phones/${TOPIC}/report`, { claims: { ...record.claims, category: PERSON.text } });
    await publish(sender, `phones/${TOPIC}/report`, `{"${PERSON.reporterEmail}`);
    const { counts } = await untilState(service.connectors, (state) => settled(state) === 3);
    expect(counts).to.include({ new: 1, refused: 2 });
    await sender.endAsync();
    ids.push((await recordsOf(service, "phones"))[0]!.id);
  }

  /** All that an officer does for somebody. */
  async function beHeard(one: string, granted: string, erased: string): Promise<void> {
    const officer = client("officer");
    const { subjects } = await officer.findPerson({ reporterEmail: PERSON.reporterEmail });
    await officer.addNotice(exampleNotice("es"));
    const subject = subjects[0]!;
    await officer.noteConsent({ state: "given", purpose: "research", language: "es", subject });
    const rectify = await officer.openRequest({ operation: "rectify", records: [one], text: PERSON.text });
    await officer.noteIdentity(rectify.id);
    await officer.extendRequest(rectify.id, { told: ["extension-reason"], reason: REASON });
    const told = rectify.needs?.refused ?? [];
    await officer.refuseRequest(rectify.id, { told, reason: REASON, provisions: ["gdpr-12-5-b"] } as never);
    const access = await officer.openRequest({ operation: "access", subject });
    await officer.personalCopy(access.id);
    const { id } = await officer.restrict({
      state: "objected",
      purposes: ["research"],
      basis: "gdpr-21",
      records: [one],
    });
    await officer.liftRestriction(id, { basis: "gdpr-21" });
    const grant = { records: [granted], claims: ["text"], recipient: RECIPIENT, purpose: "audit", purposeText: REASON };
    const until = Math.floor(Date.now() / 1_000) + 3_600;
    const { disclosure, token } = await officer.grantDisclosure({ ...grant, until } as never);
    await createClient({ url: service.url, apiKey: token, attempts: 1 }).sdJwt(disclosure, granted);
    await officer.withdrawDisclosure(disclosure);
    await officer.rectify(one, granted, "gdpr-16");
    const facts = { nature: PERSON.text, contact: RECIPIENT, measures: REASON };
    const { id: breach } = await officer.noteBreach({ facts, records: [one] });
    await officer.tellPeople(breach, { subjects: [subject], complete: true, lateReason: REASON });
    await officer.findNotNeeded(breach, { whom: "authority", reason: "unlikely-risk", words: REASON });
    await officer.breachReport(breach);
    await giveAway(granted);
    await officer.eraseRecords([erased], { basis: "gdpr-17-1-a" });
  }

  /** To another controller, whose name is nobody's business either. */
  async function giveAway(id: string): Promise<void> {
    await service.anchorAll();
    const post = async (path: string, body: object): Promise<void> => {
      const answer = await call(service, `/v1/privacy/${path}`, { role: "officer", body: JSON.stringify(body) });
      expect(answer.status, answer.text).to.equal(201);
    };
    await post("recipients", { ...OPERATOR, name: RECIPIENT });
    await post("provisions", { records: [id], recipient: RECIPIENT, claims: ["text"], purpose: "planning" });
  }

  /** What anybody without the vault can get hold of. */
  async function collect(): Promise<void> {
    const { texts } = outside;
    for (const [name, answer] of await chainData(chain)) texts[name] = answer;
    for (const role of ASKERS)
      for (const path of pathsOf(ids))
        texts[`${role ?? "nobody"} ${path}`] = (await ask(path, role ? { role } : {})).text;
    for (const id of ids) {
      const bundle = await ask(`/v1/records/${id}/bundle`, { role: "officer" });
      expect(bundle.status, bundle.text).to.equal(200);
      texts[`bundle ${id}`] = bundle.text;
    }
    const size = service.log.tree.publishedSize;
    for (const tile of [`0/000.p/${size}`, `entries/000.p/${size}`]) {
      const answer = await ask(`/log/tile/${tile}`);
      expect(answer.status, tile).to.equal(200);
      texts[tile] = Buffer.from(answer.bytes).toString("latin1");
    }
    for (const { bodyDigest } of await service.store.entries(0, size)) {
      const hex = Buffer.from(bodyDigest).toString("hex");
      texts[`body ${hex}`] = (await ask(`/log/addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`)).text;
    }
    texts["log"] = service.logText();
    texts["alarms"] = JSON.stringify(service.alarms.active());
    texts["stdout and stderr"] = outside.said;
  }

  const ask = (path: string, options: CallOptions = {}) => call(service, path, options);

  it("0 hits in chain, log, checkpoints, bundles, metrics, logs, output and answers", () => {
    const { texts } = outside;
    expect(Object.keys(texts).length).to.be.greaterThan(300);
    expect(texts["log"]).to.include("person-sought").and.have.length.greaterThan(5_000);
    expect(texts["nobody /log/checkpoint"]).to.include("test.example/ledger");
    expect(canariesIn(CANARIES, { texts })).to.deep.equal([]);
  });

  it("0 hits in any file, nor of the keys that adapters derive, which guessing would open", () => {
    expect(readdirSync(service.folder)).to.include.members(["ledger.sqlite", "vault.sqlite"]);
    expect(canariesIn(["citizen-report"], { folders: [folder] }), "what is public is found").to.not.deep.equal([]);
    expect(canariesIn([...CANARIES, "records/1:"], { folders: [folder] })).to.deep.equal([]);
  });

  it("a key that a sender chose is in the ledger's file alone, and goes with the record", async () => {
    expect(canariesIn([CHOSEN_KEY], { texts: outside.texts })).to.deep.equal([]);
    const found = canariesIn([CHOSEN_KEY], { folders: [folder] });
    expect(found).to.not.deep.equal([]);
    for (const sighting of found) expect(sighting).to.match(/\/ledger\.sqlite(-wal)?: "/);
    await client("officer").eraseRecords([ids[1]!], { basis: "gdpr-17-1-a" });
    expect(canariesIn([CHOSEN_KEY], { folders: [folder] })).to.deep.equal([]);
  });

  it("E3 after erasure, what was encrypted of openings, received bytes and pictures is in no file, nor in any answer", async () => {
    // The first one with a picture is erased by now.
    const { json } = await sendWithPicture();
    ids.push((json as Required<Result>).id);
    const places = await Promise.all(ids.map((id) => service.ledger.records.placeOf(id)));
    const leaves = places.map(({ leafIndex }) => leafIndex);
    const copies = leaves.flatMap((leaf) => service.log.events.derivations.of(leaf).map((one) => one.leafIndex));
    const kept = encryptedOf(service.folder, [...leaves, ...copies]);
    // Openings of those that are not erased, and what came as bytes: a form, a message, a picture.
    expect(kept.length).to.be.greaterThan(leaves.length);
    expect(inFiles(service.folder, kept)).to.have.lengthOf(kept.length);
    const { gone } = await client("officer").eraseRecords(ids, { basis: "gdpr-17-1-a" });
    expect(gone).to.equal(true);
    expect(inFiles(folder, kept).length).to.equal(0);
    expect(encryptedOf(service.folder, [...leaves, ...copies])).to.deep.equal([]);
    const texts: Record<string, string> = {};
    for (const path of [...pathsOf(ids), ...ids.map((id) => `/v1/records/${id}/bundle?openings=true`)])
      if (path.startsWith("/v1/records/")) texts[path] = (await ask(path, { role: "officer" })).text;
    expect(canariesIn(CANARIES, { texts, folders: [folder] })).to.deep.equal([]);
  });
});

/** What the vault keeps of the records at these leaves, encrypted: openings, received bytes, pictures and copies of them. */
function encryptedOf(folder: string, leaves: readonly number[]): Buffer[] {
  const db = new DatabaseSync(join(folder, "vault.sqlite"), { readOnly: true, timeout: 60_000 });
  const rows = ["opening", "attachment"].flatMap((table) =>
    db.prepare(`SELECT leaf_index, sealed FROM ${table}`).all(),
  );
  db.close();
  return rows
    .filter((row) => leaves.includes(Number(row["leaf_index"])))
    .map((row) => Buffer.from(row["sealed"] as Uint8Array).subarray(0, 48));
}

/** Those that some file below a folder has. */
function inFiles(folder: string, wanted: readonly Buffer[]): Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name)));
  return wanted.filter((bytes) => files.some((file) => file.includes(bytes)));
}

/** Each GET of the API, about each record. */
function pathsOf(ids: readonly string[]): Set<string> {
  const fill = (path: string, id: string): string =>
    path
      .replace("Observations({id})", `Observations('${id}')`)
      .replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => ({ id, format: "json", name: "app%2F1", number: "0" })[name] ?? "0",
      );
  const paths = ROUTES.filter(({ method, path }) => method === "get" && !path.includes("{tile}")).map(
    ({ path }) => path,
  );
  return new Set(paths.flatMap((path) => ids.map((id) => fill(path, id))));
}

/** Every transaction with what it was sent, what it left, and every event, as text and as bytes. */
async function chainData({ ask }: TestChain): Promise<[name: string, text: string][]> {
  const height = Number(await ask("eth_blockNumber"));
  const texts: [string, string][] = [];
  for (let at = 0; at <= height; at++) {
    const block = JSON.stringify(await ask("eth_getBlockByNumber", `0x${at.toString(16)}`, true));
    texts.push([`block ${at}`, block]);
    for (const [hex] of block.matchAll(/0x[0-9a-f]{8,}/g))
      texts.push([`block ${at} ${texts.length}`, Buffer.from(hex.slice(2), "hex").toString("latin1")]);
  }
  const events = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "latest" });
  expect(events).to.have.length.greaterThan(0);
  return [...texts, ["events", JSON.stringify(events)]];
}

/** Shows what is written to stdout and stderr, which goes on as before. */
function captureOutput(show: (text: string) => void): () => void {
  const released = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      show(Buffer.from(chunk as string).toString("latin1"));
      return write(chunk, ...rest);
    }) as typeof stream.write;
    return () => void (stream.write = write);
  });
  return () => released.forEach((release) => release());
}

describe("E1: the scan", () => {
  const text = `Núria Cañaveral ${mark}`;
  const wide = Buffer.from(text, "utf16le");
  const planted: Readonly<Record<string, Uint8Array>> = {
    raw: Buffer.from(text),
    "lower case": Buffer.from(text.toLowerCase()),
    "upper case": Buffer.from(text.toUpperCase()),
    NFD: Buffer.from(text.normalize("NFD")),
    hex: Buffer.from(Buffer.from(text).toString("hex")),
    "base64 at 0": Buffer.from(Buffer.from(text).toString("base64")),
    "base64 at 1": Buffer.from(Buffer.from(`x${text}`).toString("base64")),
    "base64 at 2": Buffer.from(Buffer.from(`xy${text}`).toString("base64")),
    "base64url of a JSON text": Buffer.from(Buffer.from(JSON.stringify(["salt", text])).toString("base64url")),
    "URL-encoded": Buffer.from(encodeURIComponent(text)),
    "form-encoded": Buffer.from(new URLSearchParams({ name: text }).toString()),
    "JSON escapes": Buffer.from(text.replaceAll("ú", "\\u00fa").replaceAll("ñ", "\\u00f1")),
    "UTF-16LE": wide,
    "UTF-16BE": Buffer.from(wide).swap16(),
    gzip: gzipSync(`{"name":"${text}"}`),
    "zlib, in the middle": Buffer.concat([Buffer.from("PNG"), deflateSync(text), Buffer.from("end")]),
    "keccak256, as hexadecimal": Buffer.from(keccak256(Buffer.from(text))),
    double: doubleOf(43.462_739_1),
  };

  for (const name of ["sha256", "sha1", "md5"])
    it(`finds ${name} without a salt, as bytes and as text`, async () => {
      const { createHash } = await import("node:crypto");
      for (const hashed of [text, JSON.stringify(text), text.toLowerCase()]) {
        const hash = createHash(name).update(hashed).digest();
        for (const bytes of [hash, hash.toString("hex"), hash.toString("base64")])
          expectSighting(Buffer.from(bytes as string));
      }
    });

  for (const [form, bytes] of Object.entries(planted)) it(`finds ${form}`, () => expectSighting(bytes));

  it("finds it in a file below a folder, and in metadata of a picture", async () => {
    const folder = mkdtempSync(join(tmpdir(), "warifu-scan-"));
    try {
      mkdirSync(join(folder, "deep"));
      writeFileSync(join(folder, "deep", "x.jpg"), await sharpWith(text));
      expect(canariesIn([text], { folders: [folder] })).to.not.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds nothing in what has nothing of it", () => {
    const other = Buffer.concat([randomBytes(100_000), gzipSync(`Núria Cañaveral ${mark.slice(1)}`)]);
    expect(canariesIn([text, "43.4627391"], { texts: { other } })).to.deep.equal([]);
  });

  function expectSighting(bytes: Uint8Array): void {
    const around = Buffer.concat([Buffer.from("before\0"), bytes, Buffer.from("\0after")]);
    expect(canariesIn([text, "43.4627391"], { texts: { around } })).to.not.deep.equal([]);
  }

  function doubleOf(value: number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes;
  }

  const sharpWith = (artist: string): Promise<Buffer> =>
    sharp(Buffer.alloc(3 * 64), { raw: { width: 8, height: 8, channels: 3 } })
      .withExif({ IFD0: { Artist: artist } })
      .jpeg()
      .toBuffer();
});

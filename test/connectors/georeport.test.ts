// Another city's Open311 endpoint is read: what is new, what has changed, and nothing twice; and it may be hostile.

import { lookup } from "node:dns/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";

import { expect } from "chai";

import { GeoReportReader } from "../../src/connectors/georeport/connector.ts";
import { RecentTexts } from "../../src/connectors/georeport/recent-texts.ts";
import { georeportSchema } from "../../src/connectors/georeport/settings.ts";
import { guardedGet, isPrivate, publicLookup } from "../../src/connectors/guarded-get.ts";
import type { ConfiguredConnector } from "../../src/connectors/kind.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { blocksOf, readDocument } from "../docs/support/documents.ts";
import { call } from "../http/support/call.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { patientServer } from "../support/patient-server.ts";
import { startService, type TestService } from "../support/service.ts";

const NOON = Date.parse("2026-11-28T12:00:00Z");
const HOUR = 3_600_000;

interface Reported {
  readonly id: string;
  readonly at: number;
  readonly status?: string;
  readonly words?: string;
}

/** An endpoint as FixMyStreet has it: XML, the newest first, never more than a number at once. */
class Endpoint {
  reports: Reported[] = [];
  most = 1_000;
  readonly asked: string[] = [];
  /** Answers in place of the usual one. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = patientServer((request, response) => {
      this.asked.push(request.url ?? "");
      if (this.answer) this.answer(request, response);
      else response.setHeader("content-type", "application/xml; charset=utf-8").end(this.#xml(request));
    });
  }

  async start(host = "127.0.0.1"): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, host, resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/open311/v2`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #xml({ url = "" }: IncomingMessage): string {
    const { searchParams } = new URL(url, "http://x");
    const [from, to] = ["start_date", "end_date"].map((name) => Date.parse(searchParams.get(name) ?? ""));
    const shown = this.reports
      .filter(({ at }) => at >= (from ?? 0) && at <= (to ?? 0))
      .sort((a, b) => b.at - a.at)
      .slice(0, this.most);
    return `<?xml version="1.0"?>\r\n<requests>\r\n${shown.map(requestXml).join("\r\n")}\r\n</requests>`;
  }
}

function requestXml({ id, at, status = "OPEN", words = "A hole & more" }: Reported): string {
  return (
    `<request>\r\n  <agency_responsible><recipient>Roads</recipient><recipient>Parks</recipient></agency_responsible>` +
    `<detail>${words.replace("&", "&amp;")}</detail><service_name>Potholes</service_name><service_code>Potholes</service_code>` +
    `<service_request_id>${id}</service_request_id><status>${status}</status>` +
    `<lat>59.91</lat><long>10.75</long><requested_datetime>${new Date(at).toISOString()}</requested_datetime>\r\n</request>`
  );
}

describe("the connector georeport", () => {
  let endpoint: Endpoint;
  let service: TestService;
  let reader: GeoReportReader;
  let now: number;
  let settings: Record<string, unknown>;
  const services: TestService[] = [];

  /** A service that has the endpoint as its one connector; rounds are begun by the test. */
  const open = async (more: object = {}): Promise<void> => {
    settings = { type: "georeport", name: "oslo", url: endpoint.url, source: "oslo/open311", ...more };
    const parsed = georeportSchema.parse(settings);
    const configured: ConfiguredConnector = {
      ...{ name: "oslo", type: "georeport" },
      open: (parts) => (reader = new GeoReportReader(parsed, parts)),
    };
    service = await startService({ connectors: [configured], now: () => now });
    services.push(service);
  };
  beforeEach(async () => {
    now = NOON;
    endpoint = await new Endpoint().start();
  });
  afterEach(async () => {
    endpoint.stop();
    for (const one of services.splice(0)) await one.stop();
  });
  const listed = async () => {
    const { json } = await call(service, "/v1/records?source=oslo/open311", { role: "auditor" });
    return (json as { items: { id: string; claims: object }[] }).items;
  };
  const counts = () => service.connectors.states()[0]?.counts;
  const original = async (id: string) =>
    Buffer.from((await call(service, `/v1/records/${id}/original`, { role: "officer" })).bytes).toString();
  const spans = () => endpoint.asked.map((url) => new URL(url, "http://x").searchParams);

  it("takes each request as a citizen report, and keeps the bytes that it has in the answer", async () => {
    endpoint.reports = [{ id: "1", at: NOON - HOUR, words: "Canary 穴" }];
    await open({ jurisdictionId: "oslo.example" });
    await reader.round();
    const [record] = await listed();
    expect(record?.claims).to.deep.equal({ category: "potholes" });
    expect(await original(record!.id)).to.equal(requestXml(endpoint.reports[0]!));
    expect(endpoint.asked[0]).to.match(/^\/open311\/v2\/requests\.xml\?jurisdiction_id=oslo\.example&/);
    expect(service.logText()).not.to.include("Canary");
    expect(counts()).to.deep.equal({ new: 1, repeated: 0, refused: 0 });
  });

  it("reads JSON too", async () => {
    const items = [{ service_request_id: 7, service_name: "Tree", lat: 59.91, long: 10.75 }, { token: "x" }];
    endpoint.answer = (_request, response) =>
      response
        .setHeader("content-type", "application/json")
        .end(`[ ${JSON.stringify(items[0])} ,\n${JSON.stringify(items[1])}]`);
    await open({ format: "json" });
    await reader.round();
    const [record] = await listed();
    expect(record?.claims).to.deep.equal({ category: "tree" });
    expect(await original(record!.id)).to.equal(JSON.stringify(items[0]));
    expect(counts()).to.deep.equal({ new: 1, repeated: 0, refused: 1 });
  });

  it("records a request once, and again when it has changed", async () => {
    endpoint.reports = [
      { id: "1", at: NOON - HOUR },
      { id: "2", at: NOON - 2 * HOUR },
    ];
    await open({ againSeconds: 60 });
    await reader.round();
    now += 61_000;
    await reader.round();
    expect(counts()).to.deep.equal({ new: 2, repeated: 0, refused: 0 });
    endpoint.reports = [{ ...endpoint.reports[0]!, status: "CLOSED" }, endpoint.reports[1]!];
    now += 61_000;
    await reader.round();
    expect(counts()).to.deep.equal({ new: 3, repeated: 0, refused: 0 });
    expect(await listed()).to.have.length(3);
  });

  it("knows after a restart what it has recorded", async () => {
    endpoint.reports = [{ id: "1", at: NOON - HOUR }];
    await open();
    await reader.round();
    const { pipeline, ledger, log, store, alarms } = service;
    // A reader that has met nothing yet, over the same log.
    const { Connectors } = await import("../../src/connectors/connectors.ts");
    const { createLogger } = await import("../../src/serve/logger.ts");
    let second: GeoReportReader | undefined;
    const parsed = georeportSchema.parse(settings);
    const configured = {
      name: "oslo",
      type: "georeport",
      open: (parts: never) => (second = new GeoReportReader(parsed, parts)),
    };
    const profiles = new Map([["citizen-report", ledger.profileOf("citizen-report")]]);
    const again = new Connectors([configured as unknown as ConfiguredConnector], {
      ...{ pipeline, profiles, store, alarms, logger: createLogger("silent") },
      now: () => now,
    });
    const { size } = log.tree;
    await second!.round();
    expect(again.states()[0]?.counts).to.deep.equal({ new: 0, repeated: 1, refused: 0 });
    expect(log.tree.size).to.equal(size);
  });

  it("asks for halves of a span where there are as many as the endpoint gives at once", async () => {
    endpoint.reports = Array.from({ length: 23 }, (_, at) => ({ id: String(at), at: NOON - at * HOUR }));
    endpoint.most = 5;
    await open({ mostPerAnswer: 5, days: 2 });
    await reader.round();
    expect(counts()).to.deep.equal({ new: 23, repeated: 0, refused: 0 });
    expect(endpoint.asked.length).to.be.lessThan(40);
  });

  it("loses nothing between the halves, where an endpoint has fractions of seconds", async () => {
    const [from, to] = [NOON - 24 * HOUR, NOON + HOUR];
    const middle = (from + to) / 2;
    endpoint.reports = [from, middle + 500, to - 1_000].map((at, id) => ({ id: String(id), at }));
    endpoint.most = 3;
    await open({ mostPerAnswer: 3, days: 1 });
    await reader.round();
    expect(counts()).to.deep.equal({ new: 3, repeated: 0, refused: 0 });
  });

  it("asks for what is new in between, with an hour's overlap, and at times for all days again", async () => {
    await open({ days: 10, againSeconds: 7_200 });
    await reader.round();
    now += HOUR;
    await reader.round();
    now += HOUR;
    await reader.round();
    expect(spans().map((query) => query.get("start_date"))).to.deep.equal([
      "2026-11-18T12:00:00Z",
      "2026-11-28T11:00:00Z",
      "2026-11-18T14:00:00Z",
    ]);
  });

  it("asks for halves of a span whose answer is too large, and refuses one of too many requests", async () => {
    const words = "x".repeat(4_000);
    endpoint.reports = Array.from({ length: 400 }, (_, at) => ({ id: String(at), at: NOON - at * 60_000, words }));
    await open();
    await reader.round();
    expect(counts()).to.deep.equal({ new: 400, repeated: 0, refused: 0 });
    endpoint.answer = (_request, response) => response.end(`<requests>${"<request/>".repeat(10_001)}</requests>`);
    await expectRejection("TOO_LARGE", reader.round());
    expect(counts()?.refused).to.equal(0);
  });

  it("asks for halves of a span whose answer has too many tags to be parsed at once, and names what it refuses", async () => {
    const words = "<a/>".repeat(4_000);
    endpoint.reports = Array.from({ length: 40 }, (_, at) => ({ id: String(at), at: NOON - at * HOUR, words }));
    await open();
    await reader.round();
    expect(endpoint.asked.length).to.be.greaterThan(1);
    expect((counts()?.new ?? 0) + (counts()?.refused ?? 0)).to.equal(40);
    endpoint.answer = (_request, response) => response.end(`<requests>${"<a/>".repeat(140_000)}</requests>`);
    await expectRejection("TOO_LARGE", reader.round(), /131072 tags/);
  });

  it("gives up on an endpoint that ignores the span, and says so", async () => {
    const body = `<service_requests>${[1, 2].map((id) => requestXml({ id: String(id), at: NOON })).join("")}</service_requests>`;
    endpoint.answer = (_request, response) => response.end(body);
    await open({ mostPerAnswer: 2, days: 1 });
    await expectRejection("SERVICE_UNREACHABLE", reader.round(), /may ignore start_date|ignores start_date/);
    expect(endpoint.asked.length).to.equal(500);
  });

  it("a broken answer is refused as a whole: no list, an error, another charset, a document type, no XML", async () => {
    await open();
    const xml = requestXml({ id: "1", at: NOON });
    const broken: readonly [string | Buffer, "USAGE" | "ENCODING_INVALID"][] = [
      ["<errors><error><code>404</code></error></errors>", "USAGE"],
      ["<html></html>", "USAGE"],
      ["{}", "USAGE"],
      [`<!DOCTYPE x [<!ENTITY a "b">]><requests>${xml}</requests>`, "USAGE"],
      [`<requests>${xml}<x/></requests>`, "USAGE"],
      [Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><requests>${xml}</requests>`), "ENCODING_INVALID"],
      [
        Buffer.concat([Buffer.from("<requests><request>"), Buffer.from([0xe5]), Buffer.from("</request></requests>")]),
        "ENCODING_INVALID",
      ],
    ];
    for (const [body, code] of broken) {
      endpoint.answer = (_request, response) => response.end(body);
      await expectRejection(code, reader.round());
    }
    expect(counts()).to.deep.equal({ new: 0, repeated: 0, refused: 0 });
  });

  it("one request that is wrong does not keep the others back", async () => {
    const long = "x".repeat(270_000);
    endpoint.reports = [
      { id: "1", at: NOON - 1 },
      { id: "2", at: NOON - 2, words: long },
    ];
    const both = `<requests>${endpoint.reports.map(requestXml).join("")}<request><lat>91</lat></request></requests>`;
    endpoint.answer = (_request, response) => response.end(both);
    await open();
    await reader.round();
    expect(counts()).to.deep.equal({ new: 1, repeated: 0, refused: 2 });
    await reader.round();
    expect(counts()?.refused).to.equal(2);
  });

  it("runs by itself, tells when the endpoint is silent, and ends at once", async () => {
    endpoint.reports = [{ id: "1", at: NOON - HOUR }];
    await open({ everySeconds: 10 });
    service.connectors.start();
    while ((await listed()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await service.connectors.close();
    expect(service.connectors.states()[0]).to.deep.include({ isConnected: true, lastError: undefined });
    await open();
    endpoint.stop();
    service.connectors.start();
    while (service.connectors.states()[0]?.lastError === undefined)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(service.connectors.states()[0]).to.deep.include({ isConnected: false });
    expect(service.connectors.states()[0]?.lastError).to.match(/no usable answer: ECONNREFUSED/);
    await service.connectors.close();
  });

  it("reads the Open311 service of another Warifu, and finds nothing there that is concealed", async () => {
    await open();
    const other = service;
    const body = `service_code=pothole&lat=59.91&long=10.75&description=Canary&api_key=${other.keys.submitter}`;
    const type = "application/x-www-form-urlencoded";
    expect((await call(other, "/open311/v2/requests.xml", { body, type })).status).to.equal(201);
    await open({ url: `${other.url}/open311/v2` });
    await reader.round();
    const [record] = await listed();
    expect(record?.claims).to.deep.equal({ category: "pothole" });
    expect(await original(record!.id))
      .to.match(/^<request>.*<lat\/>.*<\/request>$/)
      .and.not.include("Canary");
  });

  it("is set up as the documentation shows", () => {
    const block = blocksOf(readDocument("docs/sources.md")).find(({ content }) => content.includes('"georeport"'));
    const { connectors } = JSON.parse(block?.content ?? "") as { connectors: JsonValue[] };
    expect(georeportSchema.parse(connectors[0])).to.include({ name: "oslo", everySeconds: 300, againSeconds: 21_600 });
  });

  it("takes settings that say what is wrong with them", () => {
    const base = { type: "georeport", name: "a", url: "https://city.example/open311/v2", source: "a" };
    expect(georeportSchema.parse(base)).to.include({ format: "xml", everySeconds: 300, days: 30, allowPrivate: false });
    for (const wrong of [
      { url: "ftp://city.example" },
      { url: "https://user:secret@city.example/" },
      { url: "https://city.example/?api_key=secret" },
      { days: 91 },
      { source: "a b" },
      { colour: "red" },
    ])
      expect(georeportSchema.safeParse({ ...base, ...wrong }).success, JSON.stringify(wrong)).to.equal(false);
  });
});

describe("getting from a server that the operator named", () => {
  let endpoint: Endpoint;
  beforeEach(async () => (endpoint = await new Endpoint().start("0.0.0.0")));
  afterEach(() => endpoint.stop());
  const get = (url: string, more: object = {}) =>
    guardedGet(new URL(url), {
      ...{ timeoutMs: 60_000, maxBytes: 1_000, allowPrivate: false, signal: new AbortController().signal },
      ...more,
    });

  it("SSRF: follows no redirect, neither to another host nor within", async () => {
    const victim = await new Endpoint().start();
    for (const location of [victim.url, "/elsewhere"]) {
      endpoint.answer = (_request, response) => response.writeHead(302, { location }).end();
      await expectRejection("SERVICE_UNREACHABLE", get(endpoint.url), /answers 302, and redirects are not followed/);
    }
    victim.stop();
    expect([victim.asked.length, endpoint.asked.length]).to.deep.equal([0, 2]);
  });

  it("SSRF: a name that leads into a private network is refused, unless the operator allows it", async () => {
    await new Promise<void>((resolve) =>
      publicLookup("localhost", { all: true }, (error) => {
        expect(error?.message).to.match(/leads into a private network/);
        resolve();
      }),
    );
    // What the machine calls itself is a private address, or none.
    await expectRejection("SERVICE_UNREACHABLE", get(`http://${hostname()}:${endpoint.port}/`));
    expect(endpoint.asked).to.deep.equal([]);
    const own = await lookup(hostname()).catch(() => undefined);
    if (own && isPrivate(own.address)) {
      await get(`http://${hostname()}:${endpoint.port}/`, { allowPrivate: true });
      expect(endpoint.asked).to.have.length(1);
    }
    // Addresses that the operator wrote down are the operator's own.
    await get(endpoint.url);
  });

  it("SSRF: knows private addresses in all their spellings from public ones", () => {
    const within = [
      ...[
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
      ],
      ...["::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"],
      ...["2002:a00:1::1", "64:ff9b:1::a00:1", "fec0::1", "::ffff:0:10.0.0.1"],
    ];
    for (const address of within) expect(isPrivate(address), address).to.equal(true);
    for (const address of ["8.8.8.8", "::ffff:8.8.8.8", "172.32.0.1", "193.0.0.1", "2001:4860:4860::8888"])
      expect(isPrivate(address), address).to.equal(false);
  });

  it("huge and slow: bytes and time are bounded, and compression is not asked for", async () => {
    endpoint.answer = (request, response) => {
      expect(request.headers["accept-encoding"]).to.equal("identity");
      response.write("x".repeat(900));
      if (request.url === "/huge") response.end("x".repeat(900));
    };
    await expectRejection("TOO_LARGE", get(`http://127.0.0.1:${endpoint.port}/huge`));
    await expectRejection(
      "SERVICE_UNREACHABLE",
      get(`http://127.0.0.1:${endpoint.port}/slow`, { timeoutMs: 50 }),
      /within 50 ms/,
    );
    endpoint.answer = (_request, response) => response.writeHead(503).end();
    await expectRejection("SERVICE_UNREACHABLE", get(endpoint.url), /it answers 503/);
  });
});

describe("texts met lately", () => {
  it("are known, up to a number of them", () => {
    const texts = new RecentTexts(2);
    for (const text of ["a", "b", "a", "c"]) texts.add(Buffer.from(text));
    expect(["a", "b", "c"].map((text) => texts.has(Buffer.from(text)))).to.deep.equal([false, true, true]);
  });
});

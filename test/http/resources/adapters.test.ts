// The addresses for brokers, gateways and clients of the field: what they answer, and that each record keeps what came in.

import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";

import { encode } from "cborg";
import { expect } from "chai";

import { utf8 } from "../../../src/core/bytes.ts";
import type { Received } from "../../../src/core/received.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, expectProblem, type CallOptions, type Result } from "../support/call.ts";

const TO = "?type=sensor-reading&source=santander/orion";
const NOTIFICATION = `{ "id":"urn:ngsi-ld:Notification:ce08", "type":"Notification", "subscriptionId":"urn:ngsi-ld:Subscription:s1",
 "notifiedAt":"2026-01-19T08:36:25.218Z", "data":[
  {"id":"urn:ngsi-ld:Device:d1","type":"Device","temperature":{"type":"Property","value":23.40,"unitCode":"CEL"}},
  {"id":"urn:ngsi-ld:Device:d2","type":"Device","temperature":{"type":"Property","value":7,"unitCode":"CEL"}}]}`;
const LINK = '<https://example.org/c.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';

interface Listed {
  readonly id: string;
  readonly leafIndex: number;
  readonly claims: { readonly received: Received; readonly [name: string]: unknown };
}

describe("adapters over HTTP", () => {
  const running = anchoredService();
  const send = (path: string, body: string | Uint8Array, options: CallOptions = {}) =>
    call(running.service, path, { role: "submitter", body, ...options });
  const listed = async (source: string): Promise<readonly Listed[]> => {
    const { json } = await call(running.service, `/v1/records?source=${encodeURIComponent(source)}`, {
      role: "auditor",
    });
    return (json as { items: Listed[] }).items;
  };
  const originalOf = async ({ id }: { id?: string }) => {
    const { bytes } = await call(running.service, `/v1/records/${id}/original`, { role: "officer" });
    return Buffer.from(bytes);
  };

  describe("NGSI", () => {
    it("answers a broker 204, and each entity keeps the notification byte for byte", async () => {
      const answer = await send(`/v1/ngsi${TO}`, NOTIFICATION, { headers: { link: LINK, "ngsild-tenant": "smart" } });
      expect([answer.status, answer.text]).to.deep.equal([204, ""]);
      const records = await listed("santander/orion");
      expect(records.map(({ claims }) => claims["temperature.value"])).to.deep.equal([23.4, 7]);
      for (const record of records) {
        expect(await originalOf(record)).to.deep.equal(Buffer.from(NOTIFICATION));
        expect(record.claims.received).to.deep.include({
          ...{ adapter: "ngsi-ld/1", type: "application/json", size: NOTIFICATION.length },
        });
        expect(record.claims.received.headers).to.deep.equal({ link: LINK, "ngsild-tenant": "smart" });
      }
      await running.service.anchorAll();
      const { text } = await call(running.service, `/v1/records/${records[0]!.id}/bundle`);
      const verdict = await verifyBundle(utf8(text), running.service.policy, undefined, utf8(NOTIFICATION));
      expect([verdict.outcome, verdict.steps.at(-1)?.step]).to.deep.equal(["holds", "original"]);
    });

    it("makes no second leaf of a notification that comes again, also in other words", async () => {
      const { size } = running.service.log.tree;
      for (const body of [NOTIFICATION, JSON.stringify(JSON.parse(NOTIFICATION))])
        expect((await send(`/v1/ngsi${TO}`, body)).status).to.equal(204);
      expect(running.service.log.tree.size).to.equal(size);
      const other = NOTIFICATION.replace("23.40", "99");
      const answer = await send(`/v1/ngsi${TO}`, other);
      expect(answer.status).to.equal(207);
      expect((answer.json as Result[]).map(({ error }) => error?.code)).to.deep.equal([
        "IDEMPOTENCY_CONFLICT",
        undefined,
      ]);
    });

    it("says what was refused and why: 207 beside what was taken, the first reason where nothing was", async () => {
      const v2 = (...data: unknown[]) => JSON.stringify({ subscriptionId: "1", data });
      const partly = await send(`/v1/ngsi${TO}`, v2({ id: "a", v: 1 }, [1], { id: "b", "\u0000": 1 }));
      expect(partly.status).to.equal(207);
      const [good, ...refused] = partly.json as Result[];
      expect(good?.id).to.be.a("string");
      expect(refused.map(({ error }) => error?.detail?.slice(0, 30))).to.deep.equal([
        "data[1]: the entity is not an ",
        "data[2]: a name in claims does",
      ]);
      const nothing = await send(`/v1/ngsi${TO}`, v2([1], [2], [3]));
      expectProblem(nothing, 400, "RECORD_INVALID");
      expect((nothing.json as { detail: string }).detail).to.match(/^data\[0\]: .* \(and 2 more were refused\)$/);
      const headers = { "ngsiv2-attrsformat": "values" };
      expectProblem(await send(`/v1/ngsi${TO}`, v2({ id: "a" }), { headers }), 400, "RECORD_INVALID");
      expectProblem(await send(`/v1/ngsi${TO}`, v2()), 400, "REQUEST_INVALID");
      expectProblem(await send(`/v1/ngsi${TO}`, "{"), 400, "JSON_INVALID");
      expectProblem(await send(`/v1/ngsi${TO}`, v2({}), { type: "text/plain" }), 415, "NOT_ACCEPTABLE");
    });

    it("keeps to bounds: bytes, headers, and what the key may send", async () => {
      const long = JSON.stringify({ subscriptionId: "1", data: [{ id: "x".repeat(270_000) }] });
      expectProblem(await send(`/v1/ngsi${TO}`, long), 413, "TOO_LARGE");
      expectProblem(
        await send(`/v1/ngsi${TO}`, NOTIFICATION, { headers: { link: "x".repeat(3_000) } }),
        413,
        "TOO_LARGE",
      );
      const type = `application/json; x=${"x".repeat(3_000)}`;
      expectProblem(await send(`/v1/ngsi${TO}`, NOTIFICATION, { type }), 413, "TOO_LARGE");
      const { key } = await running.service.access.issue("limited", "submitter", {
        sources: ["santander/*"],
        types: null,
      });
      const headers = { authorization: `Bearer ${key}` };
      const as = (query: string) => call(running.service, `/v1/ngsi${query}`, { body: NOTIFICATION, headers });
      expectProblem(await as("?type=sensor-reading&source=other/1"), 403, "FORBIDDEN");
      expectProblem(await as("?type=nothing&source=santander/1"), 400, "PROFILE_UNKNOWN");
      expectProblem(await as("?type=sensor-reading&source=santander/1&colour=red"), 400, "REQUEST_INVALID");
      const unnamed = await as("");
      expectProblem(unnamed, 400, "REQUEST_INVALID");
      expect((unnamed.json as { detail: string }).detail).to.include("type and source: name it in the address");
    });

    it("says that all may be sent again where the key has done what it may within a minute", async () => {
      const { key } = await running.service.access.issue("slow", "submitter", { ratePerMinute: 3 });
      const headers = { authorization: `Bearer ${key}` };
      const as = (id: string) =>
        call(running.service, `/v1/ngsi${TO}-slow`, { body: NOTIFICATION.replace("ce08", id), headers });
      expect((await as("1")).status).to.equal(204);
      const partly = await as("2");
      expect((partly.json as Result[]).map(({ error }) => error?.code)).to.deep.equal([undefined, "RATE_LIMITED"]);
      const nothing = await as("3");
      expectProblem(nothing, 429, "RATE_LIMITED");
      expect(nothing.headers.get("retry-after")).to.match(/^\d+$/);
      // Also where the first record would be refused each time.
      const { key: single } = await running.service.access.issue("slower", "submitter", { ratePerMinute: 1 });
      const body = JSON.stringify({ subscriptionId: "1", data: [[1], { id: "a" }] });
      const mixed = await call(running.service, `/v1/ngsi${TO}`, {
        body,
        headers: { authorization: `Bearer ${single}` },
      });
      expectProblem(mixed, 429, "RATE_LIMITED");
    });

    it("conceals what the profile conceals, the payload with it", async () => {
      const data = [{ category: "pothole", text: "a hole", reporterName: "Canary-0815" }];
      const body = JSON.stringify({ subscriptionId: "1", data });
      // What the envelope says has no place in that profile.
      const refused = await send("/v1/ngsi?type=citizen-report&source=city/reports", body);
      expectProblem(refused, 400, "CLAIMS_INVALID");
      expect(refused.text).not.to.include("Canary");
    });

    it("everything that was received is erased with its record", async () => {
      const [record] = await listed("santander/orion");
      await running.service.log.writer.erase(record!.leafIndex);
      expectProblem(
        await call(running.service, `/v1/records/${record!.id}/original`, { role: "officer" }),
        404,
        "NOT_FOUND",
      );
    });
  });

  describe("SenML", () => {
    const PACK = [
      { bn: "urn:dev:mac:0024befffe804ff1/", bt: 1_276_020_076, bu: "Cel", n: "temp", v: 23.1 },
      { n: "hum", u: "%RH", v: 67.1 },
    ];

    it("is answered as a batch of records, in JSON and in CBOR, which repeat each other", async () => {
      const to = "/v1/senml?type=sensor-reading&source=santander/senml";
      const json = { type: "application/senml+json" };
      const cbor = { type: "application/senml+cbor" };
      const first = await send(to, JSON.stringify(PACK), json);
      expect(first.status, first.text).to.equal(201);
      const again = await send(to, encode(PACK), cbor);
      expect(again.status, again.text).to.equal(200);
      expect((again.json as Result[]).map(({ id }) => id)).to.deep.equal((first.json as Result[]).map(({ id }) => id));
      expect(await originalOf((again.json as Result[])[0]!)).to.deep.equal(Buffer.from(JSON.stringify(PACK)));
      const inCbor = encode([
        { n: "urn:dev:1", t: 1_795_334_400, v: 1 },
        { n: "x y", v: 1 },
      ]);
      const partly = await send(to, inCbor, cbor);
      expect(partly.status, partly.text).to.equal(207);
      expect((partly.json as Result[])[1]?.error?.detail).to.match(/^\[1\]: the SenML record is refused/);
      expect(await originalOf((partly.json as Result[])[0]!)).to.deep.equal(Buffer.from(inCbor));
      expectProblem(await send(to, JSON.stringify(PACK)), 415, "NOT_ACCEPTABLE");
    });
  });

  describe("SensorThings", () => {
    it("answers with the address of what was created, for a key that is for one source and one type", async () => {
      const scope = { sources: ["santander/sta"], types: ["sensor-reading"] };
      const { key } = await running.service.access.issue("frost", "submitter", scope);
      const headers = { authorization: `Bearer ${key}` };
      const post = (path: string, body: unknown, more: Record<string, string> = {}) =>
        call(running.service, `/v1.1/${path}`, { body: JSON.stringify(body), headers: { ...headers, ...more } });
      const callAs = (host: string, path: string): Promise<string> =>
        new Promise((resolve, reject) => {
          const sent = httpRequest(`${running.service.url}${path}`, { headers: { ...headers, host } }, (response) => {
            void text(response).then(resolve, reject);
          });
          sent.on("error", reject).end();
        });
      const observation = { phenomenonTime: "2026-01-01T00:00:00Z", result: 23.4 };
      const created = await post("Datastreams(1)/Observations", observation);
      expect(created.status, created.text).to.equal(201);
      const { id } = created.json as Required<Result>;
      expect(created.headers.get("cache-control")).to.equal("no-store");
      expect(created.headers.get("location")).to.equal(`${running.service.url}/v1.1/Observations('${id}')`);
      const shown = await call(running.service, new URL(created.headers.get("location")!).pathname);
      expect(shown.json).to.deep.include({ "@iot.id": id, ...observation, "Datastream.@iot.id": 1 });
      expect((await originalOf({ id })).toString()).to.equal(JSON.stringify(observation));
      const again = await post("Observations", { ...observation, Datastream: { "@iot.id": 1 } });
      expect([again.status, (again.json as Result).id]).to.deep.equal([201, id]);
      const group = {
        ...{ Datastream: { "@iot.id": 1 }, components: ["phenomenonTime", "result"] },
        dataArray: [["2026-01-01T00:00:00Z", 23.4], ["2026-01-01T01:00:00Z"]],
      };
      const many = await post("CreateObservations", [group]);
      expect([many.status, many.json]).to.deep.equal([
        201,
        [
          `${running.service.url}/v1.1/Observations('${id}')`,
          "error: [0].dataArray[1]: the row of the dataArray does not fit its components",
        ],
      ]);
      expectProblem(await post("Observations", observation), 400, "RECORD_INVALID");
      for (const host of ["evil.example:1234", "[::1]:8", 'a"><script>/', "a b", "x/y"]) {
        const named = await callAs(host, `/v1.1/Observations('${id}')`);
        const link = `http://${/[">/ ]/.test(host) ? new URL(running.service.url).host : host}/v1.1/Observations('${id}')`;
        expect((JSON.parse(named) as Record<string, unknown>)["@iot.selfLink"], host).to.equal(link);
      }
      const signed = { signature: "sig=:AAAA:", "signature-input": 'sig=("@method");created=1' };
      const answer = await post("Observations", { ...observation, Datastream: { "@iot.id": 1 } }, signed);
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect(answer.text).to.contain("/v1/records alone");
      expectProblem(
        await call(running.service, "/v1.1/Observations('019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f')"),
        404,
        "NOT_FOUND",
      );
    });
  });
});

// Adapters: payloads as brokers, gateways and clients of the field send them become records, or refusals with place and reason.

import { encode } from "cborg";
import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { MAX_PAYLOAD_BYTES, MAX_PAYLOAD_RECORDS, placed, takeIn, type Adapter } from "../../src/sources/adapter.ts";
import { ngsiAdapter } from "../../src/sources/ngsi-adapter.ts";
import { senmlAdapter } from "../../src/sources/senml-adapter.ts";
import { sensorThingsAdapter } from "../../src/sources/sensorthings-adapter.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { PROFILES } from "../support/ledger.ts";

const FLAT = PROFILES.get("sensor-reading")!;
const NESTED = parseProfile({
  ...{ type: "any", version: 1, title: "Anything", concernsPeople: false, retentionDays: null, public: "*" },
  claims: { type: "object" },
});
const AT = 1_795_334_400_250;

interface Sent {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: number;
  readonly profile?: typeof FLAT;
}

function take(
  adapter: Adapter,
  body: unknown,
  { type = "application/json", headers = {}, at = AT, profile = FLAT }: Sent = {},
) {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return takeIn(adapter, { bytes, type, headers, at }, { source: "city/1", type: profile.document.type, profile });
}
const claimsOf = (...[adapter, body, sent]: Parameters<typeof take>) =>
  take(adapter, body, sent).records.map(({ place, record }) =>
    record instanceof WarifuError ? placed(record, place).message : record["claims"],
  );
const keysOf = (...[adapter, body, sent]: Parameters<typeof take>) =>
  take(adapter, body, sent).records.map(({ record }) => (record as JsonObject)["key"]);

describe("adapters", () => {
  describe("NGSIv2", () => {
    const ROOM = { id: "Room1", type: "Room", temperature: { value: 23, type: "Number", metadata: {} } };
    const notification = (...data: unknown[]) => ({ subscriptionId: "12345", data });

    it("takes the normalized form and keyValues, with the subscription in each record", () => {
      expect(claimsOf(ngsiAdapter, notification(ROOM, { id: "Room2", type: "Room", temperature: 23 }))).to.deep.equal([
        {
          ...{ id: "Room1", type: "Room", "temperature.value": 23, "temperature.type": "Number" },
          subscriptionId: "12345",
        },
        { id: "Room2", type: "Room", temperature: 23, subscriptionId: "12345" },
      ]);
      expect(claimsOf(ngsiAdapter, notification(ROOM), { profile: NESTED })).to.deep.equal([
        { ...ROOM, subscriptionId: "12345" },
      ]);
    });

    it("refuses `values` and custom notifications, with the reason", () => {
      const values = notification([23, 70], [24]);
      expect(claimsOf(ngsiAdapter, values)).to.deep.equal([
        "data[0]: the entity is not an object: notifications of the form `values` have no names",
        "data[1]: the entity is not an object: notifications of the form `values` have no names",
      ]);
      for (const form of ["values", "custom", "Custom"])
        expectCode(
          "RECORD_INVALID",
          () => take(ngsiAdapter, notification(ROOM), { headers: { "ngsiv2-attrsformat": form } }),
          /subscribe with attrsFormat normalized or keyValues/,
        );
    });

    it("tells a repetition by tenant and bytes, since a broker gives it no name", () => {
      const sent = (tenant: string, ...data: unknown[]) =>
        keysOf(ngsiAdapter, notification(...data), { headers: { "fiware-service": tenant } });
      const [first, second] = sent("a", ROOM, ROOM);
      expect(first).to.match(/^ngsi-v2\/1:[\w-]{43}$/);
      expect(first).not.to.equal(second);
      expect(sent("a", ROOM, ROOM)).to.deep.equal([first, second]);
      expect(sent("b", ROOM, ROOM)).not.to.include(first);
      expect(sent("a", ROOM)).not.to.include(first);
    });

    it("refuses one entity by its place, and the others fare on", () => {
      const text = `{"subscriptionId":"1","data":[{"id":"a","v":0.12345678901234567890},{"id":"b","v":1,"v":2},{"id":"c","v":3},{"id":"d","subscriptionId":1}]}`;
      const [inexact, twice, good, clash] = claimsOf(ngsiAdapter, text);
      expect(inexact).to.match(/^data\[0\]: .*number/);
      expect(twice).to.match(/^data\[1\]: .*twice/);
      expect(good).to.deep.equal({ id: "c", v: 3, subscriptionId: "1" });
      expect(clash).to.match(/^data\[3\]: .*called as a member of its envelope/);
    });

    it("refuses what is no notification", () => {
      for (const body of [{ data: [ROOM] }, { subscriptionId: "1", data: ROOM }, { subscriptionId: "1" }, [ROOM], "7"])
        expectCode("RECORD_INVALID", () => take(ngsiAdapter, body), /no notification of an NGSI broker/);
      for (const [code, text] of [
        ["JSON_INVALID", "{"],
        ["ENCODING_INVALID", Buffer.from([0xff])],
      ] as const)
        expectCode(code, () => take(ngsiAdapter, text));
    });
  });

  describe("NGSI-LD", () => {
    const DEVICE = {
      id: "urn:ngsi-ld:Device:d1",
      type: "Device",
      temperature: { type: "Property", value: 23.4, unitCode: "CEL", observedAt: "2026-01-19T08:36:20.000Z" },
      location: { type: "GeoProperty", value: { type: "Point", coordinates: [-3.8, 43.46] } },
      controlledAsset: { type: "Relationship", object: "urn:ngsi-ld:Building:b1" },
    };
    const ENVELOPE = {
      subscriptionId: "urn:ngsi-ld:Subscription:s1",
      notificationId: "urn:ngsi-ld:Notification:ce08",
      notifiedAt: "2026-01-19T08:36:25.218Z",
    };
    const { notificationId, ...rest } = ENVELOPE;
    const notification = (data: unknown, more: object = {}) => ({
      id: notificationId,
      type: "Notification",
      ...rest,
      data,
      ...more,
    });

    it("keeps units, times, dataset ids and relationships of the normalized form", () => {
      const dataset = { ...DEVICE.temperature, datasetId: "urn:ngsi-ld:Dataset:a" };
      const entity = { ...DEVICE, type: ["Device", "Sensor"], temperature: dataset };
      expect(claimsOf(ngsiAdapter, notification([entity]))).to.deep.equal([
        {
          ...{ id: DEVICE.id, type: ["Device", "Sensor"] },
          ...{ "temperature.type": "Property", "temperature.value": 23.4, "temperature.unitCode": "CEL" },
          ...{ "temperature.observedAt": "2026-01-19T08:36:20.000Z", "temperature.datasetId": "urn:ngsi-ld:Dataset:a" },
          ...{
            "location.type": "GeoProperty",
            "location.value.type": "Point",
            "location.value.coordinates": [-3.8, 43.46],
          },
          ...{ "controlledAsset.type": "Relationship", "controlledAsset.object": "urn:ngsi-ld:Building:b1" },
          ...ENVELOPE,
        },
      ]);
    });

    it("takes the concise and the simplified form", () => {
      const { id } = DEVICE;
      const concise = {
        id,
        type: "Device",
        temperature: { value: 23.4, unitCode: "CEL" },
        controlledAsset: { object: "b1" },
      };
      const simplified = { id, type: "Device", temperature: 23.4, deletedAt: "2026-01-19T08:36:20Z" };
      expect(claimsOf(ngsiAdapter, notification([concise, simplified]), { profile: NESTED })).to.deep.equal([
        { ...concise, ...ENVELOPE },
        { ...simplified, ...ENVELOPE },
      ]);
    });

    it("keeps an @context as text: in the payload as a claim, in the header Link with the bytes", () => {
      const context = [
        "https://example.org/context.jsonld",
        "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
      ];
      const type = "application/ld+json";
      expect(claimsOf(ngsiAdapter, notification([{ id: "a" }], { "@context": context }), { type })).to.deep.equal([
        { "@context": context, id: "a", ...ENVELOPE },
      ]);
      const link = '<https://example.org/c>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';
      const { received } = take(ngsiAdapter, notification([{ id: "a" }]), { headers: { link, "ngsild-tenant": "t" } });
      expect(received).to.deep.include({ adapter: "ngsi-ld/1", at: AT, headers: { link, "ngsild-tenant": "t" } });
    });

    it("takes a FeatureCollection: the properties of a feature are the attributes of its entity", () => {
      const { id, ...properties } = DEVICE;
      const geometry = DEVICE.location.value;
      const features = [
        { id, type: "Feature", geometry, properties },
        { type: "Feature" },
        { id, properties: { id } },
        7,
      ];
      const data = { type: "FeatureCollection", "@context": "https://example.org/c", features };
      const [claims, ...refused] = claimsOf(ngsiAdapter, notification(data), {
        type: "application/geo+json",
        profile: NESTED,
      });
      expect(claims).to.deep.equal({ "@context": "https://example.org/c", ...DEVICE, geometry, ...ENVELOPE });
      expect(refused).to.deep.equal([
        "data[1]: the feature has no properties",
        "data[2]: the feature has a property that is called as a member of it",
        "data[3]: the feature has no properties",
      ]);
    });

    it("tells a repetition by the notification's id and the entity's, whatever their order and spelling", () => {
      const [a, b] = [
        { id: "a", type: "T", v: 1 },
        { id: "b", type: "T", v: 1 },
      ];
      const keys = keysOf(ngsiAdapter, notification([a, b, a]));
      expect(new Set(keys).size).to.equal(3);
      expect(keys[0]).to.match(/^ngsi-ld\/1:[\w-]{43}$/);
      expect(keysOf(ngsiAdapter, JSON.stringify(notification([b, a]), null, 1))).to.deep.equal([keys[1], keys[0]]);
      expect(keysOf(ngsiAdapter, notification([a], { id: "urn:ngsi-ld:Notification:2" }))).not.to.include(keys[0]);
      // One without an id is told as those of NGSIv2 are.
      expect(keysOf(ngsiAdapter, notification([a], { id: null }))).to.have.length(1);
    });
  });

  describe("SenML", () => {
    const json = { type: "application/senml+json" };
    const cbor = { type: "application/senml+cbor" };
    const PACK = [
      { bn: "urn:dev:mac:0024befffe804ff1/", bt: 1_276_020_076, bu: "Cel", n: "temp", v: 23.1 },
      { n: "hum", u: "%RH", v: 67.1 },
    ];
    const RESOLVED = [
      {
        n: "urn:dev:mac:0024befffe804ff1/temp",
        u: "Cel",
        v: 23.1,
        t: 1_276_020_076,
        observedAt: "2010-06-08T18:01:16Z",
      },
      {
        n: "urn:dev:mac:0024befffe804ff1/hum",
        u: "%RH",
        v: 67.1,
        t: 1_276_020_076,
        observedAt: "2010-06-08T18:01:16Z",
      },
    ];
    const map = (...pairs: [unknown, unknown][]) => new Map(pairs);

    it("resolves base fields, in JSON as in CBOR, to the same claims and keys", () => {
      const labelled = [
        map([-2, PACK[0]!.bn], [-3, 1_276_020_076], [-4, "Cel"], [0, "temp"], [2, 23.1]),
        map([0, "hum"], [1, "%RH"], ["v", 67.1]),
      ];
      expect(claimsOf(senmlAdapter, PACK, json)).to.deep.equal(RESOLVED);
      expect(claimsOf(senmlAdapter, encode(labelled), cbor)).to.deep.equal(RESOLVED);
      const keys = keysOf(senmlAdapter, PACK, json);
      expect(keysOf(senmlAdapter, encode(labelled), cbor)).to.deep.equal(keys);
      expect(keysOf(senmlAdapter, PACK.slice(0, 1), json)).to.deep.equal(keys.slice(0, 1));
    });

    it("says the same of a pack by kpn-senml 1.0.1, which writes base fields behind the others, in both spellings", () => {
      const inJson = `[{"n": "temp", "v": 23.1, "u": "Cel", "bn": "urn:dev:mac:0024befffe804ff1/", "bt": 1795334400}, {"n": "hum", "v": 67, "t": -1795334405, "u": "%RH"}, {"n": "open", "vb": true}]`;
      const inCbor =
        "83a5006474656d7002fb403719999999999a016343656c21781d75726e3a6465763a6d61633a303032346265666666653830346666312f" +
        "221a6b02a100a4006368756d021843063a6b02a1040163255248a200646f70656e04f5";
      const claims = claimsOf(senmlAdapter, inJson, json);
      expect(claims).to.deep.equal(claimsOf(senmlAdapter, Buffer.from(inCbor, "hex"), cbor));
      expect(claims[0]).to.include({ v: 23.1, u: "Cel", observedAt: "2026-11-22T08:00:00Z" });
      expect(claims[1]).to.include({ v: 67, observedAt: "2026-11-22T07:59:55.25Z" });
    });

    it("pins relative times to when the pack came", () => {
      const pack = [
        { n: "a", v: 1 },
        { n: "a", v: 2, t: -5 },
      ];
      const times = claimsOf(senmlAdapter, pack, json).map((claims) => (claims as JsonObject)["observedAt"]);
      expect(times).to.deep.equal(["2026-11-22T08:00:00.25Z", "2026-11-22T07:59:55.25Z"]);
      expect(keysOf(senmlAdapter, pack, json)).not.to.deep.equal(keysOf(senmlAdapter, pack, { ...json, at: AT + 1 }));
    });

    it("refuses a field that must be understood, an unknown version, and what is no pack", () => {
      for (const pack of [[{ n: "a", v: 1, must_: 1 }], [{ n: "a", v: 1, bver: 11 }], { n: "a", v: 1 }])
        expectCode("RECORD_INVALID", () => take(senmlAdapter, pack, json));
      expectCode("RECORD_INVALID", () => take(senmlAdapter, encode([map([0, "a"], [2, 1], ["x_", 1])]), cbor));
      expectCode("RECORD_INVALID", () => take(senmlAdapter, encode(map([0, "a"])), cbor), /array/);
    });

    it("refuses a record by its place in the pack, also behind one that only sets base fields", () => {
      const pack = [{ bn: "urn:dev:1/" }, { n: "a", v: 1 }, { n: "a b", v: 1 }, { n: "c", v: "x" }];
      const [good, ...refused] = claimsOf(senmlAdapter, pack, json);
      expect(good).to.include({ n: "urn:dev:1/a" });
      expect(refused.map((reason) => String(reason).slice(0, 40))).to.deep.equal([
        "[2]: the SenML record is refused: its na",
        "[3]: the SenML record is refused: its va",
      ]);
    });

    it("takes of CBOR what JSON can hold, to the bit, and data as base64url", () => {
      const records = [
        map([0, "a"], [8, Uint8Array.of(0xff, 0xfe)]),
        map([0, "b"], [4, true]),
        map([0, "c"], [3, "x\u00e9"]),
        map([0, "d"], [2, -0]),
        map([0, "e"], [2, 1e-7]),
      ];
      const claims = claimsOf(senmlAdapter, encode(records), cbor).map((one) => {
        const { n: _n, t: _t, observedAt: _o, ...value } = one as JsonObject;
        return value;
      });
      expect(claims).to.deep.equal([{ vd: "__4" }, { vb: true }, { vs: "x\u00e9" }, { v: 0 }, { v: 1e-7 }]);
      // Tag 4: 231 × 10^-1.
      const fraction = Buffer.from("81a200616102c4822018e7", "hex");
      expect(claimsOf(senmlAdapter, fraction, cbor)[0]).to.include({ v: 23.1 });
      // A half float.
      expect(claimsOf(senmlAdapter, Buffer.from("81a200616102f93e00", "hex"), cbor)[0]).to.include({ v: 1.5 });
    });

    it("refuses of CBOR what JSON cannot hold", () => {
      for (const [what, hex] of [
        ["NaN", "81a200616102f97e00"],
        ["Infinity", "81a200616102f97c00"],
        ["2^53", "81a2006161021b0020000000000000"],
        ["null", "81a200616102f6"],
        ["a list", "81a20061610280"],
        ["a label that nobody knows", "81a30061610201181800"],
        ["a field under its name and its label", "81a300616161 6e6162 0201".replaceAll(" ", "")],
        ["a fraction that is too large", "81a200616102c48219019001"],
        ["a fraction that is none", "81a200616102c401"],
        ["__proto__", "81a3006161020169" + Buffer.from("__proto__").toString("hex") + "01"],
        ["no map", "8101"],
      ] as const) {
        const [outcome] = claimsOf(senmlAdapter, Buffer.from(hex, "hex"), cbor);
        expect(outcome, what)
          .to.be.a("string")
          .that.matches(/^\[0\]: /);
      }
    });

    it("refuses what is not CBOR, or not strictly, as a whole", () => {
      for (const [what, bytes] of [
        ["nothing", Buffer.alloc(0)],
        ["cut short", encode(PACK).subarray(0, 20)],
        ["something behind it", Buffer.concat([encode([]), Buffer.from([0])])],
        ["a label twice", Buffer.from("81a300616102010202", "hex")],
        ["text that is not UTF-8", Buffer.from("81a20061ff0201", "hex")],
        ["a byte order mark", Buffer.from("81a20063efbbbf0201", "hex")],
        ["another tag", Buffer.from("81a200616102c101", "hex")],
        ["undefined", Buffer.from("81a200616102f7", "hex")],
        ["a hundred thousand lists", Buffer.alloc(100_000, 0x81)],
        ["a list of 2^32", Buffer.from("9affffffff", "hex")],
      ] as const)
        expect(
          codeOfRefusal(() => take(senmlAdapter, bytes, cbor)),
          what,
        ).to.equal("ENCODING_INVALID");
    });
  });

  describe("SensorThings", () => {
    const path = (tail: string) => ({ headers: { ":path": `/v1.1/${tail}` } });
    const OBSERVATION = { phenomenonTime: "2026-01-01T00:00:00Z", resultTime: null, result: 23.4 };
    const LINKED = { ...OBSERVATION, Datastream: { "@iot.id": 1 } };
    const CLAIMS = { ...OBSERVATION, "Datastream.@iot.id": 1 };

    it("takes an observation with its Datastream in it or in the address", () => {
      expect(claimsOf(sensorThingsAdapter, LINKED, path("Observations"))).to.deep.equal([CLAIMS]);
      const sent = path("Datastreams(1)/Observations");
      expect(claimsOf(sensorThingsAdapter, OBSERVATION, sent)).to.deep.equal([CLAIMS]);
      expect(take(sensorThingsAdapter, OBSERVATION, sent).received.headers).to.deep.equal(sent.headers);
      expect(claimsOf(sensorThingsAdapter, OBSERVATION, path("Datastreams('a%20b')/Observations"))).to.deep.equal([
        { ...CLAIMS, "Datastream.@iot.id": "a b" },
      ]);
    });

    it("takes intervals, and any JSON as a result", () => {
      const more = {
        phenomenonTime: "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z",
        result: { class: "bus", box: [1, 2] },
      };
      expect(claimsOf(sensorThingsAdapter, { ...LINKED, ...more }, path("Observations"))).to.deep.equal([
        {
          ...{ phenomenonTime: more.phenomenonTime, resultTime: null, "Datastream.@iot.id": 1 },
          ...{ "result.class": "bus", "result.box": [1, 2] },
        },
      ]);
    });

    it("gives the time of its coming to an observation that has none, as the standard has it", () => {
      const { phenomenonTime: _, ...timeless } = LINKED;
      expect(claimsOf(sensorThingsAdapter, timeless, path("Observations"))).to.deep.equal([
        { ...CLAIMS, phenomenonTime: "2026-11-22T08:00:00.250Z" },
      ]);
    });

    it("takes a dataArray: each row with its names and its Datastream", () => {
      const group = {
        Datastream: { "@iot.id": 1 },
        components: ["phenomenonTime", "result", "FeatureOfInterest/id"],
        "dataArray@iot.count": 2,
        dataArray: [
          ["2026-01-01T00:00:00Z", 20, 1],
          ["2026-01-01T01:00:00Z", 30],
        ],
      };
      const timeless = { Datastream: { "@iot.id": 2 }, components: ["result"], dataArray: [[5]] };
      const unlinked = { components: ["result"], dataArray: [[5]] };
      const nothing = { Datastream: { "@iot.id": 2 }, components: ["value"], dataArray: [[5]] };
      const twofold = { ...group, components: ["Datastream", "phenomenonTime", "result"] };
      const sent = path("CreateObservations");
      expect(claimsOf(sensorThingsAdapter, [twofold], sent)).to.deep.equal([
        "[0]: the observation is refused: a component is a member of its group as well",
      ]);
      expect(claimsOf(sensorThingsAdapter, [group, timeless, unlinked, nothing], sent)).to.deep.equal([
        { "Datastream.@iot.id": 1, phenomenonTime: "2026-01-01T00:00:00Z", result: 20, "FeatureOfInterest/id": 1 },
        "[0].dataArray[1]: the row of the dataArray does not fit its components",
        { "Datastream.@iot.id": 2, phenomenonTime: "2026-11-22T08:00:00.250Z", result: 5 },
        "[2]: the observation is refused: it names no Datastream",
        "[3]: the observation is refused: its components have no `result`",
      ]);
      const twice = [group, group].map((one) => ({ ...one, dataArray: one.dataArray.slice(0, 1) }));
      const keys = keysOf(sensorThingsAdapter, twice, sent);
      expect(keys[0]).to.equal(keys[1]);
    });

    it("refuses what is no observation, with the reason", () => {
      for (const [body, tail, reason] of [
        [[LINKED], "Observations", /no object with a `result`/],
        [{ ...LINKED, result: undefined }, "Observations", /no object with a `result`/],
        [LINKED, "Datastreams(2)/Observations", /and so does the address/],
        [LINKED, "Datastreams(%32)/Observations", /and so does the address/],
        [LINKED, "Datastreams(%27a%27)/Observations", /and so does the address/],
        [LINKED, "CreateObservations", /no list of objects/],
        [[LINKED], "CreateObservations", /no list of objects/],
      ] as const)
        expectCode("RECORD_INVALID", () => take(sensorThingsAdapter, body, path(tail)), reason);
      expect(claimsOf(sensorThingsAdapter, OBSERVATION, path("Datastreams(%27a%27)/Observations"))).to.deep.equal(
        claimsOf(sensorThingsAdapter, OBSERVATION, path("Datastreams('a')/Observations")),
      );
      expectCode("ENCODING_INVALID", () =>
        take(sensorThingsAdapter, OBSERVATION, path("Datastreams(%ff)/Observations")),
      );
      expect(claimsOf(sensorThingsAdapter, OBSERVATION, path("Observations"))).to.deep.equal([
        "[0]: the observation is refused: it names no Datastream",
      ]);
    });
  });

  describe("bounds", () => {
    const notification = (count: number, text = "") => ({
      subscriptionId: "1",
      data: Array.from({ length: count }, (_, at) => ({ id: `e${at}`, text })),
    });

    it("a payload has at most a hundred records, and all of its copies four megabytes", () => {
      expect(take(ngsiAdapter, notification(MAX_PAYLOAD_RECORDS)).records).to.have.length(100);
      expectCode("TOO_LARGE", () => take(ngsiAdapter, notification(101)), /send it in several/);
      expectCode(
        "TOO_LARGE",
        () => take(ngsiAdapter, notification(80, "x".repeat(1_000))),
        /send fewer records at once/,
      );
      expect(take(ngsiAdapter, notification(40, "x".repeat(1_000))).records).to.have.length(40);
    });

    const many = (text: string, bytes: number): string =>
      Array(Math.floor(bytes / (text.length + 1)))
        .fill(text)
        .join();
    const FLOODS: readonly [what: string, adapter: Adapter, payload: string | Uint8Array, more?: Sent][] = [
      [
        "empty arrays in CBOR",
        senmlAdapter,
        Buffer.concat([Uint8Array.of(0x9a, 0, 3, 0xff, 0xf0), Buffer.alloc(262_128, 0x80)]),
        { type: "application/senml+cbor" },
      ],
      ["numbers as SenML", senmlAdapter, `[${many("1", 260_000)}]`, { type: "application/senml+json" }],
      ["numbers as entities", ngsiAdapter, `{"subscriptionId":"s","data":[${many("1", 260_000)}]}`],
      [
        "empty features",
        ngsiAdapter,
        `{"type":"Notification","subscriptionId":"s","data":{"type":"FeatureCollection","features":[${many("{}", 260_000)}]}}`,
      ],
      [
        "rows that fit nothing",
        sensorThingsAdapter,
        `[{"Datastream":{"@iot.id":1},"components":["result"],"dataArray":[${many("1", 250_000)}]}]`,
        { headers: { ":path": "/v1.1/CreateObservations" } },
      ],
    ];
    for (const [what, adapter, payload, more] of FLOODS)
      it(`a payload full of ${what} is refused as a whole, before each is refused by itself`, async () => {
        const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
        expect(bytes.length).to.be.lessThan(MAX_PAYLOAD_BYTES);
        const spent = await cpuMsOf(() => expectCode("TOO_LARGE", () => take(adapter, bytes, more)));
        expect(spent).to.be.lessThan(400);
      });

    it("a record has as many bytes as any", () => {
      const [long, short] = claimsOf(ngsiAdapter, {
        subscriptionId: "1",
        data: [{ id: "a", text: "x".repeat(70_000) }, { id: "b" }],
      });
      expect(long).to.match(/^data\[0\]: .*65536 bytes/);
      expect(short).to.include({ id: "b" });
      const label = `x${"y".repeat(70_000)}`;
      const inCbor = encode([{ n: "a", vs: label, t: 1_795_334_400 }]);
      const [packed] = claimsOf(senmlAdapter, inCbor, { type: "application/senml+cbor" });
      expect(packed).to.match(/^\[0\]: .*65536 bytes/);
    });
  });

  it("the same readings say the same, as SenML and as a notification, as when they are submitted as claims", () => {
    const rows = [
      { n: "santander/env-419", v: 16.4, observedAt: "2026-11-22T07:59:58Z" },
      { n: "santander/env-420", v: 7.05, observedAt: "2026-11-22T07:59:59Z" },
    ];
    const pack = rows.map(({ n, v, observedAt }) => ({ n, v, t: Date.parse(observedAt) / 1_000 }));
    const times = pack.map(({ t }) => ({ t }));
    expect(claimsOf(senmlAdapter, pack, { type: "application/senml+json" })).to.deep.equal(
      rows.map((row, at) => ({ ...row, ...times[at] })),
    );
    const entities = rows.map(({ n, ...row }) => ({ id: n, ...row }));
    const envelope = { subscriptionId: "s", notifiedAt: "2026-11-22T08:00:00Z" };
    const body = { id: "urn:ngsi-ld:Notification:1", type: "Notification", ...envelope, data: entities };
    expect(claimsOf(ngsiAdapter, body)).to.deep.equal(
      entities.map((row) => ({ ...row, ...envelope, notificationId: "urn:ngsi-ld:Notification:1" })),
    );
  });
});

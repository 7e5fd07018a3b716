// The documents of the field as records: what their parts share is in each record, what is personal stays concealed, and
// what cannot be read is refused and named.

import { expect } from "chai";
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatOf, openInput } from "../../src/cli/input.ts";
import { openItems, type ReadFormat } from "../../src/cli/items.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { parseProfile, type Profile } from "../../src/profiles/profile.ts";
import { decimalSum } from "../../src/sources/decimal-sum.ts";
import { Notes } from "../../src/sources/notes.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const shipped = (type: string): Profile =>
  parseProfile(JSON.parse(readFileSync(new URL(`../../profiles/${type}.json`, import.meta.url), "utf8")) as JsonValue);
const OPEN = parseProfile({
  type: "open",
  version: 1,
  title: "Takes anything",
  concernsPeople: false,
  retentionDays: null,
  public: "*",
  claims: { type: "object" },
});
const PROFILES = new Map(
  [shipped("sensor-reading"), shipped("citizen-report"), OPEN].map((one) => [one.document.type, one]),
);

type Options = {
  readonly type?: string;
  readonly pointer?: string | undefined;
  readonly format?: ReadFormat;
  readonly name?: string;
};
type Found = { readonly items: (JsonObject | string)[]; readonly notes: string[]; readonly type: string | undefined };

describe("documents of the field", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-documents-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What is read; every record fits its profile. */
  async function read(document: JsonValue | string, options: Options = {}): Promise<Found> {
    const path = join(folder, options.name ?? "document.json");
    writeFileSync(path, typeof document === "string" ? document : JSON.stringify(document));
    const notes = new Notes();
    const input = await openInput(path);
    const { type = "sensor-reading", pointer, format } = options;
    const { items, ...rest } = await openItems(input, format ?? (pointer === undefined ? formatOf(input) : "json"), {
      pointer,
      isFormatNamed: format !== undefined,
      type: type === "" ? undefined : type,
      profileOf: async (name) => PROFILES.get(name)!,
      notes,
    });
    const list: (JsonObject | string)[] = [];
    for await (const item of items()) {
      if (!(item instanceof WarifuError)) PROFILES.get(rest.type ?? type)!.assertClaims(item as JsonObject);
      list.push(item instanceof WarifuError ? `${item.code}: ${item.message}` : (item as JsonObject));
    }
    return { items: list, notes: notes.list(), type: rest.type };
  }

  describe("GeoJSON", () => {
    const FEATURES = {
      type: "FeatureCollection",
      name: "x",
      crs: { type: "name" },
      features: [
        { type: "Feature", properties: { id: 1 }, geometry: { type: "Point", coordinates: [139.48, 35.33] } },
        {
          type: "Feature",
          properties: null,
          geometry: {
            type: "LineString",
            coordinates: [
              [1, 2],
              [3, 4],
            ],
          },
        },
      ],
    };

    it("truth B field row 14: each feature has the crs of its collection (f40)", async () => {
      const { items, notes } = await read(FEATURES, { name: "f40.geojson" });
      expect(items).to.deep.equal([
        {
          "crs.type": "name",
          name: "x",
          type: "Feature",
          "properties.id": 1,
          "geometry.type": "Point",
          "geometry.coordinates": [139.48, 35.33],
        },
        {
          "crs.type": "name",
          name: "x",
          type: "Feature",
          properties: null,
          "geometry.type": "LineString",
          "geometry.coordinates.0": [1, 2],
          "geometry.coordinates.1": [3, 4],
        },
      ]);
      expect(notes).to.include("it is read as a GeoJSON feature collection");
      expect(notes).to.include("the collection's crs is recorded with each feature");
    });

    it("truth B3: a feature that is wrong is refused alone", async () => {
      const { items } = await read(
        '{"features":[{"type":"Feature","v":NaN},{"type":"Feature","v":1}],"type":"FeatureCollection","crs":{"type":"name"}}',
      );
      expect(items[0]).to.match(/^JSON_INVALID/);
      expect(items[1]).to.deep.equal({ "crs.type": "name", type: "Feature", v: 1 });
    });

    it("truth B field row 14: also below --items, and nested as it is where the profile takes that", async () => {
      const { items } = await read(FEATURES, { type: "open", pointer: "/features" });
      expect(items[0]).to.deep.equal({ name: "x", crs: { type: "name" }, ...FEATURES.features[0] });
    });

    it("truth B field row 14: what is left behind and other pages are said, what is no feature is refused", async () => {
      const { items, notes } = await read({
        ...FEATURES,
        crs: null,
        metadata: { by: "x" },
        numberMatched: 9,
        numberReturned: 1,
        features: [1, FEATURES.features[0]!],
      });
      expect(items[0]).to.equal("RECORD_INVALID: the feature is not an object");
      expect(items[1]).to.not.have.any.keys("crs", "crs.type", "numberMatched");
      expect(notes).to.include('the collection\'s "metadata" is not recorded');
      expect(notes.join()).to.match(/one page of several/);
    });
  });

  describe("SenML", () => {
    const PACK = [
      { bn: "urn:dev:mac:0024befffe804ff1:", bt: 1795334400, bu: "Cel", n: "t", v: 16.4 },
      { n: "rh", u: "%RH", v: 61, t: -5 },
      { v: 16.6, t: 10 },
    ];
    const name = "urn:dev:mac:0024befffe804ff1:";

    it("truth B field row 15: names, units and times are resolved into each record (h9)", async () => {
      const { items, notes } = await read(PACK);
      expect(items).to.deep.equal([
        { n: `${name}t`, u: "Cel", v: 16.4, t: 1795334400, observedAt: "2026-11-22T08:00:00Z" },
        { n: `${name}rh`, u: "%RH", v: 61, t: 1795334395, observedAt: "2026-11-22T07:59:55Z" },
        { n: name, u: "Cel", v: 16.6, t: 1795334410, observedAt: "2026-11-22T08:00:10Z" },
      ]);
      expect(notes).to.deep.equal(["it is read as a SenML pack"]);
    });

    it("truth B field row 15: base values and sums are added as decimals, fractions of seconds kept", async () => {
      const { items } = await read([
        { bn: "a/", bt: 1795334400.25, bv: 0.1, bs: 100, n: "b", v: 0.2, t: 0.5 },
        { n: "c", s: 3, vs: "x" },
        { bv: 0, n: "d", vb: true },
      ]);
      expect(items).to.deep.equal([
        { n: "a/b", v: 0.3, t: 1795334400.75, observedAt: "2026-11-22T08:00:00.75Z" },
        { n: "a/c", s: 103, vs: "x", t: 1795334400.25, observedAt: "2026-11-22T08:00:00.25Z" },
        { n: "a/d", vb: true, t: 1795334400.25, observedAt: "2026-11-22T08:00:00.25Z" },
      ]);
      expect([decimalSum(0.1, 0.2), decimalSum(-5, 1795334400), decimalSum(0.1, 9007199254740991)]).to.deep.equal([
        0.3,
        1795334395,
        undefined,
      ]);
      expect([decimalSum(1e300, 1), decimalSum(9007199254740991, 1), decimalSum(0, 5e-324)]).to.deep.equal([
        undefined,
        undefined,
        5e-324,
      ]);
    });

    it("truth B field row 15: times relative to now are counted from the reading, which makes the pack new", async () => {
      const before = Math.floor(Date.now() / 1_000);
      const { items, notes } = await read([{ n: "urn:dev:ow:10e2073a01080063", u: "Cel", v: 23.1, t: -60 }]);
      const { t } = items[0] as { t: number };
      expect(t).to.be.within(before - 60, Math.floor(Date.now() / 1_000) - 60);
      expect(notes.join()).to.match(/relative to now/);
      const prefix = async (): Promise<string> => {
        const input = await openInput(join(folder, "document.json"));
        const options = { type: "sensor-reading", profileOf: async () => PROFILES.get("sensor-reading")! };
        return (await openItems(input, "json", options)).keyPrefix;
      };
      expect(await prefix()).to.not.equal(await prefix());
    });

    it("truth B field row 15: a record that sets base fields alone is none; one behind a broken one is refused", async () => {
      expect(
        (
          await read([
            { bn: "x:", bt: 1795334400 },
            { n: "a", v: 1 },
          ])
        ).items,
      ).to.have.length(1);
      const { items } = await read([{ bn: "x:", bt: 1795334400, n: "a", v: 1 }, 5, { n: "b", v: 2 }]);
      expect(items.slice(1)).to.deep.equal([
        "RECORD_INVALID: the SenML record is refused: it is not an object",
        "RECORD_INVALID: the SenML record is refused: a record before it cannot be read, and may have held its base fields",
      ]);
      const { items: odd } = await read([
        { bn: 5, n: "a", v: 1 },
        { n: "b", v: 2 },
      ]);
      expect(odd[0]).to.match(/base field has another type/);
      expect(odd[1]).to.match(/a record before it/);
      const { items: wrong } = await read([
        { bn: "x:", n: "ä", v: 1 },
        { n: "b", v: "2" },
        { n: "c", v: 3, t: 1e-9 },
      ]);
      expect(wrong.slice(0, 2).join()).to.match(/not one that SenML allows.*value is not a number/);
    });

    it("truth B field row 15: a time that the record says itself stays as it is", async () => {
      const own = { observedAt: "2026-11-22T08:59:58+01:00" };
      const { items } = await read([{ bn: "a", bt: 1795334400, v: 1, ...own }, { v: 2 }]);
      expect(items).to.deep.equal([
        { n: "a", v: 1, t: 1795334400, ...own },
        { n: "a", v: 2, t: 1795334400, observedAt: "2026-11-22T08:00:00Z" },
      ]);
    });

    it("truth B field row 15: a record with several values, or one of another type than SenML gives it, is refused alone", async () => {
      const wrong: [record: JsonObject, pattern: RegExp][] = [
        [{ v: 1, vs: "x" }, /it has several of v, vs, vb, vd/],
        [{ v: 1, vs: "x", vb: true }, /several/],
        [{ vs: "x", vd: "eA" }, /several/],
        [{ vb: 1 }, /its vb is not a boolean/],
        [{ vs: 1 }, /its vs is not a string/],
        [{ vd: true }, /its vd is not a string/],
        [{ v: 1, u: 5 }, /its u is not a string/],
        [{ v: 1, ut: "60" }, /its ut is not a number/],
      ];
      const { items } = await read([
        { bn: "a", bt: 1795334400 },
        ...wrong.map(([record]) => record),
        { v: 1, s: 2, ut: 60 },
      ]);
      expect(items.at(-1)).to.deep.include({ n: "a", v: 1, s: 2, ut: 60 });
      for (const [at, [record, pattern]] of wrong.entries())
        expect(items[at], JSON.stringify(record))
          .to.match(/^RECORD_INVALID: the SenML record is refused: /)
          .and.match(pattern);
    });

    it("truth B field row 15: a pack that must not be read is refused as a whole", async () => {
      await expectRejection("RECORD_INVALID", read([{ bn: "x", n: "a", v: 1, must_: 1 }]), /must be understood/);
      await expectRejection("RECORD_INVALID", read([{ bver: 11, bn: "x", n: "a", v: 1 }]), /version above 10/);
    });

    it("truth B field row 15: plain readings are not taken for SenML", async () => {
      expect((await read([{ n: 3, v: 1, temperature: 4 }])).items).to.deep.equal([{ n: 3, v: 1, temperature: 4 }]);
      const named = await read(PACK, { format: "json" });
      expect(named.items[2]).to.deep.equal({ v: 16.6, t: 10 });
    });
  });

  describe("SensorThings", () => {
    it("truth B field row 16: each member of the page, and that there are more (h6)", async () => {
      const page = {
        "@iot.count": 3,
        "@iot.nextLink": "https://sta.example.org/v1.1/Observations?$skip=2",
        value: [
          { "@iot.id": 1, phenomenonTime: "2026-11-28T09:00:00Z/2026-11-28T10:00:00Z", resultTime: null, result: 16.4 },
          { "@iot.id": 2, phenomenonTime: "2026-11-28T10:00:00Z", result: 16.5, parameters: { qc: 1 } },
        ],
      };
      const { items, notes } = await read(page);
      expect(items).to.deep.equal([
        page.value[0],
        { "@iot.id": 2, phenomenonTime: "2026-11-28T10:00:00Z", result: 16.5, "parameters.qc": 1 },
      ]);
      expect(notes.join())
        .to.match(/names the next one \(nextLink\)/)
        .and.not.include("example.org");
      expect((await read(page, { pointer: "/value" })).notes).to.deep.equal(notes);
    });

    it("truth B field row 16: rows of a dataArray have their names and their stream", async () => {
      const page = {
        value: [
          {
            "Datastream@iot.navigationLink": "https://sta.example.org/Datastreams(1)",
            components: ["id", "result"],
            "dataArray@iot.count": 2,
            dataArray: [[1, 16.4], [2]],
          },
        ],
      };
      expect((await read(page)).items).to.deep.equal([
        { "Datastream@iot.navigationLink": "https://sta.example.org/Datastreams(1)", id: 1, result: 16.4 },
        "RECORD_INVALID: the row of the dataArray does not fit its components",
      ]);
    });
  });

  it("truth B field row 16: a list in any other page names that there are more", async () => {
    const { notes } = await read({ next: "https://x.example/2", results: [{ a: 1 }] }, { pointer: "/results" });
    expect(notes.join()).to.match(/one page of several/);
  });

  describe("NGSI", () => {
    const ENTITY = {
      id: "urn:ngsi:AirQualityObserved:1",
      type: "AirQualityObserved",
      NO2: { type: "Number", value: 69, metadata: { unitCode: { value: "GQ" } } },
      dateObserved: { type: "DateTime", value: "2026-11-28T10:00:00.000Z" },
    };

    it("truth B field row 17: entities with what the envelope says (h8)", async () => {
      const notification = { subscriptionId: "57458eb60962ef754e7c0998", data: [ENTITY] };
      expect((await read(notification)).items).to.deep.equal([
        {
          id: "urn:ngsi:AirQualityObserved:1",
          type: "AirQualityObserved",
          "NO2.type": "Number",
          "NO2.value": 69,
          "NO2.metadata.unitCode.value": "GQ",
          "dateObserved.type": "DateTime",
          "dateObserved.value": "2026-11-28T10:00:00.000Z",
          subscriptionId: "57458eb60962ef754e7c0998",
        },
      ]);
      for (const pointer of ["/data", undefined])
        expect((await read(notification, { type: "open", pointer })).items).to.deep.equal([
          { ...ENTITY, subscriptionId: "57458eb60962ef754e7c0998" },
        ]);
    });

    it("truth B field row 17: NGSI-LD with its time, its id and its context", async () => {
      const { items, notes } = await read({
        id: "urn:ngsi-ld:Notification:ce08",
        type: "Notification",
        subscriptionId: "urn:ngsi-ld:Subscription:s1",
        notifiedAt: "2026-01-19T08:36:25.218Z",
        "@context": "https://example.org/context.jsonld",
        other: 1,
        data: [
          { id: "urn:d1", type: "Device", temperature: { type: "Property", value: 23.4 } },
          ["23"],
          { notifiedAt: 1 },
        ],
      });
      expect(items[0]).to.deep.equal({
        "@context": "https://example.org/context.jsonld",
        id: "urn:d1",
        type: "Device",
        "temperature.type": "Property",
        "temperature.value": 23.4,
        subscriptionId: "urn:ngsi-ld:Subscription:s1",
        notificationId: "urn:ngsi-ld:Notification:ce08",
        notifiedAt: "2026-01-19T08:36:25.218Z",
      });
      expect(items[1]).to.match(/^RECORD_INVALID: the entity is not an object/);
      expect(items[2]).to.match(/^RECORD_INVALID: the entity has an attribute/);
      expect(notes).to.include('the notification\'s "other" is not recorded');
    });

    it("truth B field row 17: values that would come to stand under one name are refused", async () => {
      const { items } = await read({ subscriptionId: "s", data: [{ "a.b": 1, a: { b: 2 } }] });
      expect(items[0]).to.match(/^RECORD_INVALID: two of its values have the same path/);
    });
  });

  describe("Open311", () => {
    const REQUEST = {
      service_request_id: "638344",
      status: "closed",
      status_notes: "Duplicate request.",
      service_name: "Sidewalk and Curb Issues",
      service_code: "006",
      description: null,
      agency_responsible: null,
      requested_datetime: "2026-04-14T06:37:38-08:00",
      updated_datetime: "2026-04-14T06:37:38-08:00",
      expected_datetime: "2026-04-15T06:37:38-08:00",
      address: "8TH AVE and JUDAH ST",
      address_id: 545483,
      zipcode: 94122,
      lat: 37.762221815,
      long: -122.4651145,
      media_url: "http://city.example.org/a.jpg",
    };

    it("truth B field row 18: requests are citizen reports of which only the category is public (h4)", async () => {
      const { items, type } = await read([REQUEST], { type: "" });
      expect(type).to.equal("citizen-report");
      expect(items).to.deep.equal([
        {
          category: "sidewalk-and-curb-issues",
          requestId: "638344",
          status: "closed",
          reportedAt: "2026-04-14T06:37:38-08:00",
          updatedAt: "2026-04-14T06:37:38-08:00",
          address: "8TH AVE and JUDAH ST",
          latitude: 37.762221815,
          longitude: -122.4651145,
          details: {
            status_notes: "Duplicate request.",
            service_name: "Sidewalk and Curb Issues",
            service_code: "006",
            expected_datetime: "2026-04-15T06:37:38-08:00",
            address_id: 545483,
            zipcode: 94122,
            media_url: "http://city.example.org/a.jpg",
          },
        },
      ]);
      const report = PROFILES.get("citizen-report")!;
      const shown = Object.keys(items[0] as JsonObject).filter((name) => report.isPublic(name));
      expect(shown).to.deep.equal(["category"]);
      expect(report.digestSlots).to.equal(16);
    });

    it("truth B field row 18: XML likewise, its numbers typed (h5)", async () => {
      const xml = (inner: string): string =>
        `<?xml version="1.0" encoding="utf-8"?><service_requests>${inner}</service_requests>`;
      const { items } = await read(
        xml("<request><service_request_id>638344</service_request_id><lat>37.762221815</lat></request>"),
        {
          name: "h5.xml",
          type: "",
        },
      );
      expect(items).to.deep.equal([{ category: "unspecified", requestId: "638344", latitude: 37.762221815 }]);
      const { items: full } = await read(
        xml(
          "<request><service_request_id>1</service_request_id><service_name>道路</service_name><service_code>12</service_code>" +
            "<description><![CDATA[a <b> &amp;]]></description><first_name>Ana</first_name><last_name>Ejemplo</last_name>" +
            "<email>a@example.org</email><phone/></request>",
        ),
        { type: "citizen-report", format: "open311" },
      );
      expect(full).to.deep.equal([
        {
          category: "service-12",
          requestId: "1",
          text: "a <b> &amp;",
          reporterEmail: "a@example.org",
          reporterName: "Ana Ejemplo",
          details: { service_name: "道路", service_code: "12" },
        },
      ]);
    });

    it("truth B field row 18: no document types, no entities, no other XML, and no text in messages", async () => {
      const cases: [xml: string, pattern: RegExp][] = [
        [
          '<!DOCTYPE a [<!ENTITY x "Maria">]><service_requests><request><a>&x;</a></request></service_requests>',
          /document type/,
        ],
        [
          "<service_requests><request><a>&x; Maria</a></request></service_requests>",
          /malformed at line 1, character \d+$/,
        ],
        ["<service_requests><request>Maria", /malformed/],
        ["<errors><error><code>400</code></error></errors>", /error answer of an Open311 server/],
        ["<rss><channel>Maria</channel></rss>", /of a kind that is not read here/],
        ["<service_requests><Maria/></service_requests>", /something else than a request/],
      ];
      for (const [xml, pattern] of cases) {
        const error = await expectRejection("USAGE", read(xml, { name: "x.xml", type: "" }), pattern);
        expect(error.message).to.not.include("Maria");
      }
      const deep = `<service_requests>${"<a>".repeat(200_000)}`;
      await expectRejection("JSON_TOO_DEEP", read(deep, { name: "x.xml", type: "" }), /nests deeper than 32/);
      const answer = read([{ code: 400, description: "Maria" }], { type: "" });
      await expectRejection("RECORD_INVALID", answer, /error answer of an Open311 server/);
    });

    it("truth B field row 18: a type that conceals nothing is refused, and a member that fits no claim by its name", async () => {
      await expectRejection("USAGE", read([REQUEST]), /about people.*--type citizen-report/);
      const { items } = await read([{ ...REQUEST, lat: "Maria" }], { type: "" });
      expect(items[0])
        .to.match(/^RECORD_INVALID: lat of the service request: it is not a number/)
        .and.not.include("Maria");
    });
  });

  it("truth B field rows 14 to 17: a type must be named, and a recognised document can be read as plain JSON", async () => {
    await expectRejection("USAGE", read([{ bn: "a", n: "b", v: 1 }], { type: "" }), /a SenML pack.*--type/);
    const { items } = await read({ type: "FeatureCollection", features: [] }, { type: "open", format: "json" });
    expect(items).to.deep.equal([{ type: "FeatureCollection", features: [] }]);
  });

  describe("names of claims", () => {
    const takes = (name: string): boolean => {
      try {
        PROFILES.get("sensor-reading")!.assertClaims({ [name]: 1 });
        return true;
      } catch {
        return false;
      }
    };

    it("truth B field row 10: are of any language in sensor-reading", () => {
      const names =
        "temperature|@iot.id|ayto:temperature|Unique Key|NÚMERO|PM2,5|#property|名称|施設名　カナ|2024|a,b,c|Straße|%RH|" +
        "Temp (°C)|CO₂ [ppm]|_id|κλίμα|гора|الحرارة|ガラス|m³/h|Qualité de l'air|20:00|€/m²";
      for (const name of names.split("|")) expect(takes(name), name).to.equal(true);
    });

    it("truth B field row 10: hold nothing that steers a terminal or a page, or cannot be seen", () => {
      const names = [
        "",
        " a",
        "a ",
        "a\u202eb",
        "a\0b",
        "a\u001b[31m",
        "a\nb",
        "a\u200bb",
        "\u3164",
        "\u2800",
        "a<b>",
        'a"b',
        "a\\b",
        "\u0301a",
        "a`b",
        "a\ufeffb",
        "a\u00adb",
        "...",
        "a\u2028b",
        "\ue000",
        "x".repeat(129),
      ];
      for (const name of names) expect(takes(name), JSON.stringify(name)).to.equal(false);
    });
  });
});

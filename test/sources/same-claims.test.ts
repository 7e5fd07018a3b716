// The readings of Santander's open data say the same whether they are submitted as they are, come as notifications of a
// broker, or as SenML packs of a gateway.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { encode } from "cborg";
import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { takeIn, type Adapter } from "../../src/sources/adapter.ts";
import { ngsiAdapter } from "../../src/sources/ngsi-adapter.ts";
import { senmlAdapter } from "../../src/sources/senml-adapter.ts";
import { ingest } from "../../src/write/ingest.ts";
import { ORIGIN, PROFILES } from "../support/ledger.ts";

const TYPE = "sensor-reading";
const FEED = readFileSync(join(import.meta.dirname, "..", "..", "examples", "feed.ndjson"), "utf8");
const READINGS = FEED.trim()
  .split("\n")
  .map((line) => JSON.parse(line) as JsonObject & { source: string; claims: Record<string, JsonValue> })
  .filter((record) => record["type"] === TYPE);

/** Claims of the records in a payload, as they enter the log. */
function claimsIn(adapter: Adapter, body: Uint8Array, type: string): JsonObject[] {
  const profile = PROFILES.get(TYPE)!;
  const payload = { bytes: body, type, headers: {}, at: Date.parse("2026-11-22T08:00:00Z") };
  return takeIn(adapter, payload, { source: "santander/env", type: TYPE, profile }).records.map(({ record }) => {
    if (record instanceof WarifuError) throw record;
    return ingest(record, PROFILES, ORIGIN).record.claims;
  });
}

/** The claims of a reading, from those of its entity, which say besides what entity and which notification it is of. */
function ofEntity(claims: JsonObject): JsonObject {
  const { id: _id, type: _type, subscriptionId: _subscription, notificationId: _notification, ...rest } = claims;
  const values = Object.entries(rest).filter(([name]) => !name.endsWith(".type"));
  return Object.fromEntries(values.map(([name, value]) => [name.replace(/\.value$/, ""), value]));
}

describe("Santander's readings", () => {
  const direct = READINGS.map((record) => ingest(record, PROFILES, ORIGIN).record.claims);

  it("say as notifications what they say submitted directly, in each form of NGSI-LD", () => {
    expect(READINGS.length).to.be.greaterThan(10);
    const forms: Readonly<Record<string, (value: JsonValue) => JsonValue>> = {
      simplified: (value) => value,
      concise: (value) => ({ value }),
      normalized: (value) => ({ type: "Property", value }),
    };
    for (const [form, attribute] of Object.entries(forms)) {
      const data = READINGS.map(({ source, claims }) => ({
        ...{ id: `urn:ngsi-ld:Environment:${source}`, type: "Environment" },
        ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, attribute(value)])),
      }));
      const body = Buffer.from(
        JSON.stringify({ id: "urn:ngsi-ld:Notification:1", type: "Notification", subscriptionId: "s", data }),
      );
      const claims = claimsIn(ngsiAdapter, body, "application/json").map(ofEntity);
      expect(claims, form).to.deep.equal(direct);
    }
  });

  it("say as a SenML pack, in JSON and in CBOR, what they say submitted directly", () => {
    for (const { source, claims } of READINGS) {
      const time = Date.parse(`${String(claims["dc:modified"])}`) / 1_000;
      const fields = Object.entries(claims).map(([name, vs]) => ({ n: name.replace(":", "."), vs: vs as string }));
      const pack = fields.map((field, at) => (at === 0 ? { bn: `${source}/`, bt: time, ...field } : field));
      const labels = { bn: -2, bt: -3, n: 0, vs: 3 };
      const inCbor = pack.map(
        (field) => new Map(Object.entries(field).map(([name, value]) => [labels[name as "n"], value])),
      );
      for (const [type, body] of [
        ["application/senml+json", Buffer.from(JSON.stringify(pack))],
        ["application/senml+cbor", encode(inCbor)],
      ] as const) {
        const records = claimsIn(senmlAdapter, body, type);
        const names = records.map(({ n }) =>
          String(n)
            .slice(source.length + 1)
            .replace(".", ":"),
        );
        expect(Object.fromEntries(records.map(({ vs }, at) => [names[at], vs]))).to.deep.equal(claims);
        expect(new Set(records.map(({ t }) => t))).to.deep.equal(new Set([time]));
      }
    }
  });
});

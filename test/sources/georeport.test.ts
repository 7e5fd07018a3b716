// What a city offers over Open311, as its file says it, and the claims that a posted request becomes.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonValue } from "../../src/core/json.ts";
import { keyOf } from "../../src/sources/adapter.ts";
import { GEOREPORT_READER } from "../../src/sources/georeport-reader.ts";
import { GEOREPORT, reportOf, RequestFields } from "../../src/sources/georeport.ts";
import { parseOpen311Settings, type Open311Service } from "../../src/sources/open311-services.ts";
import { derivedKeyNames } from "../../src/write/derived-keys.ts";
import { blocksOf, readDocument, ROOT } from "../docs/support/documents.ts";
import { expectCode } from "../support/expect-code.ts";
import { shippedProfiles } from "../support/service.ts";

const PROFILE = shippedProfiles().get("citizen-report")!.document;
const settings = (...services: JsonValue[]) => ({ format: "warifu-open311/1", services });

describe("the services of a city", () => {
  it("have their code as category unless they name another", () => {
    const { source, services } = parseOpen311Settings(
      settings({ code: "pothole", name: "Pothole" }, { code: "041", name: "Graffiti", category: "graffiti" }),
    );
    expect(source).to.equal("open311");
    expect(services.map(({ code, category }) => [code, category])).to.deep.equal([
      ["pothole", "pothole"],
      ["041", "graffiti"],
    ]);
  });

  it("are as the documentation shows them, and as they are shipped", () => {
    const block = blocksOf(readDocument("docs/sources.md")).find(({ content }) => content.includes("warifu-open311/1"));
    expect(parseOpen311Settings(JSON.parse(block?.content ?? "") as JsonValue).services).to.have.length(2);
    const shipped = readFileSync(join(ROOT, "profiles/open311/services.json"), "utf8");
    expect(parseOpen311Settings(JSON.parse(shipped) as JsonValue).services.length).to.be.greaterThan(5);
  });

  it("are refused where they contradict each other or name what is not there, each with its place", () => {
    const one = { code: "a", name: "A" };
    const wrong: readonly [JsonValue, RegExp][] = [
      [[], /it: /],
      [settings(), /services: /],
      [{ ...settings(one), format: "warifu-open311/2" }, /format: /],
      [{ ...settings(one), source: "a b" }, /source: must be the name of a source/],
      [settings({ ...one, colour: "red" }), /services\.0: .*colour/],
      [settings({ code: "041", name: "A" }), /services\.0\.category: is needed/],
      [settings({ code: "a/b", name: "A" }), /services\.0\.code: /],
      [settings(one, one), /two services have the same code/],
      [settings(one, { ...one, code: "b", category: "a" }), /two services have the same category/],
      [
        settings({ ...one, attributes: [{ code: "x", description: "X", values: [] }] }),
        /attributes\.0\.values: are there for/,
      ],
      [
        settings({ ...one, attributes: [{ code: "x", description: "X", datatype: "singlevaluelist" }] }),
        /values: are there/,
      ],
      [
        settings({ ...one, attributes: ["x", "x"].map((code) => ({ code, description: "X" })) }),
        /two attributes of a service have the same code/,
      ],
    ];
    for (const [value, why] of wrong) expectCode("CONFIG_INVALID", () => parseOpen311Settings(value), why);
  });
});

describe("a posted service request", () => {
  const service = parseOpen311Settings(settings({ code: "pothole", name: "Pothole" })).services[0] as Open311Service;
  const claimsOf = (...fields: [string, string][]) => reportOf(new RequestFields(fields), service, PROFILE);

  it("becomes the claims of a citizen report, and what has none of its own goes to the details", () => {
    const claims = claimsOf(
      ["api_key", "wk_secret"],
      ["jurisdiction_id", "city.example"],
      ["service_code", "pothole"],
      ["address_string", "Main street"],
      ["lat", "59.910"],
      ["long", "-0.50"],
      ["device_id", "d1"],
      ["email", ""],
      ["service_name", "Something else"],
      ["x-own", "1"],
    );
    expect(claims).to.deep.equal({
      ...{ category: "pothole", address: "Main street", latitude: 59.91, longitude: -0.5 },
      details: { device_id: "d1", service_name: "Something else", "x-own": "1" },
    });
  });

  it("has no key in the store that could be tried", () => {
    const named = derivedKeyNames(() => "named");
    for (const adapter of [GEOREPORT, GEOREPORT_READER]) expect(named(keyOf(adapter, {}))).to.equal("named");
  });

  it("is refused by a profile that would publish it", () => {
    const open = { ...PROFILE, concernsPeople: false };
    const fields = new RequestFields([["address_string", "Main street"]]);
    expectCode("CONFIG_INVALID", () => reportOf(fields, service, open), /concerns people/);
  });

  it("two names for one thing are one thing twice", () => {
    const both = [
      ["address", "a"],
      ["address_string", "b"],
    ] as [string, string][];
    expectCode("RECORD_INVALID", () => claimsOf(...both), /a field twice/);
  });
});

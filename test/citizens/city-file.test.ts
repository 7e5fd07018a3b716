// The city's file: the samples are taken, and what is wrong is named by its place.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseCity, readCity } from "../../src/citizens/city-file.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

const CITIES = join(import.meta.dirname, "../../cities");
const santander = (): JsonObject => JSON.parse(readFileSync(join(CITIES, "santander.json"), "utf8")) as JsonObject;

describe("the city's file", () => {
  it("is read: both samples, with the source that they name", () => {
    const cities = readdirSync(CITIES).map((file) => readCity(join(CITIES, file)));
    expect(cities.map((one) => one?.city).sort()).to.deep.equal(["fujisawa", "santander"]);
    expect(new Set(cities.map((one) => one?.source))).to.deep.equal(new Set(["app"]));
    expect(readCity(undefined)).to.equal(undefined);
  });

  it("may leave out what has a default", () => {
    const { source: _, placeNames: __, joinConsents: ___, ...rest } = santander();
    const { moderation, ...city } = parseCity(rest);
    expect(city).to.include({ source: "app" });
    expect([city.placeNames, city.joinConsents]).to.deep.equal([[], []]);
    expect(moderation.commentsPerDay).to.equal(50);
  });

  const WRONG: readonly (readonly [what: string, change: JsonObject, place: RegExp])[] = [
    ["another format", { format: "warifu-city/2" }, /format/],
    ["an unknown member", { twitter: "@city" }, /it: /],
    ["no name in a language", { names: { en: "S", es: "S" } }, /names\.ja/],
    ["a code in capitals", { city: "SDR" }, /city/],
    ["a language twice", { languages: ["es", "es"] }, /languages: names one twice/],
    ["a language that the app does not speak", { languages: ["fr"] }, /languages\.0/],
    ["no category", { categories: [] }, /categories/],
    ["a source of records from elsewhere", { source: "received/fujisawa" }, /source: begins with received/],
    ["no limit", { moderation: { newAccountHours: 1 } }, /moderation\.postsPerDay/],
  ];
  for (const [what, change, place] of WRONG)
    it(`is refused with ${what}`, () => {
      expectCode("CONFIG_INVALID", () => parseCity({ ...santander(), ...change }), place);
    });

  it("is refused with an area inside out, or a code twice", () => {
    const [area] = santander()["areas"] as JsonObject[];
    const inside = { ...area!, box: [43.5, -3.8, 43.4, -3.7] };
    expectCode("CONFIG_INVALID", () => parseCity({ ...santander(), areas: [inside] }), /areas\.0\.box/);
    expectCode("CONFIG_INVALID", () => parseCity({ ...santander(), areas: [area!, area!] }), /areas: has a code twice/);
  });

  it("names the file and its fault", () => {
    const path = join(temporaryFolder(), "city.json");
    writeFileSync(path, "{");
    expectCode("CONFIG_INVALID", () => readCity(path), /WARIFU_CITY: .*city\.json cannot be used/);
    expectCode("CONFIG_INVALID", () => readCity("/nowhere/city.json"), /WARIFU_CITY/);
  });
});

// The law as data: the files that come with the program, what is refused in one, and which of them is in force.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { LANGUAGES, OPERATIONS, parseLaw, readLaw } from "../../src/privacy/law.ts";
import { REQUEST_OPERATIONS } from "../../src/core/request-event.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

const FOLDER = join(import.meta.dirname, "../../laws");
const JURISDICTIONS = ["eu", "jp-operator", "jp-public-body"];

function fileOf(jurisdiction: string): JsonObject {
  return JSON.parse(readFileSync(join(FOLDER, `${jurisdiction}.json`), "utf8")) as JsonObject;
}

describe("the law data", () => {
  for (const jurisdiction of JURISDICTIONS)
    it(`of ${jurisdiction} says something of every operation, and of requests a deadline and what to tell`, () => {
      const law = readLaw([FOLDER], jurisdiction);
      expect(Object.keys(law.operations).sort()).to.deep.equal([...OPERATIONS].sort());
      for (const operation of REQUEST_OPERATIONS) {
        expect(law.operations[operation].deadline, operation).to.not.equal(undefined);
        expect(law.operations[operation].tell, operation).to.not.equal(undefined);
      }
      for (const [id, { title }] of Object.entries(law.provisions))
        for (const language of LANGUAGES) expect(title[language], id).to.not.equal("");
    });

  it("differs in deadlines, in who acts and in what is recorded and told", () => {
    const [eu, operator, publicBody] = JURISDICTIONS.map((one) => readLaw([FOLDER], one).operations.access);
    expect(eu?.deadline).to.deep.equal({ months: 1, extension: { months: 2 }, isStatutory: true });
    expect(operator?.deadline).to.deep.equal({ without: "delay", days: 14, isStatutory: false });
    expect(publicBody?.deadline).to.deep.equal({ days: 30, extension: { days: 30 }, isStatutory: true });
    expect(new Set([eu, operator, publicBody].map((one) => one?.actor)).size).to.equal(3);
    expect(eu?.records).to.not.include("identity-check");
    expect(publicBody?.records).to.include("identity-check");
    expect(publicBody?.tell?.refused).to.include("review-request");
  });

  it("marks what nobody has held against the source", () => {
    const { provisions } = readLaw([FOLDER], "jp-public-body");
    expect(Object.values(provisions).map(({ verified }) => verified)).to.not.include(true);
  });

  it("is refused with the place of what is wrong", () => {
    const eu = fileOf("eu");
    const operations = eu["operations"] as JsonObject;
    const access = operations["access"] as JsonObject;
    const withAccess = (change: JsonObject): JsonValue => ({
      ...eu,
      operations: { ...operations, access: { ...access, ...change } },
    });
    const wrong: [JsonValue, RegExp][] = [
      [[], /not a law: it/],
      [{ ...eu, more: 1 }, /more/],
      [{ ...eu, lawVersion: "2018-13-01" }, /lawVersion/],
      [{ ...eu, timeZone: "Europe/Atlantis" }, /timeZone: is a name of the IANA time zones/],
      [{ ...eu, sources: ["http://x.example"] }, /sources\.0/],
      [withAccess({ provisions: ["gdpr-99"] }), /operations\.access\.provisions: names gdpr-99/],
      [withAccess({ deadline: { months: 1, days: 3, isStatutory: true } }), /exactly one of months, days and hours/],
      [withAccess({ deadline: { months: 1, extension: {}, isStatutory: true } }), /extension without one span/],
      [withAccess({ deadline: { days: 9, without: "delay", isStatutory: true } }), /not the law's own/],
      [withAccess({ tell: { done: ["joke"] } }), /operations\.access\.tell/],
      [{ ...eu, operations: {} }, /operations/],
      [{ ...eu, breachClocks: [] }, /breachClocks/],
    ];
    for (const [value, message] of wrong) expectCode("CONFIG_INVALID", () => parseLaw(value), message);
  });

  it("of a city replaces that of the program, and a jurisdiction without one is refused", () => {
    const folder = temporaryFolder();
    try {
      writeFileSync(join(folder, "own.json"), JSON.stringify({ ...fileOf("eu"), lawVersion: "2030-01-01" }));
      expect(readLaw([FOLDER, folder], "eu").lawVersion).to.equal("2030-01-01");
      expect(readLaw([FOLDER, folder], "jp-operator").lawVersion).to.equal("2023-04-01");
      expectCode("CONFIG_INVALID", () => readLaw([FOLDER], "us"), /only for eu, jp-operator, jp-public-body/);
      expectCode("CONFIG_INVALID", () => readLaw([join(folder, "none")], "eu"), /WARIFU_LAWS/);
      writeFileSync(join(folder, "own.json"), "{");
      expectCode("CONFIG_INVALID", () => readLaw([FOLDER, folder], "eu"), /own\.json/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

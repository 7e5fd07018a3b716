// E9: no count and no list that somebody without an officer's key is given depends on what is concealed, so none has cells of few
// people, and no two answers differ by a person. Counts over concealed claims do not exist: they cannot even be asked for.

import { expect } from "chai";

import { isAboutPeople } from "../../src/http/handling/metrics.ts";
import { ROUTES } from "../../src/http/routes.ts";
import type { Role } from "../../src/keys/api-keys.ts";
import { createClient } from "../../src/client/client.ts";
import { exampleNotice } from "../privacy/support/rights.ts";
import { report } from "../support/ledger.ts";
import { shippedProfiles, startService, type TestService } from "../support/service.ts";
import { call, submit, type Result } from "./support/call.ts";

const NOW = Date.parse("2026-11-28T09:00:00Z");
const RECORDS = 6;
const ASKERS: readonly (Role | undefined)[] = [undefined, "submitter", "auditor", "admin"];
/** What a process tells of itself, and how long answers took. */
const OF_THE_PROCESS = /^(process_|nodejs_|warifu_http_request_duration|warifu_chain_answer)/;

interface City {
  readonly service: TestService;
  readonly ids: readonly string[];
}

describe("E9: small cells", () => {
  let one: City;
  let many: City;
  before(async () => {
    // The same public claims at the same time: in one city all are of one person, in the other each is of another.
    one = await cityWith(() => ({ text: "x", reporterEmail: "ana@example.org", latitude: 43.46, longitude: -3.8 }));
    many = await cityWith((at) => ({
      ...{ text: "y".repeat(100 * at), reporterEmail: `${at}@example.org`, address: `${at} Elm Road` },
      ...{ latitude: at, reportedAt: `2026-11-2${at}T09:00:00Z`, language: "es" },
    }));
  });
  after(async () => {
    await one.service.stop();
    await many.service.stop();
  });

  it("no number in any answer depends on whose records they are, or on what they conceal", async () => {
    let compared = 0;
    for (const route of ROUTES.filter(({ method, path }) => method === "get" && !/tile|openapi/.test(path)))
      for (const role of ASKERS)
        for (const at of route.path.includes("{id}") ? [0, RECORDS - 1] : [0]) {
          const [first, second] = [
            await numbersOf(one, route.path, at, role),
            await numbersOf(many, route.path, at, role),
          ];
          expect(first, `${role ?? "nobody"} ${route.path}`).to.deep.equal(second);
          compared += first.length;
        }
    expect(compared).to.be.greaterThan(1_000);
  });

  it("one more resident changes no number but how many records there are", async () => {
    const before = await numbersOf(one, "/v1/sources", 0, "auditor");
    await submit(one.service, recordWith(0, { reporterEmail: "new@example.org" }));
    await submit(many.service, recordWith(0, { reporterEmail: "0@example.org" }));
    const after = await numbersOf(one, "/v1/sources", 0, "auditor");
    expect(after).to.have.length(before.length).and.not.deep.equal(before);
    expect(after).to.deep.equal(await numbersOf(many, "/v1/sources", 0, "auditor"));
  });

  it("no list can be narrowed by a claim that is concealed", async () => {
    const { document, isPublic } = shippedProfiles().get("citizen-report")!;
    const claims = Object.keys(document.claims["properties"] as object).filter((name) => !isPublic(name));
    expect(claims).to.include.members(["reporterEmail", "latitude", "text"]);
    for (const path of ["/v1/records", "/v1/sources", "/v1/privacy/requests", "/v1/checkpoints", "/v1/anchors"])
      for (const name of claims) {
        const { status } = await call(one.service, `${path}?${name}=1`, { role: "auditor" });
        expect(status, `${path}?${name}`).to.equal(400);
      }
    const listed = async (query: string) => (await call(one.service, `/open311/v2/requests.json${query}`)).text;
    for (const name of claims.filter((one) => one !== "status"))
      expect(await listed(`?${name}=1`), name).to.be.oneOf([await listed(""), await listed("?unknown=1")]);
  });

  it("neither how often nor for how long officers look for somebody is in the open metrics", async () => {
    await call(one.service, "/v1/privacy/persons", { role: "officer", body: '{"reporterEmail":"ana@example.org"}' });
    const routesFor = async (role?: Role) => {
      const { text } = await call(one.service, "/metrics", role ? { role } : {});
      return [...text.matchAll(/duration_seconds_sum\{[^}]*route="([^"]*)"/g)].map(([, route]) => route);
    };
    expect(await routesFor("auditor"))
      .to.include("/v1/privacy/persons")
      .and.include("/v1/records");
    for (const role of [undefined, "submitter"] as const) {
      expect((await routesFor(role)).filter((route) => /privacy|disclosures|original/.test(route!))).to.deep.equal([]);
      expect(await routesFor(role)).to.include("/v1/records");
    }
  });

  it("nor for how long people are told of their own, or officers of what was said about somebody", () => {
    const own = ROUTES.map(({ path }) => path.replaceAll("{", ":").replaceAll("}", "")).filter((path) =>
      path.startsWith("/v1/citizens/me/"),
    );
    expect(own).to.include("/v1/citizens/me/export");
    for (const route of [...own, "/v1/records/:id/moderation/words"])
      expect(isAboutPeople(route), route).to.equal(true);
    expect(isAboutPeople("/v1/records/:id")).to.equal(false);
  });

  it("how many records a person has is said to officers alone", async () => {
    for (const role of ASKERS) {
      const body = JSON.stringify({ reporterEmail: "ana@example.org" });
      const options = role ? { role, body } : { body };
      expect((await call(one.service, "/v1/privacy/persons", options)).status).to.be.oneOf([401, 403]);
      expect((await call(one.service, "/v1/privacy/retention", options)).status).to.be.oneOf([401, 403]);
    }
  });
});

function recordWith(at: number, concealed: object): string {
  const claims = { category: at % 2 === 0 ? "noise" : "pothole", area: "centro", ...concealed };
  return JSON.stringify(report(1, { source: "city/app", claims }));
}

async function cityWith(concealed: (at: number) => object): Promise<City> {
  const limits = { openingsPerMinute: 1_000_000, ratePerMinute: 1_000_000 };
  const service = await startService({ limits, logLevel: "silent", now: () => NOW });
  const ids: string[] = [];
  for (let at = 0; at < RECORDS; at++) {
    const { json } = await submit(service, recordWith(at, concealed(at)));
    ids.push((json as Required<Result>).id);
  }
  const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
  await officer.addNotice(exampleNotice("es"));
  await officer.openRequest({ operation: "object", records: [ids[1]!] });
  await officer.restrict({ state: "objected", purposes: ["research"], basis: "gdpr-21", records: [ids[1]!] });
  await officer.eraseRecords([ids[2]!], { basis: "gdpr-17-1-a" });
  return { service, ids };
}

/** The status of an answer and every number in it, with its name. */
async function numbersOf({ service, ids }: City, path: string, at: number, role?: Role): Promise<string[]> {
  const values: Readonly<Record<string, string>> = { id: ids[at]!, format: "json", name: "city%2Fapp", number: "0" };
  const filled = path
    .replace("Observations({id})", `Observations('${ids[at]}')`)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "00");
  const { status, text, json } = await call(service, filled, role ? { role } : {});
  const numbers = json === undefined ? samplesIn(text) : [];
  const add = (name: string, value: unknown): void => {
    if (typeof value === "number") numbers.push(`${name} ${value}`);
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value)) add(`${name}.${key}`, one);
  };
  add("", json);
  return [`status ${status}`, ...numbers];
}

/** The lines of an exposition that say something of the log. */
function samplesIn(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("warifu_") && !OF_THE_PROCESS.test(line));
}

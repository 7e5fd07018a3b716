// Finding the records of a person: officers alone, of the sources of their key, and nothing of it outside the vault.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { createClient } from "../../../src/client/client.ts";
import { parseBody } from "../../../src/core/body.ts";
import { ROLES } from "../../../src/keys/api-keys.ts";
import type { PersonPage } from "../../../src/client/answers.ts";
import { runHere } from "../../cli/support/run-here.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type Result } from "../support/call.ts";

const MAIL = "Jane.Canary@example.org";
const PHONE = "+34 600 123 456";

describe("the records of a person", () => {
  let service: TestService;
  let ids: string[];
  let now = Date.parse("2026-11-28T08:00:00Z");
  before(async () => {
    service = await startService({ now: () => now, logLevel: "debug", limits: { openingsPerMinute: 12 } });
    ids = [];
    for (const [source, claims] of [
      ["city/app", { reporterEmail: MAIL, text: "one" }],
      ["city/app", { reporterEmail: "john@example.org", text: "two" }],
      ["port/app", { reporterEmail: MAIL.toLowerCase(), reporterPhone: PHONE }],
      ["city/app", { reporterPhone: "0034600123456" }],
      ["city/app", { reporterName: "Jane Canary" }],
    ] as const) {
      const record = { type: "citizen-report", source, claims: { category: "pothole", ...claims } };
      ids.push(((await submit(service, JSON.stringify(record))).json as Required<Result>).id);
    }
  });
  after(() => service.stop());
  beforeEach(() => {
    now += 61_000;
  });

  const find = (body: unknown, more: object = {}, query = "") =>
    call(service, `/v1/privacy/persons${query}`, { role: "officer", body: JSON.stringify(body), ...more });
  const found = async (body: unknown, more: object = {}, query = ""): Promise<PersonPage> => {
    const answer = await find(body, more, query);
    expect(answer.status, answer.text).to.equal(200);
    return answer.json as PersonPage;
  };

  it("are found by any value that identifies the person, in any spelling", async () => {
    const { subjects, items, nextCursor } = await found({ reporterEmail: " jane.canary@EXAMPLE.org" });
    expect(subjects).to.have.length(1);
    expect(items.map(({ id }) => id)).to.deep.equal([ids[0], ids[2], ids[3]]);
    expect(items.map((item) => item.subjects)).to.deep.equal([subjects, subjects, subjects]);
    expect(nextCursor).to.equal(null);
    expect((await found({ reporterPhone: "34600123456" })).items).to.deep.equal(items);
    const both = await found({ reporterPhone: PHONE, reporterEmail: "john@example.org" });
    expect(both.subjects).to.have.length(2);
    expect(both.items.map(({ id }) => id)).to.deep.equal([ids[0], ids[1], ids[2], ids[3]]);
    expect(await found({ reporterEmail: "nobody@example.org" })).to.deep.equal({
      subjects: [],
      items: [],
      nextCursor: null,
    });
  });

  it("come in pages", async () => {
    const listed: string[] = [];
    for (let cursor: string | null = "0"; cursor !== null;) {
      const page: PersonPage = await found({ reporterEmail: MAIL }, {}, `?limit=2&cursor=${cursor}`);
      expect(page.items.length).to.be.at.most(2);
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(listed).to.deep.equal([ids[0], ids[2], ids[3]]);
  });

  it("are for an officer alone: every other role, and nobody, learns nothing, whoever is sought", async () => {
    for (const role of [undefined, ...ROLES.filter((one) => one !== "officer")]) {
      const texts = new Set<string>();
      for (const body of [{ reporterEmail: MAIL }, { reporterEmail: "nobody@example.org" }, { text: "x" }, [], "{"]) {
        const answer = await find(body, { role });
        expectProblem(answer, role ? 403 : 401, role ? "FORBIDDEN" : "UNAUTHENTICATED");
        texts.add(answer.text.replace(/urn:uuid:[0-9a-f-]+/, ""));
      }
      expect([...texts], String(role)).to.have.length(1);
    }
  });

  it("of other sources than the key's are not hinted at", async () => {
    const { key } = await service.access.issue("of the port", "officer", { sources: ["port/*"] });
    const more = { role: undefined, headers: { authorization: `Bearer ${key}` } };
    expect((await found({ reporterEmail: MAIL }, more)).items.map(({ id }) => id)).to.deep.equal([ids[2]]);
    const elsewhere = await found({ reporterEmail: "john@example.org" }, more);
    expect(elsewhere).to.deep.equal(await found({ reporterEmail: "nobody@example.org" }, more));
  });

  it("are sought by values that a profile says identify somebody, and nothing that was sent is repeated", async () => {
    for (const body of [{ reporterName: MAIL }, { [MAIL]: "reporterEmail" }, {}, [MAIL], { reporterEmail: 1 }, MAIL]) {
      const answer = await find(body);
      expectProblem(answer, 400, "REQUEST_INVALID");
      expect(answer.text).not.to.include("Canary");
    }
    expect((await find({ reporterName: MAIL })).text).to.include("reporterEmail, reporterId, reporterPhone");
  });

  it("are sought as often as a key may see openings, and each search is on record without its values", async () => {
    for (let i = 0; i < 12; i++) await found({ reporterEmail: MAIL });
    expectProblem(await find({ reporterEmail: MAIL }), 429, "RATE_LIMITED");
    expect(service.logText()).to.match(/"event":"person-sought"[^\n]*"route":"\/v1\/privacy\/persons"/);
    expect(service.logText()).not.to.match(/canary|600123456|600 123|sub_/i);
    expect((await call(service, "/metrics", { role: "admin" })).text).not.to.match(/canary/i);
  });

  it("go with what is erased", async () => {
    const record = { category: "pothole", reporterEmail: "gone@example.org" };
    const text = JSON.stringify({ type: "citizen-report", source: "city/app", claims: record });
    const { leafIndex } = (await submit(service, text)).json as Required<Result>;
    expect((await found({ reporterEmail: "gone@example.org" })).items).to.have.length(1);
    await service.log.writer.erase(leafIndex);
    expect((await found({ reporterEmail: "gone@example.org" })).items).to.deep.equal([]);
  });

  it("are found with the client and on the command line, which takes the value from a file or stdin alone", async () => {
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    const page = await officer.findPerson({ reporterEmail: MAIL }, { limit: 2 });
    expect(page.items.map(({ id }) => id)).to.deep.equal([ids[0], ids[2]]);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "value"), `${MAIL}\n`);
    const asked = ["privacy", "find", "--url", service.url, "--key", service.keys.officer, "--claim", "reporterEmail"];
    const run = await runHere([...asked, "--value-from", "value", "--json"], folder);
    expect(run.code, run.stderr).to.equal(0);
    const { subjects, records } = JSON.parse(run.stdout) as { subjects: string[]; records: { id: string }[] };
    expect(subjects).to.deep.equal(page.subjects);
    expect(records.map(({ id }) => id)).to.deep.equal([ids[0], ids[2], ids[3]]);
    const shown = await runHere([...asked, "--value-from", "value"], folder);
    expect(shown.stdout).to.include(`${ids[2]}  leaf `).and.to.include(subjects[0]!);
    expect(shown.stdout + shown.stderr).not.to.match(/canary/i);
    const unasked = await runHere(asked, folder);
    expect([unasked.code, unasked.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 2 && /stdin/.test(text),
    );
  });

  it("E7 share nothing outside the vault that others do not share with them", async () => {
    const send = async (mail: string): Promise<number> => {
      const claims = { category: "noise", reporterEmail: mail, reporterPhone: mail.length.toString() };
      const text = JSON.stringify({ type: "citizen-report", source: "city/app", claims });
      return ((await submit(service, text)).json as Required<Result>).leafIndex;
    };
    const [first, second, other] = [await send(MAIL), await send(MAIL), await send("mary@example.org")];
    const entries = await Promise.all(
      [first, second, other].map(async (at) => (await service.store.entries(at!, at! + 1))[0]!),
    );
    // What two records of one person have in common, they have in common with that of another.
    const common = (a: object, b: object): string[] =>
      Object.entries(a).flatMap(([name, value]) =>
        JSON.stringify(value) === JSON.stringify((b as Record<string, unknown>)[name]) ? [name] : [],
      );
    expect(common(entries[0]!, entries[1]!)).to.deep.equal(common(entries[0]!, entries[2]!));
    const [one, two] = entries.map(({ body }) => parseBody(body!));
    expect(one!.digests.filter((digest) => two!.digests.includes(digest))).to.deep.equal([]);
    // Nor does anything of the index lie in the ledger: it has neither subjects nor the digests of values.
    const vault = new DatabaseSync(join(service.folder, "vault.sqlite"), { readOnly: true, timeout: 60_000 });
    const digests = vault.prepare("SELECT DISTINCT digest FROM person").all();
    vault.close();
    expect(digests.length).to.be.greaterThan(3);
    const files = readdirSync(service.folder).filter((name) => !name.startsWith("vault.sqlite"));
    const bytes = Buffer.concat(files.map((name) => readFileSync(join(service.folder, name))));
    expect(bytes.includes(Buffer.from(entries[0]!.bodyDigest)), "the search finds what is there").to.equal(true);
    for (const { digest } of digests)
      for (const form of [
        Buffer.from(digest as Uint8Array),
        Buffer.from(Buffer.from(digest as Uint8Array).toString("hex")),
      ])
        expect(bytes.includes(form)).to.equal(false);
    expect(bytes.includes("sub_")).to.equal(false);
  });
});

// E7: two records of one person, and one person in two logs. What they have in common outside the vault, they have in common
// with the records of somebody else who said the same: leaves, bodies, rows of the ledger, and every event about them.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { createClient } from "../../src/client/client.ts";
import { parseBody } from "../../src/core/body.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import { exampleNotice } from "../privacy/support/rights.ts";
import { report } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { submit, type Result } from "./support/call.ts";

const NOW = Date.parse("2026-11-28T09:00:00Z");
const UNTIL = NOW / 1_000 + 3_600;
const GRANT = { claims: ["text"], recipient: "the same", purpose: "audit", purposeText: "x" } as const;
const PEOPLE = { ana: "ana@example.org", ben: "ben@example.org" };
type Person = keyof typeof PEOPLE;
/** In each log, each person has two. */
const RECORDS = 2;

/** What is public about one record, in the order in which it was entered: its leaf first, then events. */
type Trail = readonly ReadonlySet<string>[];

interface Log {
  readonly service: TestService;
  readonly trails: Readonly<Record<Person, readonly Trail[]>>;
  readonly rows: Readonly<Record<Person, readonly Trail[]>>;
}

describe("E7: links", () => {
  const logs: Log[] = [];
  before(async () => {
    // Four others before them in the second one, so that no number is the same by chance of its place.
    for (const [origin, before] of [
      ["one.example/log", 0],
      ["two.example/log", 4],
    ] as const)
      logs.push(await filledLog(origin, before));
  });
  after(async () => {
    for (const { service } of logs) await service.stop();
  });

  it("two records of one person share no more than records of two people", () => {
    for (const { trails, rows } of logs)
      for (const kind of [trails, rows]) {
        const [first, second] = kind.ana as [Trail, Trail];
        expect(commonTo(first, second)).to.deep.equal(commonTo(first, kind.ben[1]!));
      }
  });

  it("one person's records in two logs share no more than those of two people", () => {
    const [one, two] = logs as [Log, Log];
    for (const at of [0, 1]) {
      const first = one.trails.ana[at]!;
      expect(commonTo(first, two.trails.ana[at]!)).to.deep.equal(commonTo(first, two.trails.ben[at]!));
      expect(commonTo(one.rows.ana[at]!, two.rows.ana[at]!)).to.deep.equal(
        commonTo(one.rows.ana[at]!, two.rows.ben[at]!),
      );
    }
  });

  it("a value that follows from the person would be noticed", () => {
    const [first, second] = logs[0]!.trails.ana as [Trail, Trail];
    const marked = (trail: Trail): Trail => trail.map((values) => new Set([...values, "subject=sub_ana"]));
    expect(commonTo(marked(first), marked(second))).to.not.deep.equal(commonTo(first, logs[0]!.trails.ben[1]!));
  });

  it("no event names more than one record, nor a pseudonym, whatever is done about both at once", async () => {
    const [{ service }] = logs as [Log, Log];
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    const both = [await sent(service, PEOPLE.ana), await sent(service, PEOPLE.ana)];
    const ids = both.map(({ id }) => id);
    await officer.openRequest({ operation: "rectify", records: ids, text: "x" });
    await officer.rectify(ids[0]!, ids[1]!, "gdpr-16");
    await officer.grantDisclosure({ ...GRANT, records: ids, until: UNTIL });
    await officer.restrict({ state: "restricted", basis: "gdpr-18", records: ids });
    const { id: breach } = await officer.noteBreach({ facts: { nature: "x" }, records: ids });
    await officer.tellPeople(breach, { subjects: "all", complete: true });
    await officer.eraseRecords(ids, { basis: "gdpr-17-1-a" });
    const entries = await service.store.entries(0, service.log.tree.publishedSize);
    const events = entries.filter(({ kind, body }) => !["record", "profile"].includes(kind) && body);
    expect(new Set(events.map(({ kind }) => kind))).to.include.all.keys("consent", "disclosure", "erasure");
    for (const { body } of events) {
      const { content, vct } = parseBody(body!);
      const text = JSON.stringify(content);
      const named = both.filter(({ leafIndex }) => new RegExp(`\\b${leafIndex}\\b`).test(text));
      expect(named.length, vct).to.be.lessThan(2);
      expect(text).to.not.match(/sub_|own_|@example/);
    }
  });
});

/** A log in which the same was done for two people, step by step. */
async function filledLog(origin: string, before: number): Promise<Log> {
  const limits = { openingsPerMinute: 1_000_000, ratePerMinute: 1_000_000 };
  const service = await startService({ origin, limits, logLevel: "silent", now: () => NOW });
  const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
  const send = (mail: string) => sent(service, mail);
  await officer.addNotice(exampleNotice("es"));
  for (let i = 0; i < before; i++)
    await doEverything(officer, (await send("cat@example.org")).id, "cat@example.org", service.url);
  const leaves: Record<Person, number[][]> = { ana: [], ben: [] };
  const rows: Record<Person, Trail[]> = { ana: [], ben: [] };
  for (let round = 0; round < RECORDS; round++)
    for (const person of Object.keys(PEOPLE) as Person[]) {
      const { id, leafIndex } = await send(PEOPLE[person]);
      rows[person].push(rowsOf(service.folder, leafIndex));
      const from = service.log.tree.publishedSize;
      await doEverything(officer, id, PEOPLE[person], service.url);
      const events = service.log.tree.publishedSize - from;
      leaves[person].push([leafIndex, ...Array.from({ length: events }, (_, at) => from + at)]);
    }
  const trailOf = async (all: readonly number[]): Promise<Trail> =>
    Promise.all(all.map(async (leaf) => valuesIn(service, leaf)));
  const trailsOf = (person: Person): Promise<Trail[]> => Promise.all(leaves[person].map(trailOf));
  return { service, rows, trails: { ana: await trailsOf("ana"), ben: await trailsOf("ben") } };
}

async function sent(service: TestService, mail: string): Promise<Required<Result>> {
  const claims = { category: "noise", text: "every night", reporterEmail: mail };
  const answer = await submit(service, JSON.stringify(report(1, { source: "city/app", claims })));
  return answer.json as Required<Result>;
}

/** Consent, a request, restriction, disclosure and erasure. */
async function doEverything(
  officer: ReturnType<typeof createClient>,
  id: string,
  mail: string,
  url: string,
): Promise<void> {
  const { subjects } = await officer.findPerson({ reporterEmail: mail });
  const subject = subjects[0]!;
  await officer.noteConsent({ state: "given", purpose: "research", language: "es", subject });
  const request = await officer.openRequest({ operation: "object", subject });
  await officer.noteIdentity(request.id);
  const objected = { state: "objected", purposes: ["research"], basis: "gdpr-21", records: [id], subject } as const;
  const { id: restriction } = await officer.restrict({ ...objected, request: request.id });
  await officer.liftRestriction(restriction, { basis: "gdpr-21" });
  const { disclosure, token } = await officer.grantDisclosure({ ...GRANT, records: [id], until: UNTIL });
  await createClient({ url, apiKey: token, attempts: 1 }).sdJwt(disclosure, id);
  await officer.withdrawDisclosure(disclosure);
  await officer.eraseRecords([id], { basis: "gdpr-17-1-a" });
}

/** Every value in the entry and the body of a leaf, with the name that it has there. */
async function valuesIn({ store }: TestService, leafIndex: number): Promise<ReadonlySet<string>> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  const { kind, sourceId, seq, bodyDigest, body } = entry!;
  const bytes = Buffer.from(encodeEntry({ kind, sourceId, seq, bodyDigest })).toString("hex");
  const values = new Set<string>();
  const add = (name: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) values.add(`${name}=${String(value)}`);
    else for (const [key, one] of Object.entries(value)) add(Array.isArray(value) ? name : `${name}.${key}`, one);
  };
  add("", JSON.parse(new TextDecoder().decode(body!)));
  add("entry", [bytes, bytes.slice(0, 68), bytes.slice(68)]);
  return values;
}

/** Every value of the rows of a ledger that belong to a leaf. */
function rowsOf(folder: string, leafIndex: number): Trail {
  const db = new DatabaseSync(join(folder, "ledger.sqlite"), { readOnly: true, timeout: 60_000 });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const values = tables.flatMap(({ name: table }) => {
    const columns = db.prepare(`PRAGMA table_info(${String(table)})`).all();
    if (!columns.some(({ name }) => name === "leaf_index")) return [];
    const rows = db.prepare(`SELECT * FROM ${String(table)} WHERE leaf_index = ?`).all(leafIndex);
    return rows.flatMap(Object.entries).map(([column, value]) => `${String(table)}.${column}=${textOf(value)}`);
  });
  db.close();
  expect(values.length).to.be.greaterThan(5);
  return [new Set(values)];
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

/** What two trails share, step by step. */
function commonTo(one: Trail, other: Trail): string[][] {
  expect(one.length).to.equal(other.length);
  return one.map((values, at) => [...values].filter((value) => other[at]!.has(value)).sort());
}

// What the log's own events conceal goes when its time by the law is over, or with the person: what people wrote in requests,
// and to whom records were given or from whom they came. What these events say in clear stays.

import { join } from "node:path";

import { expect } from "chai";

import { isErasure, erasureOf } from "../../src/core/erasure-event.ts";
import { provisionEvent, receptionEvent } from "../../src/events/provision.ts";
import { claimsAt } from "../../src/privacy/concealed.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { EventRetention } from "../../src/privacy/event-retention.ts";
import { Retention, type RetentionReport } from "../../src/privacy/retention.ts";
import { expectClean, report } from "../support/ledger.ts";
import { lawOf, openRights, type TestRights } from "./support/rights.ts";

describe("what events conceal", () => {
  let here: TestRights;
  let jurisdiction: string;
  const start = async (law: string): Promise<void> => {
    jurisdiction = law;
    here = await openRights(law, "2026-11-28T09:00:00Z");
  };
  afterEach(() => here.close());

  async function run(dryRun = false): Promise<RetentionReport> {
    const { log } = here.ledger;
    const { now } = here;
    const isRestricted = (leaf: number) => here.rights.restrictions.isRestricted(leaf, "retention", "retention");
    const events = new EventRetention({ ...log, now, isRestricted }, lawOf(jurisdiction));
    return new Retention({ log, events, file: join(here.ledger.folder, "retention.json"), now, isRestricted }).run({
      dryRun,
    });
  }
  const counted = async (dryRun?: boolean): Promise<string[]> =>
    (await run(dryRun)).statements.map(({ what, events }) => `${what} ${events}`);
  const isThere = async (leaf: number): Promise<boolean> => (await claimsAt(leaf, here.ledger.log)) !== undefined;
  const submit = async (...numbers: number[]): Promise<number[]> =>
    (await here.ledger.submit(numbers.map((number) => report(number)))).map(({ leafIndex }) => leafIndex);
  const erase = (records: readonly number[]) => eraseRecords(records, { basis: "gdpr-17-1-a" }, here.ledger.log);

  async function finished(about: object, operation = "access" as const): Promise<number> {
    const { desk, law } = here.rights;
    const { leafIndex } = await desk.open({ operation, text: "I am Hanako", ...about });
    await desk.finish(leafIndex, { told: law.operations[operation].tell?.done ?? [], reason: "done" });
    return leafIndex;
  }
  async function provided(record: number): Promise<number> {
    const said = { basis: "eu-gdpr-6", country: "ES", jurisdiction, lawVersion: "2018-05-25", record };
    return (await here.ledger.log.writer.enter(provisionEvent(said, { to: "Ana", claims: ["text"] }))).leafIndex;
  }

  it("text of requests goes, with every step, when the keep time of the law is over, and not before", async () => {
    await start("eu");
    const request = await finished({});
    const open = (await here.rights.desk.open({ operation: "erase", text: "still open" })).leafIndex;
    const steps = here.rights.desk.at(request).steps.map(({ leafIndex }) => leafIndex);
    here.setTime("2029-11-28T22:59:59Z");
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 0", "breaches 0"]);
    here.setTime("2029-11-28T23:00:00Z");
    expect(await counted(true)).to.deep.equal(["requests 2", "provision-records 0", "breaches 0"]);
    expect(await isThere(request), "a dry run").to.equal(true);
    expect(await counted()).to.deep.equal(["requests 2", "provision-records 0", "breaches 0"]);
    expect(await Promise.all(steps.map(isThere))).to.deep.equal([false, false]);
    expect(await isThere(open), "what is open stays").to.equal(true);
    expect(here.rights.desk.at(request).steps.at(-1)).to.deep.include({ state: "done" });
    expect(await counted(), "once").to.deep.equal(["requests 0", "provision-records 0", "breaches 0"]);
    await here.restart();
    expect(await isThere(request)).to.equal(false);
    await here.close();
    await expectClean(here.ledger.folder);
  });

  it("text of requests goes once all records that they are about are erased, at the turn of a month", async () => {
    await start("eu");
    const [first, second] = await submit(1, 1);
    const [subject] = await here.ledger.vault.subjectsOf(first!);
    const [byRecord, byPerson] = [await finished({ records: [first] }), await finished({ subject })];
    const refused = (await here.rights.desk.open({ operation: "erase", records: [first!], text: "x" })).leafIndex;
    const told = ["reason", "right-to-complain", "right-to-sue"];
    await here.rights.desk.refuse(refused, { told, reason: "y", provisions: ["gdpr-17-3"] });
    const unknown = await finished({});
    expect(await counted(), "the first run of the month").to.deep.equal([
      "requests 0",
      "provision-records 0",
      "breaches 0",
    ]);
    await erase([first!]);
    here.setTime("2026-11-30T22:00:00Z");
    expect(await counted(), "the log shall not say by its times which belong together").to.deep.equal([
      "requests 0",
      "provision-records 0",
      "breaches 0",
    ]);
    here.setTime("2026-12-01T00:00:00Z");
    expect((await counted())[0], "the person has another record").to.equal("requests 2");
    expect(await Promise.all([byRecord, byPerson, refused, unknown].map(isThere))).to.deep.equal([
      false,
      true,
      true,
      true,
    ]);
    await erase([second!]);
    here.setTime("2027-01-01T00:00:00Z");
    expect((await counted())[0]).to.equal("requests 2");
    expect(await Promise.all([byPerson, refused, unknown].map(isThere))).to.deep.equal([false, true, true]);
    const { log } = here.ledger;
    const about = log.events.erasures.erasedBy(byPerson)!;
    const [entry] = await log.store.entries(about, about + 1);
    const body = (await log.check.bodyOf(entry!))!;
    expect([isErasure(body), erasureOf(body)]).to.deep.equal([true, { basis: "retention", record: byPerson }]);
  });

  it("a copy cannot be had for a request whose text is gone", async () => {
    await start("eu");
    const [record] = await submit(1);
    const request = await finished({ records: [record] });
    await here.ledger.log.writer.erase(request);
    const copy = here.rights.copyFor(request, "key", () => undefined);
    expect(await copy.then(String, (error: Error) => error.message)).to.match(/is erased/);
  });

  it("records of provision and reception are kept for the law's years, and as long as the record is there", async () => {
    await start("jp-operator");
    const [gone, kept, came] = (await submit(1, 2, 3)) as [number, number, number];
    const [of, other] = [await provided(gone), await provided(kept)];
    const reception = {
      ...{ basis: "eu-adequacy-2019-419", country: "ES", lawVersion: "2018-05-25", origin: "eu", record: came },
    };
    const from = (await here.ledger.log.writer.enter(receptionEvent(reception, { from: "Santander" }))).leafIndex;
    await erase([gone, came]);
    expect(await Promise.all([of, other, from].map(isThere)), "an erasure leaves them").to.deep.equal([
      true,
      true,
      true,
    ]);
    here.setTime("2029-11-28T14:59:59Z");
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 0", "breaches 0"]);
    here.setTime("2029-11-28T15:00:00Z");
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 2", "breaches 0"]);
    expect(await Promise.all([of, other, from].map(isThere))).to.deep.equal([false, true, false]);
    expect(here.ledger.log.events.provisions.receptionOf(came)?.origin).to.equal("eu");
    await erase([kept]);
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 1", "breaches 0"]);
    await here.close();
    await expectClean(here.ledger.folder);
  });

  it("what another law governs, or a law says nothing of, is kept", async () => {
    await start("eu");
    const [record] = (await submit(1)) as [number];
    const [request, provision] = [await finished({}), await provided(record)];
    await erase([record]);
    here.setTime("2040-01-01T00:00:00Z");
    jurisdiction = "jp-operator";
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 0", "breaches 0"]);
    jurisdiction = "jp-public-body";
    expect(await counted()).to.deep.equal(["requests 0", "provision-records 0", "breaches 0"]);
    jurisdiction = "eu";
    expect(await counted()).to.deep.equal(["requests 2", "provision-records 1", "breaches 0"]);
    expect([await isThere(request), await isThere(provision)]).to.deep.equal([false, false]);
  });

  it("a request about a record whose use is restricted is kept, since somebody may need both in court", async () => {
    await start("eu");
    const [record] = await submit(1);
    const request = await finished({ records: [record] });
    await here.rights.restrictions.restrict({
      ...{ state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [record!] },
    });
    here.setTime("2030-01-01T00:00:00Z");
    expect((await counted())[0]).to.equal("requests 0");
    expect(await isThere(request)).to.equal(true);
  });

  it("what happened in a breach goes from its closing on, and stays while it is open or names what is restricted", async () => {
    await start("eu");
    const [first = 0, second = 0] = await submit(1, 2);
    const { breachSteps: steps, breaches, restrictions } = here.rights;
    const noted = async (record: number): Promise<number> => {
      const { leafIndex } = await steps.note({ facts: { nature: "stolen" }, records: [record] });
      for (const [whom, reason] of [
        ["authority", "unlikely-risk"],
        ["people", "protected"],
      ] as const)
        await steps.findNotNeeded(leafIndex, { whom, reason, words: "Hanako says so" });
      return leafIndex;
    };
    const [closed, restricted, open] = [await noted(first), await noted(second), await noted(first)];
    for (const breach of [closed, restricted]) await steps.close(breach);
    await restrictions.restrict({ state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [second] });
    here.setTime("2029-11-28T22:59:59Z");
    expect((await counted()).at(-1)).to.equal("breaches 0");
    here.setTime("2029-11-28T23:00:00Z");
    expect((await counted()).at(-1)).to.equal("breaches 4");
    expect(await Promise.all([closed, restricted, open].map(isThere))).to.deep.equal([false, true, true]);
    expect(breaches.at(closed)?.steps.at(-1)?.state).to.equal("closed");
    expect((await counted()).at(-1)).to.equal("breaches 0");
  });
});

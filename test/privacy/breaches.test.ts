// The register of breaches: its clocks by the law, its steps in their order, whom it names, and what is known of it after a
// restart. No test waits: the clock is set.

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { parseBody } from "../../src/core/body.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { breachReportOf } from "../../src/privacy/breach-report.ts";
import { BreachSteps } from "../../src/privacy/breach-steps.ts";
import { breachViewOf } from "../../src/privacy/breach-view.ts";
import { clocksFrom } from "../../src/privacy/breach-clocks.ts";
import { parseLaw } from "../../src/privacy/law.ts";
import { Reminders } from "../../src/privacy/reminders.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { auditFolder, copyFolder, openLedger, report } from "../support/ledger.ts";
import { lawOf, openRights, type TestRights } from "./support/rights.ts";

const OFFICER = { role: "officer", keyId: "0123456789abcdef" } as const;
const NOW = "2026-11-28T09:00:00Z";
const NATURE = "Hanako's laptop was stolen";
const WHOLE = {
  ...{ nature: NATURE, cause: "theft", peopleCategories: "residents", recordCategories: "reports" },
  ...{ people: 2, records: 3, contact: "dpo@example.org", consequences: "spam", measures: "keys were replaced" },
  publication: "none",
};
const utc = (second: number | undefined): string => new Date((second ?? 0) * 1_000).toISOString().replace(".000Z", "Z");
const second = (time: string): number => Date.parse(time) / 1_000;

describe("the register of breaches", () => {
  let here: TestRights;
  beforeEach(async () => (here = await openRights("eu", NOW)));
  afterEach(() => here.close());

  const note = async (more: object = {}): Promise<number> =>
    (await here.rights.breachSteps.note({ facts: { nature: NATURE }, ...more })).leafIndex;
  const states = (leaf: number): string[] => here.rights.breaches.at(leaf).steps.map(({ state }) => state);
  const clocks = async (leaf: number): Promise<string[]> =>
    (await here.rights.breach(leaf)).clocks.map(
      ({ clock, due, overdue, stopped }) =>
        `${clock} ${utc(due)}${overdue ? " over" : ""}${stopped ? ` ${stopped.state}${stopped.late ? " late" : ""}` : ""}`,
    );

  async function reports(...mails: (string | undefined)[]): Promise<number[]> {
    const records = mails.map((reporterEmail, at) =>
      report(at, { source: "app", claims: { category: "noise", ...(reporterEmail && { reporterEmail }) } }),
    );
    return (await here.ledger.submit(records)).map(({ leafIndex }) => leafIndex);
  }

  it("runs the clocks of the law from when a breach became known, and sorts by the next", async () => {
    const late = await note();
    const early = await note({ knownAt: second("2026-11-26T12:00:00Z"), happenedAt: second("2026-11-20T00:00:00Z") });
    for (let round = 0; round < 2; round++) {
      expect(await clocks(late)).to.deep.equal(["authority 2026-12-01T09:00:00Z", "people 2026-12-01T09:00:00Z"]);
      expect(await clocks(early)).to.deep.equal(["authority 2026-11-29T12:00:00Z", "people 2026-11-29T12:00:00Z"]);
      expect(here.rights.breaches.list("open").map(({ leafIndex }) => leafIndex)).to.deep.equal([early, late]);
      await here.restart();
    }
  });

  it("notes no breach of the future, of nothing, of records that there are not, or that happened afterwards", async () => {
    const [leaf = 0] = await reports("ana@example.org");
    await expectRejection("REQUEST_INVALID", note({ knownAt: second(NOW) + 1 }), /future/);
    await expectRejection("REQUEST_INVALID", note({ happenedAt: second(NOW) + 1 }), /before it becomes known/);
    await expectRejection("REQUEST_INVALID", note({ facts: { nature: " " } }), /facts\.nature/);
    await expectRejection("REQUEST_INVALID", note({ records: Array.from({ length: 1_001 }, (_, at) => at) }), /1000/);
    await expectRejection("NOT_FOUND", note({ records: [leaf, 999] }));
    const breach = await note({ records: [leaf, leaf] });
    await expectRejection("NOT_FOUND", note({ records: [breach] }));
    await expectRejection("NOT_FOUND", here.rights.breachSteps.close(leaf), /no breach of that id/);
  });

  it("is told to the authority at first and in full, to the people, and closed; each once, in that order", async () => {
    const { breachSteps: steps } = here.rights;
    const breach = await note();
    await expectRejection("REQUEST_INVALID", steps.close(breach), /still runs: authority, people/);
    await steps.tellAuthority(breach, { report: "preliminary" });
    await expectRejection(
      "REQUEST_INVALID",
      steps.tellAuthority(breach, { report: "preliminary" }),
      /told that already/,
    );
    await expectRejection("REQUEST_INVALID", steps.close(breach), /still runs: people/);
    await steps.tellPeople(breach, { others: 3, complete: true });
    await expectRejection("REQUEST_INVALID", steps.tellPeople(breach, { others: 1, complete: true }), /all people/);
    await expectRejection("REQUEST_INVALID", steps.close(breach), /waits for the final one/);
    await here.restart();
    const again = here.rights.breachSteps;
    await expectRejection("REQUEST_INVALID", again.tellAuthority(breach, { report: "final" }), /also says: peopleCat/);
    await again.tellAuthority(breach, { report: "final", facts: WHOLE });
    await expectRejection("REQUEST_INVALID", again.tellAuthority(breach, { report: "preliminary" }), /already/);
    await expectRejection("REQUEST_INVALID", again.tellAuthority(breach, { report: "final" }), /already/);
    await again.close(breach);
    await here.restart();
    expect(states(breach)).to.deep.equal(["noted", "authority-told", "people-told", "authority-told", "closed"]);
    const last = here.rights.breachSteps;
    for (const step of [
      last.close(breach),
      last.amend(breach, { facts: { cause: "x" } }),
      last.tellAuthority(breach, { report: "final" }),
      last.tellPeople(breach, { others: 1, complete: true }),
      last.findNotNeeded(breach, { whom: "people", reason: "protected", words: "x" }),
    ])
      await expectRejection("REQUEST_INVALID", step, /closed already/);
    expect(here.rights.breaches.list("closed")).to.have.lengthOf(1);
    expect(here.rights.breaches.list("open")).to.deep.equal([]);
  });

  it("is told late with a reason where the law wants one, to the second", async () => {
    const { breachSteps: steps } = here.rights;
    const [inTime, late] = [await note(), await note()];
    here.setTime("2026-12-01T09:00:00Z");
    await steps.tellAuthority(inTime, { report: "preliminary" });
    here.setTime("2026-12-01T09:00:01Z");
    const telling = { report: "preliminary" } as const;
    await expectRejection("REQUEST_INVALID", steps.tellAuthority(late, telling), /late: say why/);
    await expectRejection("REQUEST_INVALID", steps.tellAuthority(late, { ...telling, lateReason: " " }), /late/);
    await expectRejection(
      "REQUEST_INVALID",
      steps.tellAuthority(late, { ...telling, toldAt: second(NOW) - 1 }),
      /before/,
    );
    await expectRejection(
      "REQUEST_INVALID",
      steps.tellAuthority(late, { ...telling, toldAt: second("2026-12-01T09:00:02Z") }),
      /future/,
    );
    await steps.tellAuthority(late, { ...telling, lateReason: "Hanako was ill" });
    // For the people, "without delay" is a target, and no reason is asked for.
    await steps.tellPeople(late, { others: 1, complete: true });
    expect(await clocks(inTime)).to.deep.equal([
      "authority 2026-12-01T09:00:00Z authority-told",
      "people 2026-12-01T09:00:00Z over",
    ]);
    expect(await clocks(late)).to.deep.equal([
      "authority 2026-12-01T09:00:00Z authority-told late",
      "people 2026-12-01T09:00:00Z people-told late",
    ]);
    // What was told in time may be noted later.
    const third = await note({ knownAt: second(NOW) });
    await steps.tellAuthority(third, { report: "preliminary", toldAt: second("2026-11-30T09:00:00Z") });
    expect((await clocks(third))[0]).to.equal("authority 2026-12-01T09:00:00Z authority-told");
  });

  it("need not be told for a reason that the law knows for them, in words; a wrong finding excuses no delay", async () => {
    const { breachSteps: steps } = here.rights;
    const breach = await note();
    const found = { whom: "authority", reason: "unlikely-risk", words: "it was encrypted" } as const;
    const { message } = await expectRejection(
      "REQUEST_INVALID",
      steps.findNotNeeded(breach, { ...found, reason: "no-high-risk" }),
    );
    expect(message).to.equal("reason: for the authority, the law of eu knows unlikely-risk");
    await expectRejection("REQUEST_INVALID", steps.findNotNeeded(breach, { ...found, reason: "not-reportable" }));
    await expectRejection("REQUEST_INVALID", steps.findNotNeeded(breach, { ...found, words: " " }), /say why/);
    await steps.findNotNeeded(breach, found);
    await expectRejection("REQUEST_INVALID", steps.findNotNeeded(breach, found), /no clock runs for the authority/);
    await steps.findNotNeeded(breach, { whom: "people", reason: "protected", words: "it was encrypted" });
    here.setTime("2026-12-20T00:00:00Z");
    const telling = { report: "final", facts: WHOLE } as const;
    await expectRejection("REQUEST_INVALID", steps.tellAuthority(breach, telling), /late/);
    await steps.tellAuthority(breach, { ...telling, lateReason: "the disk was not encrypted" });
    await steps.tellPeople(breach, { others: 2, complete: true });
    expect(await clocks(breach)).to.deep.equal([
      "authority 2026-12-01T09:00:00Z authority-told late",
      "people 2026-12-01T09:00:00Z people-told late",
    ]);
    await steps.close(breach);
  });

  it("names the people of its records, and knows who of them is told", async () => {
    const { breachSteps: steps, breaches } = here.rights;
    const [ana1 = 0, ana2 = 0, ben = 0, nobody = 0, cat = 0] = await reports(
      "a@x.org",
      "A@X.org",
      "b@x.org",
      undefined,
      "c@x.org",
    );
    const breach = await note({ records: [ana1, ana2, ben, nobody] });
    const people = async () => breaches.peopleOf(breaches.at(breach));
    const { people: found, recordsOfNobody } = await people();
    expect(found.map(({ records, told }) => [records, told])).to.deep.equal([
      [[ana1, ana2], false],
      [[ben], false],
    ]);
    expect(recordsOfNobody).to.equal(1);
    const [ana, other] = found.map(({ subject }) => subject) as [string, string];
    const stranger = (await here.ledger.vault.subjectsOf(cat))[0] as string;
    await expectRejection(
      "REQUEST_INVALID",
      steps.tellPeople(breach, { subjects: [stranger], complete: false }),
      /nobody/,
    );
    await expectRejection("REQUEST_INVALID", steps.tellPeople(breach, { complete: false }), /say who/);
    await expectRejection("REQUEST_INVALID", steps.tellPeople(breach, { subjects: [ana], complete: true }), /^1 whose/);
    await steps.tellPeople(breach, { subjects: [ana], complete: false });
    await here.restart();
    expect(
      (await here.rights.breaches.peopleOf(here.rights.breaches.at(breach))).people.map(({ told }) => told),
    ).to.deep.equal([true, false]);
    const again = here.rights.breachSteps;
    await again.tellPeople(breach, { subjects: "all", others: 1, complete: true });
    // More records: their people are to be told, Ana again.
    await expectRejection("REQUEST_INVALID", again.amend(breach, { records: [ana1] }), /nothing new/);
    const [more = 0] = (
      await here.ledger.submit([report(9, { source: "app", claims: { category: "noise", reporterEmail: "a@x.org" } })])
    ).map(({ leafIndex }) => leafIndex);
    here.setTime("2026-11-29T09:00:00Z");
    await again.amend(breach, { records: [more, cat, ana1] });
    expect(await clocks(breach)).to.deep.equal(["authority 2026-12-01T09:00:00Z", "people 2026-12-02T09:00:00Z"]);
    const told = (await here.rights.breaches.peopleOf(here.rights.breaches.at(breach))).people;
    expect(told.map((one) => [one.subject === ana || one.subject === other ? "known" : "new", one.told])).to.deep.equal(
      [
        ["known", false],
        ["known", true],
        ["new", false],
      ],
    );
    // Who is erased need not be told any more.
    await here.ledger.log.writer.erase(cat);
    await again.tellPeople(breach, { subjects: [ana], complete: true });
    expect((await clocks(breach))[1]).to.equal("people 2026-12-02T09:00:00Z people-told");
  });

  it("says in the log nothing of what happened, which records it names, or who was told; numbers in bands", async () => {
    const { breachSteps: steps } = here.rights;
    const records = await reports(...Array.from({ length: 12 }, (_, at) => `${at}@example.org`));
    const breach = await note({ records, onPurpose: true, happenedAt: second("2026-11-20T01:02:03Z"), facts: WHOLE });
    await steps.tellPeople(breach, { subjects: "all", complete: true });
    await steps.findNotNeeded(breach, { whom: "authority", reason: "unlikely-risk", words: "Hanako says so" });
    const entries = await here.ledger.store.entries(breach, here.ledger.log.tree.size);
    const contents = entries.map(({ body }) => parseBody(body!)).map(({ content, digests }) => ({ content, digests }));
    for (const { digests } of contents) expect(digests).to.have.lengthOf(8);
    const law = { jurisdiction: "eu", lawVersion: "2018-05-25" };
    const due = second("2026-12-01T09:00:00Z");
    expect(contents.map(({ content }) => content)).to.deep.equal([
      {
        ...{ ...law, clocks: { authority: due, people: due }, knownAt: second(NOW) },
        ...{ provisions: ["gdpr-33-1", "gdpr-33-5", "gdpr-34"], records: "10-99", state: "noted" },
      },
      {
        ...{ ...law, breach, complete: true, people: "10-99", provisions: ["gdpr-34"] },
        ...{ state: "people-told", toldAt: second(NOW) },
      },
      {
        ...{ ...law, breach, provisions: ["gdpr-33-1", "gdpr-34"], reason: "unlikely-risk" },
        ...{ state: "not-needed", whom: "authority" },
      },
    ]);
  });

  it("is filed with all that is known, when who was told, and what a final report still lacks", async () => {
    const { breachSteps: steps } = here.rights;
    const [leaf = 0] = await reports("ana@example.org");
    const breach = await note({ records: [leaf], happenedAt: second("2026-11-20T00:00:00Z") });
    const before = await here.rights.breachReport(breach, OFFICER);
    expect(before["lacks"]).to.deep.equal([
      ...["peopleCategories", "people", "recordCategories", "records", "contact", "consequences", "measures"],
    ]);
    await steps.tellPeople(breach, { subjects: "all", others: 4, complete: true });
    here.setTime("2026-12-05T00:00:00Z");
    await steps.tellAuthority(breach, { report: "final", facts: WHOLE, lateReason: "we were ill" });
    const after = await here.rights.breachReport(breach, OFFICER);
    expect(after).to.deep.include({
      ...{ format: "warifu:breach-report:1", made: "2026-12-05T00:00:00Z", knownAt: NOW },
      ...{ happenedAt: "2026-11-20T00:00:00Z", onPurpose: false, facts: WHOLE, lacks: [] },
      law: { jurisdiction: "eu", name: "GDPR", version: "2018-05-25" },
      counted: { records: 1, recordsOfNobody: 0, people: 1, peopleTold: 1, othersTold: 4 },
    });
    const told = after["steps"] as JsonObject[];
    expect(told.map(({ state, words, what }) => [state, words, what])).to.deep.equal([
      ["noted", null, null],
      ["people-told", null, null],
      ["authority-told", "we were ill", "final"],
    ]);
    expect((after["records"] as JsonObject[]).map(({ leafIndex }) => leafIndex)).to.deep.equal([leaf]);
    await here.ledger.log.writer.erase(breach);
    const erased = await here.rights.breachReport(breach, OFFICER);
    expect((erased["steps"] as JsonObject[]).map((one) => one["erased"])).to.deep.equal([true, false, false]);
  });

  it("goes on for whoever may act for all of its records, and for keys of all sources where it names none", async () => {
    const [leaf = 0, second = 0] = await reports("ana@example.org", "ben@example.org");
    const [named, unnamed] = [await note({ records: [leaf] }), await note()];
    const { breaches, breachSteps } = here.rights;
    await breachSteps.amend(named, { records: [second] });
    const isFor = (allowed: string) => (source: string) => source === allowed;
    await breaches.assertFor(named, isFor("app"));
    await expectRejection("NOT_FOUND", breaches.assertFor(named, isFor("other")), /no breach of that id/);
    await expectRejection("NOT_FOUND", breaches.assertFor(unnamed, isFor("app")), /no breach of that id/);
    await expectRejection("NOT_FOUND", breaches.assertFor(leaf, isFor("app")), /no breach of that id/);
    await breaches.assertFor(unnamed, isFor("*"));
    // What it named is no longer known: it may have been anybody's.
    await here.ledger.log.writer.erase(named);
    await expectRejection("NOT_FOUND", breaches.assertFor(named, isFor("app")));
  });

  it("goes on under no other law than that by which it was noted", async () => {
    const breach = await note();
    const { breaches } = here.rights;
    const abroad = new BreachSteps(
      { store: here.ledger.store, writer: here.ledger.log.writer },
      lawOf("jp-operator"),
      breaches,
    );
    const found = { whom: "authority", reason: "not-reportable", words: "few" } as const;
    for (const step of [
      abroad.findNotNeeded(breach, found),
      abroad.close(breach),
      abroad.amend(breach, { facts: WHOLE }),
    ])
      await expectRejection("REQUEST_INVALID", step, /WARIFU_JURISDICTION=eu/);
    expect(states(breach)).to.deep.equal(["noted"]);
    // Nothing that the other law says is said of it.
    const parts = { law: lawOf("jp-operator"), register: breaches, taking: abroad };
    const ledger = { ...here.ledger.log, store: here.ledger.store };
    const seen = await breachViewOf(breaches.at(breach), { ...parts, now: breaches.now(), parts: ledger });
    expect(seen).to.not.have.property("reasons");
    expect(seen.clocks.map(({ clock, provisions }) => [clock, provisions])).to.deep.equal([
      ["authority", []],
      ["people", []],
    ]);
    const filed = await breachReportOf(breaches.at(breach), { ...parts, parts: ledger });
    expect(filed).to.deep.include({ law: { jurisdiction: "eu", name: null, version: "2018-05-25" }, lacks: null });
  });

  it("is where it was when the process is killed behind any of its steps, and goes on", async () => {
    const { breachSteps: steps } = here.rights;
    const breach = await note();
    const taken: (() => Promise<unknown>)[] = [
      () => steps.tellAuthority(breach, { report: "final", facts: WHOLE }),
      () => steps.tellPeople(breach, { others: 2, complete: true }),
      () => steps.close(breach),
    ];
    for (const take of [...taken, undefined]) {
      // The files as a process leaves them that never gets to close them.
      const folder = copyFolder(here.ledger.folder);
      const again = await openLedger({ folder, now: () => Date.parse(NOW) });
      try {
        expect(again.log.events.breaches.at(breach)).to.deep.equal(here.rights.breaches.at(breach));
        expect((await auditFolder(folder)).outcome).to.not.equal("refuted");
      } finally {
        await again.close();
      }
      await take?.();
    }
  });

  it("takes one of two steps that come at once", async () => {
    const { breachSteps: steps } = here.rights;
    const breach = await note();
    const both = await Promise.allSettled([1, 2].map(() => steps.tellAuthority(breach, { report: "preliminary" })));
    expect(both.map(({ status }) => status)).to.have.members(["fulfilled", "rejected"]);
    expect(states(breach)).to.deep.equal(["noted", "authority-told"]);
  });

  it("reminds of clocks that end within a day, then of those that are over, until they stop", async () => {
    const alarms = new Alarms(() => 0);
    const look = (): string[] => {
      new Reminders({ ...here.rights, moderation: { overdue: () => [] } }, alarms).look();
      return alarms.active().map(({ code, message }) => `${code}: ${message}`);
    };
    const breach = await note();
    expect(look()).to.deep.equal([]);
    here.setTime("2026-11-30T09:00:00Z");
    expect(look()).to.deep.equal([
      "breach-due-soon: 2 clocks of breaches end within a day, the first at 2026-12-01T09:00:00Z",
    ]);
    expect(here.rights.breaches.list("soon")).to.have.lengthOf(1);
    await here.rights.breachSteps.tellAuthority(breach, { report: "final", facts: WHOLE });
    here.setTime("2026-12-01T09:00:01Z");
    await here.restart();
    expect(look()).to.deep.equal(["breach-overdue: 1 clock of a breach is over, the first since 2026-12-01T09:00:00Z"]);
    expect(here.rights.breaches.list("overdue")).to.have.lengthOf(1);
    await here.rights.breachSteps.tellPeople(breach, { others: 1, complete: true });
    expect(look()).to.deep.equal([]);
  });
});

describe("the clocks of a breach", () => {
  const due = (jurisdiction: string, known: string, onPurpose = false, change: object = {}): string[] =>
    Object.entries(clocksFrom({ ...lawOf(jurisdiction), ...change }, second(known), onPurpose)).map(
      ([clock, end]) => `${clock} ${utc(end)}`,
    );

  it("are hours in the EU, also over a change of the clocks, and days in Japan, of which the first counts", () => {
    expect(due("eu", "2026-03-28T12:00:00+01:00")[0]).to.equal("authority 2026-03-31T11:00:00Z");
    expect(due("eu", "2026-10-24T12:00:00+02:00")[0]).to.equal("authority 2026-10-27T10:00:00Z");
    // Known on 31 January: the thirtieth day is 29 February, and 1 March in other years.
    expect(due("jp-operator", "2028-01-31T23:59:59+09:00")).to.deep.equal([
      ...["authority-first 2028-02-04T14:59:59Z", "authority-full 2028-02-29T14:59:59Z", "people 2028-02-04T14:59:59Z"],
    ]);
    expect(due("jp-public-body", "2027-01-31T00:00:00+09:00")[1]).to.equal("authority-full 2027-03-01T14:59:59Z");
  });

  it("give more days where it was done on purpose, and end with a day also where a change of the clocks is in it", () => {
    expect(due("jp-operator", "2028-01-31T12:00:00+09:00", true)).to.deep.equal([
      ...["authority-first 2028-02-04T14:59:59Z", "authority-full 2028-03-30T14:59:59Z", "people 2028-02-04T14:59:59Z"],
    ]);
    expect(due("jp-operator", "2026-10-20T12:00:00+02:00", false, { timeZone: "Europe/Madrid" })[0]).to.equal(
      "authority-first 2026-10-24T21:59:59Z",
    );
    expect(due("jp-operator", "2026-10-21T12:00:00+02:00", false, { timeZone: "Europe/Madrid" })[0]).to.equal(
      "authority-first 2026-10-25T22:59:59Z",
    );
  });

  it("in Japan are those of two reports; on purpose found later moves the one that still runs", async () => {
    const here = await openRights("jp-operator", "2026-11-28T09:00:00Z");
    try {
      const { breachSteps: steps } = here.rights;
      const { leafIndex: breach } = await steps.note({ facts: { nature: NATURE } });
      here.setTime("2026-12-10T00:00:00Z");
      // Late, and the law asks for no reason.
      await steps.tellAuthority(breach, { report: "preliminary" });
      await steps.amend(breach, { onPurpose: true });
      const { clocks } = await here.rights.breach(breach);
      expect(clocks.map(({ clock, due, stopped }) => [clock, utc(due), stopped?.late])).to.deep.equal([
        ["authority-first", "2026-12-02T14:59:59Z", true],
        ["people", "2026-12-02T14:59:59Z", undefined],
        ["authority-full", "2027-01-26T14:59:59Z", undefined],
      ]);
      await expectRejection("REQUEST_INVALID", steps.amend(breach, { onPurpose: true }), /nothing new/);
      await expectRejection("REQUEST_INVALID", steps.tellAuthority(breach, { report: "final" }), /recordCategories/);
      await steps.findNotNeeded(breach, { whom: "authority", reason: "not-reportable", words: "it was nobody's data" });
      await steps.findNotNeeded(breach, { whom: "people", reason: "public-notice", words: "on our page" });
      await steps.close(breach);
    } finally {
      await here.close();
    }
  });

  it("are refused in a law that has one twice, or of no length", () => {
    const law = JSON.parse(JSON.stringify(lawOf("eu"))) as JsonObject & { breachClocks: JsonObject[] };
    const [first = {}] = law.breachClocks;
    const { hours: _, ...none } = first;
    for (const breachClocks of [[first, first], [none], [{ ...first, days: 3 }]])
      expect(() => parseLaw({ ...law, breachClocks })).to.throw(/breachClocks/);
    const exemption = { reason: "protected", whom: ["people"], provisions: ["gdpr-99"] };
    expect(() => parseLaw({ ...law, breachExemptions: [exemption] })).to.throw(
      /breachExemptions\.0\.provisions: names gdpr-99/,
    );
  });
});

// The desk: what people ask for, from its receipt to its end, by the clocks of the law; known again after a restart.

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { Reminders } from "../../src/privacy/reminders.ts";
import { reading } from "../support/ledger.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openRights, type TestRights } from "./support/rights.ts";

const SUBJECT = "sub_AAAAAAAAAAAAAAAAAAAAAA";
const utc = (second: number): string => new Date(second * 1_000).toISOString().replace(".000Z", "Z");

describe("the desk", () => {
  let here: TestRights;
  beforeEach(async () => (here = await openRights()));
  afterEach(() => here.close());

  const open = async (more: object = {}): Promise<number> =>
    (await here.rights.desk.open({ operation: "access", subject: SUBJECT, ...more })).leafIndex;
  const due = (leafIndex: number): string => utc(here.rights.desk.at(leafIndex).due);

  it("knows when each request is due, and sorts by that", async () => {
    const late = await open({ receivedAt: Date.parse("2026-11-27T22:00:00Z") / 1_000, operation: "erase" });
    const early = await open({ receivedAt: Date.parse("2026-10-31T12:00:00Z") / 1_000 });
    expect([late, early].map(due)).to.deep.equal(["2026-12-27T22:59:59Z", "2026-11-30T22:59:59Z"]);
    const places = (): number[] => here.rights.desk.list("open").map(({ leafIndex }) => leafIndex);
    expect(places()).to.deep.equal([early, late]);
    await here.restart();
    expect(places()).to.deep.equal([early, late]);
    expect([late, early].map(due)).to.deep.equal(["2026-12-27T22:59:59Z", "2026-11-30T22:59:59Z"]);
    await expectRejection("REQUEST_INVALID", open({ receivedAt: Date.parse("2027-01-01T00:00:00Z") / 1_000 }));
    await expectRejection("REQUEST_INVALID", open({ subject: "Hanako" }));
    await expectRejection("REQUEST_INVALID", open({ records: Array.from({ length: 1_001 }, () => 0) }));
    await expectRejection("REQUEST_INVALID", open({ text: "x".repeat(8_001) }));
  });

  it("extends a time once, with a reason, while it runs, and tells the person", async () => {
    const { desk } = here.rights;
    const request = await open();
    const extension = { told: ["extension-reason"], reason: "many records" };
    await expectRejection("REQUEST_INVALID", desk.extend(request, { ...extension, told: [] }), /extension-reason/);
    await expectRejection("REQUEST_INVALID", desk.extend(request, { ...extension, reason: " " }), /needs a reason/);
    await expectRejection("NOT_FOUND", desk.extend(99, extension));
    here.setTime("2026-12-28T22:59:59Z");
    await desk.extend(request, extension);
    // Three months from the receipt, not from the day of the extension.
    expect(due(request)).to.equal("2027-02-28T22:59:59Z");
    await expectRejection("REQUEST_INVALID", desk.extend(request, extension), /extended already/);
    const late = await open({ receivedAt: Date.parse("2026-11-01T12:00:00Z") / 1_000 });
    await expectRejection("REQUEST_INVALID", desk.extend(late, extension), /time is over/);
    await here.restart();
    expect(due(request)).to.equal("2027-02-28T22:59:59Z");
  });

  it("ends with what the law wants told and done, and takes nothing behind that", async () => {
    const { desk } = here.rights;
    const request = await open({ operation: "rectify" });
    const told = ["outcome", "recipients"];
    await expectRejection("REQUEST_INVALID", desk.finish(request, { told }), /recipients-told/);
    await expectRejection("REQUEST_INVALID", desk.finish(request, { told: [...told, "recipients-told", "copy"] }));
    await desk.noteIdentity(request);
    await expectRejection("REQUEST_INVALID", desk.noteIdentity(request), /checked already/);
    await desk.finish(request, { told: [...told, "recipients-told"] });
    await here.restart();
    const steps = here.rights.desk.at(request).steps.map(({ state }) => state);
    expect(steps).to.deep.equal(["received", "identity-checked", "done"]);
    for (const again of [
      here.rights.desk.noteIdentity(request),
      here.rights.desk.finish(request, { told }),
      here.rights.desk.extend(request, { told: ["extension-reason"], reason: "x" }),
    ])
      await expectRejection("REQUEST_INVALID", again, /closed already/);
    expect(here.rights.desk.list("open")).to.deep.equal([]);
    expect(here.rights.desk.list("closed")).to.have.lengthOf(1);
  });

  it("refuses with a reason and a provision that the law has", async () => {
    const { desk } = here.rights;
    const request = await open({ operation: "erase" });
    const told = ["reason", "right-to-complain", "right-to-sue"];
    const refusal = { told, reason: "needed in court", provisions: ["gdpr-17-3"] };
    await expectRejection("REQUEST_INVALID", desk.refuse(request, { told, reason: "x" }), /names the provisions/);
    await expectRejection("REQUEST_INVALID", desk.refuse(request, { ...refusal, provisions: ["appi-98"] }));
    await expectRejection("REQUEST_INVALID", desk.refuse(request, { told, provisions: ["gdpr-17-3"] }), /reason/);
    await expectRejection("REQUEST_INVALID", desk.refuse(request, { ...refusal, told: ["reason"] }), /right-to-sue/);
    await desk.refuse(request, refusal);
    expect(desk.at(request).steps.at(-1)).to.deep.include({ state: "refused", provisions: ["gdpr-17-3"], told });
  });

  it("says in the log neither who asks, nor for which records, nor why", async () => {
    const [record] = await here.ledger.submit([reading(1)]);
    const request = await open({ records: [record?.leafIndex ?? 0], text: "I am Hanako" });
    await here.rights.desk.extend(request, { told: ["extension-reason"], reason: "Hanako is on holiday" });
    const entries = await here.ledger.store.entries(0, here.ledger.log.tree.size);
    const text = entries.map(({ body }) => Buffer.from(body ?? []).toString()).join("\n");
    expect(text).to.not.match(/Hanako|sub_/);
    const about = await here.rights.desk.aboutOf(here.rights.desk.at(request));
    expect(about).to.deep.equal({ subject: SUBJECT, records: [record?.leafIndex], text: "I am Hanako" });
    await here.ledger.log.writer.erase(request);
    expect(await here.rights.desk.aboutOf(here.rights.desk.at(request))).to.equal(undefined);
  });

  it("reminds of what is due within a week, then of what is overdue, until it is done", async () => {
    const alarms = new Alarms(() => 0);
    const look = (): string[] => {
      new Reminders({ ...here.rights, moderation: { overdue: () => [] } }, alarms).look();
      return alarms.active().map(({ code, message }) => `${code}: ${message}`);
    };
    const request = await open();
    await open({ operation: "export" });
    expect(look()).to.deep.equal([]);
    here.setTime("2026-12-21T22:59:59Z");
    expect(look()).to.deep.equal([
      "request-due-soon: 2 requests of people are due within a week, the first at 2026-12-28T22:59:59Z",
    ]);
    here.setTime("2026-12-28T22:59:59Z");
    expect(look()).to.have.lengthOf(1);
    await here.rights.desk.finish(request, { told: ["copy", "recipients"] });
    here.setTime("2026-12-28T23:00:00Z");
    expect(look()).to.deep.equal([
      "request-overdue: 1 request of a person is overdue, the first since 2026-12-28T22:59:59Z",
    ]);
  });
});

describe("the same script under another law", () => {
  /** What one officer's day comes to: every time due, and every step that was refused. */
  async function script(jurisdiction: string): Promise<readonly string[]> {
    const here = await openRights(jurisdiction, "2027-01-31T03:00:00Z");
    const { desk, law } = here.rights;
    const said: string[] = [];
    const attempt = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      said.push(
        `${what}: ${await act().then(
          () => "done",
          (error: Error) => error.message,
        )}`,
      );
    };
    try {
      const { leafIndex: access } = await desk.open({ operation: "access" });
      said.push(`due ${utc(desk.at(access).due)}`);
      await attempt("extend", () => desk.extend(access, { told: ["extension-reason"], reason: "much to read" }));
      said.push(`due ${utc(desk.at(access).due)}`);
      await attempt("finish", () => desk.finish(access, { told: law.operations.access.tell?.done ?? [] }));
      await desk.noteIdentity(access).catch(() => undefined);
      await attempt("finish", () => desk.finish(access, { told: law.operations.access.tell?.done ?? [] }));
      const { leafIndex: erase } = await desk.open({ operation: "erase" });
      const provisions = [law.operations.erase.provisions[0] as string];
      await attempt("refuse", () => desk.refuse(erase, { told: ["reason"], reason: "needed", provisions }));
      return [...said, `${law.law} ${law.lawVersion}`];
    } finally {
      await here.close();
    }
  }

  it("has other times, other steps and other words for the person", async () => {
    expect(await script("eu")).to.deep.equal([
      "due 2027-02-28T22:59:59Z",
      "extend: done",
      "due 2027-04-30T21:59:59Z",
      "finish: done",
      "finish: the request is closed already",
      "refuse: by the law of eu this step also takes: right-to-complain, right-to-sue; confirm each",
      "GDPR 2018-05-25",
    ]);
    expect(await script("jp-operator")).to.deep.equal([
      "due 2027-02-14T14:59:59Z",
      "extend: the law of jp-operator has no extension of this time",
      "due 2027-02-14T14:59:59Z",
      "finish: first note that you know who sent the request",
      "finish: done",
      "refuse: done",
      "APPI 2023-04-01",
    ]);
    expect(await script("jp-public-body")).to.deep.equal([
      "due 2027-03-02T14:59:59Z",
      "extend: done",
      "due 2027-04-01T14:59:59Z",
      "finish: first note that you know who sent the request",
      "finish: done",
      "refuse: by the law of jp-public-body this step also takes: written-decision, review-request, right-to-sue; confirm each",
      "APPI 2023-04-01",
    ]);
  });
});

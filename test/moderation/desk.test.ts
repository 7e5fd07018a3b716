// The desk of moderation on a real ledger: what a report leads to, who may decide what, what an author can do, and that all
// of it is still there after a restart.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { ModerationDesk, type NewModeration } from "../../src/moderation/desk.ts";
import { parseModerationRules, type ModerationRules } from "../../src/moderation/rules.ts";
import { parseJsonBytes } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { acknowledged, openLedger, report, type TestLedger } from "../support/ledger.ts";

const SHIPPED = readFileSync(join(import.meta.dirname, "..", "..", "profiles", "moderation", "rules.json"));
const DAY_SECONDS = 86_400;

describe("the desk of moderation", () => {
  const rules: ModerationRules = parseModerationRules(parseJsonBytes(SHIPPED, "rules"));
  let ledger: TestLedger;
  let desk: ModerationDesk;
  let now: number;
  let next = 0;

  before(async () => {
    ledger = await openLedger();
    now = Date.now();
    desk = new ModerationDesk({ ...ledger.log, now: () => now }, rules);
  });
  after(() => ledger.close());

  async function record(): Promise<number> {
    const [acknowledgement] = acknowledged(await ledger.pipeline.submit([report(next++)]));
    return acknowledgement!.leafIndex;
  }
  const spam = (leaf: number, more: Partial<NewModeration> = {}): NewModeration => ({
    ...{ record: leaf, rule: "spam", text: "It sells shoes." },
    ...more,
  });
  const stepsOf = (leaf: number): string[] => desk.of(leaf).steps.map(({ by, step }) => `${by} ${step}`);

  it("takes a report, with a clock, and goes on showing the record until somebody decides", async () => {
    const leaf = await record();
    const { report: reported, hold } = await desk.report(spam(leaf), "member");
    expect(hold).to.equal(undefined);
    expect(desk.of(leaf)).to.include({ visibility: "shown" });
    expect(desk.of(leaf).open).to.deep.equal([
      {
        ...{ by: "member", record: leaf, rule: "spam", rules: 1, step: "reported", leafIndex: reported.leafIndex },
        due: Math.floor(now / 1_000) + DAY_SECONDS,
        at: desk.of(leaf).steps[0]?.at,
      },
    ]);
    await desk.decide("hidden", spam(leaf));
    expect(desk.of(leaf)).to.deep.include({ visibility: "hidden", open: [] });
    expect(stepsOf(leaf)).to.deep.equal(["member reported", "moderator hidden"]);
  });

  it("holds at once what shows somebody's face, as a program's act, and no second time once somebody has looked", async () => {
    const leaf = await record();
    const face = { record: leaf, rule: "missed-face" };
    expect((await desk.report(face, "member")).hold).not.to.equal(undefined);
    expect(desk.of(leaf).visibility).to.equal("held");
    expect(stepsOf(leaf)).to.deep.equal(["member reported", "automatic held"]);
    await desk.decide("kept", { ...face, text: "It is a statue." });
    expect(desk.of(leaf)).to.deep.include({ visibility: "shown", open: [] });
    expect((await desk.report(face, "member")).hold).to.equal(undefined);
    expect(desk.of(leaf).visibility).to.equal("shown");
    // Another rule is another question.
    expect((await desk.report({ record: leaf, rule: "personal-data" }, "member")).hold).not.to.equal(undefined);
  });

  it("hears an author once about each decision", async () => {
    const leaf = await record();
    await expectRejection("REQUEST_INVALID", desk.appeal(spam(leaf)), /is shown/);
    await desk.decide("hidden", spam(leaf));
    await expectRejection("REQUEST_INVALID", desk.appeal({ record: leaf }), /says why/);
    await desk.appeal({ record: leaf, text: "It is my grandmother's shop." });
    expect(desk.of(leaf).open.map(({ step, rule, due }) => [step, rule, due])).to.deep.equal([
      ["appealed", "spam", Math.floor(now / 1_000) + 7 * DAY_SECONDS],
    ]);
    await expectRejection("REQUEST_INVALID", desk.appeal({ record: leaf, text: "Again" }), /already/);
    await desk.decide("upheld", spam(leaf, { text: "It is still advertising." }));
    expect(desk.of(leaf)).to.deep.include({ visibility: "hidden", open: [] });
    await expectRejection("REQUEST_INVALID", desk.appeal({ record: leaf, text: "Again" }), /already/);
    await desk.decide("restored", spam(leaf, { text: "We were wrong." }));
    expect(desk.of(leaf).visibility).to.equal("shown");
    await desk.decide("hidden", spam(leaf));
    await desk.appeal({ record: leaf, text: "This is another decision." });
    expect(stepsOf(leaf).at(-1)).to.equal("author appealed");
  });

  it("has an appeal decided by somebody else than who decided", async () => {
    const leaf = await record();
    const by = (account: string) => spam(leaf, { account });
    await desk.decide("held", by("one"));
    await desk.appeal({ record: leaf, text: "It is my grandmother's shop.", account: "author" });
    for (const decision of ["kept", "hidden"] as const)
      await expectRejection("FORBIDDEN", desk.decide(decision, by("one")), /somebody else decides/);
    await expectRejection("FORBIDDEN", desk.decide("kept", spam(leaf)), /somebody else decides/);
    await desk.decide("hidden", by("two"));
    await desk.appeal({ record: leaf, text: "It is hers, not mine.", account: "author" });
    for (const decision of ["upheld", "restored"] as const)
      await expectRejection("FORBIDDEN", desk.decide(decision, by("two")), /somebody else decides/);
    await desk.decide("restored", by("one"));
    // Without an appeal, whoever decided may decide otherwise.
    await desk.decide("hidden", by("one"));
    await desk.decide("restored", by("one"));
  });

  it("refuses what does not fit how the record stands, and enters nothing then", async () => {
    const leaf = await record();
    const size = ledger.log.tree.size;
    for (const decision of ["kept", "upheld", "restored"] as const)
      await expectRejection("REQUEST_INVALID", desk.decide(decision, spam(leaf)));
    for (const text of [undefined, "  ", "x".repeat(4_001)]) {
      const said = { record: leaf, rule: "spam", ...(text !== undefined && { text }) };
      await expectRejection("REQUEST_INVALID", desk.decide("hidden", said));
    }
    await expectRejection("REQUEST_INVALID", desk.report(spam(leaf, { rule: "ugly" }), "member"), /the rules are/);
    await expectRejection("NOT_FOUND", desk.report(spam(0), "member"));
    await expectRejection("NOT_FOUND", desk.decide("hidden", spam(1_000_000)));
    expect(ledger.log.tree.size).to.equal(size);
    await desk.decide("held", spam(leaf));
    await expectRejection("REQUEST_INVALID", desk.decide("held", spam(leaf)), /held already/);
    await desk.decide("hidden", spam(leaf));
    await expectRejection("REQUEST_INVALID", desk.decide("hidden", spam(leaf)), /hidden already/);
    await expectRejection("REQUEST_INVALID", desk.report(spam(leaf), "member"), /hidden already/);
  });

  it("has an end to the reports about one record", async () => {
    const leaf = await record();
    for (let count = 0; count < 20; count++) await desk.report({ record: leaf, rule: "off-topic" }, "member");
    await expectRejection("REQUEST_INVALID", desk.report({ record: leaf, rule: "off-topic" }, "member"), /will look/);
    await desk.decide("kept", spam(leaf, { rule: "off-topic", text: "It is about the street." }));
  });

  it("lists what is open by when it is due, and what is late", async () => {
    const [first, second] = [await record(), await record()];
    await desk.report(spam(first), "member");
    now += 3_600_000;
    await desk.report(spam(second), "member");
    const places = desk.queue().map(({ record: leaf }) => leaf);
    expect(places.indexOf(second)).to.be.greaterThan(places.indexOf(first));
    const late = desk.overdue().length;
    now += 23.5 * 3_600_000;
    expect(desk.overdue().length).to.be.greaterThan(late);
  });

  it("stands as it stood after a restart", async () => {
    const { folder } = ledger;
    const all = (): unknown => ledger.log.events.moderations.all;
    const [before, queue] = [all(), desk.queue()];
    const { steps } = ledger.log.events.moderations.countSince(0);
    expect(steps).to.include({ upheld: 1, restored: 3 });
    await ledger.close();
    ledger = await openLedger({ folder });
    desk = new ModerationDesk({ ...ledger.log, now: () => now }, rules);
    expect(all()).to.deep.equal(before);
    expect(desk.queue()).to.deep.equal(queue);
    expect(ledger.log.events.moderations.countSince(Math.floor(Date.now() / 1_000) + 60).steps.hidden).to.equal(0);
  });

  it("counts what waits for a decision as held once an event cannot be read", async () => {
    const { moderations } = ledger.log.events;
    const [shown, open] = [await record(), await record()];
    await desk.report(spam(open), "member");
    moderations.damaged();
    expect(moderations.visibilityOf(shown)).to.equal("shown");
    expect(moderations.visibilityOf(open)).to.equal("held");
  });
});

describe("the rules of moderation", () => {
  const shipped = JSON.parse(SHIPPED.toString("utf8")) as { rules: { code: string }[] };

  it("are read strictly", () => {
    const [rule] = shipped.rules;
    const wrong: object[] = [
      { ...shipped, format: "warifu-moderation-rules/2" },
      { ...shipped, version: 0 },
      { ...shipped, rules: [] },
      { ...shipped, rules: [rule, rule] },
      { ...shipped, rules: [{ ...rule, code: "No Spam" }] },
      { ...shipped, rules: [{ ...rule, labels: { en: "Spam" } }] },
      { ...shipped, decideWithinHours: 0 },
      { ...shipped, more: 1 },
    ];
    for (const value of wrong) expectCode("CONFIG_INVALID", () => parseModerationRules(value as never));
  });
});

// Who is shown what a record conceals: grants, their tokens and their end, and the one way out of the vault, behind which the
// log says that somebody looked.

import { rmSync } from "node:fs";

import { expect } from "chai";

import { accessOf } from "../../src/core/disclosure-event.ts";
import { toHex, utf8 } from "../../src/core/bytes.ts";
import { parseOpening } from "../../src/core/opening.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { askerOf, DisclosureDesk, type NewDisclosure } from "../../src/privacy/disclosure.ts";
import { Restrictions } from "../../src/privacy/restrictions.ts";
import { WayOut, type Asker, type Condition, type ReadEntry } from "../../src/privacy/way-out.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { lawOf } from "./support/rights.ts";

const KEY_ID = "0123456789abcdef";
const OFFICER: Asker = { role: "officer", keyId: KEY_ID };
const NOW = 1_795_334_400_000;
const HOUR = 3_600;

describe("a disclosure of what records conceal", () => {
  let ledger: TestLedger;
  let now = NOW;
  beforeEach(async () => {
    now = NOW;
    ledger = await openLedger({ now: () => now });
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(ledger.folder, { recursive: true, force: true });
  });

  const deskOf = ({ log }: TestLedger) =>
    new DisclosureDesk({
      ...{ ...log, restrictions: new Restrictions(log, lawOf("eu")) },
      ...{ randomBytes: pagedRandomBytes(), now: () => now },
    });
  const wayOutOf = (conditions?: readonly Condition[]) => new WayOut({ ...ledger.log, now: () => now, conditions });

  async function entryAt(leafIndex: number): Promise<ReadEntry> {
    const { store, check } = ledger.log;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    return { entry: entry!, body: await check.bodyOf(entry!) };
  }

  async function reports(count: number): Promise<ReadEntry[]> {
    const entered = await ledger.submit(Array.from({ length: count }, (_, at) => report(at)));
    return Promise.all(entered.map(({ leafIndex }) => entryAt(leafIndex)));
  }

  const wanted = (records: readonly ReadEntry[], more: Partial<NewDisclosure> = {}): NewDisclosure => ({
    records,
    claims: ["text"],
    recipient: "Hanako Tanaka, city auditor",
    purpose: "audit",
    purposeText: "complaint 4711",
    until: NOW / 1_000 + HOUR,
    by: KEY_ID,
    ...more,
  });

  async function publicTexts(): Promise<string> {
    const entries = await ledger.store.entries(0, ledger.log.tree.size);
    const said = entries.filter(({ kind }) => kind === "disclosure");
    return said.map(({ body }) => Buffer.from(body ?? []).toString()).join("\n");
  }

  const sizeOf = () => ledger.log.tree.publishedSize;

  it("is in force for its token, and for nobody else's", async () => {
    const desk = deskOf(ledger);
    const { disclosure, token } = await desk.grant(wanted(await reports(2)));
    const other = await desk.grant(wanted(await reports(1), { recipient: "somebody else" }));
    const granted = await desk.recognise(disclosure, token);
    expect(granted.map(({ number, claims, recipient }) => [number, claims, recipient])).to.deep.equal([
      [0, ["text"], "Hanako Tanaka, city auditor"],
      [1, ["text"], "Hanako Tanaka, city auditor"],
    ]);
    expect([disclosure, other.disclosure]).to.deep.equal([0, 2]);
    expect((await desk.recognise(2, other.token)).map(({ number }) => number)).to.deep.equal([2]);
    const as = (number: number): string => token.replace("wd_0_", `wd_${number}_`);
    const refusals = [];
    for (const [number, text] of [
      ...([
        [2, as(2)],
        [9, as(9)],
        [2, token],
        [0, as(2)],
        [0, other.token],
        [0, `${token.slice(0, -1)}!`],
      ] as const),
      ...([
        [0, ""],
        [0, undefined],
        [0, ledger.folder],
      ] as const),
    ])
      refusals.push((await expectRejection("UNAUTHENTICATED", desk.recognise(number, text))).message);
    expect(new Set(refusals).size).to.equal(1);
  });

  it("leaves nothing in public of whom it is for, of what it names, or of its token", async () => {
    const { token } = await deskOf(ledger).grant(wanted(await reports(2), { claims: ["text", "reporterEmail"] }));
    const said = await publicTexts();
    for (const trace of ["Hanako", "4711", '"reporterEmail"', '"text"', token.slice(5), KEY_ID])
      expect(said.includes(trace), trace).to.equal(false);
    expect(said).to.include('"claims":2').and.include('"purpose":"audit"');
  });

  it("is one event a record, so that the log does not say which were granted together", async () => {
    const [first, second] = (await reports(2)) as [ReadEntry, ReadEntry];
    const before = sizeOf();
    await deskOf(ledger).grant(wanted([first, second]));
    const entries = await ledger.store.entries(before, sizeOf());
    const records = entries.map(({ body }) => JSON.parse(Buffer.from(body!).toString()).disclosure.record as number);
    expect(records).to.deep.equal([first.entry.leafIndex, second.entry.leafIndex]);
  });

  it("ends when it is withdrawn, as a whole, and withdrawing again changes nothing", async () => {
    const desk = deskOf(ledger);
    const { disclosure, token } = await desk.grant(wanted(await reports(2)));
    expect(await desk.withdraw(disclosure, "k")).to.equal(2);
    await expectRejection("UNAUTHENTICATED", desk.recognise(0, token));
    const size = sizeOf();
    expect(await desk.withdraw(disclosure, "k")).to.equal(0);
    expect(sizeOf()).to.equal(size);
    expect((await desk.list(0, 10)).map(({ state }) => state)).to.deep.equal(["withdrawn", "withdrawn"]);
    await expectRejection("NOT_FOUND", desk.withdraw(1, "k"));
    await expectRejection("NOT_FOUND", desk.withdraw(9, "k"));
  });

  it("ends with its time, and is not given for a time that is over", async () => {
    const desk = deskOf(ledger);
    const records = await reports(1);
    const { token } = await desk.grant(wanted(records));
    now += HOUR * 1_000 - 1;
    await desk.recognise(0, token);
    now += 1;
    await expectRejection("UNAUTHENTICATED", desk.recognise(0, token));
    expect((await desk.list(0, 10)).map(({ state }) => state)).to.deep.equal(["expired"]);
    await expectRejection("REQUEST_INVALID", desk.grant(wanted(records)));
  });

  it("ends at a full hour, so that the second of its end does not tell what was granted together", async () => {
    const desk = deskOf(ledger);
    const end = NOW / 1_000 + HOUR;
    const granted = [];
    for (const until of [end - HOUR + 1, end - 60, end])
      granted.push(await desk.grant(wanted(await reports(1), { until })));
    expect(granted.map(({ until }) => until)).to.deep.equal([end, end, end]);
    expect([...(await publicTexts()).matchAll(/"until":(\d+)/g)].map(([, until]) => Number(until))).to.deep.equal([
      ...[end, end, end],
    ]);
    now = end * 1_000 - 1;
    for (const { disclosure, token } of granted) await desk.recognise(disclosure, token);
    now += 1;
    for (const { disclosure, token } of granted)
      await expectRejection("UNAUTHENTICATED", desk.recognise(disclosure, token));
    await expectRejection("REQUEST_INVALID", desk.grant(wanted(await reports(1), { until: end - 1 })));
  });

  it("survives a restart, and so does its end", async () => {
    const kept = await deskOf(ledger).grant(wanted(await reports(1)));
    const ended = await deskOf(ledger).grant(wanted(await reports(1)));
    await deskOf(ledger).withdraw(ended.disclosure, "k");
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder, now: () => now });
    expect(await deskOf(ledger).recognise(0, kept.token)).to.have.length(1);
    await expectRejection("UNAUTHENTICATED", deskOf(ledger).recognise(1, ended.token));
    expect((await deskOf(ledger).grant(wanted(await reports(1)))).disclosure).to.equal(2);
  });

  it("counts no more once an event above it is damaged, which may have been its withdrawal", async () => {
    const { disclosure, token } = await deskOf(ledger).grant(wanted(await reports(1)));
    await deskOf(ledger).withdraw(disclosure, "k");
    const leaf = sizeOf() - 1;
    await ledger.close();
    withDatabase(ledger.folder, "ledger.sqlite", (db) =>
      db
        .prepare("UPDATE entry SET body = CAST(replace(body, 'withdrawn', 'forgotten') AS BLOB) WHERE leaf_index = ?")
        .run(leaf),
    );
    ledger = await openLedger({ folder: ledger.folder, now: () => now });
    await expectRejection("UNAUTHENTICATED", deskOf(ledger).recognise(0, token));
    expect((await deskOf(ledger).grant(wanted(await reports(1)))).disclosure).to.equal(2);
  });

  it("is refused for a claim that no record has, and for a record that conceals nothing or was erased", async () => {
    const desk = deskOf(ledger);
    const records = await reports(1);
    const { message } = await expectRejection("REQUEST_INVALID", desk.grant(wanted(records, { claims: ["txet"] })));
    expect(message).to.include("text").and.not.include("txet");
    const [open] = await ledger.submit([reading(1)]);
    const openEntry = await entryAt(open!.leafIndex);
    await expectRejection("REQUEST_INVALID", desk.grant(wanted([openEntry])));
    await ledger.log.writer.erase(records[0]!.entry.leafIndex);
    await expectRejection("REQUEST_INVALID", desk.grant(wanted(records)));
  });

  describe("through the way out", () => {
    it("gives the named claims only, and the log says that somebody looked, not who", async () => {
      const [of] = (await reports(1)) as [ReadEntry];
      const desk = deskOf(ledger);
      const { token } = await desk.grant(wanted([of]));
      const [grant] = await desk.recognise(0, token);
      const size = sizeOf();
      const openings = await wayOutOf().openings(of, askerOf(grant!), new Set(grant!.claims));
      expect(openings!.map((text) => parseOpening(text).name)).to.deep.equal(["text"]);
      const { body } = await entryAt(size);
      expect(accessOf(body!)).to.deep.equal({ grant: grant!.leafIndex, record: of.entry.leafIndex });
      expect(await publicTexts()).to.not.include("Hanako");
      const { who } = (await ledger.log.check.claimsOf(size, body))!;
      expect(who).to.deep.equal({ recipient: "Hanako Tanaka, city auditor" });
      expect(ledger.log.events.aboutRecords.of(of.entry.leafIndex)).to.deep.equal([grant!.leafIndex, size]);
    });

    it("gives an officer all of them, and the log says so too", async () => {
      const [of] = (await reports(1)) as [ReadEntry];
      const size = sizeOf();
      expect((await wayOutOf().openings(of, OFFICER))!.length).to.be.greaterThan(1);
      const { body } = await entryAt(size);
      expect(accessOf(body!)).to.deep.equal({ record: of.entry.leafIndex });
      expect(await ledger.log.check.claimsOf(size, body)).to.deep.include({ who: { key: KEY_ID } });
    });

    it("is one access in a minute for the same asker and record", async () => {
      const [one, other] = (await reports(2)) as [ReadEntry, ReadEntry];
      const way = wayOutOf();
      const size = sizeOf();
      await Promise.all([way.openings(one, OFFICER), way.openings(one, OFFICER), way.picture(one, OFFICER, "")]);
      expect(sizeOf() - size).to.equal(1);
      await way.openings(other, OFFICER);
      await way.openings(one, { role: "officer", keyId: "another" });
      expect(sizeOf() - size).to.equal(3);
      now += 60_000;
      await way.openings(one, OFFICER);
      expect(sizeOf() - size).to.equal(4);
    });

    it("gives nothing that a condition refuses, and then nobody has looked", async () => {
      const [of] = (await reports(1)) as [ReadEntry];
      const size = sizeOf();
      const way = wayOutOf([
        () => undefined,
        ({ of: { entry }, what }) => {
          throw new WarifuError("FORBIDDEN", `${what} of leaf ${entry.leafIndex}`);
        },
      ]);
      for (const read of [way.openings(of, OFFICER), way.original(of, OFFICER), way.picture(of, OFFICER, "")])
        await expectRejection("FORBIDDEN", read);
      expect(sizeOf()).to.equal(size);
    });

    it("gives nothing that the log cannot say was given", async () => {
      const [of] = (await reports(1)) as [ReadEntry];
      ledger.log.writer.refuseMore();
      await expectRejection("STOPPED", wayOutOf().openings(of, OFFICER));
    });

    it("notes nothing where there is nothing to see", async () => {
      const [open] = await ledger.submit([reading(1)]);
      const [erased] = (await reports(1)) as [ReadEntry];
      await ledger.log.writer.erase(erased.entry.leafIndex);
      const size = sizeOf();
      expect(await wayOutOf().openings(await entryAt(open!.leafIndex), OFFICER)).to.deep.equal([]);
      expect(await wayOutOf().openings(erased, OFFICER)).to.equal(undefined);
      expect(await wayOutOf().original(erased, OFFICER)).to.equal(undefined);
      expect(await wayOutOf().picture(erased, OFFICER, toHex(utf8("x")))).to.equal(undefined);
      expect(sizeOf()).to.equal(size);
    });
  });
});

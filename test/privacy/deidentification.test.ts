// De-identified tables of a log: what is in them, who is not, what each leaves in the log, and that nobody gets two to subtract.

import { expect } from "chai";

import { deidentificationOf, isDeidentification } from "../../src/core/deidentification-event.ts";
import type { DeidentifiedTable } from "../../src/core/deidentified-table.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { receptionEvent } from "../../src/events/provision.ts";
import { Deidentifying, type NewTable } from "../../src/privacy/deidentification.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { ANYBODY, type TransferGate } from "../../src/privacy/transfer-gate.ts";
import { WayOut } from "../../src/privacy/way-out.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import { entryAt, gateOf } from "../support/transfers.ts";
import { expectClean, openLedger, type TestLedger } from "../support/ledger.ts";
import { lawOf } from "./support/rights.ts";

const CANARY = "Hanako Tanaka";

describe("de-identified tables", () => {
  let ledger: TestLedger;
  let now: number;
  let people: number;
  beforeEach(async () => {
    now = Date.parse("2026-11-28T09:00:00Z");
    people = 0;
    ledger = await openLedger({ now: () => now });
  });
  afterEach(() => ledger.close());

  /** Enters so many reports, each of another person, of one category and day of sight. */
  async function enter(count: number, category: string, day: number, more: JsonObject = {}): Promise<number[]> {
    const records = Array.from({ length: count }, () => {
      const { source = "city/app", ...claims } = more;
      const own = { reporterEmail: `p${people++}@example.org`, reporterName: CANARY, text: `${CANARY} at my door` };
      const reportedAt = `2026-11-0${day}T23:30:00-01:00`;
      return { type: "citizen-report", source, claims: { category, reportedAt, ...own, ...claims } };
    });
    return (await ledger.submit(records)).map(({ leafIndex }) => leafIndex);
  }

  const parts = () => {
    const { gate, restrictions } = gateOf(ledger.log, { now: () => now });
    const wayOut = new WayOut({ ...ledger.log, now: () => now });
    return { log: ledger.log, gate, restrictions, wayOut, law: lawOf("eu"), now: () => now };
  };
  const wanted = (more: Partial<NewTable> = {}): NewTable => ({
    ...{
      type: "citizen-report",
      from: "2026-11-01",
      to: "2026-11-28",
      claims: ["category", "reportedAt"],
      by: "key-1",
    },
    ...more,
  });
  async function textOf(more: Partial<NewTable> = {}): Promise<string> {
    return Buffer.from(await new Deidentifying(parts()).make(wanted(more))).toString();
  }
  const tableOf = async (more: Partial<NewTable> = {}): Promise<DeidentifiedTable> =>
    JSON.parse(await textOf(more)) as DeidentifiedTable;
  const cellsOf = async (more: Partial<NewTable> = {}): Promise<string[]> =>
    (await tableOf(more)).cells.map(({ values, rows }) => `${Object.values(values).join(" ")}: ${rows}`);

  it("count records by values that the profile makes coarser, and drop everything else", async () => {
    await enter(12, "noise", 1);
    await enter(10, "noise", 2);
    await enter(3, "pothole", 1);
    const text = await textOf();
    const { dropped, cells, ...rest } = JSON.parse(text) as DeidentifiedTable;
    expect(rest).to.deep.equal({
      ...{ format: "warifu-deidentified/1", log: ledger.store.origin, profile: "citizen-report:4", k: 10, l: 2 },
      ...{ from: "2026-11-01", to: "2026-11-28", steps: { category: { step: "same" }, reportedAt: { step: "day" } } },
      ...{ rows: 22, leftOut: 10 },
    });
    expect(cells).to.deep.equal([
      { values: { category: "noise", reportedAt: "2026-11-02" }, rows: 12 },
      { values: { category: "noise", reportedAt: "2026-11-03" }, rows: 10 },
    ]);
    expect(dropped).to.include.members(["reporterEmail", "reporterName", "text", "latitude", "area"]);
    const [subject] = await ledger.vault.subjectsOf((await enter(1, "noise", 1))[0]!);
    expect(text)
      .to.not.match(/Hanako|example\.org|sub_|city\/app/)
      .and.not.include(subject);
  });

  it("are each an event of the log, which names no record and nobody", async () => {
    await enter(12, "noise", 1);
    await enter(10, "noise", 2);
    const size = ledger.log.tree.size;
    await textOf();
    expect(ledger.log.tree.size, "one event, and no access for each record").to.equal(size + 1);
    const { body, entry } = await entryAt(ledger.log, size);
    expect(isDeidentification(body!)).to.equal(true);
    expect(deidentificationOf(body!)).to.deep.equal({
      ...{ basis: "gdpr-recital-26", claims: ["category", "reportedAt"], from: "2026-11-01", to: "2026-11-28" },
      ...{
        jurisdiction: "eu",
        k: 10,
        l: 2,
        lawVersion: "2018-05-25",
        leftOut: 0,
        profile: "citizen-report:4",
        rows: 22,
      },
    });
    const concealed = await ledger.log.check.claimsOf(entry.leafIndex, body);
    expect(concealed).to.have.property("by", "key-1");
    expect(concealed)
      .to.have.property("sha256")
      .that.matches(/^[0-9a-f]{64}$/);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("cannot be had twice of one day with anything changed: nobody subtracts one from the other", async () => {
    await enter(12, "noise", 1);
    const [last] = (await enter(11, "noise", 2)).reverse();
    const first = await textOf();
    expect(await textOf(), "the very same").to.equal(first);
    for (const more of [
      { from: "2026-11-28" },
      { to: "2026-11-28", from: "2026-10-01" },
      { k: 11 },
      { l: 3 },
      { claims: ["category"] },
    ])
      await expectRejection("TRANSFER_REFUSED", textOf(more), /subtract/);
    await eraseRecords([last!], { basis: "gdpr-17-1-a" }, ledger.log);
    await expectRejection("TRANSFER_REFUSED", textOf(), /subtract/);
    await ledger.close();
    now = Date.parse("2026-11-29T01:00:00Z");
    ledger = await openLedger({ folder: ledger.folder, now: () => now });
    await expectRejection("TRANSFER_REFUSED", textOf({ to: "2026-11-29" }), /subtract/);
    await enter(20, "noise", 1);
    await enter(20, "noise", 3);
    expect(await cellsOf({ from: "2026-11-29", to: "2026-11-29" }), "other days").to.have.lengthOf(2);
  });

  it("take whole days, which have begun, by when records came in", async () => {
    await enter(12, "noise", 1);
    await enter(12, "noise", 2);
    now = Date.parse("2026-11-29T00:00:00Z");
    await enter(15, "noise", 3);
    await enter(15, "noise", 4);
    for (const more of [
      { from: "2026-11-28T10:00:00Z" },
      { from: "2026-11-31" },
      { from: "2026-11-29", to: "2026-11-28" },
      { to: "2026-11-30" },
    ])
      await expectRejection("REQUEST_INVALID", textOf(more), /day/);
    expect(await cellsOf({ from: "2026-11-29", to: "2026-11-29" })).to.deep.equal([
      "noise 2026-11-04: 15",
      "noise 2026-11-05: 15",
    ]);
    expect(await cellsOf()).to.deep.equal(["noise 2026-11-02: 12", "noise 2026-11-03: 12"]);
  });

  it("are not made of a tiny source, of one source that may be one person, or where no cell is left", async () => {
    await enter(40, "noise", 1, { reporterEmail: "one@example.org" });
    await enter(40, "noise", 2, { reporterEmail: "two@example.org" });
    const anonymous = (count: number, source: string, day: number) =>
      ledger.submit(
        Array.from({ length: count }, () => ({
          ...{ type: "citizen-report", source },
          claims: { category: "light", reportedAt: `2026-11-0${day}T10:00:00Z` },
        })),
      );
    await anonymous(30, "phone/1", 1);
    await anonymous(30, "phone/2", 2);
    const size = ledger.log.tree.size;
    await expectRejection("TRANSFER_REFUSED", textOf(), /no cell has enough people/);
    expect(ledger.log.tree.size, "which uses up no day").to.equal(size);
    await enter(10, "noise", 1);
    await enter(10, "noise", 2);
    expect(await cellsOf()).to.deep.equal(["noise 2026-11-02: 50", "noise 2026-11-03: 50"]);
  });

  it("leave out what is erased, restricted or came under another law, and no gap shows which", async () => {
    const [erased] = await enter(12, "noise", 1);
    const [restricted] = await enter(12, "noise", 2);
    const [received] = await enter(1, "noise", 3, { source: "received/0" });
    await enter(30, "noise", 3);
    await enter(30, "noise", 4);
    await eraseRecords([erased!], { basis: "gdpr-17-1-a" }, ledger.log);
    const { restrictions } = parts();
    const objection = { state: "objected", purposes: ["research"], basis: "gdpr-21", records: [restricted!] } as const;
    await restrictions.restrict(objection);
    const reception = { basis: "eu-adequacy-2019-419", country: "JP", lawVersion: "2023-04-01", origin: "jp-operator" };
    await ledger.log.writer.enter(receptionEvent({ ...reception, record: received! }, { from: "Example" }));
    // Two are left out, so the smallest cell, eleven people of day 1 or of day 2, goes with them.
    const { cells, leftOut } = await tableOf();
    expect(cells.map(({ values, rows }) => `${values["reportedAt"]} ${rows}`)).to.deep.equal([
      "2026-11-03 11",
      "2026-11-04 30",
      "2026-11-05 30",
    ]);
    expect(leftOut).to.equal(20);
  });

  it("are not made while somebody's records are restricted: they may be among those read before", async () => {
    const [leaf] = await enter(12, "noise", 1);
    await enter(12, "noise", 2);
    const { gate, restrictions, ...rest } = parts();
    let isFirst = true;
    const late = interpose(gate, async (_method, call) => {
      const permit = (await call()) as unknown;
      const restriction = { state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [leaf!] } as const;
      if (isFirst) await restrictions.restrict(restriction);
      isFirst = false;
      return permit;
    });
    const desk = new Deidentifying({ ...rest, gate: late });
    await expectRejection("TRANSFER_REFUSED", desk.make(wanted()), /meanwhile/);
    await expectRejection("TRANSFER_REFUSED", desk.make(wanted()), /no cell/);
  });

  it("do not make up for what is erased: that it is gone is in the log", async () => {
    const [erased] = await enter(13, "noise", 1);
    await enter(10, "noise", 2);
    await eraseRecords([erased!], { basis: "gdpr-17-1-a" }, ledger.log);
    const { rows, leftOut } = await tableOf();
    expect([rows, leftOut]).to.deep.equal([22, 0]);
  });

  it("have no other claim than their profile lets leave, and none of a profile that says nothing", async () => {
    await expectRejection("REQUEST_INVALID", textOf({ claims: ["reporterEmail"] }), /lets area, category/);
    await expectRejection("REQUEST_INVALID", textOf({ claims: [] }), /lets area, category/);
    await expectRejection("REQUEST_INVALID", textOf({ type: "sensor-reading" }), /no "deidentify"/);
    await expectRejection("PROFILE_UNKNOWN", textOf({ type: "invented" }));
  });

  it("pass the gate with every record: without its permit nothing concealed is read for one", async () => {
    const [leaf] = await enter(12, "noise", 1);
    await enter(12, "noise", 2);
    const record = await entryAt(ledger.log, leaf!);
    const { gate, wayOut } = parts();
    const leaving = { records: [record], recipient: ANYBODY, purpose: ANYBODY } as const;
    await expectRejection("TRANSFER_REFUSED", gate.assertMayLeave({ ...leaving, claims: ["text"] }), /coarser/);
    const permit = await gate.assertMayLeave({ ...leaving, claims: ["reportedAt"] });
    const read = (names: string[], by = permit) =>
      wayOut.openings(record, { role: "table", permit: by }, new Set(names));
    expect(await read(["reportedAt"])).to.have.lengthOf(1);
    await expectRejection("TRANSFER_REFUSED", read(["text"]));
    await expectRejection("TRANSFER_REFUSED", read(["reportedAt"], { ...permit }));
    await expectRejection("TRANSFER_REFUSED", wayOut.openings(record, { role: "table", permit }));
    await expectRejection("TRANSFER_REFUSED", wayOut.original(record, { role: "table", permit }));
    const asked: unknown[] = [];
    const watched = interpose(gate, (method, call, args) => {
      if (method === "assertMayLeave") asked.push(args);
      return call();
    });
    await new Deidentifying({ ...parts(), gate: watched as TransferGate }).make(wanted());
    expect(asked).to.have.lengthOf(24);
  });
});

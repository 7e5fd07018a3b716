// What stands against using a record: asked before anything is done with it, and known again after a restart.

import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { Restrictions } from "../../src/privacy/restrictions.ts";
import { readLaw } from "../../src/privacy/law.ts";
import { Rights } from "../../src/privacy/rights.ts";
import { WayOut } from "../../src/privacy/way-out.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, reading, type TestLedger } from "../support/ledger.ts";
import { exampleNotice } from "./support/rights.ts";

const LAW = readLaw([join(import.meta.dirname, "../../laws")], "eu");
const SUBJECT = "sub_AAAAAAAAAAAAAAAAAAAAAA";

describe("restrictions", () => {
  let ledger: TestLedger;
  let restrictions: Restrictions;
  let leaves: number[];
  beforeEach(async () => {
    ledger = await openLedger();
    restrictions = new Restrictions(ledger.log, LAW);
    leaves = (await ledger.submit([reading(1), reading(2), reading(3)])).map(({ leafIndex }) => leafIndex);
  });
  afterEach(() => ledger.close());

  async function restart(): Promise<void> {
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder });
    restrictions = new Restrictions(ledger.log, LAW);
  }

  const at = (place: number): number => leaves[place] as number;

  it("stand against every way of use, an objection against use, a cessation against provision alone", async () => {
    const common = { purposes: ["*"], basis: "gdpr-18" } as const;
    await restrictions.restrict({ ...common, state: "restricted", records: [at(0)], subject: SUBJECT });
    await restrictions.restrict({
      ...{ state: "objected", purposes: ["research"], basis: "gdpr-21" },
      records: [at(1)],
    });
    await restrictions.restrict({ ...common, state: "provision-ceased", records: [at(2), at(2)] });
    const ways = ["use", "provide", "retention"] as const;
    const answers = async (leaf: number, purpose: string): Promise<boolean[]> =>
      Promise.all(ways.map((way) => restrictions.isRestricted(leaf, purpose, way)));
    for (let round = 0; round < 2; round++) {
      expect(await answers(at(0), "research")).to.deep.equal([true, true, true]);
      expect(await answers(at(1), "research")).to.deep.equal([true, true, false]);
      expect(await answers(at(1), "street-repair")).to.deep.equal([false, false, false]);
      expect(await answers(at(2), "research")).to.deep.equal([false, true, false]);
      expect(await answers(99, "research")).to.deep.equal([false, false, false]);
      await restart();
    }
    expect((await restrictions.of(at(1))).map(({ state }) => state)).to.deep.equal(["objected"]);
  });

  it("say nothing of records or persons in the log", async () => {
    const { leafIndex } = await restrictions.restrict({
      ...{ state: "restricted", purposes: ["*"], basis: "gdpr-18" },
      ...{ records: [at(0), at(2)], subject: SUBJECT },
    });
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    const body = JSON.parse(Buffer.from(entry?.body ?? []).toString()) as { consent: { _sd: unknown } };
    const { _sd, ...shown } = body.consent;
    expect(_sd).to.have.lengthOf(8);
    expect(shown).to.deep.equal({
      ...{ basis: "gdpr-18", jurisdiction: "eu", purposes: ["*"], records: 2, state: "restricted" },
    });
  });

  it("are lifted once, with what stood against the record", async () => {
    const common = { purposes: ["*"], basis: "gdpr-18", records: [at(0)] } as const;
    const first = await restrictions.restrict({ ...common, state: "restricted" });
    await restrictions.restrict({ ...common, state: "provision-ceased" });
    const lift = { basis: "gdpr-18", told: ["before-lifting"] };
    const { leafIndex: lifting } = await restrictions.lift(first.leafIndex, lift);
    for (let round = 0; round < 2; round++) {
      expect(await restrictions.isRestricted(at(0), "research")).to.equal(false);
      expect(await restrictions.isRestricted(at(0), "research", "provide")).to.equal(true);
      await expectRejection("NOT_FOUND", restrictions.lift(first.leafIndex, lift));
      await expectRejection("NOT_FOUND", restrictions.lift(lifting, lift));
      await expectRejection("NOT_FOUND", restrictions.lift(at(0), lift));
      await restart();
    }
  });

  it("are lifted once the person was told where the law wants that, and the event says so", async () => {
    const common = { purposes: ["*"], basis: "gdpr-18", records: [at(0)] } as const;
    const restricted = await restrictions.restrict({ ...common, state: "restricted" });
    const objected = await restrictions.restrict({ ...common, state: "objected" });
    const size = ledger.log.tree.size;
    const untold = restrictions.lift(restricted.leafIndex, { basis: "gdpr-18" });
    await expectRejection("REQUEST_INVALID", untold, /law of eu .* before-lifting/);
    const needless = restrictions.lift(objected.leafIndex, { basis: "gdpr-21", told: ["before-lifting"] });
    await expectRejection("REQUEST_INVALID", needless, /nothing/);
    expect(ledger.log.tree.size).to.equal(size);
    await restrictions.lift(restricted.leafIndex, { basis: "gdpr-18", told: ["before-lifting"] });
    await restrictions.lift(objected.leafIndex, { basis: "gdpr-21" });
    const liftings = ledger.log.events.restrictions.all.filter(({ state }) => state === "lifted");
    expect(liftings.map(({ told }) => told)).to.deep.equal([["before-lifting"], []]);
    const elsewhere = new Restrictions(ledger.log, readLaw([join(import.meta.dirname, "../../laws")], "jp-operator"));
    const inJapan = await elsewhere.restrict({ ...common, basis: "appi-35-1", state: "restricted" });
    await elsewhere.lift(inJapan.leafIndex, { basis: "appi-35-1" });
  });

  it("are refused for nothing, for what is no record, and on a basis that the law does not have", async () => {
    const one = { state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [at(0)] } as const;
    const { leafIndex } = await restrictions.restrict(one);
    await expectRejection("REQUEST_INVALID", restrictions.restrict({ ...one, records: [] }));
    await expectRejection("REQUEST_INVALID", restrictions.restrict({ ...one, basis: "appi-35-3" }));
    await expectRejection("REQUEST_INVALID", restrictions.lift(leafIndex, { basis: "appi-35-3" }));
    await expectRejection("NOT_FOUND", restrictions.restrict({ ...one, records: [at(0), 999] }));
    await expectRejection("NOT_FOUND", restrictions.restrict({ ...one, records: [leafIndex] }));
  });

  it("are refused for a purpose that nobody uses, and the refusal names those there are", async () => {
    const one = { state: "objected", basis: "gdpr-21", records: [at(0)] } as const;
    const objectTo = (...purposes: string[]) => restrictions.restrict({ ...one, purposes });
    const size = ledger.log.tree.size;
    const { message } = await expectRejection("REQUEST_INVALID", objectTo("research", "street-repair"));
    expect(message).to.include("audit, authority, court").and.not.include("street-repair");
    expect(ledger.log.tree.size).to.equal(size);
    const now = Date.now;
    const wayOut = new WayOut({ ...ledger.log, now });
    const strip = async (bytes: Uint8Array) => ({ bytes, type: "image/webp" });
    const { notices, consents } = new Rights({ ...ledger.log, now, restrictions, wayOut, strip }, LAW);
    await notices.add(noticeFor("street-repair", 1));
    await objectTo("street-repair");
    await consents.note({ state: "given", purpose: "street-repair", language: "es" });
    await notices.add(noticeFor("planning", 2));
    await objectTo("street-repair", "planning");
    await expectRejection("REQUEST_INVALID", objectTo("street-repairs"));
  });

  it("go with what the vault keeps of them once that is erased", async () => {
    const { leafIndex } = await restrictions.restrict({
      ...{ state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [at(0)] },
    });
    await ledger.log.writer.erase(leafIndex);
    await restart();
    expect(await restrictions.isRestricted(at(0), "research")).to.equal(false);
  });

  it("are answered with an error, never with no, when the vault has lost them", async () => {
    await restrictions.restrict({ state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [at(0)] });
    await ledger.close();
    withDatabase(ledger.folder, "vault.sqlite", (db) => db.exec("DELETE FROM opening"));
    ledger = await openLedger({ folder: ledger.folder });
    restrictions = new Restrictions(ledger.log, LAW);
    for (let times = 0; times < 2; times++)
      await expectRejection("STORE_DAMAGED", restrictions.isRestricted(at(1), "research"));
  });
});

function noticeFor(code: string, version: number): JsonObject {
  const purpose = { basis: "gdpr-6-1-a", code, needsConsent: true, text: "Para algo" };
  return { ...exampleNotice("es"), purposes: [purpose], version };
}

// The one gate before other controllers: which bases of law let a record pass, what is refused, and which ways are named.

import { rmSync } from "node:fs";

import { expect } from "chai";

import { parseOpening } from "../../src/core/opening.ts";
import type { Recipient } from "../../src/core/recipient.ts";
import { receptionEvent } from "../../src/events/provision.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { readTransferLaw } from "../../src/privacy/transfer-bases.ts";
import { assertPermitted, decisionOn, type HasConsent, type Permit } from "../../src/privacy/transfer-gate.ts";
import { WayOut, type Asker, type ReadEntry } from "../../src/privacy/way-out.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import {
  AMERICAN,
  entryAt,
  FUJISAWA,
  gateOf,
  KEIO,
  OPERATOR,
  SANTANDER,
  type GateOptions,
} from "../support/transfers.ts";
import { LAWS } from "../support/laws.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");

describe("the gate before other controllers", () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger();
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(ledger.folder, { recursive: true, force: true });
  });

  async function enter(record = report(1)): Promise<ReadEntry> {
    const [entered] = await ledger.submit([record]);
    return entryAt(ledger.log, entered!.leafIndex);
  }

  /** A record that came from Santander. */
  async function received(): Promise<ReadEntry> {
    const record = await enter(report(1, { source: "received/0" }));
    const { leafIndex } = record.entry;
    const reception = {
      ...{ basis: "eu-adequacy-2019-419", country: "ES", lawVersion: "2018-05-25", origin: "eu", record: leafIndex },
      onward: "eu-jp-rule-4",
    };
    await ledger.log.writer.enter(receptionEvent(reception, { from: "Santander" }));
    return record;
  }

  const gateWith = (options: GateOptions = {}) => gateOf(ledger.log, { now: () => NOW, ...options });

  async function leave(
    record: ReadEntry,
    recipient: Recipient,
    { basis, ...options }: GateOptions & { readonly basis?: string } = {},
  ): Promise<Permit> {
    return gateWith(options).gate.assertMayLeave({
      ...{ records: [record], recipient, purpose: "planning", claims: ["text"], basis },
    });
  }

  const withPaper = (recipient: Recipient, basis: string, kind: "contract" | "information", until?: string) => ({
    ...recipient,
    papers: [...recipient.papers, { basis, kind, reference: "2026/17", ...(until !== undefined && { until }) }],
  });

  async function basisFor(...args: Parameters<typeof leave>): Promise<string> {
    return decisionOn(await leave(...args), args[0].entry.leafIndex).basis;
  }

  it("lets a report of Santander pass to a Japanese operator, on the adequacy decision", async () => {
    const record = await enter();
    const permit = await leave(record, OPERATOR);
    expect(decisionOn(permit, record.entry.leafIndex)).to.deep.equal({
      ...{ basis: "eu-adequacy-2019-419", law: "GDPR", lawVersion: "2018-05-25", conditions: [], origin: "eu" },
      onward: "eu-jp-rule-4",
    });
  });

  it("refuses a city in Japan, which the adequacy decision does not cover, and names the open ways", async () => {
    const record = await enter();
    const { message, details } = await expectRejection("TRANSFER_REFUSED", leave(record, FUJISAWA));
    expect(details["ways"]).to.equal("eu-scc-2021-914 eu-arrangement-46-3-b eu-consent-49-1-a");
    expect(message).to.match(/public-body in JP/);
    expect(message).to.match(/eu-arrangement-46-3-b \(Administrative [^;]* lacks a contract or arrangement/);
    expect(message).to.match(/eu-consent-49-1-a [^;]* lacks the person's consent to the purpose and that country/);
    expect(message).to.not.include("Fujisawa").and.not.include("adequacy");
    const named = leave(record, FUJISAWA, { basis: "eu-adequacy-2019-419" });
    expect((await expectRejection("TRANSFER_REFUSED", named)).message).to.match(/does not cover/);
    await expectRejection("TRANSFER_REFUSED", leave(record, KEIO));
    const invented = leave(record, OPERATOR, { basis: "no-such-basis" });
    expect((await expectRejection("TRANSFER_REFUSED", invented)).message).to.match(/no basis of that id/);
  });

  it("lets it pass to that city with an arrangement, for as long as that holds", async () => {
    const record = await enter();
    const basis = "eu-arrangement-46-3-b";
    expect(await basisFor(record, withPaper(FUJISAWA, basis, "contract", "2026-11-28"))).to.equal(basis);
    await expectRejection("TRANSFER_REFUSED", leave(record, withPaper(FUJISAWA, basis, "contract", "2026-11-27")));
    await expectRejection("TRANSFER_REFUSED", leave(record, withPaper(FUJISAWA, basis, "information")));
  });

  it("refuses a basis that is not valid yet, or no longer", async () => {
    const record = await enter();
    const law = readTransferLaw([LAWS], "eu");
    const ending = (validUntil: string) => ({ ...law, bases: law.bases.map((basis) => ({ ...basis, validUntil })) });
    expect(await basisFor(record, OPERATOR, { transfers: ending("2026-11-28") })).to.equal("eu-adequacy-2019-419");
    const over = leave(record, OPERATOR, { transfers: ending("2026-11-27") });
    expect((await expectRejection("TRANSFER_REFUSED", over)).message).to.match(/eu-adequacy[^;]*still valid/);
    const early = leave(record, OPERATOR, { now: () => Date.parse("2019-01-01T00:00:00Z") });
    expect((await expectRejection("TRANSFER_REFUSED", early)).message).to.match(/eu-adequacy[^;]*valid already/);
  });

  it("asks for consent to the purpose and the country at that time, and refuses once it is withdrawn", async () => {
    const record = await enter();
    let isGiven = true;
    const asked: unknown[] = [];
    const hasConsent: HasConsent = async (consent) => {
      asked.push(consent);
      return isGiven;
    };
    const informed = withPaper(FUJISAWA, "eu-consent-49-1-a", "information");
    expect(await basisFor(record, informed, { hasConsent })).to.equal("eu-consent-49-1-a");
    const { leafIndex } = record.entry;
    expect(asked).to.deep.equal([{ record: leafIndex, purpose: "planning", country: "JP", at: NOW / 1_000 }]);
    isGiven = false;
    await expectRejection("TRANSFER_REFUSED", leave(record, informed, { hasConsent }));
    isGiven = true;
    await expectRejection("TRANSFER_REFUSED", leave(record, FUJISAWA, { hasConsent }));
  });

  it("refuses what is restricted or whose provision has ceased, for its purposes and until that is lifted", async () => {
    const record = await enter();
    const { gate, restrictions } = gateWith();
    const { leafIndex } = record.entry;
    const leaving = { records: [record], recipient: OPERATOR, purpose: "research", claims: ["text"] };
    for (const state of ["restricted", "objected", "provision-ceased"] as const) {
      const standing = { state, purposes: ["research"], basis: "gdpr-18", records: [leafIndex] };
      const { leafIndex: event } = await restrictions.restrict(standing);
      await expectRejection("TRANSFER_REFUSED", gate.assertMayLeave(leaving));
      await gate.assertMayLeave({ ...leaving, purpose: "street-repair" });
      await restrictions.lift(event, { basis: "gdpr-18", told: state === "restricted" ? ["before-lifting"] : [] });
      await gate.assertMayLeave(leaving);
    }
  });

  it("refuses a record that is erased, and what is no record", async () => {
    const record = await enter();
    const { event } = (await eraseRecords([record.entry.leafIndex], { basis: "gdpr-17-1-a" }, ledger.log)).erased[0]!;
    await expectRejection("TRANSFER_REFUSED", leave(record, OPERATOR));
    await expectRejection("TRANSFER_REFUSED", leave(await entryAt(ledger.log, event), OPERATOR));
  });

  it("lets records that concern nobody pass to everybody", async () => {
    const record = await enter(reading(1));
    for (const jurisdiction of ["eu", "jp-operator"])
      expect(await basisFor(record, AMERICAN, { jurisdiction })).to.equal("not-personal");
  });

  it("asks for a basis of what conceals something, whatever the profile says by now", async () => {
    const record = await enter();
    const profile = ledger.log.profiles.get("citizen-report")!;
    const document = { ...profile.document, concernsPeople: false };
    const profiles = new Map([["citizen-report", { ...profile, document }]]);
    await expectRejection("TRANSFER_REFUSED", leave(record, AMERICAN, { profiles }));
  });

  it("holds what came from the EU to Rule 4 in Japan", async () => {
    const record = await received();
    const jurisdiction = "jp-operator";
    const hasConsent: HasConsent = async () => true;
    const common = { jurisdiction, hasConsent };
    const own = await enter(report(2));
    const informed = withPaper(AMERICAN, "jp-28-consent", "information");
    expect(await basisFor(own, informed, common)).to.equal("jp-28-consent");
    const { details } = await expectRejection("TRANSFER_REFUSED", leave(record, informed, common));
    expect(details["ways"]).to.equal("jp-rule-4-measures jp-rule-4-consent");
    const ruled = withPaper(AMERICAN, "jp-rule-4-consent", "information");
    expect(await basisFor(record, ruled, common)).to.equal("jp-rule-4-consent");
    await expectRejection("TRANSFER_REFUSED", leave(record, ruled, { jurisdiction }));
    expect(await basisFor(record, OPERATOR, common)).to.equal("jp-27-eu-origin");
    expect(await basisFor(record, SANTANDER, common)).to.equal("jp-28-designated");
  });

  it("refuses a received record of which no event says under which law it came", async () => {
    const lost = await enter(report(1, { source: "received/0" }));
    const { message } = await expectRejection("TRANSFER_REFUSED", leave(lost, OPERATOR));
    expect(message).to.match(/receive its file again/);
  });

  it("answers by the law of the one jurisdiction that is set", async () => {
    const record = await enter();
    const hasConsent: HasConsent = async () => true;
    const found = [];
    for (const jurisdiction of ["eu", "jp-operator", "jp-public-body"])
      for (const recipient of [OPERATOR, SANTANDER])
        found.push(
          await basisFor(record, recipient, { jurisdiction, hasConsent }).catch(({ code }: { code: string }) => code),
        );
    expect(found).to.deep.equal([
      ...["eu-adequacy-2019-419", "eu-gdpr-6"],
      ...["jp-27-consent", "jp-28-designated"],
      ...["jp-69", "TRANSFER_REFUSED"],
    ]);
    await expectRejection("TRANSFER_REFUSED", leave(record, OPERATOR, { jurisdiction: "jp-operator" }));
  });

  it("is what the way out asks, for openings that the permit names and nothing else", async () => {
    const record = await enter();
    const wayOut = new WayOut({ ...ledger.log, now: () => NOW });
    const other = await enter(report(2));
    const permit = await leave(record, OPERATOR);
    const to: Asker = { role: "controller", keyId: "0123456789abcdef", permit };
    const opened = await wayOut.openings(record, to, new Set(["text"]));
    expect(opened?.map((text) => parseOpening(text).name)).to.deep.equal(["text"]);
    const size = ledger.log.tree.publishedSize;
    for (const read of [
      () => wayOut.openings(record, to, new Set(["reporterEmail"])),
      () => wayOut.openings(record, to),
      () => wayOut.original(record, to),
      () => wayOut.picture(record, to, "0".repeat(64)),
      () => wayOut.openings(record, { ...to, permit: { ...permit } }, new Set(["text"])),
      () => wayOut.openings(other, to, new Set(["text"])),
    ])
      await expectRejection("TRANSFER_REFUSED", read());
    expect(ledger.log.tree.publishedSize).to.equal(size);
  });

  it("gives permits that name what may leave, and nobody else can make one", async () => {
    const record = await enter();
    const permit = await leave(record, OPERATOR);
    const { leafIndex } = record.entry;
    assertPermitted(permit, leafIndex, ["text"]);
    expectCode("TRANSFER_REFUSED", () => assertPermitted(permit, leafIndex, ["text", "reporterEmail"]));
    expectCode("TRANSFER_REFUSED", () => assertPermitted(permit, leafIndex + 1, ["text"]));
    expectCode("TRANSFER_REFUSED", () => assertPermitted({ ...permit }, leafIndex, ["text"]));
  });
});

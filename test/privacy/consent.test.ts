// Notices in force, and consents to what they say: given, withdrawn, asked for, with a receipt that the log can prove.

import { expect } from "chai";

import { openClaims, parseBody } from "../../src/core/body.ts";
import { canonicalJson, type JsonObject } from "../../src/core/json.ts";
import { receiptHash } from "../../src/privacy/consent.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { exampleNotice, openRights, type TestRights } from "./support/rights.ts";

const RESEARCH = { purpose: "research", language: "es" } as const;
const OFFICER = { role: "officer", keyId: "k" } as const;
const seconds = (time: string): number => Date.parse(time) / 1_000;

describe("notices", () => {
  let here: TestRights;
  beforeEach(async () => (here = await openRights()));
  afterEach(() => here.close());

  it("come into force with a higher version, and stay so after a restart", async () => {
    const { notices } = here.rights;
    await expectRejection("NOT_FOUND", (async () => notices.of("es"))());
    const es = exampleNotice("es");
    const { leafIndex } = await notices.add(es);
    await expectRejection("REQUEST_INVALID", notices.add(es), /version 1 is in force/);
    await notices.add({ ...es, version: 2, text: "Otra vez" });
    await notices.add({ ...es, language: "en" });
    await here.restart();
    expect(here.rights.notices.inForce.map(({ notice }) => [notice.language, notice.version])).to.deep.equal([
      ["es", 2],
      ["en", 1],
    ]);
    expect(here.rights.notices.of("es")).to.include({ leafIndex: leafIndex + 1, at: seconds("2026-11-28T09:00:00Z") });
    await expectRejection("NOT_FOUND", (async () => here.rights.notices.of("ja"))(), /only in es, en/);
  });

  it("say what the law asks for: in the EU more than in Japan", async () => {
    const { authority: _, ...less } = exampleNotice("es");
    await expectRejection("REQUEST_INVALID", here.rights.notices.add(less), /law of eu .*: authority/);
    await expectRejection("REQUEST_INVALID", here.rights.notices.add(exampleNotice("ja")), /no such provision/);
    const japan = await openRights("jp-operator");
    await japan.rights.notices.add(exampleNotice("ja"));
    expect(japan.rights.notices.of("ja").notice).to.include({ jurisdiction: "jp-operator", lawVersion: "2023-04-01" });
    await japan.close();
  });
});

describe("consents", () => {
  let here: TestRights;
  beforeEach(async () => {
    here = await openRights();
    await here.rights.notices.add(exampleNotice("es"));
  });
  afterEach(() => here.close());

  const has = (subject: string, time: string, country?: string): Promise<boolean> =>
    here.rights.consents.hasConsent(subject, "research", country, seconds(time));

  it("hold from when they are given to when they are withdrawn, by purpose and by country", async () => {
    const { subject } = await here.rights.consents.note({ ...RESEARCH, state: "given" });
    here.setTime("2026-12-01T09:00:00Z");
    await here.rights.consents.note({ ...RESEARCH, state: "given", country: "JP", subject });
    here.setTime("2026-12-02T09:00:00Z");
    await here.rights.consents.note({ ...RESEARCH, state: "withdrawn", country: "JP", subject });
    here.setTime("2026-12-03T09:00:00Z");
    await here.rights.consents.note({ ...RESEARCH, state: "withdrawn", subject });
    for (let round = 0; round < 2; round++) {
      expect(await has(subject, "2026-11-28T08:59:59Z")).to.equal(false);
      expect(await has(subject, "2026-11-28T09:00:00Z")).to.equal(true);
      expect(await has(subject, "2026-11-30T09:00:00Z", "JP")).to.equal(false);
      expect(await has(subject, "2026-12-01T09:00:00Z", "JP")).to.equal(true);
      expect(await has(subject, "2026-12-02T09:00:00Z", "JP")).to.equal(false);
      expect(await has(subject, "2026-12-02T09:00:00Z")).to.equal(true);
      expect(await has(subject, "2026-12-03T09:00:00Z")).to.equal(false);
      expect(await has("own_AAAAAAAAAAAAAAAAAAAAAA", "2026-12-01T09:00:00Z")).to.equal(false);
      await here.restart();
    }
  });

  it("to a purpose end with it abroad as well", async () => {
    const { subject } = await here.rights.consents.note({ ...RESEARCH, state: "given", country: "JP" });
    expect(await has(subject, "2026-11-28T09:00:00Z", "JP")).to.equal(true);
    await here.rights.consents.note({ ...RESEARCH, state: "withdrawn", subject });
    expect(await has(subject, "2026-11-28T09:00:00Z", "JP")).to.equal(false);
  });

  it("are to what a notice says, and withdrawn by whoever gave them", async () => {
    const { consents } = here.rights;
    const wrong = [
      [{ ...RESEARCH, state: "given", purpose: "marketing" }, "REQUEST_INVALID"],
      [{ ...RESEARCH, state: "given", country: "FR" }, "REQUEST_INVALID"],
      [{ ...RESEARCH, state: "given", language: "ja" }, "NOT_FOUND"],
      [{ ...RESEARCH, state: "given", subject: "Hanako Tanaka" }, "REQUEST_INVALID"],
      [{ ...RESEARCH, state: "withdrawn" }, "NOT_FOUND"],
    ] as const;
    for (const [said, code] of wrong) await expectRejection(code, consents.note(said));
  });

  it("have a receipt in the shape of ISO/IEC TS 27560, which the event proves and nobody reads in the log", async () => {
    const { entry, subject, receipt } = await here.rights.consents.note({ ...RESEARCH, state: "given", country: "JP" });
    const bytes = await here.rights.consents.receiptOf(entry.leafIndex, OFFICER);
    expect(Buffer.from(bytes).toString()).to.equal(canonicalJson(receipt));
    expect(receipt["dct:conformsTo"]).to.equal("https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr");
    const processing = receipt["processing"] as JsonObject;
    expect(Object.keys(processing)).to.include.members([
      ...["privacyNotice", "language", "purpose", "piiInformation", "piiControllers", "storageLocations"],
      ...["retentionPeriod", "jurisdiction", "recipientThirdParties", "withdrawalMethod"],
      // The EU's profile makes these mandatory.
      ...["lawfulBasis", "collectionMethod", "processingLocation", "privacyRights", "authority"],
    ]);
    expect(receipt["header"]).to.include({ piiPrincipalId: subject });
    expect(receipt["event"]).to.include({ state: "dpv:ConsentGiven", time: "2026-11-28T09:00:00Z", entityId: subject });
    expect((receipt["parties"] as JsonObject[])[0]).to.include({ type: "controller", role: "controller" });
    const body = parseBody(entry.body);
    const openings = (await here.ledger.vault.open(entry.leafIndex)) ?? [];
    const proved = openClaims(body, openings).find(({ name }) => name === "receipt")?.value as JsonObject;
    expect(receiptHash(proved)).to.equal(receiptHash(JSON.parse(Buffer.from(bytes).toString()) as JsonObject));
    expect(Buffer.from(entry.body).toString()).to.not.include(subject);
    expect(body.content).to.deep.equal({
      ...{ country: "JP", jurisdiction: "eu", lawVersion: "2018-05-25" },
      ...{ notice: entry.leafIndex - 1, purpose: "research", state: "given" },
    });
  });

  it("have no receipt where there is no consent, or once it is erased", async () => {
    const { entry } = await here.rights.consents.note({ ...RESEARCH, state: "given" });
    await expectRejection("NOT_FOUND", here.rights.consents.receiptOf(0, OFFICER));
    await here.ledger.log.writer.erase(entry.leafIndex);
    await expectRejection("NOT_FOUND", here.rights.consents.receiptOf(entry.leafIndex, OFFICER));
  });

  it("in Japan have a receipt of the general profile", async () => {
    const japan = await openRights("jp-operator");
    await japan.rights.notices.add(exampleNotice("ja"));
    const { receipt } = await japan.rights.consents.note({ purpose: "research", language: "ja", state: "given" });
    expect(receipt["dct:conformsTo"]).to.equal("https://w3id.org/dpv/schema/dpv-27560#receipt");
    await japan.close();
  });
});
